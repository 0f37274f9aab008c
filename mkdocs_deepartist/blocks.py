"""One recipe block on one page, and the recipe that it shares with all blocks that say the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from deepartist.recipe.header import HeaderProblem, Options
from mkdocs_deepartist.pages import Message, SourcePage

if TYPE_CHECKING:
    from deepartist.recipe import Problem, Resolved
    from deepartist.store import Record

State = Literal["ready", "draft", "missing", "pending", "failed"]


@dataclass(frozen=True)
class Picture:
    """A picture that a recipe names."""

    role: str
    """``content`` or ``style``; empty for one that only the start uses."""
    reference: str
    width: int
    height: int
    digest: str
    """sha256 of the file, or of what identifies a sample."""
    path: str | None = None
    sample: tuple[str, int] | None = None
    """Name and seed."""


@dataclass(frozen=True)
class Facts:
    """What a figure has to know of a recipe: plain data, so that the next build need not read the recipe again."""

    final: str
    """The key at final quality. A draft's figure is called by it too, so that links last."""
    draft: str
    size: tuple[int, int]
    seed: int
    alt: str
    pictures: tuple[Picture, ...] = ()
    tile: bool = False
    """Laid side by side, the picture has no seams."""
    pipelines: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()
    views: tuple[str, ...] = ()


@dataclass(eq=False)
class Entry:
    """One recipe, shared by all blocks of a folder that say the same."""

    state: State
    problems: tuple[Problem, ...] = ()
    message: str = ""
    facts: Facts | None = None
    resolved: Resolved | None = None
    """Only of those that were not remembered; what is missing never is."""
    key: str = ""
    """Of the result that is shown, or of the one that is wanted."""
    record: Record | None = None
    hit: bool = False


@dataclass(eq=False)
class Block:
    """One recipe block on one page."""

    page: SourcePage
    text: str
    entry: Entry
    options: Options
    highlighted: str
    """HTML of the recipe's source."""
    id: str
    first: bool
    """The first painting of its page is not loaded lazily."""
    occurrence: int = 0
    header_problems: list[HeaderProblem] = field(default_factory=list)
    files: dict[str, Path | bytes] = field(default_factory=dict)
    """What the figure shows or offers: site path → file, or what shall be in it."""
    outputs: tuple[str, ...] = ()
    """The site paths of the painting itself."""

    @property
    def name(self) -> str:
        """What to call it while it is painted."""
        return f"{self.page.name}: {self.options.title or (self.entry.facts.alt if self.entry.facts else '')}"

    @property
    def state(self) -> State:
        return "failed" if self.header_problems else self.entry.state

    @cached_property
    def messages(self) -> list[Message]:
        """All that is wrong with this block, in reading order."""
        if not (self.header_problems or self.entry.problems or self.entry.message):
            return []
        name, place = self.page.name, self.page.place(self.text, self.occurrence)
        line, indent = (place.line, place.indent) if place else (0, 0)
        included, header = place is None, place.header if place else ""
        found = [
            Message(name, max(1, line), each.column(header, indent), each.message, included)
            for each in self.header_problems
        ]
        found += [
            Message(name, line + each.line, indent + each.column, each.message, included)
            for each in self.entry.problems
        ]
        if self.entry.message:
            found.append(Message(name, max(1, line), indent + 1, self.entry.message, included))
        return sorted(found)


def messages_of(blocks: Iterable[Block]) -> Iterator[Message]:
    for block in blocks:
        yield from block.messages
