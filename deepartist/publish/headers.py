"""How each file of a site is served: its type, and for how long it may be kept."""

from __future__ import annotations

import hashlib
import json
import mimetypes
import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import PurePosixPath

from deepartist.jobs.targets import Headers

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "public, max-age=0, must-revalidate"

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".htm": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".webmanifest": "application/manifest+json",
    ".xml": "application/xml",
    ".rss": "application/rss+xml",
    ".atom": "application/atom+xml",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".yml": "application/yaml",
    ".yaml": "application/yaml",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".ico": "image/x-icon",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".ttf": "font/ttf",
    ".otf": "font/otf",
    ".pdf": "application/pdf",
    ".wasm": "application/wasm",
    ".zip": "application/zip",
    ".gz": "application/gzip",
}
"""Said here, not by the system's table, which differs from machine to machine."""

_HASH = r"(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]"
_WHOLE = re.compile(rf"{_HASH}{{20,64}}")
"""``0a1b…9f.webp``: our pictures are called by the sha256 of their bytes."""
_PART = re.compile(rf"{_HASH}{{8,64}}")
"""``main.484c7ddc.min.css``: between dots, as Material does. Not digits alone: ``report.20240131.pdf`` is a date."""


def is_hashed(path: str) -> bool:
    """Whether the name of a file holds a hash of its content, so that it never changes under this name."""
    stem, *parts = PurePosixPath(path).name.split(".")
    return bool(parts and _WHOLE.fullmatch(stem)) or any(_PART.fullmatch(part) for part in parts[:-1])


def content_type(path: str) -> str:
    """The MIME type of a file, by the end of its name."""
    suffix = PurePosixPath(path).suffix.lower()
    if suffix in _TYPES:
        return _TYPES[suffix]
    return _builtin_types().guess_type(path)[0] or "application/octet-stream"


@cache
def _builtin_types() -> mimetypes.MimeTypes:
    return mimetypes.MimeTypes()  # Python's own table, without the files of the system


def headers(path: str, rules: Mapping[str, Headers]) -> dict[str, str]:
    """The headers of a file of the site, by boto3's names; of the patterns that fit, the first counts."""
    found = {"ContentType": content_type(path), "CacheControl": FOR_EVER if is_hashed(path) else ASK_AGAIN}
    for pattern, rule in rules.items():
        if fnmatchcase(path, pattern):
            names = {name.title().replace("_", ""): value for name, value in rule if value is not None}
            return found | names
    return found


def digest(given: Mapping[str, str]) -> str:
    """16 digits that change with any header (of 64 bits: no two of a site's handful of headers meet)."""
    text = json.dumps(dict(sorted(given.items())), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
