"""Changes of colours that views make from copy to copy: the 48 signed permutations of red, green and blue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

Colors = tuple[int, int, int]
"""A signed permutation of the channels: entry c of the result is channel |c| (1-based), negated where c < 0."""
IDENTITY: Colors = (1, 2, 3)


def after(second: Colors, first: Colors) -> Colors:
    """The change of colours that does `first`, then `second`."""
    red, green, blue = (first[abs(c) - 1] * (1 if c > 0 else -1) for c in second)
    return red, green, blue


def power(colors: Colors, times: int) -> Colors:
    """The change of colours done so many times."""
    result = IDENTITY
    for _ in range(times):
        result = after(colors, result)
    return result


def order(colors: Colors) -> int:
    """After how many times the colours are back: 1, 2, 3, 4 or 6."""
    return next(times for times in range(1, 7) if power(colors, times) == IDENTITY)


def recolored(pixels: Tensor, colors: Colors) -> Tensor:
    """Change the colours of ``(N, 3, H, W)``."""
    if colors == IDENTITY:
        return pixels
    import torch

    channels = [pixels[:, abs(c) - 1] for c in colors]
    return torch.stack([each if c > 0 else 1 - each for each, c in zip(channels, colors, strict=True)], dim=1)


def signed(colors: Sequence[int] | None) -> Colors:
    """The change of colours that a field says; none is none."""
    red, green, blue = colors or IDENTITY
    return red, green, blue


def misnamed(colors: Sequence[int]) -> str | None:
    """Why these numbers are no change of colours."""
    if sorted(abs(c) for c in colors) != [1, 2, 3]:
        return f"{list(colors)} is no order of colours: name each of 1, 2 and 3 once, -1 for the negative of 1"
    return None


def misfit(colors: Sequence[int], segments: int, mirror: bool) -> str | None:
    """Why these colours cannot go round so many segments."""
    message = misnamed(colors)
    if message:
        return message
    turns, shown = order(signed(colors)), str(list(colors))
    if segments % turns:
        return (
            f"the colours {shown} repeat after {turns} turns, which does not divide {segments} segments: "
            f"use {turns}, {2 * turns} or {3 * turns} segments"
        )
    if mirror and turns > 2:
        # A mirror image turns the other way round, so the change of colours must be its own inverse.
        return (
            f"mirrored segments need colours that repeat after 2 turns, and {shown} repeat after {turns}: "
            "swap two colours as in [2, 1, 3], or leave out mirror"
        )
    return None
