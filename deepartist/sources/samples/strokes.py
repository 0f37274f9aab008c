"""Thick oil paint: curling strokes around a few suns, in the manner of a starry night."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from deepartist.sources.samples import brushes, fields, finish, oil, palettes

Array = npt.NDArray[Any]

_SCALE = 1.5
_PALETTES = "lilies wheat starry hokusai ember turner jade tahiti"


def draw(rng: np.random.Generator, width: int, height: int) -> npt.NDArray[np.float32]:
    """Four layers of brush strokes, wide to narrow, along a flow with vortices; colours run in rings around them."""
    palette = palettes.pick(rng, _PALETTES)
    angles, rings, core, suns = _sky(rng, height, width)
    tone = np.clip(0.15 + 0.55 * rings + 0.5 * core, 0, 1)
    rows, cols = round(height * _SCALE), round(width * _SCALE)
    color = np.broadcast_to(palette.tone(0.12), (rows, cols, 3)).copy()
    paint = np.zeros((rows, cols), np.float32)
    for half, length, gap in ((8.0, 84, 11.0), (5.4, 64, 9.0), (3.9, 48, 8.0), (2.7, 40, 9.5)):
        starts = _scatter(rng, height, width, gap)
        if half < 3:  # a dab in the eye of each vortex, where no stroke can turn tightly enough
            starts = np.concatenate(
                [starts, np.repeat(suns, 3, 0) + rng.normal(0, 2.0, (3 * len(suns), 2)).astype(np.float32)]
            )
        paths = brushes.streamlines(starts, angles, length * rng.uniform(0.6, 1.3, len(starts)), 14)
        marks = brushes.sweep(paths, half * rng.uniform(0.7, 1.2, len(starts)), height, width, scale=_SCALE)
        streak, thick = oil.bristles(rng, marks, len(starts), hairs=max(4, int(half * 2.2)))
        loaded = _load(rng, palette, starts, tone, core, fine=half < 3)
        cover = marks.covered
        laid = loaded[np.maximum(marks.mark, 0)] + 0.05 * streak[..., None]
        color = np.where(cover[..., None], laid, color)
        paint = np.where(cover, thick * half**0.6 + 0.35 * paint, paint)
    light = fields.relief(fields.blur(paint, 0.6), 1.6)
    lit = color * (1 + 0.42 * light)[..., None] + 0.28 * np.clip(light - 0.08, 0, 1)[..., None]
    picture = brushes.reduce(lit, height, width)
    return finish.done(finish.grain(rng, finish.stretch(picture), 0.012))


def _sky(rng: np.random.Generator, height: int, width: int) -> tuple[Array, Array, Array, Array]:
    """Angles of the flow, ring pattern 0..1, glow of the suns 0..1 (all toroidal) and where the suns are."""
    y, x = fields.grid(height, width)
    base = fields.flow(rng, height, width, turn=0.5)
    vy, vx = np.sin(base), np.cos(base)
    field = fields.fbm(rng, height, width, beta=2.2)
    rings, glow = 0.5 + 0.26 * field, np.zeros((height, width), np.float32)
    centres = _apart(rng, height, width, int(rng.integers(5, 9)))
    for cy, cx in centres:
        size = rng.uniform(38, 85) * height / 512
        dy = (y - cy + height / 2) % height - height / 2
        dx = (x - cx + width / 2) % width - width / 2
        r = np.hypot(dy, dx) + 1e-3
        pull = np.exp(-((r / (1.25 * size)) ** 2)) * 3.2
        spin, inward = (1 if rng.uniform() < 0.7 else -1), rng.uniform(-0.25, 0.25)
        vy += pull * (spin * dx - inward * dy) / r
        vx += pull * (-spin * dy - inward * dx) / r
        near = np.exp(-((r / (1.1 * size)) ** 2))
        wave = 0.5 + 0.5 * np.cos(r * 2 * np.pi / (0.42 * size) + 0.7 * field)
        rings = rings * (1 - near) + near * wave
        glow = np.maximum(glow, np.exp(-((r / (0.36 * size)) ** 2)))
    return np.arctan2(vy, vx).astype(np.float32), rings, glow, np.stack(centres).astype(np.float32)


def _apart(rng: np.random.Generator, height: int, width: int, count: int) -> list[Array]:
    """Points far from each other on the torus: the best of many candidates, one after another (Mitchell)."""
    chosen: list[Array] = []
    size = np.array([height, width])
    for _ in range(count):
        candidates = rng.uniform(0, 1, (24, 2)) * size
        if chosen:
            delta = np.abs(candidates[:, None] - np.stack(chosen)[None])
            distance = np.linalg.norm(np.minimum(delta, size - delta), axis=-1).min(1)
            chosen.append(candidates[int(distance.argmax())])
        else:
            chosen.append(candidates[0])
    return chosen


def _scatter(rng: np.random.Generator, height: int, width: int, gap: float) -> Array:
    """Starting points on a jittered grid, in random order so that no direction of overlap dominates."""
    y, x = np.mgrid[0:height:gap, 0:width:gap]
    points = np.stack([y.ravel(), x.ravel()], -1) + rng.uniform(0, gap, (y.size, 2))
    return np.asarray(points[rng.permutation(len(points))] % [height, width], np.float32)


def _load(
    rng: np.random.Generator, palette: palettes.Palette, starts: Array, tone: Array, core: Array, *, fine: bool
) -> Array:
    """The colour each brush is loaded with: dominant by tone, second colour in the troughs, accent in the suns."""
    at = starts[:, 0].astype(int) % tone.shape[0], starts[:, 1].astype(int) % tone.shape[1]
    t = np.clip(tone[at] + rng.normal(0, 0.09, len(starts)), 0, 1)
    color = palette.tone(t)
    dice = rng.uniform(size=len(starts))
    sun = core[at] + rng.normal(0, 0.08, len(starts))
    color = np.where((dice < 0.16)[:, None], palette.second_tone(t), color)
    color = np.where((sun > 0.3)[:, None], palette.accent_tone(np.clip(0.3 + 0.65 * sun, 0, 1)), color)
    if fine:
        color = np.where((dice > 0.93)[:, None], palette.accent_tone(np.clip(t + 0.15, 0, 0.9)), color)
    return palettes.shift(color, rng.normal(0, 0.025, len(starts)), 1 + 0.1 * rng.standard_normal(len(starts)))
