"""texnet: the network that ships inside the package, so that a first painting needs no download."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from deepartist.pipelines.base import Encoder, Pipeline, WeightsError
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
from deepartist.recipe.contracts import LayerInfo
from deepartist.recipe.parts import register

if TYPE_CHECKING:
    import torch
    from torch import Tensor

WIDTHS = (32, 64, 96, 128, 128)
"""Channels of the five blocks; one 3×3 convolution each, halved in size between them by binomial pooling."""
FILE = "texnet.safetensors"
DIGEST = "ccb4a4ed72b2df42f3fcde8dd0ff8826287e09cabc90500669c46ca6a37568dd"
"""sha256 of the shipped file."""


@register
class TexNet(Pipeline):
    """The embedded network: VGG-like, 3×3 convolutions and binomial pooling, nothing to download.

    Layers ``relu1_1`` to ``relu5_1``. Its weights are orthogonal random filters from an integer hash, each channel
    scaled once to mean 0 and spread 1 on our own procedural pictures (after Ustyuzhaninov et al. 2016 and He et al.
    2016: textures need the architecture more than the training). `texnet_weights` makes the file.
    """

    name: ClassVar[str] = "texnet"

    @cached_property
    def layers(self) -> Mapping[str, LayerInfo]:
        return layer_table(self._rows())

    @staticmethod
    def _rows() -> Iterator[tuple[str, int, int, int]]:
        for block, width in enumerate(WIDTHS, 1):
            if block > 1:
                yield "", 0, 3, 2
            yield "", 0, 3, 1
            yield f"relu{block}_1", width, 1, 1

    def digest(self, weights: Mapping[str, str]) -> str:
        return weights.get(self.name, DIGEST)

    def load(self, device: torch.device, weights: Mapping[str, Path]) -> Encoder:
        from safetensors.torch import load

        path = weights.get(self.name)
        try:
            content = path.read_bytes() if path else files(__package__).joinpath(FILE).read_bytes()
            state = load(content)
        except Exception as error:
            raise WeightsError(f"the weights of texnet in {path or FILE} cannot be read: {error}") from None
        expected = {f"conv{block}.{kind}" for block in range(1, len(WIDTHS) + 1) for kind in ("weight", "bias")}
        if set(state) != expected:
            raise WeightsError(f"{path or FILE} holds the weights of another network, not of texnet")
        return LayeredEncoder(texnet_steps(to_device(state, device)))


def texnet_steps(state: Mapping[str, Tensor]) -> list[Step]:
    """The network of a state ``{"conv1.weight": (32, 3, 3, 3), "conv1.bias": (32,), …}``."""
    steps: list[Step] = [Normalize(mean=(0.5, 0.5, 0.5), deviation=(0.25, 0.25, 0.25))]
    for block in range(1, len(WIDTHS) + 1):
        if block > 1:
            steps.append(Pool(kind="binomial"))
        steps.append(Convolution(weight=state[f"conv{block}.weight"], bias=state[f"conv{block}.bias"]))
        steps.append(Relu(f"relu{block}_1"))
    return steps
