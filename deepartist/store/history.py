"""Which recipes stood on which page, and when: a log beside the results, so that an earlier painting is found again.

Each line of ``history.jsonl`` is one page as a build met it: the keys of all its recipes in order, and the words of
those that are new there. It is written before anything is painted, so that paintings of a build that was interrupted
are known as well, and only when a page has a recipe that it did not have before. Lines are appended in one piece,
several builds may do so at once; one that cannot be read is passed over. Which block a recipe belonged to is decided
by whoever reads: blocks have no names, and those that come or go move the others.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import SequenceMatcher
from functools import cached_property
from pathlib import Path
from typing import Any

FILE = "history.jsonl"


@dataclass(frozen=True)
class Shown:
    """A recipe as it stood on a page."""

    final: str
    """The key of its painting at final quality."""
    draft: str
    text: str = ""
    """As it was written."""
    page: str = ""
    time: str = ""
    """When a build met it there first, in ISO 8601."""


Blocks = Sequence[Shown | None]
"""The recipes of a page in order, None where one could not be read."""
Track = tuple[Shown, ...]
"""What stood in one block, the newest last."""
Distance = Callable[[Shown, Shown], float]


class History:
    """The log of one folder of pages. Reading it never fails."""

    def __init__(self, root: Path, docs: Path) -> None:
        """`root` is the folder of the store; `docs` tells sites that share it apart, wherever both are moved."""
        self._path = root / FILE
        try:
            self._docs = Path(os.path.relpath(docs, root)).as_posix()
        except ValueError:  # on another drive
            self._docs = docs.as_posix()

    @cached_property
    def pages(self) -> list[tuple[str, Blocks]]:
        """Every page as it was noted, the oldest first."""
        found: list[tuple[str, Blocks]] = []
        texts: dict[str, str] = {}
        for line in self._text.splitlines():
            with suppress(ValueError, KeyError, TypeError, AttributeError):
                data = json.loads(line)
                if data["docs"] == self._docs:
                    found.append((str(data["page"]), [_shown(each, data, texts) for each in data["blocks"]]))
        return found

    @cached_property
    def _text(self) -> str:
        try:
            return self._path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""

    def __iter__(self) -> Iterator[Shown]:
        """Every recipe, the oldest first; one that stayed comes again."""
        for _, blocks in self.pages:
            yield from (each for each in blocks if each is not None)

    def note(self, pages: Mapping[str, Blocks]) -> None:
        """Append the pages that have a recipe which they did not have before."""
        latest = {page: {each.final for each in blocks if each} for page, blocks in self.pages}
        now, lines = datetime.now(UTC).isoformat(timespec="seconds"), []
        for page, blocks in pages.items():
            known = latest.get(page, set())
            if any(each and each.final not in known for each in blocks):
                told = [_told(each, known) for each in blocks]
                data = {"time": now, "docs": self._docs, "page": page, "blocks": told}
                lines.append(json.dumps(data, ensure_ascii=False) + "\n")
        if not lines:
            return
        broken = self._text and not self._text.endswith("\n")  # whoever wrote there was killed
        with suppress(OSError):  # a cache that may only be read
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab", buffering=0) as file:
                file.write(("\n" * bool(broken) + "".join(lines)).encode())
        self.__dict__.pop("_text", None)
        self.__dict__.pop("pages", None)

    def tracks(self, now: Mapping[str, Blocks], distance: Distance) -> dict[str, list[Track]]:
        """For the blocks of pages as they are now: what stood in each, ending with what stands there.

        `distance` says how much two recipes differ; it decides where several blocks have changed at once.
        """
        found: dict[str, list[Track]] = {}
        latest: dict[str, Track] = {}
        for page, blocks in (*self.pages, *now.items()):
            before = found[page] if page in found else _renamed(found, blocks)
            found[page] = _continued(before, blocks, latest, distance)
            latest.update((track[-1].final, track) for track in found[page] if track)
        return {page: found[page] for page in now}


def _shown(each: Mapping[str, str] | None, data: Mapping[str, Any], texts: dict[str, str]) -> Shown | None:
    if each is None:
        return None
    text = texts[each["final"]] = each.get("text") or texts.get(each["final"], "")
    return Shown(each["final"], each["draft"], text, data["page"], data["time"])


def _told(each: Shown | None, known: set[str]) -> dict[str, str] | None:
    if each is None:
        return None
    return {"final": each.final, "draft": each.draft, **({} if each.final in known else {"text": each.text})}


def _renamed(found: dict[str, list[Track]], blocks: Blocks) -> list[Track]:
    """The blocks of the page that a new one was before, or was copied from: they share more than half of it."""
    keys = {each.final for each in blocks if each}

    def shared(page: str) -> int:
        return len(keys & {track[-1].final for track in found[page] if track})

    nearest = max(reversed(found), key=shared, default=None)
    return found[nearest] if nearest is not None and 2 * shared(nearest) > len(keys) else []


def _continued(before: list[Track], blocks: Blocks, latest: Mapping[str, Track], distance: Distance) -> list[Track]:
    """The tracks of a page that had these `before`. A block that is new there may have been elsewhere."""
    old = [track[-1].final if track else f"none {index}" for index, track in enumerate(before)]
    new = [each.final if each else f"unread {index}" for index, each in enumerate(blocks)]
    came: dict[int, Track] = {}
    for word, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if word == "equal" or (word == "replace" and last - first == end - start):
            came.update(zip(range(start, end), before[first:last], strict=True))
        elif word == "replace":
            came |= _nearest(dict(enumerate(before[first:last])), dict(enumerate(blocks[start:end], start)), distance)
    found = []
    for index, each in enumerate(blocks):
        track = came.get(index, ())
        if each and not (track and track[-1].final == each.final):
            track = latest.get(each.final, ()) if index not in came else (*track, each)
        found.append(track or ((each,) if each else ()))
    return found


def _nearest(before: dict[int, Track], blocks: dict[int, Shown | None], distance: Distance) -> dict[int, Track]:
    """Which of the new blocks each of some others became, where their numbers differ: the nearest first."""
    pairs = sorted(
        (distance(track[-1], each), index, number)
        for number, track in before.items()
        for index, each in blocks.items()
        if track and each
    )
    came: dict[int, Track] = {}
    taken: set[int] = set()
    for _, index, number in pairs:
        if index not in came and number not in taken:
            came[index] = before[number]
            taken.add(number)
    return came
