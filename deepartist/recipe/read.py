"""From the text of a recipe to what is to be painted, with every mistake in its place."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from deepartist.recipe import yaml_document
from deepartist.recipe.expression import words_of
from deepartist.recipe.films import WORDS, Film, Jitter, Moved, Progress, Through, Variant, kind_of
from deepartist.recipe.films.base import concerns, without_films
from deepartist.recipe.inputs import Inputs
from deepartist.recipe.model import CONTENT, Recipe, Start
from deepartist.recipe.problems import Location, quoted
from deepartist.recipe.resolve import Resolver, resolve
from deepartist.recipe.resolved import Frame, Resolved
from deepartist.recipe.terms import compositions, operators_of
from deepartist.recipe.vocabulary import Vocabulary

BETWEEN_STEPS = 0.5
"""Of its last stage's steps a frame takes that begins between two finished ones."""
NESTED_STEPS = 0.2
"""The same of one that begins with two finished ones, one inside the other."""
STILL = (
    "every frame would be the same, for nothing in this recipe is drawn by chance: begin with some noise, as in "
    "start: 0.8 * content + 0.2 * noise"
)


def read_recipe(text: str, inputs: Inputs, change: Callable[[Any], Any] = lambda data: data) -> Resolved:
    """Parse, validate and resolve a recipe. Raises RecipeError with every mistake and its place.

    `change` gets the plain data and returns what is to be painted instead, as the options of a command line want it.
    """
    document = yaml_document.load(text)
    data = change(document.data)
    if isinstance(data, Mapping) and data.keys() & set(WORDS):
        return _film(data, inputs, document)
    recipe, wrongs = _validated(data, inputs)
    if recipe is None:
        raise document.error(wrongs)
    return resolve(recipe, inputs, document)


def _film(data: Mapping[str, Any], inputs: Inputs, document: yaml_document.Document) -> Resolved:
    """The frames of a film, each resolved as a recipe of its own; mistakes stand where their values were written."""
    wrongs: list[tuple[Location, str]] = []
    words = sorted(data.keys() & set(WORDS))
    if len(words) > 1:
        both = " and ".join(f'"{word}"' for word in words)
        wrongs.append(((words[1],), f"a recipe has one of {quoted(list(WORDS))}: this one has {both}"))
    word = words[0]
    film, found = _said(word, data[word])
    variants, more = _variants(film, data) if film else ([], [])
    frames = []
    for variant in variants:
        frame, mistakes = _frame(variant, data, inputs)
        frames += [frame] if frame else []
        more += [each for each in mistakes if each[1] not in {message for _, message in more}]  # often all the same
    if film and not found:
        more += _contradictions(film, data, frames)
    if not variants:
        more += _beside(word, data, inputs)
    wrongs += [*found, *more]
    if film is None or wrongs or document.problems:
        raise document.error(wrongs)
    images = {name: image for frame in frames for name, image in frame.resolved.images.items()}
    return Resolved(frames[0].resolved.recipe, images, film, tuple(frames), dict(data))


def _said(word: str, said: Any) -> tuple[Film | None, list[tuple[Location, str]]]:
    """What is said of a film, without what is wrong with it; None where nothing is left."""
    kind = kind_of(word, said)
    try:
        return kind.model_validate(said), []
    except ValidationError as error:
        wrongs = [((word, *each["loc"]), each["msg"]) for each in error.errors(include_url=False)]
    try:
        return kind.model_validate(yaml_document.without(said, [location[1:] for location, _ in wrongs])), wrongs
    except ValidationError:
        return None, wrongs


def _variants(film: Film, data: Mapping[str, Any]) -> tuple[list[Variant], list[tuple[Location, str]]]:
    """The recipes of the frames, or why there are none."""
    known = Vocabulary(data)
    if wrongs := list(film.mistakes(known)):
        return [], wrongs
    try:
        return list(film.variants(data, known)), []
    except ValueError as error:
        message, *where = error.args
        return [], [(where[0] if where else (film.word,), str(message))]


def _beside(word: str, data: Mapping[str, Any], inputs: Inputs) -> list[tuple[Location, str]]:
    """What is wrong with the rest of a recipe whose film has no frames; not what the film may have been to say."""
    paths = [tuple(path.split(".")) for path in data[word]] if isinstance(data[word], Mapping) else []
    _, wrongs = _validated(without_films(data), inputs)
    return [each for each in wrongs if each[0] and not any(concerns(path, each[0]) for path in paths)]


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
    if isinstance(film, Jitter) and frames and not any(_drawn(frame.resolved) for frame in frames):
        yield (film.word,), STILL
    if isinstance(film, Progress) and any(stage.minutes for frame in frames for stage in frame.resolved.stages):
        yield ("stages",), "after which steps a painting is looked at is decided before: leave out minutes"


def _frame(
    variant: Variant, written: Mapping[str, Any], inputs: Inputs
) -> tuple[Frame | None, list[tuple[Location, str]]]:
    """One frame, or what is wrong with it, in a recipe as it is written."""
    recipe, wrongs = _validated(variant.data, inputs)
    if recipe:
        resolver = Resolver(recipe, inputs)
        resolved = resolver.run()
        wrongs = resolver.wrongs
    if wrongs:
        return None, [(variant.place(location, written), message) for location, message in wrongs]
    if variant.between is not None:
        if any(stage.minutes for stage in resolved.stages):
            return None, [(("stages",), "the frames of this film begin with each other, finished: leave out minutes")]
        resolved = _begun(resolved, variant.nested is not None)
    return Frame(variant.label, resolved, variant.between, variant.nested), []


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


def _drawn(resolved: Resolved) -> bool:
    """Whether a painting may depend on its seed: it begins with noise, is balanced by noise, as all that matches is and
    what has no content, or looks at places drawn at each step."""
    every = [resolved.terms(stage) for stage in resolved.stages]
    return (
        any(word != CONTENT for word in words_of(resolved.start))
        or any(terms["content"] is None for terms in every)
        or any(op.sampled or where in ("style", "content") for terms in every for op, where, _ in operators_of(terms))
    )


def _validated(data: Any, inputs: Inputs) -> tuple[Recipe | None, list[tuple[Location, str]]]:
    """The recipe, or every mistake in it."""
    try:
        return Recipe.model_validate(data), []
    except ValidationError as error:
        errors = [(each["loc"], each["msg"]) for each in error.errors(include_url=False)]
        return None, [*errors, *_further(data, [location for location, _ in errors], inputs)]


def _further(data: Any, wrong: Sequence[Location], inputs: Inputs) -> list[tuple[Location, str]]:
    """Missing pictures and layers in the part of a recipe that can be read, so that they are named at once as well."""
    try:
        recipe = Recipe.model_validate(yaml_document.without(data, wrong))
    except (ValidationError, AttributeError):
        return []
    resolver = Resolver(recipe, inputs)
    resolver.run()
    return [each for each in resolver.wrongs if {"image", "layers"} & set(each[0])]
