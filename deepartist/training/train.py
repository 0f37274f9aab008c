"""The training itself: crops are recognised and forgeries found out, for so many minutes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from deepartist.training.network import Learner
from deepartist.training.pool import Bytes, Crops, forged

BATCH, FORGED = 40, 8
RATE, DECAY = 2e-3, 0.02
REPORT_EVERY = 200
"""Steps between reports of progress."""


@dataclass(frozen=True)
class Progress:
    """What is known after some steps."""

    step: int
    share: float
    """Of the time, 0..1."""
    loss: float
    recognised: float
    """Share of unseen crops that the deepest head puts to the right picture."""
    state: dict[str, Tensor]
    """The trained branch as it is now."""


def train(
    pictures: Sequence[Bytes], steps: int, seed: int, report: Callable[[Progress], None], device: str = "cpu"
) -> dict[str, Tensor]:
    """Train on pictures ``(H, W, 3)``; returns the trained branch (float32, normalisation folded in)."""
    torch.manual_seed(seed)
    crops = Crops(pictures, seed)
    learner = Learner(len(pictures)).to(device).to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(learner.parameters(), lr=RATE, weight_decay=DECAY)
    mean = 0.0
    for step in range(1, steps + 1):
        share = step / steps
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1.0, step / 100) * (0.5 + 0.5 * math.cos(math.pi * share))
        loss = _loss(learner, crops, device)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        mean = 0.98 * mean + 0.02 * float(loss.detach())
        if step % REPORT_EVERY == 0 or step == steps:
            right = _recognised(learner, crops, device)
            report(Progress(step, share, mean / (1 - 0.98**step), right, learner.folded()))
    return learner.folded()


def _loss(learner: Learner, crops: Crops, device: str) -> Tensor:
    genuine, classes = crops.batch(BATCH)
    false = forged(genuine[:FORGED], crops.random)
    seen = torch.cat([genuine, false]).to(device).contiguous(memory_format=torch.channels_last)
    which, real = learner(seen)
    truth = torch.cat([torch.ones(BATCH), torch.zeros(FORGED)]).to(device)
    classes = classes.to(device)
    loss = seen.new_zeros(())
    for weight, logits, answer in zip((0.5, 0.5, 1.0), which, real, strict=True):
        loss = loss + weight * F.cross_entropy(logits[:BATCH], classes, label_smoothing=0.1)
        loss = loss + weight * F.binary_cross_entropy_with_logits(answer, truth)
    return loss


@torch.no_grad()
def _recognised(learner: Learner, crops: Crops, device: str) -> float:
    learner.eval()
    seen, classes = crops.batch(256, unseen=True)
    which, _ = learner(seen.to(device))
    learner.train()
    return float((which[-1].argmax(1).cpu() == classes).float().mean())
