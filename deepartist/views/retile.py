"""Tiles that may be laid any way round."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field, ValidationInfo, field_validator

from deepartist.recipe.fields import wrong
from deepartist.recipe.parts import register
from deepartist.recipe.words import Number, shown
from deepartist.views.maps import Copy, MappedView

if TYPE_CHECKING:
    from torch import Tensor


@register
class Retile(MappedView):
    """Cuts the canvas into four tiles and turns each about its own centre.

    Each quadrant spans -1..1 both ways, so that quarter turns map it onto itself, stretched where it is not square.
    With the turn t of all four, by 1/n of a circle, the picture of a canvas x is

    ```text
    (x + t x + t² x + … + tⁿ⁻¹ x) / n        with symmetry
    t x                                      without
    ```

    With symmetry each tile looks the same in n ways round, exactly for half and (on a square canvas) quarter turns: a
    set of four tiles that fit together however they are laid. The canvas is a torus, so that the networks see tiles all
    around and the border of the picture, which is the border of every tile, has none of its own. What a turn reads
    beyond a quadrant is that of its neighbour. As the picture is an average, the canvas itself may leave the range
    0..1.

    Source: RetiledView of DeepArtist (Simiacryptus, 2019), which painted the turned and the plain canvas at once.
    """

    name: ClassVar[str] = "retile"
    version: ClassVar[int] = 1
    periodic: ClassVar[bool] = True
    averages: ClassVar[bool] = True

    symmetry: bool = True
    """Whether all multiples of the angle are seen at once; it must divide the circle."""
    angle: Annotated[Number, Field(gt=-360, lt=360)] = 90.0
    """Of each turn in degrees, counter-clockwise."""

    @field_validator("angle")
    @classmethod
    def _turns(cls, angle: float, others: ValidationInfo) -> float:
        if angle == 0:
            raise wrong("a turn by 0 degrees turns nothing: 90 is a quarter turn")
        parts = min(max(round(360 / abs(angle)), 2), 24)
        if others.data.get("symmetry", True) and abs(parts * abs(angle) - 360) > 1e-6:
            near = f"{360 / parts:.6g}"
            raise wrong(f"{shown(angle)} degrees do not divide the circle: {near} would do, or symmetry: false")
        return angle

    def copies(self, across: Tensor, down: Tensor, height: int, width: int) -> Sequence[Copy]:
        import torch

        # The middle of an odd number of pixels belongs to the quadrant at the right or below.
        middle_x = torch.where(across < 0, -width / 4, width / 4)
        middle_y = torch.where(down < 0, -height / 4, height / 4)
        x, y = (across - middle_x) / (width / 4), (down - middle_y) / (height / 4)
        count = round(360 / abs(self.angle)) if self.symmetry else 1
        found = []
        for times in range(count) if self.symmetry else (1,):
            angle = math.radians(self.angle) * times
            turned_x = math.cos(angle) * x - math.sin(angle) * y
            turned_y = math.sin(angle) * x + math.cos(angle) * y
            share = torch.full_like(x, 1 / count)
            found.append(Copy(middle_x + turned_x * (width / 4), middle_y + turned_y * (height / 4), share))
        return found
