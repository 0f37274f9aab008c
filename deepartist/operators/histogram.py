"""Matching of the distribution of every channel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from deepartist.operators.base import Operator
from deepartist.operators.draws import quantiles_apart
from deepartist.operators.statistics import FLOOR, all_positions, positions
from deepartist.recipe.contracts import Place
from deepartist.recipe.parts import register

if TYPE_CHECKING:
    from torch import Tensor


@register
class Histogram(Operator):
    """Gives every motif of the style its whole distribution: much of it here, none there, as often as in the style.

    With the values of each of C channels at N positions, sorted, s of the signal and s* of the reference (read at N
    places evenly between its smallest and its largest):

    ```text
    loss = mean((s − s*)²) / mean(f*²)            mean over channels and positions
    ```

    ≥ 0, and 0 at equal histograms. It mends the contrast that `gram` leaves open, on `pixels` the colours. It sorts, so
    that it costs more than sums do. Several style images are one set of positions.

    Source: Risser, Wilmot and Barnes, *Stable and Controllable Neural Texture Synthesis and Style Transfer Using
    Histogram Losses*, 2017 (arXiv 1701.08893).
    """

    name: ClassVar[str] = "histogram"
    version: ClassVar[int] = 1
    example: ClassVar[str] = "style: {image: sample:strokes, match: [gram, histogram]}"
    places: ClassVar[frozenset[Place]] = frozenset({"style"})
    on_pixels: ClassVar[bool] = False

    def target(self, features: Sequence[Tensor]) -> Tensor:
        return all_positions(features).T.contiguous()

    def loss(self, features: Tensor, target: Tensor) -> Tensor:
        return quantiles_apart(positions(features).mT, target) / target.square().mean().clamp(min=FLOOR)
