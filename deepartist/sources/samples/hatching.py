"""Pen and ink: cross hatching that follows the forms it describes, in two inks on paper."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from deepartist.sources.samples import brushes, fields, finish, palettes

Array = npt.NDArray[Any]

_SCALE = 2.0
_PALETTES = "sumi batik nocturne delft autumn woodcut"


def draw(rng: np.random.Generator, width: int, height: int) -> npt.NDArray[np.float32]:
    """Up to five sets of pen lines, each laid only where the tone asks for it, over a thin wash and with white heightening."""
    palette = palettes.pick(rng, _PALETTES)
    form, tone = _forms(rng, height, width)
    dy, dx = fields.slopes(fields.blur(form, 2.5))
    across = np.arctan2(dy, dx) + np.pi / 2
    lean = np.float32(rng.uniform(-0.5, 0.5))
    # Where the form is flat the pen falls back on its own habitual slant.
    steep = np.clip(np.hypot(dy, dx) / 0.5, 0, 1)
    habit = -0.8 + lean
    follow = 0.5 * np.angle((1 - steep) * np.exp(2j * habit) + 1.2 * steep * np.exp(2j * across)).astype(np.float32)
    paper = palettes.gradient(np.stack([palette.ramp[3], palette.ramp[4]]), np.clip(0.62 + 0.5 * tone, 0, 1))
    wash = palettes.gradient(np.stack([palette.second[0], palette.second[1], palette.ramp[4]]), tone)
    picture = paper * (1 - 0.45 * (1 - tone)[..., None]) + wash * 0.45 * (1 - tone)[..., None]
    ink, pen = palette.ramp[0], palette.ramp[1]
    for turn, dark, half, color in ((0.0, 0.90, 0.62, pen), (0.62, 0.62, 0.62, pen), (-0.55, 0.43, 0.7, ink), (1.3, 0.27, 0.8, ink),
                                    (0.25, 0.16, 0.95, ink)):  # fmt: skip
        cover = _hatch(rng, follow + np.float32(turn), tone, dark, half)
        brushes.over(picture, color, 0.92 * cover)
    white = _hatch(rng, follow + np.float32(0.15), 1.06 - tone, 0.16, 0.6)
    brushes.over(picture, np.array([1.0, 0.99, 0.94]), 0.85 * white)
    accent = _hatch(rng, follow - np.float32(0.25), np.abs(tone - 0.42) + 0.35 * (form < 0.6), 0.09, 0.75)
    brushes.over(picture, palette.accent[0], 0.8 * accent)
    return finish.done(finish.grain(rng, finish.tooth(rng, picture, 0.02), 0.012))


def _forms(rng: np.random.Generator, height: int, width: int) -> tuple[Array, Array]:
    """Rolling folds (px of height) and the tone 0..1 of light on them, toroidal."""
    fold = fields.fbm(rng, height, width, beta=3.2, cycles=4)
    bend = 34 * fields.fbm(rng, height, width, beta=3, cycles=2), 34 * fields.fbm(rng, height, width, beta=3, cycles=2)
    fold = fields.warp(fold, *bend)
    form = 26 * (1 - np.abs(fold)) + 10 * fold
    light = fields.relief(fields.blur(form, 3), 1.1, light=(-0.55, -0.65, 0.6))
    hollow = fields.normalise(form - fields.blur(form, 22))
    tone = fields.normalise(0.75 * light + 0.5 * hollow, 2, 98)
    return (form / 26).astype(np.float32), tone


def _hatch(rng: np.random.Generator, angles: Array, tone: Array, dark: float, half: float) -> Array:
    """Coverage of one set of lines: short strokes along the angles, side by side, where ``tone`` is below ``dark``."""
    height, width = tone.shape
    gap = 5.0
    y, x = np.mgrid[0:height:gap, 0:width:gap]
    starts = np.stack([y.ravel(), x.ravel()], -1) + rng.uniform(0, gap, (y.size, 2))
    value = tone[starts[:, 0].astype(int) % height, starts[:, 1].astype(int) % width]
    starts = starts[value + rng.normal(0, 0.03, len(starts)) < dark]
    length = rng.uniform(16, 34, len(starts))
    paths = brushes.streamlines(starts, angles, length, 10)
    paths += rng.normal(0, 0.25, paths.shape).astype(np.float32)
    size = half * rng.uniform(0.7, 1.25, len(starts))
    marks = brushes.sweep(paths, size, height, width, profile=brushes.taper_profile, scale=_SCALE, spacing=0.6, chunk=1024)
    return brushes.reduce(marks.covered.astype(np.float32), height, width)
