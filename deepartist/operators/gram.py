"""Gram matrix matching."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from deepartist.operators.base import Additive
from deepartist.operators.statistics import pooled, positions, relative, second_moment
from deepartist.recipe.contracts import Place
from deepartist.recipe.parts import register

if TYPE_CHECKING:
    from torch import Tensor


def gram(features: Tensor) -> Tensor:
    """Mean product of every two channels: ``(N, C, H, W)`` → ``(N, C, C)``."""
    return second_moment(positions(features))


@register
class Gram(Additive):
    """Paints with the textures and colours of the style, wherever they stand in it: the classic of style transfer.

    With the features f of a layer, C channels at N positions:

    ```text
    G = f fᵀ / N            loss = Σ (G − G*)² / Σ G*²
    ```

    G is C × C. The loss is 0 where all pairs of channels occur together as often as in the style, 1 for a silent
    signal, and unbounded above. Several style images count by their number of positions.

    Source: Gatys, Ecker and Bethge, *Texture Synthesis Using Convolutional Neural Networks*, NeurIPS 2015
    (arXiv 1505.07376), here relative to the power of G*, so that one weight suits all layers and networks.
    """

    name: ClassVar[str] = "gram"
    version: ClassVar[int] = 1
    example: ClassVar[str] = "style: {image: sample:cloth, match: gram}"
    places: ClassVar[frozenset[Place]] = frozenset({"style"})
    on_pixels: ClassVar[bool] = False

    def target(self, features: Sequence[Tensor]) -> Tensor:
        return pooled(features, gram)

    def measure(self, features: Tensor, target: Tensor) -> Tensor:
        return gram(features)

    def distance(self, measured: Tensor, target: Tensor) -> Tensor:
        return relative(measured, target)
