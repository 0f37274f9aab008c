"""Marbled paper: colours dropped on water, drawn with a stylus, combed, and lifted off on paper."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from deepartist.sources.samples import brushes, fields, finish, palettes

Array = npt.NDArray[Any]

_SCALE = 1.5
_PALETTES = "delft batik hokusai lilies sumi autumn jade woodcut redon"


def draw(rng: np.random.Generator, width: int, height: int) -> npt.NDArray[np.float32]:
    """Mathematical marbling, run backwards from each pixel of the finished sheet to the ink that was dropped there.

    After S. Lu, A. Jaffer, X. Jin, H. Zhao, X. Mao, "Mathematical marbling" (2012): a drop of radius r moves what was
    at distance d to
    sqrt(d² + r²); a tine drags the bath along a line, less with distance.
    """
    palette = palettes.pick(rng, _PALETTES)
    rows, cols = round(height * _SCALE), round(width * _SCALE)
    y, x = fields.grid(rows, cols)
    y, x = y / _SCALE, x / _SCALE
    y += 2.5 * fields.fbm(rng, rows, cols, beta=2.2, cycles=5)
    x += 2.5 * fields.fbm(rng, rows, cols, beta=2.2, cycles=5)
    y, x = _comb(rng, y, x, height, width)
    color = _bath(rng, palette, y, x, height, width)
    picture = brushes.reduce(color, height, width)
    picture = palettes.shift(picture, 0.022 * fields.fbm(rng, height, width, beta=0.7, cycles=16))
    return finish.done(finish.grain(rng, finish.tooth(rng, finish.stretch(picture), 0.016), 0.012))


def _comb(rng: np.random.Generator, y: Array, x: Array, height: int, width: int) -> tuple[Array, Array]:
    """Where each point of the finished sheet was before the stylus: combs with whole numbers of teeth, or whirls."""
    kind = int(rng.choice([0, 1, 2, 3, 0]))
    wave, phase = 2 * np.pi / height, rng.uniform(0, 6.28, 6)
    if kind == 1:  # bouquet: the comb is drawn in a wave
        x = x + 26 * np.sin(2 * wave * y + phase[0])
    if kind < 2:  # nonpareil: a fine comb across
        teeth = int(rng.integers(8, 14))
        y = y + 190 / teeth * np.abs(np.sin(teeth * wave * x / 2 + phase[1])) ** 0.6
    if kind in (0, 1, 2):  # getgel: a coarse rake to and fro
        teeth = int(rng.integers(4, 7))
        x = x + rng.uniform(36, 60) * np.sin(teeth * wave * y + phase[2])
    else:  # curls: whirls of the stylus
        for _ in range(13):
            y, x = _whirl(rng, y, x, height, width)
    y = y + 22 * np.sin(2 * wave * x + phase[3]) + 9 * np.sin(5 * wave * x + phase[4])
    return y, x


def _whirl(rng: np.random.Generator, y: Array, x: Array, height: int, width: int) -> tuple[Array, Array]:
    """A turn of the stylus about a point, dying away with distance."""
    cy, cx, size = rng.uniform(0, height), rng.uniform(0, width), rng.uniform(38, 70)
    dy = (y - cy + height / 2) % height - height / 2
    dx = (x - cx + width / 2) % width - width / 2
    angle = rng.choice([-1, 1]) * rng.uniform(2.5, 4.5) * np.exp(-(dy * dy + dx * dx) / size**2)
    s, c = np.sin(angle), np.cos(angle)
    return cy + c * dy + s * dx, cx - s * dy + c * dx


def _bath(rng: np.random.Generator, palette: palettes.Palette, y: Array, x: Array, height: int, width: int) -> Array:
    """The ink at each point of the bath, by undoing the drops from the last to the first."""
    drops = _drops(rng, palette)
    inks = np.stack([palette.tone(0.3), *(ink for _, ink in reversed(drops))])
    found = np.zeros(y.size, np.int16)
    left, ly, lx = np.arange(y.size, dtype=np.int32), y.ravel().copy(), x.ravel().copy()
    for k, (radius, _) in enumerate(reversed(drops), 1):
        dy, dx = ly - rng.uniform(0, height), lx - rng.uniform(0, width)
        dy -= height * np.rint(dy / height)
        dx -= width * np.rint(dx / width)
        d2 = dy * dy + dx * dx
        inside = d2 < radius * radius
        hit = left[inside]
        found[hit[found[hit] == 0]] = k
        # On a torus the push must vanish half way round; this fall-off does that and leaves the neighbourhood as it
        # should be.
        fall = np.maximum(1 - d2 / (0.25 * height * height), 0)
        pull = (1 - np.sqrt(1 - radius * radius / np.maximum(d2, radius * radius))) * fall * fall
        ly -= dy * pull
        lx -= dx * pull
        if k % 15 == 0:  # forget what has found its drop, now and then: cheaper than each time
            open_water = found[left] == 0
            left, ly, lx = left[open_water], ly[open_water], lx[open_water]
    return np.asarray(inks[found].reshape(*y.shape, 3), np.float32)


def _drops(rng: np.random.Generator, palette: palettes.Palette) -> list[tuple[float, Array]]:
    """Radius and ink of each drop, first to last: dark grounds, the dominant, second colour, then small accents and
    gall water.
    """
    inks = [palette.tone(t) for t in (0.0, 0.22, 0.45, 0.62, 0.97)] + [*palette.second, *palette.accent]
    chance = np.array([0.17, 0.19, 0.15, 0.1, 0.13, 0.07, 0.09, 0.05, 0.05])
    chance /= chance.sum()
    drops = []
    for k in range(205):
        size = rng.uniform(17, 36) if k < 135 else rng.uniform(9, 20) if k < 180 else rng.uniform(3, 9)
        drops.append((float(size), inks[int(rng.choice(len(inks), p=chance))]))
    return drops
