"""Mountains in layers of haze behind a lake, conifers on the near slopes, a tree framing the view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from deepartist.sources.samples import brushes, fields, finish, oil, palettes, scenes

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class _Mood:
    """Colours of a season and an hour: sky top to horizon, ridges far to near, snow or light on them, trees, meadow,
    sun.
    """

    sky: str
    ridges: str
    lit: str
    trees: str
    meadow: str
    sun: str
    leaf: str


_MOODS = (
    _Mood("2f5f9a 7fa8cf f0d9b8 fbe9c0", "9fb0c8 6f86a8 47648a 2c4a52", "fff3dc", "14302c 2f5a3a",
          "2c4a26 7f9440 d8c860", "fff6d8", "1c3a22 5f7f2f b0b040"),
    _Mood("3f4a7f 9a7fa0 efb08f ffe0a8", "b89ab0 85739a 56507a 332f50", "ffd0a0", "1a1830 3a2f4a",
          "3a2a3f 8a5a45 e0a060", "fff2c4", "2a1622 9a3a2a e8903a"),
    _Mood("0c1838 2a4470 6f8fae c4d0cc", "6f8aa5 48658a 2c4468 15263f", "e6eef2", "081420 1c3440",
          "12283a 2f4f5c 7f9a94", "fbf8e4", "081018 1c3038 3f5c58"),
    _Mood("4a86b0 9cc4d4 e8ead0 fbf3d8", "a5b8bc 7f98a0 55767f 34504f", "ffffff", "1c3a34 46643a",
          "5a4a22 b08a35 ecd070", "fffbe6", "5a2412 c0581f f2b43f"),
    _Mood("7a3a3a d0703f f4b45a fce8a0", "c88a6a 96604f 613f48 3a2638", "ffe2a0", "20131c 4a2a2a",
          "3f2418 96561f eab048", "fff4c0", "2a120c 8a3418 e08a2a"),
)  # fmt: skip


def draw(rng: np.random.Generator, width: int, height: int) -> npt.NDArray[np.float32]:
    """Sky and clouds, four ridges with the sun on one flank, a lake that mirrors them, meadow, conifers and one large
    tree.
    """
    mood = _MOODS[int(rng.integers(len(_MOODS)))]
    shore = height * rng.uniform(0.60, 0.66)
    side = float(rng.choice([-1, 1]))
    sun_x, sun_y = width * (0.5 + side * rng.uniform(0.14, 0.3)), shore * rng.uniform(0.24, 0.42)
    picture = scenes.vertical(
        scenes.codes(mood.sky), height, width, 0, shore, 0.03 * fields.fbm(rng, height, width, beta=2.5)
    )
    _sun_and_clouds(rng, picture, mood, shore, sun_y, sun_x)
    land = scenes.Layer(height, width)
    land.paint(picture, np.ones((height, width), np.float32))
    for depth in range(4):
        _ridge(rng, land, mood, depth, shore, side)
    _conifers(rng, land, mood, shore)
    land.onto(picture)
    _lake(rng, picture, land, mood, shore, sun_x)
    _meadow(rng, picture, mood, side)
    _tree(
        rng,
        picture,
        mood,
        width * (0.5 - side * rng.uniform(0.30, 0.38)),
        height * 0.95,
        height * rng.uniform(0.7, 0.8),
        side,
    )
    y, _ = fields.grid(height, width)
    guide = np.where(
        y < shore, 0.5 * fields.fbm(rng, height, width, beta=2.8), 0.12 * fields.fbm(rng, height, width, beta=2.5)
    )
    painted = oil.repaint(rng, picture, guide, widths=(8, 4, 2.2), keep=0.32)
    return finish.done(finish.grain(rng, finish.vignette(finish.stretch(painted), 0.14), 0.014))


def _sun_and_clouds(
    rng: np.random.Generator, picture: Array, mood: _Mood, shore: float, sun_y: float, sun_x: float
) -> None:
    height, width = picture.shape[:2]
    y, x = fields.grid(height, width)
    r, sun, sky = np.hypot(y - sun_y, x - sun_x), palettes.rgb(mood.sun), scenes.codes(mood.sky)
    brushes.over(picture, sun, 0.7 * np.exp(-r / (0.13 * width)))
    density, lit = scenes.clouds(rng, height, width, shore * 0.95, 0.42)
    tone = np.clip(0.5 + lit + 0.5 * np.exp(-((r / (0.35 * width)) ** 2)) - 0.3 * density, 0, 1)
    brushes.over(picture, palettes.gradient(np.stack([sky[1] * 0.8, sky[2], sun]), tone), 0.85 * density)
    brushes.over(picture, sun, np.clip((0.032 * width - r) / 1.5, 0, 1) * (1 - 0.4 * density))


def _ridge(rng: np.random.Generator, land: scenes.Layer, mood: _Mood, depth: int, shore: float, side: float) -> None:
    """One range: a ragged skyline, gullies lit from the sun's side, haze rising from its foot, snow on the farthest."""
    height, width = land.alpha.shape
    y, x = fields.grid(height, width)
    top = (0.25, 0.19, 0.13, 0.06)[depth] * height
    line = fields.fbm(rng, 4, 1024, beta=1.75, cycles=3)[0, :width]
    broad = fields.fbm(rng, 4, 1024, beta=3, cycles=1.5)[0, :width]
    crest = top + (0.05, 0.05, 0.04, 0.025)[depth] * height * (0.8 * line + 0.8 * broad)
    if depth == 0:
        peak = width * (0.5 - side * rng.uniform(0.02, 0.2))
        crest += 0.2 * height * np.exp(-np.abs(x[0] - peak) / (0.16 * width)) + 3 * line
    crest = shore - np.maximum(crest, 8)
    mask = np.clip(y - crest[None] + 0.5, 0, 1) * (y < shore + 2)
    drop = np.clip((y - crest[None]) / np.maximum(shore - crest[None], 1), 0, 1)
    # Gullies run downhill: noise stretched along the slope, bent by the skyline above.
    rock = fields.fbm(rng, 512, 1024, beta=1.7, cycles=4, stretch=(1.8, 1))
    rock = fields.sample(rock, y, x + 26 * line[None] * (0.3 + drop) + side * 0.7 * (y - crest[None]))
    face = np.clip(
        0.42 - side * 0.9 * np.gradient(fields.blur(rock, 1.2), axis=1) * (5, 4, 3, 2)[depth] + 0.08 * rock, 0, 1
    )
    ridges, lit = scenes.codes(mood.ridges), palettes.rgb(mood.lit)
    base = ridges[depth]
    color = palettes.gradient(np.stack([base * 0.72, base, base + (lit - base) * 0.42]), face)
    if depth == 0:
        snow = fields.smoothstep(0.5, 0.28, drop + 0.16 * rock) * fields.smoothstep(0.1, 0.6, face)
        color = color + (lit - color) * (0.85 * snow)[..., None]
    haze = (0.85, 0.75, 0.6, 0.25)[depth] * drop**1.1
    color = color + (scenes.codes(mood.sky)[2] - color) * haze[..., None]
    land.paint(color, mask)


