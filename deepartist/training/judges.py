"""What a painting is judged by, in numbers; to be looked at beside the pictures, never instead of them.

Distances between textures are divided by that of coloured noise (the reference's mean and spread per channel): 1 is no
better than noise, 0 is the same statistics. No judge uses the network that painted.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
import torch.nn.functional as F
from torch import Tensor

from deepartist.color import LUMA
from deepartist.pipelines import Encoder

DIRECTIONS, PATCH = 256, 11


def beside_noise(distance: float, noise: float) -> float:
    """A distance in units of that of coloured noise."""
    return distance / max(noise, 1e-9)


def colored_noise(reference: Tensor, seed: int = 1) -> Tensor:
    """Noise with the mean and spread of each channel of ``(1, 3, H, W)``, clamped to 0..1."""
    generator = torch.Generator().manual_seed(seed)
    mean, spread = reference.mean((2, 3), keepdim=True), reference.std((2, 3), keepdim=True)
    return (mean + spread * torch.randn(reference.shape, generator=generator)).clamp(0, 1)


@torch.no_grad()
def gram_distance(encoder: Encoder, layers: Iterable[str], painted: Tensor, reference: Tensor) -> float:
    """Judge 1: relative distance of Gram matrices under a network that did not paint, mean over layers (≥ 0)."""
    names = list(layers)
    of_painted, of_reference = (_grams(encoder, names, picture) for picture in (painted, reference))
    ratios = [(a - b).norm() / b.norm() for a, b in zip(of_painted, of_reference, strict=True)]
    return float(torch.stack(ratios).mean())


def _grams(encoder: Encoder, layers: list[str], picture: Tensor) -> list[Tensor]:
    features = encoder.encode(picture, layers, "native")
    flat = [features[layer][0].flatten(1) for layer in layers]
    return [each @ each.T / each.shape[1] for each in flat]


@torch.no_grad()
def patch_distance(painted: Tensor, reference: Tensor, seed: int = 99) -> float:
    """Judge 2: sliced Wasserstein-1 of all 11 × 11 patches along 256 directions that no painter knows (≥ 0).

    Elnekave and Weiss 2022 (GPDM); half of each direction's mean colour is removed, so that structure counts as well.
    """
    directions = torch.randn(DIRECTIONS, 3, PATCH, PATCH, generator=torch.Generator().manual_seed(seed))
    directions = directions - 0.5 * directions.mean((2, 3), keepdim=True)
    directions = directions / directions.flatten(1).norm(dim=1)[:, None, None, None]
    one, other = (F.conv2d(each, directions)[0].flatten(1).sort(1)[0] for each in (painted, reference))
    if one.shape != other.shape:
        other = F.interpolate(other[None], size=one.shape[1], mode="linear")[0]
    return float((one - other).abs().mean())


@torch.no_grad()
def structure_kept(painted: Tensor, content: Tensor, side: int = 32) -> float:
    """Judge 3a: correlation of the self-similarities of two pictures, of luma at about 32 pixels (−1..1, 1 the same).

    Self-similarity: all pairwise differences of small positions, so that other colours do no harm (Kolkin et al. 2019).
    """
    pairs = []
    for picture in (painted, content):
        small = F.interpolate(_luma(picture), size=(side, side), mode="bilinear", antialias=True)
        blocks = F.unfold(small, 3, padding=1)[0].T
        pairs.append(torch.pdist(blocks))
    return float(torch.corrcoef(torch.stack(pairs))[0, 1])


@torch.no_grad()
def edges_kept(painted: Tensor, content: Tensor, share: float = 0.1, reach: int = 3) -> float:
    """Judge 3b: F1 of the strongest edges (that share of the pixels) within `reach` pixels of each other (0..1)."""
    maps = []
    for picture in (painted, content):
        luma = F.avg_pool2d(F.pad(_luma(picture), (2, 2, 2, 2), mode="replicate"), 5, 1)
        across, down = luma[..., 1:-1, 2:] - luma[..., 1:-1, :-2], luma[..., 2:, 1:-1] - luma[..., :-2, 1:-1]
        slope = (across.square() + down.square()).sqrt()
        maps.append((slope >= slope.flatten().quantile(1 - share)).float())
    near = [F.max_pool2d(each, 2 * reach + 1, 1, reach) for each in maps]
    precision = (maps[0] * near[1]).sum() / maps[0].sum()
    recall = (maps[1] * near[0]).sum() / maps[1].sum()
    return float(2 * precision * recall / (precision + recall).clamp(min=1e-9))


def _luma(picture: Tensor) -> Tensor:
    return (picture * picture.new_tensor(LUMA)[:, None, None]).sum(1, keepdim=True)
