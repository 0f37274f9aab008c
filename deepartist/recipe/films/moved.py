"""Films of one painting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar

from pydantic import Field

from deepartist.recipe.films.base import Counted, Known, Variant, without_films
from deepartist.recipe.words import Number, Whole


class Moved(Counted):
    """One painting whose canvas moves below its last view, until it looks as at the beginning."""

    wanted: ClassVar[str]
    """What to say where the last view is none that this film can move."""

    frames: Annotated[Whole, Field(ge=4, le=120)] = 24
    seconds: Annotated[Number, Field(gt=0, le=60)] = 4.0
    """Until it looks as at the beginning."""

    def variants(self, recipe: Mapping[str, Any], known: Known) -> Iterator[Variant]:
        yield Variant("", without_films(recipe), {})


class Rotate(Moved):
    """One painting on a ball that turns, or in a kaleidoscope that does."""

    word: ClassVar[str] = "rotate"
    said: ClassVar[str] = "as it turns"
    wanted: ClassVar[str] = (
        "rotate turns a ball or a kaleidoscope: end the views with sphere, tetra, octa, icosa, kaleidoscope or rotate"
    )


class Zoom(Moved):
    """One painting as an endless zoom."""

    word: ClassVar[str] = "zoom"
    besides: ClassVar[tuple[str, ...]] = ("through",)
    said: ClassVar[str] = "as an endless zoom"
    instead: ClassVar[str] = ", or pictures, as in zoom: {through: [a, b]}"
    wanted: ClassVar[str] = (
        "zoom goes into an endless picture: end the views with polar, or give the pictures: zoom: {through: [a, b]}"
    )


class Progress(Counted):
    """How one painting comes into being: the canvas at the beginning, at some of its steps, and the finished picture.

    Early steps change more than late ones: within a stage, frames are taken after powers of
    1.5 of even shares of its steps.
    """

    word: ClassVar[str] = "progress"
    said: ClassVar[str] = "as it comes into being"

    frames: Annotated[Whole, Field(ge=2, le=120)] = 24
    """As many as there are steps, at most."""
    seconds: Annotated[Number, Field(gt=0, le=60)] = 4.0
    """Until it is finished."""
    hold: Annotated[Number, Field(ge=0, le=60)] = 1.0
    """So many seconds more the finished picture stays."""

    def variants(self, recipe: Mapping[str, Any], known: Known) -> Iterator[Variant]:
        yield Variant("", without_films(recipe), {})

    def moments(self, steps: Sequence[int]) -> list[list[int]]:
        """The steps of each stage after which the canvas is looked at, for stages of so many steps; 0 is its start.

        Each stage has frames by its share of all steps, one at least.
        """
        total = sum(steps)
        frames = max(min(self.frames - 1, total), len(steps))
        ends = [round(frames * sum(steps[: stage + 1]) / total) for stage in range(len(steps))]
        # One at least, and never more than steps.
        found, before = [], 0
        for stage, count in enumerate(steps):
            end = min(max(ends[stage], before + 1), frames - (len(steps) - 1 - stage))
            found.append(_closer(count, min(end - before, count)))
            before = end
        return [[0, *found[0]], *found[1:]]


def _closer(steps: int, frames: int) -> list[int]:
    """So many of the numbers 1 … steps, the last one among them, that lie closer at the beginning."""
    taken: list[int] = []
    for index in range(1, frames + 1):
        even = round(steps * (index / frames) ** 1.5)
        # None twice, and one for each frame that is to come.
        taken.append(min(max(even, (taken or [0])[-1] + 1), steps - (frames - index)))
    return taken
