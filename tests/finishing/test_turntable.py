"""Balls that turn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from deepartist.finishing import closes, turntable
from deepartist.views import Icosa, Octa, Sphere, Tetra
from deepartist.views.sphere import OnSphere


def soft(height: int = 64, width: int = 64) -> torch.Tensor:
    """A canvas without a seam."""
    y, x = torch.meshgrid(torch.arange(height) / height, torch.arange(width) / width, indexing="ij")
    waves = [torch.sin(2 * torch.pi * (2 * x + k / 3)) + torch.cos(2 * torch.pi * (y + k / 5)) for k in range(3)]
    return (0.5 + 0.2 * torch.stack(waves))[None]


@pytest.mark.parametrize("view", [Sphere(tilt=20), Sphere(repeats=3), Tetra(), Octa(tilt=15), Icosa(turn=30)])
def test_it_closes(view: OnSphere) -> None:
    """After one period every frame is there again, not after a third of it, and no step is longer than the others."""
    frames = list(turntable(soft(), view, 12))
    later = view.model_copy(update={"turn": view.turn + view.period})
    again = next(turntable(soft(), later, 12))
    assert np.abs(again.astype(int) - frames[0]).max() <= 1
    assert np.abs(frames[4].astype(int) - frames[0]).mean() > 2
    assert 0.7 < closes(frames) < 1.4


@pytest.mark.parametrize(("view", "degrees"), [(Sphere(repeats=3), 120), (Tetra(), 180), (Octa(), 360)])
def test_periods(view: OnSphere, degrees: float) -> None:
    """Of the solids as they are placed: the tetrahedron has an axis of two turns upright, the cube none."""
    assert view.period == degrees


def test_a_place_moves_as_on_a_ball() -> None:
    """A bright meridian: after an eighth of a turn to the right it is at sin 45° of the radius."""
    canvas = torch.zeros(1, 3, 128, 256)
    canvas[..., 126:130] = 1
    first, moved = list(turntable(canvas, Sphere(repeats=1), 8))[:2]
    row, middle = first.shape[0] // 2, first.shape[1] / 2 - 0.5
    places = [float(np.average(np.arange(len(each)), weights=each.astype(float))) - middle for each in
              (frame[row, :, 0].clip(40) - 40 for frame in (first, moved))]  # fmt: skip
    assert abs(places[0]) < 0.5
    assert abs(abs(places[1]) - 64 * np.sin(np.pi / 4)) < 1


def test_the_light_comes_from_the_upper_left_and_is_soft() -> None:
    frame = next(turntable(torch.full((1, 3, 128, 128), 0.8), Sphere(), 1)).astype(float)
    side = len(frame)
    levels = [frame[round(side * y), round(side * x), 0] for x, y in ((0.32, 0.28), (0.5, 0.5), (0.75, 0.78))]
    assert levels[0] > levels[1] > levels[2] > 70
    assert levels[0] == pytest.approx(0.8 * 255, abs=4)


def test_edges_are_antialiased() -> None:
    """Between ball and background there are steps, none of them darker than both."""
    frame = next(turntable(torch.full((1, 3, 128, 128), 0.9), Sphere(), 1)).astype(float)[..., 0]
    background = frame[0, 0]
    assert frame.min() >= background - 1
    bright = frame[: len(frame) // 2, : len(frame) // 2]
    assert ((bright > background + 10) & (bright < 120)).sum() > 10  # inside the ball nothing is as dark here


@pytest.mark.parametrize("size", [(48, 96), (97, 65)])
def test_the_ball_fills_the_shorter_side(size: tuple[int, int]) -> None:
    frame: Any = next(turntable(soft(*size), Sphere(), 1))
    side = min(size) + 2 * round(0.05 * min(size))
    assert frame.shape == (side, side, 3)
    assert (frame[side // 2, side // 2] > 60).any()
