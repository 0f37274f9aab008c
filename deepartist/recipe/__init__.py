"""What a block may say: models, YAML with line numbers, defaults, canonical form, key, JSON Schema. No torch."""

from deepartist.recipe.draft import draft
from deepartist.recipe.fences import Fence, find_fences
from deepartist.recipe.inputs import ImageInput, InputError, Inputs
from deepartist.recipe.problems import Problem, RecipeError
from deepartist.recipe.resolve import Resolved, read_recipe, resolve

__all__ = [
    "Fence",
    "ImageInput",
    "InputError",
    "Inputs",
    "Problem",
    "RecipeError",
    "Resolved",
    "draft",
    "find_fences",
    "read_recipe",
    "resolve",
]
