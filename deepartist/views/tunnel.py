"""A tunnel of equal rings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from deepartist.recipe.parts import register
from deepartist.recipe.words import Number
from deepartist.views.maps import Copy, MappedView
from deepartist.views.rings import Blend, nested

if TYPE_CHECKING:
    from torch import Tensor


@register
class Tunnel(MappedView):
    """Looks down a tunnel: along every ray from the centre, the picture repeats in equal steps.

    In coordinates of -1..1 on both sides, a place at radius r in the direction in which the border lies at R shows the
    canvas in its outermost ring, at

    ```text
    R - step · f        f = the fraction of (R - r) / step
    ```

    so that the picture is the same one step farther in. In the outer part of each ring, `blend`, it fades over from
    R - step · (f + 1), with which the ring outside ends: there is no border between rings, and the average lets the
    canvas leave the range 0..1. Nearer to the centre the canvas is narrowed along the ring and read as means.

    Source: TunnelView of DeepArtist (Simiacryptus, 2019), whose rings have borders (`blend: 0`).
    """

    name: ClassVar[str] = "tunnel"
    version: ClassVar[int] = 1
    example: ClassVar[str] = """
        style: sample:marble?seed=1
        view: tunnel
    """
    averages: ClassVar[bool] = True
    between: ClassVar[bool] = True

    step: Annotated[Number, Field(ge=0.02, le=0.5)] = 0.2
    """Width of a ring; half the picture's width is 1. At 1 there would be no rings but the canvas itself."""
    blend: Blend = 0.5
    """The part of each ring in which it comes forth from the one outside; 0 for rings with borders."""

    def copies(self, across: Tensor, down: Tensor, height: int, width: int) -> Sequence[Copy]:
        x, y = across / (width / 2), down / (height / 2)
        radius = x.hypot(y).clamp(min=1e-9)
        border = radius / x.abs().maximum(y.abs()).clamp(min=1e-9 / 2)
        into, own = nested((border - radius).clamp(min=0) / self.step, self.blend)
        found = []
        for ring, share in ((0, own), (1, 1 - own)):
            factor = (border - self.step * (into + ring)) / radius
            found.append(Copy(across * factor, down * factor, share))
        return found
