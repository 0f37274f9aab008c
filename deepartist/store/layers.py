"""The places where results of a project are looked for: its own store first, then folders that are only read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress

from deepartist.store.store import RECORD, RECORD_VERSION, Record, Store


class Layers:
    """Several stores as one to read from; the first that has a result gives it."""

    def __init__(self, own: Store, others: Sequence[Store] = ()) -> None:
        self.stores = (own, *others)

    def get(self, key: str) -> Record | None:
        """The record of `key`, or None where no layer has it whole."""
        for store in self.stores:
            if record := store.get(key):
                return record
        return None

    def beginning(self, prefix: str) -> list[Record]:
        """The records whose keys begin with `prefix`, two digits at least; each once."""
        keys = dict.fromkeys(key for store in self.stores for key in store.keys_from(prefix))
        return [record for key in keys if (record := self.get(key))]

    def wrong(self, key: str) -> Iterator[str]:
        """Why a result that lies in a layer cannot be used, in a sentence that names its file."""
        for store in self.stores:
            path = store.folder(key) / RECORD
            if not path.exists() or store.get(key):
                continue
            version = None
            with suppress(OSError, ValueError, TypeError, KeyError):
                version = json.loads(path.read_bytes())["version"]
            if isinstance(version, int) and version > RECORD_VERSION:
                yield f"{path} was written by a newer DeepArtist: install that one to use it"
            else:
                yield f"{path} or a file that it names is damaged: it is not used"
