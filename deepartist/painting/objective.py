"""The loss of one stage as a function of the canvas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

from deepartist.painting.memory import out_of_memory, release, smaller_side
from deepartist.painting.term import Term
from deepartist.painting.tiles import TiledEncoder, tiled_losses
from deepartist.pipelines import Encoder, Padding
from deepartist.randomness import random_generator
from deepartist.recipe.contracts import LayerInfo, ViewModel
from deepartist.views.base import View

if TYPE_CHECKING:
    from torch import Tensor

RANGE_WEIGHT = 100.0
"""Of the penalty on rendered values outside 0..1, where the canvas itself has no bounds."""


class Objective:
    """The loss of a stage as a function of the canvas."""

    def __init__(
        self,
        terms: Sequence[Term],
        encoder: Encoder,
        views: Sequence[Sequence[ViewModel]],
        bounded: bool,
        seed: int,
        infos: Callable[[str], LayerInfo],
        side: int | None,
    ) -> None:
        """`infos` knows stride and field of every layer; `side` is that of the tiles in which the picture is seen, None
        where it is seen in one piece."""
        self.terms, self.encoder, self.views, self.bounded = tuple(terms), encoder, tuple(views), bounded
        self.seed, self.infos, self.side, self.calls = seed, infos, side, 0
        self.periodic = is_torus(views)
        self.losses: dict[str, Tensor] = {}

    @property
    def padding(self) -> Padding:
        return "circular" if self.periodic else "replicate"

    def render(self, canvas: Tensor) -> Tensor:
        """What the network sees: the canvas through each of the compositions, ``(N, 3, H, W)``. The first is the
        picture."""
        import torch

        return torch.cat([viewed(canvas, views, self.periodic) for views in self.views])

    def __call__(self, canvas: Tensor) -> tuple[Tensor, Tensor]:
        """Loss (scalar) and gradient of a canvas ``(1, 3, H, W)``; `losses` holds the terms by name afterwards.

        Where the memory is too small it tries again in smaller tiles, and stays with them.
        """
        # All terms of a step draw alike, and every step draws anew.
        drawn = int(random_generator(self.seed, "samples", max(canvas.shape[-2:]), self.calls).integers(2**31))
        self.calls += 1
        while True:
            try:
                return self._evaluate(canvas.detach().requires_grad_(True), drawn)
            except Exception as error:
                side = smaller_side(self.side, max(canvas.shape[-2:]))
                if side is None or not out_of_memory(error):
                    raise
            self.side = side
            release()

    def _losses(self, picture: Tensor, drawn: int) -> dict[str, Tensor]:
        """The loss of every term, taken as soon as its layers are there: see `Encoder.walk`."""
        layers = {layer for term in self.terms for layer in term.layers}
        features: dict[str, Tensor] = {}
        losses: dict[str, Tensor] = {}
        for layer, found in self.encoder.walk(picture, layers, self.padding):
            features[layer] = found
            for term in self.terms:
                if layer in term.layers and set(term.layers) <= set(features):
                    losses[term.name] = term.factor * term.loss(features, self.padding, drawn).mean()
        return {term.name: losses[term.name] for term in self.terms}

    def _evaluate(self, canvas: Tensor, drawn: int) -> tuple[Tensor, Tensor]:
        import torch

        picture = self.render(canvas)
        gradient: Tensor | None = None
        if self.side is None:
            losses = self._losses(picture, drawn)
        else:
            tiles = TiledEncoder(self.encoder, self.infos, self.side)
            losses, gradient = tiled_losses(self.terms, tiles, picture, self.padding, drawn)
        if not self.bounded:
            losses["range"] = RANGE_WEIGHT * (picture - picture.clamp(0, 1)).square().mean()
        total = sum(losses.values(), picture.new_zeros(()))
        ends = [total] if total.requires_grad else []
        slopes: list[Tensor | None] = [None] * len(ends)
        if gradient is not None:
            ends, slopes = [*ends, picture], [*slopes, gradient]
        torch.autograd.backward(ends, slopes)
        assert canvas.grad is not None
        self.losses = losses
        return total.detach(), canvas.grad


def viewed(canvas: Tensor, views: Sequence[ViewModel], periodic: bool) -> Tensor:
    """A canvas seen through one view after the other."""
    for view in views:
        canvas = cast(View, view).apply(canvas, periodic)
    return canvas


def is_torus(views: Sequence[Sequence[ViewModel]]) -> bool:
    """Whether any view makes the canvas one."""
    return any(view.periodic for each in views for view in each)
