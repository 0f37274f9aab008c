"""What the worker does with an order: paint, encode, store. Imports torch."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save

from deepartist import __version__
from deepartist.finishing import encode, finished
from deepartist.jobs.film import Shots, between, in_order, inputs_of, moved, painted, pixels_of, put_film
from deepartist.jobs.orders import read_order
from deepartist.jobs.snapshots import Snapshots
from deepartist.painting.painter import Painter, PaintingError, StageResult
from deepartist.pipelines import WeightsError
from deepartist.plan import Plan, StageTask, plan
from deepartist.recipe import InputError, RecipeError
from deepartist.recipe.films import Moved, Through
from deepartist.sources.paintings import Paintings
from deepartist.store import Store, StoreError


class Executor:
    """Runs orders on one device. `closed` tells whether the build has gone away."""

    def __init__(self, options: Mapping[str, Any], closed: Callable[[], bool]) -> None:
        make_deterministic()
        self.device = choose_device(options["device"])
        self.device_name = device_name(self.device)
        self.store, self.closed = Store(Path(options["store"])), closed
        paintings = Paintings(self.store)
        self.paintings = {"painting": paintings.picture, "canvas": paintings.canvas}
        weights = {name: Path(path) for name, (path, _) in options["weights"].items()}
        self.declared = {name: sha256 for name, (_, sha256) in options["weights"].items()}
        self.painter = Painter(self.device, weights, StoredStages(self.store, self._facts()))
        self.progressed = False
        """Whether a stage was finished since the worker began."""

    def _facts(self) -> dict[str, Any]:
        versions = {"deepartist": __version__, "torch": torch.__version__, "python": platform.python_version()}
        return {"device": self.device.type, "device_name": self.device_name, "versions": versions}

    def run(self, order: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """All events of one order; mistakes and failures are the last event, never an exception."""
        try:
            yield from self._run(order)
        except (PaintingError, WeightsError, InputError, StoreError, RecipeError) as error:
            yield {"event": "failed", "message": str(error)}
        except (torch.OutOfMemoryError, MemoryError):
            yield {"event": "failed", "message": f"out of memory on {self.device_name}: try a smaller size"}
        except Exception as error:
            if "not enough memory" in str(error) or "can't allocate memory" in str(error):
                yield {"event": "failed", "message": f"out of memory on {self.device_name}: try a smaller size"}
            else:
                yield {"event": "failed", "message": f"{type(error).__name__}: {error}"}

    def _run(self, order: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        resolved = read_order(order, self.paintings)
        task = plan(resolved, self._digests(), order["quality"])
        if task.key != order["key"]:
            yield {
                "event": "failed",
                "message": "a picture or a weights file was changed during the build: build again",
            }
            return
        self.painter.checkpoints = StoredStages(self.store, self._facts(), task.keys if order["again"] else ())
        deadline = time.monotonic() + order["seconds"] if order["seconds"] is not None else None
        work = (
            self._film(task, order["again"], deadline)
            if task.frames
            else self._painting(task, order["again"], deadline)
        )
        for event in work:
            yield event
            if event["event"] == "stopped":
                return
        if not self.closed():
            yield {"event": "done"}

    def _film(self, film: Plan, again: bool, deadline: float | None) -> Iterator[dict[str, Any]]:
        """Paint the frames of a film and put them together; the events of all their steps."""
        with self.store.lock(film.key):
            if not again and self.store.get(film.key):
                return
            # Of a painting that is there, the canvas may be gone: then it is painted again where one is needed.
            canvases = {key for frame in film.frames if not self.store.get(frame.key) for key in frame.between or ()}
            if isinstance(film.resolved.film, Moved):
                canvases.add(film.frames[0].stages[-1].key)
            snapshots = Snapshots(self.store, film, self._facts()) if film.snapshots else None
            for index, frame in in_order(film):
                canvas = frame.stages[-1].key
                anew = again or (canvas in canvases and not self.store.get(canvas))
                for event in self._painting(frame, anew, deadline, snapshots):
                    yield {**event, "frame": index, "frames": len(film.frames)}
                    if event["event"] == "stopped":
                        return
                if self.closed():
                    return
            put_film(self.store, film, self._facts(), self._shots(film, snapshots))

    def _shots(self, film: Plan, snapshots: Snapshots | None) -> Shots:
        """The pictures of a film whose paintings are in the store. Raises StoreError."""
        made = film.resolved.film
        if isinstance(made, Moved):
            return moved(self._canvas(film.frames[0]), film.resolved, made)
        if snapshots is None:
            shots = painted(self.store, film)
            return between(shots, made) if isinstance(made, Through) else shots
        (painting,) = film.frames
        pictures, labels = snapshots.pictures(self.device)
        frames = [pixels_of(finished(picture, painting)) for picture in pictures[:-1]]
        return Shots([*frames, *painted(self.store, film).pictures], labels)

    def _canvas(self, task: Plan) -> torch.Tensor:
        """The canvas of a finished painting. Raises StoreError."""
        found = StoredStages(self.store, {}).load(task.stages[-1].key)
        if found is None:
            raise StoreError(f"the canvas of this film is damaged in {self.store.root}: build again")
        return found.canvas

    def _painting(
        self, task: Plan, again: bool, deadline: float | None, snapshots: Snapshots | None = None
    ) -> Iterator[dict[str, Any]]:
        """Paint one picture, unless it is there; the events of its steps, the last one ``stopped`` where time is up."""
        with self.store.lock(task.stages[0].key):
            there = not again and self.store.get(task.key)
            lacking = snapshots.lacking(again) if snapshots else frozenset()
            if there and not lacking:
                return
            if lacking:
                self.painter.checkpoints = StoredStages(self.store, self._facts(), lacking)
            first: int | None = None
            for step in self.painter.paint(task):
                if self.closed():
                    return
                if snapshots:
                    snapshots.take(step, self.painter)
                first = step.stage if first is None else first
                kept = self.painter.whole  # else this painting has to come to its end, or all of it was for nothing
                self.progressed = self.progressed or (kept and step.stage > first)
                finished = step.step == step.steps and step.stage == step.stages - 1
                # A build that finished nothing would be followed by one that finishes nothing: one stage always is.
                late = deadline is not None and time.monotonic() > deadline
                if late and self.progressed and kept and not finished:
                    message = f"the time is used up in stage {step.stage + 1} of {step.stages}; the next build goes on"
                    yield {"event": "stopped", "message": message}
                    return
                yield {
                    "event": "step", "stage": step.stage, "stages": step.stages, "step": step.step,
                    "steps": step.steps, "loss": step.loss,
                }  # fmt: skip
            if not there:
                self._finish(task)
            self.progressed = True

    def _digests(self) -> dict[str, str]:
        from deepartist.jobs.settings import WeightsFile

        return {
            name: WeightsFile(file=self.painter.weights[name], sha256=sha256).digest()
            for name, sha256 in self.declared.items()
        }

    def _finish(self, task: Plan) -> None:
        """Do the finish steps, encode the picture and store it with everything that is known of it."""
        pixels = pixels_of(finished(self.painter.picture(task), task))
        recipe, output = task.resolved.canonical(), task.resolved.recipe.output
        results = self.painter.results
        passport = {"recipe": recipe, "key": task.key, "quality": task.quality, "made": f"DeepArtist {__version__}"}
        height, width = pixels.shape[:2]
        self.store.put(
            task.key,
            {
                name: (encode(pixels, name, output.quality, passport), f".{name}", width, height)
                for name in output.format
            },
            {
                "kind": "picture",
                "recipe": recipe,
                "quality": task.quality,
                "inputs": inputs_of(task),
                "stages": [each.key for each in task.stages],
                "seconds": round(sum(result.seconds for result in results), 2),
                "losses": [result.losses for result in results],
                "cut": cut_short(task, results),
                "created": datetime.now(UTC).isoformat(timespec="seconds"),
                **self._facts(),
            },
        )


def cut_short(task: Plan, results: Sequence[StageResult]) -> str:
    """Which stages ended because their minutes were over, for those who see the picture; empty where none did."""
    pairs = zip(task.stages, results, strict=True)
    cut = [f"stage {each.index + 1} at step {was.cut} of {each.stage.steps}" for each, was in pairs if was.cut]
    return f"cut short by its minutes: {', '.join(cut)}" if cut else ""


class StoredStages:
    """Checkpoints in a store: canvas in float32, moments as well, since a resumed painting must end the same."""

    def __init__(self, store: Store, facts: Mapping[str, Any], again: Collection[str] = ()) -> None:
        """`again`: the keys of what is not read but painted again."""
        self.store, self.facts, self.again = store, facts, again
        self.saved: set[str] = set()

    def load(self, key: str) -> StageResult | None:
        record = None if key in self.again and key not in self.saved else self.store.get(key)
        if record is None or "canvas" not in record.outputs:
            return None
        try:
            state = load_file(record.path("canvas"))
        except Exception:  # damaged: paint it again
            return None
        return StageResult(state.pop("canvas"), state, record.data["seconds"], record.data["losses"])

    def save(self, task: StageTask, result: StageResult) -> None:
        tensors = {"canvas": result.canvas, **result.state}
        content = save({name: tensor.detach().float().cpu().contiguous() for name, tensor in tensors.items()})
        height, width = result.canvas.shape[-2:]
        facts = {"kind": "stage", "seconds": round(result.seconds, 2), "losses": result.losses, **self.facts}
        self.store.put(task.key, {"canvas": (content, ".safetensors", width, height)}, facts)
        self.saved.add(task.key)


def make_deterministic() -> None:
    """The same recipe on the same device gives the same picture, at the price of a few slower kernels on GPUs."""
    torch.use_deterministic_algorithms(True, warn_only=True)
    # Nothing here reads what it has not written.
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
    torch.backends.cudnn.benchmark = False


def choose_device(name: str) -> torch.device:
    """``auto`` is the best there is. Raises RuntimeError for a device that this computer does not have."""
    available = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        name = next(each for each in ("cuda", "mps", "cpu") if available[each])
    if not available.get(name, False):
        found = ", ".join(each for each, there in available.items() if there)
        raise RuntimeError(f'this computer has no device "{name}" that torch can use (there is: {found})')
    return torch.device(name)


def device_name(device: torch.device) -> str:
    """The name a person knows: the GPU's, or the processor's."""
    if device.type == "cuda":
        return str(torch.cuda.get_device_name(device))
    threads = torch.get_num_threads()
    return f"{device.type.upper()} ({threads} thread{'s' if threads > 1 else ''})"
