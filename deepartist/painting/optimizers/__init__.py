"""How a canvas is improved. Importing this registers L-BFGS and Adam; none of it imports torch."""

from __future__ import annotations

from deepartist.painting.optimizers.adam import Adam
from deepartist.painting.optimizers.base import Loss, Optimizer, Run, State
from deepartist.painting.optimizers.lbfgs import Lbfgs

__all__ = ["Adam", "Lbfgs", "Loss", "Optimizer", "Run", "State"]
