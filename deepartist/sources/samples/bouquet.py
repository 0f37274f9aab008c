"""Cut flowers: where they go in a bunch, their stems, leaves and petals."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from deepartist.sources.samples import brushes, fields, palettes, scenes

Array = npt.NDArray[Any]
Blossom = tuple[float, float, float, int]
"""y, x, radius (px) and kind of a flower."""


def plan(rng: np.random.Generator, x0: float, lip: float, height: int) -> list[Blossom]:
    """Flowers (y, x, radius, kind), largest in the middle, spread in an oval above the lip without much overlap."""
    placed: list[Blossom] = []
    for k in range(15):
        size = height * (0.082 if k < 5 else 0.06 if k < 10 else 0.042) * rng.uniform(0.88, 1.12)
        best, most = (lip, x0), -1e9
        for _ in range(30):
            a, r = rng.uniform(0, 2 * np.pi), np.sqrt(rng.uniform(0, 1)) * (0.75 if k < 5 else 1.0)
            y, x = lip - height * 0.165 + r * np.sin(a) * height * 0.165, x0 + r * np.cos(a) * height * 0.27
            gap = min((np.hypot(y - p[0], x - p[1]) - 0.72 * (size + p[2]) for p in placed), default=0.0)
            if min(gap, 6) > most:
                best, most = (y, x), min(gap, 6)
        placed.append((best[0], best[1], size, int(rng.integers(3))))
    return placed


def stems(
    picture: Array,
    colors: Array,
    blossoms: list[Blossom],
    x0: float,
    lip: float,
) -> None:
    height, width = picture.shape[:2]
    green = colors
    paths = []
    for by, bx, _, _ in blossoms:
        knots = np.array([(x0 + 0.12 * (bx - x0), lip + 8), (x0 + 0.45 * (bx - x0), (lip + by) / 2 - 4), (bx, by)])
        paths.append(brushes.smooth_path(knots, 8, closed=False))
    brushes.over(picture, green[0], brushes.lines(paths, 4.0, height, width))
    brushes.over(picture, green[1], brushes.lines([p - 0.9 for p in paths], 1.8, height, width))


def leaves(
    rng: np.random.Generator,
    picture: Array,
    colors: Array,
    x0: float,
    lip: float,
    height: int,
) -> None:
    """Leaves fill the gaps behind the flowers, pointing outwards, lit on their upper half."""
    width = picture.shape[1]
    count = 64
    a = rng.uniform(0, 2 * np.pi, count)
    r = np.sqrt(rng.uniform(0.05, 1.0, count))
    starts = np.stack([lip - height * 0.13 + r * np.sin(a) * height * 0.15, x0 + r * np.cos(a) * height * 0.25], -1)
    out = np.arctan2(starts[:, 0] - lip, starts[:, 1] - x0) + rng.normal(0, 0.45, count)
    size = height * rng.uniform(0.09, 0.17, count)
    step = np.linspace(0, 1, 10)
    heading = out[:, None] + rng.normal(0, 0.7, count)[:, None] * step + 0.5 * np.cos(out)[:, None] * step
    paths = starts[:, None] + np.cumsum(np.stack([np.sin(heading), np.cos(heading)], -1) * (size / 9)[:, None, None], 1)
    marks = brushes.sweep(
        paths.astype(np.float32),
        size * 0.17,
        height,
        width,
        profile=brushes.taper_profile,
        scale=2,
        wrap=False,
        chunk=16,
    )
    m = np.maximum(marks.mark, 0)
    up = np.sign(np.cos(out))[m] * -marks.across
    rib = np.exp(-((marks.across / 0.1) ** 2))
    tone = np.clip(
        0.36
        + 0.16 * up
        + 0.22 * rib
        + rng.normal(0, 0.13, count)[m]
        - 0.25 * (starts[:, 1] > x0)[m] * 0.5
        + 0.1 * np.sin(marks.along * 40 + 8 * np.abs(marks.across)) * 0.4,
        0,
        1,
    )
    color = palettes.gradient(colors, tone)
    cover = brushes.reduce(marks.covered.astype(np.float32), height, width)
    picture *= (1 - 0.5 * fields.blur(np.roll(cover, (5, 5), (0, 1)), 5, wrap=False))[..., None]
    shown = brushes.reduce(color * marks.covered[..., None], height, width)
    picture += shown - picture * cover[..., None]


def flower(rng: np.random.Generator, picture: Array, pair: Array, cy: float, cx: float, size: float, kind: int) -> None:
    """Rings of petals from the outside in, each shaded towards its root, the whole head rounded by the light."""
    view, cy, cx = scenes.window(picture, cy, cx, 1.7 * size)
    height, width = view.shape[:2]
    y, x = fields.grid(height, width)
    dy, dx = y - cy, x - cx
    r, around = np.hypot(dy * 1.12, dx) / size, np.arctan2(dy, dx)
    view *= (1 - 0.45 * fields.smoothstep(1.5, 0.7, np.hypot(dy - 0.14 * size, dx - 0.16 * size) / size))[..., None]
    colors = np.stack([pair[0] * 0.55, pair[0], pair[1], pair[1] * 0.5 + 0.5])
    rings = {
        0: ((1.0, 9), (0.78, 8), (0.56, 7), (0.36, 5)),
        1: ((1.0, 13), (0.74, 11)),
        2: ((1.0, 6), (0.7, 5), (0.42, 4)),
    }[kind % 3]
    light = np.clip(0.62 - 0.36 * (dy + dx) / size, 0.05, 1)
    for radius, count in rings:
        turn = rng.uniform(0, 6.28)
        wave = np.cos((around - turn) * count)
        cup = np.abs(np.cos((around - turn) * count / 2))
        rim = radius * (0.86 + 0.14 * cup**0.5 + 0.025 * np.cos(3 * around + turn))
        mask = np.clip((rim - r) * size + 0.5, 0, 1)
        inner = np.clip(r / rim, 0, 1)
        tone = np.clip(
            0.06 + 0.30 * inner**2.2 + 0.18 * cup * inner + 0.58 * light - 0.1 * (1 - radius) + 0.02 * wave, 0, 1
        )
        brushes.over(view, palettes.gradient(colors, tone), mask)
    if kind % 3 != 0:
        heart, ny, nx = scenes.sphere(cy, cx, size * 0.27, height, width)
        diffuse, _ = scenes.lambert(ny, nx)
        seeds = 0.5 + 0.5 * np.sin(dx * 2.2) * np.sin(dy * 2.2)
        brushes.over(
            view,
            palettes.gradient(scenes.codes("2a1608 7a4a10 e0a82a"), np.clip(0.25 + 0.55 * diffuse + 0.2 * seeds, 0, 1)),
            heart,
        )
