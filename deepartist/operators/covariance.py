"""Matching of means and covariances."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from deepartist.operators.base import Additive
from deepartist.operators.statistics import FLOOR, Gaussian, gaussian, pooled_gaussian, relative
from deepartist.recipe.contracts import Place
from deepartist.recipe.parts import register

if TYPE_CHECKING:
    from torch import Tensor


def frobenius(of: Gaussian, reference: Gaussian) -> Tensor:
    """Squared distances of means and covariances, each relative to the reference: ``(N,)``."""
    means = (of.mean - reference.mean).square().sum(1) / reference.power.clamp(min=FLOOR)
    return means + relative(of.covariance, reference.covariance)


@register
class Covariance(Additive):
    """Matches the average and the variations of the style apart from each other: steadier contrast than `gram`.

    With the mean μ and the covariance S = (f − μ)(f − μ)ᵀ / N of C channels at N positions, and p = |μ*|² + tr S*:

    ```text
    loss = |μ − μ*|² / p + Σ (S − S*)² / Σ S*²
    ```

    0 at equal moments and unbounded above. Several style images are pooled exactly.

    Source: the centred Gram matrix, after Gatys, Ecker and Bethge 2015 (arXiv 1505.07376).
    """

    name: ClassVar[str] = "covariance"
    version: ClassVar[int] = 2
    example: ClassVar[str] = "style: {image: sample:cloth, match: covariance}"
    places: ClassVar[frozenset[Place]] = frozenset({"style"})
    on_pixels: ClassVar[bool] = False

    def target(self, features: Sequence[Tensor]) -> Gaussian:
        return pooled_gaussian(features)

    def measure(self, features: Tensor, target: Gaussian) -> Gaussian:
        return gaussian(features)

    def distance(self, measured: Gaussian, target: Gaussian) -> Tensor:
        return frobenius(measured, target)
