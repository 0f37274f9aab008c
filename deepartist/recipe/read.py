"""From the text of a recipe to what is to be painted, with every mistake in its place."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from pydantic import ValidationError

from deepartist.recipe import yaml_document
from deepartist.recipe.contracts import PIXELS, PipelineModel
from deepartist.recipe.defaults import PIPELINE
from deepartist.recipe.films import WORDS, Film, Moved, Progress, Through, Variant, kind_of
from deepartist.recipe.inputs import Inputs
from deepartist.recipe.model import Recipe, Start
from deepartist.recipe.problems import quoted
from deepartist.recipe.resolve import Resolver, resolve
from deepartist.recipe.resolved import Frame, Resolved
from deepartist.recipe.terms import Location, compositions, part

BETWEEN_STEPS = 0.5
"""Of its last stage's steps a frame takes that begins between two finished ones."""
NESTED_STEPS = 0.2
"""The same of one that begins with two finished ones, one inside the other."""


def read_recipe(text: str, inputs: Inputs, change: Callable[[Any], Any] = lambda data: data) -> Resolved:
    """Parse, validate and resolve a recipe. Raises RecipeError with every mistake and its place.

    `change` gets the plain data and returns what is to be painted instead, as the options of a command line want it.
    """
    document = yaml_document.load(text)
    data = change(document.data)
    if isinstance(data, Mapping) and data.keys() & set(WORDS):
        return _film(data, inputs, document)
    try:
        recipe = Recipe.model_validate(data)
    except ValidationError as error:
        errors = [(each["loc"], each["msg"]) for each in error.errors(include_url=False)]
        wrongs = [*errors, *_further(data, [location for location, _ in errors], inputs)]
        raise document.error(wrongs) from None
    return resolve(recipe, inputs, document)


def _film(data: Mapping[str, Any], inputs: Inputs, document: yaml_document.Document) -> Resolved:
    """The frames of a film, each resolved as a recipe of its own; mistakes stand where their values were written."""
    wrongs: list[tuple[Location, str]] = []
    words = sorted(data.keys() & set(WORDS))
    if len(words) > 1:
        both = " and ".join(f'"{word}"' for word in words)
        wrongs.append(((words[1],), f"a recipe has one of {quoted(list(WORDS))}: this one has {both}"))
    word, frames = words[0], []
    try:
        film = kind_of(word, data[word]).model_validate(data[word])
        variants = list(film.variants(data, lambda path: every(data, path)))
    except ValidationError as error:
        wrongs += [((word, *each["loc"]), each["msg"]) for each in error.errors(include_url=False)]
    except ValueError as error:
        message, *where = error.args
        wrongs.append((where[0] if where else (word,), str(message)))
    else:
        for variant in variants:
            found = _frame(variant, inputs)
            # Often all frames have the same mistake.
            if isinstance(found, Frame):
                frames.append(found)
            else:
                wrongs += [each for each in found if each[1] not in {message for _, message in wrongs}]
        wrongs += _contradictions(film, data, frames)
    if wrongs or document.problems:
        raise document.error(wrongs)
    images = {name: image for frame in frames for name, image in frame.resolved.images.items()}
    return Resolved(frames[0].resolved.recipe, images, film, tuple(frames), dict(data))


def _contradictions(film: Film, data: Mapping[str, Any], frames: Sequence[Frame]) -> Iterator[tuple[Location, str]]:
    """What is wrong with a film although each of its frames could be painted."""
    sizes = {frame.resolved.size for frame in frames}
    if len(sizes) > 1 and film.word != "survey":
        least, most = ("×".join(map(str, each)) for each in (min(sizes), max(sizes)))
        swept = any("size" in path for path in film.model_extra or ())
        remedy = "a survey shows sizes" if swept else "say which, as in size: [256, 256]"
        yield (film.word,), f"the frames of a {film.word} are of one size, these are {least} to {most}: {remedy}"
    if isinstance(film, Moved) and frames and not _moves(frames[0].resolved, film.word):
        yield (film.word,), film.wanted
    if isinstance(film, Moved | Through):
        for late in ("keep", "finish"):
            if data.get(late):  # they are done to the finished picture, which is not what moves
                yield (late,), f"{film.word} moves the canvas itself: leave this out"
    if isinstance(film, Through) and data.get("content"):
        yield ("content",), "the pictures of a zoom are its content, one after the other: leave this out"
    if isinstance(film, Progress) and any(stage.minutes for frame in frames for stage in frame.resolved.stages):
        yield ("stages",), "after which steps a painting is looked at is decided before: leave out minutes"


def _frame(variant: Variant, inputs: Inputs) -> Frame | list[tuple[Location, str]]:
    """One frame, or what is wrong with it."""
    try:
        resolver = Resolver(Recipe.model_validate(variant.data), inputs)
    except ValidationError as error:
        wrongs = [(each["loc"], each["msg"]) for each in error.errors(include_url=False)]
    else:
        resolved = resolver.run()
        wrongs = resolver.wrongs
    if wrongs:
        return [(variant.place(location), message) for location, message in wrongs]
    if variant.between is not None:
        if any(stage.minutes for stage in resolved.stages):
            return [(("stages",), "the frames of this film begin with each other, finished: leave out minutes")]
        resolved = _begun(resolved, variant.nested is not None)
    return Frame(variant.label, resolved, variant.between, variant.nested)


def _begun(resolved: Resolved, nested: bool) -> Resolved:
    """What is left to be painted of a frame that begins with others."""
    last = resolved.stages[-1]
    share = NESTED_STEPS if nested else BETWEEN_STEPS
    update: dict[str, Any] = {"steps": math.ceil((last.steps or 1) * share)}
    whole: dict[str, Any] = {}
    if nested:  # the content is in what it begins with
        update["content"] = whole["content"] = None
        whole["start"] = Start(image="0.5", colors="own")
    whole["stages"] = (last.model_copy(update=update),)
    return replace(resolved, recipe=resolved.recipe.model_copy(update=whole))


def _moves(resolved: Resolved, film: str) -> bool:
    """Whether the last view of a painting is one that moves in this kind of film."""
    views = compositions(resolved.terms(resolved.stages[-1])["view"])[0]
    return bool(views) and views[-1].moves == film


def every(data: Mapping[str, Any], path: Sequence[str]) -> Sequence[Any]:
    """What ``each`` stands for. Raises ValueError where that is not known."""
    if path[-1] != "layers":
        name = ".".join(path)
        raise ValueError(f'"each" is for layers: write the values of {name} as [a, b, c]', ("survey", name))
    try:
        pipeline = part("pipeline", data.get("pipeline") or PIPELINE)
    except ValueError as error:
        raise ValueError(str(error), ("pipeline",)) from None
    return [layer for layer in cast(PipelineModel, pipeline).layers if layer != PIXELS]


def _further(data: Any, wrong: Sequence[Location], inputs: Inputs) -> list[tuple[Location, str]]:
    """Missing pictures and layers in the part of a recipe that can be read, so that they are named at once as well."""
    try:
        recipe = Recipe.model_validate(yaml_document.without(data, wrong))
    except (ValidationError, AttributeError):
        return []
    resolver = Resolver(recipe, inputs)
    resolver.run()
    return [each for each in resolver.wrongs if {"image", "layers"} & set(each[0])]
