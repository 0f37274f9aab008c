"""Content as what is like what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from deepartist.operators.base import Drawn, Operator
from deepartist.operators.draws import cosine_distances, hypercolumns
from deepartist.operators.statistics import check_same_size
from deepartist.recipe.contracts import Place
from deepartist.recipe.parts import register
from deepartist.recipe.words import Whole

if TYPE_CHECKING:
    from torch import Tensor

Maps = tuple["Tensor", ...]


@register
class SelfSimilarity(Operator):
    """Keeps what is like what in the content and what is unlike, and leaves everything else to the style.

    With the hypercolumns of P places, the same in both pictures, and the cosine distances d between them, each column
    divided by its sum:

    ```text
    loss = Σ_ij |d_ij / Σ_k d_kj − d*_ij / Σ_k d*_kj| / P
    ```

    0 at the content, and wherever all likenesses are its own: another colour everywhere costs nothing. At most 2.
    Places are drawn anew at every step; it takes Adam.

    Source: Kolkin, Salavon and Shakhnarovich, *Style Transfer by Relaxed Optimal Transport and Self-Similarity*
    (STROTSS), CVPR 2019 (arXiv 1904.12785).
    """

    name: ClassVar[str] = "self_similarity"
    version: ClassVar[int] = 1
    example: ClassVar[str] = """
        content: {image: sample:face, layers: [relu2_2, relu3_2], match: self_similarity}
        style: {image: sample:marble, match: relaxed_emd}
        start: content
    """
    places: ClassVar[frozenset[Place]] = frozenset({"content"})
    on_pixels: ClassVar[bool] = False
    sampled: ClassVar[bool] = True
    joint: ClassVar[bool] = True
    placed: ClassVar[bool] = True

    positions: Annotated[Whole, Field(ge=16, le=4096)] = 512
    """How many places are compared with each other per step."""

    def target(self, features: Sequence[Maps]) -> Drawn:
        if len(features) != 1:
            raise ValueError(f"self_similarity compares place by place and takes one reference, not {len(features)}")
        return Drawn(features[0])

    def loss(self, features: Maps, target: Drawn) -> Tensor:
        check_same_size(features[0], target.reference[0], self.name)
        own, wanted = (self._likeness(each, target.seed) for each in (features, target.reference))
        return (own - wanted).abs().sum((1, 2)) / own.shape[1]

    def _likeness(self, maps: Maps, seed: int) -> Tensor:
        """Distances of all places to all others, columns of sum 1: ``(N, P, P)``."""
        import torch

        columns = hypercolumns(maps, self.positions, seed, "positions")
        distances = torch.cat([cosine_distances(each[None], each) for each in columns])
        return distances / distances.sum(1, keepdim=True).clamp(min=1e-6)
