"""What every optimiser is: a run of one stage, step by step.

A run owns the canvas ``x`` of shape ``(1, 3, H, W)`` and is driven by ``step(loss)``, where ``loss(x)`` returns the
scalar loss and its gradient. ``picture`` is the canvas to show; ``state`` is what a following stage takes over.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Protocol

from deepartist.recipe.contracts import OptimizerModel

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
