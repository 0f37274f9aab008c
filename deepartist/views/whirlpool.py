"""A whirlpool: rings that shrink and turn."""

from __future__ import annotations

import math
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
class Whirlpool(MappedView):
    """Draws the canvas into a whirlpool: made smaller by `step` and turned by `angle`, the picture looks the same.

    With z = x + iy from the centre, half the short side being 1, and the spiral similarity q = step · exp(i · angle),
    a place z shows the canvas at

    ```text
    z / qᵏ        k such that seed · step < |z / qᵏ| ≤ seed
    ```

    so that all rings, inside and outside, are copies of the one within the radius `seed`. In the outer part of each
    ring, `blend`, it fades over from z / qᵏ⁻¹ times q², with which the ring outside ends: there is no border between
    rings, and the average lets the canvas leave the range 0..1. Where a ring is smaller than the seed it is read as
    means, where it is larger the canvas is enlarged.

    Source: WhirlpoolView of DeepArtist (Simiacryptus, 2019), whose rings have borders (`blend: 0`), whose seed is a
    square of 0.2 that is enlarged five times at the edge, and whose angle grows with the square of k, since each turn
    there is by k angles and acts on what is turned already. That is no symmetry, and here the angle grows evenly.
    """

    name: ClassVar[str] = "whirlpool"
    version: ClassVar[int] = 1
    example: ClassVar[str] = """
        style: sample:marble
        view: whirlpool
    """
    averages: ClassVar[bool] = True
    between: ClassVar[bool] = True

    step: Annotated[Number, Field(ge=0.1, le=0.95)] = 0.8
    """How much smaller each ring is than the one outside."""
    seed: Annotated[Number, Field(ge=0.1, le=1.4)] = 1.0
    """Outer radius of the ring of the canvas that is repeated; half the short side is 1."""
    angle: Annotated[Number, Field(ge=-180, le=180)] = 11.25
    """How much each ring is turned against the one outside, in degrees, counter-clockwise."""
    blend: Blend = 0.5
    """The part of each ring in which it comes forth from the one outside; 0 for rings with borders."""

    def copies(self, across: Tensor, down: Tensor, height: int, width: int) -> Sequence[Copy]:
        seed = self.seed * min(height, width) / 2
        radius = across.hypot(down).clamp(min=1e-3)
        depth = (radius / seed).log() / math.log(self.step)
        _, own = nested(depth, self.blend)
        found = []
        for ring, share in ((0, own), (1, 1 - own)):
            times = depth.floor() - ring
            # y points down: undoing counter-clockwise turns.
            cosine, sine = (times * math.radians(self.angle)).cos(), (times * math.radians(self.angle)).sin()
            scale = self.step ** (-times)
            found.append(Copy((cosine * across - sine * down) * scale, (sine * across + cosine * down) * scale, share))
        return found
