"""A page while it is rendered, and where its recipe blocks stand, for messages with page, line and column."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from deepartist.recipe.fences import LANGUAGE, all_fences, find_fences
from deepartist.recipe.page import UNREAD, misnamed

if TYPE_CHECKING:
    from mkdocs_deepartist.blocks import Block

_OURS = re.compile("deepart", re.IGNORECASE)
_OPENINGS = re.compile(r"^[ \t>]*(?:`{3,}|~{3,})[ \t]*\{?[ \t]*\.?deepartist(?![\w-])", re.MULTILINE)


@dataclass(frozen=True, order=True)
class Message:
    """Something to tell the author, and where."""

    page: str
    line: int
    column: int
    text: str
    included: bool = False
    """The block stands in another file that this page includes; the line counts inside the recipe."""

    @property
    def where(self) -> str:
        if self.included:
            return f"{self.page}: in an included recipe, line {self.line}, column {self.column}"
        return f"{self.page}:{self.line}:{self.column}"

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"


@dataclass(frozen=True)
class Place:
    """Where a block stands in its page."""

    line: int
    indent: int
    header: str
    text: str
    """As it was written, with its tabs."""


class SourcePage:
    """A page while it is rendered: what its host knows of it, and the blocks met so far."""

    def __init__(self, name: str, folder: Path, source: str, markdown: str, relative: Callable[[str], str]) -> None:
        """`source` is the whole file, `markdown` what is rendered of it; `relative` turns site paths into URLs."""
        self.name, self.folder, self.source, self.markdown, self.relative = name, folder, source, markdown, relative
        self.closed = False
        self.restart()

    def restart(self) -> None:
        """Begin again: pages may be rendered more than once, as blog excerpts are."""
        self.blocks: list[Block] = []
        self._ids: Counter[str] = Counter()
        self._texts: Counter[str] = Counter()

    def unique_id(self, wanted: str) -> str:
        self._ids[wanted] += 1
        return wanted if self._ids[wanted] == 1 else f"{wanted}-{self._ids[wanted]}"

    def occurrence(self, text: str) -> int:
        """How many equal blocks came before this one."""
        words = squeezed(text)
        self._texts[words] += 1
        return self._texts[words] - 1

    def place(self, text: str, occurrence: int) -> Place | None:
        """The place of a block in the file, None for included text."""
        places = self._places[squeezed(text)]
        return places[occurrence] if occurrence < len(places) else None

    def written(self, text: str, occurrence: int) -> str:
        """A block as its author wrote it: Markdown makes spaces of tabs, which YAML refuses."""
        place = self.place(text, occurrence) if "\t" in self.source else None
        return place.text if place and "\t" in place.text and squeezed(place.text) == squeezed(text) else text

    @cached_property
    def _places(self) -> defaultdict[str, list[Place]]:
        """Places by text. Only needed for messages, so only looked for then.

        Other plugins may have changed the text; where they kept the number of blocks, these are matched in order.
        """
        real, shown = ([fence for fence in find_fences(text) if fence.closed] for text in (self.source, self.markdown))
        places: defaultdict[str, list[Place]] = defaultdict(list)
        for fence, seen in zip(real, shown if len(shown) == len(real) else real, strict=True):
            places[squeezed(seen.text)].append(Place(fence.line, fence.indent, fence.opening, fence.text))
        return places

    def unread(self) -> list[Message]:
        """Blocks that Markdown did not take for ours: misnamed, not closed, or with lines left of their fence."""
        if _OURS.search(self.source) is None:
            return []
        fences = [fence for fence in all_fences(self.source) if not fence.commented]
        messages = [Message(self.name, each.line, each.column, each.message) for each in misnamed(fences)]
        included = "-8<-" in self.markdown  # by snippets: their blocks are not among the page's own
        if not included and len(_OPENINGS.findall(self.markdown)) <= len(self.blocks):
            return messages
        wrong = [(fence.line, fence.indent) for fence in fences if fence.language == LANGUAGE and not fence.closed]
        fenced = sum(map(len, self._places.values()))
        read = sum(self.place(block.text, block.occurrence) is not None for block in self.blocks)
        if fenced > read:
            lost = (places[self._texts[text] :] for text, places in self._places.items())
            wrong += [(place.line, place.indent) for places in lost for place in places]
        return messages + [Message(self.name, line, indent + 1, UNREAD) for line, indent in wrong]


def squeezed(text: str) -> str:
    """The words of a block: Markdown changes tabs, trailing spaces and indentation on the way."""
    return " ".join(text.split())
