"""L-BFGS on a box."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from deepartist.painting.optimizers.base import Loss, Optimizer, Run, State
from deepartist.recipe.parts import register
from deepartist.recipe.words import Whole

if TYPE_CHECKING:
    from torch import Tensor

DECREASE = 1e-4
"""Armijo's constant: the share of the decrease promised by the slope that a step has to bring."""
TRIES = 10
"""Evaluations of one line search, at most."""
FIRST = 0.02
"""Mean change of a pixel value (0..1) in a step that knows no history."""


@register
class Lbfgs(Optimizer):
    """L-BFGS with a range constraint: few steps, for losses that stay the same from step to step.

    Limited-memory BFGS (Nocedal and Wright, *Numerical Optimization*, alg. 7.4 and 7.5) projected onto the box 0..1:
    values that sit at a bound and whose gradient pushes them out are left out of the direction, and every trial is
    projected (Bertsekas 1982). A step is taken where the loss falls by at least 1e-4 of what its slope promises
    (Armijo's condition); else the next trial is the minimum of the cubic through both ends (eq. 3.59). A step looks at
    the picture once in most cases, and ten times at most: it counts as one step all the same.
    """

    name: ClassVar[str] = "lbfgs"
    version: ClassVar[int] = 2
    exact_only: ClassVar[bool] = True

    history: Annotated[Whole, Field(ge=1, le=100)] = 20
    """How many past steps shape the next one."""
    box: bool = True
    """Values stay within 0..1. Without it they may leave the range on the way and are clipped in the finished picture;
    `regularize: range` keeps them near it."""

    @property
    def held(self) -> int:
        return 2 * self.history + 8

    def start(self, canvas: Tensor, steps: int, bounded: bool, state: State) -> Run:
        return _LbfgsRun(canvas, self.history, bounded and self.box)


class _LbfgsRun:
    def __init__(self, canvas: Tensor, history: int, bounded: bool) -> None:
        self.history, self.bounded = history, bounded
        self.x = self._project(canvas.clone())
        self.pairs: list[tuple[Tensor, Tensor, Tensor]] = []
        self.at: tuple[Tensor, Tensor] | None = None
        self.stuck = 0
        """How many searches in a row have found nothing; after two, one of them along the gradient, none will."""

    def step(self, loss: Loss) -> Tensor:
        value, gradient = self.at or loss(self.x)
        found = self._search(loss, value, gradient) if self.stuck < 2 else None
        if found is None:
            self.pairs.clear()  # the history misleads
            self.at, self.stuck = (value, gradient), self.stuck + 1
            return value
        x, new_value, new_gradient = found
        self._remember(x - self.x, new_gradient - gradient)
        self.x, self.at, self.stuck = x, (new_value, new_gradient), 0
        return value

    def _search(self, loss: Loss, value: Tensor, gradient: Tensor) -> tuple[Tensor, Tensor, Tensor] | None:
        """The next canvas, its loss and gradient; None where the loss falls nowhere along the direction."""
        downhill = -self._inside(self.x, -gradient)
        direction = self._inside(self.x, -self._inverse_hessian(downhill)).masked_fill(downhill == 0, 0.0)
        slope = (gradient * direction).sum()
        if slope >= 0:
            self.pairs.clear()
            direction = -downhill
            slope = (gradient * direction).sum()
        length = 1.0 if self.pairs else min(1.0, FIRST / float(direction.abs().mean() + 1e-12))
        for _ in range(TRIES):
            x = self._project(self.x + length * direction)
            new_value, new_gradient = loss(x)
            if new_value <= value + DECREASE * (gradient * (x - self.x)).sum():
                return x, new_value, new_gradient
            end = (new_gradient * self._inside(x, direction)).sum()
            length *= cubic_minimum(float(value), float(new_value), length * float(slope), length * float(end))
        return None

    def _project(self, x: Tensor) -> Tensor:
        return x.clamp(0, 1) if self.bounded else x

    def _inside(self, x: Tensor, direction: Tensor) -> Tensor:
        """A direction without what leads out of the box at `x`."""
        if not self.bounded:
            return direction
        return direction.masked_fill(((x <= 0) & (direction < 0)) | ((x >= 1) & (direction > 0)), 0.0)

    def _remember(self, moved: Tensor, change: Tensor) -> None:
        curvature = (moved * change).sum()
        if curvature > 1e-10 * (change * change).sum().sqrt() * (moved * moved).sum().sqrt():
            self.pairs.append((moved, change, 1 / curvature))
            del self.pairs[: -self.history]

    def _inverse_hessian(self, vector: Tensor) -> Tensor:
        """The two-loop recursion."""
        if not self.pairs:
            return vector
        q, alphas = vector.clone(), []
        for moved, change, rho in reversed(self.pairs):
            alpha = rho * (moved * q).sum()
            q -= alpha * change
            alphas.append(alpha)
        moved, change, rho = self.pairs[-1]
        q *= 1 / (rho * (change * change).sum())
        for (moved, change, rho), alpha in zip(self.pairs, reversed(alphas), strict=True):
            q += (alpha - rho * (change * q).sum()) * moved
        return q

    @property
    def picture(self) -> Tensor:
        return self.x

    @property
    def state(self) -> State:
        return {}


def cubic_minimum(begin: float, end: float, slope_at_begin: float, slope_at_end: float) -> float:
    """Where the cubic with these values and slopes at 0 and 1 is least, kept within 0.1..0.9; 0.5 if it is nowhere.

    Nocedal and Wright, eq. 3.59.

    >>> cubic_minimum(1.0, 1.0, -1.0, 1.0)
    0.5
    """
    tilt = slope_at_begin + slope_at_end - 3 * (end - begin)
    square = tilt * tilt - slope_at_begin * slope_at_end
    if not square >= 0 or not math.isfinite(square):  # not a number where the loss is none
        return 0.5
    root = math.sqrt(square)
    below = slope_at_end - slope_at_begin + 2 * root
    return min(max(1 - (slope_at_end + root - tilt) / below, 0.1), 0.9) if below else 0.5
