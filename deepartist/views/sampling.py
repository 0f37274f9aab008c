"""Bilinear sampling of turned canvases by index gathers, whose backward is deterministic (unlike `grid_sample`)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from torch import Tensor


@dataclass(frozen=True)
class Table:
    """Where each of ``H·W`` pixels is read: four canvas pixels, ``(H·W, 4)``, and their shares."""

    index: Tensor
    share: Tensor


def sample(canvas: Tensor, table: Table) -> Tensor:
    """Read ``(N, C, H, W)`` at the places of a table."""
    n, channels, height, width = canvas.shape
    # Pixels as rows: one gather brings all pictures and channels, and its backward sorts H·W indices, not N·C·H·W.
    rows = canvas.permute(2, 3, 0, 1).reshape(height * width, n * channels)
    read = (rows[table.index] * table.share[:, :, None]).sum(1)
    return read.reshape(height, width, n, channels).permute(2, 3, 0, 1)


def inside(index: Tensor, size: int, periodic: bool) -> Tensor:
    """Whole positions brought back onto the canvas: around it, or reflected at its edge."""
    if periodic:
        return index % size
    folded = index % (2 * size)
    return folded.minimum(2 * size - 1 - folded)


@lru_cache(maxsize=4)
def turns(
    height: int, width: int, segments: int, count: int, periodic: bool, device: torch.device, dtype: torch.dtype
) -> tuple[Table, ...]:
    """Tables of the turns about the canvas centre by 1 … count segments of the circle, counter-clockwise."""
    return tuple(turn(height, width, 2 * math.pi * k / segments, periodic, device, dtype) for k in range(1, count + 1))


def turn(height: int, width: int, angle: float, periodic: bool, device: torch.device, dtype: torch.dtype) -> Table:
    """The table of one turn. Computed in float64 on the CPU, so that all devices read the same places."""
    import torch

    y, x = torch.meshgrid(
        torch.arange(height, dtype=torch.float64) - (height - 1) / 2,
        torch.arange(width, dtype=torch.float64) - (width - 1) / 2,
        indexing="ij",
    )
    # y points down: a pixel of the turned picture is read where the opposite turn brings it. Rounding makes quarter
    # turns of square canvases exact; without it they would mix in 1e-15 of a neighbour.
    across = (math.cos(angle) * x - math.sin(angle) * y + (width - 1) / 2).mul(1e9).round().div(1e9)
    down = (math.sin(angle) * x + math.cos(angle) * y + (height - 1) / 2).mul(1e9).round().div(1e9)
    left, top = across.floor(), down.floor()
    right_share, bottom_share = across - left, down - top
    corners = [
        (
            inside(top.long() + dy, height, periodic) * width + inside(left.long() + dx, width, periodic),
            (bottom_share if dy else 1 - bottom_share) * (right_share if dx else 1 - right_share),
        )
        for dy in (0, 1)
        for dx in (0, 1)
    ]
    index = torch.stack([where.flatten() for where, _ in corners], dim=1)
    share = torch.stack([how_much.flatten() for _, how_much in corners], dim=1)
    return Table(index.to(device), share.to(device=device, dtype=dtype))
