"""Canvases and readings that the tests of views share."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor


def random(*shape: int, dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(0), dtype=dtype)


def smooth(height: int, width: int) -> Tensor:
    """A picture without sharp edges, in which no symmetry hides; a torus."""
    y, x = torch.meshgrid(
        torch.arange(height, dtype=torch.float64) * (2 * math.pi / height),
        torch.arange(width, dtype=torch.float64) * (2 * math.pi / width),
        indexing="ij",
    )
    planes = [torch.sin(x + 1) + torch.cos(y), torch.cos(2 * y + x), torch.sin(x - y) * torch.cos(y + 2)]
    return 0.5 + 0.2 * torch.stack(planes)[None]


def places(height: int, width: int) -> tuple[Tensor, Tensor]:
    """Pixel centres, across and down from the centre of the picture."""
    y, x = torch.meshgrid(
        torch.arange(height, dtype=torch.float64) - (height - 1) / 2,
        torch.arange(width, dtype=torch.float64) - (width - 1) / 2,
        indexing="ij",
    )
    return x, y


def read(picture: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """The picture at places, in pixels from its centre."""
    height, width = picture.shape[2:]
    grid = torch.stack([x / (width / 2), y / (height / 2)], dim=-1)[None]
    return F.grid_sample(picture, grid, mode="bicubic", padding_mode="border", align_corners=False)


def steps(picture: Tensor) -> Tensor:
    """How much each pixel differs from its right and lower neighbours, ``(H - 1, W - 1)``."""
    across = (picture[..., 1:] - picture[..., :-1]).abs().amax((0, 1))
    down = (picture[..., 1:, :] - picture[..., :-1, :]).abs().amax((0, 1))
    return across[:-1].maximum(down[:, :-1])
