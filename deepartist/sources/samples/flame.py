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


_COPIES = (
    (0.0, (0.5, 0.5), 1.0),
    (2.3, (0.0, 0.0), 0.85),
    (4.3, (0.08, 0.52), 0.6),
    (1.1, (0.55, 0.02), 0.6),
)  # turn, place, size

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

    S. Draves, E. Reckase, "The fractal flame algorithm" (2003). The picture is folded onto a torus so that it fills
    the canvas.
    """
    palette = palettes.pick(rng, _PALETTES)
    maps = max((_system(rng) for _ in range(20)), key=lambda s: _interest(s, np.random.Generator(np.random.Philox(7))))
    density, color = _walk(rng, maps, height, width, points=150_000, steps=40, copies=len(_COPIES))
    glow = np.log1p(density)
    light = fields.normalise(fields.blur(glow, 0.5), 3, 99.7)
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
        sx, sy = rng.uniform(0.7, 1.2, 2)
        s, c = np.sin(turn), np.cos(turn)
        shift = rng.uniform(-1.1, 1.1, 2)
        affine = np.array([sx * c, -sy * s + shear, shift[0], sx * s, sy * c, shift[1]], np.float32)
        first, second = rng.integers(len(_VARIATIONS), size=2)
        maps.append(_Map(affine, int(first), int(second), float(rng.uniform(0.3, 1)), k / (count - 1)))
    return maps


def _walk(
    rng: np.random.Generator, maps: list[_Map], height: int, width: int, points: int, steps: int, copies: int
) -> tuple[Array, Array]:
    """The chaos game with many points at once: visits per pixel and the sum of their colour coordinate."""
    x, y = rng.uniform(-1, 1, (2, points)).astype(np.float32)
    hue = np.full(points, 0.5, np.float32)
    density, color = np.zeros(height * width), np.zeros(height * width)
    middle, zoom = (0.0, 0.0), 0.3 * height
    for step in range(steps):
        # Dealt to the maps at random: neighbours that shared their maps would run together.
        hand = rng.integers(0, len(maps), points, dtype=np.int8)
        for k, one in enumerate(maps):
            part = np.flatnonzero(hand == k)
            x[part], y[part] = one(x[part], y[part])
            hue[part] = 0.5 * hue[part] + 0.5 * one.color
        x, y = np.nan_to_num(np.clip(x, -9, 9)), np.nan_to_num(np.clip(y, -9, 9))
        if step < 7:
            continue
        if step == 7:  # frame the bulk of it
            low, high = np.percentile(np.stack([y, x]), [6, 94], axis=1)
            middle, zoom = (low + high) / 2, 0.8 * height / max(float((high - low).max()), 0.3)
        # Several turned copies laid over one another fill the sheet evenly, as a texture should.
        for turn, (ty, tx), size in _COPIES[:copies]:
            s, c = np.float32(np.sin(turn) * zoom * size), np.float32(np.cos(turn) * zoom * size)
            dy, dx = y - np.float32(middle[0]), x - np.float32(middle[1])
            row = (s * dx + c * dy + np.float32(ty * height)).astype(np.int32) % height
            column = (c * dx - s * dy + np.float32(tx * width)).astype(np.int32) % width
            flat = row * width + column
            density += np.bincount(flat, minlength=height * width)
            color += np.bincount(flat, hue, minlength=height * width)
    return density.reshape(height, width), color.reshape(height, width)


def _interest(maps: list[_Map], rng: np.random.Generator) -> float:
    """How near a system comes to veils: its entropy on a coarse canvas, best between dust (low) and fog (1)."""
    density, _ = _walk(rng, maps, 96, 96, points=4000, steps=22, copies=1)
    share = density.ravel() / density.sum()
    entropy = -(share[share > 0] * np.log(share[share > 0])).sum() / np.log(share.size)
    return -abs(float(entropy) - 0.86)
