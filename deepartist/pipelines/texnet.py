"""texnet: the network that ships inside the package, so that a first painting needs no download."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from deepartist.pipelines.base import Encoder, Padding, Pipeline, WeightsError
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
from deepartist.recipe.contracts import PIXELS, LayerInfo
from deepartist.recipe.parts import register

if TYPE_CHECKING:
    import torch
    from torch import Tensor

LEARNED = ((24, 32), (48, 64), (96, 96), (128, 128))
"""Channels of the learned branch: two 3×3 convolutions in each of four blocks, ``relu1_1`` to ``relu4_2``."""
GRAIN = ((32,), (64,), (96,), (128,), (128,))
"""Channels of the random branch: one 3×3 convolution in each of five blocks, ``grain1`` to ``grain5``."""
FILE = "texnet.safetensors"
DIGEST = "bd11b45fcb6b439bf432271558f7f2eb97e1c68e2596e0e1f51d84429136e178"
"""sha256 of the shipped file."""


def _named(branch: Sequence[Sequence[int]], name: str) -> Iterator[tuple[int, str, str, int]]:
    """Block, name of the weights, name of the layer and channels of every convolution of a branch."""
    for block, widths in enumerate(branch, 1):
        for number, width in enumerate(widths, 1):
            if name == "relu":
                yield block, f"conv{block}_{number}", f"relu{block}_{number}", width
            else:
                yield block, f"{name}{block}", f"{name}{block}", width


@register
class TexNet(Pipeline):
    """The embedded network: paints at once, nothing to download, never saw a photograph.

    Two branches of 3×3 convolutions with binomial pooling look at the same picture. ``relu1_1`` to ``relu4_2`` learned
    to recognise pictures that our own code draws, and to tell them from forgeries with the same spectrum: they know
    strokes, edges and things in front of things. ``grain1`` to ``grain5`` are orthogonal random filters: they keep fine
    grain and colour (after Ustyuzhaninov et al. 2016 and He et al. 2016). On our own
    pictures every learned channel has a root mean square of 1 after its ReLU, every random one mean 0 and spread 1
    before it. `deepartist.training` makes the file.
    """

    name: ClassVar[str] = "texnet"
    example: ClassVar[str] = """
        style: sample:strokes
        pipeline: texnet
    """

    @cached_property
    def layers(self) -> Mapping[str, LayerInfo]:
        return {
            name: info
            for branch, prefix in ((LEARNED, "relu"), (GRAIN, "grain"))
            for name, info in layer_table(self._rows(branch, prefix)).items()
        }

    @staticmethod
    def _rows(branch: Sequence[Sequence[int]], prefix: str) -> Iterator[tuple[str, int, int, int]]:
        above = 1
        for block, _, layer, width in _named(branch, prefix):
            if block > above:
                yield "", 0, 3, 2
            above = block
            yield "", 0, 3, 1
            yield layer, width, 1, 1

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
        if {name: tuple(tensor.shape) for name, tensor in state.items()} != weight_shapes():
            raise WeightsError(f"{path or FILE} holds the weights of another network, not of this texnet")
        return TexNetEncoder(to_device(state, device))


def weight_shapes() -> dict[str, tuple[int, ...]]:
    """The names of all tensors in a file of texnet's weights, and their shapes."""
    shapes: dict[str, tuple[int, ...]] = {}
    for branch, prefix in ((LEARNED, "relu"), (GRAIN, "grain")):
        channels = 3
        for _, name, _, width in _named(branch, prefix):
            shapes[f"{name}.weight"], shapes[f"{name}.bias"] = (width, channels, 3, 3), (width,)
            channels = width
    return shapes


def branch_steps(state: Mapping[str, Tensor], branch: Sequence[Sequence[int]], prefix: str) -> list[Step]:
    """One branch: `prefix` is ``relu`` or ``grain``; weights as in `weight_shapes`."""
    steps: list[Step] = [Normalize(mean=(0.5, 0.5, 0.5), deviation=(0.25, 0.25, 0.25))]
    above = 1
    for block, name, layer, _ in _named(branch, prefix):
        if block > above:
            steps.append(Pool(kind="binomial"))
        above = block
        steps.append(Convolution(weight=state[f"{name}.weight"], bias=state[f"{name}.bias"]))
        steps.append(Relu(layer))
    return steps


class TexNetEncoder(Encoder):
    """Both branches over the same picture; a branch of which no layer is asked for does not run."""

    def __init__(self, state: Mapping[str, Tensor]) -> None:
        self.branches = [
            LayeredEncoder(branch_steps(state, LEARNED, "relu")),
            LayeredEncoder(branch_steps(state, GRAIN, "grain")),
        ]

    def encode(self, pictures: Tensor, layers: Iterable[str], padding: Padding = "replicate") -> dict[str, Tensor]:
        return dict(self.walk(pictures, layers, padding))

    def walk(
        self, pictures: Tensor, layers: Iterable[str], padding: Padding = "replicate"
    ) -> Iterator[tuple[str, Tensor]]:
        wanted = set(layers)
        own = [wanted & {step.name for step in branch.steps if step.name} for branch in self.branches]
        if missing := wanted - {PIXELS}.union(*own):
            raise KeyError(f"no layer {min(missing)!r}")
        if PIXELS in wanted:
            yield PIXELS, pictures
        for branch, layers_of_it in zip(self.branches, own, strict=True):
            yield from branch.walk(pictures, layers_of_it, padding)
