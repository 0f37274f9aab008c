"""Translational symmetry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field, field_validator

from deepartist.recipe.fields import wrong
from deepartist.recipe.parts import register
from deepartist.recipe.words import Number, Whole
from deepartist.views.base import View
from deepartist.views.colors import misnamed, recolored, signed

if TYPE_CHECKING:
    from torch import Tensor

Fraction = Annotated[Number, Field(gt=-1, lt=1)]


@register
class Shift(View):
    """Shows the canvas beside itself, shifted: what is here, is there too.

    With the shift s by fractions of the canvas, around its edges, and a change of colours P, the picture of a canvas x
    is

    ```text
    (x + P s x) / 2        with symmetry
    P s x                  without
    ```

    Shifts by a half are symmetries: shifted by s and changed by P, where P² is the identity, the picture is the same.
    Other shifts make it almost so, each place resembling two others, and several may follow one another: `by: [0.2, 0]`
    and `by: [0, 0.2]` draw a grid. Shifts are of whole pixels, at least one, so that nothing is blurred. As the picture
    is an average, the canvas itself may leave the range 0..1. Together with `wrap` the tile has no seam.

    Source: TransformVector of DeepArtist (Simiacryptus, 2019).
    """

    name: ClassVar[str] = "shift"
    version: ClassVar[int] = 1
    example: ClassVar[str] = """
        style: sample:leaves?seed=1
        view: [wrap, shift]
    """
    averages: ClassVar[bool] = True

    by: tuple[Fraction, Fraction] = (0.5, 0.5)
    """How far to the right and down, as fractions of the width and the height."""
    symmetry: bool = True
    """Whether the canvas itself is seen too, at the same strength."""
    colors: tuple[Whole, ...] | None = None
    """What red, green and blue become where the canvas is shifted: `[2, 3, 1]` is green, blue, red; `-1` is the
    negative of red.
    """

    @field_validator("by")
    @classmethod
    def _moves(cls, by: tuple[float, float]) -> tuple[float, float]:
        if by == (0, 0):
            raise wrong("a shift by [0, 0] moves nothing: [0.5, 0.5] is half of the canvas both ways")
        return by

    @field_validator("colors")
    @classmethod
    def _are_colors(cls, colors: tuple[int, ...] | None) -> tuple[int, ...] | None:
        message = misnamed(colors) if colors is not None else None
        if message:
            raise wrong(message)
        return colors

    def apply(self, canvas: Tensor, periodic: bool) -> Tensor:
        height, width = canvas.shape[2:]
        shifted = canvas.roll((_pixels(self.by[1], height), _pixels(self.by[0], width)), (2, 3))
        shifted = recolored(shifted, signed(self.colors))
        return (canvas + shifted) / 2 if self.symmetry else shifted


def _pixels(fraction: float, size: int) -> int:
    """A fraction of so many pixels; never none, for a canvas beside its negative at the same place is gray."""
    pixels = round(fraction * size)
    if fraction and pixels % size == 0:
        return 1 if (fraction > 0) == (pixels == 0) else -1
    return pixels
