"""The registry of parts: operators, views, pipelines, sources, samples, optimisers and finish steps.

A part is a pydantic model of its parameters, importable without torch, whose methods import torch when they run.
Rooms and third parties announce their modules under the entry-point group ``deepartist.parts``; importing such a
module registers what is in it. Recipes are validated, keyed, documented and turned into JSON Schema through here.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points
from typing import Any, ClassVar, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError
from pydantic_core import PydanticCustomError, core_schema

from deepartist.recipe.problems import did_you_mean
from deepartist.recipe.words import friendly_errors, restated

Kind = Literal["operator", "view", "pipeline", "source", "sample", "optimizer", "finish"]


class Part(BaseModel):
    """Base of every part. Its fields are what a recipe may say; its docstring becomes its reference page.

    `version` is the version of the algorithm: raise it when the pixels are meant to change, never otherwise.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, use_attribute_docstrings=True)
    _friendly = friendly_errors()

    kind: ClassVar[Kind]
    name: ClassVar[str]
    version: ClassVar[int] = 1
    example: ClassVar[str] = ""
    """A recipe in which it is at its best, small; its picture on the reference page. Empty: it has none."""

    def canonical(self) -> dict[str, Any]:
        """``{name: {every parameter}}``: the long form, itself valid in a recipe."""
        return {self.name: self.model_dump(mode="json")}

    def identity(self) -> dict[str, Any]:
        """What goes into a key: the long form and the version of the algorithm."""
        return {"part": self.name, "version": self.version, **self.model_dump(mode="json")}


PartType = TypeVar("PartType", bound=type[Part])
_PARTS: dict[str, dict[str, type[Part]]] = {}


def register(part: PartType) -> PartType:
    """Class decorator: makes a part known under its kind and name. Raises ValueError where the name is taken."""
    known = _PARTS.setdefault(part.kind, {})
    other = known.get(part.name)
    if other is not None and (other.__module__, other.__qualname__) != (part.__module__, part.__qualname__):
        raise ValueError(f"two {part.kind}s are called {part.name!r}: {other.__module__} and {part.__module__}")
    known[part.name] = part
    return part


@cache
def _load() -> None:
    for entry in entry_points(group="deepartist.parts"):
        try:
            entry.load()
        except Exception as error:
            raise RuntimeError(f"the part package {entry.name!r} ({entry.value}) cannot be loaded: {error}") from error


def parts(kind: Kind) -> Mapping[str, type[Part]]:
    """All parts of one kind by name."""
    _load()
    return _PARTS.get(kind, {})


class PartOf:
    """Annotation for a model field that holds a part: ``Annotated[Part, PartOf("view")]``.

    Accepts ``name``, ``{name: {parameters}}`` or a part; serialises to the long form.
    """

    def __init__(self, kind: Kind) -> None:
        self.kind = kind

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.parse, serialization=core_schema.plain_serializer_function_ser_schema(lambda part: part.canonical())
        )

    def __get_pydantic_json_schema__(self, core: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        known = parts(self.kind)
        long = {name: {**part.model_json_schema(), "title": name} for name, part in known.items()}
        for schema in long.values():
            schema.pop("$defs", None)
        return {
            "anyOf": [
                {"enum": sorted(known)},
                {"type": "object", "properties": long, "additionalProperties": False, "maxProperties": 1},
            ]
        }

    def parse(self, value: Any) -> Part:
        if isinstance(value, Part):
            return value
        name: Any = value
        parameters: Any = {}
        if isinstance(value, dict) and len(value) == 1:
            ((name, parameters),) = value.items()
        known = parts(self.kind)
        unknown = isinstance(name, str) and name not in known
        if not unknown and (not isinstance(name, str) or not isinstance(parameters, dict | None)):
            article = "an" if self.kind[0] in "aeiou" else "a"
            message = f"{article} {self.kind} is a name, or one name with its parameters"
            raise PydanticCustomError("recipe", "{message}", {"message": message})
        if unknown:
            message = f'there is no {self.kind} "{name}"{did_you_mean(name, known)}'
            raise PydanticCustomError("recipe", "{message}", {"message": message})
        try:
            return known[name].model_validate(parameters or {})
        except ValidationError as error:
            errors = error.errors(include_url=False)
            raise restated(name, [((name, *each["loc"]), each["msg"], each["input"]) for each in errors]) from None
