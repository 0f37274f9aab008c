"""Stained glass: panes of streaky glass, lit from behind, between dark leads."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree  # type: ignore[import-untyped, unused-ignore]

from deepartist.sources.samples import fields, finish, palettes

Array = npt.NDArray[Any]

_PALETTES = "klimt delft lilies jade ember plum forest redon"


def draw(rng: np.random.Generator, width: int, height: int) -> npt.NDArray[np.float32]:
    """A relaxed Voronoi diagram on the torus, its cells grouped into currents and rosettes of colour."""
    palette = palettes.pick(rng, _PALETTES)
    points, petals = _points(rng, height, width)
    owner, edge, centre = _diagram(rng, points, height, width)
    glass = _glass(rng, palette, points, petals, owner, height, width)
    bend = 9 * fields.fbm(rng, height, width, beta=2.5), 5 * fields.fbm(rng, height, width, beta=2.5)
    streak = fields.warp(fields.fbm(rng, height, width, beta=1.1, cycles=10, stretch=(1, 5)), *bend)
    inner = fields.smoothstep(0.0, 11.0, edge)
    lamp = 0.84 + 0.42 * np.exp(-((centre / 19.0) ** 2)) * inner
    thick = 0.06 * streak + 0.16 * (inner - 0.65)
    pane = palettes.shift(glass, thick, 1.08) * lamp[..., None]
    bevel = fields.relief(np.sqrt(np.clip(edge, 0, 9)), 1.4) * (1 - inner)
    pane = pane * (1 + 0.55 * bevel)[..., None]
    lead_width = 1.7
    round_lead = np.sqrt(np.clip(1 - (np.clip(edge, 0, None) / lead_width) ** 2, 0, 1))
    metal = 0.05 + 0.30 * np.clip(fields.relief(round_lead, 2.2), 0, 1) + 0.05 * round_lead
    lead = metal[..., None] * np.array([0.95, 1.0, 1.1])
    cover = fields.smoothstep(lead_width + 0.7, lead_width - 0.7, edge)[..., None]
    picture = pane * (1 - cover) + lead * cover
    glow = fields.blur(picture, 9)
    return finish.done(finish.grain(rng, finish.stretch(picture + 0.12 * glow), 0.014))


def _points(rng: np.random.Generator, height: int, width: int) -> tuple[Array, Array]:
    """Centres of the cells (N, 2), some of them set in rings around a few rosettes; and their ring (0 = none, 1..
    from the heart).
    """
    size = np.array([height, width])
    hearts = _apart(rng, size, int(rng.integers(3, 6)))
    points, ring = [], []
    for heart in hearts:
        count, turn = int(rng.integers(7, 11)), rng.uniform(0, 6.28)
        for k, (radius, number) in enumerate(((0.0, 1), (25.0, count), (54.0, count), (82.0, 2 * count)), 1):
            angle = turn + (k % 2) * np.pi / number + np.arange(number) * 2 * np.pi / number
            points.append(heart + radius * np.stack([np.sin(angle), np.cos(angle)], -1))
            ring.append(np.full(number, k))
    placed = np.concatenate(points) % size
    free = rng.uniform(0, 1, (250, 2)) * size
    tree = cKDTree(placed, boxsize=size)
    free = free[tree.query(free)[0] > 24]
    for _ in range(5):
        free = _relax(free, placed, size)
    return np.concatenate([placed, free]), np.concatenate([*ring, np.zeros(len(free), int)])


def _apart(rng: np.random.Generator, size: Array, count: int) -> Array:
    """Points far from each other on the torus: the best of many candidates, one after another (Mitchell)."""
    chosen = rng.uniform(0, 1, (1, 2)) * size
    while len(chosen) < count:
        candidates = rng.uniform(0, 1, (40, 2)) * size
        delta = np.abs(candidates[:, None] - chosen[None])
        gap = np.linalg.norm(np.minimum(delta, size - delta), axis=-1).min(1)
        chosen = np.concatenate([chosen, candidates[[int(gap.argmax())]]])
    return np.asarray(chosen)


def _relax(free: Array, placed: Array, size: Array) -> Array:
    """One step of Lloyd's relaxation on a coarse grid; the placed points stay."""
    y, x = np.mgrid[0 : size[0] : 4, 0 : size[1] : 4]
    at = np.stack([y.ravel(), x.ravel()], -1).astype(float)
    everything = np.concatenate([free, placed])
    _, owner = cKDTree(everything, boxsize=size).query(at)
    delta = (at - everything[owner] + size / 2) % size - size / 2
    weight = np.maximum(np.bincount(owner, minlength=len(everything)), 1)
    move = np.stack([np.bincount(owner, delta[:, i], minlength=len(everything)) for i in (0, 1)], -1) / weight[:, None]
    return np.asarray((free + 0.8 * move[: len(free)]) % size)


def _diagram(rng: np.random.Generator, points: Array, height: int, width: int) -> tuple[Array, Array, Array]:
    """Owner of each pixel, distance to the nearest edge with rounded corners (px), distance to the centre (px)."""
    y, x = fields.grid(height, width)
    size = np.array([height, width])
    wave = (
        3.0 * fields.fbm(rng, height, width, beta=3, cycles=6),
        3.0 * fields.fbm(rng, height, width, beta=3, cycles=6),
    )
    at = np.stack([(y + wave[0]) % height, (x + wave[1]) % width], -1)
    at = np.minimum(at, size - 1e-3)
    distance, index = cKDTree(points, boxsize=size).query(at, k=4)
    between = (points[index[..., 1:]] - points[index[..., :1]] + size / 2) % size - size / 2
    edges = (distance[..., 1:] ** 2 - distance[..., :1] ** 2) / (2 * np.linalg.norm(between, axis=-1) + 1e-6)
    # A soft minimum over the neighbours rounds the corners, as solder does.
    edge = -1.5 * np.log(np.exp(-edges / 1.5).sum(-1) + 1e-12)
    return index[..., 0], edge.astype(np.float32), distance[..., 0].astype(np.float32)


def _glass(
    rng: np.random.Generator,
    palette: palettes.Palette,
    points: Array,
    petals: Array,
    owner: Array,
    height: int,
    width: int,
) -> Array:
    """Colour of each pixel's pane: dominant tones in slow currents, second colour where another current runs,
    rosettes in accents.
    """
    at = points[:, 0].astype(int) % height, points[:, 1].astype(int) % width
    tone = fields.equalise(fields.fbm(rng, height, width, beta=2.4))[at]
    other = fields.fbm(rng, height, width, beta=2.4)[at]
    t = np.clip(0.3 + 0.55 * tone + rng.normal(0, 0.08, len(points)), 0.2, 0.95)
    color = palette.tone(t)
    color = np.where((other > 0.75)[:, None], palette.second_tone(np.clip(0.35 + 0.4 * tone, 0, 1)), color)
    color = np.where((petals == 1)[:, None], palette.accent_tone(0.72), color)
    color = np.where((petals == 2)[:, None], palette.accent_tone(0.42), color)
    color = np.where((petals == 3)[:, None], palette.tone(0.88), color)
    color = np.where((petals == 4)[:, None], palette.second_tone(0.5), color)
    color = palettes.shift(color, rng.normal(0, 0.03, len(points)), 1.12)
    return np.asarray(color[owner])
