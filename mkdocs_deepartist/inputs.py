"""The recipe's own pictures as files of the site, for the strip content | style | result."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from deepartist.store.copying import whole

if TYPE_CHECKING:
    from PIL.Image import Image

    from mkdocs_deepartist.blocks import Picture

SHOWN_BY_BROWSERS = {".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif"}


@dataclass(frozen=True)
class File:
    path: Path
    sha256: str


def published(picture: Picture, store: Path) -> File:
    """The file to publish for an input. Samples and formats that browsers do not show are made into WebP, once.

    Raises OSError, ValueError or SyntaxError for a picture that cannot be read.
    """
    if picture.path is not None and not Path(picture.path).is_file():  # not downloaded yet
        raise FileNotFoundError(picture.path)
    if picture.path is not None and Path(picture.path).suffix.lower() in SHOWN_BY_BROWSERS:
        return File(Path(picture.path), picture.digest)
    name = Path("inputs", f"{picture.digest[:32]}.webp")
    path = store / name
    if not path.exists():
        drawn = _drawn(picture)
        try:
            _save(drawn, path)
        except OSError:  # a cache that may only be read
            path = Path(tempfile.gettempdir(), "deepartist", name)
            _save(drawn, path)
    return File(path, _digest(path, path.stat().st_mtime_ns))


def _drawn(picture: Picture) -> Image:
    from PIL import Image, ImageOps

    from deepartist.recipe.inputs import readable_formats

    if picture.sample is None:
        assert picture.path is not None
        with Image.open(picture.path, formats=readable_formats()) as opened:
            return ImageOps.exif_transpose(opened).convert("RGB")
    import numpy as np

    from deepartist.sources.samples import render

    return Image.fromarray((render(*picture.sample) * 255 + 0.5).astype(np.uint8))


def _save(image: Image, path: Path) -> None:
    """Atomically: two builds may do the same at once."""
    with whole(path) as temporary:
        image.save(temporary, "WEBP", quality=90, method=4)


@lru_cache(maxsize=1024)
def _digest(path: Path, _mtime_ns: int) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
