"""Films of several paintings: the same recipe with other values."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field, model_validator

from deepartist.recipe.fields import wrong
from deepartist.recipe.films.base import (
    MOST_FRAMES,
    WORDS,
    Counted,
    Film,
    Variant,
    is_number,
    named,
    without_films,
)
from deepartist.recipe.paths import Path, put
from deepartist.recipe.words import Number, Whole

EACH = "each"
WHOLE = frozenset({"seed", "size", "steps", "segments", "count", "from", "to", "octaves"})
"""Words that take whole numbers only."""


class _Varied(Film):
    """Words of the recipe with several values each, beside the options."""

    model_config = ConfigDict(extra="allow")

    @model_validator(mode="after")
    def _has_values(self) -> _Varied:
        if not self.model_extra:
            raise wrong(f"a {self.word} needs a word and its values, for example {self.example}")
        if film := next((path[0] for path in self.values if path[0] in WORDS), None):
            raise wrong(f'"{film}" cannot change from frame to frame: it says what the frames are')
        return self

    example: ClassVar[str]

    @property
    def values(self) -> dict[Path, Any]:
        return {tuple(path.split(".")): value for path, value in (self.model_extra or {}).items()}


class Survey(_Varied):
    """The same recipe with each value of a word, side by side on a labelled sheet; of several words, with each
    combination.

    ``style.scale`` is the word ``scale`` under ``style``; ``style.2.scale`` that of the second style. ``each`` stands
    for all layers of the network.
    """

    word: ClassVar[str] = "survey"
    example: ClassVar[str] = "survey: {style.scale: [0.5, 1, 2]}"

    seconds: Annotated[Number, Field(gt=0, le=60)] = 1.0
    """How long the film of it shows each frame."""
    columns: Annotated[Whole, Field(ge=1, le=16)] | None = None
    """Of the sheet; without it about as many as rows, or one for each value of the last word."""

    def variants(self, recipe: Mapping[str, Any], every: Callable[[Path], Sequence[Any]]) -> Iterator[Variant]:
        values = {path: _list(path, value, every) for path, value in self.values.items()}
        count = 1
        for each in values.values():
            count *= len(each)
        if count < 2:
            raise ValueError("a survey of one value is one painting: give at least two values")
        if count > MOST_FRAMES:
            raise ValueError(f"a survey of {count} paintings is too large: at most {MOST_FRAMES}")
        for combination in itertools.product(*(list(enumerate(each)) for each in values.values())):
            data, places, names = without_films(recipe), {}, []
            for path, (index, value) in zip(values, combination, strict=True):
                put(data, path, value)
                places[path] = (self.word, ".".join(path), index)
                name = named(value)
                names.append(name if not is_number(value) else f"{path[-1]} {name}")
            yield Variant(", ".join(names), data, places)

    def columns_of(self) -> int | None:
        """Of the sheet, where something is said of it."""
        last = list(self.values.values())[-1]
        return self.columns or (len(last) if len(self.values) > 1 and isinstance(last, list) else None)

    def shown(self) -> dict[str, Any]:
        return {**super().shown(), "columns": self.columns_of()}


class Sweep(_Varied):
    """From one value to another: a film. Numbers pass through what lies between them, styles (and starts) blend.

    The two ends are painted first, then always the middle between two frames, beginning from the mean of both. So a
    sweep of 5 frames becomes one of 9 by painting 4.
    """

    word: ClassVar[str] = "sweep"
    example: ClassVar[str] = "sweep: {style.weight: [0.1, 10]}"

    frames: Annotated[Whole, Field(ge=2, le=MOST_FRAMES + 1)] = 9
    """3, 5, 9, 17, 33 and 65 frames share what is painted."""
    seconds: Annotated[Number, Field(gt=0, le=600)] = 2.0
    """One way."""
    easing: Literal["linear", "smooth"] = "linear"
    """``smooth`` leaves and arrives slowly."""
    back: bool = True
    """There and back again, so that it has no end."""
    hold: Annotated[Number, Field(ge=0, le=60)] = 0.0
    """So many seconds each end stays."""

    def variants(self, recipe: Mapping[str, Any], every: Callable[[Path], Sequence[Any]]) -> Iterator[Variant]:
        for path, ends in self.values.items():
            if not isinstance(ends, list) or not 2 <= len(ends) <= 16:
                where = (self.word, ".".join(path))
                raise ValueError(f"a sweep goes from one value to another: write {'.'.join(path)}: [a, b]", where)
        halves = self._halves()
        for index in range(self.frames):
            at = index / (self.frames - 1)
            at = at * at * (3 - 2 * at) if self.easing == "smooth" else at
            data, places, names = without_films(recipe), {}, []
            for path, ends in self.values.items():
                where = (self.word, ".".join(path))
                names.append(_put_between(data, path, ends, at, where))
                places[path] = where
            yield Variant(", ".join(names), data, places, halves.get(index))

    def _halves(self) -> dict[int, tuple[int, int]]:
        """The frames that begin between two others. Those that show a value as it was written do not, nor any where
        what they begin with is swept itself."""
        if any(path[0] == "start" for path in self.values):
            return {}
        last, parts = self.frames - 1, max(len(ends) for ends in self.values.values()) - 1
        ends = range(0, last + 1, last // parts) if last % parts == 0 else (0, last)
        return {index: pair for low, high in itertools.pairwise(ends) for index, pair in _halves(low, high)}


class Jitter(Counted):
    """The same recipe with other noise in every frame: the painting shivers."""

    word: ClassVar[str] = "jitter"

    frames: Annotated[Whole, Field(ge=2, le=MOST_FRAMES)] = 8
    seconds: Annotated[Number, Field(gt=0, le=60)] = 1.0
    """Of the whole film, which has no end."""

    def variants(self, recipe: Mapping[str, Any], every: Callable[[Path], Sequence[Any]]) -> Iterator[Variant]:
        first = recipe.get("seed", 0)
        for index in range(self.frames):
            data = without_films(recipe)
            if isinstance(first, int):
                data["seed"] = first + index
            yield Variant(f"seed {data.get('seed')}", data, {})


def _halves(low: int, high: int) -> Iterator[tuple[int, tuple[int, int]]]:
    """Every index between both, with the two that it lies halfway between."""
    if high - low > 1:
        middle = (low + high) // 2
        yield middle, (low, high)
        yield from _halves(low, middle)
        yield from _halves(middle, high)


def _list(path: Path, value: Any, every: Callable[[Path], Sequence[Any]]) -> Sequence[Any]:
    if value == EACH:
        return every(path)
    if not isinstance(value, list):
        name = ".".join(path)
        raise ValueError(f"a survey needs several values: write {name}: [a, b, c]", (Survey.word, name))
    return value


def _put_between(data: dict[str, Any], path: Path, ends: Sequence[Any], at: float, where: tuple[str, str]) -> str:
    """Set what lies at `at` (0 to 1) between the values of a sweep; returns its label."""
    part = min(int(at * (len(ends) - 1)), len(ends) - 2)
    share = at * (len(ends) - 1) - part
    one, other = ends[part], ends[part + 1]
    if all(is_number(each) for each in ends):
        value = one + (other - one) * share
        whole = path[-1] in WHOLE
        put(data, path, round(value) if whole else value)
        return f"{path[-1]} {value:.0f}" if whole else f"{path[-1]} {value:.3g}"
    if all(isinstance(each, str) for each in ends):
        if path in (("style",), ("style", "image")):
            styles = [(one, 1 - share), (other, share)]
            base = data.get("style")
            if isinstance(base, list) and len(base) == 1:
                (base,) = base
            own = base if isinstance(base, dict) else {}
            weight = own.get("weight", 1)
            data["style"] = [{**own, "image": image, "weight": weight * each} for image, each in styles if each > 0]
            return " + ".join(f"{named(image)} {each:.0%}" for image, each in styles if each > 0)
        if path in (("start",), ("start", "image")):
            put(data, path, f"{1 - share!r} * ({one}) + {share!r} * ({other})" if share else one)
            return f"{named(one)} {1 - share:.0%}"
    name = ".".join(path)
    raise ValueError(f'"{name}" cannot be swept: a sweep goes between numbers or styles; a survey shows words', where)
