"""Matching of features as Gaussian distributions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from deepartist.operators.base import Additive
from deepartist.operators.statistics import FLOOR, Gaussian, gaussian, pooled_gaussian
from deepartist.recipe.contracts import Place
from deepartist.recipe.parts import register

if TYPE_CHECKING:
    from torch import Tensor

RIDGE = 1e-4
"""Share of the reference's mean variance that is added to all variances: bounds the gradient of the matrix root."""


@dataclass(frozen=True)
class Root:
    """The root of a reference's covariance with its ridge, ``(1, C, C)`` and ``(1, 1, 1)``, in float64 on the CPU."""

    matrix: Tensor
    ridge: Tensor


def root(reference: Gaussian) -> Root:
    """What `wasserstein` needs of the reference beside its moments."""
    import torch

    covariance = reference.covariance.cpu().double()
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
    # float64 (which not every GPU has): small eigenvalues of this product lie below the rounding errors of float32.
    own = of.covariance.cpu().double() + ridge * torch.eye(half.shape[1], dtype=half.dtype, device=half.device)
    values = torch.linalg.eigvalsh(half @ own @ half)
    # No eigenvalue can be smaller than ridge²; the clamp only catches rounding, and below it the root has no gradient.
    common = values.maximum(0.25 * ridge[:, :, 0].square()).sqrt().sum(1)
    variances = own.diagonal(dim1=1, dim2=2).sum(1) + half.square().sum((1, 2))
    distance: Tensor = means + (variances - 2 * common).to(means.device, means.dtype)
    return distance / reference.power.clamp(min=FLOOR)


@register
class W2(Additive):
    """Moves the features of the painting onto those of the style at the least cost: faint variations count as well.

    With the mean μ and the covariance S of C channels over the positions, and p = |μ*|² + tr S*:

    ```text
    loss = (|μ − μ*|² + tr(S + S* − 2 (S*^½ S S*^½)^½)) / p
    ```

    0 at equal moments and unbounded above: the squared Wasserstein distance of two Gaussians (1e-4 of the mean variance
    of S* is added to both diagonals). It costs an eigenvalue decomposition of a C × C matrix per layer and step.
    Several style images are pooled exactly.

    Sources: Dowson and Landau, *The Fréchet Distance between Multivariate Normal Distributions*, 1982, as used for
    style by Mroueh, *Wasserstein Style Transfer*, 2019 (arXiv 1905.12828).
    """

    name: ClassVar[str] = "w2"
    version: ClassVar[int] = 1
    example: ClassVar[str] = "style: {image: sample:cells, match: w2}"
    places: ClassVar[frozenset[Place]] = frozenset({"style"})
    on_pixels: ClassVar[bool] = False

    def target(self, features: Sequence[Tensor]) -> tuple[Gaussian, Root]:
        reference = pooled_gaussian(features)
        return reference, root(reference)

    def measure(self, features: Tensor, target: tuple[Gaussian, Root]) -> Gaussian:
        return gaussian(features)

    def distance(self, measured: Gaussian, target: tuple[Gaussian, Root]) -> Tensor:
        return wasserstein(measured, *target)
