"""All recipe blocks of one build: read once, looked up once, painted once, whoever shows them and how often."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from mkdocs_deepartist.blocks import Block, Entry, Facts, Picture
from mkdocs_deepartist.memory import Memory
from mkdocs_deepartist.words import alt_text, is_tile, parts_of

if TYPE_CHECKING:
    from deepartist.jobs import Outcome, Session
    from deepartist.recipe import ImageInput, Resolved
    from deepartist.store import History

Report = Callable[[dict[str, Any]], None]
PAINTED = ("painting:", "canvas:")
"""How earlier paintings are named, as in `deepartist.recipe.inputs`."""
Progress = Callable[[dict[str, str]], AbstractContextManager[Report]]
"""Given the names of paintings by key, opens a display of their progress."""


@dataclass(frozen=True)
class Site:
    """What downloads say of the site that they come from."""

    name: str = ""
    url: str = ""
    """Absolute, or empty where that is not known."""


class Build:
    """All blocks of one build."""

    def __init__(self, session: Callable[[], Session], memory: Memory, root: Path, render: str) -> None:
        """`root` is the folder that recipes may read; with `render` "never" what is missing stays missing.

        `session` is asked for only when a recipe has to be read: opening one imports all parts.
        """
        self._session, self.memory, self.root, self.render = session, memory, root, render
        self.unpainted = "this picture is not painted yet: run `mkdocs build` to paint it"
        """What a placeholder says."""
        self.site = Site()
        self.settled = False
        """Nothing more will be painted: what is missing gets its placeholder at once."""
        self.painted, self.seconds = 0, 0.0
        self.fetched = 0
        """Results that came from remotes."""
        self.trouble: list[str] = []
        """What is wrong with remotes; no mistake where nothing is missing in the end."""
        self.notes: list[str] = []
        """What is wrong with results that are therefore not used."""
        self._entries: dict[tuple[str, Path], Entry] = {}

    def entry(self, text: str, folder: Path) -> Entry:
        """The recipe `text` of a page in `folder`. Never raises."""
        entry = self._entries.get((text, folder))
        if entry is None:
            entry = self._entries[text, folder] = self._remember(text, folder) or self._read(text, folder)
        if not self.settled and entry.problems and any(word in text for word in PAINTED):
            entry.state = "missing"  # what it is made from may be painted in this build: see `paint`
        if self.settled and entry.state == "missing":
            self.give_up([entry])
        return entry

    def _remember(self, text: str, folder: Path) -> Entry | None:
        """A recipe that an earlier build has read and that is painted."""
        facts = self.memory.recall(text, folder)
        found = self.memory.look_up(facts, self.render) if facts else None
        if facts is None or found is None:
            return None
        state, record = found
        return Entry(state, facts=facts, key=record.key, record=record, hit=True)

    def _read(self, text: str, folder: Path) -> Entry:
        from deepartist.recipe import RecipeError, read_recipe

        try:
            session = self._session()
            inputs = session.inputs([folder, self.root], root=self.root)
            resolved = read_recipe(text, inputs)
            facts = facts_of(resolved, session)
            found = session.find(resolved)
        except RecipeError as error:
            return Entry("failed", problems=error.problems)
        except Exception as error:  # a mistake of ours must not garble the page
            return Entry("failed", message=_sentence(error))
        if found.state == "missing":
            self.notes += [note for key in (facts.final, facts.draft) for note in session.results.wrong(key)]
        self.memory.learn(text, folder, facts, inputs.looked_at)
        hit = found.record is not None
        return Entry(found.state, facts=facts, resolved=resolved, key=found.plan.key, record=found.record, hit=hit)

    @cached_property
    def _history(self) -> History:
        from deepartist.store import History

        return History(self.memory.results.stores[0].root, self.root)

    def note(self, pages: Mapping[str, list[Block]]) -> None:
        """Remember which recipes stand on these pages, painted or not, for ``deepartist history``."""
        from deepartist.store import Shown

        self._history.note(
            {
                page: [
                    Shown(facts.final, facts.draft, block.text) if (facts := block.entry.facts) else None
                    for block in blocks
                ]
                for page, blocks in pages.items()
            }
        )

    def paint(self, blocks: Iterable[Block], progress: Progress) -> None:
        """Paint what is missing, each painting once. Afterwards no entry is missing any more."""
        self.settled, blocks = True, list(blocks)
        while missing := [block for block in blocks if block.state == "missing" and not block.entry.problems]:
            self._paint(missing, progress)
            self.give_up(block.entry for block in missing if block.state == "missing")
            self._read_again()
        for entry in self._entries.values():
            if entry.state == "missing" and entry.problems:
                entry.state = "failed"

    def _read_again(self) -> None:
        """Recipes that wait for paintings: they may be there by now."""
        for (text, folder), entry in self._entries.items():
            if entry.state == "missing" and entry.problems:
                fresh = self._read(text, folder)
                if not fresh.problems:
                    vars(entry).update(vars(fresh))

    def _paint(self, missing: list[Block], progress: Progress) -> None:
        first = {id(block.entry): block for block in reversed(missing)}
        self._fetch([block.entry for block in reversed(first.values())])
        missing = [block for block in reversed(first.values()) if block.state == "missing"]
        entries = [block.entry for block in missing]
        if self.render == "never" or not entries:
            self.give_up(entries)
            return
        since, session = monotonic(), self._session()
        try:
            plans = [(block, session.wanted(block.entry.resolved)) for block in missing if block.entry.resolved]
            unique = {plan.key: plan for _, plan in plans}
            names = {plan.key: block.name for block, plan in reversed(plans)}
            with progress(names) as report:
                outcomes = session.paint(unique.values(), report)
            for block, plan in plans:
                _settle(block.entry, outcomes[plan.key])
            records = [outcome.record for outcome in outcomes.values() if outcome.record is not None]
            self.painted += len(records)
            # A page shows what there is: without video a film is a GIF.
            self.trouble += dict.fromkeys(lacking for record in records if (lacking := record.data.get("missing")))
        except Exception as error:  # the worker does not start, for one
            for entry in entries:
                entry.state, entry.message = "failed", _sentence(error)
        finally:
            session.close()
            self.seconds += monotonic() - since

    def _fetch(self, missing: Iterable[Entry]) -> None:
        """What a remote has need not be painted."""
        from deepartist.jobs.progress import fetching

        session, pairs = self._session(), [(entry, entry.resolved) for entry in missing if entry.resolved]
        known = session.lookup.notes
        fetched = session.fetch([resolved for _, resolved in pairs], fetching)
        self.fetched += fetched
        self.trouble += [note for note in session.lookup.notes if note not in known]
        for entry, resolved in pairs if fetched else ():
            found = session.find(resolved)
            if found.record:
                entry.state, entry.key, entry.record, entry.hit = found.state, found.plan.key, found.record, True

    def give_up(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            entry.state, entry.message = "pending", self.unpainted


def facts_of(resolved: Resolved, session: Session) -> Facts:
    """What figures need of a recipe."""
    recipe = resolved.recipe
    roles = {recipe.content.image: "content"} if recipe.content else {}
    for style in recipe.style or ():
        for reference in style.image:
            roles.setdefault(reference, "style")
    shown = [reference for reference in roles if reference in resolved.images]
    return Facts(
        final=session.plan(resolved, "final").key,
        draft=session.plan(resolved, "draft").key,
        size=resolved.shown_size,
        seed=recipe.seed,
        alt=alt_text(resolved),
        tile=is_tile(resolved),
        **parts_of(resolved),
        pictures=tuple(
            _picture(roles.get(reference, ""), resolved.images[reference])
            for reference in dict.fromkeys([*shown, *resolved.images])
        ),
    )


def _picture(role: str, image: ImageInput) -> Picture:
    from deepartist.recipe.key import digest

    key = image.key
    if image.path is not None:
        digest_of_file = image.sha256 or str(key["sha256"])
        return Picture(role, image.reference, image.width, image.height, digest_of_file, path=str(image.path))
    sample = (str(key["part"]), int(key["seed"]))
    return Picture(role, image.reference, image.width, image.height, digest(key), sample=sample)


def _settle(entry: Entry, outcome: Outcome) -> None:
    entry.key, entry.message, entry.record = outcome.plan.key, outcome.message, outcome.record
    if outcome.record is not None:
        # A small recipe has a draft that is the final picture, and the next build will find it as such.
        final = outcome.plan.quality == "final" or (entry.facts is not None and entry.key == entry.facts.final)
        entry.state = "ready" if final else "draft"
    else:
        entry.state = "pending" if outcome.pending else "failed"


def _sentence(error: Exception) -> str:
    from deepartist.jobs import WorkerDied
    from deepartist.store import StoreError

    expected = isinstance(error, WorkerDied | StoreError | ValueError | OSError)
    return str(error) if expected and str(error) else f"internal error: {type(error).__name__}: {error}"
