"""Files for pages that are made from pictures by Pillow alone: smaller copies, and what browsers would not show.

Each is made once: it lies in the cache under a name that says what it was made from.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from deepartist.store.copying import whole

if TYPE_CHECKING:
    from PIL.Image import Image

    from deepartist.store import Output

WIDE = 1000
"""Pictures that are wider have a copy of half their size, for telephones and narrow columns."""
CARD = 320
"""The long side of pictures in galleries: twice what they take of the page, for screens with fine pixels."""


@dataclass(frozen=True)
class File:
    """A file to publish."""

    path: Path
    sha256: str


def half(output: Output, path: Path, store: Path) -> File | None:
    """A copy of half the size, of pictures that are wide; None for others and for what cannot be read."""
    return _smaller(output, path, (output.width + 1) // 2, 85, store) if output.width > WIDE else None


def card(output: Output, path: Path, store: Path) -> File | None:
    """A copy for a gallery, in fewer bytes also where it has no fewer pixels; None for what cannot be read."""
    wide, high = output.width, output.height
    return _smaller(output, path, round(wide * min(1, CARD / max(wide, high, 1))), 80, store)


def _smaller(output: Output, path: Path, width: int, quality: int, store: Path) -> File | None:
    from deepartist.store import SMALL

    name = f"{SMALL}/{output.sha256[:32]}-{width}-{quality}.webp"
    try:
        return made_once(store, name, lambda: _shrunk(path, width), quality)
    except (OSError, ValueError, SyntaxError):  # a damaged picture: it is shown as it is
        return None


def _shrunk(path: Path, width: int) -> Image:
    """Of a GIF the first frame. Raises OSError, ValueError or SyntaxError for what is no picture."""
    from PIL import Image

    from deepartist.recipe.inputs import readable_formats

    try:
        with Image.open(path, formats=readable_formats()) as opened:
            picture = opened.convert("RGB")
    except Image.DecompressionBombError as error:
        raise ValueError(str(error)) from None
    size = max(1, width), max(1, round(picture.height * width / picture.width))
    return picture if size == picture.size else picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3)


def made_once(store: Path, name: str, draw: Callable[[], Image], quality: int) -> File:
    """The WebP file `name` in the cache, drawn if it is not there; elsewhere where the cache may only be read."""
    path = store / name
    if not path.exists():
        drawn = draw()
        try:
            _save(drawn, path, quality)
        except OSError:  # a cache that may only be read
            path = Path(tempfile.gettempdir(), "deepartist", name)
            _save(drawn, path, quality)
    return File(path, _digest(path, path.stat().st_mtime_ns))


def _save(image: Image, path: Path, quality: int) -> None:
    """Atomically: two builds may do the same at once."""
    with whole(path) as temporary:
        image.save(temporary, "WEBP", quality=quality, method=4)


@lru_cache(maxsize=4096)
def _digest(path: Path, _mtime_ns: int) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
