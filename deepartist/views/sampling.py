"""Sampling of warped canvases by index gathers, whose backward is deterministic (unlike `grid_sample`).

Everything is computed in float64 on the CPU, so that all devices read the same places, and kept per size.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from torch import Tensor


@dataclass(frozen=True)
class Patch:
    """What else some of the pixels read: the pixels, each once, and four places and shares of each."""

    pixels: Tensor
    index: Tensor
    share: Tensor


@dataclass(frozen=True)
class Table:
    """Where each of ``H·W`` pixels is read: four canvas pixels, ``(H·W, 4)``, and their shares.

    With `levels` > 1 the places go on in the pyramid of the canvas, each level half the one before; `smooth` ones are
    read from means without borders.
    """

    index: Tensor
    share: Tensor
    levels: int = 1
    more: tuple[Patch, ...] = ()
    smooth: bool = False


def sample(canvas: Tensor, table: Table) -> Tensor:
    """Read ``(N, C, H, W)`` at the places of a table."""
    import torch

    n, channels, height, width = canvas.shape
    # Pixels as rows: one gather brings all pictures and channels, and its backward sorts H·W indices, not N·C·H·W.
    levels = pyramid(canvas, table.levels, table.smooth)
    rows = torch.cat([_rows(level) for level in levels]) if table.levels > 1 else _rows(canvas)
    read = (rows[table.index] * table.share[:, :, None]).sum(1)
    for patch in table.more:
        read = read.index_add(0, patch.pixels, (rows[patch.index] * patch.share[:, :, None]).sum(1))
    return read.reshape(height, width, n, channels).permute(2, 3, 0, 1)


def _rows(canvas: Tensor) -> Tensor:
    return canvas.permute(2, 3, 0, 1).reshape(canvas.shape[2] * canvas.shape[3], -1)


def pyramid(canvas: Tensor, levels: int, smooth: bool = False) -> list[Tensor]:
    """The canvas and its halves; the last of an odd number of pixels is a mean of itself.

    Halves are means of 2×2 pixels, or, `smooth`, weighted means of 4×4 (1 3 3 1, both ways). The squares of the former
    have borders, and where those of all levels meet, at the middle of most canvases, a painting may keep a crease.
    """
    import torch.nn.functional as F

    result = [canvas]
    while len(result) < levels:
        finer = result[-1]
        if smooth:  # 1 2 1, which the means of 2×2 make 1 3 3 1
            wide = F.pad(finer, (1, 1, 1, 1), mode="replicate")
            finer = F.avg_pool2d(F.avg_pool2d(wide, 2, stride=1), 2, stride=1)
        result.append(F.avg_pool2d(finer, 2, ceil_mode=True, count_include_pad=False))
    return result


def inside(index: Tensor, size: int | Tensor, periodic: bool) -> Tensor:
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
    """The table of one turn."""
    x, y = centred(height, width)
    # y points down: a pixel of the turned picture is read where the opposite turn brings it. Rounding makes quarter
    # turns of square canvases exact; without it they would mix in 1e-15 of a neighbour.
    across = (math.cos(angle) * x - math.sin(angle) * y + (width - 1) / 2).mul(1e9).round().div(1e9)
    down = (math.sin(angle) * x + math.cos(angle) * y + (height - 1) / 2).mul(1e9).round().div(1e9)
    index, share = corners(across, down, height, width, (periodic, periodic))
    return Table(index.flatten(0, 1).to(device), share.flatten(0, 1).to(device=device, dtype=dtype))


def centred(height: int, width: int) -> tuple[Tensor, Tensor]:
    """Pixel centres, across and down from the centre of the canvas, ``(H, W)`` each."""
    import torch

    y, x = torch.meshgrid(
        torch.arange(height, dtype=torch.float64) - (height - 1) / 2,
        torch.arange(width, dtype=torch.float64) - (width - 1) / 2,
        indexing="ij",
    )
    return x, y


def corners(
    across: Tensor, down: Tensor, height: int | Tensor, width: int | Tensor, wraps: tuple[bool, bool]
) -> tuple[Tensor, Tensor]:
    """The four pixels around each place and their bilinear shares, in a last dimension.

    Places count from the first pixel; `wraps` says whether the canvas goes on around it, across and down.
    """
    import torch

    left, top = across.floor(), down.floor()
    right_share, bottom_share = across - left, down - top
    found = [
        (
            inside(top.long() + dy, height, wraps[1]) * width + inside(left.long() + dx, width, wraps[0]),
            (bottom_share if dy else 1 - bottom_share) * (right_share if dx else 1 - right_share),
        )
        for dy in (0, 1)
        for dx in (0, 1)
    ]
    return torch.stack([where for where, _ in found], dim=-1), torch.stack([share for _, share in found], dim=-1)
