"""Input-addressed results: one folder per key, ``KEY[:2]/KEY/``, holding ``record.json`` and the files it names.

A result exists when its record does: files are written under temporary names, renamed, and the record is renamed into
place last, so that a reader never sees half a result, whoever is killed when. Files are named by their own sha256.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from deepartist.store.copying import whole

RECORD = "record.json"
RECORD_VERSION = 1
SMALL = "small"
"""A folder beside the results: smaller copies of their pictures for pages, ``SHA256[:32]-….webp`` of the picture."""

INPUTS = "inputs"
"""Another one: what recipes name, where browsers do not show it as it is (samples are drawn), ``DIGEST[:32].webp``."""


def folder_of(key: str) -> str:
    """The folder of a result, from the root of its store, wherever that lies."""
    return f"{key[:2]}/{key}"


class StoreError(RuntimeError):
    """The store cannot be read or written; the message is a sentence for the user."""


@dataclass(frozen=True)
class Output:
    """One file of a result."""

    role: str
    """What it is for: ``webp``, ``png``, ``canvas``."""
    name: str
    sha256: str
    bytes: int
    width: int
    height: int


@dataclass(frozen=True)
class Record:
    """What is known of one result; `data` is the whole of ``record.json``."""

    key: str
    folder: Path
    data: Mapping[str, Any]

    @cached_property
    def outputs(self) -> dict[str, Output]:
        """The files by role."""
        return {each["role"]: Output(**each) for each in self.data["outputs"]}

    def text(self) -> bytes:
        """The content of ``record.json``."""
        return json.dumps(self.data, indent=1, ensure_ascii=False).encode()

    def path(self, role: str) -> Path:
        return self.folder / self.outputs[role].name

    def content(self, role: str) -> bytes:
        """The bytes of a file. Raises StoreError where they are not those that were stored."""
        path = self.path(role)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise StoreError(f"{path} cannot be read: {error.strerror or error}") from None
        if hashlib.sha256(content).hexdigest() != self.outputs[role].sha256:
            raise StoreError(f"{path} is damaged: its bytes are not those that were stored")
        return content


class Store:
    """A folder of results. Reading never creates anything; many processes may use one store at once."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def folder(self, key: str) -> Path:
        return self.root / folder_of(key)

    def get(self, key: str) -> Record | None:
        """The record of `key`, or None where there is none, or where it or one of its files is damaged."""
        folder = self.folder(key)
        try:
            data = json.loads((folder / RECORD).read_bytes())
            record = Record(key, folder, data)
            whole = (
                data["version"] == RECORD_VERSION
                and data["key"] == key
                and all((folder / each.name).stat().st_size == each.bytes for each in record.outputs.values())
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return record if whole else None

    def put(self, key: str, files: Mapping[str, tuple[bytes, str, int, int]], facts: Mapping[str, Any]) -> Record:
        """Store a result: `files` maps roles to (bytes, suffix, width, height), `facts` go into the record.

        Raises StoreError where the disk is full or the folder cannot be written; nothing half-written stays.
        """
        folder = self.folder(key)
        outputs = []
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for role, (content, suffix, width, height) in files.items():
                sha256 = hashlib.sha256(content).hexdigest()
                _write(folder / f"{sha256[:32]}{suffix}", content)
                outputs.append(Output(role, f"{sha256[:32]}{suffix}", sha256, len(content), width, height).__dict__)
            data = {"version": RECORD_VERSION, "key": key, "outputs": outputs, **facts}
            record = Record(key, folder, data)
            _write(folder / RECORD, record.text())
        except OSError as error:
            raise StoreError(f"the result cannot be stored in {self.root}: {error.strerror or error}") from error
        return record

    @contextmanager
    def lock(self, key: str) -> Iterator[None]:
        """Hold the right to paint `key`; a second process waits here, then finds the result. Freed by death."""
        from filelock import FileLock  # only what paints needs locks; a cached build does without

        try:
            folder = self.root / "locks"
            folder.mkdir(parents=True, exist_ok=True)
            guard = FileLock(folder / f"{key[:32]}.lock")
            guard.acquire()
        except OSError as error:
            raise StoreError(f"{self.root} cannot be written: {error.strerror or error}") from error
        try:
            yield
        finally:
            guard.release()

    def check_writable(self) -> None:
        """Raises StoreError where nothing can be stored."""
        probe = self.root / f".probe-{secrets.token_hex(4)}"
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise StoreError(f"the cache folder {self.root} cannot be written: {error.strerror or error}") from error

    def keys(self) -> Iterator[str]:
        """Every key that has a record."""
        for record in sorted(self.root.glob(f"[0-9a-f][0-9a-f]/*/{RECORD}")):
            yield record.parent.name

    def remove(self, key: str) -> None:
        """Take a result away, its record first: whoever reads meanwhile finds all of it or nothing."""
        import shutil

        folder = self.folder(key)
        with suppress(OSError):
            (folder / RECORD).unlink()
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):
            folder.parent.rmdir()  # if it was the last one

    def keys_from(self, prefix: str) -> Iterator[str]:
        """Every key that begins with `prefix`, two digits at least, and has a record."""
        for record in sorted(self.root.glob(f"{prefix[:2]}/{prefix}*/{RECORD}")):
            yield record.parent.name

    def size(self) -> int:
        """Bytes of all files."""
        return sum(path.stat().st_size for path in self.root.rglob("*") if path.is_file())


def _write(path: Path, content: bytes) -> None:
    """Atomically: temporary file in the same folder, fsync, rename."""
    with whole(path) as temporary, temporary.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
