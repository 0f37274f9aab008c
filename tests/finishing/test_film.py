"""Films: what is in the files, frame by frame."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageSequence

from deepartist.finishing import FILM_FORMATS, MissingCodec, encode_film, read_passport
from deepartist.finishing.gif import COLORS, bayer, dithered, mixed, palette

PASSPORT = {"recipe": {"style": "sample:größe"}, "key": "abc"}
Frame = NDArray[np.uint8]


def gradients(count: int = 5, height: int = 48, width: int = 64) -> list[Frame]:
    """A soft wave of colours that moves to the right: every frame a different one."""
    y, x = np.mgrid[:height, :width] / width
    frames = []
    for number in range(count):
        phase = 2 * np.pi * (x - number / count)
        waves = [0.5 + 0.4 * np.sin(phase), 0.5 + 0.3 * np.cos(phase + 3 * y), 0.3 + 0.3 * y]
        frames.append((255 * np.stack(waves, -1)).round().astype(np.uint8))
    return frames


def decoded(content: bytes, name: str, folder: Path) -> list[Frame]:
    if name == "gif":
        opened = Image.open(io.BytesIO(content))
        return [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(opened)]
    import av

    path = folder / f"film.{name}"
    path.write_bytes(content)
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


@pytest.mark.parametrize("name", FILM_FORMATS)
def test_a_film_shows_its_frames(name: Any, tmp_path: Path) -> None:
    frames = gradients()
    found = decoded(encode_film(frames, name, 40, 90, PASSPORT), name, tmp_path)
    assert [each.shape for each in found] == [each.shape for each in frames]
    for one, other in zip(found, frames, strict=True):
        error = one.astype(float) - other
        assert np.abs(error.mean((0, 1))).max() < 2.5  # a wrong range moves colours by 8 and more
        assert np.sqrt(np.square(error).mean()) < 8
        assert np.sqrt(np.square(error).mean()) < np.sqrt(np.square(one.astype(float) - frames[0]).mean() + 64)


@pytest.mark.parametrize("name", FILM_FORMATS)
def test_flat_colours_are_those_that_were_meant(name: Any, tmp_path: Path) -> None:
    colors = [(200, 30, 40), (20, 180, 60), (40, 50, 220), (128, 128, 128)]
    frames = [np.full((32, 32, 3), color, np.uint8) for color in colors]
    for color, found in zip(colors, decoded(encode_film(frames, name, 40, 90, {}), name, tmp_path), strict=True):
        assert np.abs(found.astype(int) - color).max() <= 3


@pytest.mark.parametrize("name", FILM_FORMATS)
def test_the_same_frames_give_the_same_bytes(name: Any) -> None:
    frames = gradients()
    once, again = (encode_film([each.copy() for each in frames], name, 40, 80, PASSPORT) for _ in range(2))
    assert once == again
    assert once != encode_film(frames[::-1], name, 40, 80, PASSPORT)


@pytest.mark.parametrize("name", FILM_FORMATS)
def test_a_film_carries_its_recipe(name: Any, tmp_path: Path) -> None:
    path = tmp_path / f"film.{name}"
    path.write_bytes(encode_film(gradients(3), name, 40, 80, PASSPORT))
    assert read_passport(path) == PASSPORT
    path.write_bytes(encode_film(gradients(3), name, 40, 80, {}))
    assert read_passport(path) is None


@pytest.mark.parametrize("name", ["mp4", "webm"])
def test_what_is_no_film_is_an_error_of_the_file(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"film.{name}"
    path.write_bytes(b"nothing of the kind")
    with pytest.raises(OSError, match="not a film that can be read"):
        read_passport(path)


def test_delays_and_endless_repetition() -> None:
    """Rounded to hundredths of a second, never so short that browsers slow it down."""
    content = encode_film(gradients(4), "gif", [44, 1000, 5, 250], 80, {})
    opened = Image.open(io.BytesIO(content))
    found = []
    for number in range(opened.n_frames):
        opened.seek(number)
        opened.load()
        found.append(round(opened.info["duration"]))
    assert found == [40, 1000, 20, 250]
    assert opened.info["loop"] == 0


@pytest.mark.parametrize("name", ["mp4", "webm"])
def test_a_video_shows_each_frame_for_its_time(name: Any, tmp_path: Path) -> None:
    import av

    path = tmp_path / f"film.{name}"
    path.write_bytes(encode_film(gradients(4), name, [40, 1000, 20, 250], 80, {}))
    with av.open(str(path)) as container:
        times = [round(float(frame.time), 3) for frame in container.decode(video=0)]
        length = container.duration / 1e6
        context = container.streams.video[0].codec_context
        described = (context.pix_fmt, context.colorspace, context.color_primaries, context.color_trc)
        assert described == ("yuv420p", 1, 1, 1)
        assert context.color_range == 1
    assert times == [0, 0.04, 1.04, 1.06]
    assert length == pytest.approx(1.31, abs=0.002)


@pytest.mark.parametrize("name", ["mp4", "webm"])
@pytest.mark.parametrize("count", [3, 5, 9, 17])
def test_a_last_frame_that_is_held_is_held(name: Any, count: int, tmp_path: Path) -> None:
    import av

    path = tmp_path / f"film.{name}"
    path.write_bytes(encode_film(gradients(count), name, [540, *[40] * (count - 2), 1040], 80, {}))
    with av.open(str(path)) as container:
        assert container.duration / 1e6 == pytest.approx(1.5 + 0.04 * count, abs=0.002)


@pytest.mark.parametrize("name", ["mp4", "webm"])
def test_odd_sides_grow_by_a_pixel(name: Any, tmp_path: Path) -> None:
    frames = gradients(3, 33, 47)
    found = decoded(encode_film(frames, name, 40, 100, {}), name, tmp_path)
    assert found[0].shape == (34, 48, 3)
    assert np.abs(found[0][:33, :47].astype(float) - frames[0]).mean() < 4


def test_an_mp4_begins_with_its_index() -> None:
    content = encode_film(gradients(3), "mp4", 40, 80, {})
    assert 0 < content.index(b"moov") < content.index(b"mdat")


@pytest.mark.parametrize("name", ["mp4", "webm"])
def test_less_quality_is_fewer_bytes(name: Any) -> None:
    random = np.random.Generator(np.random.Philox(1))
    frames = [random.integers(0, 255, (64, 64, 3), np.uint8) for _ in range(3)]
    assert len(encode_film(frames, name, 40, 40, {})) < 0.7 * len(encode_film(frames, name, 40, 90, {}))


def test_without_the_library_videos_are_refused_and_gifs_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    for name in ("mp4", "webm"):
        with pytest.raises(MissingCodec, match=f"for {name} films the library PyAV is missing: pip install av"):
            encode_film(gradients(2), name, 40, 80, {})
    assert encode_film(gradients(2), "gif", 40, 80, {}).startswith(b"GIF89a")


def test_a_build_without_the_encoder_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from deepartist.finishing import video

    monkeypatch.setitem(video.CODECS, "mp4", "libx999")
    with pytest.raises(MissingCodec, match="no libx999: mp4 films cannot be written"):
        encode_film(gradients(2), "mp4", 40, 80, {})


def test_what_is_no_film_is_said() -> None:
    with pytest.raises(ValueError, match="at least one frame"):
        encode_film([], "gif", 40, 80, {})
    with pytest.raises(ValueError, match="3 frames have 2 delays"):
        encode_film(gradients(3), "gif", [40, 40], 80, {})
    with pytest.raises(ValueError, match="frame 2 is 20×10, the first one 64×48"):
        encode_film([gradients(1)[0], np.zeros((10, 20, 3), np.uint8)], "gif", 40, 80, {})


@pytest.mark.parametrize("name", FILM_FORMATS)
def test_a_film_of_one_frame(name: Any, tmp_path: Path) -> None:
    assert len(decoded(encode_film(gradients(1), name, 40, 80, {}), name, tmp_path)) == 1


def test_one_palette_for_all_frames() -> None:
    """Colours that only one frame has are in it."""
    colors = [(250, 10, 10), (10, 250, 10), (10, 10, 250), (240, 240, 20)]
    frames = [np.full((40, 40, 3), color, np.uint8) for color in colors]
    found = palette(frames)
    assert sorted(map(tuple, found.tolist())) == sorted(colors)
    assert len(palette(gradients(20, 200, 200))) <= COLORS


def test_a_dither_mixes_what_the_palette_has_not() -> None:
    """Gray of black and white: in every 4 × 4 pixels the right number of white ones, in a pattern that stands still."""
    mixtures = mixed(np.array([[0, 0, 0], [255, 255, 255]], np.uint8))
    shares = [dithered(np.full((64, 64, 3), level, np.uint8), mixtures).mean() for level in (10, 127, 245)]
    assert shares[0] < 0.1
    assert shares[1] == pytest.approx(0.5, abs=0.03)
    assert shares[2] > 0.9
    gray = np.full((64, 64, 3), 127, np.uint8)
    one = dithered(gray, mixtures)
    gray[:, 32:] = 200
    assert np.array_equal(dithered(gray, mixtures)[:, :32], one[:, :32])


def test_from_afar_dithered_gradients_have_no_steps() -> None:
    """Means over 8 × 8 pixels are nearer to the gradient than without a dither."""
    frames = gradients(1, 256, 256)
    levels = np.array([0, 90, 170, 255], np.uint8)
    colors = np.stack(np.meshgrid(levels, levels, levels), -1).reshape(-1, 3)
    found = colors[dithered(frames[0], mixed(colors))].astype(float)
    nearest = colors[np.square(frames[0][:, :, None].astype(float) - colors).sum(-1).argmin(-1)].astype(float)

    def far(picture: NDArray[Any]) -> NDArray[Any]:
        return picture.reshape(32, 8, 32, 8, 3).mean((1, 3))

    wanted = far(frames[0].astype(float))
    assert np.square(far(found) - wanted).mean() < 0.5 * np.square(far(nearest) - wanted).mean()


def test_bayers_matrix_by_hand() -> None:
    assert bayer(2).tolist() == [[0, 2], [3, 1]]
    assert sorted(bayer(8).flatten().tolist()) == list(range(64))
    assert bayer(4)[0].tolist() == [0, 8, 2, 10]


def test_a_gif_shows_exactly_what_was_dithered() -> None:
    """Whatever is left out of a frame because it has not changed."""
    frames = gradients(6)
    frames[3] = frames[2].copy()
    frames[4] = frames[3].copy()
    frames[4][10:20, 30:40] = 255
    colors = palette(frames)
    mixtures = mixed(colors)
    content = encode_film(frames, "gif", 40, 80, {"recipe": "x" * 1000})
    found = [np.asarray(each.convert("RGB")) for each in ImageSequence.Iterator(Image.open(io.BytesIO(content)))]
    assert len(found) == 6
    for one, frame in zip(found, frames, strict=True):
        assert np.array_equal(one, colors[dithered(frame, mixtures)])


def test_what_stands_still_costs_little() -> None:
    """Twenty frames in which a few pixels move are hardly larger than one."""
    random = np.random.Generator(np.random.Philox(1))
    still = random.integers(0, 255, (96, 96, 3), np.uint8)
    frames = []
    for number in range(20):
        frame = still.copy()
        frame[40:44, 4 * number : 4 * number + 4] = 255
        frame[2, 2] = frame[-3, -3] = 10 * number  # all of the picture lies between them
        frames.append(frame)
    one, many = (len(encode_film(each, "gif", 40, 80, {})) for each in (frames[:1], frames))
    assert many < 1.4 * one
