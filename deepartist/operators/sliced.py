"""Matching of whole distributions of features, seen from many directions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from deepartist.operators.base import Drawn, Operator
from deepartist.operators.draws import drawn_directions, drawn_positions, quantiles_apart
from deepartist.operators.statistics import FLOOR, all_positions, positions
from deepartist.recipe.contracts import Place
from deepartist.recipe.parts import register
from deepartist.recipe.words import Whole

if TYPE_CHECKING:
    from torch import Tensor


@register
class Sliced(Operator):
    """Matches the whole distribution of the features, not only its averages: crisper and truer than `gram`, and slower.

    With random unit vectors v (new ones at every step) and the sorted projections s = sort(vᵀ f), s* = sort(vᵀ f*):

    ```text
    loss = mean((s − s*)²) / mean(f*²)            mean over directions and positions
    ```

    ≥ 0, and 0 where no direction tells the two apart: a Monte Carlo estimate of the squared sliced Wasserstein
    distance, times C. Above `positions` positions, so many of them are drawn anew at every step. Several style images
    are one set of positions. It takes Adam.

    Source: Heitz, Vanhoey, Chambon and Belcour, *A Sliced Wasserstein Loss for Neural Texture Synthesis*, CVPR 2021
    (arXiv 2006.07229).
    """

    name: ClassVar[str] = "sliced"
    version: ClassVar[int] = 1
    example: ClassVar[str] = "style: {image: sample:marble, match: sliced}"
    places: ClassVar[frozenset[Place]] = frozenset({"style"})
    on_pixels: ClassVar[bool] = False
    sampled: ClassVar[bool] = True

    directions: Annotated[Whole, Field(ge=1, le=4096)] = 32
    """How many per step."""
    positions: Annotated[Whole, Field(ge=16, le=1_000_000)] = 4096
    """How many of a layer are looked at per step, at most."""

    def target(self, features: Sequence[Tensor]) -> Drawn:
        return Drawn(all_positions(features))

    def loss(self, features: Tensor, target: Drawn) -> Tensor:
        rows, reference = positions(features), target.reference
        along = drawn_directions(rows.shape[2], self.directions, target.seed, rows)
        own = rows[:, drawn_positions(rows.shape[1], self.positions, target.seed, "positions", rows.device)]
        wanted = reference[drawn_positions(len(reference), self.positions, target.seed, "reference", rows.device)]
        distance = quantiles_apart((own @ along).mT, (wanted @ along).T)
        power: Tensor = reference.square().mean().clamp(min=FLOOR)
        return distance / power
