"""A vase of flowers and some fruit on a table, one light from the upper left, in the manner of an old master."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from deepartist.sources.samples import bouquet, brushes, fields, finish, oil, palettes, scenes

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class _Mood:
    """Wall dark to light, table dark to light, glaze of the vase dark to light, flowers (dark, light pairs), leaves,
    fruit (pairs).
    """

    wall: str
    table: str
    vase: str
    flowers: str
    leaves: str
    fruit: str


_MOODS = (
    _Mood("0e1210 2a2f26 5f5f48 8a8462", "2a170c 6a3f1c b87f42 dca868", "0c1f4a 2f5fa8 a5c8e8",
          "8a1c2a f07a70 c9922a ffe79a c7b9a8 fffaf0", "14260f 4a6b2a a8b860",
          "7a1a14 e8562f 9a6a10 f6c83f"),
    _Mood("1a2c3f 3f6380 8fb0bd c3d6d4", "8a7a62 c8b896 ece2c8 fbf6e6", "5a1f14 b8552f f0b080",
          "b04a10 ffb03f 8a1f3a f08aa0 d8b83f fff2a0", "173a24 4f8a4a b5d080",
          "8a4a08 f8a030 5a7a14 c8dc50"),
    _Mood("3a1a14 8a3f22 d08a3f eebc6a", "16222c 2f4a58 6f8f94 a8c0b8", "d0c8b0 f0ead8 fffdf4",
          "1c2f7a 7f9fe0 b8a890 fffdf2 8a2f5a f0a0c0", "12280f 3f6a2f 98b458",
          "6a7a14 d8e060 8a1a1a f05a3a"),
    _Mood("101420 2a3350 56648a 8f9cb8", "241018 5a2a38 a86068 d8a090", "14302c 3f7f70 b0dcc0",
          "a87a10 ffe070 b0402a ffb088 b8a8b8 fff6fa", "0f2a20 3a6f4a 90c080",
          "5a0f2a d04060 a85a10 ffc060"),
)  # fmt: skip

_LIGHT = (-0.55, -0.62, 0.56)


def draw(rng: np.random.Generator, width: int, height: int) -> npt.NDArray[np.float32]:
    """Wall, table, cast shadows, a turned vase with a bouquet, fruit in front, painted over in oil."""
    mood = _MOODS[int(rng.integers(len(_MOODS)))]
    edge = height * rng.uniform(0.66, 0.72)
    side = float(rng.choice([-1, 1]))
    vase_x, foot = width * (0.5 - side * rng.uniform(0.03, 0.1)), edge + height * 0.125
    tall, half = height * rng.uniform(0.33, 0.39), height * rng.uniform(0.105, 0.13)
    picture = _room(rng, mood, height, width, edge)
    fruit = _places(rng, side, vase_x, foot, half, height)
    _cast(picture, vase_x, foot, half, tall, fruit)
    blossoms = bouquet.plan(rng, vase_x, foot - tall, height)
    bouquet.stems(picture, scenes.codes(mood.leaves), blossoms, vase_x, foot - tall * 0.96)
    _vase(rng, picture, mood, vase_x, foot, tall, half)
    bouquet.leaves(rng, picture, scenes.codes(mood.leaves), vase_x, foot - tall, height)
    pairs = scenes.codes(mood.flowers).reshape(-1, 2, 3)
    for by, bx, size, kind in sorted(blossoms, key=lambda b: -abs(b[1] - vase_x)):
        bouquet.flower(rng, picture, pairs[kind % len(pairs)], by, bx, size, kind)
    tones = scenes.codes(mood.fruit).reshape(-1, 2, 3)
    for fy, fx, radius, kind in sorted(fruit):
        _fruit(rng, picture, mood, tones[kind % 2], fy, fx, radius, kind)
    y, _ = fields.grid(height, width)
    guide = np.where(
        y < edge, 0.9 + 0.6 * fields.fbm(rng, height, width, beta=2.8), 0.1 * fields.fbm(rng, height, width, beta=2.5)
    )
    painted = oil.repaint(rng, picture, guide.astype(np.float32), widths=(8, 3.8, 2.1), keep=0.4)
    return finish.done(finish.grain(rng, finish.vignette(finish.stretch(painted), 0.22), 0.014))


def _room(rng: np.random.Generator, mood: _Mood, height: int, width: int, edge: float) -> Array:
    """A wall with light falling across it and a table top with a grain or folds, its front edge below."""
    y, x = fields.grid(height, width)
    pool = np.exp(-(((x - 0.36 * width) / (0.52 * width)) ** 2 + ((y - 0.36 * height) / (0.55 * height)) ** 2))
    wall = np.clip(0.08 + 0.72 * pool + 0.055 * fields.fbm(rng, height, width, beta=1.5, cycles=4), 0, 1)
    picture = palettes.gradient(scenes.codes(mood.wall), wall)
    down = np.clip((y - edge) / (height - edge), 0, 1)
    wood = fields.fbm(rng, height, width, beta=1.3, cycles=4, stretch=(0.6, 7))
    lit = np.clip(0.52 + 0.3 * np.exp(-(((x - 0.33 * width) / (0.4 * width)) ** 2)) - 0.22 * down + 0.06 * wood, 0, 1)
    brushes.over(
        picture, palettes.gradient(scenes.codes(mood.table), lit), fields.smoothstep(edge - 1.2, edge + 1.2, y)
    )
    front = height * 0.945
    brushes.over(
        picture,
        palettes.gradient(scenes.codes(mood.table), np.clip(0.2 + 0.05 * wood, 0, 1)),
        fields.smoothstep(front - 1, front + 1, y),
    )
    brushes.over(picture, scenes.codes(mood.table)[3], 0.5 * np.exp(-(((y - front) / 1.6) ** 2)))
    return picture


def _places(
    rng: np.random.Generator, side: float, vase_x: float, foot: float, half: float, height: int
) -> list[tuple[float, float, float, int]]:
    """Fruit (y, x, radius, kind): a group on the wider side of the vase, one alone on the other."""
    kind = int(rng.integers(2))
    size = height * 0.078
    start = vase_x + side * (half + size * 1.5)
    group = [
        (foot + 6, start, size * 1.12, kind),
        (foot + 2, start + side * size * 2.05, size * 0.98, 1 - kind),
        (foot + 30, start + side * size * 1.0, size * 1.0, kind),
        (foot + 34, start + side * size * 3.1, size * 0.84, 1 - kind),
    ]
    alone = (foot + 26, vase_x - side * (half + size * rng.uniform(1.0, 1.8)), size * 0.95, 1 - kind)
    return [(y - r * 0.9, x, r, k) for y, x, r, k in [*group, alone]]


def _cast(
    picture: Array, vase_x: float, foot: float, half: float, tall: float, fruit: list[tuple[float, float, float, int]]
) -> None:
    """Shadows fall to the right; each object also darkens the table where it stands."""
    height, width = picture.shape[:2]
    shade = 0.72 * scenes.shadow(foot + 3, vase_x + tall * 0.42, half * 0.30, tall * 0.55, height, width, 0.35)
    shade = np.maximum(shade, 0.75 * scenes.shadow(foot - 1, vase_x + 4, half * 0.22, half * 0.85, height, width, 0.3))
    for y, x, r, _ in fruit:
        shade = np.maximum(
            shade, 0.62 * scenes.shadow(y + r * 0.86, x + r * 0.75, r * 0.34, r * 1.25, height, width, 0.4)
        )
        shade = np.maximum(
            shade, 0.8 * scenes.shadow(y + r * 0.92, x + r * 0.1, r * 0.16, r * 0.75, height, width, 0.5)
        )
    picture *= 1 - shade[..., None] * np.array([0.86, 0.88, 0.80])


def _vase(
    rng: np.random.Generator, picture: Array, mood: _Mood, x0: float, foot: float, tall: float, half: float
) -> None:
    """A body of revolution: profile from lip to foot, lit as a cylinder, with glaze, band of ornament, window and
    bounce light.
    """
    height, width = picture.shape[:2]
    y, x = fields.grid(height, width)
    neck, belly, base = rng.uniform(0.42, 0.6), rng.uniform(0.42, 0.62), rng.uniform(0.5, 0.68)
    knots = np.array(
        [
            (0.0, neck + 0.14),
            (0.05, neck),
            (0.2, neck * 0.92),
            (belly, 1.0),
            (0.85, base * 1.05),
            (0.95, base * 0.85),
            (1.0, base),
        ]
    )
    curve = brushes.smooth_path(knots * [tall, half], 20, closed=False)
    t = np.clip(y - (foot - tall), 0, tall)
    radius = np.interp(t, curve[:, 0], curve[:, 1]).astype(np.float32)
    across = (x - x0) / radius
    tilt = np.interp(t, curve[:, 0], np.gradient(curve[:, 1], curve[:, 0] + np.arange(len(curve)) * 1e-6)).clip(-1, 1)
    # The base and the lip are circles seen from a little above.
    bow = np.sqrt(np.clip(1 - across**2, 0, 1))
    mask = (
        np.clip((1 - np.abs(across)) * radius + 0.5, 0, 1)
        * np.clip(foot + bow * half * 0.12 - y, 0, 1)
        * np.clip(y - (foot - tall) + 0.5, 0, 1)
    )
    diffuse, _ = scenes.lambert(-tilt * 0.55 * bow, across * 0.97, _LIGHT)
    glaze = fields.fbm(rng, height, width, beta=1.6, cycles=8)
    tone = 0.10 + 0.82 * np.clip(diffuse, 0, 1) + 0.035 * glaze
    colors = scenes.codes(mood.vase)
    body = palettes.gradient(np.stack([colors[0] * 0.5, *colors]), np.clip(tone, 0, 1))
    turn = np.arcsin(np.clip(across, -0.999, 0.999))
    level = t / tall
    band = fields.smoothstep(0.16, 0.13, np.abs(level - belly))
    petals = fields.smoothstep(-0.15, 0.25, np.cos(7 * turn + 1) * np.cos((level - belly) * 26) - 0.1)
    rings = np.exp(-(((np.abs(level - belly) - 0.16) / 0.009) ** 2)) + np.exp(-(((level - 0.13) / 0.01) ** 2))
    ornament = colors[2] if colors[1].mean() < 0.6 else palettes.rgb("2a4f8f")
    brushes.over(
        body, ornament * np.clip(0.25 + 0.9 * diffuse, 0.1, 1)[..., None], 0.8 * np.clip(band * petals + rings, 0, 1)
    )
    bounce = np.clip(across - 0.72, 0, 1) * 0.55
    body = body + bounce[..., None] * scenes.codes(mood.table)[2]
    window = np.exp(-(((across + 0.46) / 0.075) ** 2)) * fields.smoothstep(0.16, 0.06, np.abs(level - belly * 0.82))
    body = body + 0.75 * (window * fields.smoothstep(0.0, 0.3, np.abs(np.sin((level - 0.03) * 18))))[..., None]
    brushes.over(picture, body, mask)
    lip = np.hypot((x - x0) / (half * (neck + 0.14)), (y - (foot - tall)) / (half * 0.13))
    brushes.over(picture, colors[1] * 1.05, fields.smoothstep(1.02, 0.96, lip))
    brushes.over(picture, colors[0] * 0.35, fields.smoothstep(0.88, 0.8, lip))


def _fruit(
    rng: np.random.Generator, picture: Array, mood: _Mood, pair: Array, cy: float, cx: float, radius: float, kind: int
) -> None:
    """A ball of fruit: core shadow, reflected light from the table, highlight, blush, stalk in a dimple (apple) or
    pores (citrus).
    """
    view, cy, cx = scenes.window(picture, cy, cx, 1.3 * radius)
    height, width = view.shape[:2]
    mask, ny, nx = scenes.sphere(cy, cx, radius, height, width, 0.93)
    dimple = np.exp(-((ny + 0.72) ** 2 / 0.02 + nx**2 / 0.09)) if kind == 0 else np.zeros_like(ny)
    diffuse, shine = scenes.lambert(ny + 0.55 * dimple, nx, _LIGHT)
    pores = fields.fbm(rng, height, width, beta=0.4 if kind else 1.2, cycles=40 if kind else 10)
    streak = np.sin(np.arctan2(nx, ny + 0.75) * 23) * (0.035 if kind == 0 else 0.0)
    tone = np.clip(0.12 + 0.78 * np.clip(diffuse, 0, 1) ** 0.9 + 0.022 * pores + streak, 0, 1)
    color = palettes.gradient(np.stack([pair[0] * 0.4, pair[0], pair[0] * 0.35 + pair[1] * 0.65, pair[1]]), tone)
    other = scenes.codes(mood.fruit)[3 if kind == 0 else 1]
    blush = fields.smoothstep(0.1, 0.9, nx * 0.6 - ny * 0.5 + 0.25 * fields.fbm(rng, height, width, beta=2, cycles=8))
    color = color + (other * (0.3 + 0.7 * np.clip(diffuse, 0, 1))[..., None] - color) * (0.4 * blush)[..., None]
    bounce = np.clip(ny, 0, 1) ** 3 * np.clip(0.25 - diffuse, 0, 1) * 1.1
    color = color + bounce[..., None] * scenes.codes(mood.table)[2] + (0.75 * shine)[..., None]
    brushes.over(view, color, mask)
    if kind == 0:
        stalk = brushes.smooth_path(
            np.array(
                [(cx, cy - radius * 0.66), (cx + 2, cy - radius * 0.86), (cx + radius * 0.16, cy - radius * 1.12)]
            ),
            6,
            closed=False,
        )
        brushes.over(view, palettes.rgb("2a170c"), brushes.lines([stalk], 3.0, height, width))
