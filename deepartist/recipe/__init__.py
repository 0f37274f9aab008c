"""What a block may say: models, YAML with line numbers, defaults, canonical form, key, JSON Schema. No torch."""

from typing import TYPE_CHECKING

from deepartist.lazy import lazy

if TYPE_CHECKING:
    from deepartist.recipe.drafts import draft
    from deepartist.recipe.fences import Fence, find_fences
    from deepartist.recipe.inputs import ImageInput, InputError, Inputs
    from deepartist.recipe.problems import Problem, RecipeError
    from deepartist.recipe.read import read_recipe
    from deepartist.recipe.resolved import Frame, Resolved
else:
    __getattr__ = lazy(
        __name__,
        {
            "Fence": "fences",
            "Frame": "resolved",
            "ImageInput": "inputs",
            "InputError": "inputs",
            "Inputs": "inputs",
            "Problem": "problems",
            "RecipeError": "problems",
            "Resolved": "resolved",
            "draft": "drafts",
            "find_fences": "fences",
            "read_recipe": "read",
        },
    )

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
]
