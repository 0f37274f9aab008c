"""Finished frames as one file: GIF, MP4 or WebM, with the recipe inside.

Measured by `benchmarks/films.py` at quality 90 on one core of a server: 48 frames of 480 × 480, a texture that turns
into another one / a ball that turns. PSNR of RGB in dB, and of the same seen from farther away.

```text
            seconds        MB            PSNR           from afar
GIF         2.1 / 2.0      6.4 / 7.4     31.0 / 34.0    42.0 / 44.4
MP4         3.4 / 3.8      1.0 / 0.8     26.5 / 30.5    39.5 / 41.2
WebM        4.9 / 11.7     0.8 / 0.7     26.3 / 30.4    38.6 / 41.1
Pillow GIF  31 / 21       11.6 / 7.6     33.7 / 34.9    40.4 / 40.2
```

All but GIF halve the chroma, which alone costs a film of saturated strokes all above 29 dB. Pillow's GIF (a palette for
each frame, error diffusion) flickers where nothing moves.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, get_args

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Frame = NDArray[np.uint8]

FilmFormat = Literal["gif", "mp4", "webm"]
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

    `delays` says for how many milliseconds each frame is shown, or all of them: rounded to 10, at least 20. A GIF
    repeats for ever; MP4 and WebM repeat where the page says so (``<video loop muted autoplay playsinline>``).
    `quality` 1 to 100 is that of `encode`; a GIF has no choice. `passport` (recipe and key) is stored inside, for
    `read_passport`. MP4 and WebM have even sides: odd ones grow by one pixel.

    The same input gives the same bytes, as long as the libraries stay the same: no dates, nothing of this machine.
    Frames are asked for one after the other, so a sequence may read them from files. Raises ValueError for no frames,
    frames of several sizes, or as many delays as frames are not; MissingCodec where this computer cannot write MP4 or
    WebM: GIF it always can.
    """
    times = _times(frames, delays)
    text = json.dumps(passport, sort_keys=True)
    if format == "gif":
        from deepartist.finishing.gif import encode_gif

        return encode_gif(_Checked(frames), times, text)
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
