"""What every view shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepartist.recipe.contracts import ViewModel

if TYPE_CHECKING:
    from torch import Tensor


class View(ViewModel):
    """A linear map from the canvas to what the network sees, which is also what the finished picture shows."""

    def apply(self, canvas: Tensor, periodic: bool) -> Tensor:
        """Map ``(N, 3, H, W)`` in 0..1 to the same shape, differentiably and deterministically; one that shows several
        `pictures` to as many more, each smaller.

        `periodic`: the canvas is a torus, so positions outside it wrap around; else they are reflected at its edge.
        """
        raise NotImplementedError

    def moving(self, canvas: Tensor, periodic: bool, share: float) -> Tensor:
        """What `apply` shows of a canvas that has moved by a share of its period, 0..1: at both ends the same."""
        raise NotImplementedError

    def shown(self, pictures: Tensor) -> Tensor:
        """What of its pictures is shown in the end: several are laid side by side."""
        return pictures
