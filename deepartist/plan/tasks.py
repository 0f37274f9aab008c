"""From a resolved recipe to keyed tasks: one per stage, then the picture, its finish steps, and its encoding.

A task's key is the digest of everything that decides its result: its own words, the key of the task before it, the
content of every input, the weights, and the version of every algorithm used. So a further stage continues what is
there, changed steps repaint from that stage on, and another finish, format or quality paints nothing.

A limit of minutes is not among a stage's words: a stage that ends in time is the same with and without it. One that was
cut short depends on the computer, so it is kept under no key, and the picture of a recipe with limits has a key of its
own: never a hit for the recipe without them, nor for one that allows more time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from deepartist.recipe import Resolved
from deepartist.recipe.contracts import FinishModel, PipelineModel
from deepartist.recipe.expression import Expression, Image, Number, Operation, Word
from deepartist.recipe.films import Film, Progress
from deepartist.recipe.key import digest
from deepartist.recipe.model import CONTENT, Content, Mask, Stage, Style
from deepartist.recipe.parts import Part, parts
from deepartist.recipe.sizes import magnification
from deepartist.recipe.terms import compositions

PAINTING_VERSION = 1
"""Version of the optimisation itself (canvas, schedule, normalisation); raise it when pixels are meant to change."""
PICTURE_VERSION = 1
"""Version of what turns a canvas into a picture (views, kept colours, rounding)."""
ENCODING_VERSION = 1
FILM_VERSION = 1
SNAPSHOT_VERSION = 1
"""Version of how the canvas of an unfinished stage is shown."""

Quality = Literal["draft", "final"]


@dataclass(frozen=True)
class StageTask:
    """One resolution of one painting."""

    key: str
    index: int
    stage: Stage


@dataclass(frozen=True)
class SnapshotTask:
    """Pictures of one stage while it is painted."""

    key: str
    stage: StageTask
    steps: tuple[int, ...]
    """After which they are taken; 0 is the canvas before the first one."""


@dataclass(frozen=True)
class FinishTask:
    """One step between the painted picture and its encoding."""

    key: str
    step: FinishModel


@dataclass(frozen=True)
class Plan:
    """All tasks of one recipe at one quality."""

    resolved: Resolved
    quality: Quality
    stages: tuple[StageTask, ...]
    picture: str
    """Key of the painted pixels, before anything else is done to them."""
    finish: tuple[FinishTask, ...]
    key: str
    """Key of the encoded result: what a figure shows and what the store is asked for."""
    between: tuple[str, str] | None = None
    """Keys of the stages whose canvases this painting begins halfway between."""
    nested: tuple[float, float] | None = None
    """As in `Frame`."""
    frames: tuple[Plan, ...] = ()
    """Of a film, in the order in which they are shown; it has no stages of its own."""
    snapshots: tuple[SnapshotTask, ...] = ()
    """Of a film that shows how its only frame is painted, for each of its stages."""

    @property
    def keys(self) -> frozenset[str]:
        """All results that belong to this one."""
        own = {self.key, *(stage.key for stage in self.stages), *(each.key for each in self.snapshots)}
        return frozenset(own.union(*(frame.keys for frame in self.frames)))

    @property
    def size(self) -> tuple[int, int]:
        return self.resolved.size


def plan(resolved: Resolved, weights: Mapping[str, str], quality: Quality = "final") -> Plan:
    """Plan a resolved recipe; `weights` maps pipeline names to the sha256 of own weight files."""
    return _film(resolved, weights, quality) if resolved.frames else _painting(resolved, weights, quality)


def _painting(
    resolved: Resolved,
    weights: Mapping[str, str],
    quality: Quality,
    between: tuple[str, str] | None = None,
    nested: tuple[float, float] | None = None,
) -> Plan:
    stages: list[StageTask] = []
    after: Any = {"between": between, **({"nested": nested} if nested else {})} if between else None
    for index, stage in enumerate(resolved.stages):
        after = digest(_stage_identity(resolved, stage, after, weights))
        stages.append(StageTask(after, index, stage))
    recipe = resolved.recipe
    last = resolved.terms(resolved.stages[-1])
    kept = recipe.keep.colors if recipe.keep else None
    picture = digest(
        {
            "picture": PICTURE_VERSION,
            "after": after,
            "view": _parts(compositions(last["view"])[0]),
            "keep": [kept, resolved.images[last["content"].image].key] if kept else None,
            **_limits(resolved),
        }
    )
    finish = tuple(_finish(resolved, picture))
    finished = finish[-1].key if finish else picture
    output = recipe.output
    lossy = output.quality if "webp" in output.format else None
    key = digest({"encoding": ENCODING_VERSION, "after": finished, "format": sorted(output.format), "quality": lossy})
    return Plan(resolved, quality, tuple(stages), picture, finish, key, between, nested)


def _film(resolved: Resolved, weights: Mapping[str, str], quality: Quality) -> Plan:
    """A film's key is that of its frames, of what is written on them, and of how they are shown."""
    made: dict[int, Plan] = {}

    def frame(index: int) -> Plan:
        if index not in made:
            own = resolved.frames[index]
            between = tuple(frame(each).stages[-1].key for each in own.between) if own.between else None
            both = cast(tuple[str, str] | None, between)
            made[index] = _painting(own.resolved, weights, quality, both, own.nested)
        return made[index]

    assert resolved.film is not None
    frames = tuple(frame(index) for index in range(len(resolved.frames)))
    identity = {
        "film": FILM_VERSION,
        "shown": resolved.film.shown(),
        "frames": [each.key for each in frames],
        "labels": [each.label for each in resolved.frames],
        "quality": resolved.recipe.output.quality,
    }
    key, snapshots = digest(identity), tuple(_snapshots(resolved.film, frames[0]))
    return Plan(resolved, quality, (), "", (), key, frames=frames, snapshots=snapshots)


