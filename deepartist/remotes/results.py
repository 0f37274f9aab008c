"""Results as they lie at a remote: as in a store, ``KEY[:2]/KEY/record.json`` and the files that it names beside it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from deepartist.remotes.parallel import at_once
from deepartist.remotes.remote import WORKERS, BucketRemote, Remote
from deepartist.store import Output, Record, Store, StoreError, folder_of
from deepartist.store.store import RECORD, RECORD_VERSION

MOST_RECORD = 16 * 2**20
MOST_FILE = 2 * 2**30
"""Bytes. What says that it is larger is not read."""
_TYPES = {
    ".webp": "image/webp", ".png": "image/png", ".gif": "image/gif", ".mp4": "video/mp4", ".json": "application/json",
}  # fmt: skip
_FOR_EVER = "public, max-age=31536000, immutable"


class DamagedError(ValueError):
    """A result that cannot be used; the message is a sentence that names its file."""


# -- reading -------------------------------------------------------------------------------------------------------


def fetch(remote: Remote, key: str, into: Store) -> Record | None:
    """Copy a result into a store, each file checked by its sha256; None where the remote does not have it.

    Raises DamagedError for one that is not whole or that a newer version wrote, RemoteError where the remote cannot be
    used, StoreError where the store cannot be written.
    """
    folder = folder_of(key)
    where = f"{remote.place.url}/{folder}"
    content = remote.get(f"{folder}/{RECORD}", MOST_RECORD)
    if content is None:
        return None
    data, outputs = _read(content, key, f"{where}/{RECORD}")
    files = {each.role: (_file(remote, folder, each), _suffix(each), each.width, each.height) for each in outputs}
    facts = {word: value for word, value in data.items() if word not in ("version", "key", "outputs")}
    return into.put(key, files, facts)


def _read(content: bytes, key: str, where: str) -> tuple[dict[str, Any], list[Output]]:
    """A record that others may have written: nothing that it says leads out of its folder."""
    try:
        data = json.loads(content)
        version = data["version"]
        if isinstance(version, int) and version > RECORD_VERSION:
            raise DamagedError(f"{where} was written by a newer DeepArtist: install that one to use it")
        outputs = [Output(**each) for each in data["outputs"]]
        whole = version == RECORD_VERSION and data["key"] == key and outputs and all(map(_is_sound, outputs))
    except DamagedError:
        raise
    except (ValueError, KeyError, TypeError, RecursionError):
        whole = False
    if not whole:
        raise DamagedError(f"{where} is damaged: it is not used")
    return data, outputs


def _is_sound(output: Output) -> bool:
    numbers = (output.bytes, output.width, output.height)
    return (
        re.fullmatch("[0-9a-f]{64}", output.sha256) is not None
        and re.fullmatch(rf"{output.sha256[:32]}\.[a-z0-9]{{1,16}}", output.name) is not None
        and isinstance(output.role, str)
        and all(type(number) is int and number >= 0 for number in numbers)
        and output.bytes <= MOST_FILE
    )


def _suffix(output: Output) -> str:
    return output.name[output.name.index(".") :]


def _file(remote: Remote, folder: str, output: Output) -> bytes:
    path = f"{folder}/{output.name}"
    content = remote.get(path, output.bytes)
    if content is None:
        raise DamagedError(f"{remote.place.url}/{path} is missing, although its record names it: it is not used")
    if hashlib.sha256(content).hexdigest() != output.sha256:
        raise DamagedError(f"{remote.place.url}/{path} is damaged: its bytes are not those of its record, not used")
    return content


def has(remote: Remote, key: str) -> bool:
    """Whether a remote has a result: its record comes last, so where that is, all of it is. Raises RemoteError."""
    return remote.size(f"{folder_of(key)}/{RECORD}") is not None


# -- writing -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Parcel:
    """A result that a remote does not have, and which of its files."""

    record: Record
    outputs: tuple[Output, ...]

    @property
    def bytes(self) -> int:
        return sum(output.bytes for output in self.outputs)


def unsent(remote: Remote, records: Iterable[Record], force: bool = False) -> list[Parcel]:
    """What has to be sent; with `force` all of it. Raises RemoteError."""

    def look(record: Record) -> Parcel | None:
        outputs = tuple({each.name: each for each in record.outputs.values()}.values())  # equal frames are one file
        if force:
            return Parcel(record, outputs)
        if has(remote, record.key):
            return None
        folder = folder_of(record.key)  # an earlier run may have been stopped between two files
        return Parcel(record, tuple(each for each in outputs if remote.size(f"{folder}/{each.name}") != each.bytes))

    return [parcel for parcel in at_once(look, records, WORKERS) if parcel is not None]


def send(remote: BucketRemote, parcels: Sequence[Parcel], sent: Callable[[int], None]) -> list[str]:
    """Send results, `sent` hearing of their bytes; returns what is wrong with those that are damaged here.

    The files of a result go before its record, so that nobody ever finds half of it, whoever is killed when and
    whoever else sends the same: files of other bytes have other names. Raises RemoteError.
    """

    def one(parcel: Parcel) -> str:
        record = parcel.record
        try:
            for output in parcel.outputs:
                _send(remote, record, output.name, record.content(output.role))
                sent(output.bytes)
        except StoreError as error:
            return str(error)
        _send(remote, record, RECORD, record.text())
        return ""

    return [wrong for wrong in at_once(one, parcels, WORKERS) if wrong]


def _send(remote: BucketRemote, record: Record, name: str, content: bytes) -> None:
    kind = _TYPES.get(name[name.rindex(".") :], "application/octet-stream")
    headers = {"ContentType": kind, "CacheControl": "no-cache" if name == RECORD else _FOR_EVER}
    remote.put(f"{folder_of(record.key)}/{name}", content, headers)
