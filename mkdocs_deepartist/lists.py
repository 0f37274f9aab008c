"""Blocks that show something of the whole site: ``deepartist-gallery`` and ``deepartist-times``.

They are blocks as recipes are, so that there is no second thing to learn: they may stand anywhere in a page, they can
be shown in a longer fence, and editors know them for what they are. Most of the site has not been read when they are
met: they leave a place, and `Lists` fills it when all pages are known.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape, unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deepartist.recipe.fences import GALLERY, TIMES
from deepartist.recipe.header import Options
from deepartist.recipe.page import IN_THE_BLOCK, NO_WORDS
from mkdocs_deepartist import gallery, times
from mkdocs_deepartist.blocks import Block
from mkdocs_deepartist.fence import restore_header
from mkdocs_deepartist.figure import template
from mkdocs_deepartist.gallery import Card
from mkdocs_deepartist.pages import Message, SourcePage, squeezed

if TYPE_CHECKING:
    from markdown import Markdown

    from deepartist.recipe import Problem
    from deepartist.store import Record

LANGUAGES = (GALLERY, TIMES)
_PLACE = re.compile(rf'<div class="({"|".join(LANGUAGES)})" data-words="([^"]*)" data-header="([^"]*)"></div>')


@dataclass(frozen=True)
class Leaf:
    """A page of the site."""

    name: str
    url: str
    title: str
    tags: tuple[str, ...]
    html: str
    blocks: list[Block]


def _place(source: str, language: str, _class: str, options: dict[str, Any], md: Markdown, **_: Any) -> str:
    restore_header(md)
    words, header = (escape(text.rstrip()).replace("\n", "&#10;") for text in (source, options["header"]))
    return f'<div class="{language}" data-words="{words}" data-header="{header}"></div>'


def _validate(_language: str, inputs: dict[str, str], options: dict[str, Any], *_: Any) -> bool:
    options["header"] = " ".join(inputs)
    return True


FENCES = [{"name": language, "class": language, "validator": _validate, "format": _place} for language in LANGUAGES]
"""For superfences."""


class Lists:
    """What the lists of one build show."""

    def __init__(self, leaves: Iterable[Leaf], names: Callable[[str], Collection[str]], store: Path) -> None:
        """`leaves` are the pages as the navigation has them; `names` gives those of all parts of a kind; `store` is the
        folder of the cache, where the small pictures are kept."""
        self.leaves, self._names, self._store = list(leaves), names, store
        self._any = any(_PLACE.search(leaf.html) for leaf in self.leaves)

    def hang(self, html: str, page: SourcePage) -> tuple[str, list[Message]]:
        """The page with its lists filled, and what is wrong with their words."""
        if not self._any:
            return html, []
        messages: list[Message] = []
        met: Counter[tuple[str, str]] = Counter()

        def fill(match: re.Match[str]) -> str:
            language, words, header = match[1], unescape(match[2]), unescape(match[3])
            occurrence = met[language, squeezed(words)]
            met[language, squeezed(words)] += 1
            filled, problems = self._filled(language, words, header, page)
            if not problems:
                return filled
            wrong = list(_placed(problems, page, language, words, occurrence))
            messages.extend(wrong)
            name = page.unique_id("deepartist-list")
            return template("error.html").render(
                id=name, key="", state="failed", options=Options(), messages=wrong, what="list",
                source=f"<pre><code>{escape(words)}</code></pre>",
            )  # fmt: skip

        return _PLACE.sub(fill, html), messages

    def _filled(self, language: str, words: str, header: str, page: SourcePage) -> tuple[str, Sequence[Problem]]:
        """The HTML of a list, and what is wrong with its words. Line 0 is the fence's own."""
        from deepartist.recipe import Problem

        if header:
            return "", [Problem(0, 1, IN_THE_BLOCK[language])]
        if language == TIMES:
            if words:
                return "", [Problem(1, 1, NO_WORDS)]
            return times.table(self._pages(), page.relative), []
        choice, problems = gallery.read(words, self._known)
        return ("" if problems else gallery.hung(choice, self._cards, page, self._gallery)), problems

    @cached_property
    def _cards(self) -> list[Card]:
        """Every painting once, at its first place."""
        cards: dict[str, Card] = {}
        for leaf in self.leaves:
            for block in leaf.blocks:
                if block.entry.record and block.state in ("ready", "draft"):
                    cards.setdefault(block.entry.key, Card(leaf.name, leaf.url, leaf.tags, block, self._store))
        return list(cards.values())

    @cached_property
    def _gallery(self) -> str:
        """The URL of the first page that shows them all; empty without one."""
        for leaf in self.leaves:
            if any(match[1] == GALLERY and not match[2] for match in _PLACE.finditer(leaf.html)):
                return leaf.url
        return ""

    def _known(self, kind: str) -> Collection[str]:
        """The names that there are of a kind; tags also of pages without paintings."""
        return {tag for leaf in self.leaves for tag in leaf.tags} if kind == "tag" else self._names(kind)

    def _pages(self) -> list[tuple[str, str, list[Record]]]:
        """Title and URL of every page that is the first place of paintings, and their records."""
        own: dict[str, list[Record]] = {}
        for card in self._cards:
            if card.block.entry.record:
                own.setdefault(card.page, []).append(card.block.entry.record)
        return [(leaf.title, leaf.url, own[leaf.name]) for leaf in self.leaves if leaf.name in own]


def _placed(
    problems: Iterable[Problem], page: SourcePage, language: str, words: str, occurrence: int
) -> Iterator[Message]:
    """The problems of the block that holds these words for the time after `occurrence` others."""
    from deepartist.recipe import find_fences

    same = [fence for fence in find_fences(page.source, language) if squeezed(fence.text) == squeezed(words)]
    fence = same[occurrence] if occurrence < len(same) else None
    for each in problems:
        if fence:
            yield Message(page.name, fence.line + each.line, fence.indent + each.column, each.message)
        else:
            yield Message(page.name, max(1, each.line), each.column, each.message, included=True)
