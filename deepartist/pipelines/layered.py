"""A network as a list of named steps, run with any padding and no further than needed.

torchvision pads with zeros, which paints frames around pictures and cannot see a torus as a torus. Here every step
knows how far it looks to each side, so that one walk serves replicate, circular and native padding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from deepartist.pipelines.base import Encoder, Padding
from deepartist.pipelines.frozen import Border, averaged, convolution, extended, rectified
from deepartist.recipe.contracts import PIXELS, LayerInfo

if TYPE_CHECKING:
    import torch
    from torch import Tensor


@dataclass(frozen=True)
class Step:
    """One operation; the features after it are called `name` where it has one."""

    name: str = ""

    def reach(self) -> tuple[int, int]:
        """Kernel size and stride."""
        return 1, 1

    def run(self, x: Tensor, padding: Padding) -> Tensor:
        raise NotImplementedError

    def reduced(self, precision: torch.dtype) -> Step:
        """The same with its weights in `precision`."""
        return self


@dataclass(frozen=True)
class Relu(Step):
    def run(self, x: Tensor, padding: Padding) -> Tensor:
        return rectified(x)


@dataclass(frozen=True)
class Convolution(Step):
    """`weight` (out, in, k, k), `bias` (out). `border` makes sizes divide evenly, `native` is as it was trained."""

    weight: Tensor = field(kw_only=True)
    bias: Tensor = field(kw_only=True)
    stride: int = 1
    border: Border = (1, 1)
    native: int = 1

    def reach(self) -> tuple[int, int]:
        return self.weight.shape[-1], self.stride

    def run(self, x: Tensor, padding: Padding) -> Tensor:
        x = x.to(self.weight.dtype)
        if padding == "native":
            return convolution(x, self.weight, self.bias, self.stride, (0, 0), "replicate", self.native)
        return convolution(x, self.weight, self.bias, self.stride, self.border, padding)

    def reduced(self, precision: torch.dtype) -> Convolution:
        """What looks at pixels stays: it costs little, and sees differences that 8 bits would round away."""
        if self.weight.shape[1] <= 3:
            return self
        return replace(self, weight=self.weight.to(precision), bias=self.bias.to(precision))


@dataclass(frozen=True)
class Pool(Step):
    """Average, binomial or maximum over `size` × `size`; odd remainders are dropped, or kept with `ceil`.

    ``binomial`` is the antialiased average [1 2 1] / 4 in both directions (Zhang 2019): unlike a plain 2 × 2 average it
    does not single out every second pixel, so that no grid is painted.
    """

    kind: str = "average"
    size: int = 2
    stride: int = 2
    ceil: bool = False

    def reach(self) -> tuple[int, int]:
        return self.size, self.stride

    def run(self, x: Tensor, padding: Padding) -> Tensor:
        import torch.nn.functional as F

        if padding != "native" and self.size > self.stride:
            x = extended(x, (0, self.size - self.stride), padding)
        if min(x.shape[-2:]) < self.size:  # a thin picture: what is left of it
            return x
        if self.kind == "binomial":
            # One kernel per channel: in channels_last several times as fast as averaging twice.
            row = x.new_tensor((0.25, 0.5, 0.25))
            kernel = (row[:, None] * row).expand(x.shape[1], 1, 3, 3)
            return convolution(x, kernel, None, 2, (1, 0), "replicate" if padding == "native" else padding)
        if self.kind == "average" and self.size == self.stride and not (self.ceil and padding == "native"):
            return averaged(x, self.size)
        if self.kind == "average":
            return F.avg_pool2d(x, self.size, self.stride, ceil_mode=self.ceil and padding == "native")
        return F.max_pool2d(x, self.size, self.stride, ceil_mode=self.ceil and padding == "native")


@dataclass(frozen=True)
class Fire(Step):
    """SqueezeNet's module: 1×1 down, then 1×1 and 3×3 side by side (Iandola et al. 2016)."""

    squeeze: Convolution = field(kw_only=True)
    expand: tuple[Convolution, Convolution] = field(kw_only=True)

    def reach(self) -> tuple[int, int]:
        return 3, 1

    def run(self, x: Tensor, padding: Padding) -> Tensor:
        import torch

        x = rectified(self.squeeze.run(x, padding))
        return torch.cat([rectified(branch.run(x, padding)) for branch in self.expand], 1)

    def reduced(self, precision: torch.dtype) -> Fire:
        first, second = (branch.reduced(precision) for branch in self.expand)
        return replace(self, squeeze=self.squeeze.reduced(precision), expand=(first, second))


@dataclass(frozen=True)
class Normalize(Step):
    """``(x - mean) / deviation`` per channel."""

    mean: tuple[float, float, float] = (0.485, 0.456, 0.406)
    deviation: tuple[float, float, float] = (0.229, 0.224, 0.225)

    def run(self, x: Tensor, padding: Padding) -> Tensor:
        mean, deviation = x.new_tensor(self.mean), x.new_tensor(self.deviation)
        return (x - mean[:, None, None]) / deviation[:, None, None]


@dataclass(frozen=True)
class Later:
    """Steps that are costly to hold: `load` is called when a layer among `names` is first asked for."""

    names: frozenset[str]
    load: Callable[[], Iterable[Step]]


class LayeredEncoder(Encoder):
    """Runs the steps in order, `later` after them. The tensors of the steps decide device and precision."""

    def __init__(self, steps: Iterable[Step], later: Later | None = None) -> None:
        self.steps, self.later = tuple(steps), later

    def encode(self, pictures: Tensor, layers: Iterable[str], padding: Padding = "replicate") -> dict[str, Tensor]:
        return dict(self.walk(pictures, layers, padding))

    def walk(
        self, pictures: Tensor, layers: Iterable[str], padding: Padding = "replicate"
    ) -> Iterator[tuple[str, Tensor]]:
        wanted = set(layers)
        if self.later and wanted & self.later.names:
            self.steps, self.later = (*self.steps, *self.later.load()), None
        missing = wanted - {PIXELS} - {step.name for step in self.steps}
        if missing:
            raise KeyError(f"no layer {sorted(missing)[0]!r}")
        if PIXELS in wanted:
            yield PIXELS, pictures
        x, left = pictures, len(wanted - {PIXELS})
        for step in self.steps:
            if not left:
                return
            x = step.run(x, padding)
            if step.name in wanted:
                left -= 1
                yield step.name, x.to(pictures.dtype)

    def reduced(self, precision: torch.dtype) -> LayeredEncoder:
        later = self.later
        if later:
            load = later.load
            later = replace(later, load=lambda: [step.reduced(precision) for step in load()])
        return LayeredEncoder([step.reduced(precision) for step in self.steps], later)


def layer_table(rows: Iterable[tuple[str, int, int, int]]) -> dict[str, LayerInfo]:
    """Layer infos from (name, channels, kernel, stride) of every step in order; rows without a name only add reach."""
    table = {PIXELS: LayerInfo(3, 1, 1)}
    stride, reach = 1, 1
    for name, channels, kernel, step in rows:
        reach += (kernel - 1) * stride
        stride *= step
        if name:
            table[name] = LayerInfo(channels, stride, reach)
    return table


def to_device(tensors: dict[str, Tensor], device: torch.device) -> dict[str, Tensor]:
    """Weights as float32 on the device; convolution kernels in channels_last, which oneDNN and cuDNN run faster."""
    import torch

    return {
        name: tensor.detach()
        .to(device, torch.float32)
        .contiguous(memory_format=torch.channels_last if tensor.dim() == 4 else torch.contiguous_format)
        for name, tensor in tensors.items()
    }
