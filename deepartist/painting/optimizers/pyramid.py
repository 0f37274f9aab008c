"""Dreaming in blurs: the canvas as a sum of pictures of decorrelated colours, each half as fine as the one before."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from deepartist.painting.optimizers.base import Optimizer, State
from deepartist.painting.optimizers.parameters import ParameterRun, colored, uncolored
from deepartist.recipe.parts import register
from deepartist.recipe.words import Number, Whole

if TYPE_CHECKING:
    from torch import Tensor

SMALLEST = 8
"""No level has a shorter side."""


@register
class Pyramid(Optimizer):
    """Adam on a Laplacian pyramid of the canvas instead of its pixels: soft, sculpted shapes, for dreams.

    With the levels p, each of half the sides of the one before, U an enlargement to the size of the canvas, the
    mixtures M of decorrelated colours, and S the logistic function:

    ```text
    canvas = S(M · Σ U(p))
    ```

    A point of a small level moves a whole region of the canvas at once. Values stay within 0..1 by themselves. Every
    step shifts the canvas by up to `jitter` pixels while the network looks at it.

    Sources: Burt and Adelson, *The Laplacian Pyramid as a Compact Image Code*, 1983; as a parameterisation Mordvintsev
    et al., *Differentiable Image Parameterizations*, Distill 2018.
    """

    name: ClassVar[str] = "pyramid"

    rate: Annotated[Number, Field(gt=0, le=1)] = 0.05
    """Size of a step at every point of every level; it falls to a tenth towards the end of a stage."""
    levels: Annotated[Whole, Field(ge=1, le=10)] = 5
    """How many pictures are added up; fewer where the last would be smaller than 8 pixels."""
    jitter: Annotated[Whole, Field(ge=0, le=256)] = 8
    """How far the canvas is shifted at each step, at most, in pixels."""

    def start(self, canvas: Tensor, steps: int, bounded: bool, state: State) -> ParameterRun:
        size = (canvas.shape[2], canvas.shape[3])
        levels = to_levels(canvas, self.levels)
        return ParameterRun(levels, partial(to_canvas, size=size), self.rate, self.jitter, steps)


def to_canvas(levels: Sequence[Tensor], size: tuple[int, int]) -> Tensor:
    """Levels ``(1, 3, h, w)`` to a canvas ``(1, 3, H, W)`` of `size` (H, W), strictly within 0..1."""
    mixed = _enlarged(levels[0], size)
    for level in levels[1:]:
        mixed = mixed + _enlarged(level, size)
    return colored(mixed)


def to_levels(canvas: Tensor, count: int) -> list[Tensor]:
    """The inverse of `to_canvas`, finest first: each level holds what the coarser ones have left over."""
    import torch.nn.functional as F

    rest = uncolored(canvas)
    size = (rest.shape[2], rest.shape[3])
    sizes = [size]
    while len(sizes) < count and min(sizes[-1]) >= 2 * SMALLEST:
        sizes.append(((sizes[-1][0] + 1) // 2, (sizes[-1][1] + 1) // 2))
    levels = []
    for each in reversed(sizes[1:]):
        levels.append(F.adaptive_avg_pool2d(rest, each))
        rest = rest - _enlarged(levels[-1], size)
    return [rest, *reversed(levels)]


def _enlarged(level: Tensor, size: tuple[int, int]) -> Tensor:
    import torch.nn.functional as F

    return F.interpolate(level, size=size, mode="bilinear", align_corners=False)
