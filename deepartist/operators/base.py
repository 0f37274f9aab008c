"""What every operator shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from deepartist.recipe.contracts import OperatorModel

if TYPE_CHECKING:
    from torch import Tensor

    from deepartist.operators.statistics import Measured


class Operator(OperatorModel):
    """A term of the loss. Features are ``(N, C, H, W)`` float tensors of one layer; a loss is ``(N,)``, one each.

    `target` is computed once per stage from the reference pictures, `loss` at every step. Matchers are ≥ 0 and 0 at
    their reference; enhancers are negative and unbounded or clipped. Weights are applied by the caller. An operator
    that is `joint` gets a tuple of such maps, one per layer, wherever others get one map.
    """

    def halo(self, torus: bool) -> int:
        """Pixels that it needs around what it measures; the painter adds them as the canvas goes on there: from the
        opposite edge on a torus, else those of the edge again."""
        return 0

    def target(self, features: Sequence[Any]) -> Any:
        """The statistics of the reference: `features` holds one ``(1, C, H, W)`` map per reference picture; several
        are pooled as if their positions were one set, so that each counts by its number of positions."""
        raise NotImplementedError

    def loss(self, features: Any, target: Any) -> Tensor:
        """The distance (or negative strength) of each of the N feature maps, ``(N,)``."""
        raise NotImplementedError


class Additive(Operator):
    """An operator whose loss depends on means over positions alone, wherever these lie.

    `measure` takes the means and `distance` judges them, so that a canvas too large for one pass is measured tile by
    tile, exactly: the means of the whole are those of its tiles, pooled.
    """

    additive: ClassVar[bool] = True

    def measure(self, features: Tensor, target: Any) -> Measured:
        """Means over the positions of each of the N feature maps: ``(N, …)``."""
        raise NotImplementedError

    def distance(self, measured: Any, target: Any) -> Tensor:
        """The loss of features of which this was measured, ``(N,)``."""
        raise NotImplementedError

    def loss(self, features: Tensor, target: Any) -> Tensor:
        return self.distance(self.measure(features, target), target)


@dataclass(frozen=True)
class Drawn:
    """The target of a sampled operator: `loss` draws what it looks at from `seed`, which the painter renews at every
    step. The same seed gives the same loss."""

    reference: Any
    seed: int = 0
