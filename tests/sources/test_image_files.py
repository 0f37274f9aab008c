"""Every kind of image file becomes the same upright sRGB pixels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from deepartist.recipe import InputError, Inputs
from deepartist.sources.pictures import load_picture, resized

WIDTH, HEIGHT = 24, 16


@pytest.fixture
def pixels() -> np.ndarray:
    """A red-to-green ramp with a blue corner at the top left."""
    ramp = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    ramp[..., 0] = np.linspace(255, 0, WIDTH)
    ramp[..., 1] = np.linspace(0, 255, WIDTH)
    ramp[:4, :4] = [0, 0, 255]
    return ramp


def load(folder: Path, image: Image.Image, name: str = "picture.png", **options: Any) -> np.ndarray:
    image.save(folder / name, **options)
    return load_picture(Inputs([folder]).image(name))


def test_rgb_is_taken_as_it_is(tmp_path: Path, pixels: np.ndarray) -> None:
    loaded = load(tmp_path, Image.fromarray(pixels))
    assert loaded.dtype == np.float32
    assert np.array_equal(np.round(loaded * 255), pixels)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation(tmp_path: Path, pixels: np.ndarray, orientation: int) -> None:
    """The picture is stored turned, with a note that says how; loaded, it is upright and its declared size is right."""
    from PIL.Image import Transpose

    undo = {
        2: Transpose.FLIP_LEFT_RIGHT, 3: Transpose.ROTATE_180, 4: Transpose.FLIP_TOP_BOTTOM, 5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_90, 7: Transpose.TRANSVERSE, 8: Transpose.ROTATE_270,
    }  # fmt: skip
    image = Image.fromarray(pixels)
    stored = image.transpose(undo[orientation]) if orientation in undo else image
    exif = Image.Exif()
    exif[0x0112] = orientation
    loaded = load(tmp_path, stored, exif=exif)
    assert np.array_equal(np.round(loaded * 255), pixels)
    found = Inputs([tmp_path]).image("picture.png")
    assert (found.width, found.height) == (WIDTH, HEIGHT)


def test_alpha_lies_on_white(tmp_path: Path, pixels: np.ndarray) -> None:
    alpha = np.full((HEIGHT, WIDTH, 1), 255, np.uint8)
    alpha[:, : WIDTH // 2] = 0
    loaded = load(tmp_path, Image.fromarray(np.concatenate([pixels, alpha], -1)))
    assert (loaded[:, : WIDTH // 2] == 1).all()
    assert np.array_equal(np.round(loaded[:, WIDTH // 2 :] * 255), pixels[:, WIDTH // 2 :])


def test_gray_with_alpha(tmp_path: Path) -> None:
    gray = Image.merge("LA", [Image.new("L", (8, 8), 100), Image.new("L", (8, 8), 128)])
    loaded = load(tmp_path, gray)
    assert loaded.shape == (8, 8, 3)
    assert loaded.mean() * 255 == pytest.approx(100 * 128 / 255 + 127, abs=1.5)


def test_palettes(tmp_path: Path, pixels: np.ndarray) -> None:
    loaded = load(tmp_path, Image.fromarray(pixels).quantize(256), "picture.gif")
    assert np.abs(loaded * 255 - pixels).mean() < 6


def test_transparent_palette(tmp_path: Path) -> None:
    image = Image.new("P", (8, 8), 1)
    image.putpalette([255, 0, 0, 0, 128, 0])
    image.paste(0, (0, 0, 4, 8))
    loaded = load(tmp_path, image, "picture.png", transparency=0)
    assert (loaded[:, :4] == 1).all()
    assert np.allclose(loaded[0, 7] * 255, [0, 128, 0])


def test_gray(tmp_path: Path) -> None:
    loaded = load(tmp_path, Image.new("L", (8, 8), 51))
    assert np.allclose(loaded, 0.2)


def test_one_bit(tmp_path: Path) -> None:
    assert np.allclose(load(tmp_path, Image.new("1", (8, 8), 1)), 1)


def test_sixteen_bits(tmp_path: Path) -> None:
    values = np.full((8, 8), 13107, np.uint16)
    assert np.allclose(load(tmp_path, Image.fromarray(values)), 0.2, atol=1e-4)
    assert np.allclose(load(tmp_path, Image.fromarray(values), "picture.tif"), 0.2, atol=1e-4)


def test_floats(tmp_path: Path) -> None:
    assert np.allclose(load(tmp_path, Image.fromarray(np.full((8, 8), 0.2, np.float32)), "picture.tif"), 0.2, atol=1e-4)


def test_cmyk(tmp_path: Path) -> None:
    loaded = load(tmp_path, Image.new("CMYK", (16, 16), (0, 255, 255, 0)), "picture.jpg", quality=98)
    assert loaded[..., 0].mean() > 0.9
    assert loaded[..., 1:].mean() < 0.1


def test_an_embedded_profile_is_honoured(tmp_path: Path) -> None:
    """Lab white through a Lab profile is sRGB white; a damaged profile is ignored."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = Image.new("RGB", (8, 8), (200, 100, 50))
    assert np.allclose(load(tmp_path, image, icc_profile=srgb) * 255, [200, 100, 50], atol=1)
    assert np.allclose(load(tmp_path, image, "damaged.png", icc_profile=b"no profile") * 255, [200, 100, 50], atol=1)
    swapped = _swapped_profile(srgb)
    moved = load(tmp_path, image, "swapped.png", icc_profile=swapped) * 255
    assert moved[0, 0].argmax() == 2, "red primaries stored as blue ones must come out blue"


def _swapped_profile(profile: bytes) -> bytes:
    """An sRGB profile whose red and blue primaries are exchanged in its tag table."""
    return profile.replace(b"rXYZ", b"tmpX").replace(b"bXYZ", b"rXYZ").replace(b"tmpX", b"bXYZ")


def test_the_first_frame_of_a_film(tmp_path: Path) -> None:
    red, blue = Image.new("RGB", (8, 8), "red"), Image.new("RGB", (8, 8), "blue")
    loaded = load(tmp_path, red, "film.gif", save_all=True, append_images=[blue])
    assert np.allclose(loaded[0, 0], [1, 0, 0], atol=0.02)


def test_a_truncated_file(tmp_path: Path) -> None:
    Image.effect_noise((200, 200), 90).save(tmp_path / "whole.jpg")
    (tmp_path / "half.jpg").write_bytes((tmp_path / "whole.jpg").read_bytes()[:4000])
    with pytest.raises(InputError, match=r'"half\.jpg" cannot be decoded'):
        load_picture(Inputs([tmp_path]).image("half.jpg"))


def test_resampling_keeps_the_mean_and_does_not_alias() -> None:
    checks = np.indices((64, 64)).sum(0) % 2
    pixels = np.repeat(checks[..., None], 3, -1).astype(np.float32)
    small = resized(pixels, (16, 16))
    assert small.shape == (16, 16, 3)
    assert np.abs(small[2:-2, 2:-2] - 0.5).max() < 0.05
