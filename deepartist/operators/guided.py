"""Dreams of a guide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from deepartist.operators.base import Drawn, Operator
from deepartist.operators.draws import drawn_positions
from deepartist.operators.statistics import FLOOR, all_positions, positions
from deepartist.recipe.contracts import Place
from deepartist.recipe.parts import register
from deepartist.recipe.words import Whole

if TYPE_CHECKING:
    from torch import Tensor


@register
class Guided(Operator):
    """Dreams of another picture: each place grows into whatever of the guide (the style) it already resembles.

    With the features f of C channels at places i of the canvas, and f* of the guide at places j:

    ```text
    loss = −mean_i max_j (f_i · f*_j) / (C mean(f*²))
    ```

    0 for a silent signal, unbounded below. `positions` of the guide are drawn anew at every step, so that it takes Adam
    or `ascent`. Write the guide as a style and begin with the content: `start: content`.

    Source: the guided dreams of Mordvintsev, Olah and Tyka, *Inceptionism*, 2015 (its notebook), here as a mean.
    """

    name: ClassVar[str] = "guided"
    version: ClassVar[int] = 1
    example: ClassVar[str] = """
        content: {image: sample:landscape, match: []}
        style: {image: sample:leaves, layers: [relu3_2, relu4_2], match: guided}
        start: {image: content, colors: own}
        optimizer: ascent
        stages: {from: 128, steps: 20}
    """
    places: ClassVar[frozenset[Place]] = frozenset({"style"})
    on_pixels: ClassVar[bool] = False
    sampled: ClassVar[bool] = True
    enhances: ClassVar[bool] = True

    positions: Annotated[Whole, Field(ge=16, le=65_536)] = 2048
    """How many of the guide are looked at per step, at most."""

    def target(self, features: Sequence[Tensor]) -> Drawn:
        return Drawn(all_positions(features))

    def loss(self, features: Tensor, target: Drawn) -> Tensor:
        rows, guide = positions(features), target.reference
        chosen = guide[drawn_positions(len(guide), self.positions, target.seed, "reference", rows.device)]
        power = guide.square().sum(1).mean().clamp(min=FLOOR)
        loss: Tensor = -(rows @ chosen.T).amax(2).mean(1) / power
        return loss
