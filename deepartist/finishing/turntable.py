"""A painted canvas on a ball that turns."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from deepartist.views.solids import OnSolid, group
from deepartist.views.sphere import OnSphere, Sphere

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
    goes from its own value through one `period`, so that the frame after the last would be the first. S is the shorter
    side of the canvas and a margin. Each pixel of the ball is followed back to the canvas by the view itself, which
    reads means where the canvas is shrunk.

    The light is soft (half Lambert: ``a + (1 - a) (½ + ½ n · l)²`` of the linear light, n the normal, l the direction
    of the light), and does not turn with the ball.

    Source of the light: Mitchell, McTaggart and Green, *Shading in Valve's Source Engine*, 2006.
    """
    import torch

    height, width = canvas.shape[2:]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    share, light = (each.to(canvas) for each in _lit(height, width))
    for number in range(frames):
        turn = view.turn + period(view) * number / frames
        seen = view.model_copy(update={"turn": turn, "outside": "black"}).apply(canvas, periodic)
        # The view has mixed black into the edge.
        linear = _to_linear((seen / share.clamp(min=1e-3)).clamp(0, 1)) * light
        picture = share * _to_srgb(linear) + (1 - share) * BACKGROUND
        margin = round(MARGIN * side)
        cut = picture[..., top : top + side, left : left + side]
        cut = torch.nn.functional.pad(cut, (margin,) * 4, value=BACKGROUND)
        yield (cut[0].permute(1, 2, 0) * 255).round().byte().cpu().numpy()


def period(view: OnSphere) -> float:
    """Degrees of turning after which the ball looks the same."""
    if isinstance(view, Sphere):
        return 360 / view.repeats
    if not isinstance(view, OnSolid):
        return 360
    # Of the solid's rotations, those about the axis of the turn.
    upright = [each for each in group(type(view)) if float(each[1, 1]) > 1 - 1e-6]
    return 360 / len(upright)


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
