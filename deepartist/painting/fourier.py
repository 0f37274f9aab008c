"""Dreaming in waves: the canvas as a sum of waves of decorrelated colours, all sizes of which grow at one pace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from deepartist.painting.optimizers.base import Optimizer, State
from deepartist.painting.optimizers.parameters import ParameterRun, colored, uncolored
from deepartist.recipe.parts import register
from deepartist.recipe.words import Number, Whole

if TYPE_CHECKING:
    from torch import Tensor


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

    def start(self, canvas: Tensor, steps: int, bounded: bool, state: State) -> ParameterRun:
        size = (canvas.shape[2], canvas.shape[3])
        return ParameterRun([to_waves(canvas)], lambda waves: to_canvas(waves[0], size), self.rate, self.jitter, steps)


def to_canvas(waves: Tensor, size: tuple[int, int]) -> Tensor:
    """Real and imaginary parts ``(1, 3, H, W // 2 + 1, 2)`` to a canvas ``(1, 3, H, W)`` strictly within 0..1."""
    import torch

    height, width = size
    scaled = torch.view_as_complex(waves * _scale(height, width, waves)[..., None])
    return colored(torch.fft.irfft2(scaled, s=(height, width), norm="ortho") / 4)


def to_waves(canvas: Tensor) -> Tensor:
    """The inverse of `to_canvas`, of a canvas drawn within its range a little."""
    import torch

    height, width = canvas.shape[2:]
    waves = torch.view_as_real(torch.fft.rfft2(uncolored(canvas) * 4, norm="ortho"))
    return waves / _scale(height, width, canvas)[..., None]


def _scale(height: int, width: int, like: Tensor) -> Tensor:
    """One over the frequency in cycles per pixel, that of the mean as of the longest side: ``(H, W // 2 + 1)``."""
    import torch

    down, across = torch.fft.fftfreq(height, dtype=torch.float64), torch.fft.rfftfreq(width, dtype=torch.float64)
    frequency = (down[:, None].square() + across.square()).sqrt().clamp(min=1 / max(height, width))
    scale: Tensor = 1 / frequency
    return scale.to(like.device, like.dtype)
