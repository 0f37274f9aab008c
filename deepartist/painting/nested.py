"""One picture inside another."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

BORDER = 0.3
"""Over which the inner picture appears, as a share of half its side."""


def nested(outer: Tensor, inner: Tensor, enlarged: float, share: float, border: float = BORDER) -> Tensor:
    """The middle of `outer`, `enlarged` so many times, with all of `inner` in its middle, both ``(1, C, H, W)``.

    Each side of `inner` is a `share` of that side, 0..1; its `border`, a share of half of it, fades in smoothly.
    """
    import torch

    height, width = outer.shape[-2:]
    down, across = (torch.linspace(-1 + 1 / side, 1 - 1 / side, side).to(outer) for side in (height, width))
    from_edge = 1 - torch.maximum(down.abs()[:, None], across.abs()[None]) / share
    ramp = (from_edge / max(border, 1e-6)).clamp(0, 1)
    ramp = ramp * ramp * (3 - 2 * ramp)
    return scaled(outer, enlarged) * (1 - ramp) + scaled(inner, share) * ramp


def scaled(picture: Tensor, factor: float) -> Tensor:
    """The picture about its middle, so much larger or smaller; what lies beside a smaller one is its edge."""
    import torch
    import torch.nn.functional as F

    size = picture.shape[-2:]
    if factor < 1:  # means first, so that nothing glitters
        shrunk = [max(2, round(side * factor)) for side in size]
        picture = F.interpolate(picture, size=shrunk, mode="bicubic", antialias=True, align_corners=False)
    zoom = torch.tensor([[[1 / factor, 0, 0], [0, 1 / factor, 0]]]).to(picture)
    grid = F.affine_grid(zoom, [1, picture.shape[1], *size], align_corners=False)
    return F.grid_sample(picture, grid, mode="bicubic", padding_mode="border", align_corners=False)
