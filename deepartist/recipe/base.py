"""What all models of the recipe language share."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from deepartist.recipe.words import friendly_errors


class Model(BaseModel):
    """Base of the recipe's own models."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, populate_by_name=True, use_attribute_docstrings=True
    )
    _friendly = friendly_errors()
