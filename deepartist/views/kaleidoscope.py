"""Rotational symmetry, with colours that may change from turn to turn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from deepartist.recipe.parts import register
from deepartist.recipe.words import Whole
from deepartist.views.base import View
from deepartist.views.colors import Colors, after, misfit, order, power, recolored, signed

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Colors", "Kaleidoscope", "after", "order", "power", "recolored"]


@register
class Kaleidoscope(View):
    """Shows the canvas in a kaleidoscope: turned by a segment of the circle, the picture looks the same.

    With the turn r by 1/n of a circle about the centre and a change of colours P, the picture of a canvas x is

    ```text
    (x + P r x + P² r² x + … + Pⁿ⁻¹ rⁿ⁻¹ x) / n
    ```

    so turning it by r and changing its colours by P gives the same picture again, exactly for two and (on a square
    canvas) four segments, else within the inscribed circle and up to interpolation. Pⁿ must be the identity. `mirror`
    averages x with its mirror image first. Sampling is bilinear at pixel centres; what lies outside the canvas is
    wrapped around on a torus and reflected at the edge otherwise. As the picture is an average, the canvas itself may
    leave the range 0..1.

    Segments that fit the canvas are calmest: 2 and 4 on squares; 3 and 6 on sides of 1 : 1.732.

    Source: the kaleidoscope of DeepArtist (Simiacryptus, 2019).
    """

    name: ClassVar[str] = "kaleidoscope"
    version: ClassVar[int] = 1
    example: ClassVar[str] = """
        style: sample:flame?seed=2
        view: {kaleidoscope: {segments: 6}}
    """
    periodic: ClassVar[bool] = False
    averages: ClassVar[bool] = True
    moves: ClassVar[str] = "rotate"

    segments: Annotated[Whole, Field(ge=2, le=24)] = 6
    """Number of equal segments of the circle."""
    mirror: bool = False
    """Whether each segment is also mirrored, as in a kaleidoscope of two mirrors."""
    colors: tuple[Whole, ...] | None = None
    """What red, green and blue become at each turn: `[2, 3, 1]` is green, blue, red; `-1` is the negative of red."""

    @field_validator("colors")
    @classmethod
    def _colors_fit(cls, colors: tuple[int, ...] | None, others: ValidationInfo) -> tuple[int, ...] | None:
        if colors is not None:
            message = misfit(colors, others.data.get("segments", 0), others.data.get("mirror", False))
            if message:
                raise PydanticCustomError("recipe", "{message}", {"message": message})
        return colors

    @property
    def period(self) -> float:
        return 360 / self.segments * order(signed(self.colors))

    def apply(self, canvas: Tensor, periodic: bool) -> Tensor:
        from deepartist.views.sampling import sample, turns

        height, width = canvas.shape[2:]
        folded, count = self._folded(canvas)
        tables = turns(height, width, self.segments, count - 1, periodic, canvas.device, canvas.dtype)
        return self._mean([folded, *(sample(folded, table) for table in tables)])

    def moving(self, canvas: Tensor, periodic: bool, share: float) -> Tensor:
        """Turned, counter-clockwise. Every place is read where it would be: corners show what lies beyond the edge."""
        from deepartist.views.sampling import sample, turn

        height, width = canvas.shape[2:]
        folded, count = self._folded(canvas)
        angles = [share * self.period + 360 / self.segments * times for times in range(count)]
        tables = (turn(height, width, math.radians(each), periodic, canvas.device, canvas.dtype) for each in angles)
        return self._mean([sample(folded, table) for table in tables])

    def _folded(self, canvas: Tensor) -> tuple[Tensor, int]:
        """The canvas after what can be done by flips, which are exact, and of how many turns it is the first."""
        folded, remaining = canvas, self.segments
        if self.mirror:
            folded = (folded + folded.flip(3)) / 2
        if remaining % 2 == 0:
            # A half turn is a flip; the turns beyond it are the others after a half turn.
            remaining //= 2
            folded = (folded + recolored(folded.flip(2, 3), power(signed(self.colors), remaining))) / 2
        return folded, remaining

    def _mean(self, turned: Sequence[Tensor]) -> Tensor:
        """Of the canvas after 0, 1, 2 … turns, each with its colours."""
        total = turned[0]
        for times, each in enumerate(turned[1:], start=1):
            total = total + recolored(each, power(signed(self.colors), times))
        return total / len(turned)
