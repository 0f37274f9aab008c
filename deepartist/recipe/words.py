"""Pydantic's errors in the words of a recipe, each with the nearest valid word."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, ValidationError, ValidatorFunctionWrapHandler, model_validator
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from deepartist.recipe.problems import did_you_mean


def friendly_errors() -> Any:
    """A model validator that rewrites every error of its model; put it into the base class of models."""

    @model_validator(mode="wrap")  # type: ignore[misc]  # it becomes a method where it is assigned
    @classmethod
    def rewrite(cls: type[BaseModel], value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        try:
            return handler(value)
        except ValidationError as error:
            errors = _own(error.errors(include_url=False))
            told = [(each["loc"], _message(cls, each), each["input"]) for each in errors]
            raise restated(cls.__name__, told) from None

    return rewrite


def restated(title: str, errors: Sequence[tuple[tuple[int | str, ...], str, Any]]) -> ValidationError:
    """A ValidationError of final sentences: (location, message, input)."""
    return ValidationError.from_exception_data(
        title,
        [
            InitErrorDetails(
                type=PydanticCustomError("recipe", "{message}", {"message": message}), loc=loc, input=value
            )
            for loc, message, value in errors
        ],
    )


def _own(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """Without those that only follow from others: a list whose only entry is wrong is not "too short" besides."""

    def follows(each: ErrorDetails) -> bool:
        loc = each["loc"]
        return each["type"] == "too_short" and any(
            len(other["loc"]) > len(loc) and other["loc"][: len(loc)] == loc for other in errors
        )

    return [each for each in errors if not follows(each)]


_SENTENCES = {
    "missing": '"{word}" is missing',
    "too_short": '"{word}" is empty: it needs at least {min_length}',
    "too_long": '"{word}" has {actual_length} entries: at most {max_length} are possible',
    "bool_parsing": "{shown} is neither true nor false",
    "bool_type": "{shown} is neither true nor false",
    "tuple_type": "{shown} is not a list: write [a, b]",
    "list_type": "{shown} is not a list: write [a, b]",
    "dict_type": "{shown} is not valid here: write names with values, as in {{name: value}}",
    "string_type": "{shown} is not a word or text",
    "path_type": "{shown} is not the name of a file or folder",
    "string_pattern_mismatch": "{shown} is not of the form {pattern}",
    "finite_number": "{shown} is not a finite number",
}
_KINDS = {"int": "{shown} is not a whole number", "float": "{shown} is not a number"}


def _message(model: type[BaseModel], error: ErrorDetails) -> str:
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    word = next((step for step in reversed(error["loc"]) if isinstance(step, str)), "")
    if kind == "extra_forbidden":
        if word in (elsewhere := getattr(model, "elsewhere", {})):
            return f'"{word}" belongs under {elsewhere[word]}'
        return f'unknown word "{word}"{did_you_mean(word, _words(model))}'
    if kind == "literal_error":
        return _not_among(value, str(context["expected"]).replace("'", ""))
    if kind in ("greater_than", "greater_than_equal", "less_than", "less_than_equal"):
        limit = context.get("gt", context.get("ge", context.get("lt", context.get("le"))))
        relation = {"greater_than": "greater than", "greater_than_equal": "at least", "less_than": "less than"}
        return f'"{word}" is {shown(value)}: it must be {relation.get(kind, "at most")} {shown(limit)}'
    if kind in ("model_type", "model_attributes_type"):
        *most, last = _words(model)
        words = f"{', '.join(most)} or {last}" if most else last
        return f'{shown(value)} is not valid here: expected "word: value", the word being {words}'
    if kind == "value_error":
        return str(context.get("error", error["msg"]))
    sentence = _SENTENCES.get(kind) or _KINDS.get(kind.partition("_")[0])
    if sentence:
        return sentence.format(**{**context, "word": word, "shown": shown(value)})
    return str(error["msg"])


def _words(model: type[BaseModel]) -> list[str]:
    """What may be said in a model, or instead of it, under the names that authors use."""
    return [*(field.alias or name for name, field in model.model_fields.items()), *getattr(model, "besides", ())]


def _not_among(value: Any, expected: str) -> str:
    words = expected.replace(" or ", ", ").split(", ")
    near = did_you_mean(str(value), words)
    hint = near if near.startswith(" (did") else ""
    *most, last = (f'"{word}"' for word in words)
    return f"{shown(value)} is not valid here{hint}: expected {', '.join(most)}{' or ' if most else ''}{last}"


def shown(value: Any) -> str:
    """A value as the author would write it, cut where it is long."""
    if isinstance(value, float) and value == int(value if math.isfinite(value) else 0) and abs(value) < 1e15:
        value = int(value)
    if value is None:
        return "nothing"
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        text = str(value)
    return text if len(text) < 60 else f"{text[:57]}…"


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: Any) -> Any:
    if not is_number(value):
        raise PydanticCustomError("recipe", "{shown} is not a number", {"shown": shown(value)})
    return value


def _whole(value: Any) -> Any:
    value = _number(value)
    if not math.isfinite(value) or value != int(value):
        raise PydanticCustomError("recipe", "{shown} is not a whole number", {"shown": shown(value)})
    return int(value)


def _text(value: Any) -> Any:
    if not isinstance(value, str):
        raise PydanticCustomError("recipe", "{shown} is not a word or text", {"shown": shown(value)})
    return value


Number = Annotated[float, BeforeValidator(_number)]
"""A finite number; ``true`` and quoted numbers are mistakes, not numbers."""
Whole = Annotated[int, BeforeValidator(_whole)]
"""A whole number in any spelling (``100``, ``1e2``, ``100.0``)."""
Text = Annotated[str, BeforeValidator(_text)]
Weight = Annotated[float, BeforeValidator(_number), Field(gt=0, le=1e6)]
"""A factor of a loss term, > 0."""
