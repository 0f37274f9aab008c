"""Variants that differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from deepartist.operators.base import Operator
from deepartist.operators.gram import gram
from deepartist.operators.statistics import FLOOR
from deepartist.recipe.contracts import Place
from deepartist.recipe.parts import register

if TYPE_CHECKING:
    from torch import Tensor


@register
class Diversity(Operator):
    """Makes the variants on a sheet differ: each goes another way to what all of them are asked for.

    With the Gram matrices G of the N pictures of a `sheet`, as vectors:

    ```text
    loss_i = mean over j ≠ i of cos(G_i, G_j)
    ```

    0 where no two pictures have a pair of features in common, 1 where all have the same in the same proportions. In a
    dream it shows the several things that a layer knows; beside a style the pictures divide its motifs among them, at
    the cost of likeness. It takes a weight that is felt: enhancers have no end, and this ends at 1.

    Sources: the diversity objective of lucid (Olah, Mordvintsev and Schubert, *Feature Visualization*, Distill 2017);
    the idea also in Ulyanov, Vedaldi and Lempitsky, *Improved Texture Networks*, CVPR 2017 (arXiv 1701.02096), there
    between features place by place.
    """

    name: ClassVar[str] = "diversity"
    version: ClassVar[int] = 1
    example: ClassVar[str] = """
        enhance: {layers: relu4_2, by: [{power: {exponent: 4}}, {diversity: {weight: 50}}]}
        view: sheet
        stages: {from: 128, steps: 40}
    """
    places: ClassVar[frozenset[Place]] = frozenset({"style", "enhance"})
    additive: ClassVar[bool] = False
    on_pixels: ClassVar[bool] = False
    enhances: ClassVar[bool] = True
    least_pictures: ClassVar[int] = 2

    def target(self, features: Sequence[Any]) -> None:
        return None

    def loss(self, features: Tensor, target: None) -> Tensor:
        rows = gram(features).flatten(1)
        unit = rows / rows.square().sum(1, keepdim=True).clamp(min=FLOOR**2).sqrt()
        alike = unit @ unit.T
        others: Tensor = (alike.sum(1) - alike.diagonal()) / max(1, len(rows) - 1)
        return others
