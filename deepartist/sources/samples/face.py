"""A stylised portrait: a head modelled as a height field and lit from the upper left, eyes, mouth, flowing hair, patterned dress."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from deepartist.sources.samples import brushes, fields, finish, palettes, scenes

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
    _Mood("3f1c18 8a4a34 cf8f68 efc49c fde6c8", "140a08 4a2414 9a5a2c e0a860", "3f6f7f", "7a1f24 c8504a", "0f2430 1f5560 5f9a98", "e8b84a", "5a3a0f a9781f d9ae45 f3e0a0"),
    _Mood("3a2030 8f5a58 d8a084 f4cfb0 fff0dc", "2a0c08 7a2412 c8562a f6a860", "4a7a4a", "8a2430 d8605a", "1a2a5a 34589a 90b4dc", "f6e4b0", "0f2c34 2a6068 6fa39a b8d0b8"),
    _Mood("1a0d0c 4a2519 8a5030 bf8455 e6b98a", "080608 1c1418 3f2c34 7a5a58", "3a2414", "5a1a20 a8483f", "7a3a10 d08a24 f6cc60", "b02f24", "122a4a 2f6090 7fb0c8 c0dce0"),
    _Mood("2a2440 6f5468 c08f84 eac4a8 fdeed8", "0c0a14 24203a 4f4a74 9a98b8", "5a5a8a", "7a2040 c85a70", "2a0f1c 7a2438 c85a58", "f0c878", "1c1830 4a3f6a 9080a0 d8c0c0"),
    _Mood("40201a 94583c d49a70 f2ccA0 ffebcc".lower(), "3f2408 8a5a18 d8a03c fbe294", "2f5f9a", "90282a d86458", "12301c 2f6a3a 88b060", "f4f0d0", "2a1020 7a2f3a c8705a f0b890"),
)  # fmt: skip


@dataclass(frozen=True)
class _Head:
    """Where the head is (px) and how it is turned: ``yaw`` > 0 looks to the right of the picture."""

    cx: float
    cy: float
    a: float
    b: float
    yaw: float

    def at(self, u: float, v: float) -> tuple[float, float]:
        """Pixel (x, y) of a place on the face: u across (-1..1), v down (-1..1); turning moves the middle more than the rim."""
        bulge = np.sqrt(max(0.0, 1 - min(1.0, 0.8 * (u * u + 0.5 * v * v))))
        return self.cx + self.a * (u * (1 - 0.10 * abs(self.yaw)) + 0.34 * self.yaw * bulge), self.cy + self.b * v

    def path(self, points: list[tuple[float, float]], count: int = 10, *, closed: bool = True) -> Array:
        return brushes.smooth_path(np.array([self.at(u, v) for u, v in points]), count, closed=closed)


def draw(rng: np.random.Generator, width: int, height: int) -> npt.NDArray[np.float32]:
    """Background, hair behind, neck and dress, the modelled head, features, hair in front, painted over in oil."""
    mood = _MOODS[int(rng.integers(len(_MOODS)))]
    yaw = float(rng.choice([-1, 1]) * rng.uniform(0.15, 0.6))
    head = _Head(width * (0.5 - 0.04 * yaw), height * 0.43, height * 0.205, height * 0.285, yaw)
    style = int(rng.integers(3))
    picture = _background(rng, mood, head, height, width)
    _hair_behind(rng, picture, mood, head, style)
    _bust(rng, picture, mood, head)
    _skin(rng, picture, mood, head)
    for side in (-1, 1):
        _eye(rng, picture, mood, head, side)
    _mouth(picture, mood, head)
    _hair_front(rng, picture, mood, head, style)
    y, x = fields.grid(height, width)
    guide = (np.arctan2((y - head.cy) * 0.6, x - head.cx) + np.pi / 2).astype(np.float32)
    painted = brushes.repaint(rng, picture, guide, widths=(7, 3.4, 1.8), keep=0.45)
    return finish.done(finish.grain(rng, finish.vignette(finish.stretch(painted), 0.16), 0.014))


def _background(rng: np.random.Generator, mood: _Mood, head: _Head, height: int, width: int) -> Array:
    """A wall that glows behind the dark side of the face, strewn with rings of ornament."""
    y, x = fields.grid(height, width)
    r = np.hypot(x - head.cx, y - head.cy)
    tone = 0.78 - 0.85 * r / width + 0.10 * (x - head.cx) / width + 0.06 * fields.fbm(rng, height, width, beta=1.6, cycles=4)
    back = scenes.codes(mood.back)
    picture = palettes.gradient(back, np.clip(tone, 0, 1))
    for _ in range(64):
        cy, cx, size = rng.uniform(0, height), rng.uniform(0, width), rng.uniform(12, 34)
        if np.hypot(cx - head.cx, cy - head.cy) < head.b * 1.35:
            continue
        d = np.hypot(x - cx, y - cy)
        rings = np.clip(0.5 + 0.9 * np.cos(d * 2 * np.pi / (size / 2.2)), 0, 1) * np.clip(size - d + 0.5, 0, 1)
        ink = (back[0], back[3], scenes.codes(mood.ornament)[0])[int(rng.integers(3))]
        brushes.over(picture, ink, 0.5 * rings)
    return picture


def _oval(head: _Head, grow: float = 1.0) -> list[tuple[float, float]]:
    """Outline of the face in (u, v): forehead, temples, cheekbones, jaw, chin."""
    half = [(0.0, -1.02), (0.42, -0.96), (0.78, -0.66), (0.90, -0.2), (0.86, 0.2), (0.72, 0.56), (0.42, 0.88), (0.16, 1.0)]
    return [(u * grow, v * grow) for u, v in half + [(-u, v) for u, v in half[:0:-1]]]


def _skin(rng: np.random.Generator, picture: Array, mood: _Mood, head: _Head) -> None:
    """The head as a height field: an egg with brow, sockets, nose, lips and chin pushed in or out, lit by one lamp."""
    height, width = picture.shape[:2]
    y, x = fields.grid(height, width)
    v = (y - head.cy) / head.b
    u0 = (x - head.cx) / head.a
    egg = np.sqrt(np.clip(1 - 0.8 * np.clip(u0 * u0 + 0.5 * v * v, 0, 1.2), 0, 1))
    u = (u0 - 0.34 * head.yaw * egg) / (1 - 0.10 * abs(head.yaw))
    narrow = 1 - 0.24 * fields.smoothstep(0.15, 1.0, v)
    r2 = (u0 / (0.94 * narrow)) ** 2 + (v / 1.03) ** 2
    relief = 0.80 * np.sqrt(np.clip(1 - r2 ** 1.25, 0, 1)) + _features(u, v)
    relief = fields.blur(relief.astype(np.float32), 1.6, wrap=False)
    dy, dx = fields.slopes(relief * head.a)
    light = np.array([-0.50, -0.62, 0.62]) / np.linalg.norm([-0.50, -0.62, 0.62])
    norm = np.sqrt(1 + dy * dy + dx * dx)
    diffuse = (light[2] - light[0] * dy - light[1] * dx) / norm
    rim = np.clip((0.72 * dx + 0.1 * dy) * -1 / norm - 0.45, 0, 1)
    shine = np.clip((0.9 - 0.28 * -1 * -dy * -1 + 0.33 * -dx * -1) / norm, 0, 1)
    occlusion = 0.10 * np.exp(-(((v - 1.0) / 0.12) ** 2))
    tone = 0.10 + 0.80 * np.clip(diffuse, 0, 1) ** 0.95 - occlusion + 0.012 * fields.fbm(rng, height, width, beta=1.0, cycles=16)
    color = palettes.gradient(scenes.codes(mood.skin), np.clip(tone, 0, 1))
    blush = sum(np.exp(-(((u - s * 0.5) / 0.24) ** 2 + ((v - 0.22) / 0.16) ** 2)) for s in (-1, 1)) + 0.7 * np.exp(-((u / 0.14) ** 2 + ((v - 0.27) / 0.08) ** 2))
    lips = scenes.codes(mood.lips)
    color = color + (lips[1] - color) * (0.20 * blush)[..., None]
    color = color + (0.35 * np.clip(rim, 0, 1))[..., None] * scenes.codes(mood.back)[2] + 0.10 * (shine**30)[..., None]
    mask = brushes.shape(brushes.smooth_path(np.array([(head.cx + head.a * a, head.cy + head.b * b) for a, b in _oval(head)]), 12), height, width)
    brushes.over(picture, color, mask)
    nostrils = [head.path([(s * 0.085 - 0.035, 0.305), (s * 0.085, 0.285), (s * 0.085 + 0.04, 0.30), (s * 0.085, 0.32)], 5) for s in (-1, 1)]
    brushes.over(picture, scenes.codes(mood.skin)[0] * 0.8, 0.75 * brushes.shape(nostrils, height, width, soft=0.8))


def _features(u: Array, v: Array) -> Array:
    """What is pushed out of (or into) the egg, in units of half the face's width."""

    def bump(u0: float, v0: float, su: float, sv: float) -> Array:
        return np.asarray(np.exp(-(((u - u0) / su) ** 2) - ((v - v0) / sv) ** 2))

    ridge = fields.smoothstep(-0.28, 0.26, v) * fields.smoothstep(0.345, 0.275, v)
    slim = 0.085 + 0.06 * fields.smoothstep(-0.1, 0.28, v)
    nose = (0.07 + 0.24 * np.clip((v + 0.2) / 0.48, 0, 1) ** 1.1) * ridge * np.exp(-((u / slim) ** 2))
    out = nose + 0.05 * bump(0, 0.265, 0.10, 0.06)
    for s in (-1, 1):
        out = out + 0.065 * bump(s * 0.135, 0.275, 0.06, 0.045)
        out = out - 0.17 * bump(s * 0.37, -0.09, 0.22, 0.10) + 0.10 * bump(s * 0.38, -0.075, 0.15, 0.07)
        out = out + 0.055 * bump(s * 0.38, -0.235, 0.26, 0.06) + 0.09 * bump(s * 0.55, 0.16, 0.24, 0.17)
        out = out - 0.03 * bump(s * 0.27, 0.50, 0.07, 0.09)
    out = out + 0.075 * bump(0, 0.475, 0.20, 0.035) + 0.085 * bump(0, 0.565, 0.17, 0.042)
    out = out - 0.045 * bump(0, 0.52, 0.22, 0.016) - 0.06 * bump(0, 0.655, 0.18, 0.045) - 0.025 * bump(0, 0.40, 0.035, 0.05)
    return np.asarray(out + 0.10 * bump(0, 0.83, 0.22, 0.12))


