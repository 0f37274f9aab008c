"""texnet's trained branch while it learns: 3×3 convolutions with batch normalisation, and three heads that are thrown
away.
"""

from __future__ import annotations

from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from deepartist.pipelines.layered import Pool
from deepartist.pipelines.texnet import LEARNED

HEADS = (1, 2, 3)
"""Blocks after which a head asks questions, so that shallow layers learn of textures as well as deep ones."""


class Learner(nn.Module):
    """The trained branch and its heads: which picture is a crop of, and is it one at all?"""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.convolutions, self.norms = nn.ModuleList(), nn.ModuleList()
        channels = 3
        for block in LEARNED:
            for width in block:
                self.convolutions.append(nn.Conv2d(channels, width, 3, padding=1, bias=False))
                self.norms.append(nn.BatchNorm2d(width))
                channels = width
        self.which = nn.ModuleList(nn.Linear(LEARNED[block][-1], classes) for block in HEADS)
        self.genuine = nn.ModuleList(nn.Linear(LEARNED[block][-1], 1) for block in HEADS)

    def forward(self, crops: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        """For crops ``(N, 3, H, W)`` what every head says: class logits ``(N, classes)`` and genuineness ``(N,)``."""
        x, layer, which, genuine = (crops - 0.5) * 4, 0, [], []
        for number, block in enumerate(LEARNED):
            if number:
                x = Pool(kind="binomial").run(x, "replicate")
            for _ in block:
                x = F.relu(self.norms[layer](self.convolutions[layer](x)))
                layer += 1
            if number in HEADS:
                head, seen = HEADS.index(number), x.mean((2, 3))
                which.append(self.which[head](F.dropout(seen, 0.1, self.training)))
                genuine.append(self.genuine[head](seen)[:, 0])
        return which, genuine

    @torch.no_grad()
    def folded(self) -> dict[str, Tensor]:
        """The convolutions with their normalisation folded in, named as in the weights file."""
        state: dict[str, Tensor] = {}
        layer = 0
        for number, block in enumerate(LEARNED, 1):
            for part in range(1, len(block) + 1):
                norm, weight = cast(nn.BatchNorm2d, self.norms[layer]), cast(Tensor, self.convolutions[layer].weight)
                assert norm.running_mean is not None
                assert norm.running_var is not None
                factor = norm.weight / (norm.running_var + norm.eps).sqrt()
                state[f"conv{number}_{part}.weight"] = (weight * factor[:, None, None, None]).contiguous()
                state[f"conv{number}_{part}.bias"] = norm.bias - norm.running_mean * factor
                layer += 1
        return state
