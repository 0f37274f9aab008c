"""GoogLeNet, called Inception v1 (Szegedy et al. 2015), from torchvision's weights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from deepartist.pipelines.base import Encoder, Padding, Pipeline
from deepartist.pipelines.frozen import extended, rectified
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

# torchvision's name, our layer, channels, kernel, stride.
STEM = (("conv1", "conv2d0", 64, 7, 2), ("conv2", "conv2d1", 64, 1, 1), ("conv3", "conv2d2", 192, 3, 1))
# torchvision's name, our layer, channels: 1×1; 3×3 and before it; second 3×3 and before it; behind the pool.
MODULES = (
    ("inception3a", "mixed3a", 64, (96, 128), (16, 32), 32),
    ("inception3b", "mixed3b", 128, (128, 192), (32, 96), 64),
    ("inception4a", "mixed4a", 192, (96, 208), (16, 48), 64),
    ("inception4b", "mixed4b", 160, (112, 224), (24, 64), 64),
    ("inception4c", "mixed4c", 128, (128, 256), (24, 64), 64),
    ("inception4d", "mixed4d", 112, (144, 288), (32, 64), 64),
    ("inception4e", "mixed4e", 256, (160, 320), (32, 128), 128),
    ("inception5a", "mixed5a", 256, (160, 320), (32, 128), 128),
    ("inception5b", "mixed5b", 384, (192, 384), (48, 128), 128),
)
# The layer that a pool follows, the pool's name in the original graph, its kernel. All go on by two positions.
POOLS = {
    "conv2d0": ("maxpool0", 3), "conv2d2": ("maxpool1", 3), "mixed3b": ("maxpool4", 3), "mixed4e": ("maxpool10", 2),
}  # fmt: skip
CLASSES = 1000
EPSILON = 1e-3
"""Of torchvision's batch normalisation in this network."""
NO_LOGITS = "has no last layer (no {key}): the layer logits of {name} needs the whole network"


@dataclass(frozen=True)
class Inception(Step):
    """Four branches side by side: 1×1; 1×1 then 3×3; 1×1 then 3×3 again; 3×3 maximum then 1×1. All end in a ReLU."""

    convolutions: tuple[tuple[Convolution, ...], ...] = field(kw_only=True)
    """Three branches of one or two convolutions, and the one behind the pool."""

    def reach(self) -> tuple[int, int]:
        return 3, 1

    def run(self, x: Tensor, padding: Padding) -> Tensor:
        import torch
        import torch.nn.functional as F

        wide = F.pad(x, (1, 1, 1, 1), value=float("-inf")) if padding == "native" else extended(x, (1, 1), padding)
        largest = F.max_pool2d(wide, 3, 1)
        branches = []
        for into, steps in zip((x, x, x, largest), self.convolutions, strict=True):
            branch = into
            for step in steps:
                branch = rectified(step.run(branch, padding))
            branches.append(branch)
        return torch.cat(branches, 1)

    def reduced(self, precision: torch.dtype) -> Inception:
        branches = (tuple(each.reduced(precision) for each in branch) for branch in self.convolutions)
        return replace(self, convolutions=tuple(branches))


@register
class GoogLeNet(Pipeline):
    """GoogLeNet (Inception v1), trained on ImageNet: the network of the first deep dreams. Needs 50 MB of weights.

    Layers, under the names of the dream literature (those of the graph ``inception5h``), each after its ReLU, with what
    torchvision calls them:

    ```text
    conv2d0   conv1          64 channels, stride 2
    maxpool0  maxpool1       64                  4
    conv2d1   conv2          64                  4
    conv2d2   conv3         192                  4
    maxpool1  maxpool2      192                  8
    mixed3a   inception3a   256                  8
    mixed3b   inception3b   480                  8
    maxpool4  maxpool3      480                 16
    mixed4a   inception4a   512                 16   (508 in inception5h)
    mixed4b   inception4b   512                 16
    mixed4c   inception4c   512                 16
    mixed4d   inception4d   528                 16
    mixed4e   inception4e   832                 16
    maxpool10 maxpool4      832                 32
    mixed5a   inception5a   832                 32
    mixed5b   inception5b  1024                 32
    logits    fc           1000                 32   (at each position; the network's own are their mean)
    ```

    These are torchvision's weights, not those of ``inception5h``: the same architecture trained again, with batch
    normalisation (folded into the convolutions here) in place of local response normalisation, and with 3×3
    convolutions where the paper has 5×5 (a slip that torchvision kept, for its weights were trained so). A channel
    number of a published dream therefore shows something else here.

    Source: Szegedy et al., *Going deeper with convolutions*, CVPR 2015.
    """

    name: ClassVar[str] = "inception"
    downloads: ClassVar[bool] = True
    example: ClassVar[str] = """
        content: sample:landscape
        enhance: mixed4c
        pipeline: inception
    """
    torchvision_digest: ClassVar[str] = "1378be20"

    @cached_property
    def layers(self) -> Mapping[str, LayerInfo]:
        return layer_table(self._rows())

    @staticmethod
    def _rows() -> Iterator[tuple[str, int, int, int]]:
        own = [*((layer, width, side, stride) for _, layer, width, side, stride in STEM)]
        own += [(layer, one + three + five + pool, 3, 1) for _, layer, one, (_, three), (_, five), pool in MODULES]
        for row in own:
            yield row
            if row[0] in POOLS:
                name, size = POOLS[row[0]]
                yield name, row[1], size, 2
        yield "logits", CLASSES, 1, 1

    def digest(self, weights: Mapping[str, str]) -> str:
        return known_digest(weights.get(self.name), self.torchvision_digest)

    def load(self, device: torch.device, weights: Mapping[str, Path]) -> Encoder:
        path = weights.get(self.name)
        state = load_weights(self.name, path, dict(_shapes()))
        logits = Later(frozenset({"logits"}), lambda: _logits(self.name, path, device))
        return LayeredEncoder(_steps(to_device(_folded(state), device)), logits)


