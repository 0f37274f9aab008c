"""What all kinds of films have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Annotated, Any, ClassVar

from pydantic import Field, model_validator

from deepartist.recipe.base import Model
from deepartist.recipe.paths import Path
from deepartist.recipe.words import Number, shown

WORDS = ("survey", "sweep", "jitter", "progress", "rotate", "zoom")
"""Those that make a recipe one of a film."""
MOST_FRAMES = 64
"""That are painted for one film."""


@dataclass(frozen=True)
class Variant:
    """The recipe of one frame as plain data."""

    label: str
    data: dict[str, Any]
    places: Mapping[Path, tuple[int | str, ...]]
    """Where in the author's own text each of its changed values stands."""
    between: tuple[int, int] | None = None
    nested: tuple[float, float] | None = None
    """As in `Frame`."""

    def place(self, location: tuple[int | str, ...]) -> tuple[int | str, ...]:
        """Where to point at for a mistake at `location` of this frame."""
        words = tuple(each for each in location if isinstance(each, str))
        for path, place in self.places.items():
            own = tuple(each for each in path if not each.isdecimal())
            if words[: len(own)] == own or own[: len(words)] == words:
                return place
        return location


class Film(Model):
    """What all kinds have in common."""

    word: ClassVar[str]
    said: ClassVar[str] = ""
    """Of what is one painting: how it is shown, for those who do not see it."""
    seconds: Annotated[Number, Field(gt=0, le=600)] = 1.0

    def variants(self, recipe: Mapping[str, Any], every: Callable[[Path], Sequence[Any]]) -> Iterator[Variant]:
        """The frames of a film of this recipe, in the order in which they are shown.

        `every` lists all possible values of a word. Raises ValueError with a sentence for the author; its second
        argument is the place.
        """
        raise NotImplementedError

    def shown(self) -> dict[str, Any]:
        """What decides how the finished frames are shown."""
        said = {"kind": self.word, **self.model_dump(mode="json", exclude=set(self.model_extra or ()))}
        return {word: value for word, value in said.items() if word != "hold" or value}  # keys from before it stay


class Counted(Film):
    """What is said by the number of its frames alone."""

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"frames": value} if isinstance(value, int) and not isinstance(value, bool) else value


def without_films(recipe: Mapping[str, Any]) -> dict[str, Any]:
    """The recipe of a painting alone, to be changed."""
    return deepcopy({word: value for word, value in recipe.items() if word not in WORDS})


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def named(value: Any) -> str:
    """A value in a few letters."""
    match value:
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return f"{value:.4g}"
        case str():
            name = value.removeprefix("sample:")
            return PurePosixPath(name).stem if "/" in name else name
        case list():
            return " ".join(named(each) for each in value)
        case dict():
            return " ".join(f"{name} {named(each)}" if each is not None else str(name) for name, each in value.items())
        case _:
            return shown(value)
