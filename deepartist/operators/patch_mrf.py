"""Nearest patches of features."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from deepartist.operators.base import Drawn, Operator
from deepartist.operators.draws import cosine_distances, drawn_positions, shares
from deepartist.operators.statistics import FLOOR, precise
from deepartist.recipe.contracts import Place
from deepartist.recipe.parts import register
from deepartist.recipe.words import Whole

if TYPE_CHECKING:
    from torch import Tensor


@register
class PatchMrf(Operator):
    """Builds the painting of whole pieces of the style: eyes, petals, windows stay what they are.

    With the patches p of `side` × `side` positions of a layer, and nn(i) the patch of the reference that is most like
    p_i (by cosine):

    ```text
    loss = mean_i |p_i − p*_nn(i)|² / mean_j |p*_j|²
    ```

    ≥ 0, and 0 where every patch is one of the style. At most `positions` patches of the painting and four times as
    many of the reference are drawn anew at every step, of each of several pictures by its size. It takes Adam.

    Source: Li and Wand, *Combining Markov Random Fields and Convolutional Neural Networks for Image Synthesis*, CVPR
    2016 (arXiv 1601.04589).
    """

    name: ClassVar[str] = "patch_mrf"
    version: ClassVar[int] = 2
    example: ClassVar[str] = "style: {image: sample:stones, match: [gram, patch_mrf]}"
    places: ClassVar[frozenset[Place]] = frozenset({"style"})
    on_pixels: ClassVar[bool] = False
    sampled: ClassVar[bool] = True
    placed: ClassVar[bool] = True
    regional: ClassVar[bool] = True

    side: Annotated[Whole, Field(ge=1, le=7)] = 3
    """Of a patch, in positions of the layer."""
    positions: Annotated[Whole, Field(ge=16, le=16_384)] = 1024
    """How many patches of the painting are looked at per step."""

    def target(self, features: Sequence[Tensor]) -> Drawn:
        return Drawn([precise(each) for each in features])

    def loss(self, features: Tensor, target: Drawn, inside: Tensor | None = None) -> Tensor:
        import torch

        pictures = target.reference
        counts = shares([each.shape[2] * each.shape[3] for each in pictures], 4 * self.positions)
        found = [
            self._patches(each, count, target.seed, "reference") for each, count in zip(pictures, counts, strict=True)
        ]
        wanted = torch.cat(found, 1)[0]
        own = self._patches(precise(features), self.positions, target.seed, "positions", inside)
        with torch.no_grad():
            nearest = cosine_distances(own, wanted).argmin(2)
        power = wanted.square().sum(1).mean().clamp(min=FLOOR)
        return (own - wanted[nearest]).square().sum(2).mean(1) / power

    def _patches(self, features: Tensor, limit: int, seed: int, purpose: str, inside: Tensor | None = None) -> Tensor:
        """At most `limit` patches as rows: ``(N, P, side² C)``; a map smaller than a patch goes on at its edges."""
        import torch
        import torch.nn.functional as F

        missing = [max(0, self.side - size) for size in (features.shape[3], features.shape[2])]
        features = F.pad(features, (0, missing[0], 0, missing[1]), mode="replicate")
        height, width = features.shape[2:]
        rows = features.permute(0, 2, 3, 1).flatten(1, 2)
        lines, columns = height - self.side + 1, width - self.side + 1
        if inside is not None and not any(missing):  # of the middle of each patch
            first = self.side // 2
            inside = inside.reshape(height, width)[first : first + lines, first : first + columns].flatten()
        fitting = inside if inside is not None and len(inside) == lines * columns and inside.any() else None
        chosen = drawn_positions(lines * columns, limit, seed, purpose, features.device, fitting)
        corners = chosen // columns * width + chosen % columns
        around = [rows[:, corners + dy * width + dx] for dy in range(self.side) for dx in range(self.side)]
        return torch.cat(around, 2)
