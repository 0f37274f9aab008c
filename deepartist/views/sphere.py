"""A ball."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from deepartist.recipe.parts import register
from deepartist.recipe.words import Number, Whole
from deepartist.views.maps import Copy, MappedView

if TYPE_CHECKING:
    from torch import Tensor

Outside = Literal["canvas", "black"]
Degrees = Annotated[Number, Field(ge=-360, le=360)]


class OnSphere(MappedView):
    """What all views of a sphere share: its front, seen from far away, and what lies behind it.

    The sphere fills the shorter side. `front` maps unit vectors x to the right, y down, z towards the viewer.
    """

    moves: ClassVar[str] = "rotate"

    turn: Degrees = 0.0
    """How far the sphere is turned about its axis, in degrees, to the right."""
    tilt: Degrees = 0.0
    """How far its upper pole is then tilted towards the viewer, in degrees."""
    outside: Outside = "canvas"
    """What is seen beside the sphere: the canvas, flat, or black."""

    @property
    def period(self) -> float:
        return 360.0

    def front(self, points: Tensor, height: int, width: int) -> Sequence[Copy]:
        """The copies seen at points of the sphere, ``(3, pixels)``, after the turn and the tilt are undone."""
        raise NotImplementedError

    def copies(self, across: Tensor, down: Tensor, height: int, width: int) -> Sequence[Copy]:
        import torch

        size = min(height, width) / 2
        radius = across.hypot(down)
        # The edge of the sphere is soft by one pixel; its last half pixel outside shows what is at the edge.
        on = (size - radius + 0.5).clamp(0, 1)
        shrink = (size - 1e-6) / radius.clamp(min=size - 1e-6) / size
        x, y = across * shrink, down * shrink
        z = (1 - x * x - y * y).clamp(min=0).sqrt()
        found = self.front(self.placed(torch.stack([x, y, z])), height, width)
        copies = [Copy(each.across, each.down, each.share * on) for each in found]
        return [*copies, Copy(across, down, 1 - on)] if self.outside == "canvas" else copies

    def placed(self, points: Tensor) -> Tensor:
        """Points of the picture's sphere, ``(3, pixels)``, where they were before the turn and the tilt."""
        import torch

        x, y, z = points
        tilt, turn = math.radians(self.tilt), math.radians(self.turn)
        y, z = math.cos(tilt) * y - math.sin(tilt) * z, math.sin(tilt) * y + math.cos(tilt) * z
        x, z = math.cos(turn) * x - math.sin(turn) * z, math.sin(turn) * x + math.cos(turn) * z
        return torch.stack([x, y, z])


@register
class Sphere(OnSphere):
    """Wraps the canvas around a ball, seen from far away.

    A place (x, y) of the disc lies at (x, y, √(1 - x² - y²)) on a sphere that fills the shorter side. With its
    longitude λ and latitude β after the turn and the tilt are undone, it shows the canvas at

    ```text
    across = repeats · λ / 2π        of the width, around its edges
    down   = β / π                   of the height, from pole to pole
    ```

    With two `repeats` a square canvas has the right shape at the equator, all of it is seen from the front, and half a
    turn shows the same. Towards the edge and the poles the canvas is narrowed and read as means. Outside the ball lies
    the canvas itself, flat: a network then judges the whole picture, and the texture has no hole.

    Source: SphericalView of DeepArtist (Simiacryptus, 2019), which read the nearest pixel, spread latitudes by an
    arcsine, and was black outside.
    """

    name: ClassVar[str] = "sphere"
    version: ClassVar[int] = 1
    example: ClassVar[str] = """
        style: sample:strokes
        view: {sphere: {tilt: 20}}
    """

    repeats: Annotated[Whole, Field(ge=1, le=24)] = 2
    """How often the canvas goes around."""

    @property
    def period(self) -> float:
        return 360 / self.repeats

    def wraps(self, periodic: bool) -> tuple[bool, bool]:
        return True, periodic

    def front(self, points: Tensor, height: int, width: int) -> Sequence[Copy]:
        import torch

        x, y, z = points
        longitude, latitude = torch.atan2(x, z), y.clamp(-1, 1).asin()
        across = longitude * (self.repeats * width / (2 * math.pi))
        return [Copy(across, latitude * (height / math.pi), torch.ones_like(x))]
