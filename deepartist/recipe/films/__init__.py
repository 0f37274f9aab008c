"""Films: one recipe with words whose values change, as the recipes of its frames.

Every frame is a recipe like any other, so that it is painted, kept and found again by itself. Nothing here knows what
the words mean: values are put where they belong, and a frame that makes no sense is refused as the same recipe
written by hand would be.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deepartist.recipe.films.base import WORDS, Film, Variant
from deepartist.recipe.films.moved import Moved, Progress, Rotate, Zoom
from deepartist.recipe.films.through import Through
from deepartist.recipe.films.varied import Jitter, Survey, Sweep

__all__ = [
    "WORDS",
    "Film",
    "Jitter",
    "Moved",
    "Progress",
    "Rotate",
    "Survey",
    "Sweep",
    "Through",
    "Variant",
    "Zoom",
    "kind_of",
]

_KINDS: Mapping[str, type[Film]] = {each.word: each for each in (Survey, Sweep, Jitter, Progress, Rotate, Zoom)}


def kind_of(word: str, said: Any) -> type[Film]:
    """The kind of film that a word of the recipe means, with what is said of it."""
    return Through if word == Through.word and isinstance(said, Mapping) and "through" in said else _KINDS[word]
