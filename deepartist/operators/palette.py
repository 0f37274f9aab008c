"""Matching of colours, at every fineness of detail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from deepartist.operators.base import Operator
from deepartist.operators.statistics import gaussian, only, pooled_gaussian, precise
from deepartist.recipe.contracts import Place
from deepartist.recipe.parts import register
from deepartist.recipe.words import Whole

if TYPE_CHECKING:
    from torch import Tensor

RIDGE, VARIANCE_FLOOR = 2e-3, 1e-6
"""Added to all variances of a band, as a share of its mean variance and absolutely: what is below has no say."""


def bands(pixels: Tensor, count: int) -> list[Tensor]:
    """Details of ``(N, 3, H, W)`` of up to 2 pixels, up to 4, …, and what is left; they add up to the picture.

    Only where whole windows lie: `halo` pixels are missing on every side.
    """
    halo = _halo(count)
    size = pixels.shape[2] - 2 * halo, pixels.shape[3] - 2 * halo
    parts, rest, means = [], _cut(pixels, halo, size), pixels
    for band in range(1, count):
        half = 2 ** (band - 1)  # a mean over twice the window is one of two neighbouring means
        means = (means[:, :, :-half] + means[:, :, half:]) * 0.5
        means = (means[:, :, :, :-half] + means[:, :, :, half:]) * 0.5
        smooth = _cut(means, halo - half, size)
        parts.append(rest - smooth)
        rest = smooth
    return [*parts, rest]


def _cut(x: Tensor, first: int, size: tuple[int, int]) -> Tensor:
    return x[:, :, first : first + size[0], first : first + size[1]]


def _halo(count: int) -> int:
    return 2 ** (count - 2) if count > 1 else 0


@dataclass(frozen=True)
class Colors:
    """Of the reference's bands: what is added to a covariance, and what makes it 1, ``(1, 3, 3)`` in float64.

    On the CPU: such small matrices are at home there, and not every GPU computes in float64.
    """

    ridge: tuple[Tensor, ...]
    whitening: tuple[Tensor, ...]
    mean: Tensor
    """Of the last band, ``(1, 3)``."""


@register
class Palette(Operator):
    """Matches the colours, in large shapes and in fine detail, however faint: no speckle in a drawing of black ink.

    The picture is taken apart into b bands of detail (means over windows of 1, 2, 4 … pixels, less those over twice as
    many). With the covariance S of the three colours in a band, and the mean colour μ of the last one:

    ```text
    loss = Σ_b Σ_i (log √λ_i)² + (μ − μ*)ᵀ S*⁻¹ (μ − μ*)        λ: eigenvalues of S*^-½ S S*^-½
    ```

    ≥ 0 and 0 at equal colours; √λ says how many times as strong a mixture of colours is as in the style, so that
    a colour the style hardly knows weighs as much as its main one. 0.002 of the mean variance and 1e-6 are added to all
    diagonals; the last term takes S* of the last band. Several style images are pooled by their positions.

    Sources: the distance of covariances is that of Förstner and Moonen, *A Metric for Covariance Matrices*, 1999; bands
    as in Heeger and Bergen, *Pyramid-Based Texture Analysis*, 1995.
    """

    name: ClassVar[str] = "palette"
    version: ClassVar[int] = 1
    example: ClassVar[str] = "style: {image: sample:flame, match: palette}"
    places: ClassVar[frozenset[Place]] = frozenset({"style"})
    on_pixels: ClassVar[bool] = True
    placed: ClassVar[bool] = True
    regional: ClassVar[bool] = True

    bands: Annotated[Whole, Field(ge=1, le=6)] = 4
    """How many: details of up to 2, 4, 8 … pixels, and the rest."""

    def halo(self, torus: bool) -> int:
        return _halo(self.bands)

    def target(self, features: Sequence[Tensor]) -> Colors:
        import torch

        maps = [bands(precise(each), self.bands) for each in features]
        ridges, whitenings = [], []
        for band in zip(*maps, strict=True):
            covariance = pooled_gaussian(band).covariance.cpu().double()
            least = RIDGE * covariance.diagonal(dim1=1, dim2=2).mean() + VARIANCE_FLOOR
            ridge = least * torch.eye(3, dtype=covariance.dtype)[None]
            values, vectors = torch.linalg.eigh(covariance + ridge)
            ridges.append(ridge)
            whitenings.append(vectors * values.rsqrt()[:, None, :] @ vectors.mT)
        return Colors(tuple(ridges), tuple(whitenings), pooled_gaussian([each[-1] for each in maps]).mean.cpu())

    def loss(self, features: Tensor, target: Colors, inside: Tensor | None = None) -> Tensor:
        import torch

        parts = bands(precise(features), self.bands)
        if inside is not None:
            parts = [only(each, inside) for each in parts]
        away = (parts[-1].mean((2, 3)).cpu() - target.mean).double()[:, :, None]
        loss = (target.whitening[-1] @ away).square().sum((1, 2))
        for band, ridge, whitening in zip(parts, target.ridge, target.whitening, strict=True):
            own = whitening @ (gaussian(band).covariance.cpu().double() + ridge) @ whitening
            # No eigenvalue can be smaller than the ridge leaves it; the clamp only catches rounding.
            loss = loss + (0.5 * torch.linalg.eigvalsh(own).clamp(min=1e-12).log()).square().sum(1)
        return loss.to(parts[0].device, parts[0].dtype)
