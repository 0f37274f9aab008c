"""Remotes as the last places where results are looked for: what no folder has is fetched from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from deepartist.remotes.parallel import at_once
from deepartist.remotes.places import RemotePlace
from deepartist.remotes.remote import WORKERS, RefusedError, Remote, RemoteError, open_remote
from deepartist.remotes.results import DamagedError, fetch, has
from deepartist.store import Record, Store, StoreError

T = TypeVar("T")
PATIENCE = 3
"""Failures until a remote that has given something is asked no more; another one is left alone after the first."""
SHOWN = 5
"""Damaged results that are named one by one."""


class Lookup:
    """Several remotes, asked in order, each for a key once: what is nowhere stays so until there is another lookup.

    Nothing is imported or asked before something is wanted.
    """

    def __init__(self, places: Sequence[RemotePlace], into: Store) -> None:
        self.places, self._into = places, into
        self._remotes: list[Remote] | None = None
        self._asked: set[str] = set()
        self._failures: Counter[str] = Counter()
        self._answered: set[str] = set()
        """Remotes that had something."""
        self._refused: dict[str, str] = {}
        self._damaged: dict[str, None] = {}
        self._notes: dict[str, None] = {}

    @property
    def notes(self) -> list[str]:
        """What went wrong, a sentence each."""
        refused = [said for url, said in self._refused.items() if url not in self._answered]
        damaged = list(self._damaged)
        more = [f"… and {len(damaged) - SHOWN} more that are not used"] if len(damaged) > SHOWN else []
        return [*self._notes, *refused, *damaged[:SHOWN], *more]

    def fetch(self, wanted: Iterable[Sequence[str]], done: Callable[[], None] = lambda: None) -> list[Record]:
        """Copy results into the store. Of each entry, which names keys, the better first, one is enough.

        `done` is called after each, in any thread.
        """

        def first(keys: Sequence[str]) -> Record | None:
            try:
                return self._first(keys)
            finally:
                done()

        return [record for record in self._ask(first, wanted) if record is not None]

    def has(self, wanted: Iterable[Sequence[str]]) -> list[bool]:
        """Whether some remote has one of the keys of each entry; nothing is copied."""
        return self._ask(
            lambda keys: any(self._from(remote, has, key) for key in keys for remote in self._open), wanted
        )

    def _ask(self, question: Callable[[Sequence[str]], T], wanted: Iterable[Sequence[str]]) -> list[T]:
        wanted = list(wanted)
        if self._remotes is None and wanted:
            self._remotes = []
            for place in self.places:
                try:
                    self._remotes.append(open_remote(place))
                except RemoteError as error:
                    self._notes[str(error)] = None
        return at_once(question, wanted, WORKERS)

    @property
    def _open(self) -> list[Remote]:
        names = [(remote, remote.place.name) for remote in self._remotes or ()]
        return [remote for remote, name in names if self._failures[name] < (PATIENCE if name in self._answered else 1)]

    def _first(self, keys: Sequence[str]) -> Record | None:
        for key in keys:
            if key in self._asked:
                continue
            self._asked.add(key)
            for remote in self._open:
                if record := self._from(remote, lambda remote, key: fetch(remote, key, self._into), key):
                    return record
        return None

    def _from(self, remote: Remote, question: Callable[[Remote, str], T], key: str) -> T | None:
        """What `remote` answers; its failures are noted, and it is as if it did not have the key."""
        name = remote.place.name
        try:
            if answer := question(remote, key):
                self._answered.add(name)
                return answer
        except DamagedError as error:
            self._answered.add(name)
            self._damaged[str(error)] = None
        except RefusedError as error:
            self._refused[name] = str(error)
        except (RemoteError, StoreError) as error:
            self._failures[name] += 1
            self._notes[str(error)] = None
        return None

    def close(self) -> None:
        """Let go of connections."""
        for remote in self._remotes or ():
            remote.close()
        self._remotes = None
