"""Balls with the rotations of the regular solids."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, ClassVar

from deepartist.recipe.parts import register
from deepartist.views.maps import Copy
from deepartist.views.sphere import OnSphere

if TYPE_CHECKING:
    from torch import Tensor

GOLDEN = (1 + math.sqrt(5)) / 2
BAND = 0.18
"""Part of a tile's radius, on each side of its borders, in which it flows into its neighbours."""


class OnSolid(OnSphere):
    """A sphere of equal tiles, one for each rotation of a solid; subclasses say which.

    The tile in the middle, before any turn, is the middle of the canvas as it is; each other tile is brought there by
    its rotation. A point p shows, for the rotations g that bring it nearest to the middle m of that tile,

    ```text
    the sum of w(g) · x(g p)        w(g) ∝ max(0, m · g p - max over h (m · h p) + band)²
    ```

    with weights that sum to 1: inside a tile there is one, near its borders a few, so that neighbours flow into each
    other. The picture is thereby the same under all rotations of the solid.
    """

    averages: ClassVar[bool] = True
    between: ClassVar[bool] = True
    axes: ClassVar[tuple[tuple[float, float, float], tuple[float, float, float]]]
    """Of a rotation by 1/n with n as great as possible, and of the nearest by a third: a tile lies between."""
    fold: ClassVar[int]
    """That n."""

    @property
    def period(self) -> float:
        # Of the solid's rotations, those about the axis of the turn.
        upright = [each for each in group(type(self)) if float(each[1, 1]) > 1 - 1e-6]
        return 360 / len(upright)

    def front(self, points: Tensor, height: int, width: int) -> Sequence[Copy]:
        import torch

        size = min(height, width) / 2
        rotations = group(type(self))
        toward = rotations[:, :2].permute(1, 2, 0).contiguous()
        # The middle of the picture's tile is (0, 0, 1): nearness is the third coordinate. At most `fold` tiles meet at
        # a point, and there is one to spare.
        nearness, which = (rotations[:, 2] @ points).topk(self.fold + 1, dim=0)
        band = 8 * BAND / len(rotations)
        weight = (nearness - nearness[0] + band).clamp(min=0).square()
        weight = weight / weight.sum(0)
        found = []
        for tile, share in zip(which, weight, strict=True):
            across, down = torch.einsum("ijp,jp->ip", toward[:, :, tile], points)
            found.append(Copy(across * size, down * size, share))
        return found


@cache
def group(solid: type[OnSolid]) -> Tensor:
    """All rotations of a solid, ``(n, 3, 3)`` in float64, so placed that the middle of a tile is (0, 0, 1)."""
    import torch

    great, third = (torch.tensor(axis, dtype=torch.float64) for axis in solid.axes)
    generators = [_rotation(great, 2 * math.pi / solid.fold), _rotation(third, 2 * math.pi / 3)]
    found = [torch.eye(3, dtype=torch.float64)]
    for element in found:
        for generator in generators:
            product = generator @ element
            if all((product - other).abs().max() > 1e-6 for other in found):
                found.append(product)
    middle = _unit(_unit(great) + _unit(third))
    side = _unit(torch.linalg.cross(great, third))
    placed = torch.stack([side, torch.linalg.cross(middle, side), middle])
    return placed @ torch.stack(found) @ placed.T


def _unit(vector: Tensor) -> Tensor:
    result: Tensor = vector / vector.norm()
    return result


def _rotation(axis: Tensor, angle: float) -> Tensor:
    import torch

    x, y, z = _unit(axis).tolist()
    cross = torch.tensor([[0, -z, y], [z, 0, -x], [-y, x, 0]], dtype=torch.float64)
    rotation: Tensor = torch.linalg.matrix_exp(angle * cross)
    return rotation


@register
class Tetra(OnSolid):
    """Tiles a ball by the twelve rotations of the tetrahedron."""

    name: ClassVar[str] = "tetra"
    version: ClassVar[int] = 1
    example: ClassVar[str] = """
        style: sample:leaves
        view: tetra
    """
    axes = ((1, 1, 1), (1, 1, -1))
    fold = 3


@register
class Octa(OnSolid):
    """Tiles a ball by the 24 rotations of the octahedron and the cube."""

    name: ClassVar[str] = "octa"
    version: ClassVar[int] = 1
    example: ClassVar[str] = """
        style: sample:cells?seed=2
        view: octa
    """
    axes = ((0, 0, 1), (1, 1, 1))
    fold = 4


@register
class Icosa(OnSolid):
    """Tiles a ball by the sixty rotations of the icosahedron and the dodecahedron."""

    name: ClassVar[str] = "icosa"
    example: ClassVar[str] = """
        style: sample:cells
        view: icosa
    """
    version: ClassVar[int] = 1
    axes = ((0, 1, GOLDEN), (1, 1, 1))
    fold = 5
