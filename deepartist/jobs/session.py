"""One build or command: which results are there, what has to be painted, and the worker that paints it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from deepartist.jobs.process import Event, WorkerDied, WorkerProcess
from deepartist.jobs.progress import Counting, silently
from deepartist.jobs.settings import Settings
from deepartist.plan import Plan, Quality, plan
from deepartist.recipe import InputError, Inputs, Resolved, draft
from deepartist.remotes.lookup import Lookup
from deepartist.sources.addresses import LOCK, SCHEMES, Addresses
from deepartist.sources.downloads import fetch
from deepartist.sources.paintings import Paintings
from deepartist.store import Layers, Record, Store, StoreError

State = Literal["ready", "draft", "missing"]
QUALITIES: tuple[Quality, ...] = ("final", "draft")
"""The better first."""


@dataclass(frozen=True)
class Found:
    """What the store has for a recipe: the result at the quality that counts, or the nearest one, or nothing."""

    state: State
    plan: Plan
    """Of the result that was found; for a missing one the final plan."""
    record: Record | None


@dataclass(frozen=True)
class Outcome:
    """How painting one plan ended: a record, or the sentence that says why not."""

    plan: Plan
    record: Record | None = None
    message: str = ""
    pending: bool = False
    """Not failed, only not finished: the budget ended. The next build goes on from the last stage."""


Report = Callable[[Event], None]


class Session:
    """Results of one project. Torch runs in a worker process, started only when something is painted."""

    def __init__(self, settings: Settings, base: Path) -> None:
        """`base` is the folder that relative paths count from. Raises ValueError for missing weight files."""
        self.settings = settings
        self.store = Store(base / settings.cache_dir)
        self.frozen = Store(base / settings.frozen)
        self.results = Layers(self.store, [self.frozen])
        self._base = base
        self._weights = {
            name: each.model_copy(update={"file": base / each.file}) for name, each in settings.weight_files().items()
        }
        self._worker: WorkerProcess | None = None
        self._painted: set[str] = set()
        self._deadline: float | None = None

    @cached_property
    def weights(self) -> Mapping[str, str]:
        """Digests of own weights by pipeline."""
        return {name: each.digest() for name, each in self._weights.items()}

    @cached_property
    def addresses(self) -> Addresses:
        """Pictures from elsewhere, as far as this project allows and has pinned them."""
        return Addresses(self.settings.hosts, self._base / LOCK, self.store.root)

    def inputs(self, folders: Sequence[Path], root: Path | None = None) -> Inputs:
        """What finds the pictures of a recipe; see `Inputs`. It downloads nothing."""
        paintings = Paintings(self.store)
        elsewhere = {"painting": paintings.picture, "canvas": paintings.canvas}
        return Inputs(folders, root, {**dict.fromkeys(SCHEMES, self.addresses.image), **elsewhere})

    def plan(self, resolved: Resolved, quality: Quality) -> Plan:
        """The keyed tasks of a recipe at one quality."""
        return plan(draft(resolved) if quality == "draft" else resolved, self.weights, quality)

    def find(self, resolved: Resolved) -> Found:
        """Look a recipe up. Under ``quality: auto``, and whenever nothing may be painted, either quality will do."""
        final = self.plan(resolved, "final")
        settings = self.settings
        either = settings.quality == "auto" or settings.render == "never"
        if (settings.quality != "draft" or either) and (record := self._get(final.key)):
            return Found("ready", final, record)
        if settings.quality != "final" or either:
            small = self.plan(resolved, "draft")
            if record := self._get(small.key):
                return Found("draft", small, record)
        return Found("missing", final, None)

    def _get(self, key: str) -> Record | None:
        if self.settings.render == "all" and key not in self._painted:
            return None
        return self.results.get(key)

    @cached_property
    def lookup(self) -> Lookup:
        """The remotes of this project; what they have comes into its own store."""
        return Lookup(self.settings.remotes, self.store)

    def fetch(self, missing: Iterable[Resolved], counting: Counting = silently) -> int:
        """Ask the remotes for what `find` does not find, at the qualities that it takes; how many results they had.

        `counting` opens a display for so many questions. Never raises: `lookup.notes` say what went wrong.
        """
        if not self.settings.remotes or self.settings.render == "all":
            return 0
        wanted = list(dict.fromkeys(self.keys(resolved) for resolved in missing))
        with counting(len(wanted)) as done:
            return len(self.lookup.fetch(wanted, done))

    def keys(self, resolved: Resolved) -> tuple[str, ...]:
        """What `find` looks for, the better first."""
        settings = self.settings
        either = settings.quality == "auto" or settings.render == "never"
        qualities = [quality for quality in QUALITIES if either or quality == settings.quality]
        return tuple(dict.fromkeys(self.plan(resolved, quality).key for quality in qualities))

    def wanted(self, resolved: Resolved) -> Plan:
        """What to paint for a missing recipe: final where that is asked for or a GPU is at hand, else a draft."""
        quality = self.settings.quality
        if quality == "auto":
            quality = "draft" if self.worker.device == "cpu" else "final"
        return self.plan(resolved, quality)

    @property
    def worker(self) -> WorkerProcess:
        """The worker process, started on first use. Raises WorkerDied where it cannot start."""
        if self._worker is None or not self._worker.alive:
            files = {name: (each.file, each.sha256) for name, each in self._weights.items()}
            self._worker = WorkerProcess(self.settings.device, self.store.root, files)
        return self._worker

    def paint(self, plans: Iterable[Plan], report: Report = lambda event: None) -> dict[str, Outcome]:
        """Paint each plan once and return how each ended, by key. Never raises for a single failed painting.

        All pictures are downloaded first: what cannot be had is said before hours of painting.
        """
        unique = {each.key: each for each in plans}
        missing = {key: message for key, each in unique.items() if (message := self._fetch(each))}
        outcomes: dict[str, Outcome] = {}
        for key, each in unique.items():
            if key in missing:
                report({"event": "failed", "key": key, "message": missing[key]})
                outcomes[key] = Outcome(each, message=missing[key])
            else:
                outcomes[key] = self._paint(each, report)
        return outcomes

    def _fetch(self, each: Plan) -> str:
        """Download the pictures of a plan that are not here yet; what is wrong, if anything is."""
        try:
            for image in each.resolved.images.values():
                fetch(image, self.settings.hosts)
        except InputError as error:
            return str(error)
        return ""

    def _paint(self, each: Plan, report: Report) -> Outcome:
        try:
            self.store.check_writable()
            worker = self.worker
            seconds = self._seconds_left()
            if seconds is not None and seconds <= 0:
                message = f"the budget of {self.settings.budget:g} minutes is used up; the next build goes on"
                return Outcome(each, message=message, pending=True)
            last = worker.paint(each, seconds, report, again=self.settings.render == "all")
        except (WorkerDied, StoreError) as error:
            report({"event": "failed", "key": each.key, "message": str(error)})
            return Outcome(each, message=str(error))
        if last["event"] == "stopped":
            return Outcome(each, message=str(last["message"]), pending=True)
        if last["event"] == "failed":
            return Outcome(each, message=str(last["message"]))
        record = self.store.get(each.key)
        if record is None:
            return Outcome(each, message="the painting was finished but cannot be found in the cache")
        self._painted.add(each.key)
        return Outcome(each, record)

    def _seconds_left(self) -> float | None:
        """Of the budget, which begins with the first painting: loading torch is not painting."""
        if self.settings.budget is None:
            return None
        if self._deadline is None:
            self._deadline = time.monotonic() + self.settings.budget * 60
        return self._deadline - time.monotonic()

    def close(self) -> None:
        """Stop the worker. What it has finished is in the store."""
        self.lookup.close()
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
