"""A head for portraits: where its features lie, how it is modelled, and its hair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from deepartist.sources.samples import brushes, fields, oil, palettes, scenes

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Head:
    """Where the head is (px) and how it is turned: ``yaw`` > 0 looks to the right of the picture."""

    cx: float
    cy: float
    a: float
    b: float
    yaw: float

    def at(self, u: float, v: float) -> tuple[float, float]:
        """Pixel (x, y) of a place on the face: u across (-1..1), v down (-1..1); turning moves the middle more than
        the rim.
        """
        bulge = np.sqrt(max(0.0, 1 - min(1.0, 0.8 * (u * u + 0.5 * v * v))))
        return self.cx + self.a * (u * (1 - 0.10 * abs(self.yaw)) + 0.34 * self.yaw * bulge), self.cy + self.b * v

    def path(self, points: list[tuple[float, float]], count: int = 10, *, closed: bool = True) -> Array:
        return brushes.smooth_path(np.array([self.at(u, v) for u, v in points]), count, closed=closed)


def features(u: Array, v: Array) -> Array:
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
    out = (
        out
        - 0.045 * bump(0, 0.52, 0.22, 0.016)
        - 0.06 * bump(0, 0.655, 0.18, 0.045)
        - 0.025 * bump(0, 0.40, 0.035, 0.05)
    )
    return np.asarray(out + 0.10 * bump(0, 0.83, 0.22, 0.12))


def hair_behind(rng: np.random.Generator, picture: Array, colors: Array, head: Head, style: int) -> None:
    """The mass of hair behind the face: long (0), gathered in a knot (1), a bob (2)."""
    height, width = picture.shape[:2]
    length = (2.3, 0.75, 1.05)[style]
    wide = (1.32, 1.05, 1.3)[style]
    half = [
        (0.0, -1.30),
        (0.62, -1.22),
        (1.04, -0.85),
        (wide * 0.92, -0.2),
        (wide, 0.45 * length),
        (wide * (1.02 if style != 1 else 0.7), 0.8 * length),
        (0.5, length),
    ]
    points = np.array(
        [
            (head.cx + head.a * u - 0.10 * head.yaw * head.a, head.cy + head.b * v)
            for u, v in half + [(-u, v) for u, v in half[:0:-1]]
        ]
    )
    mask = brushes.shape(brushes.smooth_path(points, 10), height, width)
    if style == 1:
        mask = np.maximum(
            mask,
            scenes.sphere(
                head.cy - 1.30 * head.b, head.cx - 0.2 * head.yaw * head.a, 0.44 * head.a, height, width, 0.75
            )[0],
        )
    y, x = fields.grid(height, width)
    strand = fields.fbm(rng, height, width, beta=1.3, cycles=6, stretch=(6, 1))
    strand = fields.warp(strand, np.zeros_like(x), 10 * np.sin(y / 38))
    tone = np.clip(0.20 + 0.12 * strand - 0.16 * (x - head.cx) / head.a / 2, 0, 1)
    brushes.over(picture, np.zeros(3), 0.4 * fields.blur(mask, 9, wrap=False))
    brushes.over(picture, palettes.gradient(colors, tone), mask)


def _lock_profile(t: Array) -> Array:
    """Half width along a lock: full at the root, thinning to a point."""
    return np.asarray(0.25 + 0.75 * np.sin(np.pi * (0.18 + 0.82 * np.clip(t, 0, 1))).clip(0, 1) ** 0.7 - 0.22 * t**6)


def hair_front(rng: np.random.Generator, picture: Array, colors: Array, head: Head, style: int) -> None:
    """Locks from the parting over the temples, in order from the outside in, each a ribbon with its own sheen."""
    height, width = picture.shape[:2]
    count = 260
    side = rng.choice([-1, 1], count)
    part = -0.16 * np.sign(head.yaw)
    f = rng.beta(1.1, 1.1, count)
    order = np.argsort(-f)
    side, f = side[order], f[order]
    t = np.linspace(0, 1, 16)
    end = (1.9, -0.02, 0.85)[style] + rng.normal(0, (0.2, 0.03, 0.06)[style], count)
    spread = 0.80 + (0.5, 0.28, 0.46)[style] * f
    phase = 2.5 * f + rng.normal(0, 0.3, count) + 0.8 * side
    # A quarter of an ellipse over the temple, then down (long, bob) or back behind the ear (knot).
    over, down = np.minimum(t / 0.45, 1) * np.pi / 2, np.clip((t - 0.45) / 0.55, 0, 1)
    rise = -0.74 - 0.52 * f + rng.normal(0, 0.012, count)
    wave = (0.085, 0.01, 0.05)[style] * np.sin(down * (8, 4, 5)[style] + phase[:, None]) * down
    flare = (0.10, -0.12, 0.06 * np.sign(0.5 - f)[:, None])[style] * down**2
    u = part + (side * spread - part)[:, None] * np.sin(over) ** 0.9 + side[:, None] * (wave + flare)
    v = rise[:, None] * np.cos(over) + end[:, None] * down**1.1
    paths = np.stack([head.cy + head.b * v, head.cx + head.a * u + 0.06 * head.yaw * head.a], -1).astype(np.float32)
    marks = brushes.sweep(
        paths, rng.uniform(2.5, 6.0, count), height, width, profile=_lock_profile, scale=2, wrap=False, chunk=32
    )
    m = np.maximum(marks.mark, 0)
    streak, _ = oil.bristles(rng, marks, count, hairs=5)
    own = rng.normal(0, 0.07, count)
    sheen = np.exp(-(((marks.along - 0.27) / 0.10) ** 2)) + 0.6 * np.exp(-(((marks.along - 0.66) / 0.10) ** 2))
    lit = 0.13 * np.tanh((head.cx - 0.2 * head.a - fields.grid(*marks.mark.shape)[1] / 2) / (0.6 * head.a))
    tone = np.clip(
        0.32 + own[m] + lit + 0.32 * sheen * (0.7 + 0.3 * streak) + 0.09 * streak - 0.10 * marks.across**2, 0, 1
    )
    color = palettes.gradient(colors, tone)
    cover = brushes.reduce(marks.covered.astype(np.float32), height, width)
    picture *= (1 - 0.42 * fields.blur(np.roll(cover, (5, 4), (0, 1)), 5, wrap=False))[..., None]
    picture += brushes.reduce(color * marks.covered[..., None], height, width) - picture * cover[..., None]
