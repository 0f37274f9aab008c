"""A thicket of leaves: midrib, side veins, a fold along the middle, and the shadow of whatever grows above."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from deepartist.sources.samples import brushes, fields, finish, palettes

Array = npt.NDArray[Any]

_SCALE = 1.5
_PALETTES = "forest autumn jade lilies batik plum hokusai"


@dataclass(frozen=True)
class _Kind:
    """A leaf's build: width to length, where it is widest, number of side veins and their slant, depth of its lobes."""

    slim: float
    widest: float
    veins: float
    slant: float
    lobes: float = 0.0

    def profile(self, t: Array) -> Array:
        """Half width along the leaf."""
        power = np.log(0.5) / np.log(self.widest)
        body = np.maximum(np.sin(np.pi * np.clip(t, 0, 1) ** power), 0) ** 0.85
        return np.asarray(body * (1 - self.lobes * (0.5 + 0.5 * np.cos(t * 9 * np.pi))) + 0.015)


_KINDS = (
    _Kind(0.23, 0.38, 9, 0.30),
    _Kind(0.13, 0.42, 5, 0.12),
    _Kind(0.30, 0.35, 7, 0.36),
    _Kind(0.24, 0.45, 8, 0.26, 0.28),
)


def draw(rng: np.random.Generator, width: int, height: int) -> npt.NDArray[np.float32]:
    """Seven layers of leaves from the dark ground up; each layer first throws its shadow on those below."""
    palette = palettes.pick(rng, _PALETTES)
    kind = _KINDS[int(rng.integers(len(_KINDS)))]
    rows, cols = round(height * _SCALE), round(width * _SCALE)
    angles = fields.flow(rng, height, width, turn=0.9)
    tint = fields.fbm(rng, height, width, beta=2.4)
    picture = np.broadcast_to(palette.tone(0.06), (rows, cols, 3)).astype(np.float32)
    layers = 7
    for layer in range(layers):
        depth = layer / (layers - 1)
        size = rng.uniform(0.8, 1.25, 54 - 3 * layer) * (88 - 16 * depth)
        picture = _layer(rng, picture, palette, kind, angles, tint, depth, size)
    reduced = brushes.reduce(picture, height, width)
    return finish.done(finish.grain(rng, finish.stretch(reduced), 0.014))


def _layer(
    rng: np.random.Generator,
    below: Array,
    palette: palettes.Palette,
    kind: _Kind,
    angles: Array,
    tint: Array,
    depth: float,
    size: Array,
) -> Array:
    height, width = angles.shape
    starts = _spread(rng, height, width, len(size))
    # A leaf bends a little out of the flow, to either side, like leaves on a twig.
    turn = rng.choice([-0.55, 0.55], len(size)) + rng.normal(0, 0.25, len(size))
    heading = angles[starts[:, 0].astype(int) % height, starts[:, 1].astype(int) % width] + turn
    bend = rng.normal(0, 0.5, len(size))
    step = np.linspace(0, 1, 14)
    a = heading[:, None] + bend[:, None] * (step - 0.3)
    move = np.stack([np.sin(a), np.cos(a)], -1) * (size / 13)[:, None, None]
    paths = (starts[:, None] + np.cumsum(move, 1)).astype(np.float32)
    marks = brushes.sweep(
        paths, kind.slim * size, height, width, profile=kind.profile, scale=_SCALE, spacing=0.6, chunk=16
    )
    cover = fields.blur(marks.covered.astype(np.float32), 0.5)
    shadow = fields.blur(np.roll(cover, (round(5 * _SCALE), round(4 * _SCALE)), (0, 1)), 4.5 * _SCALE)
    near = fields.blur(cover, 2.0 * _SCALE)
    below = below * (1 - 0.62 * np.clip(shadow * 1.1, 0, 1) - 0.22 * near)[..., None]
    color = _blade(rng, palette, kind, marks, starts, tint, depth, a)
    return np.asarray(below + (color - below) * (cover * marks.covered)[..., None])


def _blade(
    rng: np.random.Generator, palette: palettes.Palette, kind: _Kind, marks: brushes.Marks, starts: Array, tint: Array,
    depth: float, heading: Array,
) -> Array:  # fmt: skip
    """Colour of each pixel of the leaves: own hue, light on the two halves, veins, dry or glossy tip."""
    height, width = tint.shape
    count = len(starts)
    t = 0.22 + 0.42 * depth + 0.1 * tint[starts[:, 0].astype(int) % height, starts[:, 1].astype(int) % width]
    t = np.clip(t + rng.normal(0, 0.07, count), 0.12, 0.9)
    dice = rng.uniform(size=count)
    own = np.where((dice < 0.2)[:, None], palette.second_tone(t), palette.tone(t))
    own = np.where((dice > 0.93)[:, None], palette.accent_tone(np.clip(t, 0.3, 0.75)), own)
    m = np.maximum(marks.mark, 0)
    side = np.sign(marks.across)
    # The two halves are planes tilted to either side of the midrib: light comes from the upper left.
    mean = heading[:, 5]
    towards = np.stack([np.cos(mean), -np.sin(mean)], -1) @ np.array([-0.75, -0.65])
    half = side * towards[m] * (0.55 + 0.45 * np.abs(marks.across))
    reach = np.abs(marks.across)
    rib = (marks.along - kind.slant * reach) * kind.veins * 2
    vein_line = np.exp(-(((rib - np.round(rib)) / 0.13) ** 2)) * np.clip(1.15 - reach, 0, 1)
    pillow = 0.5 - np.abs(rib - np.round(rib))
    midrib = np.exp(-((reach / (0.07 + 0.05 * (1 - marks.along))) ** 2))
    edge = fields.smoothstep(0.75, 1.0, reach)
    fleck = 0.02 * fields.fbm(rng, *marks.mark.shape, beta=0.8, cycles=30)
    light = 0.10 * half + 0.05 * (0.25 - pillow) * -1 + 0.05 * np.sin(3 * marks.along) - 0.05 * edge + fleck
    light += 0.085 * np.maximum(vein_line, 0) + 0.13 * midrib - 0.04
    color = own[m] + (palette.tone(0.85) - own[m]) * (0.10 * vein_line + 0.3 * midrib)[..., None]
    color = palettes.shift(color, light, 1.05)
    gloss = np.clip(half, 0, 1) ** 2 * np.exp(-(((marks.along - 0.45) / 0.25) ** 2))
    return np.asarray(color + 0.14 * depth * gloss[..., None])


def _spread(rng: np.random.Generator, height: int, width: int, count: int) -> Array:
    """Points spread evenly but without a grid (the golden-ratio R2 sequence of M. Roberts, 2018, with jitter), in
    random order.
    """
    k = np.arange(count)[:, None] + rng.uniform(0, 100)
    points = (k * np.array([0.7548776662, 0.5698402910]) + rng.uniform(size=2)) % 1
    points = points * [height, width] + rng.normal(0, 10, (count, 2))
    return np.asarray(points[rng.permutation(count)] % [height, width], np.float32)
