"""Films of several paintings: the same recipe with other values."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field, model_validator

from deepartist.recipe.fields import wrong
from deepartist.recipe.films.base import (
    MOST_FRAMES,
    WORDS,
    Counted,
    Film,
    Known,
    Variant,
    named,
    without_films,
)
from deepartist.recipe.layers import canonical_layer
from deepartist.recipe.paths import Path, put
from deepartist.recipe.problems import Location, did_you_mean, quoted
from deepartist.recipe.words import Number, Whole, is_number

EACH = "each"
STYLES, STARTS = (("style",), ("style", "image")), (("start",), ("start", "image"))
"""The words of a sweep whose texts blend."""


class _Varied(Film):
    """Words of the recipe with several values each, beside the options."""

    model_config = ConfigDict(extra="allow")

    @model_validator(mode="before")
    @classmethod
    def _has_words(cls, value: Any) -> Any:
        if not isinstance(value, Mapping | cls):
            raise wrong(f"a {cls.word} needs a word and its values, for example {cls.example}")
        return value

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
        """In the order in which they are written."""
        paths = {path: tuple(map(canonical_layer, path.split("."))) for path in self.model_extra or {}}
        return {paths[path]: value for path, value in (self.model_extra or {}).items()}

    def where(self, path: Path) -> Location:
        """The word, as the author wrote it."""
        return self.word, ".".join(path)

    def mistakes(self, known: Known) -> Iterator[tuple[Location, str]]:
        for path, value in self.values.items():
            if path[0] not in known.words:
                yield self.where(path), f'unknown word "{path[0]}"{self._meant(path[0], known)}'
            elif message := self._unusable(path, value):
                yield self.where(path), message

    def _meant(self, word: str, known: Known) -> str:
        own = list(type(self).model_fields)
        near = did_you_mean(word, [*own, *known.words])
        return near if near.startswith(" (did") else f": beside words of the recipe a {self.word} takes {quoted(own)}"

    def _unusable(self, path: Path, value: Any) -> str | None:
        """What is wrong with the values of a word, if anything."""
        raise NotImplementedError

    def _put(self, data: dict[str, Any], path: Path, value: Any) -> None:
        try:
            put(data, path, value)
        except ValueError as error:
            raise ValueError(str(error), self.where(path)) from None


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

    def _unusable(self, path: Path, value: Any) -> str | None:
        if value == EACH or isinstance(value, list):
            return None
        return f"a survey needs several values: write {'.'.join(path)}: [a, b, c]"

    def variants(self, recipe: Mapping[str, Any], known: Known) -> Iterator[Variant]:
        values = {path: known.every(path) if value == EACH else value for path, value in self.values.items()}
        count = math.prod(len(each) for each in values.values())
        if count < 2:
            raise ValueError("a survey of one value is one painting: give at least two values")
        if count > MOST_FRAMES:
            raise ValueError(f"a survey of {count} paintings is too large: at most {MOST_FRAMES}")
        for combination in itertools.product(*(range(len(each)) for each in values.values())):
            chosen = dict(zip(values, combination, strict=True))
            data = without_films(recipe)
            for path in sorted(chosen, key=len):  # a style, then its scale
                self._put(data, path, values[path][chosen[path]])
            places = {path: (*self.where(path), index) for path, index in chosen.items()}
            names = (_labelled(path, values[path][index]) for path, index in chosen.items())
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

    def _unusable(self, path: Path, value: Any) -> str | None:
        name = ".".join(path)
        if not isinstance(value, list) or not 2 <= len(value) <= 16:
            return f"a sweep goes from one value to another: write {name}: [a, b]"
        texts = all(isinstance(each, str) for each in value)
        if all(map(is_number, value)) or (texts and path in (*STYLES, *STARTS)):
            return None
        return f'"{name}" cannot be swept: a sweep goes between numbers or styles; a survey shows words'

    def variants(self, recipe: Mapping[str, Any], known: Known) -> Iterator[Variant]:
        halves = self._halves()
        whole = {path: known.whole(path) for path in self.values}
        for index in range(self.frames):
            at = index / (self.frames - 1)
            at = at * at * (3 - 2 * at) if self.easing == "smooth" else at
            data, names = without_films(recipe), {}
            # What blends are two styles that have all other words of the one, and so comes last.
            for path in sorted(self.values, key=lambda path: (path in STYLES, len(path))):
                names[path] = self._put_between(data, path, at, whole[path])
            label = ", ".join(names[path] for path in self.values)
            yield Variant(label, data, {path: self.where(path) for path in self.values}, halves.get(index))

    def _put_between(self, data: dict[str, Any], path: Path, at: float, whole: bool) -> str:
        """Set what lies at `at` (0 to 1) between the values of a word; returns its label."""
        ends = self.values[path]
        part = min(int(at * (len(ends) - 1)), len(ends) - 2)
        share = at * (len(ends) - 1) - part
        one, other = ends[part], ends[part + 1]
        if not isinstance(one, str):
            value = one + (other - one) * share if share < 1 else other
            self._put(data, path, round(value) if whole else value)
            return f"{path[-1]} {value:.0f}" if whole else f"{path[-1]} {value:.3g}"
        mixed = [(text, each) for text, each in ((one, 1 - share), (other, share)) if each > 0]
        if path in STYLES:
            own = self._own(data, path)
            weight = own.get("weight", 1)
            shares = [(image, weight * each if is_number(weight) else weight) for image, each in mixed]
            data["style"] = [{**own, "image": image, "weight": each} for image, each in shares]
        else:
            blend = " + ".join(f"{each!r} * ({text})" for text, each in mixed)
            self._put(data, path, blend if len(mixed) > 1 else mixed[0][0])
        return " + ".join(f"{named(text)} {each:.0%}" for text, each in mixed)

    def _own(self, data: dict[str, Any], path: Path) -> dict[str, Any]:
        """The words beside the image of the style that blends; none where it takes the place of several."""
        style = data.get("style")
        if path == ("style",) and isinstance(style, list) and len(style) != 1:
            return {}
        self._put(data, ("style", "image"), "")  # a short form is written out
        style = data["style"]
        return dict(style[0] if isinstance(style, list) else style)

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

    def variants(self, recipe: Mapping[str, Any], known: Known) -> Iterator[Variant]:
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


def _labelled(path: Path, value: Any) -> str:
    return f"{path[-1]} {named(value)}" if is_number(value) else named(value)
