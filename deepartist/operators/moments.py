"""Matching of means, spreads and correlations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from deepartist.operators.base import Additive
from deepartist.operators.statistics import Gaussian, gaussian, pooled_gaussian, relative
from deepartist.recipe.contracts import Place
from deepartist.recipe.parts import register
from deepartist.recipe.words import Number

if TYPE_CHECKING:
    from torch import Tensor

VARIANCE_FLOOR = 1e-6
"""Added to every variance: channels that vary by less than a thousandth have no say in the correlations."""

Share = Annotated[Number, Field(ge=0, le=1e6)]


def moments(of: Gaussian) -> tuple[Tensor, Tensor, Tensor]:
    """Means ``(N, C)``, standard deviations ``(N, C)`` and correlations ``(N, C, C)``."""
    spread = (of.covariance.diagonal(dim1=1, dim2=2) + VARIANCE_FLOOR).sqrt()
    return of.mean, spread, of.covariance / (spread[:, :, None] * spread[:, None, :])


@register
class Moments(Additive):
    """Matches how much of each motif there is, how strongly it varies and what it goes with, each with its own weight.

    With the mean μ, the standard deviation σ and the correlation matrix R of C channels over the positions:

    ```text
    loss = mean · L(μ, μ*) + spread · L(σ, σ*) + correlation · L(R, R*)       L(x, x*) = Σ (x − x*)² / Σ x*²
    ```

    ≥ 0, and 0 at equal moments. σ = sqrt(variance + 1e-6). Unlike `gram`, faint channels count as much as strong ones
    in R, which gives vivid and accurate textures. Several style images are pooled exactly, by their positions.

    Source: the MomentMatcher of DeepArtist (Simiacryptus, 2019).
    """

    name: ClassVar[str] = "moments"
    version: ClassVar[int] = 1
    example: ClassVar[str] = "style: {image: sample:leaves, match: moments}"
    places: ClassVar[frozenset[Place]] = frozenset({"style"})
    on_pixels: ClassVar[bool] = False

    mean: Share = 1.0
    """Weight of the channel means."""
    spread: Share = 1.0
    """Weight of the standard deviations of the channels."""
    correlation: Share = 1.0
    """Weight of the correlations between channels."""

    @model_validator(mode="after")
    def _something_to_match(self) -> Moments:
        if self.mean == self.spread == self.correlation == 0:
            raise PydanticCustomError("recipe", "one of mean, spread and correlation must be greater than 0")
        return self

    def target(self, features: Sequence[Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        return moments(pooled_gaussian(features))

    def measure(self, features: Tensor, target: tuple[Tensor, Tensor, Tensor]) -> Gaussian:
        return gaussian(features)

    def distance(self, measured: Gaussian, target: tuple[Tensor, Tensor, Tensor]) -> Tensor:
        mean, spread, correlation = (
            relative(own, wanted) for own, wanted in zip(moments(measured), target, strict=True)
        )
        return self.mean * mean + self.spread * spread + self.correlation * correlation
