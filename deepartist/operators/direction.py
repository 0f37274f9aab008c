"""Features pulled in one direction."""

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


@register
class Direction(Additive):
    """Pulls every place towards what the style is on the whole: one mixture of motifs, wherever it can grow.

    With the features f at places i and the mean u of the reference's features:

    ```text
    loss = −mean_i(max(0, cos(f_i, u))^sharpness · f_i · u) / |u|²
    ```

    About −1 at an even reference, 0 for signals without anything of it, unbounded below. `sharpness` favours pure
    directions over strong mixtures.

    Source: the direction objectives of lucid (Olah, Mordvintsev and Schubert, *Feature Visualization*, Distill 2017),
    with the cosine factor of Carter et al., *Activation Atlas*, Distill 2019.
    """

    name: ClassVar[str] = "direction"
    version: ClassVar[int] = 1
    example: ClassVar[str] = "style: {image: sample:flame, match: [moments, direction]}"
    places: ClassVar[frozenset[Place]] = frozenset({"style"})
    on_pixels: ClassVar[bool] = False
    enhances: ClassVar[bool] = True

    sharpness: Annotated[Number, Field(ge=0, le=8)] = 2.0
    """Power of the cosine; 0: as strong as possible, pure or not."""

    def target(self, features: Sequence[Tensor]) -> Tensor:
        return pooled(features, lambda each: positions(each).mean(1))[0]

    def measure(self, features: Tensor, target: Tensor) -> Tensor:
        rows = positions(features)
        along = rows @ target
        power = target.square().sum().clamp(min=FLOOR)
        cosine = along / (rows.square().sum(2) * power).clamp(min=FLOOR).sqrt()
        return (cosine.clamp(min=0).pow(self.sharpness) * along).mean(1) / power

    def distance(self, measured: Tensor, target: Tensor) -> Tensor:
        return -measured
