"""Which blocks are in a page after all, their figures put in place, and the index of a finished site."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deepartist.store.copying import whole
from mkdocs_deepartist import times
from mkdocs_deepartist.blocks import Block
from mkdocs_deepartist.build import Build
from mkdocs_deepartist.figure import figure
from mkdocs_deepartist.film import shown
from mkdocs_deepartist.words import duration

if TYPE_CHECKING:
    from deepartist.store import Record

TIMES = "times.md"

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_MARKER = re.compile(r'<figure\b[^>]*\bdata-deepartist="(?P<id>[^"]+)"[^>]*>\s*</figure>')


def present(blocks: Iterable[Block], html: str) -> list[Block]:
    """The blocks that really stand in a page: not those taken back as indented code, not those commented out."""
    visible = _COMMENT.sub("", html) if "<!--" in html else html
    return [block for block in blocks if f'id="{block.id}"' in visible]


def fill(html: str, blocks: Iterable[Block], build: Build) -> str:
    """The page with each marker replaced by its figure; a marker of no known block goes."""
    if "data-deepartist=" not in html:
        return html
    known = {block.id: block for block in blocks}
    return _MARKER.sub(lambda match: figure(known[match["id"]], build) if match["id"] in known else "", html)


class Totals:
    """What was painted in one run of MkDocs, which may be several builds (one per language)."""

    def __init__(self) -> None:
        self.pages: dict[str, list[Block]] = {}
        """Blocks by the URL of their page."""
        self.read: set[str] = set()
        """The names of all pages that were read, with figures or without."""
        self.painted, self.seconds = 0, 0.0

    def add(self, pages: Iterable[tuple[str, list[Block]]], build: Build) -> None:
        self.pages.update(pages)
        self.painted += build.painted
        self.seconds += build.seconds

    @property
    def blocks(self) -> list[Block]:
        return [block for page in self.pages.values() for block in page]

    def index(self, unread: Iterable[dict[str, Any]] = ()) -> dict[str, Any]:
        """The content of ``deepartist.json``; `unread` are figures of pages that a dirty build has left alone."""
        blocks = self.blocks
        there = sum(block.state in ("ready", "draft") for block in blocks)
        read = {block.page.name for block in blocks} | self.read
        figures = [*(each for each in unread if each["page"] not in read), *map(_figure, blocks)]
        return {
            "figures": figures,
            "summary": {
                "figures": len(figures),
                "hits": max(0, there - self.painted),  # what was painted for one figure, the others have from there
                "painted": self.painted,
                "failed": sum(block.state == "failed" for block in blocks),
                "seconds": round(self.seconds, 1),
            },
        }

    def text(self, unread: Iterable[dict[str, Any]] = ()) -> str:
        """The same as JSON, one figure a line."""
        index = self.index(unread)
        figures = ",\n".join(json.dumps(each, ensure_ascii=False) for each in index["figures"])
        return f'{{"figures": [\n{figures}\n],\n"summary": {json.dumps(index["summary"])}}}\n'

    def times(self, folder: Path) -> str:
        """How long each page took of what was painted, as a table for the log; ``times.md`` in `folder` keeps it."""
        painted: dict[str, dict[str, Record]] = {}
        seen: set[str] = set()
        for block in self.blocks:
            entry = block.entry
            if entry.record and not entry.hit and entry.key not in seen:
                seen.add(entry.key)
                painted.setdefault(block.page.name, {})[entry.key] = entry.record
        table = times.text((name, "", list(records.values())) for name, records in painted.items())
        kept = ""
        with suppress(OSError):
            with whole(folder / TIMES) as temporary:
                temporary.write_text(table, encoding="utf-8")
            kept = f", kept in {os.path.relpath(folder / TIMES)}"
        return f"what was painted, page by page{kept}:\n{table.rstrip()}"

    def line(self) -> str:
        """One line for the log."""
        summary = self.index()["summary"]
        pending = sum(block.state == "pending" for block in self.blocks)
        painted = f"{self.painted} painted in {duration(self.seconds)}" if self.painted else "none painted"
        words = [f"{summary['hits']} from the cache", painted]
        words += [f"{pending} not painted yet"] if pending else []
        words += [f"{summary['failed']} failed"] if summary["failed"] else []
        return f"{len(self.blocks)} figure{'' if len(self.blocks) == 1 else 's'}: {', '.join(words)}"


def _figure(block: Block) -> dict[str, Any]:
    entry = block.entry
    width, height, files = None, None, list(block.outputs)
    if entry.record is not None and files:
        front = entry.record.outputs[shown(entry.record)[0]]
        width, height = front.width, front.height
    elif entry.facts is not None:
        width, height = entry.facts.size
    return {
        "page": block.page.name,
        "key": entry.key or None,
        "state": block.state,
        "width": width,
        "height": height,
        "files": files,
    }
