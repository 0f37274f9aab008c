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

    With symmetry each tile looks the same in n ways round, exactly for half and (on a square canvas) quarter turns. So
    that tiles fit together however they are laid, they share a `frame`: towards its border each fades over, by
    3t² - 2t³, into the canvas of the first quadrant, folded to its eighth (|x|, |y|, the greater one across), which is
    the same on all four sides of all four tiles. The canvas is a torus, for the border of the picture is theirs too.
    What a turn reads beyond a quadrant is that of its neighbour. As the picture is an average, the canvas itself may
    leave the range 0..1.

    Source: RetiledView of DeepArtist (Simiacryptus, 2019), which painted the turned and the plain canvas at once
    and had no frame.
    """

    name: ClassVar[str] = "retile"
    version: ClassVar[int] = 1
    example: ClassVar[str] = """
        style: sample:stones?seed=1
        view: retile
    """
    periodic: ClassVar[bool] = True
    averages: ClassVar[bool] = True

    symmetry: bool = True
    """Whether all multiples of the angle are seen at once; it must divide the circle."""
    angle: Annotated[Number, Field(gt=-360, lt=360)] = 90.0
    """Of each turn in degrees, counter-clockwise."""
    frame: Annotated[Number, Field(ge=0, le=1)] = 0.3
    """The part of each tile, from its border to its centre, that leads over into the border that all share, with
    symmetry.
    """

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
        if not self.symmetry:
            return [self._turned(x, y, 1, middle_x, middle_y, torch.ones_like(x))]
        count = round(360 / abs(self.angle))
        outward = x.abs().maximum(y.abs())
        t = ((outward - 1 + self.frame) / self.frame).clamp(0, 1) if self.frame else torch.zeros_like(x)
        shared = t * t * (3 - 2 * t)
        folded = Copy((outward - 1) * (width / 4), (x.abs().minimum(y.abs()) - 1) * (height / 4), shared)
        own = (1 - shared) / count
        return [*(self._turned(x, y, times, middle_x, middle_y, own) for times in range(count)), folded]

    def _turned(self, x: Tensor, y: Tensor, times: int, middle_x: Tensor, middle_y: Tensor, share: Tensor) -> Copy:
        """The canvas turned so many times about the middle of each quadrant."""
        angle = math.radians(self.angle) * times
        across = math.cos(angle) * x - math.sin(angle) * y
        down = math.sin(angle) * x + math.cos(angle) * y
        return Copy(middle_x * (1 + across * middle_x.sign()), middle_y * (1 + down * middle_y.sign()), share)
