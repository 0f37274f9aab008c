"""What sampled operators draw: positions, directions, and the distances between them. All of it on the CPU, by seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from deepartist.operators.statistics import precise
from deepartist.randomness import random_generator

if TYPE_CHECKING:
    import torch
    from torch import Tensor


def drawn_positions(
    count: int, limit: int, seed: int, purpose: str, device: torch.device, inside: Tensor | None = None
) -> Tensor:
    """At most `limit` of so many positions, each once, in order; all of them where there are no more. `inside`, a bool
    for each position, leaves out the others."""
    import torch

    places = torch.arange(count) if inside is None else inside.cpu().nonzero()[:, 0]
    if len(places) > limit:
        chosen = random_generator(seed, purpose).choice(len(places), limit, replace=False, shuffle=False)
        chosen.sort()
        places = places[torch.from_numpy(chosen)]
    return places.to(device)


def drawn_directions(dimensions: int, count: int, seed: int, like: Tensor) -> Tensor:
    """Unit vectors of that many dimensions, evenly distributed: ``(dimensions, count)``."""
    import torch

    normals = torch.from_numpy(random_generator(seed, "directions").standard_normal((dimensions, count)))
    unit: Tensor = normals / normals.norm(dim=0).clamp(min=1e-12)
    return unit.to(like.device, like.dtype)


def quantile_differences(own: Tensor, reference: Tensor) -> Tensor:
    """Differences of two sets of numbers, smallest with smallest and so on: ``(N, K, P)`` and ``(K, M)`` →
    ``(N, K, P)``; where P ≠ M the reference is read at P places."""
    import torch.nn.functional as F

    sorted_own, wanted = own.sort(dim=-1, stable=True)[0], reference.sort(dim=-1, stable=True)[0]
    if wanted.shape[-1] != own.shape[-1]:
        wanted = F.interpolate(wanted[None], size=own.shape[-1], mode="linear", align_corners=False)[0]
    return sorted_own - wanted


def quantiles_apart(own: Tensor, reference: Tensor) -> Tensor:
    """Their mean square, ``(N,)``: the exact cost of moving one set onto the other where P = M (Wasserstein-2 in one
    dimension)."""
    return quantile_differences(own, reference).square().mean((1, 2))


def cosine_distances(own: Tensor, reference: Tensor) -> Tensor:
    """``1 − cos`` of every vector of ``(N, P, C)`` and every one of ``(M, C)``: ``(N, P, M)`` in 0..2."""
    import torch.nn.functional as F

    return 1 - F.normalize(own, dim=-1, eps=1e-6) @ F.normalize(reference, dim=-1, eps=1e-6).T


def hypercolumns(maps: Sequence[Tensor], limit: int, seed: int, purpose: str, inside: Tensor | None = None) -> Tensor:
    """What all layers say of at most `limit` places: ``(N, P, Σ C)``.

    The places are positions of the first layer (those `inside`); of coarser ones the four positions around are mixed
    (bilinear).
    """
    import torch

    height, width = maps[0].shape[2:]
    chosen = drawn_positions(height * width, limit, seed, purpose, maps[0].device, inside).cpu()
    y, x = (chosen // width + 0.5).double() / height, (chosen % width + 0.5).double() / width
    return torch.cat([_read(precise(each), y, x) for each in maps], 2)


def reference_hypercolumns(pictures: Sequence[Sequence[Tensor]], limit: int, seed: int) -> Tensor:
    """Hypercolumns of `limit` places of all reference pictures, of each by its number of positions: ``(M, Σ C)``."""
    import torch

    counts = shares([maps[0].shape[2] * maps[0].shape[3] for maps in pictures], limit)
    found = zip(pictures, counts, strict=True)
    return torch.cat([hypercolumns(maps, count, seed, "reference")[0] for maps, count in found if count])


def shares(sizes: Sequence[int], limit: int) -> list[int]:
    """How many of `limit` draws each of several sets of places gets, by its size; all of them where there are no more.

    Rounded so that they add up: one set in two halves gets what the whole would.
    """
    total = sum(sizes)
    ends = [min(limit, total) * sum(sizes[: number + 1]) // total for number in range(len(sizes))]
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]


def _read(features: Tensor, y: Tensor, x: Tensor) -> Tensor:
    """``(N, C, H, W)`` at places in 0..1 (float64, on the CPU), bilinear: ``(N, P, C)``.

    By gathers, whose backward is deterministic.
    """
    height, width = features.shape[2:]
    rows = features.permute(0, 2, 3, 1).flatten(1, 2)
    down, across = (y * height - 0.5).clamp(0, height - 1), (x * width - 0.5).clamp(0, width - 1)
    top, left = down.long(), across.long()
    bottom, right = (top + 1).clamp(max=height - 1), (left + 1).clamp(max=width - 1)
    corners = [
        (top, left, (1 - down + top) * (1 - across + left)),
        (top, right, (1 - down + top) * (across - left)),
        (bottom, left, (down - top) * (1 - across + left)),
        (bottom, right, (down - top) * (across - left)),
    ]
    return sum(
        (
            rows[:, (i * width + j).to(rows.device)] * share[:, None].to(rows.device, rows.dtype)
            for i, j, share in corners
        ),
        start=rows.new_zeros(()),
    )
