"""Gabled houses along a canal at dusk: lit windows, a church tower, lamps, a boat, and all of it again in the water."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from deepartist.sources.samples import brushes, fields, finish, houses, oil, palettes, scenes

Array = npt.NDArray[Any]


_MOODS = (
    houses.Evening("0d1838 24407a 6a7fae d8a08a f6cf8f", "3a2f3f 5a3a38 7a4a3a 46506a 8a6a4f 2f3a55", "1a1a2c 3a2430",
          "ffb53f fff0b8", "101c3c"),
    houses.Evening("1f1438 5a2f5f b5506a f0956a ffd58a", "2f2440 5a2f45 7f4045 3f3a5f a06050 2a2038", "160f24 341a30",
          "ffc44f fff6c8", "1c1230"),
    houses.Evening("182c5a 3f6aa0 8fb0cc f0d0b0 fde8c0", "a0563a c98a55 7a3a30 e0c090 5f6f85 b5704a", "3a2a34 6a3a30",
          "ffcf6a fff8d8", "1a3050"),
    houses.Evening("081424 14304a 2f5a6f 7f9f9a d4d0a8", "20303a 34484a 4f5a50 6a6048 26384a 182832", "0a141c 1c2a30",
          "f7a93a ffedb0", "081622"),
)  # fmt: skip


def draw(rng: np.random.Generator, width: int, height: int) -> npt.NDArray[np.float32]:
    """Evening sky with a moon, a hazy row of roofs, a tower, the row of houses on its quay, and the canal."""
    mood = _MOODS[int(rng.integers(len(_MOODS)))]
    quay = height * rng.uniform(0.64, 0.68)
    picture = scenes.vertical(
        scenes.codes(mood.sky), height, width, 0, quay, 0.03 * fields.fbm(rng, height, width, beta=2.5)
    )
    _heaven(rng, picture, mood, quay)
    town, glow = scenes.Layer(height, width), np.zeros((height, width), np.float32)
    town.paint(picture, np.ones_like(glow))
    _far_roofs(rng, town, mood, quay)
    _tower(town, glow, mood, quay, width * rng.choice([0.24, 0.36, 0.64, 0.76]), height * rng.uniform(0.52, 0.58))
    houses.row(rng, town, glow, mood, quay)
    lamps = _quay(rng, town, glow, mood, quay)
    light = palettes.rgb(mood.lamp.split()[0])
    halo = fields.blur(glow, 5, wrap=False) * 0.6 + fields.blur(glow, 22, wrap=False) * 0.9
    town.color = town.color + np.clip(halo, 0, 0.8)[..., None] * light
    town.onto(picture)
    _canal(rng, picture, town, mood, quay, lamps)
    painted = oil.repaint(
        rng, picture, 0.15 * fields.fbm(rng, height, width, beta=2.5), widths=(7, 3.4, 1.9), keep=0.38
    )
    return finish.done(finish.grain(rng, finish.vignette(finish.stretch(painted), 0.16), 0.016))


def _heaven(rng: np.random.Generator, picture: Array, mood: houses.Evening, quay: float) -> None:
    """Clouds lit from below, a moon, a few stars in the dark."""
    height, width = picture.shape[:2]
    y, x = fields.grid(height, width)
    sky = scenes.codes(mood.sky)
    density, lit = scenes.clouds(rng, height, width, quay, 0.4)
    tone = np.clip(0.35 - 0.8 * lit + 0.4 * y / quay, 0, 1)
    brushes.over(picture, palettes.gradient(np.stack([sky[1], sky[2], sky[4]]), tone), 0.75 * density)
    dark = np.clip(1 - 2.2 * y / quay, 0, 1) * (1 - density)
    stars = fields.fbm(rng, height, width, beta=0.0, cycles=1) > 3.3
    picture += (fields.blur(stars.astype(np.float32), 0.7) * 3.0 * dark)[..., None]
    my, mx, size = rng.uniform(0.10, 0.2) * height, rng.uniform(0.12, 0.88) * width, rng.uniform(15, 22)
    r = np.hypot(y - my, x - mx)
    moon = palettes.rgb("fdf6dc")
    picture += 0.32 * np.exp(-r / 48)[..., None] * moon
    shade = 1 - 0.06 * fields.fbm(rng, height, width, beta=1.6, cycles=12)
    brushes.over(picture, moon * np.clip(shade, 0.8, 1)[..., None], np.clip(size - r + 0.5, 0, 1))


def _far_roofs(rng: np.random.Generator, town: scenes.Layer, mood: houses.Evening, quay: float) -> None:
    height, width = town.alpha.shape
    sky = scenes.codes(mood.sky)
    for tier, mix in ((0.47, 0.62), (0.38, 0.4)):
        x, shapes = -20.0, []
        while x < width + 20:
            w, h = rng.uniform(28, 62), height * tier * rng.uniform(0.62, 0.95)
            top = quay - h
            shapes.append(
                np.array([(x, quay), (x, top + w * 0.4), (x + w / 2, top), (x + w, top + w * 0.4), (x + w, quay)])
            )
            x += w * rng.uniform(0.7, 1.0)
        wall = scenes.codes(mood.walls)[5]
        town.paint(wall + (sky[2] - wall) * mix, brushes.shape(shapes, height, width))


def _tower(town: scenes.Layer, glow: Array, mood: houses.Evening, quay: float, x0: float, tall: float) -> None:
    """A church tower with belfry, clock and spire, lighter on the side of the evening sky."""
    height, width = town.alpha.shape
    _, x = fields.grid(height, width)
    wall, sky = scenes.codes(mood.walls)[3], scenes.codes(mood.sky)
    half, top = tall * 0.088, quay - tall

    def at(text: str) -> Array:
        return brushes.points(text) * [half, tall] + [x0, top]

    body = at("-1 1, -1 0.42, 1 0.42, 1 1")
    belfry = at("-0.8 0.42, -0.8 0.26, 0.8 0.26, 0.8 0.42")
    spire = at("-0.95 0.27, -0.3 0.15, 0 0, 0.3 0.15, 0.95 0.27")
    side = np.clip(0.5 + (x - x0) / (2 * half), 0, 1)
    stone = palettes.gradient(np.stack([wall * 0.55, wall, wall + (sky[3] - wall) * 0.45]), side)
    town.paint(stone, brushes.shape([body, belfry], height, width))
    town.paint(
        palettes.gradient(np.stack([*scenes.codes(mood.roofs), sky[2]]), 0.8 * side),
        brushes.shape(spire, height, width),
    )
    ledges = [
        np.array([(x0 - half * 1.1, top + tall * f), (x0 + half * 1.1, top + tall * f)]) for f in (0.27, 0.42, 0.7)
    ]
    town.paint(wall * 0.5, brushes.lines(ledges, 2.5, height, width))
    lamp = scenes.codes(mood.lamp)
    arches = [houses.window(x0 + k * half * 0.4, top + tall * 0.31, half * 0.34, tall * 0.085) for k in (-1, 1)]
    mask = brushes.shape(arches, height, width)
    town.paint(lamp[0], mask)
    face = scenes.sphere(top + tall * 0.50, x0, half * 0.55, height, width)[0]
    town.paint(lamp[1], face)
    glow += 0.8 * mask + 0.6 * face
    hands = [
        np.array([(x0, top + tall * 0.50), (x0 + half * 0.3, top + tall * 0.485)]),
        np.array([(x0, top + tall * 0.5), (x0, top + tall * 0.465)]),
    ]
    town.paint(wall * 0.3, brushes.lines(hands, 1.4, height, width))


def _quay(rng: np.random.Generator, town: scenes.Layer, glow: Array, mood: houses.Evening, quay: float) -> list[float]:
    """The stone edge, lamps along it, people, and a moored barge."""
    height, width = town.alpha.shape
    y, _ = fields.grid(height, width)
    wall, lamp = scenes.codes(mood.walls)[5], scenes.codes(mood.lamp)
    town.paint(wall * 0.75, ((y > quay - 4) & (y < quay + 5)).astype(np.float32))
    town.paint(wall + 0.14, 0.6 * ((y > quay - 5) & (y < quay - 2)).astype(np.float32))
    posts = [float(p) for p in np.arange(rng.uniform(40, 110), width, rng.uniform(130, 175))]
    town.paint(
        wall * 0.35, brushes.lines([np.array([(p, quay - 3), (p, quay - 46)]) for p in posts], 2.4, height, width)
    )
    for p in posts:
        ball = scenes.sphere(quay - 49, p, 5.0, height, width)[0]
        town.paint(lamp[1], ball)
        glow += 2.6 * ball
    for _ in range(7):
        px, tall = rng.uniform(0, width), rng.uniform(15, 19)
        body = brushes.smooth_path(
            np.array(
                [
                    (px - 3, quay - 3),
                    (px - 4, quay - tall * 0.6),
                    (px, quay - tall * 0.82),
                    (px + 4, quay - tall * 0.6),
                    (px + 3, quay - 3),
                ]
            ),
            6,
        )
        town.paint(wall * 0.3, brushes.shape(body, height, width))
        town.paint(wall * 0.3, scenes.sphere(quay - tall * 0.92, px, 2.7, height, width)[0])
    return posts


def _canal(
    rng: np.random.Generator,
    picture: Array,
    town: scenes.Layer,
    mood: houses.Evening,
    quay: float,
    lamps: list[float],
) -> None:
    """Water: the town mirrored with a sway that grows towards the viewer, streaks under every lamp, and a barge."""
    height, width = picture.shape[:2]
    y, x = fields.grid(height, width)
    wave = scenes.waves(rng, height, width, quay, 0.75)
    near = np.clip((y - quay) / (height - quay), 0, 1)
    mirror = town.mirrored(quay + 4, 7 * wave * (0.15 + near))
    water = mirror.color * (0.82 - 0.12 * near)[..., None]
    deep = palettes.rgb(mood.water)
    water = water + (deep - water) * np.clip(0.18 + 0.3 * near - 0.22 * wave, 0, 0.8)[..., None]
    light = palettes.rgb(mood.lamp.split()[0])
    for p in lamps:
        streak = np.exp(-(((x - p + 6 * wave * near) / (3.5 + 9 * near)) ** 2)) * np.exp(-2.4 * near)
        water = water + (0.75 * streak * np.clip(0.6 + 0.6 * wave, 0, 1.2))[..., None] * light
    brushes.over(picture, water, np.clip(y - quay - 4, 0, 1))
    x0, y0, s = rng.uniform(0.2, 0.8) * width, quay + (height - quay) * 0.5, rng.uniform(85, 110)
    hull = brushes.smooth_path(
        np.array(
            [(-1, -0.2), (-0.5, -0.1), (0.4, -0.1), (1, -0.25), (0.8, 0.05), (0.4, 0.12), (-0.5, 0.12), (-0.85, 0.05)]
        )
        * s
        + [x0, y0],
        8,
    )
    brushes.over(
        picture, deep * 0.6, 0.65 * brushes.shape(hull * [1, -0.8] + [0, 1.8 * y0 + 18], height, width, soft=3)
    )
    brushes.over(picture, deep * 0.55, brushes.shape(hull, height, width))
    rim = brushes.smooth_path(
        np.array([(-1, -0.2), (-0.5, -0.1), (0.4, -0.1), (1, -0.25)]) * s + [x0, y0], 8, closed=False
    )
    brushes.over(picture, light, 0.7 * brushes.lines([rim], 2.0, height, width))
