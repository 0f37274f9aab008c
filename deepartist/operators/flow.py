"""Brushwork along the shapes of the content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from deepartist.operators.base import Operator
from deepartist.operators.statistics import FLOOR, check_same_size, precise, the_only
from deepartist.operators.windows import Window, luma, smoothed
from deepartist.recipe.contracts import Place
from deepartist.recipe.parts import register

if TYPE_CHECKING:
    from torch import Tensor

SPREADS = ((64, 1.0), (32, 0.3), (16, 0.1), (8, 0.03))
"""How far edges decide the direction around them (that part of the long side), and how much they weigh there."""


def slopes(plane: Tensor, window: int) -> tuple[Tensor, Tensor]:
    """Differences across and down between means over windows of `window` pixels: twice ``(N, 1, H, W)``."""
    import torch.nn.functional as F

    wide, inside = F.pad(smoothed(plane, window), (window,) * 4, mode="replicate"), slice(window, -window)
    across = wide[..., inside, 2 * window :] - wide[..., inside, : -2 * window]
    down = wide[..., 2 * window :, inside] - wide[..., : -2 * window, inside]
    return across, down


def directions(picture: Tensor) -> Tensor:
    """Twice-angle field of a picture ``(1, 3, H, W)``: ``(1, 2, H, W)``, of length 0 (no direction) to 1.

    The smoothed structure tensor (Förstner and Gülch 1987); where a place has no edges of its own, those further away
    decide, as in the edge tangent flow of Kang, Lee and Chui 2007.
    """
    import torch

    across, down = slopes(luma(picture), 1)
    tensor = torch.cat([across * across - down * down, 2 * across * down, across * across + down * down], 1)
    total = torch.zeros_like(tensor)
    for part, share in SPREADS:
        window = max(3, max(picture.shape[-2:]) // part)
        total = total + share * smoothed(smoothed(tensor, window), window)
    power = total[:, 2:]
    field: Tensor = total[:, :2] / (power + 0.02 * power.mean() + FLOOR)
    return field


@dataclass(frozen=True)
class Course:
    """Where edges should run, and the picture it was read from."""

    picture: Tensor
    twice: Tensor


@register
class Flow(Operator):
    """Lets strokes run along the shapes of the content: around a face, down a trunk, with the horizon.

    With the slope g of the painting's luma between means over windows of q pixels, and the direction across the
    content's edges as a twice-angle field d (length 0 where there is none, 1 where there is but one):

    ```text
    loss = Σ_q (1 − Σ (g² · d) / Σ |g|² |d|) / 2        g² = (gx² − gy², 2 gx gy)
    ```

    0 where every slope runs across the content's edges, 1/2 per scale without direction, 1 where strokes cross the
    shapes everywhere. It asks for no edge to be there: how many and how strong is the style's business.

    Source: our own; directions as in Kang, Lee and Chui, *Coherent Line Drawing*, NPAR 2007.
    """

    name: ClassVar[str] = "flow"
    version: ClassVar[int] = 1
    example: ClassVar[str] = """
        content: {image: sample:landscape, match: [{laplacian: {weight: 0.03}}, {flow: {weight: 0.3}}]}
        style: sample:strokes
    """
    places: ClassVar[frozenset[Place]] = frozenset({"content"})
    on_pixels: ClassVar[bool] = True
    placed: ClassVar[bool] = True

    scales: Annotated[tuple[Window, ...], Field(min_length=1, max_length=8)] = (1, 2, 4)
    """Sizes in pixels of the windows between which slopes are taken."""

    def target(self, features: Sequence[Tensor]) -> Course:
        picture = precise(the_only(features, self.name))
        return Course(picture, directions(picture))

    def loss(self, features: Tensor, target: Course) -> Tensor:
        check_same_size(features, target.picture, self.name)
        plane = luma(precise(features))
        sure = target.twice.square().sum(1, keepdim=True).sqrt()
        loss = plane.new_zeros(len(plane))
        for scale in self.scales:
            across, down = slopes(plane, scale)
            agree = (across * across - down * down) * target.twice[:, :1] + 2 * across * down * target.twice[:, 1:]
            power = (across * across + down * down) * sure
            loss = loss + (1 - agree.flatten(1).sum(1) / (power.flatten(1).sum(1) + FLOOR)) / 2
        return loss
