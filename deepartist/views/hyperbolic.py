"""Tilings of the hyperbolic plane."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, ValidationInfo, field_validator

from deepartist.recipe.fields import wrong
from deepartist.recipe.parts import register
from deepartist.recipe.words import Number, Whole
from deepartist.views.maps import Copy, MappedView

if TYPE_CHECKING:
    from torch import Tensor

Model = Literal["poincare", "klein", "square"]


@register
class Hyperbolic(MappedView):
    """Tiles the hyperbolic plane with the middle of the canvas, after the manner of Escher's *Circle Limit*.

    The plane is a disc of `radius` about the centre, half the short side being 1. Regular polygons of p sides, q of
    them around each corner, fill it, ever smaller to its limit; there are such tilings where 1/p + 1/q < 1/2. The edges
    of the middle tile lie on circles at right angles to the limit, with centres at c and radii √(c² - 1):

    ```text
    c = (1 + m²) / 2m        m = tanh(d / 2)        cosh d = cos(π/q) / sin(π/p)
    ```

    A place outside the middle tile is reflected in the nearest of these circles, z ↦ c + (c² - 1) / conj(z - c), until
    it is inside, and shows the canvas there. The picture is therefore its own reflection in every edge. With odd q
    reflections around a corner do not close unless the middle tile is symmetric itself, and `mirror` makes it so. With
    less `depth` than a place needs reflections it shows the canvas where the last one brings it, and tiles far out
    break up. Beyond the limit the picture goes on by inversion, z ↦ 1 / conj(z), which the group of reflections
    permits: it fills the whole canvas. Near the limit, tiles are read as means.

    The `model` is how the plane is drawn: `poincare` keeps angles, `klein` draws all edges straight, and `square` is
    the first, stretched smoothly to the whole rectangle. The middle tile is always the canvas itself, half a pixel off.

    Source: HyperbolicTileView of DeepArtist (Simiacryptus, 2019), which read the nearest pixel and one colour outside
    a radius of 0.9, laid the square's diagonals in creases, and let odd q have seams. Squares: M. Fong, *Analytical
    Methods for Squaring the Disc*, 2014 (elliptical grid mapping).
    """

    name: ClassVar[str] = "hyperbolic"
    version: ClassVar[int] = 2
    example: ClassVar[str] = """
        style: sample:cells?seed=1
        view: hyperbolic
    """
    between: ClassVar[bool] = True
    smooth: ClassVar[bool] = True

    mirror: bool = False
    """Whether the tile itself is symmetric too, as a regular polygon is; it must be where q is odd."""
    p: Annotated[Whole, Field(ge=3, le=24)] = 6
    """Sides of each tile."""
    q: Annotated[Whole, Field(ge=3, le=24)] = 4
    """Tiles around each corner."""
    depth: Annotated[Whole, Field(ge=1, le=200)] = 100
    """Reflections that a place may need; 100 are enough for every pixel but those on the limit."""
    radius: Annotated[Number, Field(ge=0.2, le=4)] = 1.0
    """Of the limit circle; half the short side is 1. More than 1.41 shows no limit on a square canvas."""
    model: Model = "poincare"
    """How the plane is drawn."""

    @field_validator("q")
    @classmethod
    def _is_hyperbolic(cls, q: int, others: ValidationInfo) -> int:
        p = others.data.get("p", 24)
        if 2 * (p + q) >= p * q:
            plane = "the flat plane" if 2 * (p + q) == p * q else "the sphere"
            step = 1 if others.data.get("mirror", False) else 2
            needed = next(each for each in range(4, 25, step) if 2 * (p + each) < p * each)
            raise wrong(f"{q} polygons of {p} sides around a corner tile {plane}: q: {needed} is hyperbolic")
        if q % 2 and not others.data.get("mirror", False):
            even = q + 1 if q < 23 else q - 1
            raise wrong(f"{q} tiles around a corner, an odd number, need mirror: true; q: {even} does without")
        return q

    def copies(self, across: Tensor, down: Tensor, height: int, width: int) -> Sequence[Copy]:
        import torch

        half_x, half_y = width / 2 * self.radius, height / 2 * self.radius
        if self.model != "square":
            half_x = half_y = min(half_x, half_y)
        x, y = across / half_x, down / half_y
        if self.model == "square":
            x, y = _folded(x), _folded(y)
            x, y = x * (1 - y * y / 2).sqrt(), y * (1 - x * x / 2).sqrt()
        square = x * x + y * y
        beyond = square > 1
        # Beyond the limit a place shows its inverse; at it there is none, so keep a hair's breadth away.
        factor = torch.where(beyond, 1 / square.clamp(min=1e-12), 1.0).clamp(min=0)
        x, y, square = x * factor, y * factor, square * factor * factor
        if self.model == "klein":
            shrink = 1 / (1 + (1 - square).clamp(min=0).sqrt())
            x, y = x * shrink, y * shrink
        x, y = self.reflected(x, y)
        if self.model == "klein":
            grow = 2 / (1 + x * x + y * y)
            x, y = x * grow, y * grow
        if self.model == "square":
            x, y = _squared(x, y)
        return [Copy(x * half_x, y * half_y, torch.ones_like(x))]

    def reflected(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Points of the disc, reflected into the middle tile."""
        import torch

        x, y = x.clone(), y.clone()
        sector, c = 2 * math.pi / self.p, self.center
        left = torch.arange(len(x))
        for _ in range(self.depth):
            px, py = x[left], y[left]
            # The nearest edge is the one in whose sector the point lies; turned to the right there is one circle.
            angle = (torch.atan2(py, px) / sector).round() * sector
            cosine, sine = angle.cos(), angle.sin()
            px, py = cosine * px + sine * py, cosine * py - sine * px
            distance = (px - c).square() + py.square()
            outside = distance < (c * c - 1) * (1 - 1e-12)
            if not bool(outside.any()):
                break
            left, cosine, sine = left[outside], cosine[outside], sine[outside]
            factor = (c * c - 1) / distance[outside].clamp(min=1e-30)
            px, py = c + (px[outside] - c) * factor, py[outside] * factor
            x[left], y[left] = cosine * px - sine * py, cosine * py + sine * px
        if self.mirror:
            radius, angle = x.hypot(y), torch.atan2(y, x)
            angle = (angle - (angle / sector).round() * sector).abs()
            x, y = radius * angle.cos(), radius * angle.sin()
        return x, y

    @property
    def center(self) -> float:
        """Distance of the centres of the edges' circles from the middle, the limit being 1."""
        middle = math.tanh(math.acosh(math.cos(math.pi / self.q) / math.sin(math.pi / self.p)) / 2)
        return (1 + middle * middle) / (2 * middle)


def _folded(x: Tensor) -> Tensor:
    """Reflected at -1 and 1."""
    return 1 - ((x + 1) % 4 - 2).abs()


def _squared(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """A point of the disc where the smooth stretching to -1..1 both ways brings it."""
    root, difference = math.sqrt(8), x * x - y * y

    def half(z: Tensor, d: Tensor) -> Tensor:
        return ((2 + d + root * z).clamp(min=0).sqrt() - (2 + d - root * z).clamp(min=0).sqrt()) / 2

    return half(x, difference), half(y, -difference)
