"""The recipe's own pictures as files of the site, for the strip content | style | result."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from deepartist.store import INPUTS
from mkdocs_deepartist.derived import File, made_once

if TYPE_CHECKING:
    from PIL.Image import Image

    from mkdocs_deepartist.blocks import Picture

SHOWN_BY_BROWSERS = {".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif"}


def published(picture: Picture, stores: Sequence[Path]) -> File:
    """The file to publish for an input. Samples and formats that browsers do not show are made into WebP, once, and
    kept in the first of the folders; the others are only looked at.

    Raises OSError, ValueError or SyntaxError for a picture that cannot be read.
    """
    if picture.path is not None and not Path(picture.path).is_file():  # not downloaded yet
        raise FileNotFoundError(picture.path)
    if picture.path is not None and Path(picture.path).suffix.lower() in SHOWN_BY_BROWSERS:
        return File(Path(picture.path), picture.digest)
    name = f"{INPUTS}/{picture.digest[:32]}.webp"
    store = next((each for each in stores if (each / name).exists()), stores[0])
    return made_once(store, name, lambda: _drawn(picture), quality=90)


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
