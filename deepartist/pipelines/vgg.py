"""VGG-16 and VGG-19 (Simonyan and Zisserman 2015), from torchvision's weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from deepartist.pipelines.base import Encoder, Pipeline
from deepartist.pipelines.layered import (
    Convolution,
    LayeredEncoder,
    Normalize,
    Pool,
    Relu,
    Step,
    layer_table,
    to_device,
)
from deepartist.pipelines.torchvision_weights import known_digest, load_weights
from deepartist.recipe.contracts import LayerInfo
from deepartist.recipe.parts import register

if TYPE_CHECKING:
    import torch
    from torch import Tensor

WIDTHS = (64, 128, 256, 512, 512)


class Vgg(Pipeline):
    """Base of both: five blocks of 3×3 convolutions, named ``relu1_1`` to ``relu5_N``, and the pools between them."""

    depths: ClassVar[tuple[int, ...]]
    """Convolutions per block."""
    torchvision_digest: ClassVar[str]
    """sha256 of torchvision's file, first 8 digits, as in its name."""

    pooling: Literal["average", "max"] = "average"
    """Average pooling keeps textures calmer (Gatys et al. 2015); the network was trained with max."""

    @cached_property
    def layers(self) -> Mapping[str, LayerInfo]:
        return layer_table(self._rows())

    def _rows(self) -> Iterator[tuple[str, int, int, int]]:
        for block, (depth, width) in enumerate(zip(self.depths, WIDTHS, strict=True), 1):
            for number in range(1, depth + 1):
                yield f"conv{block}_{number}", width, 3, 1
                yield f"relu{block}_{number}", width, 1, 1
            yield f"pool{block}", width, 2, 2

    def digest(self, weights: Mapping[str, str]) -> str:
        return known_digest(weights.get(self.name), self.torchvision_digest)

    def load(self, device: torch.device, weights: Mapping[str, Path]) -> Encoder:
        state = load_weights(self.name, weights.get(self.name), self._shapes())
        return LayeredEncoder(list(self._steps(to_device(state, device))))

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        """What the convolutions of this network are called in torchvision's file, and their shapes."""
        shapes: dict[str, tuple[int, ...]] = {}
        index, channels = 0, 3
        for depth, width in zip(self.depths, WIDTHS, strict=True):
            for _ in range(depth):
                shapes[f"features.{index}.weight"] = (width, channels, 3, 3)
                shapes[f"features.{index}.bias"] = (width,)
                index, channels = index + 2, width
            index += 1
        return shapes

    def _steps(self, state: Mapping[str, Tensor]) -> Iterator[Step]:
        yield Normalize()
        index = 0
        for block, depth in enumerate(self.depths, 1):
            for number in range(1, depth + 1):
                weight, bias = state[f"features.{index}.weight"], state[f"features.{index}.bias"]
                yield Convolution(f"conv{block}_{number}", weight=weight, bias=bias)
                yield Relu(f"relu{block}_{number}")
                index += 2
            yield Pool(f"pool{block}", kind=self.pooling)
            index += 1


@register
class Vgg16(Vgg):
    """VGG-16, trained on ImageNet: the network of the original DeepDream recipes. Needs 528 MB of weights."""

    name: ClassVar[str] = "vgg16"
    depths: ClassVar[tuple[int, ...]] = (2, 2, 3, 3, 3)
    torchvision_digest: ClassVar[str] = "397923af"


@register
class Vgg19(Vgg):
    """VGG-19, trained on ImageNet: the classic network of style transfer. Needs 548 MB of weights."""

    name: ClassVar[str] = "vgg19"
    depths: ClassVar[tuple[int, ...]] = (2, 2, 4, 4, 4)
    torchvision_digest: ClassVar[str] = "dcbb9e9d"
