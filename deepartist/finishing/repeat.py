"""Tiles laid side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from deepartist.finishing.base import Finish, Pictures
from deepartist.recipe.parts import register
from deepartist.recipe.words import Whole

if TYPE_CHECKING:
    from torch import Tensor

Count = Annotated[Whole, Field(ge=1, le=16)]


@register
class Repeat(Finish):
    """Lays the picture side by side with itself, as tiles lie: with `view: wrap` there is no seam.

    Source: the tiled displays of DeepArtist (Simiacryptus, 2019), 2 × 2 and 3 × 3.
    """

    name: ClassVar[str] = "repeat"
    version: ClassVar[int] = 1
    example: ClassVar[str] = """
        style: sample:stones?seed=3
        view: wrap
        size: 128
        finish: {repeat: {columns: 3, rows: 2}}
    """

    columns: Count = 2
    """How often across."""
    rows: Count = 2
    """How often down."""

    def resized(self, size: tuple[int, int]) -> tuple[int, int]:
        return size[0] * self.columns, size[1] * self.rows

    def apply(self, picture: Tensor, pictures: Pictures) -> Tensor:
        return picture.repeat(1, 1, self.rows, self.columns)
