"""The recipe blocks of one build: parsed once, looked up once, painted once, whoever shows them and how often."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal

from mkdocs_deepartist.header import HeaderProblem, Options
from mkdocs_deepartist.words import alt_text

if TYPE_CHECKING:
    from deepartist.jobs import Outcome, Session
    from deepartist.recipe import Problem, Resolved
    from deepartist.store import Record

State = Literal["ready", "draft", "missing", "pending", "failed"]
Report = Callable[[dict[str, Any]], None]
Progress = Callable[[dict[str, str]], AbstractContextManager[Report]]
"""Given the names of paintings by key, opens a display of their progress."""

_OPENINGS = re.compile(r"^[ \t>]*(?:`{3,}|~{3,})[ \t]*\{?[ \t]*\.?deepartist\b", re.MULTILINE)


@dataclass(frozen=True, order=True)
class Message:
    """Something to tell the author, and where."""

    page: str
    line: int
    column: int
    text: str
    included: bool = False
    """The block stands in another file that this page includes; the line counts inside the recipe."""

    def __str__(self) -> str:
        if self.included:
            return f"{self.page}: in an included recipe, line {self.line}, column {self.column}: {self.text}"
        return f"{self.page}:{self.line}:{self.column}: {self.text}"


@dataclass(frozen=True)
class Place:
    """Where a block stands in its page."""

    line: int
    indent: int
    header: str


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
        squeezed = _squeezed(text)
        self._texts[squeezed] += 1
        return self._texts[squeezed] - 1

    def place(self, text: str, occurrence: int) -> Place | None:
        """The place of a block in the file, None for included text."""
        places = self._places[_squeezed(text)]
        return places[occurrence] if occurrence < len(places) else None

    @cached_property
    def _places(self) -> defaultdict[str, list[Place]]:
        """Places by text. Only needed for messages, so only looked for then.

        Other plugins may have changed the text; where they kept the number of blocks, these are matched in order.
        """
        from deepartist.recipe import find_fences

        real, shown = find_fences(self.source), find_fences(self.markdown)
        lines = self.source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        places: defaultdict[str, list[Place]] = defaultdict(list)
        for fence, seen in zip(real, shown if len(shown) == len(real) else real, strict=True):
            places[_squeezed(seen.text)].append(Place(fence.line, fence.indent, lines[fence.line - 1]))
        return places

    def unread(self) -> list[Message]:
        """Blocks that Markdown did not take for fences: not closed, or with lines left of their fence."""
        if len(_OPENINGS.findall(self.markdown)) <= len(self.blocks):
            return []
        sentence = "this block is not read as a recipe: is its closing fence missing, or a line further left than it?"
        fenced = sum(map(len, self._places.values()))
        return [
            Message(self.name, place.line, place.indent + 1, sentence)
            for text, places in self._places.items()
            for place in places[self._texts[text] :]
            if fenced > len(self.blocks)
        ]


def _squeezed(text: str) -> str:
    """The words of a block: Markdown changes tabs, trailing spaces and indentation on the way."""
    return " ".join(text.split())


@dataclass(eq=False)
class Entry:
    """One recipe, shared by all blocks of a folder that say the same."""

    state: State
    problems: tuple[Problem, ...] = ()
    message: str = ""
    resolved: Resolved | None = None
    key: str = ""
    """Of the result that is shown, or of the one that is wanted."""
    name: str = ""
    """The key at final quality, which a draft's figure is called by too."""
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
    files: dict[str, Path] = field(default_factory=dict)
    """What the figure shows: site path → file."""
    outputs: tuple[str, ...] = ()
    """The site paths of the painting itself."""

    @property
    def name(self) -> str:
        """What to call it while it is painted."""
        assert self.entry.resolved is not None
        return f"{self.page.name}: {self.options.title or alt_text(self.entry.resolved)}"

    @property
    def state(self) -> State:
        return "failed" if self.header_problems else self.entry.state

    @cached_property
    def messages(self) -> list[Message]:
        """All that is wrong with this block, in reading order."""
        name, place = self.page.name, self.page.place(self.text, self.occurrence)
        line, indent = (place.line, place.indent) if place else (0, 0)
        included, header = place is None, place.header if place else ""
        found = [
            Message(name, max(1, line), max(header.rfind(each.word), indent) + 1, each.message, included)
            for each in self.header_problems
        ]
        found += [
            Message(name, line + each.line, indent + each.column, each.message, included)
            for each in self.entry.problems
        ]
        if self.entry.message:
            found.append(Message(name, max(1, line), indent + 1, self.entry.message, included))
        return sorted(found)


