"""What the build tells the worker of a recipe: plain data, and back again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deepartist.plan import Plan
from deepartist.recipe import Frame, Resolved
from deepartist.recipe.films import kind_of
from deepartist.recipe.inputs import PAINTED, Finder, KnownInputs
from deepartist.recipe.model import Recipe
from deepartist.recipe.resolve import resolve


def order_of(plan: Plan, seconds: float | None, again: bool) -> dict[str, Any]:
    """A plan as plain data."""
    resolved = plan.resolved
    order: dict[str, Any] = {
        "key": plan.key,
        "recipe": resolved.canonical(),
        "images": {
            name: str(image.path.absolute())
            for name, image in resolved.images.items()
            if image.path is not None and not name.startswith(PAINTED)  # the worker has the store itself
        },
        "quality": plan.quality,
        "seconds": seconds,
        "again": again,
    }
    if resolved.film is not None:
        order["film"] = [resolved.film.word, resolved.film.model_dump(mode="json")]
        order["frames"] = [
            [each.label, each.resolved.canonical(), each.between, each.nested] for each in resolved.frames
        ]
    return order


def read_order(order: Mapping[str, Any], elsewhere: Mapping[str, Finder]) -> Resolved:
    """The recipe of an order; `elsewhere` finds earlier paintings. Raises InputError and RecipeError."""
    inputs = KnownInputs({name: Path(path) for name, path in order["images"].items()}, elsewhere)
    if "film" not in order:
        return resolve(Recipe.model_validate(order["recipe"]), inputs)
    frames = tuple(
        Frame(
            label,
            resolve(Recipe.model_validate(recipe), inputs),
            tuple(between) if between else None,
            tuple(nested) if nested else None,
        )
        for label, recipe, between, nested in order["frames"]
    )
    images = {name: image for frame in frames for name, image in frame.resolved.images.items()}
    word, said = order["film"]
    film = kind_of(word, said).model_validate(said)
    return Resolved(frames[0].resolved.recipe, images, film, frames, order["recipe"])
