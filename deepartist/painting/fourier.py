"""Dreaming in waves: the canvas as a sum of waves of decorrelated colours, all sizes of which grow at one pace."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from deepartist.painting.optimizers.base import Loss, Optimizer, State
from deepartist.randomness import random_generator
from deepartist.recipe.parts import register
from deepartist.recipe.words import Number, Whole

if TYPE_CHECKING:
    from torch import Tensor

COLORS = ((0.26, 0.09, 0.02), (0.27, 0.00, -0.05), (0.27, -0.09, 0.03))
"""Red, green and blue as mixtures of brightness, warm against cold, and green against purple: the directions in which
the colours of natural pictures vary independently, as long as they vary far (lucid's matrix)."""
LARGEST = math.sqrt(0.26**2 + 0.27**2 + 0.27**2)
SOFT = 0.02
"""Values nearer to 0 or 1 than this are drawn inwards when a canvas is taken over: no finite wave gives exact black."""


@register
class Fourier(Optimizer):
    """Adam on the waves of the canvas instead of its pixels: large soft shapes and no grain, for dreams.

    With the spectrum s, a scale 1 / frequency, the mixtures M of decorrelated colours, and S the logistic function:

    ```text
    canvas = S(M · irfft(s / frequency))
    ```

    A step of equal length on every s moves large waves further than small ones. Values stay within 0..1 by themselves.
    Every step shifts the canvas by up to `jitter` pixels while the network looks at it.

    Sources: Olah, Mordvintsev and Schubert, *Feature Visualization*, Distill 2017, and Mordvintsev et al.,
    *Differentiable Image Parameterizations*, Distill 2018.
    """

    name: ClassVar[str] = "fourier"

    rate: Annotated[Number, Field(gt=0, le=1)] = 0.1
    """Size of a step of every wave; it falls to a tenth towards the end of a stage."""
    jitter: Annotated[Whole, Field(ge=0, le=256)] = 8
    """How far the canvas is shifted at each step, at most, in pixels."""

    def start(self, canvas: Tensor, steps: int, bounded: bool, state: State) -> _FourierRun:
        return _FourierRun(canvas, self, steps)


class _FourierRun:
    def __init__(self, canvas: Tensor, options: Fourier, steps: int) -> None:
        self.options, self.steps, self.count = options, steps, 0
        self.size = (canvas.shape[2], canvas.shape[3])
        self.random = random_generator(max(self.size), "jitter")
        self.spectrum = to_waves(canvas)
        self.first, self.second = self.spectrum * 0, self.spectrum * 0

    def step(self, loss: Loss) -> Tensor:
        reach = self.options.jitter
        down, right = (int(each) for each in self.random.integers(-reach, reach + 1, 2))
        waves = self.spectrum.detach().requires_grad_(True)
        canvas = to_canvas(waves, self.size)
        value, gradient = loss(canvas.detach().roll((down, right), (2, 3)))
        canvas.backward(gradient.roll((-down, -right), (2, 3)))  # type: ignore[no-untyped-call]
        assert waves.grad is not None
        self.count += 1
        self.first = self.first.lerp(waves.grad, 0.1)
        self.second = self.second.lerp(waves.grad.square(), 0.01)
        rate = self.options.rate * (0.55 + 0.45 * math.cos(math.pi * min(1.0, self.count / max(self.steps, 1))))
        moved = (self.first / (1 - 0.9**self.count)) / ((self.second / (1 - 0.99**self.count)).sqrt() + 1e-8)
        self.spectrum = self.spectrum - rate * moved
        return value

    @property
    def picture(self) -> Tensor:
        return to_canvas(self.spectrum, self.size)

    @property
    def state(self) -> State:
        return {}


def to_canvas(waves: Tensor, size: tuple[int, int]) -> Tensor:
    """Real and imaginary parts ``(1, 3, H, W // 2 + 1, 2)`` to a canvas ``(1, 3, H, W)`` strictly within 0..1."""
    import torch

    height, width = size
    scaled = torch.view_as_complex(waves * _scale(height, width, waves)[..., None])
    mixed = torch.fft.irfft2(scaled, s=(height, width), norm="ortho") / 4
    canvas: Tensor = torch.einsum("cm,nmhw->nchw", waves.new_tensor(COLORS) / LARGEST, mixed).sigmoid()
    return canvas


def to_waves(canvas: Tensor) -> Tensor:
    """The inverse of `to_canvas`, of a canvas drawn within its range a little."""
    import torch

    height, width = canvas.shape[2:]
    inverse = torch.linalg.inv(torch.tensor(COLORS, dtype=torch.float64) / LARGEST).to(canvas.device, canvas.dtype)
    mixed = torch.einsum("mc,nchw->nmhw", inverse, canvas.clamp(SOFT, 1 - SOFT).logit())
    waves = torch.view_as_real(torch.fft.rfft2(mixed * 4, norm="ortho"))
    return waves / _scale(height, width, canvas)[..., None]


def _scale(height: int, width: int, like: Tensor) -> Tensor:
    """One over the frequency in cycles per pixel, that of the mean as of the longest side: ``(H, W // 2 + 1)``."""
    import torch

    down, across = torch.fft.fftfreq(height, dtype=torch.float64), torch.fft.rfftfreq(width, dtype=torch.float64)
    frequency = (down[:, None].square() + across.square()).sqrt().clamp(min=1 / max(height, width))
    scale: Tensor = 1 / frequency
    return scale.to(like.device, like.dtype)
