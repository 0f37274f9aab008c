"""Matching of features by likeness, wherever they stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from deepartist.operators.base import Drawn, Operator
from deepartist.operators.draws import cosine_distances, drawn_positions
from deepartist.operators.statistics import all_positions, positions
from deepartist.recipe.contracts import Place
from deepartist.recipe.parts import register
from deepartist.recipe.words import Number, Whole

if TYPE_CHECKING:
    from torch import Tensor


@register
class Contextual(Operator):
    """Finds for every motif of the style a place in the painting that is most like it, and makes it more so.

    With features i of the signal and j of the reference, both without the mean of the reference, and their cosine
    distances d:

    ```text
    e_ij = d_ij / (min_k d_ik + 1e-5)     w_ij = exp((1 − e_ij) / bandwidth)     c_ij = w_ij / Σ_k w_ik
    loss = −log mean_j max_i c_ij
    ```

    ≥ 0; small where each feature of the reference is the favourite of some place. `positions` of both are drawn anew
    at every step. It takes Adam.

    Source: Mechrez, Talmi and Zelnik-Manor, *The Contextual Loss for Image Transformation with Non-Aligned Data*, ECCV
    2018 (arXiv 1803.02077).
    """

    name: ClassVar[str] = "contextual"
    version: ClassVar[int] = 1
    example: ClassVar[str] = """
        style: {image: sample:leaves, match: [covariance, {contextual: {bandwidth: 0.2, weight: 0.5}}]}
    """
    places: ClassVar[frozenset[Place]] = frozenset({"style"})
    on_pixels: ClassVar[bool] = False
    sampled: ClassVar[bool] = True

    bandwidth: Annotated[Number, Field(gt=0, le=10)] = 0.5
    """Smaller ones ask for a likeness to one motif, larger ones for a mixture."""
    positions: Annotated[Whole, Field(ge=16, le=16_384)] = 1024
    """How many of a layer are compared with as many of the style, per step."""

    def target(self, features: Sequence[Tensor]) -> Drawn:
        return Drawn(all_positions(features))

    def loss(self, features: Tensor, target: Drawn) -> Tensor:
        rows, reference = positions(features), target.reference
        mean = reference.mean(0)
        own = rows[:, drawn_positions(rows.shape[1], self.positions, target.seed, "positions", rows.device)]
        wanted = reference[drawn_positions(len(reference), self.positions, target.seed, "reference", rows.device)]
        distances = cosine_distances(own - mean, wanted - mean)
        relative = distances / (distances.amin(2, keepdim=True) + 1e-5)
        likeness = ((1 - relative) / self.bandwidth).softmax(2)
        return -likeness.amax(1).mean(1).clamp(min=1e-12).log()
