"""What films ask of the words of a recipe, which they do not know themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, cast, get_args, get_origin

from pydantic import BaseModel

from deepartist.recipe.contracts import PIXELS, PipelineModel
from deepartist.recipe.defaults import PIPELINE
from deepartist.recipe.films import WORDS
from deepartist.recipe.model import Recipe
from deepartist.recipe.parts import PartOf, parts
from deepartist.recipe.paths import Path
from deepartist.recipe.terms import part


class Vocabulary:
    """The words of one recipe, as plain data."""

    words = tuple(word for word in (*Recipe.model_fields, *Recipe.elsewhere) if word not in WORDS)

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data

    def every(self, path: Path) -> list[str]:
        """What ``each`` stands for. Raises ValueError where that is not known; its second argument is the place."""
        if path[-1] != "layers":
            name = ".".join(path)
            raise ValueError(f'"each" is for layers: write the values of {name} as [a, b, c]', ("survey", name))
        try:
            pipeline = part("pipeline", self.data.get("pipeline") or PIPELINE)
        except ValueError as error:
            raise ValueError(str(error), ("pipeline",)) from None
        return [layer for layer in cast(PipelineModel, pipeline).layers if layer != PIXELS]

    def whole(self, path: Path) -> bool:
        """Whether a word takes whole numbers only, by its type."""
        found: list[Any] = [Recipe]
        for word in path:
            if not word.isdecimal():
                found = [below for each in found for below in _below(each, word)]
        return int in found and float not in found


def _below(holder: Any, word: str) -> Iterator[Any]:
    """The types of a word of a model, of a part's name, or of a key of a mapping."""
    if isinstance(holder, PartOf) and word in (known := parts(holder.kind)):
        yield known[word]
    elif isinstance(holder, type) and issubclass(holder, BaseModel):
        for name, field in holder.model_fields.items():
            if word == (field.alias or name):
                yield from _types(Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation)
    elif get_origin(holder) is dict:
        yield from _types(get_args(holder)[1])


def _types(annotation: Any) -> Iterator[Any]:
    """The single types that are in an annotation, parts by their kind."""
    if get_origin(annotation) is Annotated:
        inner, *metadata = get_args(annotation)
        kinds = [each for each in metadata if isinstance(each, PartOf)]
        yield from kinds or _types(inner)
    elif get_origin(annotation) is dict or not get_args(annotation):
        yield annotation
    else:
        for each in get_args(annotation):
            yield from _types(each)
