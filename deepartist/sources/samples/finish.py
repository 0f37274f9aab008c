"""The last touch of a sample picture: grain, tooth of paper or canvas, vignette, tone."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from deepartist.sources.samples.fields import fbm, grid, relief

Array = npt.NDArray[Any]


def grain(rng: np.random.Generator, picture: Array, amount: float = 0.02) -> Array:
    """Film-like grain: mostly luminance, a little softer than single pixels, weaker in the darkest and lightest
    tones.
    """
    height, width = picture.shape[:2]
    soft = fbm(rng, height, width, beta=0.35, cycles=24)
    tone = picture.mean(-1)
    return np.asarray(picture + (amount * (0.4 + 2.4 * tone * (1 - tone)) * soft)[..., None])


def tooth(rng: np.random.Generator, picture: Array, amount: float = 0.03) -> Array:
    """The raking light over rough paper or gesso."""
    height, width = picture.shape[:2]
    bumps = fbm(rng, height, width, beta=0.9, cycles=50)
    return np.asarray(picture + (amount * relief(bumps, 0.8) * 2)[..., None])


def vignette(picture: Array, amount: float = 0.2) -> Array:
    """Corners darkened smoothly."""
    height, width = picture.shape[:2]
    y, x = grid(height, width)
    r2 = ((y / height - 0.5) ** 2 + (x / width - 0.5) ** 2) * 2
    return np.asarray(picture * (1 - amount * r2**1.2)[..., None])


def stretch(picture: Array, low: float = 0.03, high: float = 0.97, limit: float = 1.35) -> Array:
    """Tones spread so that the picture uses the full range, without amplifying by more than ``limit``."""
    a, b = np.percentile(picture.mean(-1), [0.5, 99.5])
    gain = min(limit, (high - low) / max(float(b - a), 1e-3))
    gain = max(gain, 1.0)
    middle = (a + b) / 2
    return np.asarray((picture - middle) * gain + min(max(middle, low + gain * (b - a) / 2), 1.02 - gain * (b - a) / 2))


def done(picture: Array) -> Array:
    """What every ``draw`` returns: float32 in 0..1."""
    return np.ascontiguousarray(np.clip(picture, 0, 1), np.float32)
