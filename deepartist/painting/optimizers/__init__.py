"""How a canvas is improved. Importing this registers L-BFGS, Adam and the pyramid; none of it imports torch."""

from __future__ import annotations

from deepartist.painting.optimizers.adam import Adam
from deepartist.painting.optimizers.base import Loss, Optimizer, Run, State
from deepartist.painting.optimizers.lbfgs import Lbfgs
from deepartist.painting.optimizers.pyramid import Pyramid

__all__ = ["Adam", "Lbfgs", "Loss", "Optimizer", "Pyramid", "Run", "State"]
