"""Scalar and angle fields that sample pictures are made of: toroidal noise, warping, blur, relief light.

Every field is a float32 array (H, W) unless said otherwise. Noise, blur and sampling wrap around, so a texture drawn
from them tiles.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import fft, ndimage, special  # type: ignore[import-untyped, unused-ignore]

Array = npt.NDArray[Any]


def grid(height: int, width: int) -> tuple[Array, Array]:
    """Row and column of each pixel."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    return y, x


def smoothstep(low: float, high: float, x: Array) -> Array:
    """0 below ``low``, 1 above ``high``, with a soft cubic between (``low`` > ``high`` falls instead)."""
    t = np.clip((x - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t))


def fbm(
    rng: np.random.Generator, height: int, width: int, *, beta: float = 1.8, cycles: float = 2.0, high: float = 1e9,
    stretch: tuple[float, float] = (1.0, 1.0),
) -> Array:  # fmt: skip
    """Toroidal Gaussian noise with amplitude spectrum f**-beta, mean 0 and standard deviation 1.

    ``cycles``: the lowest frequency, per 512 px; ``high``: the highest; ``stretch`` = (y, x): features are that many
    times longer.
    """
    fy = fft.fftfreq(height)[:, None] * 512 * stretch[0]
    fx = fft.rfftfreq(width)[None, :] * 512 * stretch[1]
    f = np.sqrt(fy * fy + fx * fx).astype(np.float32)
    amplitude = np.where(f >= cycles * 0.5, np.maximum(f, cycles) ** -beta, 0) * (f <= high)
    spectrum = fft.rfft2(rng.standard_normal((height, width), dtype=np.float32))
    field = fft.irfft2(spectrum * amplitude, s=(height, width)).astype(np.float32)
    field -= field.mean()
    return np.asarray(field / (field.std() + 1e-9), np.float32)


def equalise(field: Array) -> Array:
    """A unit Gaussian field spread evenly over 0..1 (its cumulative distribution)."""
    return np.asarray(0.5 + 0.5 * special.erf(field * 0.70710678), np.float32)


def normalise(field: Array, low: float = 0.5, high: float = 99.5) -> Array:
    """A field stretched so that these percentiles lie at 0 and 1, clipped."""
    a, b = np.percentile(field, [low, high])
    return np.asarray(np.clip((field - a) / max(float(b - a), 1e-9), 0, 1), np.float32)


def blur(field: Array, sigma: float, *, wrap: bool = True) -> Array:
    """Gaussian blur of (H, W) or (H, W, C)."""
    if sigma <= 0:
        return field
    sigmas = (sigma, sigma, 0)[: field.ndim]
    out = ndimage.gaussian_filter(field.astype(np.float32), sigmas, mode="wrap" if wrap else "nearest", truncate=3.0)
    return np.asarray(out)


def sample(field: Array, y: Array, x: Array) -> Array:
    """``field`` (H, W) or (H, W, C) at fractional pixels, bilinear, wrapping around."""
    height, width = field.shape[:2]
    y0, x0 = np.floor(y), np.floor(x)
    ty, tx = (y - y0).astype(np.float32), (x - x0).astype(np.float32)
    if field.ndim == 3:
        ty, tx = ty[..., None], tx[..., None]
    top, left = y0.astype(np.int32) % height, x0.astype(np.int32) % width
    bottom, right = (top + 1) % height, (left + 1) % width
    upper = field[top, left] * (1 - tx) + field[top, right] * tx
    lower = field[bottom, left] * (1 - tx) + field[bottom, right] * tx
    return np.asarray(upper * (1 - ty) + lower * ty)


def warp(field: Array, dy: Array, dx: Array) -> Array:
    """``field`` looked up at each pixel plus an offset."""
    y, x = grid(*field.shape[:2])
    return sample(field, y + dy, x + dx)


def slopes(height_field: Array) -> tuple[Array, Array]:
    """d/dy and d/dx by central differences, wrapping around."""
    dy = (np.roll(height_field, -1, 0) - np.roll(height_field, 1, 0)) * 0.5
    dx = (np.roll(height_field, -1, 1) - np.roll(height_field, 1, 1)) * 0.5
    return dy, dx


def relief(height_field: Array, strength: float, *, light: tuple[float, float, float] = (-0.6, -0.6, 0.7)) -> Array:
    """Lambert light on a height field, minus that on a flat one: 0 where flat, positive towards the light (y, x, z)."""
    dy, dx = slopes(height_field)
    ly, lx, lz = np.array(light) / np.linalg.norm(light)
    shade = (lz - strength * (dy * ly + dx * lx)) / np.sqrt(1 + strength * strength * (dy * dy + dx * dx))
    return np.asarray(shade - lz, np.float32)


def flow(rng: np.random.Generator, height: int, width: int, *, cycles: float = 2.0, turn: float = 1.2) -> Array:
    """A smooth angle field (radians), ``turn`` radians of standard deviation around a random main direction."""
    return np.asarray(rng.uniform(0, 2 * np.pi) + turn * fbm(rng, height, width, beta=3.0, cycles=cycles), np.float32)


def tangent_angles(picture: Array, sigma: float, *, wrap: bool = False) -> tuple[Array, Array]:
    """Direction along the edges of a picture (H, W) and how certain it is (0..1): smoothed structure tensor."""
    mode = "wrap" if wrap else "nearest"
    dy, dx = ndimage.sobel(picture, 0, mode=mode), ndimage.sobel(picture, 1, mode=mode)
    xx, yy, xy = (blur(a, sigma, wrap=wrap) for a in (dx * dx, dy * dy, dx * dy))
    angle = 0.5 * np.arctan2(2 * xy, xx - yy) + np.pi / 2
    energy = np.sqrt((xx - yy) ** 2 + 4 * xy * xy)
    return np.asarray(angle), np.asarray(energy / (energy + np.percentile(energy, 70) + 1e-9))
