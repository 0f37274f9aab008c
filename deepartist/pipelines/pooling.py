"""No network at all: the picture itself, and its averages over larger and larger squares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from deepartist.pipelines.base import Encoder, Padding, Pipeline
from deepartist.pipelines.layered import LayeredEncoder
from deepartist.recipe.contracts import PIXELS, LayerInfo
from deepartist.recipe.parts import register

if TYPE_CHECKING:
    import torch
    from torch import Tensor

SIZES = (2, 4, 8, 16, 32, 64, 128)


@register
class Pooling(Pipeline):
    """The colours of a picture at every scale: nothing to download, and nothing is understood.

    Layers: ``pixels``, then ``pool2`` ``pool4`` ``pool8`` ... ``pool128``: averages over squares of that many pixels (3
    channels, stride and receptive field the same). Squares that stick out of the picture average what they hold.
    Matching them matches the statistics of colour at each scale: clouds of the right colours in the right sizes.

    Source: the PoolingPipeline of DeepArtist (Simiacryptus, 2019).
    """

    name: ClassVar[str] = "pooling"
    example: ClassVar[str] = """
        style: sample:flame
        pipeline: pooling
    """

    @cached_property
    def layers(self) -> Mapping[str, LayerInfo]:
        return {PIXELS: LayerInfo(3, 1, 1), **{f"pool{size}": LayerInfo(3, size, size) for size in SIZES}}

    def digest(self, weights: Mapping[str, str]) -> str:
        return "none"

    def load(self, device: torch.device, weights: Mapping[str, Path]) -> Encoder:
        return PoolingEncoder()


@register
class Pixels(Pipeline):
    """The picture itself and nothing else: its only layer is ``pixels``. For matching colours alone, and for tests.

    Source: the NOOP pipeline of DeepArtist (Simiacryptus, 2019), which recoloured paintings.
    """

    name: ClassVar[str] = "pixels"
    example: ClassVar[str] = """
        style: sample:flame
        pipeline: pixels
    """

    @property
    def layers(self) -> Mapping[str, LayerInfo]:
        return {PIXELS: LayerInfo(3, 1, 1)}

    def digest(self, weights: Mapping[str, str]) -> str:
        return "none"

    def load(self, device: torch.device, weights: Mapping[str, Path]) -> Encoder:
        return LayeredEncoder(())


class PoolingEncoder(Encoder):
    """Averages of the picture; padding makes no difference, for no square looks over an edge."""

    def encode(self, pictures: Tensor, layers: Iterable[str], padding: Padding = "replicate") -> dict[str, Tensor]:
        import torch.nn.functional as F

        wanted = set(layers)
        names = {f"pool{size}": size for size in SIZES}
        if missing := wanted - {PIXELS, *names}:
            raise KeyError(f"no layer {min(missing)!r}")
        found = {PIXELS: pictures} if PIXELS in wanted else {}
        return found | {layer: F.avg_pool2d(pictures, names[layer], ceil_mode=True) for layer in wanted - {PIXELS}}
