"""Dreaming: small steps uphill, under a trembling hand, in all sizes of detail at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from deepartist.painting.optimizers.base import Loss, Optimizer, State
from deepartist.randomness import random_generator
from deepartist.recipe.parts import register
from deepartist.recipe.words import Number, Whole

if TYPE_CHECKING:
    from torch import Tensor


@register
class Ascent(Optimizer):
    """Steps of equal length along the gradient, for dreams: what is enhanced has no optimum to be reached.

    Every step shifts the canvas by up to `jitter` pixels while the network looks at it, so that no grid of its own
    shows, and gives each of `bands` octaves of the gradient the same strength, so that large shapes grow as fast as
    fine ones (Laplacian-normalised gradients). A further stage begins with the start at its own size and adds what
    was dreamt so far: the subject stays sharp.

    Sources: Mordvintsev, Olah and Tyka, *Inceptionism*, 2015; the Laplacian normalisation is that of TensorFlow's
    DeepDream example (Mordvintsev 2016).
    """

    name: ClassVar[str] = "ascent"
    carries_detail: ClassVar[bool] = True

    rate: Annotated[Number, Field(gt=0, le=1)] = 0.01
    """Mean change of a pixel value (0..1) per step."""
    jitter: Annotated[Whole, Field(ge=0, le=256)] = 16
    """How far the canvas is shifted at each step, at most, in pixels."""
    bands: Annotated[Whole, Field(ge=1, le=8)] = 4
    """Octaves of detail that grow equally fast."""

    def start(self, canvas: Tensor, steps: int, bounded: bool, state: State) -> _AscentRun:
        return _AscentRun(canvas, self, bounded)


class _AscentRun:
    def __init__(self, canvas: Tensor, options: Ascent, bounded: bool) -> None:
        self.x, self.options, self.bounded = canvas.clone(), options, bounded
        self.random = random_generator(max(canvas.shape[-2:]), "jitter")

    def step(self, loss: Loss) -> Tensor:
        reach = self.options.jitter
        down, right = (int(each) for each in self.random.integers(-reach, reach + 1, 2))
        value, gradient = loss(self.x.roll((down, right), (2, 3)))
        direction = equalised(gradient.roll((-down, -right), (2, 3)), self.options.bands)
        self.x = self.x - self.options.rate * direction / direction.abs().mean().clamp(min=1e-12)
        if self.bounded:
            self.x = self.x.clamp(0, 1)
        return value

    @property
    def picture(self) -> Tensor:
        return self.x

    @property
    def state(self) -> State:
        return {}


def equalised(gradient: Tensor, bands: int) -> Tensor:
    """A Laplacian pyramid of `bands` levels over ``(1, C, H, W)``, each divided by its spread, put together again."""
    import torch.nn.functional as F

    result, rest = gradient.new_zeros(gradient.shape), gradient
    for band in range(bands):
        size = rest.shape[-2:]
        last = band == bands - 1 or min(size) < 8
        low = None if last else F.interpolate(rest, scale_factor=0.5, mode="bilinear", antialias=True)
        smooth = None if low is None else F.interpolate(low, size=size, mode="bilinear", align_corners=False)
        detail = rest if smooth is None else rest - smooth
        detail = detail / detail.std().clamp(min=1e-12)
        result = result + F.interpolate(detail, size=gradient.shape[-2:], mode="bilinear", align_corners=False)
        if low is None:
            break
        rest = low
    return result
