"""A fractal flame: glowing veils drawn by a random walk through nonlinear maps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from deepartist.sources.samples import fields, finish, palettes

Array = npt.NDArray[Any]

_PALETTES = "starry ember plum jade turner redon klimt"


def _swirl(x: Array, y: Array) -> tuple[Array, Array]:
    r2 = x * x + y * y
    return x * np.sin(r2) - y * np.cos(r2), x * np.cos(r2) + y * np.sin(r2)


def _spherical(x: Array, y: Array) -> tuple[Array, Array]:
    r2 = x * x + y * y + 1e-3
    return x / r2, y / r2


def _polar(x: Array, y: Array) -> tuple[Array, Array]:
    return np.arctan2(x, y) / np.pi, np.hypot(x, y) - 1


def _handkerchief(x: Array, y: Array) -> tuple[Array, Array]:
    a, r = np.arctan2(x, y), np.hypot(x, y)
    return r * np.sin(a + r), r * np.cos(a - r)


def _sinusoidal(x: Array, y: Array) -> tuple[Array, Array]:
    return np.sin(x), np.sin(y)


def _horseshoe(x: Array, y: Array) -> tuple[Array, Array]:
    r = np.hypot(x, y) + 1e-3
    return (x - y) * (x + y) / r, 2 * x * y / r


def _disc(x: Array, y: Array) -> tuple[Array, Array]:
    a, r = np.arctan2(x, y) / np.pi, np.hypot(x, y) * np.pi
    return a * np.sin(r), a * np.cos(r)


def _bubble(x: Array, y: Array) -> tuple[Array, Array]:
    r = 4 / (x * x + y * y + 4)
    return x * r, y * r


_VARIATIONS: tuple[Callable[[Array, Array], tuple[Array, Array]], ...] = (
    _swirl, _spherical, _polar, _handkerchief, _sinusoidal, _horseshoe, _disc, _bubble,
)  # fmt: skip


@dataclass(frozen=True)
class _Map:
    """One function of the system: affine, then a blend of two variations."""

    affine: Array
    first: int
    second: int
    blend: float
    color: float

    def __call__(self, x: Array, y: Array) -> tuple[Array, Array]:
        a, b, c, d, e, f = self.affine
        u, v = a * x + b * y + c, d * x + e * y + f
        p, q = _VARIATIONS[self.first](u, v), _VARIATIONS[self.second](u, v)
        return self.blend * p[0] + (1 - self.blend) * q[0], self.blend * p[1] + (1 - self.blend) * q[1]


def draw(rng: np.random.Generator, width: int, height: int) -> npt.NDArray[np.float32]:
    """The best filled of a few random systems, its log density as light, the maps it went through as colour.

    S. Draves, E. Reckase, "The fractal flame algorithm" (2003). The picture is folded onto a torus so that it fills the canvas.
    """
    palette = palettes.pick(rng, _PALETTES)
    maps = max((_system(rng) for _ in range(24)), key=lambda s: _interest(s, np.random.Generator(np.random.Philox(7))))
    density, color = _walk(rng, maps, height, width, points=60_000, steps=46)
    glow = np.log1p(density)
    light = fields.normalise(fields.blur(glow, 0.55), 2, 99.7)
    hue = np.where(density > 0, color / np.maximum(density, 1e-6), 0)
    hue = fields.normalise(fields.blur(hue * density, 1.2) / np.maximum(fields.blur(density, 1.2), 1e-6), 3, 97)
    body, veil, spark = palette.tone(0.05 + 0.95 * light**0.8), palette.second_tone(light), palette.accent_tone(light)
    picture = body + (veil - body) * fields.smoothstep(0.45, 0.75, hue)[..., None]
    picture = picture + (spark - picture) * (0.85 * fields.smoothstep(0.3, 0.05, hue))[..., None]
    halo = fields.blur(np.clip(picture - 0.45, 0, 1), 7)
    picture = picture * (0.35 + 0.75 * light**0.6)[..., None] + 0.5 * halo
    return finish.done(finish.grain(rng, finish.stretch(picture), 0.016))


def _system(rng: np.random.Generator) -> list[_Map]:
    """Three or four contracting maps, each turned and shifted."""
    maps = []
    count = int(rng.integers(3, 5))
    for k in range(count):
        turn, shear = rng.uniform(0, 2 * np.pi), rng.uniform(-0.4, 0.4)
        sx, sy = rng.uniform(0.55, 1.15, 2)
        s, c = np.sin(turn), np.cos(turn)
        shift = rng.uniform(-1.1, 1.1, 2)
        affine = np.array([sx * c, -sy * s + shear, shift[0], sx * s, sy * c, shift[1]], np.float32)
        first, second = rng.integers(len(_VARIATIONS), size=2)
        maps.append(_Map(affine, int(first), int(second), float(rng.uniform(0.3, 1)), k / (count - 1)))
    return maps


def _walk(rng: np.random.Generator, maps: list[_Map], height: int, width: int, points: int, steps: int) -> tuple[Array, Array]:
    """The chaos game with many points at once: visits per pixel and the sum of their colour coordinate."""
    x, y = rng.uniform(-1, 1, (2, points)).astype(np.float32)
    hue = np.full(points, 0.5, np.float32)
    density, color = np.zeros(height * width), np.zeros(height * width)
    zoom = 0.30 * height
    for step in range(steps):
        # Points are dealt to the maps in blocks that are shuffled by turning the array: cheaper than a choice per point.
        cut = np.sort(rng.integers(0, points, len(maps) - 1))
        parts = np.split(np.arange(points), cut)
        for part, one in zip(parts, maps, strict=True):
            x[part], y[part] = one(x[part], y[part])
            hue[part] = 0.5 * hue[part] + 0.5 * one.color
        turn = int(rng.integers(points))
        x, y, hue = np.roll(x, turn), np.roll(y, turn), np.roll(hue, turn)
        x, y = np.nan_to_num(np.clip(x, -9, 9)), np.nan_to_num(np.clip(y, -9, 9))
        if step < 6:
            continue
        flat = (np.floor(y * zoom + height / 2).astype(np.int64) % height) * width + np.floor(x * zoom + width / 2).astype(np.int64) % width
        density += np.bincount(flat, minlength=height * width)
        color += np.bincount(flat, hue, minlength=height * width)
    return density.reshape(height, width), color.reshape(height, width)


def _interest(maps: list[_Map], rng: np.random.Generator) -> float:
    """How well a system fills the canvas with structure: entropy of a coarse log density, times its contrast at small scale."""
    density, _ = _walk(rng, maps, 64, 64, points=3000, steps=22)
    glow = np.log1p(density)
    share = density.ravel() / density.sum()
    entropy = -(share[share > 0] * np.log(share[share > 0])).sum() / np.log(share.size)
    detail = np.abs(np.diff(glow, axis=0)).mean() / (glow.mean() + 1e-6)
    return float(entropy * min(detail, 0.6) - 2 * max(0.0, 0.78 - entropy))
