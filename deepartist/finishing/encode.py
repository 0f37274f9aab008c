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

PNG_KEYWORD = "deepartist"
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
        exif = Image.Exif()
        exif[_EXIF_IFD] = {_USER_COMMENT: _ASCII + text.encode("ascii")}
        image.save(stream, "WEBP", quality=quality, method=5, exif=exif)
    return stream.getvalue()


def read_passport(path: Path) -> dict[str, Any] | None:
    """Recipe and key that a picture carries, or None. Raises OSError for a file that is not a picture."""
    from PIL import Image

    with Image.open(path) as image:
        image.load()
        text = image.info.get(PNG_KEYWORD)
        if text is None:
            comment = image.getexif().get_ifd(_EXIF_IFD).get(_USER_COMMENT, b"")
            text = comment[len(_ASCII) :].decode("ascii", "replace") if isinstance(comment, bytes) else comment
    try:
        passport = json.loads(text)
    except ValueError:
        return None
    return passport if isinstance(passport, dict) and "recipe" in passport else None