def _eye(rng: np.random.Generator, picture: Array, mood: _Mood, head: _Head, side: int) -> None:
    """White, iris, pupil, catch light, lids, lashes and brow of one eye."""
    height, width = picture.shape[:2]
    y, x = fields.grid(height, width)
    skin, hair = scenes.codes(mood.skin), scenes.codes(mood.hair)
    c, v = side * 0.38, -0.075
    inner, outer = c - side * 0.175, c + side * 0.185
    upper = [(inner, v + 0.022), (c - side * 0.07, v - 0.048), (c + side * 0.05, v - 0.056), (outer, v - 0.004)]
    lower = [(c + side * 0.07, v + 0.038), (c - side * 0.05, v + 0.042)]
    opening = brushes.shape(head.path(upper + lower, 8), height, width)
    ex, ey = head.at(c + 0.025 * head.yaw, v - 0.006)
    white = palettes.gradient(np.stack([skin[1], skin[3] * 0.9 + 0.1, skin[4] * 0.6 + 0.4]), np.clip(0.75 - (y - ey + 3) / -22 * 1.0 - 0.35 * np.abs(x - ex) / (0.2 * head.a), 0, 1))
    brushes.over(picture, white, opening)
    size = 0.092 * head.a
    r = np.hypot(x - ex, y - ey) / size
    iris = palettes.rgb(mood.iris)
    spokes = 0.08 * np.sin(np.arctan2(y - ey, x - ex) * 21)
    glow = np.clip(0.35 + 0.5 * (y - ey) / size + 0.3 * r + spokes, 0, 1)
    brushes.over(picture, palettes.gradient(np.stack([iris * 0.4, iris, iris * 0.5 + 0.5]), glow), opening * np.clip((1 - r) * size + 0.5, 0, 1))
    brushes.over(picture, iris * 0.15, opening * np.exp(-(((r - 0.98) / 0.13) ** 2)) * 0.85)
    brushes.over(picture, np.zeros(3), opening * np.clip((0.45 - r) * size + 0.5, 0, 1))
    brushes.over(picture, np.ones(3), np.clip(1.9 - np.hypot(x - ex + 0.32 * size, y - ey + 0.36 * size), 0, 1))
    lid = head.path(upper, 10, closed=False)
    brushes.over(picture, hair[0] * 0.6, fields.blur(brushes.lines([lid], 3.6, height, width), 0.5, wrap=False))
    brushes.over(picture, hair[0], 0.35 * fields.blur(brushes.lines([lid + [0, 2.5]], 4.0, height, width), 1.3, wrap=False) * opening)
    wing = np.array([lid[-1], lid[-1] + [side * 6, -4.5]])
    brushes.over(picture, hair[0] * 0.6, 0.9 * brushes.lines([wing], 2.4, height, width))
    crease = head.path([(u, w - 0.05) for u, w in upper], 10, closed=False)
    brushes.over(picture, skin[0], 0.55 * brushes.lines([crease], 1.6, height, width))
    under = head.path([upper[-1], *lower, upper[0]], 8, closed=False)
    brushes.over(picture, skin[1], 0.7 * brushes.lines([under], 1.5, height, width))
    brow = [(c - side * 0.20, v - 0.150), (c - side * 0.02, v - 0.205), (c + side * 0.14, v - 0.195), (c + side * 0.27, v - 0.13)]
    low = [(c + side * 0.13, v - 0.172), (c - side * 0.03, v - 0.172), (c - side * 0.20, v - 0.118)]
    brushes.over(picture, hair[0] * 0.7 + hair[1] * 0.3, 0.88 * brushes.shape(head.path(brow + low, 8), height, width, soft=0.9))


