"""A painted canvas that turns: on a ball, or in a kaleidoscope."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from deepartist.views.base import View
from deepartist.views.sphere import OnSphere

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

LIGHT = (-0.45, -0.6, 0.66)
"""Where it comes from: x to the right, y down, z towards the viewer."""
AMBIENT = 0.15
"""Of the light, what comes from everywhere."""
BACKGROUND = 0.09
"""Dark gray, in sRGB."""
MARGIN = 0.05
"""Around the ball, as a share of its side."""


def turntable(canvas: Tensor, view: OnSphere, frames: int, periodic: bool = True) -> Iterator[NDArray[np.uint8]]:
    """So many frames, ``(S, S, 3)``, of a ball with the canvas ``(1, 3, H, W)`` in 0..1 on it, seen from far away.

    `view` says how the canvas lies on the ball, as it did when it was painted: Sphere, Tetra, Octa or Icosa. Its turn
    goes from its own value through one period, so that the frame after the last would be the first. S is the shorter
    side of the canvas and a margin. Each pixel of the ball is followed back to the canvas by the view itself, which
    reads means where the canvas is shrunk.

    The light is soft (half Lambert: ``a + (1 - a) (½ + ½ n · l)²`` of the linear light, n the normal, l the direction
    of the light), and does not turn with the ball.

    Source of the light: Mitchell, McTaggart and Green, *Shading in Valve's Source Engine*, 2006.
    """
    share, light = (each.to(canvas) for each in _lit(*canvas.shape[2:]))
    for number in range(frames):
        turn = view.turn + view.period * number / frames
        seen = view.model_copy(update={"turn": turn, "outside": "black"}).apply(canvas, periodic)
        # The view has mixed black into the edge.
        linear = _to_linear((seen / share.clamp(min=1e-3)).clamp(0, 1)) * light
        yield _framed(_to_srgb(linear), share)


def disc(canvas: Tensor, view: View, frames: int, periodic: bool) -> Iterator[NDArray[np.uint8]]:
    """The same of a flat picture that turns in its own plane, in a kaleidoscope: as one sees it there, in a disc.

    Beyond the inscribed circle such a picture is not the same after a period. It is drawn at twice its size, so that
    the frames that fall between the canvas's pixels are as sharp as the others.
    """
    import torch.nn.functional as F

    share = _lit(*canvas.shape[2:])[0].to(canvas)
    fine = F.interpolate(canvas, scale_factor=2, mode="bicubic", align_corners=False)
    for number in range(frames):
        seen = view.moving(fine, periodic, number / frames).clamp(0, 1)
        yield _framed(F.avg_pool2d(seen, 2), share)


def _framed(picture: Tensor, share: Tensor) -> NDArray[np.uint8]:
    """The middle square with a margin, and nothing beside what is covered, ``(H, W)``."""
    import torch

    height, width = share.shape
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    picture = share * picture + (1 - share) * BACKGROUND
    margin = round(MARGIN * side)
    cut = picture[..., top : top + side, left : left + side]
    cut = torch.nn.functional.pad(cut, (margin,) * 4, value=BACKGROUND)
    return (cut[0].permute(1, 2, 0) * 255).round().byte().cpu().numpy()


def _lit(height: int, width: int) -> tuple[Tensor, Tensor]:
    """How much of each pixel the ball covers, as its views have it, and the light on it, both ``(H, W)``."""
    import torch

    from deepartist.views.sampling import centred

    x, y = centred(height, width)
    size = min(height, width) / 2
    radius = x.hypot(y)
    share = (size - radius + 0.5).clamp(0, 1)
    shrink = 1 / radius.clamp(min=size)
    x, y = x * shrink, y * shrink
    z = (1 - x * x - y * y).clamp(min=0).sqrt()
    length = math.hypot(*LIGHT)
    toward = sum(part * place / length for part, place in zip(LIGHT, (x, y, z), strict=True))
    return share, AMBIENT + (1 - AMBIENT) * (0.5 + 0.5 * torch.as_tensor(toward)).square()


def _to_linear(encoded: Tensor) -> Tensor:
    import torch

    return torch.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def _to_srgb(linear: Tensor) -> Tensor:
    import torch

    return torch.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear.clamp(min=1e-9) ** (1 / 2.4) - 0.055)