class Build:
    """All blocks of one build."""

    def __init__(self, session: Session, root: Path, paints: bool = True) -> None:
        """`root` is the folder that recipes may read; `paints` is False where what is missing stays missing."""
        self.session, self.root, self.paints = session, root, paints
        self.settled = False
        """Nothing more will be painted: what is missing gets its placeholder at once."""
        self.painted, self.seconds = 0, 0.0
        self._entries: dict[tuple[str, Path], Entry] = {}

    def entry(self, text: str, folder: Path) -> Entry:
        """The recipe `text` of a page in `folder`. Never raises."""
        entry = self._entries.get((text, folder))
        if entry is None:
            entry = self._entries[text, folder] = self._read(text, folder)
        if self.settled and entry.state == "missing":
            self.give_up([entry])
        return entry

    def _read(self, text: str, folder: Path) -> Entry:
        from deepartist.recipe import Inputs, RecipeError, read_recipe

        try:
            resolved = read_recipe(text, Inputs([folder, self.root], root=self.root))
            found = self.session.find(resolved)
            name = found.plan.key if found.plan.quality == "final" else self.session.plan(resolved, "final").key
        except RecipeError as error:
            return Entry("failed", problems=error.problems)
        except Exception as error:  # a mistake of ours must not garble the page
            return Entry("failed", message=_sentence(error))
        hit = found.record is not None
        return Entry(found.state, resolved=resolved, key=found.plan.key, name=name, record=found.record, hit=hit)

    def paint(self, blocks: Iterable[Block], progress: Progress) -> None:
        """Paint what is missing, each painting once. Afterwards no entry is missing any more."""
        self.settled = True
        first = {id(block.entry): block for block in reversed(list(blocks)) if block.state == "missing"}
        missing = list(reversed(first.values()))
        entries = [block.entry for block in missing]
        if not entries or not self.paints:
            self.give_up(entries)
            return
        since = monotonic()
        try:
            plans = [(block, self.session.wanted(block.entry.resolved)) for block in missing if block.entry.resolved]
            unique = {plan.key: plan for _, plan in plans}
            names = {plan.key: block.name for block, plan in reversed(plans)}
            with progress(names) as report:
                outcomes = self.session.paint(unique.values(), report)
            for block, plan in plans:
                _settle(block.entry, outcomes[plan.key])
            self.painted += sum(outcome.record is not None for outcome in outcomes.values())
        except Exception as error:  # the worker does not start, for one
            for entry in entries:
                entry.state, entry.message = "failed", _sentence(error)
        finally:
            self.session.close()
            self.seconds += monotonic() - since

    @staticmethod
    def give_up(entries: Iterable[Entry]) -> None:
        for entry in entries:
            entry.state, entry.message = "pending", "this picture is not painted yet: run `mkdocs build` to paint it"


def _settle(entry: Entry, outcome: Outcome) -> None:
    entry.key, entry.message, entry.record = outcome.plan.key, outcome.message, outcome.record
    if outcome.record is not None:
        entry.state = "draft" if outcome.plan.quality == "draft" else "ready"
    else:
        entry.state = "pending" if outcome.pending else "failed"


def _sentence(error: Exception) -> str:
    from deepartist.jobs import WorkerDied
    from deepartist.store import StoreError

    expected = isinstance(error, WorkerDied | StoreError | ValueError | OSError)
    return str(error) if expected and str(error) else f"internal error: {type(error).__name__}: {error}"


def messages_of(blocks: Iterable[Block]) -> Iterator[Message]:
    for block in blocks:
        yield from block.messages
