"""Gram matrices between places at a distance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import BeforeValidator, Field

from deepartist.operators.base import Operator
from deepartist.operators.statistics import positions, relative
from deepartist.recipe.contracts import Place
from deepartist.recipe.fields import listed
from deepartist.recipe.parts import register
from deepartist.recipe.words import Whole

if TYPE_CHECKING:
    from torch import Tensor

Distance = Annotated[Whole, Field(ge=1, le=256)]


def shifted_products(features: Tensor, distance: int, across: bool) -> Tensor:
    """Sum of products of every channel with every channel `distance` positions further: ``(N, C, C)``; 0 where the map
    is no larger."""
    size = features.shape[3 if across else 2]
    reach = min(distance, size)
    axis = 3 if across else 2
    near, far = features.narrow(axis, 0, size - reach), features.narrow(axis, reach, size - reach)
    return positions(near).mT @ positions(far)


@register
class ShiftedGram(Operator):
    """Repeats the order of the style: rows, lattices, bricks, whatever comes again at a distance.

    With the features f of C channels at positions u, and shifts d along rows and along columns:

    ```text
    G_d = mean over u of f(u) f(u + d)ᵀ            loss = Σ_d Σ (G_d − G_d*)² / Σ_d Σ G_d*²
    ```

    ≥ 0, and 0 where pairs at every distance occur as often as in the style. It comes beside `gram`, which knows
    nothing of distances. Distances are counted in positions of the layer, and those beyond the map are left out.

    Source: Berger and Memisevic, *Incorporating Long-Range Consistency in CNN-Based Texture Generation*, ICLR 2017
    (arXiv 1606.01286).
    """

    name: ClassVar[str] = "shifted_gram"
    version: ClassVar[int] = 1
    example: ClassVar[str] = """
        style: {image: sample:cloth, match: [gram, {shifted_gram: {distances: [1, 2, 4, 8, 16]}}]}
    """
    places: ClassVar[frozenset[Place]] = frozenset({"style"})
    on_pixels: ClassVar[bool] = False
    placed: ClassVar[bool] = True

    distances: Annotated[tuple[Distance, ...], BeforeValidator(listed, json_schema_input_type=int | list[int])] = Field(
        (1, 2, 4, 8), min_length=1, max_length=16
    )
    """How far apart, in positions of the layer."""

    def target(self, features: Sequence[Tensor]) -> Tensor:
        return self._products(features)

    def loss(self, features: Tensor, target: Tensor) -> Tensor:
        return relative(self._products([features]), target)

    def _products(self, maps: Sequence[Tensor]) -> Tensor:
        """Mean products of all maps together: ``(N, 2 D, C, C)`` for D distances."""
        import torch

        found = []
        for across in (True, False):
            for distance in self.distances:
                sums = [shifted_products(each, distance, across) for each in maps]
                pairs = sum(
                    max(0, each.shape[3] - distance * across) * max(0, each.shape[2] - distance * (not across))
                    for each in maps
                )
                found.append(sum(sums[1:], start=sums[0]) / max(pairs, 1))
        return torch.stack(found, 1)
