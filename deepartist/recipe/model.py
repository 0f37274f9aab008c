"""What a recipe may say: pydantic models of the recipe language, short forms included.

A field that is None was left out and gets its value from `resolve`; a resolved recipe has no None left except where
there is nothing to say (a texture has no content).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from deepartist.recipe.expression import parse_expression
from deepartist.recipe.parts import Part, PartOf, parts
from deepartist.recipe.words import Number, Text, Weight, Whole, friendly_errors

MIN_SIDE, MAX_SIDE, MAX_PIXELS = 16, 16_384, 64_000_000
CONTENT = "content"
"""The word in a start expression that stands for the content image."""

LATER = {
    "mask": "masks", "finish": "finish steps", "survey": "surveys", "sweep": "sweeps", "jitter": "jitter films",
    "rotate": "rotations", "zoom": "zooms",
}  # fmt: skip


class Model(BaseModel):
    """Base of the recipe's own models."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, populate_by_name=True)
    _friendly = friendly_errors()


def wrong(message: str) -> PydanticCustomError:
    """An error of the recipe language, its text final."""
    return PydanticCustomError("recipe", "{message}", {"message": message})


def _listed(value: Any) -> Any:
    """One thing is a list of one."""
    return value if value is None or isinstance(value, list | tuple) else [value]


def _size(value: Any) -> Any:
    sides = value if isinstance(value, list | tuple) else [value]
    if len(sides) not in (1, 2) or any(isinstance(side, bool) or not isinstance(side, int | float) for side in sides):
        raise wrong("a size is the long side in pixels, or [width, height]")
    for side in sides:
        if side != int(side):
            raise wrong(f"a size is a whole number of pixels, not {side}")
        if not MIN_SIDE <= side <= MAX_SIDE:
            raise wrong(f"a size of {side:g} pixels is not possible: {MIN_SIDE} to {MAX_SIDE}")
    if len(sides) == 2 and sides[0] * sides[1] > MAX_PIXELS:
        raise wrong(f"{sides[0]}×{sides[1]} pixels are too many: at most {MAX_PIXELS // 1_000_000} megapixels")
    return int(value) if len(sides) == 1 and not isinstance(value, list | tuple) else tuple(int(side) for side in sides)


def _layers(value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, str):
        value = [value]
    if isinstance(value, list | tuple):
        if any(not isinstance(layer, str) for layer in value):
            raise wrong("layers are names, or names with weights")
        value = dict.fromkeys(value, 1.0)
    if not isinstance(value, Mapping) or not value:
        raise wrong("layers are names, or names with weights, and there is at least one")
    return value


def _image(value: Any) -> Any:
    if not isinstance(value, str) or not value.strip():
        raise wrong("the name of a picture is expected: a file of the site, or sample:NAME")
    return value.strip()


Size = Annotated[int | tuple[int, int], BeforeValidator(_size, json_schema_input_type=int | tuple[int, int])]
Layers = Annotated[
    dict[str, Weight], BeforeValidator(_layers, json_schema_input_type=str | list[str] | dict[str, float])
]
Operators = Annotated[
    tuple[Annotated[Part, PartOf("operator")], ...],
    BeforeValidator(_listed, json_schema_input_type=Annotated[Part, PartOf("operator")] | list[Any]),
]
Views = Annotated[
    tuple[Annotated[Part, PartOf("view")], ...],
    BeforeValidator(_listed, json_schema_input_type=Annotated[Part, PartOf("view")] | list[Any]),
]
Image = Annotated[str, BeforeValidator(_image)]


class Style(Model):
    """One style: a signal whose statistics the painting takes over."""

    image: Annotated[tuple[Image, ...], BeforeValidator(_listed, json_schema_input_type=str | list[str])] = Field(
        min_length=1, max_length=32
    )
    """One picture, or several whose statistics are pooled."""
    scale: Annotated[
        tuple[Annotated[Number, Field(ge=0.05, le=32)], ...],
        BeforeValidator(_listed, json_schema_input_type=float | list[float]),
    ] = Field((1.0,), min_length=1, max_length=8)
    """Magnification of the reference relative to the canvas; several are pooled."""
    layers: Layers | None = None
    """Layers and their shares; only their ratio matters."""
    match: Operators | None = None
    weight: Weight = 1.0

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

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"image": value} if isinstance(value, str) else value


