"""An endless zoom."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from deepartist.recipe.parts import register
from deepartist.recipe.words import Number, Whole
from deepartist.views.maps import Copy, MappedView

if TYPE_CHECKING:
    from torch import Tensor


@register
class Polar(MappedView):
    """Bends the canvas into rings that go on for ever, inwards and outwards: a zoom without end.

    The canvas is a tile that repeats both ways. With r the distance from the centre, half the short side being 1, and
    φ the angle, clockwise from the top, a place shows the tile at

    ```text
    α (φ - i ln r)        α = (repeats · width + i spiral · height) / 2π
    ```

    pixels across and down, so that `repeats` tiles close a ring, upright at the top. The map is conformal: small shapes
    keep their shape. Enlarged by exp(2π · height / (repeats · width)) the picture is the same (without a spiral), and
    the `phase` is how far it has come: frames from 0 to 1 make a film without end. Where tiles are smaller than the
    canvas they are read as means. The canvas is a torus, whose edges meet inside the picture and are not seen.

    Source: the log-polar map, after M. C. Escher's *Print Gallery* (B. de Smit and H. W. Lenstra, *The Mathematical
    Structure of Escher's Print Gallery*, Notices of the AMS 50, 2003), whose picture has a spiral of 1.
    """

    name: ClassVar[str] = "polar"
    version: ClassVar[int] = 1
    example: ClassVar[str] = """
        style: sample:cells?seed=3
        view: polar
    """
    periodic: ClassVar[bool] = True
    moves: ClassVar[str] = "zoom"

    repeats: Annotated[Whole, Field(ge=1, le=48)] = 6
    """Tiles around the circle."""
    phase: Annotated[Number, Field(ge=-1000, le=1000)] = 0.0
    """Of the zoom: 1 is as far in as the next copy of the tile."""
    spiral: Annotated[Whole, Field(ge=-24, le=24)] = 0
    """Tiles by which a ring climbs in one turn, so that it does not close but winds."""

    def wraps(self, periodic: bool) -> tuple[bool, bool]:
        return True, True

    def moving(self, canvas: Tensor, periodic: bool, share: float) -> Tensor:
        return self.model_copy(update={"phase": self.phase + share}).apply(canvas, periodic)

    def copies(self, across: Tensor, down: Tensor, height: int, width: int) -> Sequence[Copy]:
        import torch

        inward = -(across.hypot(down).clamp(min=1e-3) / (min(height, width) / 2)).log()
        around = torch.atan2(across, -down)
        wide, high = self.repeats * width / (2 * math.pi), self.spiral * height / (2 * math.pi)
        u, v = wide * around - high * inward, high * around + wide * inward + self.phase * height
        return [Copy(u, v, torch.ones_like(u))]