def _conifers(rng: np.random.Generator, land: scenes.Layer, mood: _Mood, shore: float) -> None:
    """A wood along the far shore: small spires, taller towards the sides."""
    height, width = land.alpha.shape
    dark, light = scenes.codes(mood.trees)
    for tier in range(3):
        spires = []
        for x0 in np.arange(-10, width + 10, 7.5):
            x0 += rng.normal(0, 3)
            edge = abs(x0 / width - 0.5) * 2
            tall = height * (0.022 + 0.075 * edge**1.6) * rng.uniform(0.55, 1.25)
            half = tall * 0.2
            steps = [
                (x0 - half * s * (1 if k % 2 else 0.6), shore + 3 - tall * (1 - s))
                for k, s in enumerate(np.linspace(0, 1, 9))
            ]
            spires.append(np.array(steps + [(2 * x0 - a, b) for a, b in steps[::-1]]))
        mask = brushes.shape(spires, height, width)
        land.paint(light + (dark - light) * (0.35 + 0.3 * tier), mask * (0.8 + 0.1 * tier))


def _lake(
    rng: np.random.Generator, picture: Array, land: scenes.Layer, mood: _Mood, shore: float, sun_x: float
) -> None:
    height, width = picture.shape[:2]
    y, x = fields.grid(height, width)
    wave = scenes.waves(rng, height, width, shore, 0.8)
    mirror = land.mirrored(shore, 2.5 * wave * np.clip((y - shore) / 40, 0.2, 3))
    water = mirror.color * 0.80 + 0.03
    deep = scenes.codes(mood.ridges)[3]
    water = water + (deep - water) * (0.28 * np.clip((y - shore) / (height - shore), 0, 1))[..., None]
    sky = scenes.codes(mood.sky)
    water = water + (sky[2] - water) * (0.5 * fields.smoothstep(0.7, 1.7, wave))[..., None]
    path = np.exp(-(((x - sun_x) / (0.05 * width)) ** 2))
    water = water + (palettes.rgb(mood.sun) - water) * (0.8 * path * fields.smoothstep(0.1, 1.0, wave))[..., None]
    brushes.over(picture, water, np.clip(y - shore + 0.5, 0, 1))
    brushes.over(picture, sky[3], 0.45 * np.exp(-(((y - shore - 1) / 2.0) ** 2)))