def _snapshots(film: Film, painting: Plan) -> Iterator[SnapshotTask]:
    """A painting's own keys know nothing of them: with or without them it is the same."""
    if isinstance(film, Progress):
        moments = film.moments([cast(int, task.stage.steps) for task in painting.stages])
        for task, steps in zip(painting.stages, moments, strict=True):
            shown = painting.resolved.terms(task.stage)
            keep = painting.resolved.recipe.keep
            identity = {
                "snapshots": SNAPSHOT_VERSION,
                "stage": task.key,
                "steps": steps,
                "view": _parts(compositions(shown["view"])[0]),
                "keep": [keep.colors, painting.resolved.images[shown["content"].image].key] if keep else None,
            }
            yield SnapshotTask(digest(identity), task, tuple(steps))


def _stage_identity(resolved: Resolved, stage: Stage, after: Any, weights: Mapping[str, str]) -> dict[str, Any]:
    terms, recipe = resolved.terms(stage), resolved.recipe
    pipeline: PipelineModel = terms["pipeline"]
    first = {
        "start": _expression(resolved.start, resolved),
        "colors": recipe.start.colors if recipe.start else None,
    }
    return {
        "painting": PAINTING_VERSION,
        "after": after if after else first,
        "seed": recipe.seed,
        "size": list(cast(tuple[int, int], stage.size)),
        "steps": stage.steps,
        "pipeline": {**pipeline.identity(), "weights": pipeline.digest(weights)},
        "style": [_reference(style, resolved) for style in terms["style"] or ()],
        "content": _reference(terms["content"], resolved) if terms["content"] else None,
        "enhance": [
            {"layers": each.layers, "by": _parts(each.by), "weight": each.weight, **_mask(each.mask, resolved)}
            for each in terms["enhance"] or ()
        ],
        "regularize": _parts(terms["regularize"]),
        "view": _views(terms["view"]),
        "optimizer": terms["optimizer"].identity(),
        "keep": recipe.keep.before if recipe.keep else None,
    }


def _limits(resolved: Resolved) -> dict[str, Any]:
    """Nothing where there are none, so that keys from before there were limits stay."""
    minutes = [stage.minutes for stage in resolved.stages]
    return {"minutes": minutes} if any(minutes) else {}


def _finish(resolved: Resolved, after: str) -> Iterator[FinishTask]:
    content: Content | None = resolved.terms(resolved.stages[-1])["content"]
    for step in cast(tuple[FinishModel, ...], resolved.recipe.finish or ()):
        names = [content.image if content and name == CONTENT else name for name in step.references]
        images = [resolved.images[name].key for name in names]
        after = digest({"finish": step.identity(), "images": images, "after": after})
        yield FinishTask(after, step)


def _reference(reference: Style | Content, resolved: Resolved) -> dict[str, Any]:
    images = reference.image if isinstance(reference, Style) else (reference.image,)
    scales = reference.scale if isinstance(reference, Style) else (1.0,)
    return {
        "images": [resolved.images[image].key for image in images],
        "scale": [magnification(each, resolved.size) for each in scales],
        "layers": reference.layers,
        "match": _parts(reference.match),
        "weight": reference.weight,
        **_mask(reference.mask, resolved),
    }


def _mask(mask: Mask | None, resolved: Resolved) -> dict[str, Any]:
    """Nothing where there is none, so that keys from before there were masks stay."""
    from PIL import ImageColor

    if mask is None:
        return {}
    drawn = {"image": resolved.images[mask.image].key} if mask.image else {"shape": mask.shape}
    color = ImageColor.getrgb(mask.color) if mask.color else None
    return {"mask": {**drawn, "color": color, "invert": mask.invert}}


def _parts(used: Sequence[Part] | None) -> list[dict[str, Any]]:
    return [part.identity() for part in used or ()]


def _views(view: Any) -> list[Any]:
    found = [_parts(each) for each in compositions(view)]
    return found if len(found) > 1 else found[0]  # as before there were several


def _expression(expression: Expression, resolved: Resolved) -> Any:
    match expression:
        case Number(value):
            return value
        case Word(name) if name == CONTENT:
            content = resolved.recipe.content
            return resolved.images[content.image].key if content else None
        case Word(name):
            return parts("source")[name]().identity()
        case Image(reference):
            return resolved.images[reference].key
        case Operation(operator, left, right):
            return [operator, _expression(left, resolved), _expression(right, resolved)]
