"""What a recipe may say: pydantic models of the recipe language, short forms included.

A field that is None was left out and gets its value from `resolve`; a resolved recipe has no None left except where
there is nothing to say (a texture has no content).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from deepartist.recipe.base import Model
from deepartist.recipe.expression import parse_expression
from deepartist.recipe.fields import (
    MAX_SIDE,
    MIN_SIDE,
    MOST_IMAGES,
    Finishes,
    Image,
    Layers,
    Operators,
    Scale,
    Size,
    Views,
    listed,
    once_each,
    short_form,
    wrong,
)
from deepartist.recipe.films import Jitter, Progress, Rotate, Survey, Sweep, Through, Zoom
from deepartist.recipe.parts import Part, PartOf, parts
from deepartist.recipe.words import Number, Text, Weight, Whole, restated, shown

CONTENT = "content"
"""The word in a start expression that stands for the content image."""


def _color(value: Any) -> Any:
    from PIL import ImageColor

    try:
        ImageColor.getrgb(value)
    except (ValueError, AttributeError):
        raise wrong(f"{shown(value)} is no colour: write its name, or #ff0000 for red") from None
    return value


class Mask(Model):
    """Where on the picture something holds: a drawing of the canvas's shape, or a simple shape."""

    image: Image | None = None
    shape: Literal["disc", "left", "right", "top", "bottom"] | None = None
    """``disc``: an ellipse of 0.8 of both sides; else that half."""
    color: Annotated[str, BeforeValidator(_color)] | None = None
    """Inside is what has about this colour; without it what is brighter than middle gray."""
    invert: bool = False
    """Outside in."""

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"image": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_of_both(self) -> Mask:
        if (self.image is None) == (self.shape is None):
            raise wrong("a mask is an image or a shape: give one of both")
        if self.color and self.shape:
            raise wrong("a shape has no colours: color belongs to a mask from an image")
        return self


OneMask = Annotated[Mask | None, short_form(str | Mask)]


class Style(Model):
    """One style: a signal whose statistics the painting takes over."""

    image: Annotated[tuple[Image, ...], BeforeValidator(listed, json_schema_input_type=str | list[str])] = Field(
        min_length=1, max_length=MOST_IMAGES
    )
    """One picture, or several whose statistics are pooled; a folder is all the pictures in it."""
    scale: Annotated[tuple[Scale, ...], BeforeValidator(listed, json_schema_input_type=Scale | list[Scale])] = Field(
        (1.0,), min_length=1, max_length=8
    )
    """Magnification of the reference relative to the canvas, or its long side in the finished picture (``300px``),
    whatever the size of that; several are pooled."""
    layers: Layers | None = None
    """Layers and their shares; only their ratio matters."""
    match: Annotated[Operators | None, Field(min_length=1)] = None
    weight: Weight = 1.0
    mask: OneMask = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"image": value} if isinstance(value, str) else value


class Content(Model):
    """The picture whose subject stays readable."""

    image: Image
    layers: Layers | None = None
    match: Operators | None = None
    weight: Weight = 1.0
    mask: OneMask = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"image": value} if isinstance(value, str) else value


class Enhance(Model):
    """A signal made larger (deep dream)."""

    layers: Layers
    by: Annotated[Operators | None, Field(min_length=1)] = None
    weight: Weight = 1.0
    mask: OneMask = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        plain = isinstance(value, str) or (isinstance(value, list) and all(isinstance(each, str) for each in value))
        return {"layers": value} if plain else value