class Enhance(Model):
    """A signal made larger (deep dream)."""

    layers: Layers
    by: Operators | None = None
    weight: Weight = 1.0

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

    colors: Literal["content", "luma"]
    """``content``: the style is recoloured with the content's palette before painting; ``luma``: only the lightness
    is painted, the colours are copied from the content."""


class Output(Model):
    """How the finished picture is stored."""

    format: Annotated[
        tuple[Literal["webp", "png"], ...],
        BeforeValidator(_listed, json_schema_input_type=Literal["webp", "png"] | list[Literal["webp", "png"]]),
    ] = Field(("webp", "png"), min_length=1, max_length=2)
    quality: Annotated[Whole, Field(ge=1, le=100)] = 90
    """Of WebP; PNG is lossless."""


class Terms(Model):
    """What decides the loss and how it is lowered: given for the whole recipe, or again in one stage."""

    pipeline: Annotated[Part, PartOf("pipeline")] | None = None
    style: Annotated[
        tuple[Style, ...] | None,
        BeforeValidator(_listed, json_schema_input_type=str | Style | list[str | Style]),
    ] = Field(None, max_length=16)
    content: Content | None = None
    enhance: Annotated[
        tuple[Enhance, ...] | None,
        BeforeValidator(
            lambda value: (
                [value] if isinstance(value, list) and all(isinstance(v, str) for v in value) else _listed(value)
            ),
            json_schema_input_type=str | list[str] | Enhance | list[Enhance],
        ),
    ] = Field(None, max_length=16)
    regularize: Operators | None = None
    view: Views | None = None
    optimizer: Annotated[Part, PartOf("optimizer")] | None = None


class Stage(Terms):
    """One resolution; anything it does not say is as above it."""

    size: Size
    steps: Annotated[Whole, Field(ge=1, le=20_000)] | None = None


class Growth(Model):
    """Stages as a geometric sequence of sizes."""

    first: Annotated[Whole, Field(ge=MIN_SIDE, le=MAX_SIDE)] | None = Field(None, alias="from")
    to: Annotated[Whole, Field(ge=MIN_SIDE, le=MAX_SIDE)] | None = None
    count: Annotated[Whole, Field(ge=1, le=24)] | None = None
    steps: Annotated[Whole, Field(ge=1, le=20_000)] | None = None

    @model_validator(mode="after")
    def _grows(self) -> Growth:
        if self.first and self.to and self.first > self.to:
            raise wrong(f"stages grow: from {self.first} to {self.to} does not")
        return self


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
            stages.append(Stage.model_validate({"size": each} if isinstance(each, int | float) else each))
        except ValidationError as error:
            errors += [
                InitErrorDetails(type=wrong(one["msg"]), loc=(index, *one["loc"]), input=one["input"])
                for one in error.errors(include_url=False)
            ]
    if errors:
        raise ValidationError.from_exception_data("stages", errors)
    return tuple(stages)


Stages = Annotated[
    Growth | tuple[Stage, ...], BeforeValidator(_stages, json_schema_input_type=Growth | list[Stage | int])
]


class Recipe(Terms):
    """One painting."""

    size: Size | None = None
    """Long side in pixels (the aspect comes from the content, else square), or [width, height]."""
    seed: Annotated[Whole, Field(ge=0, le=2**32 - 1)] = 0
    start: Start | None = None
    keep: Keep | None = None
    stages: Stages | None = None
    output: Output = Output()

    @model_validator(mode="before")
    @classmethod
    def _shape(cls, value: Any) -> Any:
        if value is None or value == {}:
            raise wrong("this recipe is empty: give it a style, a content or something to enhance")
        if not isinstance(value, Mapping):
            raise wrong('a recipe is a list of "word: value" lines, for example "style: images/waves.jpg"')
        for word in value:
            if word in LATER:
                raise wrong(f'"{word}": {LATER[word]} are not part of this version of the recipe language')
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
