"""A sailing boat on open water before a low sun: sails dark or bright against the sky, waves, a path of light."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from deepartist.sources.samples import brushes, fields, finish, oil, palettes, scenes

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class _Mood:
    """Colours of an hour at sea: sky from top to horizon, sea from far to near, sun, clouds (dark, light), boat."""

    sky: str
    sea: str
    sun: str
    cloud: str
    sail: str
    hull: str
    land: str


_MOODS = (
    _Mood("4a5a5f 77888a a9b0a5 d9d3b8", "a5ada0 66807f 36545c 16303a", "fbf3d6", "3f4d55 e3dcc6",
          "94763f d8b56a f4e3b2", "2a1a12 6a3a22", "55686e"),
    _Mood("1f5f9a 4f93c4 9cc8de e3efe6", "7fb8c4 3f8fa8 1f6688 0f3f63", "fffbe6", "8fa9bd ffffff",
          "b9a98c f0e6cf fffdf2", "5a1f1c a83a2c", "5f86a0"),
    _Mood("0b1230 1c2f5c 3f5f8a 8fa5b4", "6f8fa5 33577d 152f57 081530", "fdf6dc", "1b2848 9db2c4",
          "3a4a66 8fa0b0 e6e3d0", "0a0d18 24283a", "1f3358"),
    _Mood("3a2040 8a3a4f dd6a3f f8a94a ffe08a", "f29a50 a8483f 4f2744 1c1330", "fff0b0", "4a2245 ff9a5c",
          "2a1426 5a2336 c2573a", "14090f 301522", "5a2a4a"),
    _Mood("2b4a7d 6d7fa6 d99a7a f6c877 fdeab0", "e8b878 9a7a7c 3f5778 1b2c4f", "fff4cc", "6a4a63 ffd9a0",
          "8a3a2c e2915a fbe3b4", "2a1718 5a2d22", "5b5a7c"),
)  # fmt: skip


def draw(rng: np.random.Generator, width: int, height: int) -> npt.NDArray[np.float32]:
    """Sky with clouds, a far coast, the sea with a sun path, the boat and its mirror image, painted in oil."""
    mood = _MOODS[int(rng.integers(len(_MOODS)))]
    horizon = height * rng.uniform(0.56, 0.64)
    side = float(rng.choice([-1, 1]))
    sun_x, sun_y = width * (0.5 - side * rng.uniform(0.16, 0.3)), horizon * rng.uniform(0.45, 0.82)
    boat_x, size = width * (0.5 + side * rng.uniform(0.04, 0.13)), height * rng.uniform(0.60, 0.67)
    waterline = horizon + height * rng.uniform(0.13, 0.17)
    picture = _sky(rng, mood, height, width, horizon, sun_y, sun_x)
    _coast(rng, picture, mood, horizon)
    wave = scenes.waves(rng, height, width, horizon, 1.1)
    _sea(picture, mood, wave, horizon, sun_x)
    boat = _boat(rng, mood, height, width, boat_x, waterline, size, side)
    y, _ = fields.grid(height, width)
    mirror = boat.mirrored(waterline - 3, 9 * wave * np.clip((y - waterline) / 60, 0.1, 1.2))
    mirror.color = mirror.color * 0.72 + 0.28 * picture
    mirror.alpha *= np.clip(1.05 - (y - waterline) / (0.62 * size), 0, 1) * np.clip(0.75 - 0.35 * wave, 0.15, 1)
    mirror.onto(picture)
    foam = (
        np.exp(-(((y - waterline - 1.5) / 2.2) ** 2))
        * fields.blur(boat.alpha, 5, wrap=False)
        * np.clip(0.5 + wave, 0, 1)
    )
    brushes.over(picture, scenes.codes(mood.sky)[-1], 0.8 * np.clip(foam * 2, 0, 1))
    boat.onto(picture)
    _gulls(rng, picture, mood, horizon)
    painted = oil.repaint(rng, picture, _guide(rng, y, horizon, sun_y, sun_x), keep=0.3)
    return finish.done(finish.grain(rng, finish.vignette(finish.stretch(painted), 0.14), 0.014))


def _guide(rng: np.random.Generator, y: Array, horizon: float, sun_y: float, sun_x: float) -> Array:
    """Brush directions: level on the water, streaming and curling round the sun in the sky."""
    height, width = y.shape
    _, x = fields.grid(height, width)
    around = np.arctan2(y - sun_y, x - sun_x) + np.pi / 2
    near = np.exp(-((np.hypot(y - sun_y, x - sun_x) / 130) ** 2))
    sky = 0.5 * np.angle(np.exp(2j * (0.35 * fields.fbm(rng, height, width, beta=3))) + 2 * near * np.exp(2j * around))
    return np.where(y < horizon, sky, 0.05 * fields.fbm(rng, height, width, beta=2)).astype(np.float32)


def _sky(
    rng: np.random.Generator, mood: _Mood, height: int, width: int, horizon: float, sun_y: float, sun_x: float
) -> Array:
    picture = scenes.vertical(
        scenes.codes(mood.sky), height, width, 0, horizon, 0.03 * fields.fbm(rng, height, width, beta=2.5)
    )
    y, x = fields.grid(height, width)
    r = np.hypot((y - sun_y) * 1.06, x - sun_x)
    sun, (dark, light) = palettes.rgb(mood.sun), scenes.codes(mood.cloud)
    brushes.over(picture, sun, 0.75 * np.exp(-r / (0.16 * width)))
    density, lit = scenes.clouds(rng, height, width, horizon, 0.45)
    near = np.exp(-((r / (0.42 * width)) ** 2))
    tone = np.clip(0.42 + 0.9 * lit + 0.42 * near - 0.35 * density, 0, 1)
    brushes.over(picture, palettes.gradient(np.stack([dark, light]), tone), 0.88 * density)
    brushes.over(picture, sun, np.clip((0.048 * width - r) / 1.5, 0, 1) * (1 - 0.55 * density))
    return picture + 0.10 * np.exp(-((r / (0.11 * width)) ** 2))[..., None] * sun


def _coast(rng: np.random.Generator, picture: Array, mood: _Mood, horizon: float) -> None:
    height, width = picture.shape[:2]
    y, x = fields.grid(height, width)
    centre = rng.choice([0.1, 0.9]) * width
    for scale, tint in ((1.0, 0.55), (0.55, 0.85)):
        line = fields.fbm(rng, 8, width, beta=1.6, cycles=3)[0]
        rise = np.clip((26 + 13 * line) * scale * np.exp(-(((x[0] - centre) / (0.42 * width)) ** 2)) - 3, 0, None)
        mask = np.clip(y - (horizon - rise)[None] + 0.5, 0, 1) * (y < horizon + 1)
        brushes.over(picture, palettes.rgb(mood.land) * (1.12 - 0.25 * tint), mask * tint)


def _sea(picture: Array, mood: _Mood, wave: Array, horizon: float, sun_x: float) -> None:
    """Water: darker towards the viewer, backs of waves reflecting the sky, glitter under the sun."""
    height, width = picture.shape[:2]
    y, x = fields.grid(height, width)
    below = np.clip((y - horizon) / (height - horizon), 0, 1)
    water = palettes.gradient(scenes.codes(mood.sea), np.clip(below**0.7 - 0.13 * wave * (0.25 + below), 0, 1))
    sky = scenes.codes(mood.sky)
    sheen = fields.smoothstep(0.5, 1.6, wave) * 0.5
    water = water + (sky[-2] - water) * sheen[..., None]
    spread = width * (0.022 + 0.10 * below)
    path = np.exp(-(((x - sun_x + 10 * wave) / spread) ** 2))
    glitter = fields.smoothstep(-0.1, 0.75, wave + 1.1 * path - 0.55) * path
    water = water + (palettes.rgb(mood.sun) - water) * (0.95 * glitter)[..., None]
    mask = np.clip(y - horizon + 0.5, 0, 1)
    brushes.over(picture, water, mask)


def _boat(
    rng: np.random.Generator, mood: _Mood, height: int, width: int, x0: float, y0: float, size: float, side: float
) -> scenes.Layer:
    """Hull, mast, mainsail, jib and crew; ``size`` is the height of the mast (px), ``side`` where the bow points."""
    layer = scenes.Layer(height, width)
    y, x = fields.grid(height, width)
    heel = rng.uniform(0.03, 0.09) * side

    def at(text: str) -> Array:
        p = brushes.points(text) * size
        return np.stack([x0 + side * p[:, 0] - heel * p[:, 1], y0 + p[:, 1] + 0.3 * heel * side * p[:, 0]], -1)

    dark, light = scenes.codes(mood.hull)
    sails = scenes.codes(mood.sail)
    u, v = side * (x - x0) / size, (y - y0) / size
    texture = 0.03 * fields.fbm(rng, height, width, beta=1.2, cycles=20)
    mast = brushes.lines([at("0.02 0, 0 -1")], 3.6, height, width)
    leech = at("-0.015 -0.97, -0.2 -0.62, -0.36 -0.16, -0.2 -0.115, -0.01 -0.12, -0.012 -0.5")
    seams = (0.5 + 0.5 * np.cos((v + 0.32 * u) * 2 * np.pi / 0.085)) ** 10
    billow = 0.92 + 2.3 * u + 0.1 * v + 0.22 * np.sin(9 * v + 5 * u) * (0.2 - u) + texture - 0.13 * seams
    layer.paint(palettes.gradient(sails, billow), brushes.shape(brushes.smooth_path(leech, 14), height, width))
    jib = at("0.025 -0.86, 0.16 -0.5, 0.34 -0.13, 0.2 -0.135, 0.045 -0.16, 0.07 -0.5")
    billow = 0.16 + 2.3 * u - 0.45 * v + texture - 0.10 * seams
    layer.paint(palettes.gradient(sails, billow), brushes.shape(brushes.smooth_path(jib, 14), height, width))
    layer.paint(dark, mast)
    stays = [at("0.01 -0.985, 0.4 -0.09"), at("0 -0.985, -0.36 -0.07")]
    layer.paint(dark, brushes.lines(stays, 1.1, height, width))
    layer.paint(dark, brushes.lines([at("0.02 -0.115, -0.37 -0.14")], 2.6, height, width))
    for place in ("-0.22", "-0.12"):
        seat = at(f"{place} -0.045")[0]
        body = brushes.points("-0.02 0, -0.016 -0.045, 0 -0.055, 0.02 -0.04, 0.02 0") * size + seat
        layer.paint(dark * 0.8, brushes.shape(brushes.smooth_path(body, 8), height, width))
        layer.paint(sails[1], scenes.sphere(seat[1] - 0.07 * size, seat[0], 0.014 * size, height, width)[0])
    hull = at(
        "-0.37 -0.07, -0.1 -0.052, 0.18 -0.06, 0.43 -0.105, 0.36 -0.03, 0.24 0.025, -0.1 0.035, -0.3 0.02, -0.355 -0.02"
    )
    shade = np.clip(0.75 - 9 * (v + 0.06) + 0.8 * u + texture, 0, 1)
    planks = palettes.gradient(np.stack([dark * 0.6, dark, light]), shade)
    layer.paint(planks, brushes.shape(brushes.smooth_path(hull, 10), height, width))
    rail = brushes.smooth_path(hull[:4], 10, closed=False)
    layer.paint(sails[2], brushes.lines([rail], 2.4, height, width))
    pennant = at("0 -1, -0.05 -0.995, -0.12 -0.975, -0.05 -0.975")
    layer.paint(light, brushes.shape(brushes.smooth_path(pennant, 8), height, width))
    layer.alpha *= np.clip(y0 + 4 - y + 1.5 * np.sin(x / 9), 0, 1)
    return layer


def _gulls(rng: np.random.Generator, picture: Array, mood: _Mood, horizon: float) -> None:
    height, width = picture.shape[:2]
    birds = []
    gx, gy = rng.uniform(0.15, 0.85) * width, rng.uniform(0.12, 0.3) * horizon
    for _ in range(int(rng.integers(3, 7))):
        cx, cy, s = gx + rng.normal(0, 60), gy + rng.normal(0, 22), rng.uniform(5, 10)
        wing = np.array([(-1, -0.35), (-0.5, -0.55), (0, 0), (0.5, -0.6), (1, -0.3)]) * s + [cx, cy]
        birds.append(brushes.smooth_path(wing, 6, closed=False))
    brushes.over(picture, palettes.rgb(mood.land) * 0.55, 0.9 * brushes.lines(birds, 1.5, height, width))
