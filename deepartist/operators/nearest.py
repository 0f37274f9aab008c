"""Nearest neighbours among the features of the style."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from deepartist.operators.base import Drawn, Operator
from deepartist.operators.draws import cosine_distances, hypercolumns, reference_hypercolumns
from deepartist.recipe.contracts import Place
from deepartist.recipe.parts import register
from deepartist.recipe.words import Whole

if TYPE_CHECKING:
    from torch import Tensor

Maps = tuple["Tensor", ...]


@register
class Nearest(Operator):
    """Makes each place of the painting like the place of the style that is most like it already: strokes stay whole.

    With the hypercolumns h of `positions` places (what all layers named say of a place, one after the other, without
    the mean of the reference):

    ```text
    loss = mean_i min_j (1 − cos(h_i, h*_j))          h*_j among four times as many places of the reference
    ```

    0 where every place is one of the style, at most 2. It asks for no amount of anything, so that a painting may end
    in one motif: put `gram` or `mean` beside it. Places are drawn anew at every step; it takes Adam.

    Sources: Kolkin, Kucera, Paris, Sýkora, Shechtman and Shakhnarovich, *Neural Neighbor Style Transfer*, 2022 (arXiv
    2203.13215); chosen anew at every step as in Zhang et al., *ARF: Artistic Radiance Fields*, ECCV 2022.
    """

    name: ClassVar[str] = "nearest"
    version: ClassVar[int] = 2
    example: ClassVar[str] = "style: {image: sample:strokes, match: [gram, {nearest: {weight: 0.5}}]}"
    places: ClassVar[frozenset[Place]] = frozenset({"style"})
    on_pixels: ClassVar[bool] = False
    sampled: ClassVar[bool] = True
    joint: ClassVar[bool] = True
    placed: ClassVar[bool] = True
    regional: ClassVar[bool] = True

    positions: Annotated[Whole, Field(ge=16, le=16_384)] = 512
    """How many places of the painting are looked at per step."""

    def target(self, features: Sequence[Maps]) -> Drawn:
        return Drawn(tuple(features))

    def loss(self, features: Maps, target: Drawn, inside: Tensor | None = None) -> Tensor:
        wanted = reference_hypercolumns(target.reference, 4 * self.positions, target.seed)
        own = hypercolumns(features, self.positions, target.seed, "positions", inside)
        mean = wanted.mean(0)
        return cosine_distances(own - mean, wanted - mean).amin(2).mean(1)
