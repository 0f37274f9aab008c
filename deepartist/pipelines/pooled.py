"""Any network, with pools before and after its layers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from deepartist.pipelines.base import Encoder, Padding
from deepartist.recipe.layers import LayerName, LayerPool, layer_name

if TYPE_CHECKING:
    from torch import Tensor


class PooledEncoder(Encoder):
    """Wraps an encoder, and gives its layers under names such as ``avg2 > relu3_1 > max2`` too.

    The network runs once for all layers that look at the same picture: unpooled, or pooled in the same way.
    """

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder

    def encode(self, pictures: Tensor, layers: Iterable[str], padding: Padding = "replicate") -> dict[str, Tensor]:
        return dict(self.walk(pictures, layers, padding))

    def walk(
        self, pictures: Tensor, layers: Iterable[str], padding: Padding = "replicate"
    ) -> Iterator[tuple[str, Tensor]]:
        names = {text: _parsed(text) for text in layers}
        # In a fixed order, so that gradients are summed in the same order every time.
        for before in sorted({name.before for name in names.values()}, key=str):
            own = sorted((text, name) for text, name in names.items() if name.before == before)
            walk = self.encoder.walk(pooled(pictures, before), {name.layer for _, name in own}, padding)
            for layer, features in walk:
                for text, name in own:
                    if name.layer == layer:
                        yield text, pooled(features, name.after)


def _parsed(text: str) -> LayerName:
    name = layer_name(text)
    if name is None:
        raise KeyError(f"no layer {text!r}")
    return name


def pooled(x: Tensor, pool: LayerPool | None) -> Tensor:
    """``(N, C, H, W)`` → ``(N, C, ⌈H/size⌉, ⌈W/size⌉)``; squares that stick out pool what they hold.

    No square looks over an edge, so that a torus whose sides the size divides stays one.
    """
    import torch.nn.functional as F

    if pool is None:
        return x
    pooling = F.avg_pool2d if pool.kind == "avg" else F.max_pool2d
    return pooling(x, pool.size, pool.size, ceil_mode=True)
