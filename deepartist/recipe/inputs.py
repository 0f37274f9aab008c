"""What a recipe points at: image files inside the site and procedural samples, with their digest and size.

Only headers are read here (Pillow), so that keys and sizes are known without decoding and without torch. Pictures from
elsewhere (addresses, earlier paintings) are found by functions that the caller gives.
"""

from __future__ import annotations

import hashlib
import os
import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import parse_qsl

from deepartist.recipe.parts import parts
from deepartist.recipe.problems import did_you_mean

PAINTED = ("painting:", "canvas:")
"""How the names of earlier paintings begin: the finished picture, and what was on the canvas before rounding."""
MAX_SIDE = 32_768
MAX_PIXELS = 120_000_000
FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP", "PPM", "AVIF")
"""What is opened, by Pillow's names: recipes are not trusted, and others run programs (EPS) or are no pictures."""
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff", ".bmp", ".avif"}
"""How the names of pictures end; the others in a folder are left alone."""


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
    address: str | None = None
    """Where the file comes from, if it is to be at `path` before anything is painted."""
    sha256: str = ""
    """Of the file, where it does not identify the pixels: one painting may have been stored in other bytes."""
    canvas: ImageInput | None = None
    """The same pixels before they were rounded to 8 bits: what a start takes."""

    @property
    def key(self) -> dict[str, Any]:
        """What goes into a key: content digest or sample identity, never a path."""
        return dict(self.identity)


Finder = Callable[[str], ImageInput]
"""Looks up a picture whose name begins with a certain scheme. Raises InputError."""


class Inputs:
    """Finds the pictures that a recipe names.

    `folders` are searched in order (the page's own folder, then the root of the docs). With `root` given, nothing
    outside it may be read, also not through symbolic links: recipes are untrusted. `elsewhere` maps schemes (``https``,
    ``painting``) to what looks such names up.
    """

    def __init__(
        self, folders: Sequence[Path], root: Path | None = None, elsewhere: Mapping[str, Finder] | None = None
    ) -> None:
        self.folders = tuple(Path(folder).absolute() for folder in folders)
        self.root = root.resolve() if root else None
        self.elsewhere = elsewhere or {}
        self.looked_at: set[str] = set()
        """Files and folders, there or not, on which it depended what was found."""

    def image(self, reference: str) -> ImageInput:
        """Look up one picture. Raises InputError."""
        scheme = reference.partition(":")[0].lower()
        if scheme == "sample":
            return sample(reference)
        if scheme in self.elsewhere:
            found = self.elsewhere[scheme](reference)
            for each in (found, found.canvas):
                if each and each.path and not each.address:  # what is downloaded is pinned and does not change
                    self.looked_at.add(str(each.path))
            return found
        if "://" in reference:
            raise InputError(f'"{reference}": pictures from {scheme}:// addresses are not supported; save the file')
        with _sentences(reference):
            return read_file(self._find(reference), reference)

    def pictures(self, reference: str, most: int) -> tuple[ImageInput, ...]:
        """Look up one picture, or all those of a folder by name, `most` at most. Raises InputError."""
        folder = self._folder(reference)
        if folder is None:
            return (self.image(reference),)
        with _sentences(reference):
            names = sorted(_names(folder))
        if not names:
            raise InputError(f'the folder "{reference}" holds no pictures (PNG, JPEG, WebP, TIFF, GIF, …)')
        if len(names) > most:
            raise InputError(f'the folder "{reference}" holds {len(names)} pictures: a style takes at most {most}')
        return tuple(self.image(f"{reference.rstrip('/')}/{name}") for name in names)

    def _find(self, reference: str) -> Path:
        if "\0" in reference or not reference.strip():
            raise InputError("the name of a picture is missing")
        candidates = self._candidates(reference)
        inside = self._inside(candidates)
        for path in inside:
            self.looked_at.add(str(path))
            if path.is_file() and not reference.endswith("/"):
                return path
        if not inside or any(path.exists() for path in candidates if path not in inside):
            raise InputError(f'"{reference}" lies outside the site: recipes may only use files below its docs folder')
        if any(path.is_dir() for path in inside):
            raise InputError(f'"{reference}" is a folder, and one picture is needed here: only a style takes a folder')
        if reference in parts("source") or re.search(r"\s[-+*]\s", reference):
            raise InputError(f'there is no picture "{reference}": noise, plasma and arithmetic belong under start')
        what = "folder" if reference.endswith("/") else "picture"
        raise InputError(f'there is no {what} "{reference}"{_nearest(reference, inside)}')

    def _folder(self, reference: str) -> Path | None:
        """The folder of that name, if it is one and no picture is called so."""
        if ":" in reference or "\0" in reference or not reference.strip():
            return None
        with _sentences(reference):
            inside = self._inside(self._candidates(reference))
            self.looked_at.update(map(str, inside))
            if not reference.endswith("/") and any(path.is_file() for path in inside):
                return None
            return next((path for path in inside if path.is_dir()), None)

    def _candidates(self, reference: str) -> list[Path]:
        if self.root is None and Path(reference).is_absolute():
            return [Path(reference)]
        return [Path(os.path.normpath(folder / reference.lstrip("/"))) for folder in self.folders]

    def _inside(self, candidates: Sequence[Path]) -> list[Path]:
        return [path for path in candidates if self.root is None or path.resolve().is_relative_to(self.root)]


class KnownInputs(Inputs):
    """Inputs whose files were found before: for the process that paints what another one has resolved."""

    def __init__(self, paths: Mapping[str, Path], elsewhere: Mapping[str, Finder] | None = None) -> None:
        super().__init__([], elsewhere=elsewhere)
        self.paths = paths

    def image(self, reference: str) -> ImageInput:
        path = self.paths.get(reference)
        if path is None:
            return super().image(reference)
        with _sentences(reference):
            return read_file(path, reference)


@contextmanager
def _sentences(reference: str) -> Iterator[None]:
    """For a name that no file can have, and links that go round in a circle."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f'"{reference[:60]}" cannot be looked up: {reason}') from None


def _nearest(reference: str, candidates: Sequence[Path]) -> str:
    """A hint at what lies in the folder that was meant, in the words of the recipe."""
    meant, slash = PurePosixPath(reference), "/" if reference.endswith("/") else ""
    folders = {path.parent for path in candidates if path.parent.is_dir()}
    around = [name for folder in folders for name in (_folders(folder) if slash else _names(folder))]
    near = get_close_matches(meant.name, around[:400], n=1)
    return f' (did you mean "{meant.with_name(near[0])}{slash}"?)' if near else ""


def _folders(folder: Path) -> Iterator[str]:
    return (each.name for each in folder.iterdir() if each.is_dir())


def _names(folder: Path) -> Iterator[str]:
    """The pictures in a folder."""
    for each in folder.iterdir():
        if each.suffix.lower() in SUFFIXES and not each.name.startswith("."):
            yield each.name


@cache
def readable_formats() -> tuple[str, ...]:
    """Those of `FORMATS` that this Pillow has."""
    from PIL import Image

    Image.init()
    return tuple(name for name in FORMATS if name in Image.OPEN)


def read_file(path: Path, reference: str) -> ImageInput:
    """What is known of the picture in a file. Raises InputError, OSError where there is no file."""
    stat = path.stat()
    digest, width, height = _read(path, reference, stat.st_mtime_ns, stat.st_size)
    return ImageInput(reference, (("sha256", digest),), width, height, path)


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