def _kernels() -> Iterator[tuple[str, tuple[int, int, int, int]]]:
    """Every convolution in torchvision's file: its name, and the shape of its weight."""
    channels = 3
    for name, _, width, side, _ in STEM:
        yield name, (width, channels, side, side)
        channels = width
    for name, _, one, (before3, three), (before5, five), pool in MODULES:
        yield f"{name}.branch1", (one, channels, 1, 1)
        yield f"{name}.branch2.0", (before3, channels, 1, 1)
        yield f"{name}.branch2.1", (three, before3, 3, 3)
        yield f"{name}.branch3.0", (before5, channels, 1, 1)
        yield f"{name}.branch3.1", (five, before5, 3, 3)
        yield f"{name}.branch4.1", (pool, channels, 1, 1)
        channels = one + three + five + pool


def _shapes() -> Iterator[tuple[str, tuple[int, ...]]]:
    for name, shape in _kernels():
        yield f"{name}.conv.weight", shape
        for part in ("weight", "bias", "running_mean", "running_var"):
            yield f"{name}.bn.{part}", shape[:1]


def _folded(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Each batch normalisation made part of the convolution before it: ``name.weight`` and ``name.bias``."""
    folded = {}
    for name, _ in _kernels():
        scale = state[f"{name}.bn.weight"] / (state[f"{name}.bn.running_var"] + EPSILON).sqrt()
        folded[f"{name}.weight"] = state[f"{name}.conv.weight"] * scale[:, None, None, None]
        folded[f"{name}.bias"] = state[f"{name}.bn.bias"] - state[f"{name}.bn.running_mean"] * scale
    return folded


def _steps(state: Mapping[str, Tensor]) -> Iterator[Step]:
    def convolution(name: str, stride: int = 1) -> Convolution:
        weight, bias = state[f"{name}.weight"], state[f"{name}.bias"]
        edge = weight.shape[-1] // 2
        return Convolution(weight=weight, bias=bias, stride=stride, border=(edge, edge), native=edge)

    def pool_after(layer: str) -> Iterable[Step]:
        if layer in POOLS:
            name, size = POOLS[layer]
            yield Pool(name, kind="max", size=size, stride=2, ceil=True)

    # torchvision's transform_input turns ImageNet's normalisation into that of the weights, which is this.
    yield Normalize(mean=(0.5, 0.5, 0.5), deviation=(0.5, 0.5, 0.5))
    for name, layer, _, _, stride in STEM:
        yield convolution(name, stride)
        yield Relu(layer)
        yield from pool_after(layer)
    for name, layer, *_ in MODULES:
        one, pooled = convolution(f"{name}.branch1"), convolution(f"{name}.branch4.1")
        three, five = ((convolution(f"{name}.branch{n}.0"), convolution(f"{name}.branch{n}.1")) for n in (2, 3))
        yield Inception(layer, convolutions=((one,), three, five, (pooled,)))
        yield from pool_after(layer)


def _logits(name: str, path: Path | None, device: torch.device) -> Iterator[Step]:
    """The last layer at every position: it is linear, so that averaging after it is averaging before it."""
    channels = 1024
    state = load_weights(name, path, {"fc.weight": (CLASSES, channels), "fc.bias": (CLASSES,)}, NO_LOGITS)
    own = to_device({"weight": state["fc.weight"].reshape(CLASSES, channels, 1, 1), "bias": state["fc.bias"]}, device)
    yield Convolution("logits", weight=own["weight"], bias=own["bias"], border=(0, 0), native=0)
