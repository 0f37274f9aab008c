"""How long paintings took, page by page: a block ``deepartist-times``, and what the end of a build tells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mkdocs_deepartist.figure import template
from mkdocs_deepartist.words import duration

if TYPE_CHECKING:
    from deepartist.store import Record


@dataclass(frozen=True)
class Row:
    """The paintings of one page, or all."""

    title: str
    url: str
    count: int
    seconds: float
    longest: float
    devices: tuple[str, ...]

    @classmethod
    def of(cls, title: str, url: str, records: Iterable[Record]) -> Row:
        known = [record.data for record in records]
        seconds = [float(each["seconds"]) for each in known if isinstance(each.get("seconds"), int | float)]
        devices = dict.fromkeys(str(each.get("device_name") or each.get("device") or "") for each in known)
        return cls(title, url, len(known), sum(seconds), max(seconds, default=0), tuple(filter(None, devices)))


def rows(pages: Iterable[tuple[str, str, Sequence[Record]]]) -> list[Row]:
    """A row for each page, given as title, URL and the records of its paintings: the longest first, the total last."""
    pages = list(pages)
    found = sorted((Row.of(*page) for page in pages), key=lambda row: -row.seconds)
    return [*found, Row.of("total", "", [record for *_, records in pages for record in records])]


def table(pages: Iterable[tuple[str, str, Sequence[Record]]], relative: Callable[[str], str]) -> str:
    """The HTML of a list of times."""
    *each, total = rows(pages)
    return template("times.html").render(rows=each, total=total, relative=relative, duration=duration)


def text(pages: Iterable[tuple[str, str, Sequence[Record]]]) -> str:
    """The same as a Markdown table, of which files of pages are the titles: for logs and for keeping."""
    lines = [(row.title, str(row.count), f"{row.seconds:.1f}", f"{row.longest:.1f}") for row in rows(pages)]
    lines = [("page", "pictures", "seconds", "longest"), *lines]
    first, *others = (max(len(line[column]) for line in lines) for column in range(4))
    told = [f"| {name:<{first}} | {' | '.join(f'{word:>{width}}' for word, width in zip(words, others, strict=True))} |"
            for name, *words in lines]  # fmt: skip
    rule = f"| {'-' * first} | {' | '.join('-' * (width - 1) + ':' for width in others)} |"
    return "\n".join([told[0], rule, *told[1:]]) + "\n"
