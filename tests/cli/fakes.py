"""A command line without torch: the worker is replaced by one that stores a flat colour at once."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from click.testing import Result
from PIL import Image

from deepartist.finishing import encode
from deepartist.jobs import WorkerDied
from deepartist.plan import Plan
from deepartist.store import Store

Run = Callable[..., Result]


@dataclass
class FakeWorker:
    """Stands in for the worker process; `ending` is what happens to every painting."""

    device_asked: str
    root: Path
    weights: Mapping[str, Any]
    device: str = "cpu"
    alive: bool = True
    painted: ClassVar[list[Plan]] = []
    workers: ClassVar[list[FakeWorker]] = []
    ending: ClassVar[str] = "done"
    orders: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.workers.append(self)

    def paint(self, plan: Plan, seconds: float | None, report: Callable[[Any], None], again: bool = False) -> Any:
        self.orders.append({"seconds": seconds, "again": again})
        self.painted.append(plan)
        if self.ending == "dies":
            raise WorkerDied("the painting process was killed (SIGKILL): most likely out of memory, try a smaller size")
        if self.ending == "ctrl-C":
            raise KeyboardInterrupt
        if self.ending == "done":
            self._store(plan)
        report({"event": "step", "key": plan.key, "stage": 0, "stages": 1, "step": 1, "steps": 2, "loss": 0.5})
        event = {"event": self.ending, "key": plan.key, "message": "the reason"}
        report(event)
        return event

    def _store(self, plan: Plan) -> None:
        import numpy as np

        width, height = plan.size
        if plan.resolved.film is not None:
            width *= len(plan.resolved.frames)  # a sheet
        pixels = np.full((height, width, 3), 77, np.uint8)
        recipe, output = plan.resolved.canonical(), plan.resolved.recipe.output
        passport = {"recipe": recipe, "key": plan.key, "made": "DeepArtist"}
        files = {
            kind: (encode(pixels, kind, output.quality, passport), f".{kind}", width, height) for kind in output.format
        }
        Store(self.root).put(plan.key, files, {"kind": "picture", "seconds": 1.5, "device_name": "CPU (1 threads)"})

    def close(self) -> None:
        self.alive = False


def told(result: Result) -> Any:
    """The JSON on stdout."""
    return json.loads(result.stdout)


def picture(path: Path) -> tuple[str | None, tuple[int, int]]:
    with Image.open(io.BytesIO(path.read_bytes())) as image:
        return image.format, image.size