def _mouth(picture: Array, mood: _Mood, head: _Head) -> None:
    """Upper lip in shade, lower lip in light, the line between them."""
    height, width = picture.shape[:2]
    lips = scenes.codes(mood.lips)
    line = [(-0.265, 0.518), (-0.12, 0.508), (0.0, 0.522), (0.12, 0.508), (0.265, 0.518)]
    upper = [*line, (0.14, 0.468), (0.05, 0.445), (0.0, 0.458), (-0.05, 0.445), (-0.14, 0.468)]
    lower = [*line, (0.16, 0.582), (0.0, 0.615), (-0.16, 0.582)]
    brushes.over(picture, lips[0] * 0.65 + lips[1] * 0.35, 0.78 * brushes.shape(head.path(upper, 6), height, width, soft=0.7))
    brushes.over(picture, lips[1], 0.72 * brushes.shape(head.path(lower, 6), height, width, soft=0.7))
    shine = head.path([(-0.12, 0.556), (-0.03, 0.552), (0.05, 0.558), (-0.03, 0.572)], 6)
    brushes.over(picture, np.ones(3), 0.42 * brushes.shape(shine, height, width, soft=1.4))
    brushes.over(picture, lips[0] * 0.35, 0.9 * brushes.lines([head.path(line, 8, closed=False)], 2.0, height, width))


