"""How painting and fetching are shown: a live bar on a terminal; in a log one line per painting."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from deepartist.jobs.process import Event

Line = Callable[[str], None]


Counting = Callable[[int], AbstractContextManager[Callable[[], None]]]
"""Given how many things there are to do, opens a display; what it gives hears of each that is done."""


def silently(_total: int) -> AbstractContextManager[Callable[[], None]]:
    """Counts for nobody."""
    return nullcontext(lambda: None)


@contextmanager
def fetching(total: int, terminal: bool | None = None) -> Iterator[Callable[[], None]]:
    """A bar for `total` questions to remotes where somebody looks on."""
    if not total or not (sys.stderr.isatty() if terminal is None else terminal):
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("asking remotes"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("fetching", total=total)
        yield lambda: bar.advance(task)


@contextmanager
def progress(names: dict[str, str], line: Line, terminal: bool | None = None) -> Iterator[Callable[[Event], None]]:
    """Yields the report for `Session.paint`. `names` says how each key is called; `line` writes one line to the log."""
    if terminal is None:
        terminal = sys.stderr.isatty()
    if terminal:
        with _bars(names, line) as report:
            yield report
    else:
        yield _Lines(names, line)


class _Lines:
    """One line when a painting ends."""

    def __init__(self, names: dict[str, str], line: Line) -> None:
        self.names, self.line, self.done, self.begun = names, line, 0, time.monotonic()

    def __call__(self, event: Event) -> None:
        if event["event"] in ("done", "failed", "stopped"):
            self.done += 1
            name = self.names.get(event["key"], event["key"][:10])
            seconds, self.begun = time.monotonic() - self.begun, time.monotonic()
            word = {"done": "painted", "failed": "failed", "stopped": "stopped"}[event["event"]]
            self.line(f"{word} {self.done}/{len(self.names)}: {name} ({seconds:.0f} s)")


@contextmanager
def _bars(names: dict[str, str], line: Line) -> Iterator[Callable[[Event], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[note]}"))
    bar = Progress(*columns, MofNCompleteColumn(), TimeElapsedColumn(), console=Console(stderr=True), transient=True)
    lines = _Lines(names, line)
    with bar:
        task = bar.add_task("painting", total=len(names), note="")

        def report(event: Event) -> None:
            name = names.get(event.get("key", ""), "")
            if event["event"] == "step":
                part = (event["stage"] + event["step"] / event["steps"]) / event["stages"]
                note = f"stage {event['stage'] + 1}/{event['stages']}  loss {event['loss']:.4f}"
                if "frame" in event:
                    note = f"frame {event['frame'] + 1}/{event['frames']}  {note}"
                    part = (event["frame"] + part) / event["frames"]
                bar.update(task, description=name, completed=lines.done + part, note=note)
            else:
                lines(event)
                bar.update(task, completed=lines.done, note="")

        yield report
