"""Matching of means and spreads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from deepartist.operators.base import Additive
from deepartist.operators.statistics import Gaussian, gaussian, pooled_gaussian, relative
from deepartist.recipe.contracts import Place
from deepartist.recipe.parts import register

if TYPE_CHECKING:
    from torch import Tensor

VARIANCE_FLOOR = 1e-5
"""Added to every variance, as in batch normalisation."""


def levels(of: Gaussian) -> Tensor:
    """Means and standard deviations of the channels: ``(N, 2 C)``."""
    import torch

    spread = (of.covariance.diagonal(dim1=1, dim2=2) + VARIANCE_FLOOR).sqrt()
    return torch.cat([of.mean, spread], 1)


@register
class BnStats(Additive):
    """Matches how much of each motif there is and how strongly it varies; how motifs combine is left open.

    With the mean μ and the standard deviation σ = sqrt(variance + 1e-5) of each of C channels over the positions:

    ```text
    loss = (Σ (μ − μ*)² + Σ (σ − σ*)²) / (Σ μ*² + Σ σ*²)
    ```

    ≥ 0, and 0 at equal moments. The cheapest of the style operators that give texture, and the loosest but `mean`.
    Several style images are pooled exactly.

    Source: Li, Wang, Liu and Hou, *Demystifying Neural Style Transfer*, IJCAI 2017 (arXiv 1701.01036).
    """

    name: ClassVar[str] = "bn_stats"
    version: ClassVar[int] = 1
    example: ClassVar[str] = "style: {image: sample:marble, match: bn_stats}"
    places: ClassVar[frozenset[Place]] = frozenset({"style"})
    on_pixels: ClassVar[bool] = False

    def target(self, features: Sequence[Tensor]) -> Tensor:
        return levels(pooled_gaussian(features))

    def measure(self, features: Tensor, target: Tensor) -> Gaussian:
        return gaussian(features)

    def distance(self, measured: Gaussian, target: Tensor) -> Tensor:
        return relative(levels(measured), target)
