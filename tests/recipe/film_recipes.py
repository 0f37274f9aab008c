"""What tests of film words have in common."""

from __future__ import annotations

import pytest

from deepartist.recipe import Inputs, RecipeError, read_recipe

TWO = "style: [{image: sample:marble, scale: 2, weight: 2}, sample:cells]\nsize: 48\n"


def mistakes(text: str) -> list[str]:
    """Line, column and sentence of all that is wrong."""
    with pytest.raises(RecipeError) as caught:
        read_recipe(text, Inputs([]))
    return str(caught.value).replace("recipe:", "").split("\n")
