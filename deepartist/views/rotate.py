"""Turns of any angles, which need not be all of a circle."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from deepartist.recipe.fields import listed, wrong
from deepartist.recipe.parts import register
from deepartist.recipe.words import Number, Whole, shown
from deepartist.views.base import View
from deepartist.views.colors import misnamed, recolored, signed

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from deepartist.views.sampling import Table

Angles = Annotated[
    tuple[Annotated[Number, Field(ge=-360, le=360)], ...],
    BeforeValidator(listed, json_schema_input_type=float | list[float]),
    Field(min_length=1, max_length=24),
]


@register
class Rotate(View):
    """Turns the canvas by one or more angles and lays the turns over one another.

    With turns r₁ … rₖ about the centre, each with a change of colours, the picture of a canvas x is

    ```text
    (x + P₁ r₁ x + … + Pₖ rₖ x) / (k + 1)        with symmetry
    (P₁ r₁ x + … + Pₖ rₖ x) / k                  without
    ```

    All turns of a circle make a symmetry, and the `kaleidoscope` says that shorter. Fewer make almost one: with the
    identity and one turn of 60°, each place resembles its neighbours a sixth of the circle away, those resemble theirs,
    and what began as one motif comes back changed. Sampling is bilinear at pixel centres; what lies outside the canvas
    is wrapped around on a torus and reflected at the edge otherwise. As the picture is an average, the canvas itself
    may leave the range 0..1.

    Source: RotatedVector of DeepArtist (Simiacryptus, 2019).
    """

    name: ClassVar[str] = "rotate"
    version: ClassVar[int] = 1
    example: ClassVar[str] = """
        style: sample:strokes?seed=2
        view: [wrap, {rotate: {angles: 60}}]
    """
    averages: ClassVar[bool] = True
    moves: ClassVar[str] = "rotate"

    angles: Angles = (60.0,)
    """One angle or several in degrees, counter-clockwise, no two the same."""
    symmetry: bool = True
    """Whether the canvas itself is seen too, at the strength of one turn."""
    colors: tuple[tuple[Whole, ...], ...] | None = None
    """For each angle, what red, green and blue become: `[[2, 3, 1]]` is green, blue, red at the only one; `-1` is the
    negative of red.
    """

    @field_validator("angles")
    @classmethod
    def _turn(cls, angles: tuple[float, ...]) -> tuple[float, ...]:
        for number, angle in enumerate(angles):
            if angle % 360 == 0:
                raise wrong(f"a turn by {shown(angle)} degrees turns nothing: symmetry adds the canvas itself")
            if any((angle - other) % 360 == 0 for other in angles[:number]):
                raise wrong(f"the turn by {shown(angle)} degrees is named twice")
        return angles

    @field_validator("colors")
    @classmethod
    def _are_colors(
        cls, colors: tuple[tuple[int, ...], ...] | None, others: ValidationInfo
    ) -> tuple[tuple[int, ...], ...] | None:
        if colors is None:
            return None
        for each in colors:
            message = misnamed(each)
            if message:
                raise wrong(message)
        angles = others.data.get("angles", colors)
        if len(colors) != len(angles):
            raise wrong(f"{len(angles)} angles need as many changes of colours, not {len(colors)}: [1, 2, 3] is none")
        return colors

    @property
    def period(self) -> float:
        """All of a circle, unless the turns are all of one."""
        angles = sorted({each % 360 for each in self.angles} | ({0.0} if self.symmetry else set()))
        step = 360 / len(angles)
        even = all(abs(each - angles[0] - number * step) < 1e-6 for number, each in enumerate(angles))
        return step if even and self.colors is None else 360

    def apply(self, canvas: Tensor, periodic: bool) -> Tensor:
        return self._turned(canvas, periodic, 0)

    def moving(self, canvas: Tensor, periodic: bool, share: float) -> Tensor:
        return self._turned(canvas, periodic, share * self.period)

    def _turned(self, canvas: Tensor, periodic: bool, angle: float) -> Tensor:
        from deepartist.views.sampling import sample

        angles = tuple(each + angle for each in self.angles) + ((angle,) if self.symmetry and angle else ())
        tables = turned(angles, *canvas.shape[2:], periodic, canvas.device, canvas.dtype)
        found = [sample(canvas, table) for table in tables]
        if self.symmetry and not angle:
            found.append(canvas)
        colors = (*(self.colors or (None,) * len(self.angles)), None)
        found = [recolored(each, signed(change)) for each, change in zip(found, colors, strict=False)]
        return sum(found[1:], found[0]) / len(found)


@lru_cache(maxsize=4)
def turned(
    angles: tuple[float, ...], height: int, width: int, periodic: bool, device: torch.device, dtype: torch.dtype
) -> tuple[Table, ...]:
    """The tables of turns by so many degrees."""
    from deepartist.views.sampling import turn

    return tuple(turn(height, width, math.radians(angle), periodic, device, dtype) for angle in angles)
