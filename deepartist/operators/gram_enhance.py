"""Gram matrices made larger in the direction of the style."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from deepartist.operators.base import Additive
from deepartist.operators.gram import gram
from deepartist.operators.statistics import FLOOR, pooled
from deepartist.recipe.contracts import Place
from deepartist.recipe.parts import register
from deepartist.recipe.words import Number

if TYPE_CHECKING:
    from torch import Tensor


@register
class GramEnhance(Additive):
    """Exaggerates the style: whatever occurs together in it is made to occur together more, up to a limit.

    With the Gram matrices G = f fᵀ / N of C channels:

    ```text
    loss = mean(clip(−G · G* / mean(G*²), low, high))       over all C × C pairs of channels
    ```

    −1 at the style where nothing is clipped. Pairs of channels beyond a limit are pushed no further: `high` is where
    pairs of opposite sign end, `low` how often the power of the style is enough. Vivid together with `moments`, which
    keeps it true to the style; alone it runs away.

    Source: the GramMatrixEnhancer of DeepArtist (Simiacryptus, 2019).
    """

    name: ClassVar[str] = "gram_enhance"
    version: ClassVar[int] = 1
    example: ClassVar[str] = "style: {image: sample:marble, match: [moments, {gram_enhance: {weight: 0.3}}]}"
    places: ClassVar[frozenset[Place]] = frozenset({"style"})
    on_pixels: ClassVar[bool] = False
    enhances: ClassVar[bool] = True

    low: Annotated[Number, Field(ge=-1e6, lt=0)] = -5.0
    """Least value of a pair."""
    high: Annotated[Number, Field(gt=0, le=1e6)] = 5.0
    """Largest value of a pair."""

    def target(self, features: Sequence[Tensor]) -> Tensor:
        return pooled(features, gram)

    def measure(self, features: Tensor, target: Tensor) -> Tensor:
        return gram(features)

    def distance(self, measured: Tensor, target: Tensor) -> Tensor:
        pairs = -measured * target / target.square().mean().clamp(min=FLOOR)
        return pairs.clamp(self.low, self.high).mean((1, 2))
