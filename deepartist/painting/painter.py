"""Paint a plan: a generator of steps over its stages.

A stage that was painted before comes from its checkpoint; the next one starts from its canvas, enlarged. What a stage
hands on (canvas and moments) is the same whether it comes from memory or from the store, so that an interrupted
painting ends in the same picture.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from deepartist.color import keep_chroma, match_histogram, transfer_colors
from deepartist.painting.build import build_objective, fitting_side
from deepartist.painting.memory import release
from deepartist.painting.nested import nested
from deepartist.painting.objective import Objective, is_torus, viewed
from deepartist.painting.optimizers import Optimizer, State
from deepartist.painting.regions import recolored, to_tensor
from deepartist.pipelines import Encoder, Pipeline
from deepartist.pipelines.precision import reduced_precision
from deepartist.plan import Plan, StageTask
from deepartist.recipe import Resolved
from deepartist.recipe.model import Content, Stage
from deepartist.recipe.terms import compositions
from deepartist.sources.pictures import load_picture
from deepartist.sources.start import start_pixels
from deepartist.views.base import View

if TYPE_CHECKING:
    import torch
    from torch import Tensor


class PaintingError(RuntimeError):
    """A painting that cannot go on; `canvas` is the last good one."""

    def __init__(self, message: str, canvas: Tensor) -> None:
        super().__init__(message)
        self.canvas = canvas


@dataclass(frozen=True)
class Step:
    """What is known after one optimisation step."""

    stage: int
    """From 0."""
    stages: int
    step: int
    """From 1 within the stage."""
    steps: int
    loss: float
    canvas: Tensor
    """``(1, 3, H, W)``, unclamped and not yet seen through the views."""


@dataclass
class StageResult:
    """A finished stage: its canvas, what the next stage starts warm from, and how the loss went."""

    canvas: Tensor
    state: State = field(default_factory=dict)
    seconds: float = 0.0
    losses: dict[str, list[float]] = field(default_factory=dict)
    """Curves by dotted name, ``total`` among them, one value every few steps."""
    cut: int | None = None
    """The step after which its minutes were over, None where it took all its steps."""


class Checkpoints(Protocol):
    """Where finished stages are kept."""

    def load(self, key: str) -> StageResult | None: ...
    def save(self, task: StageTask, result: StageResult) -> None: ...


class Painter:
    """Paints plans on one device; networks stay loaded between paintings."""

    def __init__(
        self, device: torch.device, weights: Mapping[str, Path], checkpoints: Checkpoints | None = None
    ) -> None:
        self.device, self.weights, self.checkpoints = device, weights, checkpoints
        self._encoders: dict[Any, Encoder] = {}
        self.results: list[StageResult] = []
        """The finished stages of the plan that was painted last."""

    def paint(self, plan: Plan) -> Iterator[Step]:
        """Paint what is missing of a plan; afterwards `results` holds every stage and `picture` gives the pixels.

        Raises PaintingError for a loss that is not finite, WeightsError and InputError for what cannot be loaded.
        """
        self.results = []
        done = self._resume(plan)
        for task in plan.stages[done:]:
            # Better now than after hours of smaller stages.
            pipeline = plan.resolved.terms(task.stage)["pipeline"]
            fitting_side(plan.resolved, task.stage, self._encoder(pipeline), self.device)
        for task in plan.stages[done:]:
            yield from self._stage(plan, task)

    def _resume(self, plan: Plan) -> int:
        """Load the deepest finished stage (and the accounts of those before it); how many stages are done."""
        if self.checkpoints is None:
            return 0
        for task in reversed(plan.stages):
            if result := self.checkpoints.load(task.key):
                before = [self.checkpoints.load(each.key) for each in plan.stages[: task.index]]
                self.results = [each or StageResult(result.canvas) for each in before] + [result]
                return task.index + 1
        return 0

    @property
    def whole(self) -> bool:
        """Whether no stage of the plan was cut short so far; what comes after one that was is not kept."""
        return not any(result.cut for result in self.results)

    def _stage(self, plan: Plan, task: StageTask) -> Iterator[Step]:
        begun = time.perf_counter()
        release()  # what the stage before has left
        terms = plan.resolved.terms(task.stage)
        objective = build_objective(plan.resolved, task.stage, self._encoder(terms["pipeline"]), self.device)
        release()  # what building took
        canvas, state = self._begin(plan, task)
        optimizer: Optimizer = terms["optimizer"]
        steps = cast(int, task.stage.steps)
        run = optimizer.start(canvas, steps, objective.bounded, state)
        account, curves = _Account(objective), dict[str, list[float]]()
        every = max(1, steps // 50)
        limit = (task.stage.minutes or math.inf) * 60
        cut = None
        for step in range(1, steps + 1):
            loss = float(run.step(account))
            if loss != loss or abs(loss) == float("inf"):
                where = f"stage {task.index + 1}, step {step}"
                raise PaintingError(f"the loss is no longer a number ({where}): try smaller weights", canvas)
            canvas = run.picture
            terms_of_step = account.taken(loss)
            if step % every == 0 or step == 1:
                _note(curves, terms_of_step)
            yield Step(task.index, len(plan.stages), step, steps, loss, canvas)
            if step < steps and time.perf_counter() - begun > limit:
                cut = step
                break
        result = StageResult(run.picture.detach(), run.state, time.perf_counter() - begun, curves, cut)
        self.results.append(result)
        if self.checkpoints is not None and self.whole:
            self.checkpoints.save(task, result)

    def _begin(self, plan: Plan, task: StageTask) -> tuple[Tensor, State]:
        """The canvas before a stage: the start of the recipe, the mean of two paintings, one inside the other, or the
        stage before it, enlarged."""
        resolved, size = plan.resolved, cast(tuple[int, int], task.stage.size)
        if plan.between and not self.results:
            one, other = (self._finished(key).canvas.to(self.device) for key in plan.between)
            return nested(one, other, *plan.nested) if plan.nested else (one + other) / 2, {}
        if self.results:
            before = self.results[-1]
            same = before.canvas.shape[-2:] == (size[1], size[0])
            resize = (lambda x: x) if same else (lambda x: resized(x, size))
            terms = resolved.terms(task.stage)
            if is_torus(compositions(terms["view"])) and not same:
                resize = lambda x: resized_torus(x, size)  # noqa: E731
            if cast(Optimizer, terms["optimizer"]).carries_detail:
                height, width = before.canvas.shape[-2:]
                detail = before.canvas - self._start(resolved, task, (width, height))
                return self._start(resolved, task, size) + resize(detail), {}
            share = before.canvas[0, 0].numel() / (size[0] * size[1])
            state = {name: resize(value) for name, value in before.state.items()}
            return resize(before.canvas), cast(Optimizer, terms["optimizer"]).grown(state, share)
        return self._start(resolved, task, size), {}

    def _finished(self, key: str) -> StageResult:
        """A stage that was painted before."""
        found = self.checkpoints.load(key) if self.checkpoints is not None else None
        if found is None:
            raise LookupError(f"the stage {key} is not there: what a painting begins between is painted first")
        return found

    def _start(self, resolved: Resolved, task: StageTask, size: tuple[int, int]) -> Tensor:
        """The canvas before the first step, ``(1, 3, H, W)``, at (width, height)."""
        recipe = resolved.recipe
        content = recipe.content.image if recipe.content else None
        pixels = start_pixels(resolved.start, size, recipe.seed, resolved.images, content)
        canvas = to_tensor(pixels, self.device)
        style = resolved.terms(task.stage)["style"]
        if recipe.start and recipe.start.colors == "style" and style:
            canvas = recolored(canvas, style, resolved.images)
        return canvas

    def _encoder(self, pipeline: Pipeline) -> Encoder:
        if pipeline not in self._encoders:
            encoder, precision = pipeline.load(self.device, self.weights), reduced_precision(self.device)
            self._encoders[pipeline] = encoder.reduced(precision) if precision else encoder
        return self._encoders[pipeline]

    def blank(self, plan: Plan) -> Tensor:
        """The canvas of a plan before its first step, ``(1, 3, H, W)``."""
        first = plan.stages[0]
        return self._start(plan.resolved, first, cast(tuple[int, int], first.stage.size))

    def picture(self, plan: Plan) -> Tensor:
        """The finished pixels of the plan that was painted last, ``(1, 3, H, W)`` in 0..1: the view of the canvas."""
        return finished_picture(plan, self.results[-1].canvas)


def finished_picture(plan: Plan, canvas: Tensor) -> Tensor:
    """What a canvas shows: seen through the first views of the last stage, its colours kept where asked for."""
    return shown(plan.resolved, plan.resolved.stages[-1], canvas)


def shown(resolved: Resolved, stage: Stage, canvas: Tensor) -> Tensor:
    """The same in any stage, at the size that it has there."""
    terms = resolved.terms(stage)
    found = compositions(terms["view"])
    picture = viewed(canvas, found[0], is_torus(found)).clamp(0, 1)
    for view in reversed(found[0]):
        picture = cast(View, view).shown(picture)
    keep, content = resolved.recipe.keep, cast(Content | None, terms["content"])
    after = {"luma": keep_chroma, "linear": transfer_colors, "histogram": match_histogram}
    if keep and content and keep.colors in after:
        pixels = load_picture(resolved.images[content.image], cast(tuple[int, int], stage.size))
        picture = after[keep.colors](picture, to_tensor(pixels, picture.device))
    return picture


def resized(x: Tensor, size: tuple[int, int]) -> Tensor:
    """Antialiased bicubic resampling of ``(1, C, H, W)`` to (width, height); it may overshoot a little."""
    import torch.nn.functional as F

    return F.interpolate(x, size=(size[1], size[0]), mode="bicubic", antialias=True, align_corners=False)


def resized_torus(x: Tensor, size: tuple[int, int]) -> Tensor:
    """The same on a torus: neighbours across the edges take part, so that no seam appears."""
    import torch.nn.functional as F

    height, width = x.shape[-2:]
    margin = min(8, height, width)
    wide = F.pad(x, (margin, margin, margin, margin), mode="circular")
    grown = (size[0] + round(2 * margin * size[0] / width), size[1] + round(2 * margin * size[1] / height))
    large = resized(wide, grown)
    left, top = (grown[0] - size[0]) // 2, (grown[1] - size[1]) // 2
    return large[..., top : top + size[1], left : left + size[0]].contiguous()


class _Account:
    """An objective that knows the terms of every canvas that may be stepped from: a line search also looks at canvases
    that are not taken."""

    def __init__(self, objective: Objective) -> None:
        self.objective = objective
        self.known: dict[float, dict[str, Tensor]] = {}
        self.fresh: dict[float, dict[str, Tensor]] = {}

    def __call__(self, canvas: Tensor) -> tuple[Tensor, Tensor]:
        value, gradient = self.objective(canvas)
        self.fresh[float(value)] = self.objective.losses
        return value, gradient

    def taken(self, loss: float) -> dict[str, Tensor]:
        """The terms of the loss that a step has returned; of older canvases no step will ask again."""
        found = {**self.known, **self.fresh}[loss]
        self.known, self.fresh = {**self.fresh, loss: found}, {}
        return found


def _note(curves: dict[str, list[float]], losses: Mapping[str, Tensor]) -> None:
    """One more point of every curve: the terms of the loss and their sum."""
    terms = {name: float(value.detach()) for name, value in losses.items()}
    for name, value in {"total": sum(terms.values()), **terms}.items():
        curves.setdefault(name, []).append(round(value, 6))
