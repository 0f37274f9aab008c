"""A stylised portrait: a head modelled as a height field and lit from the upper left, eyes, mouth, flowing hair,
patterned dress.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from deepartist.sources.samples import brushes, fields, finish, oil, palettes, portrait, scenes

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class _Mood:
    """Skin dark to light, hair dark to light, eyes, lips, dress dark to light, ornament, background dark to light."""

    skin: str
    hair: str
    iris: str
    lips: str
    dress: str
    ornament: str
    back: str


_MOODS = (
    _Mood("3f1c18 8a4a34 cf8f68 efc49c fde6c8", "140a08 4a2414 9a5a2c e0a860", "3f6f7f", "7a1f24 c8504a",
          "0f2430 1f5560 5f9a98", "e8b84a", "5a3a0f a9781f d9ae45 f3e0a0"),
    _Mood("3a2030 8f5a58 d8a084 f4cfb0 fff0dc", "2a0c08 7a2412 c8562a f6a860", "4a7a4a", "8a2430 d8605a",
          "1a2a5a 34589a 90b4dc", "f6e4b0", "0f2c34 2a6068 6fa39a b8d0b8"),
    _Mood("1a0d0c 4a2519 8a5030 bf8455 e6b98a", "080608 1c1418 3f2c34 7a5a58", "3a2414", "5a1a20 a8483f",
          "7a3a10 d08a24 f6cc60", "b02f24", "122a4a 2f6090 7fb0c8 c0dce0"),
    _Mood("2a2440 6f5468 c08f84 eac4a8 fdeed8", "0c0a14 24203a 4f4a74 9a98b8", "5a5a8a", "7a2040 c85a70",
          "2a0f1c 7a2438 c85a58", "f0c878", "1c1830 4a3f6a 9080a0 d8c0c0"),
    _Mood("40201a 94583c d49a70 f2ccA0 ffebcc".lower(), "3f2408 8a5a18 d8a03c fbe294", "2f5f9a", "90282a d86458",
          "12301c 2f6a3a 88b060", "f4f0d0", "2a1020 7a2f3a c8705a f0b890"),
)  # fmt: skip


def draw(rng: np.random.Generator, width: int, height: int) -> npt.NDArray[np.float32]:
    """Background, hair behind, neck and dress, the modelled head, features, hair in front, painted over in oil."""
    mood = _MOODS[int(rng.integers(len(_MOODS)))]
    yaw = float(rng.choice([-1, 1]) * rng.uniform(0.15, 0.6))
    head = portrait.Head(width * (0.5 - 0.04 * yaw), height * 0.45, height * 0.215, height * 0.29, yaw)
    style = int(rng.integers(3))
    picture = _background(rng, mood, head, height, width)
    portrait.hair_behind(rng, picture, scenes.codes(mood.hair), head, style)
    _bust(rng, picture, mood, head)
    _skin(rng, picture, mood, head)
    for side in (-1, 1):
        _eye(picture, mood, head, side)
    _mouth(picture, mood, head)
    portrait.hair_front(rng, picture, scenes.codes(mood.hair), head, style)
    y, x = fields.grid(height, width)
    guide = (np.arctan2((y - head.cy) * 0.6, x - head.cx) + np.pi / 2).astype(np.float32)
    painted = oil.repaint(rng, picture, guide, widths=(7, 3.4, 1.8), keep=0.45)
    return finish.done(finish.grain(rng, finish.vignette(finish.stretch(painted), 0.16), 0.014))


def _background(rng: np.random.Generator, mood: _Mood, head: portrait.Head, height: int, width: int) -> Array:
    """A wall that glows behind the dark side of the face, strewn with rings of ornament."""
    y, x = fields.grid(height, width)
    r = np.hypot(x - head.cx, y - head.cy)
    tone = (
        0.78
        - 0.85 * r / width
        + 0.10 * (x - head.cx) / width
        + 0.06 * fields.fbm(rng, height, width, beta=1.6, cycles=4)
    )
    back = scenes.codes(mood.back)
    picture = palettes.gradient(back, np.clip(tone, 0, 1))
    inks = (back[0], back[3], scenes.codes(mood.ornament)[0])
    turn = rng.uniform(0, 2 * np.pi)
    # Seeds of a sunflower around the head (golden angle), growing outwards like a halo.
    for k in range(5, 150):
        radius = head.b * 0.235 * np.sqrt(k + 18)
        cy, cx = head.cy + radius * np.sin(turn + 2.39996 * k), head.cx + radius * np.cos(turn + 2.39996 * k)
        size = 5.0 + 0.055 * radius
        if not (-size < cy < height + size and -size < cx < width + size):
            continue
        view, oy, ox = scenes.window(picture, max(cy, 0), max(cx, 0), size + 2)
        gy, gx = fields.grid(*view.shape[:2])
        d = np.hypot(gy - oy - min(cy, 0), gx - ox - min(cx, 0))
        rings = np.clip(0.45 + 0.9 * np.cos(d * 2 * np.pi / (size / 1.6)), 0, 1) * np.clip(size - d + 0.5, 0, 1)
        brushes.over(view, inks[k % 3], 0.55 * rings)
    return picture


def _oval() -> list[tuple[float, float]]:
    """Outline of the face in (u, v): forehead, temples, cheekbones, jaw, chin."""
    half = [
        (0.0, -1.02),
        (0.42, -0.96),
        (0.78, -0.66),
        (0.90, -0.2),
        (0.86, 0.2),
        (0.72, 0.56),
        (0.42, 0.88),
        (0.16, 1.0),
    ]
    return half + [(-u, v) for u, v in half[:0:-1]]


def _skin(rng: np.random.Generator, picture: Array, mood: _Mood, head: portrait.Head) -> None:
    """The head as a height field: an egg with brow, sockets, nose, lips and chin pushed in or out, lit by one lamp."""
    height, width = picture.shape[:2]
    y, x = fields.grid(height, width)
    v = (y - head.cy) / head.b
    u0 = (x - head.cx) / head.a
    egg = np.sqrt(np.clip(1 - 0.8 * np.clip(u0 * u0 + 0.5 * v * v, 0, 1.2), 0, 1))
    u = (u0 - 0.34 * head.yaw * egg) / (1 - 0.10 * abs(head.yaw))
    narrow = 1 - 0.24 * fields.smoothstep(0.15, 1.0, v)
    r2 = (u0 / (0.94 * narrow)) ** 2 + (v / 1.03) ** 2
    relief = 0.80 * np.sqrt(np.clip(1 - r2**1.25, 0, 1)) + portrait.features(u, v)
    relief = fields.blur(relief.astype(np.float32), 1.6, wrap=False)
    dy, dx = fields.slopes(relief * head.a)
    light = np.array([-0.50, -0.62, 0.62]) / np.linalg.norm([-0.50, -0.62, 0.62])
    norm = np.sqrt(1 + dy * dy + dx * dx)
    diffuse = (light[2] - light[0] * dy - light[1] * dx) / norm
    rim = np.clip((0.72 * dx + 0.1 * dy) * -1 / norm - 0.45, 0, 1)
    shine = np.clip((0.9 - 0.28 * -1 * -dy * -1 + 0.33 * -dx * -1) / norm, 0, 1)
    occlusion = 0.10 * np.exp(-(((v - 1.0) / 0.12) ** 2))
    tone = (
        0.10
        + 0.80 * np.clip(diffuse, 0, 1) ** 0.95
        - occlusion
        + 0.012 * fields.fbm(rng, height, width, beta=1.0, cycles=16)
    )
    color = palettes.gradient(scenes.codes(mood.skin), np.clip(tone, 0, 1))
    blush = sum(np.exp(-(((u - s * 0.5) / 0.24) ** 2 + ((v - 0.22) / 0.16) ** 2)) for s in (-1, 1)) + 0.7 * np.exp(
        -((u / 0.14) ** 2 + ((v - 0.27) / 0.08) ** 2)
    )
    lips = scenes.codes(mood.lips)
    color = color + (lips[1] - color) * (0.20 * blush)[..., None]
    color = color + (0.35 * np.clip(rim, 0, 1))[..., None] * scenes.codes(mood.back)[2] + 0.10 * (shine**30)[..., None]
    mask = brushes.shape(
        brushes.smooth_path(np.array([(head.cx + head.a * a, head.cy + head.b * b) for a, b in _oval()]), 12),
        height,
        width,
    )
    brushes.over(picture, color, mask)
    nostrils = [
        head.path([(s * 0.085 - 0.035, 0.305), (s * 0.085, 0.285), (s * 0.085 + 0.04, 0.30), (s * 0.085, 0.32)], 5)
        for s in (-1, 1)
    ]
    brushes.over(picture, scenes.codes(mood.skin)[0] * 0.8, 0.75 * brushes.shape(nostrils, height, width, soft=0.8))


def _eye(picture: Array, mood: _Mood, head: portrait.Head, side: int) -> None:
    """White, iris, pupil, catch light, lids, lashes and brow of one eye."""
    height, width = picture.shape[:2]
    y, x = fields.grid(height, width)
    skin, hair = scenes.codes(mood.skin), scenes.codes(mood.hair)
    c, v = side * 0.38, -0.075
    inner, outer = c - side * 0.205, c + side * 0.215
    upper = [(inner, v + 0.026), (c - side * 0.09, v - 0.056), (c + side * 0.06, v - 0.068), (outer, v - 0.006)]
    lower = [(c + side * 0.09, v + 0.046), (c - side * 0.06, v + 0.052)]
    opening = brushes.shape(head.path(upper + lower, 8), height, width)
    ex, ey = head.at(c + 0.025 * head.yaw, v - 0.006)
    white = palettes.gradient(
        np.stack([skin[1], skin[3] * 0.9 + 0.1, skin[4] * 0.6 + 0.4]),
        np.clip(0.75 - (y - ey + 3) / -22 * 1.0 - 0.35 * np.abs(x - ex) / (0.2 * head.a), 0, 1),
    )
    brushes.over(picture, white, opening)
    size = 0.125 * head.a
    r = np.hypot(x - ex, y - ey) / size
    iris = palettes.rgb(mood.iris)
    spokes = 0.08 * np.sin(np.arctan2(y - ey, x - ex) * 21)
    glow = np.clip(0.35 + 0.5 * (y - ey) / size + 0.3 * r + spokes, 0, 1)
    brushes.over(
        picture,
        palettes.gradient(np.stack([iris * 0.3, iris * 0.85, iris * 0.65 + 0.35]), glow),
        opening * np.clip((1 - r) * size + 0.5, 0, 1),
    )
    brushes.over(picture, iris * 0.15, opening * np.exp(-(((r - 0.98) / 0.13) ** 2)) * 0.85)
    brushes.over(picture, np.zeros(3), opening * np.clip((0.45 - r) * size + 0.5, 0, 1))
    brushes.over(picture, np.ones(3), np.clip(2.6 - np.hypot(x - ex + 0.32 * size, y - ey + 0.36 * size), 0, 1))
    lid = head.path(upper, 10, closed=False)
    brushes.over(picture, hair[0] * 0.6, fields.blur(brushes.lines([lid], 3.6, height, width), 0.5, wrap=False))
    brushes.over(
        picture,
        hair[0],
        0.35 * fields.blur(brushes.lines([lid + np.array([0, 2.5])], 4.0, height, width), 1.3, wrap=False) * opening,
    )
    wing = np.array([lid[-1], lid[-1] + np.array([side * 6, -4.5])])
    brushes.over(picture, hair[0] * 0.6, 0.9 * brushes.lines([wing], 2.4, height, width))
    crease = head.path([(u, w - 0.05) for u, w in upper], 10, closed=False)
    brushes.over(picture, skin[0], 0.55 * brushes.lines([crease], 1.6, height, width))
    under = head.path([upper[-1], *lower, upper[0]], 8, closed=False)
    brushes.over(picture, skin[1], 0.7 * brushes.lines([under], 1.5, height, width))
    brow = [
        (c - side * 0.24, v - 0.165),
        (c - side * 0.02, v - 0.225),
        (c + side * 0.16, v - 0.215),
        (c + side * 0.31, v - 0.14),
    ]
    low = [(c + side * 0.15, v - 0.186), (c - side * 0.03, v - 0.188), (c - side * 0.24, v - 0.128)]
    brushes.over(
        picture, hair[0] * 0.7 + hair[1] * 0.3, 0.88 * brushes.shape(head.path(brow + low, 8), height, width, soft=0.9)
    )


def _mouth(picture: Array, mood: _Mood, head: portrait.Head) -> None:
    """Upper lip in shade, lower lip in light, the line between them."""
    height, width = picture.shape[:2]
    lips = scenes.codes(mood.lips)
    line = [(-0.265, 0.518), (-0.12, 0.508), (0.0, 0.522), (0.12, 0.508), (0.265, 0.518)]
    upper = [*line, (0.14, 0.468), (0.05, 0.445), (0.0, 0.458), (-0.05, 0.445), (-0.14, 0.468)]
    lower = [*line, (0.16, 0.582), (0.0, 0.615), (-0.16, 0.582)]
    brushes.over(
        picture, lips[0] * 0.65 + lips[1] * 0.35, 0.78 * brushes.shape(head.path(upper, 6), height, width, soft=0.7)
    )
    brushes.over(picture, lips[1], 0.72 * brushes.shape(head.path(lower, 6), height, width, soft=0.7))
    shine = head.path([(-0.12, 0.556), (-0.03, 0.552), (0.05, 0.558), (-0.03, 0.572)], 6)
    brushes.over(picture, np.ones(3), 0.42 * brushes.shape(shine, height, width, soft=1.4))
    brushes.over(picture, lips[0] * 0.35, 0.9 * brushes.lines([head.path(line, 8, closed=False)], 2.0, height, width))


def _bust(rng: np.random.Generator, picture: Array, mood: _Mood, head: portrait.Head) -> None:
    """Neck, shoulders and a dress with bands of ornament."""
    height, width = picture.shape[:2]
    y, x = fields.grid(height, width)
    a, b, cx, cy = head.a, head.b, head.cx, head.cy
    nx = cx + 0.05 * head.yaw * a
    neck = brushes.points("-0.5 0.5, -0.46 1.1, -0.72 1.42, -1.2 1.7, 0 2.3, 1.2 1.7, 0.72 1.42, 0.46 1.1, 0.5 0.5") * [
        a,
        b,
    ] + [nx, cy]
    across = (x - nx) / (0.5 * a)
    under = np.exp(-(((y - cy - 1.0 * b) / (0.30 * b)) ** 2))
    cords = 0.10 * np.exp(-(((across + 0.5 - 0.35 * (y - cy - b) / b) / 0.16) ** 2)) - 0.08 * np.exp(
        -(((across - 0.1) / 0.2) ** 2)
    )
    tone = np.clip(0.66 - 0.22 * np.tanh(across) - 0.42 * under + cords, 0, 1)
    brushes.over(
        picture,
        palettes.gradient(scenes.codes(mood.skin), tone),
        brushes.shape(brushes.smooth_path(neck, 10), height, width),
    )
    dress = brushes.points(
        "-3.4 2.6, -2.5 1.75, -1.6 1.5, -0.98 1.36, -0.6 1.66, 0 1.84, 0.6 1.66, 0.98 1.36, 1.6 1.5, 2.5 1.75, 3.4 2.6"
    ) * [a, b] + [cx, cy]
    mask = brushes.shape(brushes.smooth_path(dress, 10), height, width)
    folds = fields.fbm(rng, height, width, beta=2.2, cycles=4, stretch=(2.5, 1))
    lit = np.clip(0.56 + 0.24 * fields.relief(folds, 14) * 2 - 0.24 * (x - cx) / (2 * a) + 0.1 * folds, 0, 1)
    cloth = palettes.gradient(scenes.codes(mood.dress), lit)
    ink = scenes.codes(mood.ornament)[0]
    d = np.hypot((x - cx) / 1.25, y - (cy + 1.0 * b))
    scales = np.cos(d * 2 * np.pi / 26) + np.cos(np.arctan2(y - cy - b, x - cx) * 34)
    brushes.over(cloth, ink, 0.75 * fields.smoothstep(0.95, 1.3, scales))
    brushes.over(cloth, ink * 0.55, 0.6 * fields.smoothstep(-1.2, -1.5, scales))
    brushes.over(picture, np.zeros(3), 0.35 * fields.blur(np.roll(mask, -3, 0), 5, wrap=False))
    brushes.over(picture, cloth * np.clip(0.6 + 0.6 * lit, 0.4, 1.15)[..., None], mask)
    collar = brushes.smooth_path(dress[3:8], 10, closed=False)
    brushes.over(picture, ink, brushes.lines([collar], 5.0, height, width))
    brushes.over(picture, ink * 0.4, brushes.lines([collar + np.array([0, 4])], 1.8, height, width))
