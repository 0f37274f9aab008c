"""What is done to a row of frames before it becomes a film."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Frame = NDArray[np.uint8]

Item = TypeVar("Item")
"""Frames themselves, or whatever stands for them: numbers, keys, files."""


def ping_pong(frames: Sequence[Item]) -> list[Item]:
    """There and back: 1 2 3 4 3 2. Neither end is shown twice, so that it repeats evenly."""
    return [*frames, *frames[-2:0:-1]]


def held(count: int, delay: int, first: int = 0, last: int = 0) -> list[int]:
    """Delays of `count` frames in milliseconds: `delay` for each, and so much more for the first and the last."""
    delays = [delay] * count
    if delays:
        delays[0] += first
        delays[-1] += last
    return delays


def closes(frames: Sequence[Frame]) -> float:
    """How large the step from the last frame back to the first is, beside the median step between neighbours.

    Steps are root mean squares of differences. About 1: a loop without a seam; much more: it jumps. 0 where the first
    frame is repeated at the end, and the loop stops for a moment. Frames that are all the same close: 1; infinite where
    only the way back is a step. Raises ValueError for fewer than three frames.
    """
    import numpy as np

    if len(frames) < 3:
        raise ValueError("whether a loop closes takes three frames to say")
    steps = [_distance(one, other) for one, other in pairwise(frames)]
    median, back = float(np.median(steps)), _distance(frames[-1], frames[0])
    if median == 0:
        return 1.0 if back == 0 else float("inf")
    return back / median


def _distance(one: Frame, other: Frame) -> float:
    import numpy as np

    return float(np.sqrt(np.mean(np.square(one.astype(np.float32) - other))))
