"""Channel mean matching."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from deepartist.operators.base import Additive
from deepartist.operators.statistics import pooled, positions, relative
from deepartist.recipe.contracts import Place
from deepartist.recipe.parts import register

if TYPE_CHECKING:
    from torch import Tensor


def channel_means(features: Tensor) -> Tensor:
    """Mean of each channel over the positions: ``(N, C, H, W)`` → ``(N, C)``."""
    return positions(features).mean(1)


@register
class Mean(Additive):
    """Uses each motif of the style as much as the style does on average, and leaves open how motifs combine.

    With the mean μ of each of C channels over the positions:

    ```text
    loss = Σ (μ − μ*)² / Σ μ*²
    ```

    0 at equal means, 1 for a silent signal, unbounded above. Weak alone; on `pixels` it matches the average colour.
    Several style images count by their number of positions.

    Source: the ChannelMeanMatcher of DeepArtist (Simiacryptus, 2019).
    """

    name: ClassVar[str] = "mean"
    version: ClassVar[int] = 1
    example: ClassVar[str] = "style: {image: sample:cloth, match: mean}"
    places: ClassVar[frozenset[Place]] = frozenset({"style"})
    on_pixels: ClassVar[bool] = False

    def target(self, features: Sequence[Tensor]) -> Tensor:
        return pooled(features, channel_means)

    def measure(self, features: Tensor, target: Tensor) -> Tensor:
        return channel_means(features)

    def distance(self, measured: Tensor, target: Tensor) -> Tensor:
        return relative(measured, target)
