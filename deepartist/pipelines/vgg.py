"""VGG-16 and VGG-19 (Simonyan and Zisserman 2015), from torchvision's weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from deepartist.pipelines.base import Encoder, Pipeline
from deepartist.pipelines.layered import (
    Convolution,
    Later,
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
# Index in torchvision's `classifier`, layer, the ReLU after it, channels, kernel.
CLASSIFIER = ((0, "fc6", "relu6", 4096, 7), (3, "fc7", "relu7", 4096, 1), (6, "logits", "", 1000, 1))
FEATURES_ONLY = "holds no fully connected layers (no {key}): the layers fc6 to logits of {name} need the whole network"


class Vgg(Pipeline):
    """Base of both: five blocks of 3×3 convolutions, the pools after them, and three fully connected layers.

    Layers, as the field has called them since Caffe: ``conv1_1`` (before its ReLU), ``relu1_1``, ..., ``pool1``, ... to
    ``pool5``; then ``fc6`` ``relu6`` ``fc7`` ``relu7`` ``logits`` (Caffe's ``fc8``: one channel per class of ImageNet,
    before the softmax). The last five are convolutions here (Long, Shelhamer and Darrell 2015): ``fc6`` looks at 7×7
    positions of ``pool5``, padded so that sizes stay, and the middle position of a picture of 224×224 is what the
    whole network says of it. Their 120 million weights are loaded when one of them is first asked for.
    """

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
        for _, layer, relu, width, side in CLASSIFIER:
            yield layer, width, side, 1
            if relu:
                yield relu, width, 1, 1

    def digest(self, weights: Mapping[str, str]) -> str:
        return known_digest(weights.get(self.name), self.torchvision_digest)

    def load(self, device: torch.device, weights: Mapping[str, Path]) -> Encoder:
        path = weights.get(self.name)
        state = load_weights(self.name, path, self._shapes())
        names = frozenset(name for _, layer, relu, _, _ in CLASSIFIER for name in (layer, relu) if name)
        classifier = Later(names, lambda: _classifier(self.name, path, device))
        return LayeredEncoder(self._steps(to_device(state, device)), classifier)

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


def _classifier(name: str, path: Path | None, device: torch.device) -> Iterator[Step]:
    """The fully connected layers as convolutions; torchvision flattens ``pool5`` channel by channel."""
    shapes: dict[str, tuple[int, ...]] = {}
    channels = WIDTHS[-1]
    for index, _, _, width, side in CLASSIFIER:
        shapes[f"classifier.{index}.weight"] = (width, channels * side**2)
        shapes[f"classifier.{index}.bias"] = (width,)
        channels = width
    state = load_weights(name, path, shapes, FEATURES_ONLY)
    for index, layer, relu, width, side in CLASSIFIER:
        kernel = state[f"classifier.{index}.weight"].reshape(width, -1, side, side)
        own = to_device({"weight": kernel, "bias": state[f"classifier.{index}.bias"]}, device)
        edge = side // 2
        yield Convolution(layer, weight=own["weight"], bias=own["bias"], border=(edge, edge), native=edge)
        if relu:
            yield Relu(relu)


@register
class Vgg16(Vgg):
    """VGG-16, trained on ImageNet: the network of the original DeepDream recipes. Needs 528 MB of weights.

    Layers: ``conv1_1`` ``relu1_1`` to ``conv5_3`` ``relu5_3``, ``pool1`` to ``pool5``, and those that know things:
    ``fc6`` ``relu6`` ``fc7`` ``relu7`` ``logits`` (one channel per class of ImageNet).
    """

    name: ClassVar[str] = "vgg16"
    downloads: ClassVar[bool] = True
    example: ClassVar[str] = """
        content: sample:boat
        style: sample:strokes
        pipeline: vgg16
    """
    depths: ClassVar[tuple[int, ...]] = (2, 2, 3, 3, 3)
    torchvision_digest: ClassVar[str] = "397923af"


@register
class Vgg19(Vgg):
    """VGG-19, trained on ImageNet: the classic network of style transfer. Needs 548 MB of weights.

    Layers: ``conv1_1`` ``relu1_1`` to ``conv5_4`` ``relu5_4``, ``pool1`` to ``pool5``, and those that know things:
    ``fc6`` ``relu6`` ``fc7`` ``relu7`` ``logits`` (one channel per class of ImageNet).
    """

    name: ClassVar[str] = "vgg19"
    downloads: ClassVar[bool] = True
    example: ClassVar[str] = """
        content: sample:boat
        style: sample:strokes
        pipeline: vgg19
    """
    depths: ClassVar[tuple[int, ...]] = (2, 2, 4, 4, 4)
    torchvision_digest: ClassVar[str] = "dcbb9e9d"
