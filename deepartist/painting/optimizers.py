"""How a canvas is improved: projected L-BFGS, and Adam with averaged iterates.

Both own the canvas ``x`` of shape ``(1, 3, H, W)`` and are driven by ``step(loss)``, where ``loss(x)`` returns the
scalar loss and its gradient. ``picture`` is the canvas to show; ``state`` is what a following stage takes over.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, ClassVar, Protocol

from pydantic import Field

from deepartist.recipe.contracts import OptimizerModel
from deepartist.recipe.parts import register
from deepartist.recipe.words import Number, Whole

if TYPE_CHECKING:
    from torch import Tensor

Loss = Callable[["Tensor"], tuple["Tensor", "Tensor"]]
"""From a canvas to its loss (scalar) and gradient (shape of the canvas), both detached."""
State = dict[str, "Tensor"]


class Run(Protocol):
    """An optimiser at work on one stage."""

    def step(self, loss: Loss) -> Tensor:
        """One step; returns the loss before it (scalar)."""

    @property
    def picture(self) -> Tensor: ...

    @property
    def state(self) -> State:
        """What the next stage may start warm from: named tensors of the canvas's shape."""


class Optimizer(OptimizerModel):
    """How the loss of a stage is lowered."""

    carries_detail: ClassVar[bool] = False
    """A further stage begins with the start at its own size, plus what was changed in the stages before."""

    @property
    def held(self) -> int:
        """How many tensors of the canvas's size it holds at once: what decides its memory."""
        return 8

    def start(self, canvas: Tensor, steps: int, bounded: bool, state: State) -> Run:
        """Begin with `canvas`; `bounded` keeps it in 0..1; `state` comes from the stage before, resized."""
        raise NotImplementedError

    def grown(self, state: State, share: float) -> State:
        """The state of a stage that had only `share` times as many pixels, for the next one."""
        return state


@register
class Lbfgs(Optimizer):
    """L-BFGS with a range constraint: few steps, for losses that stay the same from step to step.

    Limited-memory BFGS (Nocedal and Wright, ch. 7.2) projected onto the box 0..1: values that sit at a bound and whose
    gradient pushes them out are left out of the direction, the step is projected, and a step that does not lower the
    loss is halved (Armijo, c = 1e-4).
    """

    name: ClassVar[str] = "lbfgs"
    exact_only: ClassVar[bool] = True

    history: Annotated[Whole, Field(ge=1, le=100)] = 20
    """How many past steps shape the next one."""

    @property
    def held(self) -> int:
        return 2 * self.history + 8

    def start(self, canvas: Tensor, steps: int, bounded: bool, state: State) -> Run:
        return _LbfgsRun(canvas, self.history, bounded)


class _LbfgsRun:
    def __init__(self, canvas: Tensor, history: int, bounded: bool) -> None:
        self.x, self.history, self.bounded = self._project(canvas.clone(), bounded), history, bounded
        self.pairs: list[tuple[Tensor, Tensor, Tensor]] = []
        self.at: tuple[Tensor, Tensor] | None = None
        self.stuck = 0

    @staticmethod
    def _project(x: Tensor, bounded: bool) -> Tensor:
        return x.clamp(0, 1) if bounded else x

    def step(self, loss: Loss) -> Tensor:
        value, gradient = self.at or loss(self.x)
        free = self._free(gradient)
        direction = -self._inverse_hessian(gradient * free) * free
        slope = (gradient * direction).sum()
        if slope >= 0:  # the history misleads: forget it
            self.pairs.clear()
            direction = -gradient * free
            slope = (gradient * direction).sum()
        length = 1.0 if self.pairs else min(1.0, 0.02 / float(direction.abs().mean() + 1e-12))
        for _ in range(8):
            moved = self._project(self.x + length * direction, self.bounded)
            new_value, new_gradient = loss(moved)
            if new_value <= value + 1e-4 * length * slope:
                self._remember(moved - self.x, new_gradient - gradient)
                self.x, self.at, self.stuck = moved, (new_value, new_gradient), 0
                return value
            length *= 0.5 if length > 0.3 else 0.2
        self.pairs.clear()
        self.at, self.stuck = (value, gradient), self.stuck + 1
        return value

    def _free(self, gradient: Tensor) -> Tensor:
        if not self.bounded:
            return gradient.new_ones(())
        held = ((self.x <= 0) & (gradient > 0)) | ((self.x >= 1) & (gradient < 0))
        return (~held).to(gradient.dtype)

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


@register
class Adam(Optimizer):
    """Adam with averaged iterates: for losses that are sampled anew at each step, and for very large canvases.

    Kingma and Ba 2015 with betas (0.9, 0.99), a cosine rate down to a tenth, and an exponential average of the iterates
    as the picture (after style-transfer-pytorch); a following stage takes over the moments, resized.
    """

    name: ClassVar[str] = "adam"
    version: ClassVar[int] = 2

    rate: Annotated[Number, Field(gt=0, le=1)] = 0.02
    """Step size in pixel values (0..1)."""
    average: Annotated[Number, Field(ge=0, lt=1)] = 0.95
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
        import math

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
