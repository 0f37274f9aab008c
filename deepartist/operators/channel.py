"""Single channels made larger: what one filter of a network looks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field

from deepartist.operators.base import Additive
from deepartist.operators.statistics import FLOOR, pooled, precise
from deepartist.recipe.contracts import Place
from deepartist.recipe.fields import listed
from deepartist.recipe.parts import register
from deepartist.recipe.words import Number, Whole

if TYPE_CHECKING:
    from torch import Tensor


@register
class Channel(Additive):
    """Exaggerates what single channels of a layer see: one motif instead of all.

    With the features f of the layer, K the numbers of the channels, f* those of the reference:

    ```text
    loss = −mean(f_k^a)^(1/a) / sqrt(mean(f*²))        a = exponent
    ```

    The mean of f_k goes over k in K and all positions, that of f* over all channels. With an exponent other than 1
    negative features, which only layers before their ReLU have, count as silent. 0 for silent channels, unbounded
    below. A number that the layer does not have is counted round.

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
    exponent: Annotated[Number, Field(ge=1, le=8)] = 1.0
    """With 1 every place counts alike; larger ones make the motif strong where it is strong already."""

    def identity(self) -> dict[str, Any]:
        """Keys from before there was an exponent stay."""
        identity = super().identity()
        if self.exponent == 1:
            del identity["exponent"]
        return identity

    def target(self, features: Sequence[Tensor]) -> Tensor:
        return pooled(features, lambda each: precise(each).square().mean((1, 2, 3))).sqrt().clamp(min=FLOOR)

    def measure(self, features: Tensor, target: Tensor) -> Tensor:
        chosen = precise(features)[:, [each % features.shape[1] for each in self.index]]
        return (chosen if self.exponent == 1 else chosen.relu().pow(self.exponent)).mean((1, 2, 3))

    def distance(self, measured: Tensor, target: Tensor) -> Tensor:
        # The root has no slope at 0.
        root = measured if self.exponent == 1 else measured.clamp(min=FLOOR).pow(1 / self.exponent)
        return -root / target
