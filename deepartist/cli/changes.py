"""Options of the command line that change a recipe: applied to its plain data, before it is validated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from deepartist.recipe.films.base import WORDS
from deepartist.recipe.model import Recipe
from deepartist.recipe.sizes import SHORTEST

SizeValue = int | list[int]


class SizeType(click.ParamType):  # type: ignore[type-arg, unused-ignore]  # generic since click 8.5
    """``512`` or ``640x480``."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            sides = [int(side) for side in str(value).lower().replace("×", "x").split("x")]
        except ValueError:
            self.fail(f"{value} is no size: write the long side in pixels, or WIDTHxHEIGHT", param, ctx)
        return sides[0] if len(sides) == 1 else sides


def valid(_: click.Context, param: click.Parameter, value: Any) -> Any:
    """Callback of an option that is called like a word of recipes: what a recipe refuses, it refuses."""
    if value is not None:
        try:
            Recipe.model_validate({"style": "any.png", str(param.name): value})
        except ValidationError as error:
            raise click.BadParameter("; ".join(each["msg"] for each in error.errors())) from None
    return value


@dataclass(frozen=True)
class Changes:
    """What the options say; None is "as in the recipe"."""

    size: SizeValue | None = None
    seed: int | None = None
    pipeline: str | None = None
    steps: int | None = None
    format: str | None = None

    def __call__(self, data: Any) -> Any:
        """The changed recipe; what is not a mapping is left alone for validation to refuse."""
        if not isinstance(data, Mapping):
            return data
        self._refuse_varied(data)
        changed = dict(data)
        for word in ("seed", "pipeline"):
            if (value := getattr(self, word)) is not None:
                changed[word] = value
        if self.size is not None:
            changed = {**changed, "size": self.size, **_resized(changed.get("stages"), self.size)}
        if self.steps is not None:
            changed["stages"] = _with_steps(changed.get("stages"), self.steps)
        return _with_format(changed, self.format) if self.format in PICTURES else changed

    def _refuse_varied(self, data: Mapping[str, Any]) -> None:
        """Raises UsageError for options that a film would overrule: each of its frames says that word itself."""
        for film in WORDS:
            said = data.get(film)
            for path in said if isinstance(said, Mapping) else ():
                words = str(path).split(".")
                for word in ("seed", "pipeline", "size", "steps"):
                    if getattr(self, word) is not None and (words[0] == word or words[-1] == word == "steps"):
                        raise click.UsageError(
                            f'--{word} would change nothing: "{path}" is in the {film} of this recipe'
                        )


PICTURES, FILMS = ("webp", "png"), ("gif", "mp4", "webm")


def _resized(stages: Any, size: SizeValue) -> dict[str, Any]:
    """The stages of a recipe scaled to another final size; an empty mapping where they follow by themselves."""
    if isinstance(stages, Mapping):
        return {"stages": {word: value for word, value in stages.items() if word != "to"}}
    if not isinstance(stages, list) or not stages:
        return {}
    last = _long_side(stages[-1])
    if last is None:
        return {}
    factor = (max(size) if isinstance(size, list) else size) / last
    scaled = []
    for stage in stages[:-1]:
        side = _long_side(stage)
        smaller = stage if side is None else max(SHORTEST, round(side * factor))
        scaled.append({**stage, "size": smaller} if isinstance(stage, Mapping) else smaller)
    final = {**stages[-1], "size": size} if isinstance(stages[-1], Mapping) else {"size": size}
    return {"stages": [*scaled, final]}


def _long_side(stage: Any) -> float | None:
    size = stage.get("size") if isinstance(stage, Mapping) else stage
    sides = size if isinstance(size, list) else [size]
    numbers = [side for side in sides if isinstance(side, int | float) and not isinstance(side, bool) and side > 0]
    return max(numbers) if numbers and len(numbers) == len(sides) else None


def _with_steps(stages: Any, steps: int) -> Any:
    if isinstance(stages, list):
        return [{**(stage if isinstance(stage, Mapping) else {"size": stage}), "steps": steps} for stage in stages]
    return {**stages, "steps": steps} if isinstance(stages, Mapping) else {"steps": steps}


def _with_format(recipe: dict[str, Any], suffix: str) -> dict[str, Any]:
    """The format that the named file needs, only where the recipe does not write it anyway: formats are keyed."""
    output = recipe.get("output")
    said = output.get("format") if isinstance(output, Mapping) else None
    if said is None or suffix in (said if isinstance(said, list) else [said]):
        return recipe
    return {**recipe, "output": {**output, "format": suffix}} if isinstance(output, Mapping) else recipe


def format_of(output: Path | None) -> str | None:
    """The format that the name of a file asks for. Raises BadParameter for one that cannot be written."""
    if output is None:
        return None
    suffix = output.suffix.lower().removeprefix(".")
    if suffix not in (*PICTURES, *FILMS):
        said = "pictures are written as .webp or .png, films also as .gif, .mp4 or .webm"
        raise click.BadParameter(f'{output}: {said}, not as "{output.suffix}"')
    return suffix


def fitting(output: Path | None, film: bool) -> None:
    """Raises BadParameter for a picture that is to be a film."""
    if not film and format_of(output) in FILMS:
        raise click.BadParameter(f"{output}: this recipe is one picture, written as .webp or .png")
