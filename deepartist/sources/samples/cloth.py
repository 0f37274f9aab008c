"""Woven cloth: an ornament in coloured threads, every thread round and twisted, lying in soft folds."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from deepartist.sources.samples import brushes, fields, finish, palettes

Array = npt.NDArray[Any]

_SCALE = 1.5
_THREAD = 6.4  # px between threads: 80 threads across 512 px
_PALETTES = "batik klimt hokusai jade tahiti delft plum autumn"


def draw(rng: np.random.Generator, width: int, height: int) -> npt.NDArray[np.float32]:
    """Weft-faced tapestry: a kilim ornament of 80 x 80 knots, seen thread by thread."""
    palette = palettes.pick(rng, _PALETTES)
    rows, cols = round(height * _SCALE), round(width * _SCALE)
    y, x = fields.grid(rows, cols)
    y, x = y / _SCALE, x / _SCALE
    sway = 2.2 * fields.fbm(rng, rows, cols, beta=2.6, cycles=4), 2.2 * fields.fbm(rng, rows, cols, beta=2.6, cycles=4)
    v, u = (y + sway[0]) / _THREAD, (x + sway[1]) / _THREAD
    count = round(height / _THREAD), round(width / _THREAD)
    i, j = np.floor(v).astype(int) % count[0], np.floor(u).astype(int) % count[1]
    ornament = _ornament(rng, *count)
    height_map, fibre, weft = _weave(v, u, i, j)
    inks = _inks(rng, palette)
    color = inks[ornament[i, j]]
    color = np.where(weft[..., None], color, palettes.shift(color, -0.07, 0.85))
    # No two lengths of yarn took the dye alike (abrash).
    dye = 0.028 * rng.standard_normal((count[0], 1)) + 0.022 * rng.standard_normal(count)
    lightness = dye[i, j] + 0.055 * fibre + 0.012 * fields.fbm(rng, rows, cols, beta=0.6, cycles=30)
    color = palettes.shift(color, lightness, 1.0)
    folds = fields.relief(fields.fbm(rng, rows, cols, beta=3.4, cycles=2), 26)
    light = 1 + 0.75 * fields.relief(height_map, 2.1) + 0.55 * (height_map - 0.75) + 0.5 * folds
    picture = brushes.reduce(color * light[..., None], height, width)
    return finish.done(finish.grain(rng, finish.stretch(picture), 0.014))


def _weave(v: Array, u: Array, i: Array, j: Array) -> tuple[Array, Array, Array]:
    """Height of the cloth (0..1), twist of the fibres (-1..1), and where the weft is on top: a 3/1 twill."""
    fv, fu = v % 1 - 0.5, u % 1 - 0.5
    weft = (i + j) % 4 != 0
    # The weft is fat and arches over its warp; the warp dips below and is nearly hidden.
    run = (u - (-np.floor(v)) - 1) % 4 / 4
    arch = 0.72 + 0.28 * np.sin(np.pi * np.clip((run * 4 - 0) / 4, 0, 1))
    over = np.sqrt(np.clip(1 - (2.0 * fv) ** 2, 0, 1)) * arch
    under = 0.62 * np.sqrt(np.clip(1 - (2.1 * fu) ** 2, 0, 1)) * (1 - 0.5 * (2 * fv) ** 2)
    twist_over = np.sin(2 * np.pi * (2.2 * u + 1.7 * fv))
    twist_under = np.sin(2 * np.pi * (2.2 * v + 1.7 * fu))
    return (
        np.where(weft, over, under).astype(np.float32),
        np.where(weft, twist_over, twist_under).astype(np.float32),
        weft,
    )


def _inks(rng: np.random.Generator, palette: palettes.Palette) -> Array:
    """Dyes of the ornament: ground, field, outline, second colour, accent, highlight."""
    ground = palette.tone(0.93) if rng.uniform() < 0.4 else palette.tone(0.16)
    outline = palette.tone(0.05) if ground.mean() > 0.5 else palette.tone(0.95)
    second, accent = palette.second, palette.accent
    middle, light = palette.tone(0.5), palette.tone(0.74)
    return np.stack([ground, middle, outline, second[0], accent[0], second[1], accent[1], light])


def _ornament(rng: np.random.Generator, rows: int, cols: int) -> Array:
    """Index of the dye at each knot: stepped diamonds with hooks, mirrored both ways, between narrow borders."""
    tile = int(rng.choice([20, 26, 40]))
    i, j = np.mgrid[0:rows, 0:cols]
    # Rows are offset by half a tile, as in a drop repeat.
    repeat = rows / round(rows / tile)
    row = np.floor(i / repeat).astype(int)
    half = repeat / 2
    a = np.abs(i % repeat - half)
    b = np.abs((j + (row % 2) * half) % (cols / round(cols / tile)) - half)
    stepped = int(rng.integers(1, 3))
    d = (a // stepped * stepped) + (b // stepped * stepped)
    ring = d / (2 * half)
    edges = np.array([0.08, 0.16, 0.24, 0.38, 0.46, 0.56, 0.64, 0.74])
    order = np.array([6, 4, 2, 3, 2, 5, 1, 7, 0])
    out = order[np.digitize(ring, edges)]
    hooks = (np.abs(a - b) < 1.01) & (ring > 0.5)
    out = np.where(hooks, 4, out)
    teeth = ((a + 2 * b).astype(int) % 6 < 2) & (ring > 0.74)
    out = np.where(teeth, 7, out)
    stars = (np.maximum(a, b) < 2) | ((a < 1) & (b < 4)) | ((b < 1) & (a < 4))
    out = np.where(stars, 6, out)
    band = (i % rows < 3) | (np.abs(i - rows // 2) < 2)
    return np.asarray(np.where(band, np.where((j // 2) % 2 == 0, 2, 4), out))
