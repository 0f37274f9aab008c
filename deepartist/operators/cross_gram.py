"""Gram matrices between layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from deepartist.operators.base import Operator
from deepartist.operators.statistics import positions, precise, relative
from deepartist.recipe.contracts import Place
from deepartist.recipe.parts import register

if TYPE_CHECKING:
    from torch import Tensor

Maps = tuple["Tensor", ...]


def cross_products(shallow: Tensor, deep: Tensor) -> tuple[Tensor, int]:
    """Sum of products of all channels of two layers over the positions of the coarser, ``(N, C, D)``, and their number.

    Every position of the coarser layer stands for several of the finer one, so that the mean of these says as much as
    each of them with the coarser layer enlarged.
    """
    height, width = min(shallow.shape[2], deep.shape[2]), min(shallow.shape[3], deep.shape[3])
    rows = [positions(_coarser(each, height, width)) for each in (shallow, deep)]
    return rows[0].mT @ rows[1], height * width


def _coarser(features: Tensor, height: int, width: int) -> Tensor:
    """Averaged to that many positions; odd remainders are dropped."""
    import torch.nn.functional as F

    window = features.shape[2] // height, features.shape[3] // width
    pooled = F.avg_pool2d(precise(features), window) if max(window) > 1 else features
    return pooled[:, :, :height, :width]


@register
class CrossGram(Operator):
    """Matches which small motifs stand in which large ones: strokes inside leaves, grain inside stones.

    With the features f of each layer named and g of the next one in depth, enlarged to the positions of f (or the other
    way round where it is the finer: where the second branch of `texnet` begins):

    ```text
    G = f gᵀ / N            loss = Σ (G − G*)² / Σ G*²           sums over all pairs of neighbouring layers
    ```

    ≥ 0. It needs at least two layers and comes beside `gram`, which knows each layer by itself. Several style images
    count by their number of positions.

    Sources: Novak and Nikulin, *Improving the Neural Algorithm of Artistic Style*, 2016 (arXiv 1605.04603); Yeh and
    Tang, *Improved Style Transfer by Respecting Inter-Layer Correlations*, 2018 (arXiv 1801.01933).
    """

    name: ClassVar[str] = "cross_gram"
    version: ClassVar[int] = 1
    example: ClassVar[str] = "style: {image: sample:stones, match: [gram, cross_gram]}"
    places: ClassVar[frozenset[Place]] = frozenset({"style"})
    on_pixels: ClassVar[bool] = False
    joint: ClassVar[bool] = True
    least_layers: ClassVar[int] = 2
    placed: ClassVar[bool] = True

    def target(self, features: Sequence[Maps]) -> Tensor:
        return self._products(features)

    def loss(self, features: Maps, target: Tensor) -> Tensor:
        return relative(self._products([features]), target)

    @staticmethod
    def _products(pictures: Sequence[Maps]) -> Tensor:
        """Mean products of all neighbouring layers, flat: ``(N, Σ C D)``."""
        import torch

        found = []
        for layer in range(len(pictures[0]) - 1):
            pairs = [cross_products(maps[layer], maps[layer + 1]) for maps in pictures]
            total = sum((sums for sums, _ in pairs[1:]), start=pairs[0][0])
            found.append((total / sum(count for _, count in pairs)).flatten(1))
        return torch.cat(found, 1)
