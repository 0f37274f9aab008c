"""What every finish step shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from deepartist.plan import Plan
from deepartist.recipe import Resolved
from deepartist.recipe.contracts import FinishModel
from deepartist.recipe.model import CONTENT, Content
from deepartist.recipe.terms import compositions
from deepartist.sources.pictures import load_picture

if TYPE_CHECKING:
    import torch
    from torch import Tensor


@dataclass(frozen=True)
class Pictures:
    """What a step may know beside the picture: those that it names, and whether the picture is a tile."""

    resolved: Resolved
    device: torch.device

    def load(self, reference: str, size: tuple[int, int] | None = None) -> Tensor:
        """``(1, 3, H, W)`` in 0..1, at (width, height) or in its own size. Raises InputError."""
        import torch

        if reference == CONTENT:
            reference = cast(Content, self._last["content"]).image
        pixels = torch.from_numpy(load_picture(self.resolved.images[reference], size).copy())
        return pixels.permute(2, 0, 1)[None].contiguous().to(self.device)

    @property
    def torus(self) -> bool:
        """Whether the picture goes on at the opposite edge."""
        return any(view.periodic for each in compositions(self._last["view"]) for view in each)

    @property
    def _last(self) -> dict[str, object]:
        return self.resolved.terms(self.resolved.stages[-1])


class Finish(FinishModel):
    """A step from one finished picture to the next."""

    def apply(self, picture: Tensor, pictures: Pictures) -> Tensor:
        """``(1, 3, H, W)`` in 0..1 to the same, possibly of another size."""
        raise NotImplementedError


def finished(picture: Tensor, plan: Plan) -> Tensor:
    """The picture after all finish steps of its recipe, ``(1, 3, H, W)`` in 0..1. Raises InputError."""
    pictures = Pictures(plan.resolved, picture.device)
    for task in plan.finish:
        picture = cast(Finish, task.step).apply(picture, pictures).clamp(0, 1)
    return picture
