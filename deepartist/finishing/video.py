"""Films as MP4 (H.264) and WebM (VP9), by PyAV.

PyAV brings FFmpeg's libraries as wheels for all systems and is handed frames as arrays. (imageio-ffmpeg brings a
program, which is fed through pipes and knows one duration for all frames.)
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from av import VideoFrame
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

    Frame = NDArray[np.uint8]

CODECS = {"mp4": "libx264", "webm": "libvpx-vp9"}
CONTAINER = {"mp4": {"movflags": "+faststart"}, "webm": {}}
"""The index of an MP4 goes before its frames, so that it plays while it is loaded."""
TICK = Fraction(1, 100)
"""Of a second: delays are multiples of it, as in a GIF."""
BT709 = 1
"""Primaries, transfer and matrix of HDTV, by the number that all of FFmpeg's enums have for it."""


class MissingCodec(Exception):
    """This computer cannot write films of the format that is asked for; the message says why."""


def encode_video(frames: Sequence[Frame], format: str, delays: Sequence[int], quality: int, comment: str) -> bytes:  # noqa: A002
    """Frames ``(H, W, 3)``, each shown for so many milliseconds (multiples of 10), once.

    Chroma is halved (yuv420p), which all browsers can show; odd sides grow by one pixel. `quality` 1 to 100 is made the
    constant rate factor of the encoder. One thread: how many there are would show in the bytes. Raises MissingCodec.
    """
    import numpy as np

    av, codec = _codec(format)
    height, width = frames[0].shape[:2]
    # Writing the index first takes a file that can be read again.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"film.{format}")
        with av.open(path, "w", format=format, options={"fflags": "+bitexact", **CONTAINER[format]}) as container:
            container.metadata["comment"] = comment
            stream = container.add_stream(codec, rate=1 / TICK, options=_options(format, quality))
            stream.width, stream.height, stream.pix_fmt = width + width % 2, height + height % 2, "yuv420p"
            _describe(stream)
            ticks = [round(delay / 1000 / TICK) for delay in delays]
            begins = np.cumsum([0, *ticks]).tolist()
            lasts = dict(zip(begins, ticks, strict=False))
            for packet in _packets(stream, frames, begins):
                packet.duration = lasts[packet.pts]
                container.mux(packet)
        return path.read_bytes()


def _codec(format: str) -> tuple[Any, str]:  # noqa: A002
    """PyAV and the name of an encoder that it has."""
    try:
        import av

        av.Codec(CODECS[format], "w")
    except ImportError:
        raise MissingCodec(f"for {format} films the library PyAV is missing: pip install av") from None
    except ValueError:
        raise MissingCodec(f"this build of PyAV has no {CODECS[format]}: {format} films cannot be written") from None
    return av, CODECS[format]


def _options(format: str, quality: int) -> dict[str, str]:  # noqa: A002
    """H.264: 90 is a factor of 18. With 8 more, VP9 comes to about the same error, in fewer bytes and more time.

    No frames in H.264 that look ahead (``bf``): then the last frame shown is also the last one written, from which an
    MP4 knows when it ends. They would save 2 % of the bytes.
    """
    if format == "mp4":
        return {"crf": str(round(54 - 0.4 * quality)), "preset": "slow", "bf": "0"}
    return {"crf": str(round(62 - 0.4 * quality)), "b": "0", "cpu-used": "2", "row-mt": "0"}


def _describe(stream: VideoStream) -> None:
    """Say how time and colours are meant; a player that has to guess shows other colours."""
    from av.codec.context import Flags

    context = stream.codec_context
    context.time_base, context.thread_count = TICK, 1
    context.flags |= Flags.bitexact  # no version of the encoder
    context.color_primaries = context.color_trc = context.colorspace = BT709
    context.color_range = 1  # 16 to 235


def _packets(stream: VideoStream, frames: Sequence[Frame], begins: Sequence[int]) -> Iterator[Any]:
    for frame, begin in zip(frames, begins, strict=False):
        picture = _picture(frame)
        picture.pts, picture.time_base = begin, TICK
        yield from stream.encode(picture)
    yield from stream.encode()


def _picture(frame: Frame) -> VideoFrame:
    import av
    import numpy as np
    from av.video.reformatter import ColorRange, Colorspace, Interpolation

    odd = [(0, side % 2) for side in frame.shape[:2]]
    picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(np.pad(frame, [*odd, (0, 0)], "edge")), "rgb24")
    exact = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INP | Interpolation.BITEXACT
    return picture.reformat(
        format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG, interpolation=exact
    )


def read_comment(path: Path) -> str:
    """What a film carries as its comment, empty where there is none. Raises OSError for what is not a film."""
    try:
        import av
    except ImportError:
        raise OSError("to look into films the library PyAV is missing: pip install av") from None
    try:
        with av.open(path) as container:
            return next((text for word, text in container.metadata.items() if word.lower() == "comment"), "")
    except av.FFmpegError as error:
        raise OSError(f"this is not a film that can be read: {error.strerror}") from None
