"""Signals made larger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from deepartist.operators.base import Additive
from deepartist.operators.statistics import FLOOR, pooled, positions
from deepartist.recipe.contracts import Place
from deepartist.recipe.parts import register
from deepartist.recipe.words import Number

if TYPE_CHECKING:
    from torch import Tensor


def mean_power(features: Tensor, exponent: float) -> Tensor:
    """Mean of ``|f|^exponent`` over channels and positions: ``(N,)``."""
    return positions(features).abs().pow(exponent).mean((1, 2))


@register
class Power(Additive):
    """Exaggerates whatever a layer sees in the picture: the deep dream.

    With the features f of a layer and those f* of the reference (the picture that the painting starts from):

    ```text
    loss = −mean(|f|^a) / mean(|f*|^a)        not below clip, a = exponent
    ```

    −1 at the reference, 0 for a silent signal, unbounded below without `clip`.

    Sources: Mordvintsev, Olah and Tyka, *Inceptionism*, 2015; the ChannelPowerEnhancer of DeepArtist
    (Simiacryptus, 2019).
    """

    name: ClassVar[str] = "power"
    version: ClassVar[int] = 1
    example: ClassVar[str] = """
        content: sample:landscape
        enhance: relu4_2
        stages: {from: 128, steps: 20}
    """
    places: ClassVar[frozenset[Place]] = frozenset({"enhance"})
    on_pixels: ClassVar[bool] = False
    enhances: ClassVar[bool] = True

    clip: Annotated[Number, Field(lt=0, ge=-1e6)] | None = None
    """Enough is enough: beyond this (negative) loss the signal is not pushed further."""
    exponent: Annotated[Number, Field(ge=1, le=8)] = 2.0
    """Larger ones favour the strongest signals."""

    def target(self, features: Sequence[Tensor]) -> Tensor:
        return pooled(features, lambda each: mean_power(each, self.exponent)).clamp(min=FLOOR)

    def measure(self, features: Tensor, target: Tensor) -> Tensor:
        return mean_power(features, self.exponent)

    def distance(self, measured: Tensor, target: Tensor) -> Tensor:
        loss = -measured / target
        return loss if self.clip is None else loss.clamp(min=self.clip)