class Start(Model):
    """The canvas before the first step."""

    image: Text
    colors: Literal["style", "own"] | None = None
    """``style``: colours moved onto the style's (Monge-Kantorovich); ``own``: left as they are."""

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = repr(float(value))
        return {"image": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _parses(self) -> Start:
        try:
            parse_expression(self.image, {*parts("source"), CONTENT})
        except ValueError as error:
            raise wrong(f"start: {error}") from None
        return self


class Keep(Model):
    """What the painting keeps of the content besides its shapes."""

    colors: Literal["content", "luma", "linear", "histogram"]
    """``content``: the style is recoloured with the content's palette before painting; ``luma``: only the lightness
    is painted, the colours are copied from the content; ``linear``: the finished painting takes over the content's
    mean colour and spread; ``histogram``: the finished painting takes over the content's palette, colour for colour."""

    @property
    def before(self) -> str | None:
        """The same, where it changes what is painted; else it changes only the finished picture."""
        return self.colors if self.colors in ("content", "luma") else None


class Output(Model):
    """How the finished picture is stored."""

    format: Annotated[
        tuple[Literal["webp", "png"], ...],
        BeforeValidator(once_each, json_schema_input_type=Literal["webp", "png"] | list[Literal["webp", "png"]]),
    ] = Field(("webp", "png"), min_length=1, max_length=2)
    quality: Annotated[Whole, Field(ge=1, le=100)] = 90
    """Of WebP; PNG is lossless."""


class Terms(Model):
    """What decides the loss and how it is lowered: given for the whole recipe, or again in one stage."""

    pipeline: Annotated[Part, PartOf("pipeline")] | None = None
    style: Annotated[
        tuple[Style, ...] | None,
        BeforeValidator(listed, json_schema_input_type=str | Style | list[str | Style]),
    ] = Field(None, max_length=16)
    content: Annotated[Content | None, short_form(str | Content)] = None
    enhance: Annotated[
        tuple[Enhance, ...] | None,
        BeforeValidator(
            lambda value: (
                [value] if isinstance(value, list) and all(isinstance(v, str) for v in value) else listed(value)
            ),
            json_schema_input_type=str | list[str] | Enhance | list[Enhance],
        ),
    ] = Field(None, max_length=16)
    regularize: Operators | None = None
    view: Views | None = None
    optimizer: Annotated[Part, PartOf("optimizer")] | None = None


Minutes = Annotated[Number, Field(gt=0, le=10_000)]


class Stage(Terms):
    """One resolution; anything it does not say is as above it."""

    size: Size
    steps: Annotated[Whole, Field(ge=1, le=20_000)] | None = None
    minutes: Minutes | None = None
    """How long it is painted at most; whichever of both ends first ends the stage."""


class Growth(Model):
    """Stages as a geometric sequence of sizes."""

    first: Annotated[Whole, Field(ge=MIN_SIDE, le=MAX_SIDE)] | None = Field(None, alias="from")
    to: Annotated[Whole, Field(ge=MIN_SIDE, le=MAX_SIDE)] | None = None
    count: Annotated[Whole, Field(ge=1, le=24)] | None = None
    steps: Annotated[Whole, Field(ge=1, le=20_000)] | None = None
    """Of every stage."""
    minutes: Minutes | None = None
    """How long each stage is painted at most."""

    @model_validator(mode="after")
    def _grows(self) -> Growth:
        if self.first and self.to and self.first > self.to:
            raise wrong(f"stages grow: from {self.first} to {self.to} does not")
        return self


def _stage(value: Any) -> Stage:
    if isinstance(value, int | float | list) and not isinstance(value, bool):
        value = {"size": value}
    if not isinstance(value, Mapping | Stage):
        message = f"{shown(value)} is no stage: write its size in pixels, or {{size: 256, steps: 100}}"
        raise restated("stage", [((), message, value)])
    return Stage.model_validate(value)


def _stages(value: Any) -> Any:
    """A mapping is a growth, a list is stages; validated here so that errors name only what was meant."""
    if isinstance(value, Mapping):
        return Growth.model_validate(value)
    if not isinstance(value, list | tuple):
        if isinstance(value, Growth) or value is None:
            return value
        raise wrong("stages are a list, or {from: 128, to: 512, count: 3, steps: 100}")
    if not 1 <= len(value) <= 24:
        raise wrong(f"{len(value)} stages are not possible: 1 to 24")
    stages, errors = [], []
    for index, each in enumerate(value):
        try:
            stages.append(_stage(each))
        except ValidationError as error:
            errors += [((index, *one["loc"]), one["msg"], one["input"]) for one in error.errors(include_url=False)]
    if errors:
        raise restated("stages", errors)
    return tuple(stages)


Stages = Annotated[
    Growth | tuple[Stage, ...], BeforeValidator(_stages, json_schema_input_type=Growth | list[Stage | int])
]


class Recipe(Terms):
    """One painting."""

    elsewhere: ClassVar[Mapping[str, str]] = {
        "mask": "a style, the content or something enhanced",
        "steps": "stages",
        "minutes": "stages",
    }

    size: Size | None = None
    """Long side in pixels (the aspect comes from the content, else square), or [width, height]."""
    seed: Annotated[Whole, Field(ge=0, le=2**32 - 1)] = 0
    start: Annotated[Start | None, short_form(str | float | Start)] = None
    keep: Keep | None = None
    stages: Stages | None = None
    finish: Annotated[Finishes | None, Field(max_length=16)] = None
    """What is done to the finished picture, one after the other."""
    output: Output = Output()
    survey: Survey | None = None
    """The same with each of several values, side by side."""
    sweep: Sweep | None = None
    """From one value to another, as a film."""
    jitter: Annotated[Jitter | None, short_form(int | Jitter)] = None
    """The same with other noise, as a film."""
    progress: Annotated[Progress | None, short_form(int | Progress)] = None
    """How the painting comes into being, as a film."""
    rotate: Annotated[Rotate | None, short_form(int | Rotate)] = None
    """One painting on a ball or in a kaleidoscope that turns, as a film."""
    zoom: Annotated[Zoom | Through | None, short_form(int | Zoom | Through)] = None
    """One painting, or several, as an endless zoom, as a film."""

    @model_validator(mode="before")
    @classmethod
    def _shape(cls, value: Any) -> Any:
        if value is None or value == {}:
            raise wrong("this recipe is empty: give it a style, a content or something to enhance")
        if not isinstance(value, Mapping):
            raise wrong('a recipe is a list of "word: value" lines, for example "style: images/waves.jpg"')
        return {**value, "stages": _inherit(value)} if isinstance(value.get("stages"), list) else value

    @model_validator(mode="after")
    def _paints(self) -> Recipe:
        if not self.styles_anywhere and self.enhance is None and not self._reconstructs:
            raise wrong(
                "there is nothing to paint: give a style, something to enhance, or layers of the content to match"
            )
        return self

    @property
    def styles_anywhere(self) -> bool:
        stages = self.stages if isinstance(self.stages, tuple) else ()
        return bool(self.style) or any(stage.style or stage.enhance for stage in stages)

    @property
    def _reconstructs(self) -> bool:
        return self.content is not None and bool(self.content.layers or self.content.match)


def _inherit(recipe: Mapping[str, Any]) -> list[Any]:
    """Stages whose ``style`` or ``content`` leaves out the image mean the one above: ``style: {scale: 4}``."""
    result = []
    for stage in recipe["stages"]:
        if isinstance(stage, Mapping):
            stage = dict(stage)
            for word in ("style", "content"):
                above, own = recipe.get(word), stage.get(word)
                if isinstance(above, list) and len(above) == 1:
                    above = above[0]
                if isinstance(above, str):
                    above = {"image": above}
                if isinstance(above, Mapping) and isinstance(own, Mapping) and "image" not in own:
                    stage[word] = {**above, **own}
        result.append(stage)
    return result
