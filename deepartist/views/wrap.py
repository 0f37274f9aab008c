"""Seamless tiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from deepartist.recipe.parts import register
from deepartist.views.base import View

if TYPE_CHECKING:
    from torch import Tensor


@register
class Wrap(View):
    """Makes the picture a tile: laid side by side, it continues without a seam in all four directions.

    The canvas becomes a torus. Nothing is sampled: the networks pad every layer circularly, so that they see the left
    edge continue at the right one and the top at the bottom, and stages round their sides to multiples of the deepest
    stride, so that every layer wraps at whole positions. The picture shown is the canvas itself.
    """

    name: ClassVar[str] = "wrap"
    version: ClassVar[int] = 1
    example: ClassVar[str] = """
        style: sample:stones?seed=3
        view: wrap
    """
    periodic: ClassVar[bool] = True
    averages: ClassVar[bool] = False

    def apply(self, canvas: Tensor, periodic: bool) -> Tensor:
        return canvas
