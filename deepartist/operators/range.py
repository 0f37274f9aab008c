"""Colours within their range."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from deepartist.operators.base import Operator
from deepartist.operators.statistics import precise
from deepartist.recipe.contracts import Place
from deepartist.recipe.parts import register

if TYPE_CHECKING:
    from torch import Tensor


@register
class Range(Operator):
    """Draws colours that no screen can show back into the range 0..1; of use where the canvas may leave it.

    With the pixels x and what is left of them in the range:

    ```text
    loss = mean((x − clip(x, 0, 1))²)
    ```

    0 within the range. A canvas seen through an averaging view has this term by itself.

    Source: the range penalty of plenoptic's metamers (Duong et al. 2023), here with exact zero inside.
    """

    name: ClassVar[str] = "range"
    version: ClassVar[int] = 1
    example: ClassVar[str] = """
        enhance: {layers: relu2_2, by: {channel: {index: 38}}}
        regularize: {range: {weight: 10}}
        stages: {from: 64, steps: 40}
    """
    places: ClassVar[frozenset[Place]] = frozenset({"regularize"})
    on_pixels: ClassVar[bool] = True

    def target(self, features: Sequence[Tensor]) -> None:
        return None

    def loss(self, features: Tensor, target: None) -> Tensor:
        pixels = precise(features)
        return (pixels - pixels.clamp(0, 1)).square().mean((1, 2, 3))
