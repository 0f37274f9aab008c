"""The procedural pictures: their table, their determinism, and that each is a picture: contrast, tones, detail."""

from __future__ import annotations

import dataclasses
import functools
import subprocess
import sys

import numpy as np
import numpy.typing as npt
import pytest

from deepartist.sources import samples
from deepartist.sources.samples import SAMPLES, fields, palettes, render

NAMES = list(SAMPLES)


@functools.cache
def picture(name: str, seed: int = 0) -> npt.NDArray[np.float32]:
    """Rendered once per test run; tests only read it."""
    drawn = render(name, seed)
    drawn.setflags(write=False)
    return drawn


def test_table_names_its_keys_and_is_frozen() -> None:
    assert [sample.name for sample in SAMPLES.values()] == NAMES
    assert {sample.kind for sample in SAMPLES.values()} == {"style", "content"}
    assert all(sample.version >= 1 and sample.summary for sample in SAMPLES.values())
    with pytest.raises(dataclasses.FrozenInstanceError):
        SAMPLES["boat"].version = 9  # type: ignore[misc]


def test_table_is_importable_without_numpy() -> None:
    heavy = ["numpy", "scipy", "PIL", "torch"]
    code = f"import sys; import deepartist.sources.samples; print([m for m in {heavy} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert found == "[]"


@pytest.mark.parametrize("name", NAMES)
def test_shape_type_and_range(name: str) -> None:
    drawn, (width, height) = picture(name), SAMPLES[name].size
    assert drawn.shape == (height, width, 3)
    assert drawn.dtype == np.float32
    assert np.isfinite(drawn).all()
    assert drawn.min() >= 0
    assert drawn.max() <= 1


# The other contents are drawn by the same tools as the boat: their third rendering is left to the long run.
_TWICE = [name for name in NAMES if SAMPLES[name].kind == "style"] + ["boat"]


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in _TWICE else pytest.mark.slow) for name in NAMES]
)
def test_same_seed_same_bytes(name: str) -> None:
    assert render(name, 0).tobytes() == picture(name, 0).tobytes()


@pytest.mark.parametrize("name", NAMES)
def test_seeds_differ(name: str) -> None:
    assert np.abs(picture(name, 0) - picture(name, 1)).mean() > 0.02


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("name", NAMES)
def test_full_tones_colour_and_detail(name: str, seed: int) -> None:
    drawn = picture(name, seed)
    tone = drawn.mean(-1)
    dark, light = np.percentile(tone, [1, 99])
    assert drawn.std() > 0.1
    assert dark < 0.25
    assert light > 0.65
    assert np.median(drawn.max(-1) - drawn.min(-1)) > 0.01 or drawn.std(axis=(0, 1)).max() > 0.1
    assert np.abs(np.diff(tone, axis=1)).mean() > 0.008
    # Neither burnt out nor drowned: most pixels keep room on both sides.
    assert ((tone > 0.01) & (tone < 0.995)).mean() > 0.6


@pytest.mark.parametrize("name", [name for name in NAMES if SAMPLES[name].kind == "content"])
def test_contents_read_as_thumbnails(name: str) -> None:
    """Light and dark masses survive shrinking to a tile of about 80 px."""
    tone = picture(name).mean(-1)
    small = tone[: tone.shape[0] // 8 * 8, : tone.shape[1] // 8 * 8].reshape(tone.shape[0] // 8, 8, -1, 8).mean((1, 3))
    assert small.std() > 0.1


def test_unknown_name_offers_the_nearest() -> None:
    with pytest.raises(KeyError, match="'marble'"):
        render("marbel")
    with pytest.raises(KeyError, match="no sample"):
        samples.find("")


def test_oklab_there_and_back() -> None:
    colors = np.array([[0, 0, 0], [1, 1, 1], [0.2, 0.5, 0.8], [0.9, 0.1, 0.3]])
    np.testing.assert_allclose(palettes.srgb(palettes.oklab(colors)), colors, atol=2e-3)
    np.testing.assert_allclose(palettes.oklab(np.ones(3)), [1, 0, 0], atol=1e-4)


@pytest.mark.parametrize("name", list(palettes.PALETTES))
def test_palettes_run_from_dark_to_light(name: str) -> None:
    lightness = palettes.oklab(palettes.PALETTES[name].ramp)[:, 0]
    assert (np.diff(lightness) > 0).all()
    assert lightness[0] < 0.35
    assert lightness[-1] > 0.85


def test_noise_is_standardised_and_tiles() -> None:
    field = fields.fbm(np.random.default_rng(3), 128, 192, beta=2.0)
    assert abs(float(field.mean())) < 1e-4
    assert abs(float(field.std()) - 1) < 1e-3
    seam, inside = np.abs(field[0] - field[-1]).mean(), np.abs(np.diff(field, axis=0)).mean()
    assert seam < 2 * inside


def test_sample_is_bilinear_and_wraps() -> None:
    field = np.arange(12, dtype=np.float32).reshape(3, 4)
    assert fields.sample(field, np.array([0.5]), np.array([0.0]))[0] == pytest.approx(2.0)
    assert fields.sample(field, np.array([0.0]), np.array([3.5]))[0] == pytest.approx(1.5)
    assert fields.sample(field, np.array([3.0]), np.array([-1.0]))[0] == pytest.approx(3.0)
