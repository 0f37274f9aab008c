"""Means over windows of pixels, and luma: what the operators that need no network look through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from deepartist.recipe.words import Whole

if TYPE_CHECKING:
    from torch import Tensor

Window = Annotated[Whole, Field(ge=1, le=64)]


def averaged(pixels: Tensor, window: int) -> Tensor:
    """Means over every window of window × window pixels, overlapping, so that no grid of windows shows in the painting.

    The border is repeated outwards, so that pixels there count as much as others; separable, since windows may be
    large. ``(N, C, H + window − 1, W + window − 1)``.
    """
    import torch.nn.functional as F

    if window == 1:
        return pixels
    wide = F.pad(pixels, (window - 1,) * 4, mode="replicate")
    return F.avg_pool2d(F.avg_pool2d(wide, (window, 1), 1), (1, window), 1)


def luma(pixels: Tensor) -> Tensor:
    """``(N, 3, H, W)`` → ``(N, 1, H, W)``, Rec. 601."""
    return 0.299 * pixels[:, 0:1] + 0.587 * pixels[:, 1:2] + 0.114 * pixels[:, 2:3]


def smoothed(plane: Tensor, window: int) -> Tensor:
    """Means over windows about every position of ``(N, C, H, W)``, the border repeated; the size stays."""
    before = (window - 1) // 2
    return averaged(plane, window)[..., before : before + plane.shape[-2], before : before + plane.shape[-1]]
