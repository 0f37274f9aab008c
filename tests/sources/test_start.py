"""Starting canvases: noise, plasma, numbers, images and arithmetic."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deepartist.randomness import random_generator
from deepartist.recipe import Inputs
from deepartist.recipe.expression import parse_expression
from deepartist.sources.noise import Noise
from deepartist.sources.plasma import Plasma
from deepartist.sources.start import start_pixels

WORDS = {"noise", "plasma", "content"}


def evaluated(text: str, folder: Path | None = None, size: tuple[int, int] = (40, 24), seed: int = 0) -> np.ndarray:
    images = {"half.png": Inputs([folder]).image("half.png")} if folder else {}
    return start_pixels(parse_expression(text, WORDS), size, seed, images, "half.png" if folder else None)


@pytest.mark.parametrize("size", [(64, 64), (100, 60), (48, 33)])
def test_plasma_wraps_and_fills_the_range(size: tuple[int, int]) -> None:
    steps_across, steps_inside = [], []
    for seed in range(6):
        cloud = Plasma().pixels(random_generator(seed, "plasma"), *size)
        assert cloud.shape == (size[1], size[0], 3)
        assert cloud.min() >= 0
        assert cloud.max() <= 1
        assert (cloud.max((0, 1)) > 0.9).all()
        assert (cloud.min((0, 1)) < 0.1).all()
        for axis in (0, 1):
            steps = np.abs(np.diff(cloud, axis=axis)).mean()
            steps_inside.append(steps)
            steps_across.append(np.abs(np.take(cloud, 0, axis) - np.take(cloud, -1, axis)).mean())
    assert np.mean(steps_across) < 1.3 * np.mean(steps_inside), "opposite edges are as close as neighbours"


def test_plasma_is_smooth_where_noise_is_not() -> None:
    plasma = Plasma().pixels(random_generator(0, "plasma"), 64, 64)
    noise = Noise().pixels(random_generator(0, "noise"), 64, 64)
    assert np.abs(np.diff(plasma, axis=0)).mean() < 0.25 * np.abs(np.diff(noise, axis=0)).mean()
    assert noise.mean() == pytest.approx(0.5, abs=0.02)
    assert noise.std() == pytest.approx(np.sqrt(1 / 12), abs=0.01)


def test_randomness_is_ours_for_ever() -> None:
    """Literals: the same recipe starts from the same canvas on every machine and in every version."""
    noise = Noise().pixels(random_generator(7, "noise"), 2, 1)
    assert noise.ravel().round(6).tolist() == pytest.approx(LITERAL_NOISE, abs=1e-6)
    assert not np.array_equal(noise, Noise().pixels(random_generator(7, "other"), 2, 1))
    assert not np.array_equal(noise, Noise().pixels(random_generator(8, "noise"), 2, 1))
    later = Noise().pixels(random_generator(7, "noise", stage=1, step=2), 2, 1)
    assert not np.array_equal(noise, later)


LITERAL_NOISE = [0.990718, 0.409592, 0.744562, 0.186635, 0.022397, 0.945468]


def test_arithmetic(tmp_path: Path) -> None:
    Image.new("RGB", (10, 10), (128, 64, 0)).save(tmp_path / "half.png")
    half = np.array([128, 64, 0], np.float32) / 255
    assert np.allclose(evaluated("0.25"), 0.25)
    assert np.allclose(evaluated("0.2 + 0.4 * 0.5"), 0.4)
    assert np.allclose(evaluated("(0.2 + 0.4) * 0.5"), 0.3)
    assert np.allclose(evaluated("1 - 0.25 - 0.25"), 0.5)
    assert np.allclose(evaluated("half.png * 0.5", tmp_path), half * 0.5, atol=1e-6)
    assert np.allclose(evaluated("content", tmp_path), half, atol=1e-6)
    assert (evaluated("noise - noise") == 0).all(), "the same word is the same pixels"
    mixed = evaluated("0.2 + 0.4 * noise")
    assert mixed.min() >= 0.2
    assert mixed.max() <= 0.6
    assert mixed.shape == (24, 40, 3)


def test_clamped_at_the_end_and_not_before() -> None:
    assert np.allclose(evaluated("2 - 1.5"), 0.5)
    assert np.allclose(evaluated("5 * 0.5"), 1)
    assert np.allclose(evaluated("0.25 - 1"), 0)


def test_the_seed_decides() -> None:
    assert np.array_equal(evaluated("plasma", seed=3), evaluated("plasma", seed=3))
    assert not np.array_equal(evaluated("plasma", seed=3), evaluated("plasma", seed=4))
