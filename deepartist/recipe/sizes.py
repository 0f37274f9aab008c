"""Sizes of pictures and stages: pure arithmetic."""

from __future__ import annotations

import math

SHORTEST = 16
"""No side of a stage is shorter: below it a network sees only its own padding."""


def fitted(size: int | tuple[int, int], aspect: float) -> tuple[int, int]:
    """(width, height) with the given long side and aspect (width / height); a pair is taken as it is.

    >>> fitted(512, 1.5)
    (512, 341)
    """
    if isinstance(size, tuple):
        return size
    if aspect >= 1:
        return size, max(SHORTEST, round(size / aspect))
    return max(SHORTEST, round(size * aspect)), size


def magnification(scale: float | str, size: tuple[int, int]) -> float:
    """How large a reference is beside a canvas of (width, height), from a factor or from its long side in pixels.

    >>> magnification("256px", (512, 300)), magnification(1.5, (512, 300))
    (0.5, 1.5)
    """
    return float(scale.removesuffix("px")) / max(size) if isinstance(scale, str) else scale


def rounded(size: tuple[int, int], multiple: int) -> tuple[int, int]:
    """Both sides moved to the nearest positive multiple.

    >>> rounded((100, 61), 16)
    (96, 64)
    """
    if multiple == 1:
        return size
    width, height = (max(multiple, round(side / multiple) * multiple) for side in size)
    return width, height


def geometric(first: int, last: int, count: int) -> list[int]:
    """`count` sizes from `first` to `last` in equal ratios, rounded; a single one is `last`.

    >>> geometric(200, 800, 5)
    [200, 283, 400, 566, 800]
    """
    if count == 1:
        return [last]
    return [round(first * (last / first) ** (index / (count - 1))) for index in range(count)]


def grown(first: int | None, last: int, count: int | None, default_first: int, default_ratio: float) -> list[int]:
    """Long sides of the stages: as given, the rest by default; strictly growing, ending at `last`.

    >>> grown(None, 512, None, 64, 2.0)
    [64, 128, 256, 512]
    """
    if first is None:
        if count is None:
            levels = max(0, math.floor(math.log(max(last / default_first, 1)) / math.log(default_ratio) + 1e-9))
            return [round(last / default_ratio**level) for level in range(levels, -1, -1)]
        first = max(SHORTEST, min(last, round(last / default_ratio ** (count - 1))))
    first = min(first, last)
    if count is None:
        count = 1 + max(0, round(math.log(last / first) / math.log(default_ratio)))
    return sorted({*geometric(first, last, count)})
