"""Adam with averaged iterates."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from deepartist.painting.optimizers.base import Loss, Optimizer, Run, State
from deepartist.recipe.parts import register
from deepartist.recipe.words import Number

if TYPE_CHECKING:
    from torch import Tensor


@register
class Adam(Optimizer):
    """Adam with averaged iterates: for losses that are sampled anew at each step, and for very large canvases.

    Kingma and Ba 2015 with betas (0.9, 0.99), a cosine rate down to a tenth, and an exponential average of the iterates
    as the picture (after style-transfer-pytorch); a following stage takes over the moments, resized.
    """

    name: ClassVar[str] = "adam"
    version: ClassVar[int] = 2

    rate: Annotated[Number, Field(gt=0, le=1)] = 0.05
    """Step size in pixel values (0..1)."""
    average: Annotated[Number, Field(ge=0, lt=1)] = 0.9
    """Decay of the average of iterates; 0 shows the last iterate."""

    def start(self, canvas: Tensor, steps: int, bounded: bool, state: State) -> Run:
        return _AdamRun(canvas, self, steps, bounded, state)

    def grown(self, state: State, share: float) -> State:
        # A loss is a mean over pixels: of four times as many each has a quarter of the slope. With the moments of the
        # small stage the large one would stand almost still until they are forgotten.
        return {"first": state["first"] * share, "second": state["second"] * share**2} if state else state


class _AdamRun:
    def __init__(self, canvas: Tensor, options: Adam, steps: int, bounded: bool, state: State) -> None:
        self.x, self.options, self.steps, self.bounded = canvas.clone(), options, steps, bounded
        self.first = state["first"].clone() if state else canvas * 0
        self.second = state["second"].clamp(min=0) if state else canvas * 0
        self.warm = bool(state)
        self.count, self.mean, self.mass = 0, canvas * 0, 0.0

    def step(self, loss: Loss) -> Tensor:
        value, gradient = loss(self.x)
        self.count += 1
        self.first = self.first.lerp(gradient, 0.1)
        self.second = self.second.lerp(gradient * gradient, 0.01)
        # Moments that came from the stage before are no longer biased towards zero.
        unbias = (1.0, 1.0) if self.warm else (1 - 0.9**self.count, 1 - 0.99**self.count)
        rate = self.options.rate * (0.55 + 0.45 * math.cos(math.pi * min(1.0, self.count / max(self.steps, 1))))
        self.x = self.x - rate * (self.first / unbias[0]) / ((self.second / unbias[1]).sqrt() + 1e-8)
        if self.bounded:
            self.x = self.x.clamp(0, 1)
        decay = self.options.average
        self.mean = decay * self.mean + (1 - decay) * self.x
        self.mass = decay * self.mass + (1 - decay)
        return value

    @property
    def picture(self) -> Tensor:
        return self.mean / self.mass if self.mass else self.x

    @property
    def state(self) -> State:
        return {"first": self.first, "second": self.second}
