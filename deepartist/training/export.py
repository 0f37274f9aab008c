"""From a trained branch to the file of weights: balanced on our own pictures, joined by the random one, float16."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from safetensors.torch import save
from torch import Tensor

from deepartist.pipelines.layered import Pool
from deepartist.pipelines.texnet import LEARNED, weight_shapes
from deepartist.sources.samples import SAMPLES, render
from deepartist.training.grain import make_grain

SIDE = 256
SEEDS = (101, 102)
"""Of the samples that channels are balanced on."""


def balancing_pictures() -> Tensor:
    """``(16, 3, 256, 256)`` in 0..1: two of every style sample."""
    drawn = [render(name, seed) for name, each in SAMPLES.items() if each.kind == "style" for seed in SEEDS]
    pixels = torch.stack([torch.from_numpy(each).permute(2, 0, 1) for each in drawn])
    return F.interpolate(pixels, size=SIDE, mode="bilinear", antialias=True)


def balanced(state: dict[str, Tensor], pictures: Tensor) -> dict[str, Tensor]:
    """The same learned branch with every channel scaled to a root mean square of 1 after its ReLU.

    What a layer is divided by, the next one is multiplied by, so that the network sees the same and no channel drowns
    in a Gram matrix. Channels that hardly ever fire are not blown up.
    """
    x, result, before = (pictures - 0.5) * 4, {}, torch.ones(3)
    for number, block in enumerate(LEARNED, 1):
        if number > 1:
            x = Pool(kind="binomial").run(x, "replicate")
        for part in range(1, len(block) + 1):
            name = f"conv{number}_{part}"
            weight = state[f"{name}.weight"] * before[None, :, None, None]
            x = F.conv2d(F.pad(x, (1, 1, 1, 1), mode="replicate"), weight, state[f"{name}.bias"]).relu()
            power = x.square().mean((0, 2, 3)).sqrt()
            before = power.clamp(min=0.05 * float(power.median()))
            x = x / before[:, None, None]
            result[f"{name}.weight"] = weight / before[:, None, None, None]
            result[f"{name}.bias"] = state[f"{name}.bias"] / before
    return result


def weights_file(learned: dict[str, Tensor]) -> bytes:
    """The content of ``texnet.safetensors`` for a trained branch as `Learner.folded` gives it."""
    pictures = balancing_pictures()
    state = {**balanced(learned, pictures), **make_grain(pictures)}
    assert {name: tuple(tensor.shape) for name, tensor in state.items()} == weight_shapes()
    return save({name: tensor.half().contiguous() for name, tensor in state.items()})
