"""One term of a loss: an operator, what it looks at, where, and how much it counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from deepartist.operators.base import Operator
from deepartist.operators.statistics import only
from deepartist.painting.regions import blended, places_inside
from deepartist.pipelines import Padding
from deepartist.recipe.contracts import PIXELS

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Term:
    """One operator at one layer, or jointly at several; its share of the loss is ``factor * operator.loss``."""

    name: str
    """Dotted: ``style.relu3_1.gram``."""
    layers: Mapping[str, float]
    """What it looks at, and by how much each layer is multiplied before it does."""
    operator: Operator
    target: Any
    factor: float
    region: Tensor | None = None
    """Where it holds, ``(1, 1, H, W)``; None: everywhere."""
    outside: Mapping[str, Tensor] | None = None
    """Features that stand outside the region (those of the content, place by place); None: nothing does."""

    @property
    def layer(self) -> str:
        """The one that it looks at, or the first of several."""
        return next(iter(self.layers))

    @property
    def additive(self) -> bool:
        """Means over all positions of one layer of a network are all that it goes by."""
        return self.operator.additive and self.region is None and self.layer != PIXELS

    def loss(self, features: Mapping[str, Tensor], padding: Padding, seed: int = 0) -> Tensor:
        target = replace(self.target, seed=seed) if self.operator.sampled else self.target
        if self.region is None:
            return self.operator.loss(seen(features, self.layers, self.operator, padding), target)
        if self.outside is not None:
            own = {layer: blended(features[layer], self.outside[layer], self.region) for layer in self.layers}
            return self.operator.loss(seen(own, self.layers, self.operator, padding), target)
        first = features[self.layer]
        inside = places_inside(self.region, *first.shape[2:])
        if self.operator.regional:
            operator: Any = self.operator
            loss: Tensor = operator.loss(seen(features, self.layers, operator, padding), target, inside)
            return loss
        return self.operator.loss(only(first, inside), target)


def seen(
    features: Mapping[str, Tensor], layers: Mapping[str, float], operator: Operator, padding: Padding = "replicate"
) -> Any:
    """What an operator gets of a picture: one map, or a tuple of all its layers where it is joint; with as many pixels
    around as it asks for."""
    import torch.nn.functional as F

    if operator.joint:
        return tuple(features[layer] * factor for layer, factor in layers.items())
    (layer,) = layers
    halo = operator.halo(torus=padding == "circular")
    return F.pad(features[layer], (halo,) * 4, mode=padding) if halo else features[layer]
