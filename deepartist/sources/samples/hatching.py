"""Pen and ink: rolling hills in swelling, crossing lines, as on an engraved plate, lightly washed with colour on
paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from deepartist.sources.samples import brushes, fields, finish, palettes

Array = npt.NDArray[Any]

_SCALE = 2.0
_PALETTES = "forest nocturne batik delft plum jade redon sumi"


@dataclass(frozen=True)
class _Forms:
    """Per pixel: which hill, how far up it (0 in the shade of the one before, 1 at its crest), tone 0..1, and its
    relief (px).
    """

    hill: Array
    rise: Array
    tone: Array
    relief: Array


def draw(rng: np.random.Generator, width: int, height: int) -> npt.NDArray[np.float32]:
    """Four sets of lines, each swelling where it is darker and ending where its tone ends; every hill has its own
    slant.
    """
    palette = palettes.pick(rng, _PALETTES)
    rows, cols = round(height * _SCALE), round(width * _SCALE)
    forms = _forms(rng, rows, cols)
    count = int(forms.hill.max()) + 1
    slant = rng.uniform(-0.9, 0.9, count)
    paper = palettes.gradient(palette.ramp[3:], np.clip(0.62 + 0.36 * forms.tone, 0, 1))
    washes = np.stack([palette.ramp[2], palette.second[1], palette.accent[1], palette.ramp[3], palette.second[0]])
    tint = washes[rng.permutation(np.arange(count) % len(washes))][forms.hill]
    brushes.over(paper, tint, 0.62 * fields.smoothstep(0.95, 0.2, forms.tone))
    for k, (turn, dark, spacing) in enumerate(
        ((0.0, 0.90, 6.4), (0.6, 0.52, 6.4), (-0.7, 0.30, 5.8), (1.35, 0.14, 5.2))
    ):
        ink = palette.ramp[0] * 0.75 + 0.25 * palette.ramp[1] if k else palette.ramp[1]
        brushes.over(paper, ink, 0.93 * _lines(rng, forms, slant + turn, dark, spacing))
    edge = np.abs(forms.hill - np.roll(forms.hill, 1, 0)) + np.abs(forms.hill - np.roll(forms.hill, 1, 1))
    brushes.over(paper, palette.ramp[0], np.clip(1.6 * fields.blur((edge > 0).astype(np.float32), 1.1), 0, 1))
    picture = brushes.reduce(paper, height, width)
    return finish.done(finish.grain(rng, finish.tooth(rng, finish.stretch(picture), 0.02), 0.012))


def _forms(rng: np.random.Generator, rows: int, cols: int) -> _Forms:
    """Hills behind hills: bands of a warped phase, each lightest at its crest and dark where the next one begins."""
    y, _ = fields.grid(rows, cols)
    bands = int(rng.integers(4, 7))
    bend = fields.fbm(rng, rows, cols, beta=3.2, cycles=1.6)
    fine = fields.fbm(rng, rows, cols, beta=2.6, cycles=4)
    # The phase falls with y: what is nearer (below) covers the foot of what is farther.
    phase = bands * y / rows + 0.50 * bend + 0.05 * fine
    turn = np.floor(phase)
    rise = (1 - (phase - turn)).astype(np.float32)
    swell = fields.fbm(rng, rows, cols, beta=3.2, cycles=2.5)
    lit = fields.relief(swell, 45)
    tone = np.clip(0.06 + 0.94 * rise**0.85 + 0.42 * lit, 0, 1)
    return _Forms(
        (turn.astype(np.int32) + 4 * bands) % (2 * bands),
        rise,
        tone.astype(np.float32),
        (7 * swell + 16 * rise**2).astype(np.float32),
    )


def _lines(rng: np.random.Generator, forms: _Forms, slant: Array, dark: float, spacing: float) -> Array:
    """Coverage of one set of lines where the tone is below ``dark``: distance to the nearest line against its half
    width.

    The lines run across each hill at its slant, bend with its relief as if drawn on it, shake a little and are lifted
    now and then.
    """
    rows, cols = forms.tone.shape
    y, x = fields.grid(rows, cols)
    y, x = y / _SCALE, x / _SCALE
    angle = slant[forms.hill].astype(np.float32)
    shake = 0.35 * fields.fbm(rng, rows, cols, beta=2.2, cycles=5)
    across = (y * np.cos(angle) + x * np.sin(angle) + forms.relief * 0.9 + shake) / spacing
    number = np.round(across)
    distance = np.abs(across - number) * spacing
    depth = np.clip((dark - forms.tone) / dark, 0, 1)
    # Strokes: each line is cut at its own places; the pen swells in the middle of a stroke.
    along = (x * np.cos(angle) - y * np.sin(angle)) / 46 + number * 0.618
    lift = np.clip(9 * (0.5 - np.abs(along - np.round(along))), 0, 1)
    pressure = fields.fbm(rng, rows, cols, beta=1.4, cycles=7)
    half = (0.42 + 1.0 * depth + 0.1 * pressure) * fields.smoothstep(0.0, 0.10, depth) * lift
    return np.clip((half - distance) * _SCALE + 0.5, 0, 1) * (half > 0.12)
