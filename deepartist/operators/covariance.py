"""Matching of means and covariances, as matrices or as Gaussian distributions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from deepartist.operators.base import Operator
from deepartist.operators.statistics import FLOOR, Gaussian, gaussian, pooled_gaussian, relative
from deepartist.recipe.contracts import Place
from deepartist.recipe.parts import register

if TYPE_CHECKING:
    from torch import Tensor

RIDGE = 1e-4
"""Share of the reference's mean variance that is added to all variances: bounds the gradient of the matrix root."""


def frobenius(of: Gaussian, reference: Gaussian) -> Tensor:
    """Squared distances of means and covariances, each relative to the reference: ``(N,)``."""
    means = (of.mean - reference.mean).square().sum(1) / reference.power.clamp(min=FLOOR)
    return means + relative(of.covariance, reference.covariance)


@dataclass(frozen=True)
class Root:
    """The root of a reference's covariance with its ridge, in float64: ``(1, C, C)`` and ``(1, 1, 1)``."""

    matrix: Tensor
    ridge: Tensor


def root(reference: Gaussian) -> Root:
    """What `wasserstein` needs of the reference beside its moments."""
    import torch

    covariance = reference.covariance.double()
    scale = covariance.diagonal(dim1=1, dim2=2).mean(1).clamp(min=FLOOR)[:, None, None]
    values, vectors = torch.linalg.eigh(covariance)
    spread = (values.clamp(min=0)[:, None, :] + RIDGE * scale).sqrt()
    matrix: Tensor = (vectors * spread) @ vectors.mT
    return Root(matrix, RIDGE * scale)


def wasserstein(of: Gaussian, reference: Gaussian, reference_root: Root) -> Tensor:
    """Squared 2-Wasserstein distance of two Gaussians, relative to the power of the reference: ``(N,)``."""
    import torch

    means = (of.mean - reference.mean).square().sum(1)
    half, ridge = reference_root.matrix, reference_root.ridge
    # float64, as the small eigenvalues of this product lie below the rounding errors of float32.
    own = of.covariance.double() + ridge * torch.eye(half.shape[1], dtype=half.dtype, device=half.device)
    values = torch.linalg.eigvalsh(half @ own @ half)
    # No eigenvalue can be smaller than ridge²; the clamp only catches rounding, and below it the root has no gradient.
    common = values.maximum(0.25 * ridge[:, :, 0].square()).sqrt().sum(1)
    variances = own.diagonal(dim1=1, dim2=2).sum(1) + half.square().sum((1, 2))
    distance: Tensor = means + (variances - 2 * common).to(means.dtype)
    return distance / reference.power.clamp(min=FLOOR)


@register
class Covariance(Operator):
    """Matches the average and the variations of the style apart from each other: steadier contrast than `gram`.

    With the mean μ and the covariance S = (f − μ)(f − μ)ᵀ / N of C channels at N positions, and p = |μ*|² + tr S*:

    ```text
    frobenius:    loss = |μ − μ*|² / p + Σ (S − S*)² / Σ S*²
    wasserstein:  loss = (|μ − μ*|² + tr(S + S* − 2 (S*^½ S S*^½)^½)) / p
    ```

    Both are 0 at equal moments and unbounded above. `wasserstein` is the cost of moving one Gaussian onto the other
    (1e-4 of the mean variance of S* is added to both diagonals); it weighs strong and faint variations more evenly and
    costs an eigenvalue decomposition of a C × C matrix per step. Several style images are pooled exactly.

    Sources: the centred Gram matrix of Gatys et al. 2015; Dowson and Landau, *The Fréchet Distance between Multivariate
    Normal Distributions*, 1982, as used for style by Mroueh, *Wasserstein Style Transfer*, 2019 (arXiv 1905.12828).
    """

    name: ClassVar[str] = "covariance"
    version: ClassVar[int] = 1
    places: ClassVar[frozenset[Place]] = frozenset({"style"})
    additive: ClassVar[bool] = True
    on_pixels: ClassVar[bool] = False

    distance: Literal["frobenius", "wasserstein"] = "frobenius"
    """How two covariances are compared: entry by entry, or as Gaussian distributions."""

    def target(self, features: Sequence[Tensor]) -> tuple[Gaussian, Root | None]:
        reference = pooled_gaussian(features)
        return reference, root(reference) if self.distance == "wasserstein" else None

    def loss(self, features: Tensor, target: tuple[Gaussian, Root | None]) -> Tensor:
        reference, reference_root = target
        if reference_root is None:
            return frobenius(gaussian(features), reference)
        return wasserstein(gaussian(features), reference, reference_root)
