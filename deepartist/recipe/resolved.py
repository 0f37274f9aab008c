"""A recipe with nothing left open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, cast

from deepartist.recipe.contracts import FinishModel
from deepartist.recipe.expression import Expression, parse_expression
from deepartist.recipe.films import Film
from deepartist.recipe.inputs import ImageInput
from deepartist.recipe.model import CONTENT, Recipe, Stage, Terms
from deepartist.recipe.parts import parts


@dataclass(frozen=True)
class Frame:
    """One painting of a film."""

    label: str
    """What differs from the others, in a few letters."""
    resolved: Resolved
    between: tuple[int, int] | None = None
    """It begins halfway between these two frames of the film, and takes only part of the way on its own."""
    nested: tuple[float, float] | None = None
    """The first of the two enlarged so much, with the second one in its middle, its side so large a share of it."""


@dataclass(frozen=True)
class Resolved:
    """A recipe with nothing left open, and the pictures that it names."""

    recipe: Recipe
    images: Mapping[str, ImageInput]
    """By name; of a film those of all its frames."""
    film: Film | None = None
    frames: tuple[Frame, ...] = ()
    """Of a film, in the order in which they are shown; `recipe` is that of the first one."""
    written: Mapping[str, Any] | None = None
    """Of a film, what its author wrote."""

    @property
    def start(self) -> Expression:
        assert self.recipe.start is not None
        return parse_expression(self.recipe.start.image, {*parts("source"), CONTENT})

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the finished painting."""
        return cast(tuple[int, int], self.recipe.size)

    @property
    def shown_size(self) -> tuple[int, int]:
        """The same after the finish steps."""
        return reduce(lambda size, step: cast(FinishModel, step).resized(size), self.recipe.finish or (), self.size)

    @property
    def stages(self) -> tuple[Stage, ...]:
        return cast(tuple[Stage, ...], self.recipe.stages)

    def terms(self, stage: Stage) -> dict[str, Any]:
        """What holds in one stage: its own words, else the recipe's."""
        return {
            name: own if (own := getattr(stage, name)) is not None else getattr(self.recipe, name)
            for name in Terms.model_fields
        }

    def canonical(self) -> dict[str, Any]:
        """The long form as plain data: a valid recipe that resolves to itself. A film is as it was written."""
        if self.written is not None:
            return dict(self.written)
        return self.recipe.model_dump(mode="json", by_alias=True, exclude_none=True)
