"""Finished frames as one file: GIF, animated WebP, MP4 or WebM, with the recipe inside.

Which to take (measured by `benchmarks/films.py`, 48 frames of 480 × 480 pixels that all move):

BENCHMARK
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, get_args

from deepartist.finishing.encode import exif

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Frame = NDArray[np.uint8]

FilmFormat = Literal["gif", "webp", "mp4", "webm"]
FILM_FORMATS: tuple[FilmFormat, ...] = get_args(FilmFormat)
LEAST_DELAY = 20
"""Milliseconds. What is shorter, browsers show for 100."""


def encode_film(
    frames: Sequence[Frame],
    format: FilmFormat,  # noqa: A002
    delays: int | Sequence[int],
    quality: int,
    passport: Mapping[str, Any],
) -> bytes:
    """Frames ``(H, W, 3)`` of 8-bit sRGB, all of one size, as the bytes of a film.

    `delays` says for how many milliseconds each frame is shown, or all of them: rounded to 10, at least 20. GIF and
    WebP repeat for ever; MP4 and WebM repeat where the page says so (``<video loop muted autoplay playsinline>``).
    `quality` 1 to 100 is that of `encode`; a GIF has no choice. `passport` (recipe and key) is stored inside, for
    `read_passport`. MP4 and WebM have even sides: odd ones grow by one pixel.

    The same input gives the same bytes, as long as the libraries stay the same: no dates, nothing of this machine.
    Frames are asked for one after the other, so a sequence may read them from files. Raises ValueError for no frames,
    frames of several sizes, or as many delays as frames are not; MissingCodec where this computer cannot write MP4 or
    WebM: GIF and WebP it always can.
    """
    times = _times(frames, delays)
    text = json.dumps(passport, sort_keys=True)
    if format == "gif":
        from deepartist.finishing.gif import encode_gif

        return encode_gif(_Checked(frames), times, text)
    if format == "webp":
        return _webp(_Checked(frames), times, quality, text)
    from deepartist.finishing.video import encode_video

    return encode_video(_Checked(frames), format, times, quality, text)


def _times(frames: Sequence[Frame], delays: int | Sequence[int]) -> list[int]:
    if len(frames) == 0:
        raise ValueError("a film needs at least one frame")
    each = [delays] * len(frames) if isinstance(delays, int) else list(delays)
    if len(each) != len(frames):
        raise ValueError(f"{len(frames)} frames have {len(each)} delays")
    return [max(LEAST_DELAY, 10 * round(delay / 10)) for delay in each]


class _Checked(Sequence["Frame"]):
    """Frames of which each has the size of the first."""

    def __init__(self, frames: Sequence[Frame]) -> None:
        self.frames, self.shape = frames, frames[0].shape

    def __len__(self) -> int:
        return len(self.frames)

    def __getitem__(self, index: Any) -> Any:
        frame = self.frames[index]
        if frame.shape != self.shape:
            raise ValueError(f"frame {index + 1} is {_size(frame.shape)}, the first one {_size(self.shape)}")
        return frame


def _size(shape: tuple[int, ...]) -> str:
    return f"{shape[1]}×{shape[0]}"


def _webp(frames: Sequence[Frame], delays: Sequence[int], quality: int, text: str) -> bytes:
    from PIL import Image

    images = (Image.fromarray(frame) for frame in frames)
    stream = io.BytesIO()
    next(images).save(
        stream, "WEBP", save_all=True, append_images=images, duration=list(delays), loop=0, quality=quality, method=4,
        exif=exif(text),
    )  # fmt: skip
    return stream.getvalue()
