"""Single channels made larger: what one filter of a network looks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import BeforeValidator, Field

from deepartist.operators.base import Additive
from deepartist.operators.statistics import FLOOR, pooled, precise
from deepartist.recipe.contracts import Place
from deepartist.recipe.fields import listed
from deepartist.recipe.parts import register
from deepartist.recipe.words import Whole

if TYPE_CHECKING:
    from torch import Tensor


@register
class Channel(Additive):
    """Exaggerates what single channels of a layer see: one motif instead of all.

    With the features f of the layer, K the numbers of the channels, f* those of the reference:

    ```text
    loss = −mean(f_k) / sqrt(mean(f*²))        mean over k in K and all positions; mean of f* over all channels
    ```

    0 for silent channels, unbounded below. A number that the layer does not have is counted round.

    Sources: Olah, Mordvintsev and Schubert, *Feature Visualization*, Distill 2017; the SingleChannelEnhancer of
    DeepArtist (Simiacryptus, 2019).
    """

    name: ClassVar[str] = "channel"
    version: ClassVar[int] = 1
    example: ClassVar[str] = """
        enhance: {layers: relu2_2, by: {channel: {index: 54}}}
        stages: {from: 64, steps: 40}
    """
    places: ClassVar[frozenset[Place]] = frozenset({"enhance"})
    on_pixels: ClassVar[bool] = False
    enhances: ClassVar[bool] = True

    index: Annotated[
        tuple[Annotated[Whole, Field(ge=0, le=4095)], ...],
        BeforeValidator(listed, json_schema_input_type=int | list[int]),
    ] = Field((0,), min_length=1, max_length=64)
    """Numbers of the channels, from 0."""

    def target(self, features: Sequence[Tensor]) -> Tensor:
        return pooled(features, lambda each: precise(each).square().mean((1, 2, 3))).sqrt().clamp(min=FLOOR)

    def measure(self, features: Tensor, target: Tensor) -> Tensor:
        chosen = precise(features)[:, [each % features.shape[1] for each in self.index]]
        return chosen.mean((1, 2, 3))

    def distance(self, measured: Tensor, target: Tensor) -> Tensor:
        return -measured / target
