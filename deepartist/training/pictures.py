"""Pictures to train on: an endless supply of small textured scenes, all drawn here, none of them a photograph.

`draw` turns a number into a picture: a family (paint, leaves, cells, lines, bands, motifs, scales, spectra), its own
parameters and palette, then perhaps a warp, a second family behind a mask, light, grain. They are cheaper and more
varied than the samples, which are drawn to be looked at; both are trained on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw
from scipy.spatial import cKDTree  # type: ignore[import-untyped, unused-ignore]

from deepartist.sources.samples import brushes, fields, finish, oil, palettes

Array = npt.NDArray[Any]
SIDE = 384
"""Width and height of a training picture in pixels."""


def draw(seed: int) -> npt.NDArray[np.uint8]:
    """The training picture of this number, ``(384, 384, 3)`` of 0..255; always the same for the same number."""
    rng = np.random.Generator(np.random.Philox(key=np.array([seed, 0x7EC], np.uint64)))
    picture = _one(rng)
    if rng.uniform() < 0.3:  # two materials, the second cut out by a soft or a sharp mask and throwing a shadow
        field = fields.fbm(rng, SIDE, SIDE, beta=rng.uniform(1.5, 3), cycles=rng.uniform(1, 6))
        mask = fields.smoothstep(0.0, rng.choice([0.03, 0.1, 0.6]), field)
        shadow = fields.blur(np.roll(mask, (4, 4), (0, 1)), 3) * (1 - mask) * rng.uniform(0, 0.5)
        picture = picture * (1 - shadow[..., None])
        picture = picture + (_one(rng) - picture) * mask[..., None]
    if rng.uniform() < 0.25:
        cloud = fields.fbm(rng, SIDE, SIDE, beta=2.5, cycles=1)
        picture = picture * (1 + 0.25 * cloud)[..., None]
    if rng.uniform() < 0.4:
        picture = finish.grain(rng, picture, rng.uniform(0.01, 0.06))
    return (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)


def _one(rng: np.random.Generator) -> Array:
    """One material."""
    family = FAMILIES[int(rng.choice(len(FAMILIES), p=SHARES))]
    picture = family(rng, _palette(rng))
    if rng.uniform() < 0.4:
        amount = float(np.exp(rng.uniform(np.log(3), np.log(20))))
        dy, dx = (amount * fields.fbm(rng, SIDE, SIDE, beta=2.2, cycles=rng.uniform(1, 8)) for _ in range(2))
        picture = fields.warp(picture, dy, dx)
    return picture


def _palette(rng: np.random.Generator) -> palettes.Palette:
    names = list(palettes.PALETTES)
    chosen = palettes.PALETTES[names[int(rng.integers(len(names)))]]
    if rng.uniform() < 0.5:  # of another hue and contrast
        codes = [chosen.ramp_codes, chosen.second_codes, chosen.accent_codes]
        turn, chroma = rng.uniform(0, 2 * np.pi), rng.uniform(0.2, 1.5)
        chosen = palettes.Palette(*(_turned(text, turn, chroma) for text in codes))
    return chosen


def _turned(codes: str, angle: float, chroma: float) -> str:
    """Hex colours with their hue turned by `angle` radians in Oklab."""
    lab = palettes.oklab(np.stack([palettes.rgb(code) for code in codes.split()]))
    a, b = lab[:, 1] * np.cos(angle) - lab[:, 2] * np.sin(angle), lab[:, 1] * np.sin(angle) + lab[:, 2] * np.cos(angle)
    colors = np.clip(palettes.srgb(np.stack([lab[:, 0], a * chroma, b * chroma], -1)) * 255 + 0.5, 0, 255).astype(int)
    return " ".join(f"{red:02x}{green:02x}{blue:02x}" for red, green, blue in colors)


def _colors(rng: np.random.Generator, palette: palettes.Palette, tone: Array) -> Array:
    """Colours for tones 0..1: mostly the ramp, some of the second hue, few accents."""
    dice, rare = rng.uniform(size=tone.shape), rng.choice([0.0, 0.08, 0.3])
    color = np.where((dice < 0.25)[..., None], palette.second_tone(tone), palette.tone(tone))
    return np.where((dice > 1 - rare)[..., None], palette.accent_tone(tone), color)


def _tones(rng: np.random.Generator, points: Array) -> Array:
    """Tones at points (y, x): slow drifts and some disorder."""
    drift = fields.equalise(fields.fbm(rng, SIDE, SIDE, beta=2, cycles=rng.uniform(1, 8)))
    at = points[:, 0].astype(int) % SIDE, points[:, 1].astype(int) % SIDE
    return np.asarray(np.clip(drift[at] + rng.normal(0, rng.uniform(0.03, 0.4), len(points)), 0, 1))


def _angles(rng: np.random.Generator) -> Array:
    """Directions: straight, curling, or around centres."""
    field = fields.flow(rng, SIDE, SIDE, cycles=rng.uniform(1, 6), turn=rng.choice([0.1, 0.6, 1.5, 3.0]))
    if rng.uniform() < 0.4:
        y, x = fields.grid(SIDE, SIDE)
        cy, cx = rng.uniform(0, SIDE, 2)
        field = np.arctan2(y - cy, x - cx).astype(np.float32) + rng.uniform(0, 2) + 0.2 * field
    return field


def _paint(rng: np.random.Generator, palette: palettes.Palette) -> Array:
    """Brush strokes, fur, grass: one to three layers along a flow, with bristles and the light on thick paint."""
    angles, color = _angles(rng), np.broadcast_to(palette.tone(0.2), (SIDE, SIDE, 3)).copy()
    thickness = np.zeros((SIDE, SIDE), np.float32)
    half, slender = float(np.exp(rng.uniform(np.log(1.2), np.log(10)))), rng.uniform(3, 14)
    profile = brushes.taper_profile if rng.uniform() < 0.35 else brushes.brush_profile
    for _ in range(int(rng.integers(1, 4))):
        count = int(min(6000, 2.2 * SIDE * SIDE / (half * half * slender)))
        starts = rng.uniform(0, SIDE, (count, 2)).astype(np.float32)
        turned = angles + rng.normal(0, 0.15)
        paths = brushes.streamlines(starts, turned, half * slender * rng.uniform(0.6, 1.3, count), 8)
        marks = brushes.sweep(paths, half * rng.uniform(0.7, 1.3, count), SIDE, SIDE, profile=profile)
        streak, thick = oil.bristles(rng, marks, count, hairs=max(2, int(half * 2)))
        loaded = _colors(rng, palette, _tones(rng, starts))
        laid = loaded[np.maximum(marks.mark, 0)] + rng.uniform(0, 0.1) * streak[..., None]
        color = np.where(marks.covered[..., None], laid, color)
        thickness = np.where(marks.covered, thick * half**0.5, thickness)
        half = max(1.0, half * rng.uniform(0.4, 0.9))
    light = fields.relief(fields.blur(thickness, 0.7), rng.uniform(0, 1.6))
    return np.asarray(color * (1 + 0.5 * light)[..., None])


def _leaves(rng: np.random.Generator, palette: palettes.Palette) -> Array:
    """Dead leaves (Matheron; Lee, Mumford and Huang 2001) with shading inside and shadows below: things over things."""
    scale, count = 2, int(np.exp(rng.uniform(np.log(150), np.log(2500))))
    image = Image.new("I", (SIDE * scale, SIDE * scale), 0)
    pen = ImageDraw.Draw(image)
    centres = rng.uniform(-10, SIDE + 10, (count, 2))
    least = float(np.exp(rng.uniform(np.log(3), np.log(12))))
    radii = np.minimum(least * rng.uniform(0.02, 1, count) ** -rng.uniform(0.2, 0.7), 80)
    corners, aspect, order = int(rng.integers(3, 8)), rng.uniform(1, 4), rng.uniform(0, 3)
    turn = rng.uniform(0, 2 * np.pi) + rng.normal(0, order, count)
    round_, petals, depth = rng.uniform() < 0.5, int(rng.integers(3, 9)), rng.choice([0.0, 0.3, 0.6])
    t = np.linspace(0, 2 * np.pi, 24 if round_ else corners, endpoint=False)
    outline = (1 + depth * np.cos(petals * t)) if round_ else np.ones_like(t)
    for index in range(count):
        a, r = turn[index], radii[index]
        along, across = r * aspect**0.5 * outline * np.cos(t), r / aspect**0.5 * outline * np.sin(t)
        y = centres[index, 0] + along * np.sin(a) + across * np.cos(a)
        x = centres[index, 1] + along * np.cos(a) - across * np.sin(a)
        pen.polygon((np.stack([x, y], -1) * scale).ravel().tolist(), fill=index + 1)
    owner = np.asarray(image)
    leaf = np.maximum(owner - 1, 0)
    colors = _colors(rng, palette, _tones(rng, centres))
    row, column = fields.grid(SIDE * scale, SIDE * scale)
    dy = (row / scale - centres[leaf, 0]) / radii[leaf]
    dx = (column / scale - centres[leaf, 1]) / radii[leaf]
    shade = 1 + rng.uniform(-0.5, 0.5) * (dx * 0.6 + dy * 0.8) + rng.uniform(-0.4, 0.2) * (dx * dx + dy * dy)
    if rng.uniform() < 0.5:  # veins or stripes along each leaf
        across = dy * np.cos(turn[leaf]) - dx * np.sin(turn[leaf])
        shade = shade + rng.uniform(0.05, 0.3) * np.cos(across * rng.uniform(4, 30))
    height = (leaf.astype(np.float32) / count) if rng.uniform() < 0.6 else np.zeros(leaf.shape, np.float32)
    shadow = np.clip(np.roll(height, (5, 5), (0, 1)) - height, 0, 1) > 0
    picture = colors[leaf] * np.clip(shade, 0.2, 1.6)[..., None] * (1 - 0.45 * fields.blur(shadow, 2.0))[..., None]
    if rng.uniform() < 0.3:
        edge = (owner != np.roll(owner, 1, 0)) | (owner != np.roll(owner, 1, 1))
        picture = np.where(edge[..., None], palette.tone(rng.choice([0.0, 1.0])), picture)
    return brushes.reduce(picture, SIDE, SIDE)


def _diagram(rng: np.random.Generator) -> tuple[Array, Array, Array, Array, Array]:
    """Voronoi cells: points (N, 2), and per pixel the owner, distance to the border and offset from the centre."""
    count = int(np.exp(rng.uniform(np.log(10), np.log(900))))
    points = rng.uniform(0, SIDE, (count, 2))
    if rng.uniform() < 0.4:  # nearly a lattice
        side = max(3, round(count**0.5))
        y, x = np.mgrid[0:side, 0:side]
        lattice = np.stack([y.ravel(), (x + 0.5 * (y % 2)).ravel()], -1) * SIDE / side
        points = (lattice + rng.normal(0, SIDE / side * rng.choice([0.02, 0.15]), lattice.shape)) % SIDE
    pixels = np.stack(fields.grid(SIDE, SIDE), -1)
    distance, index = cKDTree(points, boxsize=SIDE).query(pixels, k=2)
    owner = index[..., 0]
    offset = (pixels - points[owner] + SIDE / 2) % SIDE - SIDE / 2
    return points, owner, distance[..., 1] - distance[..., 0], offset, distance[..., 0]


def _cells(rng: np.random.Generator, palette: palettes.Palette) -> Array:
    """Stones, panes, scales of a reptile: Voronoi cells with borders and light."""
    points, owner, border, _, distance = _diagram(rng)
    size = SIDE / len(points) ** 0.5
    picture = _colors(rng, palette, _tones(rng, points))[owner]
    picture = picture * (1 + rng.uniform(-0.6, 0.4) * np.clip(distance / size, 0, 1))[..., None]
    if rng.uniform() < 0.6:  # rounded, in raking light
        dome = np.sqrt(np.clip(border / (size * rng.uniform(0.3, 1.2)), 0, 1)).astype(np.float32)
        picture = picture * (1 + 0.7 * fields.relief(fields.blur(dome, 1), size * rng.uniform(0.1, 0.4)))[..., None]
    if rng.uniform() < 0.6:
        line = fields.smoothstep(rng.uniform(1, 6), 0.5, border)[..., None]
        picture = picture + (palette.tone(rng.choice([0.0, 0.05, 0.95])) - picture) * line
    return np.asarray(picture)


def _motifs(rng: np.random.Generator, palette: palettes.Palette) -> Array:
    """Spirals, rings, rosettes, eyes: a figure in polar coordinates around every centre."""
    points, owner, _, offset, distance = _diagram(rng)
    size = SIDE / len(points) ** 0.5
    hand = np.where(rng.uniform(size=len(points)) < rng.choice([0.0, 0.5]), -1, 1)[owner]
    angle = hand * np.arctan2(offset[..., 0], offset[..., 1]) + rng.uniform(0, 6.28, len(points))[owner]
    radius = np.log(distance + 2) * rng.uniform(2, 8) if rng.uniform() < 0.4 else distance / size * rng.uniform(4, 25)
    arms = int(rng.choice([0, 1, 2, 3, 5, 8]))
    wave = np.cos(radius * rng.choice([0.0, 1.0], p=[0.2, 0.8]) + arms * angle)
    tone = 0.5 + 0.5 * np.tanh(wave * rng.choice([0.8, 2.0, 8.0]))
    base = _tones(rng, points)[owner]
    tone = np.clip(tone * rng.uniform(0.5, 1) + (base - 0.5) * rng.uniform(0, 0.6), 0, 1)
    picture = palette.tone(tone)
    if rng.uniform() < 0.5:
        other = (rng.uniform(size=len(points)) < 0.5)[owner]
        picture = np.where(other[..., None], palette.second_tone(tone), picture)
    if rng.uniform() < 0.4:
        pupil = fields.smoothstep(0.3, 0.2, distance / size)[..., None]
        picture = picture + (palette.accent_tone(rng.uniform()) - picture) * pupil
    return np.asarray(picture)


def _lines(rng: np.random.Generator, palette: palettes.Palette) -> Array:
    """Hatching, weave, nets, stripes: one to three sets of bands, over and under each other, with relief."""
    y, x = fields.grid(SIDE, SIDE)
    picture = np.broadcast_to(palette.tone(rng.choice([0.05, 0.9])), (SIDE, SIDE, 3)).copy()
    bend = rng.choice([0.0, 2.0, 10.0]) * fields.fbm(rng, SIDE, SIDE, beta=2.5, cycles=2)
    first, period = rng.uniform(0, np.pi), float(np.exp(rng.uniform(np.log(4), np.log(40))))
    for number in range(int(rng.integers(1, 4))):
        angle = first + number * rng.choice([np.pi / 2, np.pi / 3, 0.4])
        across = (x * np.cos(angle) + y * np.sin(angle) + bend) / period
        along = (y * np.cos(angle) - x * np.sin(angle)) / period
        phase = across - np.floor(across)
        which = np.floor(across).astype(int) % 64
        width = rng.uniform(0.15, 0.5) * (1 + rng.normal(0, 0.2, 64))[which]
        profile = np.clip(1 - np.abs(phase - 0.5) / np.maximum(width, 0.05), 0, 1)
        cover = fields.smoothstep(0, 0.3, profile)
        if rng.uniform() < 0.5:  # over one, under one; or broken lines
            cover = cover * (np.sin(np.pi * along + np.pi * which) > rng.choice([-2.0, -0.3, 0.0]))
        color = palette.tone(np.clip(rng.uniform(0, 1, 64) * 0.5 + rng.uniform(0, 0.5), 0, 1))[which]
        lit = color * (0.6 + 0.5 * np.sqrt(profile))[..., None] if rng.uniform() < 0.6 else color
        picture = picture + (lit - picture) * cover[..., None]
    return np.asarray(picture)


def _bands(rng: np.random.Generator, palette: palettes.Palette) -> Array:
    """Marble, wood, agate: a warped ramp, wound up."""
    y, x = fields.grid(SIDE, SIDE)
    angle = rng.uniform(0, np.pi)
    field = (x * np.cos(angle) + y * np.sin(angle)) / SIDE * rng.uniform(0, 6)
    field = field + rng.uniform(0.2, 1.5) * fields.fbm(rng, SIDE, SIDE, beta=rng.uniform(1.4, 2.6), cycles=1)
    winding = rng.uniform(1, 8)
    tone = (
        0.5 + 0.5 * np.sin(2 * np.pi * field * winding / 3) if rng.uniform() < 0.5 else np.abs(field * winding % 2 - 1)
    )
    sharp = rng.choice([1.0, 3.0, 12.0])
    tone = 0.5 + 0.5 * np.tanh((tone - 0.5) * 2 * sharp) / np.tanh(sharp)
    return palette.tone(tone) if rng.uniform() < 0.7 else palettes.gradient(_some(rng, palette), tone)


def _spectra(rng: np.random.Generator, palette: palettes.Palette) -> Array:
    """Clouds, water, bark: noise of one or two stretched bands, as colour or as light on a relief."""
    field: Array = np.zeros((SIDE, SIDE), np.float32)
    for _ in range(int(rng.integers(1, 3))):
        stretch = (1.0, rng.choice([1.0, 3.0, 10.0]))
        one = fields.fbm(
            rng, SIDE, SIDE, beta=rng.uniform(0.3, 2.5), cycles=np.exp(rng.uniform(0, 4)),
            high=np.exp(rng.uniform(3, 5.5)), stretch=stretch if rng.uniform() < 0.5 else stretch[::-1],
        )  # fmt: skip
        field = field + one * rng.uniform(0.4, 1)
    tone = fields.equalise(field / field.std())
    if rng.uniform() < 0.4:  # ridges or plateaus
        tone = np.abs(2 * tone - 1) if rng.uniform() < 0.5 else np.floor(tone * 4) / 4
    picture = palettes.gradient(_some(rng, palette), tone)
    if rng.uniform() < 0.4:
        picture = picture * (1 + 0.8 * fields.relief(fields.blur(field, 1), rng.uniform(1, 6)))[..., None]
    return np.asarray(picture)


def _some(rng: np.random.Generator, palette: palettes.Palette) -> Array:
    """A few colours of a palette in a random order."""
    colors = np.concatenate([palette.ramp, palette.second, palette.accent])
    return colors[rng.permutation(len(colors))[: int(rng.integers(2, 6))]]


FAMILIES: tuple[Callable[[np.random.Generator, palettes.Palette], Array], ...] = (
    _paint, _leaves, _cells, _motifs, _lines, _bands, _spectra
)  # fmt: skip
SHARES = (0.26, 0.22, 0.13, 0.12, 0.1, 0.08, 0.09)
