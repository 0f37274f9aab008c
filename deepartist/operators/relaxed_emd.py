"""Relaxed optimal transport between the features of painting and style."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from deepartist.operators.base import Drawn, Operator
from deepartist.operators.draws import cosine_distances, hypercolumns, reference_hypercolumns
from deepartist.operators.statistics import FLOOR, relative
from deepartist.recipe.contracts import Place
from deepartist.recipe.parts import register
from deepartist.recipe.words import Whole

if TYPE_CHECKING:
    from torch import Tensor

Maps = tuple["Tensor", ...]


@register
class RelaxedEmd(Operator):
    """Every place of the painting finds its like in the style, and every motif of the style finds a place.

    With the hypercolumns h of `positions` places in both pictures (what all layers named say of a place), their cosine
    distances d, mean μ and covariance S:

    ```text
    loss = max(mean_i min_j d_ij, mean_j min_i d_ij) + (|μ − μ*|² / |μ*|² + Σ (S − S*)² / Σ S*²) / 2
    ```

    ≥ 0. The first part is a lower bound of the earth mover's distance; cosines do not know how strong a feature is, the
    second part does. Places are drawn anew at every step; it takes Adam. For content put `self_similarity` beside it.

    Source: Kolkin, Salavon and Shakhnarovich, *Style Transfer by Relaxed Optimal Transport and Self-Similarity*
    (STROTSS), CVPR 2019 (arXiv 1904.12785), here with squared moments.
    """

    name: ClassVar[str] = "relaxed_emd"
    version: ClassVar[int] = 2
    example: ClassVar[str] = "style: {image: sample:marble, match: relaxed_emd}"
    places: ClassVar[frozenset[Place]] = frozenset({"style"})
    on_pixels: ClassVar[bool] = False
    sampled: ClassVar[bool] = True
    joint: ClassVar[bool] = True
    placed: ClassVar[bool] = True
    regional: ClassVar[bool] = True

    positions: Annotated[Whole, Field(ge=16, le=16_384)] = 768
    """How many places of each picture are looked at per step."""

    def target(self, features: Sequence[Maps]) -> Drawn:
        return Drawn(tuple(features))

    def loss(self, features: Maps, target: Drawn, inside: Tensor | None = None) -> Tensor:
        wanted = reference_hypercolumns(target.reference, self.positions, target.seed)
        own = hypercolumns(features, self.positions, target.seed, "positions", inside)
        distances = cosine_distances(own, wanted)
        transport = distances.amin(2).mean(1).maximum(distances.amin(1).mean(1))
        means, mean = own.mean(1), wanted.mean(0)
        centred, reference = own - means[:, None], wanted - mean
        covariances = centred.mT @ centred / own.shape[1], (reference.T @ reference / len(wanted))[None]
        away = (means - mean).square().sum(1) / mean.square().sum().clamp(min=FLOOR)
        return transport + (away + relative(*covariances)) / 2
