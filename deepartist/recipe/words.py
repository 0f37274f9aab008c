"""Pydantic's errors in the words of a recipe, each with the nearest valid word."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, ValidationError, ValidatorFunctionWrapHandler, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from deepartist.recipe.problems import did_you_mean


def friendly_errors() -> Any:
    """A model validator that rewrites every error of its model; put it into the base class of models."""

    @model_validator(mode="wrap")  # type: ignore[misc]  # it becomes a method where it is assigned
    @classmethod
    def rewrite(cls: type[BaseModel], value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        try:
            return handler(value)
        except ValidationError as error:
            raise ValidationError.from_exception_data(
                cls.__name__,
                [
                    InitErrorDetails(
                        type=PydanticCustomError("recipe", "{message}", {"message": _message(cls, each)}),
                        loc=each["loc"],
                        input=each["input"],
                    )
                    for each in error.errors(include_url=False)
                ],
            ) from None

    return rewrite


def _message(model: type[BaseModel], error: Any) -> str:
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    word = error["loc"][-1] if error["loc"] else ""
    if kind == "extra_forbidden":
        known = [field.alias or name for name, field in model.model_fields.items()]
        return f'unknown word "{word}"{did_you_mean(str(word), known)}'
    if kind == "missing":
        return f'"{word}" is missing'
    if kind == "literal_error":
        expected = str(context["expected"]).replace("'", '"')
        words = expected.replace('"', "").replace(" or ", ", ").split(", ")
        return f'"{value}" is not valid here{did_you_mean(str(value), words)}: {expected}'
    if kind in ("greater_than", "greater_than_equal", "less_than", "less_than_equal"):
        limit = context.get("gt", context.get("ge", context.get("lt", context.get("le"))))
        relation = {"greater_than": "greater than", "greater_than_equal": "at least", "less_than": "less than"}
        return f'"{word}" is {value}: it must be {relation.get(kind, "at most")} {limit:g}'
    if kind == "model_type" or kind == "model_attributes_type":
        return f"{_shown(value)} is not valid here: expected {', '.join(model.model_fields)}"
    if kind == "value_error":
        return str(context.get("error", error["msg"]))
    return str(error["msg"])


def _shown(value: Any) -> str:
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) < 60 else f"{text[:57]}…"


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PydanticCustomError("recipe", "{shown} is not a number", {"shown": _shown(value)})
    return value


def _whole(value: Any) -> Any:
    value = _number(value)
    if not abs(value) < 1e18 or value != int(value):
        raise PydanticCustomError("recipe", "{shown} is not a whole number", {"shown": _shown(value)})
    return int(value)


def _text(value: Any) -> Any:
    if not isinstance(value, str):
        raise PydanticCustomError("recipe", "{shown} is not a word or text", {"shown": _shown(value)})
    return value


Number = Annotated[float, BeforeValidator(_number)]
"""A finite number; ``true`` and quoted numbers are mistakes, not numbers."""
Whole = Annotated[int, BeforeValidator(_whole)]
"""A whole number in any spelling (``100``, ``1e2``, ``100.0``)."""
Text = Annotated[str, BeforeValidator(_text)]
Weight = Annotated[float, BeforeValidator(_number), Field(gt=0, le=1e6)]
"""A factor of a loss term, > 0."""