def _meadow(rng: np.random.Generator, picture: Array, mood: _Mood, side: float) -> None:
    """The near bank rises to one side, grass blades catching light, a path winding down to the water."""
    height, width = picture.shape[:2]
    y, x = fields.grid(height, width)
    u = 0.5 - side * (x / width - 0.5)
    bank = (
        height * (0.985 - 0.20 * fields.smoothstep(0.35, 1.0, u) ** 1.2 - 0.06 * u)
        + 5 * fields.fbm(rng, 4, width, beta=1.8, cycles=3)[:1]
    )
    mask = np.clip(y - bank + 0.5, 0, 1)
    tuft = fields.fbm(rng, height, width, beta=0.9, cycles=14, stretch=(2.5, 1))
    broad = fields.fbm(rng, height, width, beta=2.2, cycles=3)
    light = np.clip(0.42 + 0.16 * tuft + 0.2 * broad - 0.25 * (y - bank) / (0.3 * height), 0, 1)
    color = palettes.gradient(scenes.codes(mood.meadow), light)
    brushes.over(picture, color, mask)
    starts = np.stack([rng.uniform(height * 0.72, height + 8, 900), rng.uniform(0, width, 900)], -1)
    starts = starts[starts[:, 0] > bank[0][np.minimum(starts[:, 1].astype(int), width - 1)] - 2]
    starts = starts[np.argsort(starts[:, 0])]
    lean = -np.pi / 2 + rng.normal(0, 0.3, len(starts))
    tall = rng.uniform(8, 20, len(starts)) * (starts[:, 0] / height) ** 3
    t = np.linspace(0, 1, 6)
    paths = starts[:, None] + np.stack([np.sin(lean), np.cos(lean)], -1)[:, None] * (tall[:, None] * t)[..., None]
    marks = brushes.sweep(paths.astype(np.float32), rng.uniform(0.7, 1.3, len(starts)), height, width,
                          profile=brushes.taper_profile, scale=2, wrap=False, chunk=1024)  # fmt: skip
    blade = palettes.gradient(scenes.codes(mood.meadow), np.clip(rng.beta(2, 2, len(starts)), 0, 1))
    cover = brushes.reduce(marks.covered.astype(np.float32), height, width)
    shown = brushes.reduce(blade[np.maximum(marks.mark, 0)] * marks.covered[..., None], height, width)
    picture += shown - picture * cover[..., None]


def _tree(
    rng: np.random.Generator, picture: Array, mood: _Mood, x0: float, y0: float, size: float, side: float
) -> None:
    """A broad tree: forked trunk, clusters of foliage drawn from dark to light towards the sun."""
    height, width = picture.shape[:2]
    leaf = scenes.codes(mood.leaf)
    limbs: list[tuple[Array, float]] = []
    tips: list[tuple[float, float]] = []

    def grow(x: float, y: float, angle: float, length: float, thick: float, level: int) -> None:
        bend = rng.normal(0, 0.16)
        p = [np.array([x, y])]
        for k in range(4):
            a = angle + bend * k / 3
            p.append(p[-1] + length / 4 * np.array([np.cos(a), np.sin(a)]))
        limbs.append((np.stack(p), thick))
        if level >= 2:
            tips.append((float(p[-1][0]), float(p[-1][1])))
        if level < 4:
            for turn in (-1, 1):
                grow(
                    float(p[-1][0]),
                    float(p[-1][1]),
                    angle + turn * rng.uniform(0.28, 0.62),
                    length * rng.uniform(0.62, 0.8),
                    thick * 0.62,
                    level + 1,
                )

    grow(x0, y0, -np.pi / 2 + 0.08 * side, size * 0.34, size * 0.05, 0)
    bark = leaf[0] * 0.75
    brushes.over(picture, bark, brushes.lines([p for p, _ in limbs], [t for _, t in limbs], height, width))
    brushes.over(
        picture,
        bark + 0.16,
        0.6
        * brushes.lines(
            [p + np.array([side * t * 0.28, 0]) for p, t in limbs[:7]], [t * 0.22 for _, t in limbs[:7]], height, width
        ),
    )
    for shade, (dx, dy), count, radius in (
        (0.08, (0, 6), 44, 6.5),
        (0.34, (0, 1), 40, 5.4),
        (0.66, (3 * side, -6), 22, 4.6),
        (0.95, (7 * side, -11), 9, 3.6),
    ):
        dots = []
        for tx, ty in tips:
            for _ in range(count):
                a, r = rng.uniform(0, 6.28), abs(rng.normal(0, 0.07 * size))
                cx, cy = tx + dx + r * np.cos(a), ty + dy + 0.7 * r * np.sin(a)
                turn = rng.uniform(0, 3.14)
                q = np.linspace(0, 2 * np.pi, 7)[:-1]
                e = radius * np.stack([np.cos(q), 0.5 * np.sin(q)], -1)
                dots.append(
                    np.stack(
                        [
                            cx + e[:, 0] * np.cos(turn) - e[:, 1] * np.sin(turn),
                            cy + e[:, 0] * np.sin(turn) + e[:, 1] * np.cos(turn),
                        ],
                        -1,
                    )
                )
        brushes.over(picture, palettes.gradient(leaf, shade), 0.95 * brushes.shape(dots, height, width, scale=2))
