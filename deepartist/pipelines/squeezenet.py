"""SqueezeNet 1.0 (Iandola et al. 2016), from torchvision's weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from deepartist.pipelines.base import Encoder, Pipeline
from deepartist.pipelines.layered import (
    Convolution,
    Fire,
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

# Index in torchvision's `features`, name, channels squeezed and expanded (each branch).
FIRES = (
    (3, "fire2", 16, 64), (4, "fire3", 16, 64), (5, "fire4", 32, 128), (7, "fire5", 32, 128),
    (8, "fire6", 48, 192), (9, "fire7", 48, 192), (10, "fire8", 64, 256), (12, "fire9", 64, 256),
)  # fmt: skip
POOLS_BEFORE = {3: "pool1", 7: "pool4", 12: "pool8"}


@register
class SqueezeNet(Pipeline):
    """SqueezeNet 1.0, trained on ImageNet: a real vision network of 5 MB, fast on a laptop.

    Layers: ``relu1`` (96 channels, stride 2) and ``fire2`` to ``fire9``, named as in the paper.
    """

    name: ClassVar[str] = "squeezenet"
    downloads: ClassVar[bool] = True
    example: ClassVar[str] = """
        content: sample:boat
        style: sample:strokes
        pipeline: squeezenet
    """
    torchvision_digest: ClassVar[str] = "b66bff10"

    @cached_property
    def layers(self) -> Mapping[str, LayerInfo]:
        return layer_table(self._rows())

    @staticmethod
    def _rows() -> Iterator[tuple[str, int, int, int]]:
        yield "conv1", 96, 7, 2
        yield "relu1", 96, 1, 1
        for index, name, _, expand in FIRES:
            if index in POOLS_BEFORE:
                yield "", 0, 3, 2
            yield name, 2 * expand, 3, 1

    def digest(self, weights: Mapping[str, str]) -> str:
        return known_digest(weights.get(self.name), self.torchvision_digest)

    def load(self, device: torch.device, weights: Mapping[str, Path]) -> Encoder:
        state = load_weights(self.name, weights.get(self.name), self._shapes())
        return LayeredEncoder(list(self._steps(to_device(state, device))))

    @staticmethod
    def _shapes() -> dict[str, tuple[int, ...]]:
        shapes: dict[str, tuple[int, ...]] = {"features.0.weight": (96, 3, 7, 7), "features.0.bias": (96,)}
        channels = 96
        for index, _, squeeze, expand in FIRES:
            kernels = {
                "squeeze": (squeeze, channels, 1),
                "expand1x1": (expand, squeeze, 1),
                "expand3x3": (expand, squeeze, 3),
            }
            for part, (out, into, side) in kernels.items():
                shapes[f"features.{index}.{part}.weight"] = (out, into, side, side)
                shapes[f"features.{index}.{part}.bias"] = (out,)
            channels = 2 * expand
        return shapes

    @staticmethod
    def _steps(state: Mapping[str, Tensor]) -> Iterator[Step]:
        def convolution(name: str, side: int) -> Convolution:
            edge = side // 2
            weight, bias = state[f"{name}.weight"], state[f"{name}.bias"]
            return Convolution(weight=weight, bias=bias, border=(edge, edge), native=edge)

        yield Normalize()
        weight, bias = state["features.0.weight"], state["features.0.bias"]
        yield Convolution("conv1", weight=weight, bias=bias, stride=2, border=(3, 2), native=0)
        yield Relu("relu1")
        for index, name, _, _ in FIRES:
            if index in POOLS_BEFORE:
                yield Pool(kind="max", size=3, stride=2, ceil=True)
            own = f"features.{index}"
            expand = (convolution(f"{own}.expand1x1", 1), convolution(f"{own}.expand3x3", 3))
            yield Fire(name, squeeze=convolution(f"{own}.squeeze", 1), expand=expand)
