"""What a recipe points at: image files inside the site and procedural samples, with their digest and size.

Only headers are read here (Pillow), so that keys and sizes are known without decoding and without torch.
"""

from __future__ import annotations

import hashlib
import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import parse_qsl

from deepartist.recipe.parts import parts
from deepartist.recipe.problems import did_you_mean

MAX_SIDE = 32_768
MAX_PIXELS = 120_000_000
FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP", "PPM", "AVIF")
"""What is opened, by Pillow's names: recipes are not trusted, and others run programs (EPS) or are no pictures."""


class InputError(ValueError):
    """An input that cannot be used; the message is a sentence for the author."""


@dataclass(frozen=True)
class ImageInput:
    """One picture: what it is called in the recipe, what identifies its pixels, and its size after EXIF rotation."""

    reference: str
    identity: tuple[tuple[str, Any], ...]
    width: int
    height: int
    path: Path | None = None

    @property
    def key(self) -> dict[str, Any]:
        """What goes into a key: content digest or sample identity, never a path."""
        return dict(self.identity)


class Inputs:
    """Finds the pictures that a recipe names.

    `folders` are searched in order (the page's own folder, then the root of the docs). With `root` given, nothing
    outside it may be read, also not through symbolic links: recipes are untrusted.
    """

    def __init__(self, folders: Sequence[Path], root: Path | None = None) -> None:
        self.folders = tuple(Path(folder).absolute() for folder in folders)
        self.root = root.resolve() if root else None

    def image(self, reference: str) -> ImageInput:
        """Look up `reference`. Raises InputError."""
        if reference.startswith("sample:"):
            return sample(reference)
        scheme = reference.partition("://")[0]
        if "://" in reference:
            raise InputError(f'"{reference}": pictures from {scheme}:// addresses are not supported; save the file')
        try:
            path = self._find(reference)
            stat = path.stat()
        except (OSError, RuntimeError) as error:  # a name that no file can have, links that go round in a circle
            reason = getattr(error, "strerror", None) or error
            raise InputError(f'"{reference[:60]}" cannot be looked up: {reason}') from None
        digest, width, height = _read(path, reference, stat.st_mtime_ns, stat.st_size)
        return ImageInput(reference, (("sha256", digest),), width, height, path)

    def _find(self, reference: str) -> Path:
        if "\0" in reference or not reference.strip():
            raise InputError("the name of a picture is missing")
        candidates = [Path(os.path.normpath(folder / reference.lstrip("/"))) for folder in self.folders]
        if self.root is None and Path(reference).is_absolute():
            candidates = [Path(reference)]
        inside = [path for path in candidates if self.root is None or path.resolve().is_relative_to(self.root)]
        for path in inside:
            if path.is_file():
                return path
        if not inside or any(path.is_file() for path in candidates):
            raise InputError(f'"{reference}" lies outside the site: recipes may only use files below its docs folder')
        if any(path.is_dir() for path in inside):
            raise InputError(f'"{reference}" is a folder, not a picture')
        raise InputError(f'there is no picture "{reference}"{_nearest(reference, inside)}')


class KnownInputs(Inputs):
    """Inputs whose files were found before: for the process that paints what another one has resolved."""

    def __init__(self, paths: Mapping[str, Path]) -> None:
        super().__init__([])
        self.paths = paths

    def _find(self, reference: str) -> Path:
        return self.paths[reference]


def _nearest(reference: str, candidates: Sequence[Path]) -> str:
    """A hint at what lies in the folder that was meant, in the words of the recipe."""
    meant = PurePosixPath(reference)
    near = get_close_matches(meant.name, _pictures(candidates), n=1)
    return f' (did you mean "{meant.with_name(near[0])}"?)' if near else ""


def _pictures(candidates: Sequence[Path]) -> list[str]:
    suffixes = {".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff", ".bmp", ".avif"}
    return [
        sibling.name
        for folder in {path.parent for path in candidates if path.parent.is_dir()}
        for sibling in sorted(folder.iterdir())[:200]
        if sibling.suffix.lower() in suffixes
    ]


@cache
def readable_formats() -> tuple[str, ...]:
    """Those of `FORMATS` that this Pillow has."""
    from PIL import Image

    Image.init()
    return tuple(name for name in FORMATS if name in Image.OPEN)


@lru_cache(maxsize=4096)
def _read(path: Path, reference: str, _mtime_ns: int, size: int) -> tuple[str, int, int]:
    """sha256, width and height of a file; cached by its time and size within this process."""
    from PIL import Image, UnidentifiedImageError

    if size == 0:
        raise InputError(f'"{reference}" is empty (0 bytes)')
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        with (
            warnings.catch_warnings(action="ignore", category=Image.DecompressionBombWarning),
            Image.open(path, formats=readable_formats()) as image,
        ):
            width, height = image.size
            if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
                limit = f"at most {MAX_SIDE} pixels a side and {MAX_PIXELS // 1_000_000} megapixels"
                raise InputError(f'"{reference}" is too large ({width}×{height}): {limit}')
            turned = image.getexif().get(0x0112, 1) in (5, 6, 7, 8)  # decodes PNGs, which may keep it at their end
    except UnidentifiedImageError:
        raise InputError(f'"{reference}" is not a picture that can be read (PNG, JPEG, WebP, TIFF, GIF, …)') from None
    except Image.DecompressionBombError:
        raise InputError(f'"{reference}" is too large: at most {MAX_PIXELS // 1_000_000} megapixels') from None
    except InputError:
        raise
    except (OSError, SyntaxError, ValueError) as error:
        raise InputError(f'"{reference}" cannot be read: {error}') from None
    return (digest, height, width) if turned else (digest, width, height)


def sample(reference: str) -> ImageInput:
    """``sample:NAME?seed=N``: a picture drawn by our own code. Raises InputError."""
    name, _, query = reference.removeprefix("sample:").partition("?")
    known = parts("sample")
    if name not in known:
        raise InputError(f'there is no sample "{name}"{did_you_mean(name, known)}')
    pairs = parse_qsl(query, keep_blank_values=True)
    try:
        part = known[name].model_validate({key: int(value) for key, value in pairs})
    except ValueError:
        raise InputError(
            f'"{reference}": a sample takes only a whole number as seed, as in sample:{name}?seed=3'
        ) from None
    width, height = part.size  # type: ignore[attr-defined]
    return ImageInput(reference, tuple(part.identity().items()), width, height)
