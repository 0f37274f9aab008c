"""A canvas that is made of something else than its pixels, in decorrelated colours, and Adam on what it is made of."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from deepartist.painting.optimizers.base import Loss, State
from deepartist.randomness import random_generator

if TYPE_CHECKING:
    from torch import Tensor

COLORS = ((0.26, 0.09, 0.02), (0.27, 0.00, -0.05), (0.27, -0.09, 0.03))
"""Red, green and blue as mixtures of brightness, warm against cold, and green against purple: the directions in which
the colours of natural pictures vary independently, as long as they vary far (lucid's matrix)."""
LARGEST = math.sqrt(0.26**2 + 0.27**2 + 0.27**2)
SOFT = 0.02
"""Values nearer to 0 or 1 than this are drawn inwards when a canvas is taken over: nothing finite gives exact black."""


def colored(mixed: Tensor) -> Tensor:
    """Decorrelated colours ``(1, 3, H, W)`` of any size as a canvas strictly within 0..1."""
    import torch

    canvas: Tensor = torch.einsum("cm,nmhw->nchw", mixed.new_tensor(COLORS) / LARGEST, mixed).sigmoid()
    return canvas


def uncolored(canvas: Tensor) -> Tensor:
    """The inverse of `colored`, of a canvas drawn within its range a little."""
    import torch

    inverse = torch.linalg.inv(torch.tensor(COLORS, dtype=torch.float64) / LARGEST).to(canvas.device, canvas.dtype)
    return torch.einsum("mc,nchw->nmhw", inverse, canvas.clamp(SOFT, 1 - SOFT).logit())


class ParameterRun:
    """Adam (betas 0.9 and 0.99, a cosine rate down to a tenth) on parameters of any shapes, under a trembling hand."""

    def __init__(
        self,
        parameters: Sequence[Tensor],
        canvas_of: Callable[[Sequence[Tensor]], Tensor],
        rate: float,
        jitter: int,
        steps: int,
    ) -> None:
        """`canvas_of` makes a canvas ``(1, 3, H, W)`` of the parameters; `jitter` is in pixels."""
        self.parameters, self.canvas_of = list(parameters), canvas_of
        self.rate, self.jitter, self.steps, self.count = rate, jitter, steps, 0
        self.random = random_generator(max(self.picture.shape[2:]), "jitter")
        self.first = [each * 0 for each in self.parameters]
        self.second = [each * 0 for each in self.parameters]

    def step(self, loss: Loss) -> Tensor:
        import torch

        down, right = (int(each) for each in self.random.integers(-self.jitter, self.jitter + 1, 2))
        parameters = [each.detach().requires_grad_(True) for each in self.parameters]
        canvas = self.canvas_of(parameters)
        value, gradient = loss(canvas.detach().roll((down, right), (2, 3)))
        slopes = torch.autograd.grad(canvas, parameters, gradient.roll((-down, -right), (2, 3)))
        self.count += 1
        rate = self.rate * (0.55 + 0.45 * math.cos(math.pi * min(1.0, self.count / max(self.steps, 1))))
        for index, slope in enumerate(slopes):
            self.first[index] = self.first[index].lerp(slope, 0.1)
            self.second[index] = self.second[index].lerp(slope.square(), 0.01)
            spread = (self.second[index] / (1 - 0.99**self.count)).sqrt() + 1e-8
            moved = (self.first[index] / (1 - 0.9**self.count)) / spread
            self.parameters[index] = self.parameters[index] - rate * moved
        return value

    @property
    def picture(self) -> Tensor:
        return self.canvas_of(self.parameters)

    @property
    def state(self) -> State:
        return {}
