"""What stands behind the words of a recipe: sizes, layers, pictures, parts, in their short and long forms."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from deepartist.recipe.layers import canonical_layer
from deepartist.recipe.parts import Part, PartOf
from deepartist.recipe.words import Weight, shown

MIN_SIDE, MAX_SIDE, MAX_PIXELS = 16, 16_384, 64_000_000
MOST_IMAGES = 32
"""Pictures of one style."""
MIN_SCALE, MAX_SCALE = 0.05, 32
MAX_WEBP = 16_383
"""The longest side that the WebP format can say."""


def wrong(message: str) -> PydanticCustomError:
    """An error of the recipe language, its text final."""
    return PydanticCustomError("recipe", "{message}", {"message": message})


def short_form(accepts: Any) -> BeforeValidator:
    """Tells the JSON Schema what a field takes whose model reads its short forms itself."""
    return BeforeValidator(lambda value: value, json_schema_input_type=accepts)


def listed(value: Any) -> Any:
    """One thing is a list of one."""
    return value if value is None or isinstance(value, list | tuple) else [value]


def once_each(value: Any) -> Any:
    """A list without repetitions; what cannot be compared is left for the model to refuse."""
    value = listed(value)
    return list(dict.fromkeys(value)) if value and all(isinstance(each, str) for each in value) else value


def _size(value: Any) -> Any:
    sides = value if isinstance(value, list | tuple) else [value]
    if len(sides) not in (1, 2) or any(isinstance(side, bool) or not isinstance(side, int | float) for side in sides):
        raise wrong("a size is the long side in pixels, or [width, height]")
    for side in sides:
        if not math.isfinite(side) or side != int(side):
            raise wrong(f"a size is a whole number of pixels, not {side}")
        if not MIN_SIDE <= side <= MAX_SIDE:
            raise wrong(f"a size of {side:g} pixels is not possible: {MIN_SIDE} to {MAX_SIDE}")
    if len(sides) == 2 and sides[0] * sides[1] > MAX_PIXELS:
        raise wrong(f"{sides[0]}×{sides[1]} pixels are too many: at most {MAX_PIXELS // 1_000_000} megapixels")
    return int(value) if len(sides) == 1 and not isinstance(value, list | tuple) else tuple(int(side) for side in sides)


def _scale(value: Any) -> Any:
    if isinstance(value, str) and value.strip().endswith("px"):
        pixels = re.fullmatch(r"\d{1,5}(\.\d+)?", value.strip().removesuffix("px").strip())
        if not pixels or not 0.01 <= float(pixels[0]) <= MAX_SIDE:
            raise wrong(f"{shown(value)} is no scale: the long side of the style is 1px to {MAX_SIDE}px")
        return in_pixels(float(pixels[0]))
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong(f"{shown(value)} is no scale: write a number, as 1.5, or pixels, as 300px")
    if not MIN_SCALE <= value <= MAX_SCALE:
        limit = f"at most {MAX_SCALE}" if value > MAX_SCALE else f"at least {MIN_SCALE}"
        raise wrong(f'"scale" is {shown(value)}: it must be {limit}')
    return float(value)


def in_pixels(pixels: float) -> str:
    """``300px``."""
    return f"{pixels:.10g}px"


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
    layers = {canonical_layer(name) if isinstance(name, str) else name: weight for name, weight in value.items()}
    if len(layers) < len(value):
        twice = Counter(canonical_layer(name) for name in value).most_common(1)[0][0]
        raise wrong(f'the layer "{twice}" is given twice')
    return layers


def _image(value: Any) -> Any:
    if not isinstance(value, str) or not value.strip():
        raise wrong("the name of a picture is expected: a file of the site, an address, or sample:NAME")
    return value.strip()


Size = Annotated[int | tuple[int, int], BeforeValidator(_size, json_schema_input_type=int | tuple[int, int])]
Scale = Annotated[
    float | str,
    BeforeValidator(
        _scale,
        json_schema_input_type=Annotated[float, Field(ge=MIN_SCALE, le=MAX_SCALE)]
        | Annotated[str, Field(pattern=r"^\d+(\.\d+)? ?px$")],
    ),
]
Layers = Annotated[
    dict[str, Weight], BeforeValidator(_layers, json_schema_input_type=str | list[str] | dict[str, float])
]
OneOperator = Annotated[Part, PartOf("operator")]
OneView = Annotated[Part, PartOf("view")]
Operators = Annotated[
    tuple[OneOperator, ...],
    BeforeValidator(listed, json_schema_input_type=OneOperator | list[OneOperator]),
]


OneFinish = Annotated[Part, PartOf("finish")]
Finishes = Annotated[tuple[OneFinish, ...], BeforeValidator(listed, json_schema_input_type=OneFinish | list[OneFinish])]


def _views(value: Any) -> Any:
    """One view, views one after the other, or several such lists; a view beside lists is a list of one."""
    value = listed(value)
    several = bool(value) and any(isinstance(each, list | tuple) for each in value)
    if not several:
        return value
    if any(each == [] for each in value):
        raise wrong("a list of views has nothing in it: leave it out, or name what the canvas is seen through")
    return [listed(each) for each in value]


def _is_several(value: Any) -> str:
    return "several" if value and isinstance(value[0], list | tuple) else "one"


Composition = tuple[OneView, ...]
"""Views one after the other."""
Views = Annotated[
    Annotated[Composition, Tag("one")] | Annotated[tuple[Composition, ...], Field(max_length=8), Tag("several")],
    Discriminator(_is_several),
    BeforeValidator(_views, json_schema_input_type=OneView | list[OneView] | list[OneView | list[OneView]]),
]
"""A composition, or several of them, each of which is to look right."""
Image = Annotated[str, BeforeValidator(_image)]
