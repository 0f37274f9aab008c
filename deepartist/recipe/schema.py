"""The JSON Schema of recipes, for editors."""

from __future__ import annotations

from typing import Any

from deepartist.recipe.model import Recipe

SCHEMA_VERSION = 1


def recipe_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of the recipe language, with every registered part."""
    schema = Recipe.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"https://deepartist.invalid/recipe-v{SCHEMA_VERSION}.json",
        **schema,
        "title": "DeepArtist recipe",
    }
