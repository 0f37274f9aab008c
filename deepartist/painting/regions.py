"""Masks: where on the picture a style, a content or something enhanced holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from deepartist.color import transfer_colors
from deepartist.recipe import InputError
from deepartist.recipe.inputs import ImageInput
from deepartist.recipe.model import Mask, Style
from deepartist.sources.pictures import load_picture

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray
    from torch import Tensor

NEAR = 0.35
"""How far a colour of a mask may be from the one named, as a distance in 0..1 RGB: drawn edges are never clean."""

DISC = 0.8
"""Radius of the shape of that name, as a share of half of each side."""


def region(mask: Mask, images: Mapping[str, ImageInput], size: tuple[int, int], device: torch.device) -> Tensor:
    """1 inside and 0 outside, ``(1, 1, H, W)``, at (width, height). Raises InputError where nothing is inside."""
    import numpy as np
    import torch

    inside = _drawn(mask, load_picture(images[mask.image], size)) if mask.image else _shape(str(mask.shape), *size)
    inside = ~inside if mask.invert else inside
    if not inside.any():
        what = f"of the colour {mask.color}" if mask.color else "brighter than middle gray"
        raise InputError(f'the mask "{mask.image}" is empty: it has nothing {"but what is " * mask.invert}{what}')
    return torch.from_numpy(inside.astype(np.float32))[None, None].to(device)


def _drawn(mask: Mask, pixels: NDArray[np.float32]) -> NDArray[np.bool_]:
    import numpy as np
    from PIL import ImageColor

    if mask.color is None:
        return np.asarray(pixels.mean(2) > 0.5)
    color = np.array(ImageColor.getrgb(mask.color)[:3], np.float32) / 255
    return np.asarray(np.linalg.norm(pixels - color, axis=2) < NEAR)


def _shape(shape: str, width: int, height: int) -> NDArray[np.bool_]:
    import numpy as np

    x, y = (np.arange(width) + 0.5) / width * 2 - 1, ((np.arange(height) + 0.5) / height * 2 - 1)[:, None]
    halves = {"left": x < 0, "right": x > 0, "top": y < 0, "bottom": y > 0}
    inside = x**2 + y**2 < DISC**2 if shape == "disc" else halves[shape]
    return np.broadcast_to(inside, (height, width))


def places_inside(region: Tensor, height: int, width: int) -> Tensor:
    """Which of ``height × width`` positions of a layer count: those at least half inside, or, of a region too small for
    that, those most inside. ``(H·W,)`` of bool."""
    import torch.nn.functional as F

    covered = F.interpolate(region, size=(height, width), mode="area").flatten()
    return covered >= covered.max().clamp(max=0.5)


def blended(inside: Tensor, outside: Tensor, region: Tensor) -> Tensor:
    """The one map inside and the other outside; shares of a position count."""
    import torch.nn.functional as F

    share = F.interpolate(region, size=inside.shape[2:], mode="area")
    return inside * share + outside * (1 - share)


def recolored(picture: Tensor, styles: Sequence[Style], images: Mapping[str, ImageInput]) -> Tensor:
    """``(1, 3, H, W)`` in the colours of the styles, of each where it holds."""
    size = (picture.shape[3], picture.shape[2])
    result = picture
    plain = [style for style in styles if style.mask is None]
    for style in [*plain[:1], *(each for each in styles if each.mask)]:
        reference = to_tensor(load_picture(images[style.image[0]]), picture.device)
        colored = transfer_colors(picture, reference)
        result = blended(colored, result, region(style.mask, images, size, picture.device)) if style.mask else colored
    return result


def to_tensor(pixels: NDArray[np.float32], device: torch.device) -> Tensor:
    """``(H, W, 3)`` array to ``(1, 3, H, W)`` tensor."""
    import torch

    return torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None].contiguous().to(device)
