"""Finished pixels as files: PNG and WebP that carry their recipe."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

PNG_KEYWORD = "deepartist"
FILMS = (".mp4", ".webm")
_USER_COMMENT = 0x9286
_EXIF_IFD = 0x8769
_ASCII = b"ASCII\0\0\0"


def encode(pixels: NDArray[np.uint8], format: str, quality: int, passport: Mapping[str, Any]) -> bytes:  # noqa: A002
    """``(H, W, 3)`` 8-bit sRGB as the bytes of a PNG (lossless) or WebP (`quality` 1 to 100) file.

    `passport` (recipe and key) is stored inside: as JSON in a PNG text chunk or in WebP's EXIF user comment. The same
    input gives the same bytes: no dates, no paths of this machine.
    """
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    image, stream, text = Image.fromarray(pixels), io.BytesIO(), json.dumps(passport, sort_keys=True)
    if format == "png":
        info = PngInfo()
        info.add_itxt(PNG_KEYWORD, text)
        info.add(b"sRGB", b"\0")
        image.save(stream, "PNG", pnginfo=info, optimize=True)
    else:
        image.save(stream, "WEBP", quality=quality, method=5, exif=exif(text))
    return stream.getvalue()


def within(pixels: NDArray[np.uint8], longest: int) -> NDArray[np.uint8]:
    """``(H, W, 3)`` of 8 bits, made smaller (Lanczos) where a side has more than so many pixels."""
    import numpy as np
    from PIL import Image

    high, wide = pixels.shape[:2]
    share = longest / max(high, wide)
    if share >= 1:
        return pixels
    size = max(1, round(wide * share)), max(1, round(high * share))
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))


def as_png(path: Path) -> bytes:
    """A picture file as PNG, with the passport that it carries. Raises OSError for a file that is no picture."""
    import numpy as np
    from PIL import Image

    with Image.open(path) as image:
        return encode(np.asarray(image.convert("RGB")), "png", 0, read_passport(path) or {})


def exif(text: str) -> Image.Exif:
    """EXIF with a user comment of ASCII characters."""
    from PIL import Image

    result = Image.Exif()
    result[_EXIF_IFD] = {_USER_COMMENT: _ASCII + text.encode("ascii")}
    return result


def read_passport(path: Path) -> dict[str, Any] | None:
    """Recipe and key that a picture or film carries, or None. Raises OSError for a file that is neither."""
    try:
        passport = json.loads(_film_text(path) if path.suffix.lower() in FILMS else _picture_text(path))
    except ValueError:
        return None
    return passport if isinstance(passport, dict) and "recipe" in passport else None


def _picture_text(path: Path) -> str:
    from PIL import Image

    with Image.open(path) as image:
        image.load()
        if image.format == "GIF":
            return bytes(image.info.get("comment", b"")).decode("ascii", "replace")
        if text := image.info.get(PNG_KEYWORD):
            return str(text)
        comment = image.getexif().get_ifd(_EXIF_IFD).get(_USER_COMMENT, b"")
        return comment[len(_ASCII) :].decode("ascii", "replace") if isinstance(comment, bytes) else str(comment)


def _film_text(path: Path) -> str:
    from deepartist.finishing.video import read_comment

    return read_comment(path)
