"""What all kinds of films have in common."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Annotated, Any, ClassVar, Literal, Protocol

from pydantic import Field, model_validator

from deepartist.recipe.base import Model
from deepartist.recipe.fields import wrong
from deepartist.recipe.paths import Path
from deepartist.recipe.problems import Location
from deepartist.recipe.words import Number, is_number, shown

WORDS = ("survey", "sweep", "jitter", "progress", "rotate", "zoom")
"""Those that make a recipe one of a film."""
MOST_FRAMES = 64
"""That are painted for one film."""
_ADDED = ("one", "several")
"""Steps of locations that stand for no word: the tags of a composition of views, and of several."""


@dataclass(frozen=True)
class Variant:
    """The recipe of one frame as plain data."""

    label: str
    data: dict[str, Any]
    places: Mapping[Path, Location]
    """Where in the author's own text each of its changed values stands."""
    between: tuple[int, int] | None = None
    nested: tuple[float, float] | None = None
    """As in `Frame`."""

    def place(self, location: Location, written: Collection[str]) -> Location:
        """Where to point at for a mistake at `location` of this frame, in a recipe in which these words are written."""
        within = [path for path in self.places if concerns(path, location) == "within"]
        above = [path for path in self.places if concerns(path, location) == "above"]
        if location and location[0] not in written:  # all of it comes from the film
            above += [path for path in self.places if path[0] == location[0]]
        nearest = max(within, key=len) if within else next(iter(above), None)
        return self.places[nearest] if nearest else location


def concerns(path: Path, location: Location) -> Literal["within", "above", ""]:
    """Whether a mistake at `location` is in what stands at `path`, or in something around that."""
    rest = list(path)
    for step in location:
        if step in _ADDED:
            continue
        counted = bool(rest) and rest[0].isdecimal()
        if isinstance(step, int):
            if counted and step not in (int(rest[0]) - 1, -1):
                return ""
            rest = rest[counted:]
            continue
        rest = rest[counted:]  # the number of the only one
        if not rest:
            return "within"
        if step != rest[0]:
            return ""
        rest = rest[1:]
    return "above" if any(not each.isdecimal() for each in rest) else "within"


class Known(Protocol):
    """What is known of the words of a recipe."""

    @property
    def words(self) -> Collection[str]:
        """Those that a recipe may begin with."""

    def every(self, path: Path) -> Sequence[Any]:
        """All possible values of a word. Raises ValueError where they are not known."""

    def whole(self, path: Path) -> bool:
        """Whether a word takes whole numbers only."""


class Film(Model):
    """What all kinds have in common."""

    word: ClassVar[str]
    said: ClassVar[str] = ""
    """Of what is one painting: how it is shown, for those who do not see it."""
    seconds: Annotated[Number, Field(gt=0, le=600)] = 1.0

    def mistakes(self, known: Known) -> Iterator[tuple[Location, str]]:
        """What is wrong with the words that change, before there are frames."""
        return iter(())

    def variants(self, recipe: Mapping[str, Any], known: Known) -> Iterator[Variant]:
        """The frames of a film of this recipe, in the order in which they are shown.

        Raises ValueError with a sentence for the author; its second argument is the place.
        """
        raise NotImplementedError

    def shown(self) -> dict[str, Any]:
        """What decides how the finished frames are shown."""
        said = {"kind": self.word, **self.model_dump(mode="json", exclude=set(self.model_extra or ()))}
        return {word: value for word, value in said.items() if word != "hold" or value}  # keys from before it stay


class Counted(Film):
    """What is said by the number of its frames alone."""

    instead: ClassVar[str] = ""
    """What else may be said."""

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        if is_number(value):
            return {"frames": value}
        if not isinstance(value, Mapping | cls):
            *most, last = cls.model_fields
            words = ", ".join(most)
            raise wrong(
                f"{shown(value)} is not valid here: expected the number of frames, as in {cls.word}: 8, or "
                f'"word: value", the word being {words} or {last}{cls.instead}'
            )
        return value


def without_films(recipe: Mapping[str, Any]) -> dict[str, Any]:
    """The recipe of a painting alone, to be changed."""
    return deepcopy({word: value for word, value in recipe.items() if word not in WORDS})


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
