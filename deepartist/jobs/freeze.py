"""Results to be committed with a site: of each the record and one picture, of a size for the web."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deepartist.recipe.key import digest
from deepartist.store import INPUTS, Output, Record, Store, StoreError
from deepartist.store.copying import copy_whole

if TYPE_CHECKING:
    from deepartist.recipe.inputs import ImageInput

WEB_SIZE = 1600
"""Long side in pixels of the pictures that are committed, unless another one is asked for."""

LARGEST_GIF = 500_000
"""Bytes of a GIF that is committed although there is a video of the same frames, a fifth as large."""


def freeze(record: Record, into: Store, web_size: int) -> Record:
    """Put a result into `into`, its picture no larger than `web_size` on its long side; what is there stays.

    WebP is taken where there is one; a film is taken whole, but for a large GIF beside a video. Raises StoreError for a
    result of which a file is damaged, and where nothing can be written.
    """
    if there := into.get(record.key):
        return there
    if record.data["kind"] == "film":
        outputs = [each for each in record.outputs.values() if not _too_heavy(each, record)]
        files = {
            each.role: (record.content(each.role), Path(each.name).suffix, each.width, each.height) for each in outputs
        }
        return into.put(record.key, files, _facts(record))
    role = "webp" if "webp" in record.outputs else next(iter(record.outputs))
    output = record.outputs[role]
    content, width, height = record.content(role), output.width, output.height
    if max(width, height) > web_size:
        content, width, height = _smaller(record, role, web_size)
    facts = {**_facts(record), "frozen": output.sha256}
    return into.put(record.key, {role: (content, f".{role}", width, height)}, facts)


def sample_files(images: Iterable[ImageInput]) -> set[str]:
    """How the samples among `images` are called beside results, as ``inputs/….webp``."""
    return {f"{INPUTS}/{digest(image.key)[:32]}.webp" for image in images if image.path is None}


def freeze_samples(images: Iterable[ImageInput], own: Store, into: Store) -> None:
    """Copy those samples that pages have shown: to draw one again takes about a second.

    Raises StoreError where nothing can be written.
    """
    for name in sorted(sample_files(images)):
        source, target = own.root / name, into.root / name
        if source.exists() and not target.exists():
            try:
                copy_whole(source, target)
            except OSError as error:
                raise StoreError(f"{target} cannot be written: {error.strerror or error}") from None


def _too_heavy(output: Output, record: Record) -> bool:
    """Whether another file beside it shows the same in far fewer bytes."""
    if output.role == "png":
        return "webp" in record.outputs
    return output.role == "gif" and output.bytes > LARGEST_GIF and "mp4" in record.outputs


def _facts(record: Record) -> dict[str, Any]:
    return {word: value for word, value in record.data.items() if word not in ("version", "key", "outputs")}


def _smaller(record: Record, role: str, web_size: int) -> tuple[bytes, int, int]:
    """The picture reduced, from the lossless one where there is one."""
    import io

    import numpy as np
    from PIL import Image

    from deepartist.finishing import encode, within

    source = "png" if "png" in record.outputs else role
    try:
        with Image.open(io.BytesIO(record.content(source))) as opened:
            pixels = within(np.asarray(opened.convert("RGB")), web_size)
    except (OSError, SyntaxError, ValueError) as error:
        raise StoreError(f"{record.path(source)} cannot be decoded: {error}") from None
    recipe = record.data["recipe"]
    passport = {"recipe": recipe, "key": record.key, "quality": record.data["quality"], "made": "DeepArtist"}
    return encode(pixels, role, recipe["output"]["quality"], passport), pixels.shape[1], pixels.shape[0]
