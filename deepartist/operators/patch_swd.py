"""Matching of all small patches of the picture itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from deepartist.operators.base import Drawn, Operator
from deepartist.operators.draws import drawn_directions, drawn_positions, quantile_differences
from deepartist.operators.statistics import FLOOR, precise
from deepartist.recipe.contracts import Place
from deepartist.recipe.parts import register
from deepartist.recipe.words import Whole

if TYPE_CHECKING:
    from torch import Tensor


@register
class PatchSwd(Operator):
    """Makes every patch of the picture one that the style could have: true detail and colour, without any network.

    With the patches p of `side` × `side` pixels at every place and random unit vectors v (new ones at every step),
    s = sort(vᵀ p) and s* = sort(vᵀ p*):

    ```text
    loss = mean(|s − s*|) / sqrt(mean(pixels*²))       mean over directions and places
    ```

    ≥ 0, and 0 where no direction tells the patches of both pictures apart. It sees no further than a patch:
    begin small, grow slowly (`stages: {from: 32, count: 8}`) and take larger steps (`optimizer: {adam: {rate: 0.05}}`),
    else the pixels of a coarse stage stay as checkers. The pixels of the border belong to few patches and keep some
    noise, unless the canvas wraps. Above `positions` places, so many are
    drawn anew at every step. It takes Adam.

    Source: Elnekave and Weiss, *Generating Natural Images with Direct Patch Distributions Matching*, ECCV 2022 (arXiv
    2203.11862).
    """

    name: ClassVar[str] = "patch_swd"
    version: ClassVar[int] = 2
    example: ClassVar[str] = """
        style: {image: sample:strokes, match: {patch_swd: {directions: 32}}}
        view: wrap
        optimizer: {adam: {rate: 0.05}}
        stages: {from: 32, count: 8, steps: 60}
    """
    places: ClassVar[frozenset[Place]] = frozenset({"style"})
    on_pixels: ClassVar[bool] = True
    sampled: ClassVar[bool] = True
    placed: ClassVar[bool] = True
    regional: ClassVar[bool] = True

    side: Annotated[Whole, Field(ge=1, le=16)] = 7
    """Of a patch, in pixels."""
    directions: Annotated[Whole, Field(ge=1, le=4096)] = 64
    """How many per step."""
    positions: Annotated[Whole, Field(ge=16, le=1_000_000)] = 16_384
    """How many places are looked at per step, at most."""

    def halo(self, torus: bool) -> int:
        # Else only whole patches count: with the edge repeated, the style would hold streaks, which spread.
        return self.side // 2 if torus else 0

    def target(self, features: Sequence[Tensor]) -> Drawn:
        return Drawn([precise(each) for each in features])

    def loss(self, features: Tensor, target: Drawn, inside: Tensor | None = None) -> Tensor:
        import torch

        pixels = precise(features)
        along = drawn_directions(3 * self.side**2, self.directions, target.seed, pixels).T
        filters = along.reshape(self.directions, 3, self.side, self.side)
        own = self._projections(pixels, filters)
        if inside is not None and len(inside) != own.shape[2]:  # of the middle of each whole patch
            margin = self.side // 2
            rows, columns = pixels.shape[2] - self.side + 1, pixels.shape[3] - self.side + 1
            field = inside.reshape(pixels.shape[2:])
            inside = field[margin : margin + rows, margin : margin + columns].flatten()
        wanted = torch.cat([self._projections(each, filters)[0] for each in target.reference], 1)
        places = drawn_positions(own.shape[2], self.positions, target.seed, "positions", pixels.device, inside)
        references = drawn_positions(wanted.shape[1], self.positions, target.seed, "reference", pixels.device)
        power = torch.cat([each.flatten() for each in target.reference]).square().mean()
        # Not squared: squares are all about the few largest differences, and leave checkers of the coarser stage.
        apart = quantile_differences(own[..., places], wanted[..., references]).abs().mean((1, 2))
        return apart / power.clamp(min=FLOOR).sqrt()

    @staticmethod
    def _projections(pixels: Tensor, filters: Tensor) -> Tensor:
        """Of every patch along every direction: ``(N, K, P)``."""
        import torch.nn.functional as F

        return F.conv2d(pixels, filters).flatten(2)
