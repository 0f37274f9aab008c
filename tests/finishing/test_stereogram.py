"""Stereograms: what they hide can be found again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image

from deepartist.finishing import Pictures, Stereogram
from deepartist.finishing.stereogram import stereogram
from deepartist.recipe import Inputs, RecipeError, read_recipe

WIDE = 40


def noise(height: int = 30, width: int = WIDE) -> NDArray[np.float32]:
    return np.random.Generator(np.random.Philox(3)).random((height, width, 3), np.float32)


def separations(picture: NDArray[np.float32], wide: int) -> NDArray[np.int64]:
    """For each pixel with a tile to its left: at which distance to the left it is found again, ``(H, W - wide)``."""
    width = picture.shape[1]
    candidates = np.arange(wide // 2, wide + 1)
    errors = []
    for separation in candidates:
        here = picture[:, wide:]
        errors.append(np.abs(here - picture[:, wide - separation : width - separation]).mean(-1))
    return candidates[np.argmin(errors, 0)]


def test_without_depth_the_tile_repeats() -> None:
    tile = noise()
    picture = stereogram(tile, np.zeros((60, 5 * WIDE), np.float32), 0.1)
    assert np.array_equal(picture, np.tile(tile, (2, 5, 1)))


def test_matching_the_rows_finds_the_depth() -> None:
    """Three levels whose separations w · (1 - depth · d) are whole pixels: each holds where the depth map has it."""
    depth = np.zeros((30, 8 * WIDE), np.float32)
    depth[5:25, 60:160], depth[5:25, 160:250] = 1, 0.5
    picture = stereogram(noise(), depth, 0.2)
    for rows, columns, separation in ((np.s_[6:24], (64, 156), 32), (np.s_[6:24], (164, 246), 36),
                                      (np.s_[6:24], (255, 295), 40), (np.s_[26:30], (25, 295), 40)):  # fmt: skip
        middles = np.arange(*columns)
        here = picture[rows][:, middles + separation // 2]
        errors = {
            other: np.abs(here - picture[rows][:, middles + separation // 2 - other]).mean(-1)
            for other in (32, 36, 40, separation)
        }
        assert (errors.pop(separation) < 1e-5).mean() > 0.99, separation
        assert all(error.mean() > 0.2 for error in errors.values()), separation
    found = separations(picture, WIDE)[:, WIDE // 2 :]
    assert (found[6:24, 24:116] == 32).mean() > 0.99


def test_depth_between_whole_pixels() -> None:
    """A wave as long as a tile becomes one as long as the separation, 38.68 pixels, on both sides of the middle."""
    wave = np.sin(2 * np.pi * np.arange(WIDE) / WIDE, dtype=np.float32)
    tile = np.tile(wave[:, None], (1, 1, 3)).reshape(1, WIDE, 3)
    picture = stereogram(tile, np.full((1, 9 * WIDE), 0.33, np.float32), 0.1)[0, :, 0]
    for side in (picture[5 * WIDE :], picture[3 * WIDE :: -1]):
        rising = np.flatnonzero((side[:-1] < 0) & (side[1:] >= 0))
        crossings = rising - side[rising] / (side[rising + 1] - side[rising])
        assert np.diff(crossings) == pytest.approx(WIDE * (1 - 0.033), abs=0.15)


def test_a_text_stands_out_in_the_middle() -> None:
    tile = torch.from_numpy(noise(80)).permute(2, 0, 1)[None]
    step = Stereogram(text="HI", tiles=8, depth=0.2, map=True)
    result = step.apply(tile, None)  # type: ignore[arg-type]  # a text needs no pictures
    assert result.shape == (1, 3, 320, 320)
    assert step.resized((WIDE, 80)) == (320, 320)
    picture, shown = (each.permute(1, 2, 0).numpy() for each in result[0].split(160, 1))
    assert set(np.unique(shown.round(1))) >= {0.0, 1.0}
    ink = np.argwhere(shown[..., 0] > 0.5)
    assert abs(ink[:, 1].mean() - 160) < 20
    assert 50 < np.ptp(ink[:, 0]) < 80, "as high as half the picture allows, and not cut"
    near = separations(picture, WIDE) == WIDE - 8
    wanted = shown[:, WIDE - (WIDE - 8) // 2 : -(WIDE - 8) // 2, 0] > 0.5  # half-way between both places
    assert near[wanted].mean() > 0.7  # narrow strokes hide a part of themselves
    assert not near[~wanted.any(1)].any(), "above and below the letters the tile repeats as it is"


def test_a_depth_map_is_fitted_and_its_nearest_point_is_nearest(tmp_path: Path) -> None:
    """A square map lies in the middle of a wide picture; its brightest gray counts as 1."""
    pixels = np.zeros((50, 50, 3), np.uint8)
    pixels[10:40, 10:40] = 128
    Image.fromarray(pixels).save(tmp_path / "depth.png")
    text = "style: sample:cells\nsize: [40, 80]\nfinish: {stereogram: {image: depth.png, map: true}}"
    resolved = read_recipe(text, Inputs([tmp_path]))
    (step,) = resolved.recipe.finish or ()
    tile = torch.from_numpy(noise(80)).permute(2, 0, 1)[None]
    shown = step.apply(tile, Pictures(resolved, torch.device("cpu")))[0, 0, 160:]
    assert float(shown[80, 160]) > 0.95
    assert float(shown[:, :75].max()) == 0
    rows = (shown[:, 160] > 0.5).nonzero()
    assert (int(rows[0]), int(rows[-1])) == (32, 127)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("{}", 'hides a "text" or an "image", one of them'),
        ("{text: A, image: sample:cells}", 'hides a "text" or an "image", one of them'),
        ("{text: ''}", "a text has at least one letter"),
        ("{text: 深い}", '"深い" cannot be written'),
        ("{text: A, depth: 0.5}", '"depth" is 0.5: it must be at most 0.4'),
        ("{text: A, tile: 4}", 'unknown word "tile" (did you mean "tiles"?)'),
        ("{image: content}", '"stereogram" looks at the content, but this recipe has none'),
        ("{image: nothing.png}", "nothing.png"),
    ],
)
def test_mistakes(words: str, message: str) -> None:
    with pytest.raises(RecipeError) as error:
        read_recipe(f"style: sample:cells\nfinish: {{stereogram: {words}}}", Inputs([]))
    assert message in str(error.value)
    assert len(error.value.problems) == 1
