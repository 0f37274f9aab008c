"""Content matching, place by place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from deepartist.operators.base import Operator
from deepartist.operators.statistics import check_same_size, positions, relative, the_only
from deepartist.recipe.contracts import Place
from deepartist.recipe.parts import register

if TYPE_CHECKING:
    from torch import Tensor


def content_distance(features: Tensor, reference: Tensor) -> Tensor:
    """Mean squared difference relative to the reference ``(1, C, H, W)``: ``(N,)``."""
    check_same_size(features, reference, "content")
    return relative(positions(features), positions(reference))


@register
class Content(Operator):
    """Keeps every thing of the content at its place; deep layers keep what it is, shallow ones also how it looks.

    With the features f of a layer, at every channel and position:

    ```text
    loss = mean((f − f*)²) / mean(f*²)
    ```

    0 at equal features, 1 for a silent signal, unbounded above. Takes one picture, of the canvas's size.

    Source: Gatys, Ecker and Bethge, *Image Style Transfer Using Convolutional Neural Networks*, CVPR 2016, here
    relative to the power of f*, so that one weight suits all layers and networks.
    """

    name: ClassVar[str] = "content"
    version: ClassVar[int] = 1
    example: ClassVar[str] = """
        content: {image: sample:boat, layers: relu2_2, match: content}
        style: sample:marble
    """
    places: ClassVar[frozenset[Place]] = frozenset({"content"})
    on_pixels: ClassVar[bool] = False

    def target(self, features: Sequence[Tensor]) -> Tensor:
        return the_only(features, "content")

    def loss(self, features: Tensor, target: Tensor) -> Tensor:
        return content_distance(features, target)