def _bust(rng: np.random.Generator, picture: Array, mood: _Mood, head: _Head) -> None:
    """Neck, shoulders and a dress with bands of ornament."""
    height, width = picture.shape[:2]
    y, x = fields.grid(height, width)
    a, b, cx, cy = head.a, head.b, head.cx, head.cy
    nx = cx + 0.05 * head.yaw * a
    neck = np.array([(nx - 0.50 * a, cy + 0.5 * b), (nx - 0.46 * a, cy + 1.1 * b), (nx - 0.72 * a, cy + 1.42 * b), (nx - 1.2 * a, cy + 1.7 * b), (nx, cy + 2.3 * b),
                     (nx + 1.2 * a, cy + 1.7 * b), (nx + 0.72 * a, cy + 1.42 * b), (nx + 0.46 * a, cy + 1.1 * b), (nx + 0.50 * a, cy + 0.5 * b)])  # fmt: skip
    across = (x - nx) / (0.5 * a)
    under = np.exp(-(((y - cy - 1.0 * b) / (0.30 * b)) ** 2))
    cords = 0.10 * np.exp(-(((across + 0.5 - 0.35 * (y - cy - b) / b) / 0.16) ** 2)) - 0.08 * np.exp(-(((across - 0.1) / 0.2) ** 2))
    tone = np.clip(0.66 - 0.26 * across * np.exp(-np.abs(across) / 3) - 0.42 * under + cords, 0, 1)
    brushes.over(picture, palettes.gradient(scenes.codes(mood.skin), tone), brushes.shape(brushes.smooth_path(neck, 10), height, width))
    dress = np.array([(cx - 3.4 * a, cy + 2.6 * b), (cx - 2.5 * a, cy + 1.75 * b), (cx - 1.6 * a, cy + 1.5 * b), (cx - 0.98 * a, cy + 1.36 * b), (cx - 0.6 * a, cy + 1.66 * b),
                      (cx, cy + 1.84 * b), (cx + 0.6 * a, cy + 1.66 * b), (cx + 0.98 * a, cy + 1.36 * b), (cx + 1.6 * a, cy + 1.5 * b), (cx + 2.5 * a, cy + 1.75 * b), (cx + 3.4 * a, cy + 2.6 * b)])  # fmt: skip
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
    brushes.over(picture, ink * 0.4, brushes.lines([collar + [0, 4]], 1.8, height, width))


