"""What a block may say: models, YAML with line numbers, defaults, canonical form, key, JSON Schema. No torch."""

from deepartist.recipe.draft import draft
from deepartist.recipe.fences import Fence, find_fences
from deepartist.recipe.inputs import ImageInput, InputError, Inputs
from deepartist.recipe.problems import Problem, RecipeError
from deepartist.recipe.read import read_recipe
from deepartist.recipe.resolve import resolve
from deepartist.recipe.resolved import Frame, Resolved

__all__ = [
    "Fence",
    "Frame",
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
