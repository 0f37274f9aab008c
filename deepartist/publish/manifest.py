"""What was published, kept beside the site: with it and one listing nothing else has to be asked.

It is also the only proof of ownership: what is not in it is never deleted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from deepartist.publish.errors import PublishError

NAME = ".deepartist-published.json"
VERSION = 1


@dataclass(frozen=True)
class Entry:
    """One file as it was published. All fields are empty for one that was only announced."""

    sha256: str = ""
    headers: str = ""
    """`headers.digest` of what it is served with."""
    etag: str = ""
    """As the server called it then: another one means that somebody else has been there."""
    gone: float | None = None
    """When it was first missed in the site, in seconds since 1970 by the server's clock."""


@dataclass(frozen=True)
class Manifest:
    """All files of ours by path below the target."""

    files: Mapping[str, Entry] = field(default_factory=dict)
    stale: tuple[str, ...] = ()
    """What the CDN has not been told to forget yet, as `invalidation.collapsed` says it."""

    def text(self) -> bytes:
        """As JSON, one file a line."""
        lines = []
        for path, entry in sorted(self.files.items()):
            values = {name: value for name, value in vars(entry).items() if value not in ("", None)}
            lines.append(f"{json.dumps(path, ensure_ascii=False)}: {json.dumps(values)}")
        files = ",\n".join(lines)
        return f'{{"version": {VERSION}, "stale": {json.dumps(self.stale)}, "files": {{\n{files}\n}}}}\n'.encode()


def read_manifest(text: bytes) -> Manifest:
    """The manifest of `text`. Raises PublishError where it is of a later version, ValueError where it is damaged."""
    data = json.loads(text)
    if not isinstance(data, dict) or not isinstance(data.get("version"), int):
        raise ValueError("no version")
    if data["version"] > VERSION:
        raise PublishError(f"this site was published by a newer DeepArtist ({NAME}): update yours")
    files = {path: _entry(path, values) for path, values in dict(data["files"]).items()}
    return Manifest(files, tuple(map(str, data.get("stale", ()))))


def _entry(path: str, values: Any) -> Entry:
    if not is_inside(path):
        raise ValueError(f"{path} is outside of the site")
    entry = Entry(**values)
    texts = (entry.sha256, entry.headers, entry.etag)
    if not all(isinstance(each, str) for each in texts) or not isinstance(entry.gone, float | int | None):
        raise TypeError(path)
    return entry


def is_inside(path: str) -> bool:
    """Whether a path stays below the target: a manifest can be written by others too."""
    steps = path.split("/")
    return path != NAME and not any(step in ("", ".", "..") for step in steps) and PurePosixPath(path).parts != ()