def _hair_behind(rng: np.random.Generator, picture: Array, mood: _Mood, head: _Head, style: int) -> None:
    """The mass of hair behind the face: long (0), gathered in a knot (1), a bob (2)."""
    height, width = picture.shape[:2]
    length = (2.3, 0.75, 1.05)[style]
    wide = (1.32, 1.05, 1.3)[style]
    half = [(0.0, -1.30), (0.62, -1.22), (1.04, -0.85), (wide * 0.92, -0.2), (wide, 0.45 * length), (wide * (1.02 if style != 1 else 0.7), 0.8 * length), (0.5, length)]
    points = np.array([(head.cx + head.a * u - 0.10 * head.yaw * head.a, head.cy + head.b * v) for u, v in half + [(-u, v) for u, v in half[:0:-1]]])
    mask = brushes.shape(brushes.smooth_path(points, 10), height, width)
    if style == 1:
        mask = np.maximum(mask, scenes.sphere(head.cy - 1.42 * head.b, head.cx - 0.2 * head.yaw * head.a, 0.46 * head.a, height, width, 0.8)[0])
    y, x = fields.grid(height, width)
    strand = fields.fbm(rng, height, width, beta=1.3, cycles=6, stretch=(6, 1))
    strand = fields.warp(strand, np.zeros_like(x), 10 * np.sin(y / 38))
    tone = np.clip(0.30 + 0.16 * strand - 0.22 * (x - head.cx) / head.a / 2, 0, 1)
    brushes.over(picture, np.zeros(3), 0.4 * fields.blur(mask, 9, wrap=False))
    brushes.over(picture, palettes.gradient(scenes.codes(mood.hair), tone), mask)


def _hair_front(rng: np.random.Generator, picture: Array, mood: _Mood, head: _Head, style: int) -> None:
    """Locks from the parting over the temples, in order from the outside in, each a ribbon with its own sheen."""
    height, width = picture.shape[:2]
    count = 230
    side = rng.choice([-1, 1], count)
    part = -0.16 * np.sign(head.yaw)
    f = rng.beta(1.2, 1.2, count)
    order = np.argsort(-f)
    side, f = side[order], f[order]
    t = np.linspace(0, 1, 12)
    end = (1.9, 0.05, 0.85)[style] - rng.uniform(0, 0.25, count)
    spread = 0.86 + 0.42 * f
    wave = rng.normal(0, 0.02, count)[:, None] + 0.035 * np.sin(t * 9 + rng.uniform(0, 1.2, count)[:, None] + side[:, None])
    u = part + (side * spread - part)[:, None] * np.sin(np.minimum(t * 2.1, 1) * np.pi / 2) ** 0.8 + wave * (t > 0.2)
    rise = -0.93 - 0.34 * f
    v = rise[:, None] + (end - rise)[:, None] * np.clip((t - 0.06), 0, 1) ** 1.55
    if style == 1:  # drawn back: the locks turn behind the ear
        u = u * (1 + 0.06 * t)
    paths = np.stack([head.cy + head.b * v, head.cx + head.a * u + 0.06 * head.yaw * head.a], -1).astype(np.float32)
    marks = brushes.sweep(paths, rng.uniform(2.2, 5.0, count), height, width, profile=lambda s: 0.35 + 0.65 * brushes.taper_profile(s) if False else brushes.taper_profile(0.12 + 0.88 * s),
                          scale=2, wrap=False, chunk=64)  # fmt: skip
    m = np.maximum(marks.mark, 0)
    streak, _ = brushes.bristles(rng, marks, count, hairs=5)
    own = rng.normal(0, 0.07, count)
    sheen = np.exp(-(((marks.along - 0.27) / 0.10) ** 2)) + 0.6 * np.exp(-(((marks.along - 0.66) / 0.10) ** 2))
    lit = np.where(side[m] < 0, 0.12, -0.10)
    tone = np.clip(0.32 + own[m] + lit + 0.32 * sheen * (0.7 + 0.3 * streak) + 0.09 * streak - 0.10 * marks.across**2, 0, 1)
    color = palettes.gradient(scenes.codes(mood.hair), tone)
    cover = brushes.reduce(marks.covered.astype(np.float32), height, width)
    picture *= (1 - 0.42 * fields.blur(np.roll(cover, (5, 4), (0, 1)), 5, wrap=False))[..., None]
    picture += brushes.reduce(color * marks.covered[..., None], height, width) - picture * cover[..., None]
