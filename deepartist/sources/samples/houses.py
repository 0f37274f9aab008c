"""A row of gabled town houses: fronts, copings, windows, some of them lit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from deepartist.sources.samples import brushes, fields, palettes, scenes

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Evening:
    """Colours of an evening: sky top to horizon, walls, roofs, light behind the panes, water."""

    sky: str
    walls: str
    roofs: str
    lamp: str
    water: str


def window(x: float, y: float, w: float, h: float) -> Array:
    """An arched opening centred at ``x`` with its top at ``y``."""
    a = np.linspace(np.pi, 2 * np.pi, 8)
    arch = np.stack([x + w / 2 * np.cos(a), y + w / 2 + w / 2 * np.sin(a)], -1)
    return np.concatenate([arch, [(x + w / 2, y + h), (x - w / 2, y + h)]])


def _gable(kind: int, x: float, w: float, eave: float, rise: float) -> Array:
    """Outline of a front above its eaves: pointed, stepped, bell-shaped or a neck between volutes."""
    c, h = x + w / 2, w / 2
    if kind == 0:
        half = [(1.0, 0.0), (0.0, 1.0)]
    elif kind == 1:
        half = [p for k in range(5) for p in ((1 - k / 5, k / 5), (1 - k / 5, (k + 1) / 5))] + [(0.2, 1.0)]
    elif kind == 2:
        s = np.linspace(0, 1, 12)
        half = [(1 - 0.7 * float(t**0.6), float(t)) for t in s] + [(0.28, 1.05), (0.0, 1.16)]
    else:
        half = [(1.0, 0.0), (1.0, 0.12), (0.72, 0.2), (0.5, 0.38), (0.44, 0.6), (0.44, 0.85), (0.52, 0.88), (0.0, 1.12)]
    right = np.array([(c + h * a, eave - rise * b) for a, b in half])
    left = np.array([(c - h * a, eave - rise * b) for a, b in half])
    return np.concatenate([left, right[::-1]])


def row(rng: np.random.Generator, town: scenes.Layer, glow: Array, mood: Evening, quay: float) -> None:
    """The fronts along the quay, each with its own width, gable, brick and windows."""
    height, width = town.alpha.shape
    y, _ = fields.grid(height, width)
    walls, sky = scenes.codes(mood.walls), scenes.codes(mood.sky)
    brick = 0.05 * fields.fbm(rng, height, width, beta=1.0, cycles=25) + 0.02 * np.sin(y * 2.1)
    x, last = -12.0, -1
    while x < width:
        w = rng.uniform(50, 82)
        eave, rise = quay - height * rng.uniform(0.24, 0.36), w * rng.uniform(0.6, 0.85)
        choice = int(rng.choice([k for k in range(len(walls)) if k != last]))
        last = choice
        front = np.concatenate([[(x, quay)], _gable(int(rng.integers(4)), x, w, eave, rise), [(x + w, quay)]])
        wall = walls[choice]
        fall = np.clip((y - eave + rise) / (quay - eave + rise), 0, 1)
        tone = np.clip(0.75 - 0.5 * fall + brick, 0, 1)
        town.paint(
            palettes.gradient(np.stack([wall * 0.6, wall, wall + (sky[3] - wall) * 0.3]), tone),
            brushes.shape(front, height, width),
        )
        _trim(town, front, wall, sky[4], height, width)
        _panes(rng, town, glow, mood, x, w, eave, rise, quay)
        x += w


def _trim(town: scenes.Layer, front: Array, wall: Array, light: Array, height: int, width: int) -> None:
    """Pale copings along the gable, a dark joint between neighbours."""
    town.paint(wall + (light - wall) * 0.6, brushes.lines([front[1:-1]], 2.4, height, width))
    town.paint(wall * 0.4, brushes.lines([front[:2], front[-2:]], 1.6, height, width))


def _panes(
    rng: np.random.Generator,
    town: scenes.Layer,
    glow: Array,
    mood: Evening,
    x: float,
    w: float,
    eave: float,
    rise: float,
    quay: float,
) -> None:
    """Windows in two or three columns, some lit, one in the gable; a door and shop window below."""
    height, width = town.alpha.shape
    columns, floors = (3 if w > 64 else 2), int(rng.integers(3, 5))
    pitch, storey = w / (columns + 0.35), (quay - eave) / floors
    lit: list[Array] = []
    dim: list[Array] = []
    frame: list[Array] = []
    places = [
        (x + w / 2 + (c - (columns - 1) / 2) * pitch, eave + f * storey + storey * 0.18)
        for f in range(floors)
        for c in range(columns)
    ]
    places.append((x + w / 2, eave - rise * 0.52))
    for cx, top in places:
        w2, bottom = pitch * 0.26, top + storey * 0.6
        square = np.array([(cx - w2, top), (cx + w2, top), (cx + w2, bottom), (cx - w2, bottom)])
        pane = window(cx, top, 2 * w2, storey * 0.6) if rise % 2 < 1 else square
        (lit if rng.uniform() < 0.58 else dim).append(pane)
        frame += [
            np.array([(cx, top), (cx, top + storey * 0.6)]),
            np.array([(cx - pitch * 0.26, top + storey * 0.25), (cx + pitch * 0.26, top + storey * 0.25)]),
        ]
    lamp, sky, wall = scenes.codes(mood.lamp), scenes.codes(mood.sky), scenes.codes(mood.walls)[5]
    if dim:
        town.paint(sky[1] * 0.8, brushes.shape(dim, height, width))
    if lit:
        mask = brushes.shape(lit, height, width)
        warm = np.clip(0.45 + 0.3 * fields.fbm(rng, height, width, beta=1.5, cycles=14), 0, 1)
        town.paint(palettes.gradient(lamp, warm), mask)
        glow += 0.75 * mask
    town.paint(wall * 0.6, brushes.lines(frame, 1.1, height, width))
