"""Where starting pixels come from: numbers, noise, plasma, files, procedural samples, expressions."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, create_model

from deepartist.recipe.contracts import SampleModel
from deepartist.recipe.parts import register
from deepartist.recipe.words import Whole
from deepartist.sources.noise import Noise
from deepartist.sources.plasma import Plasma
from deepartist.sources.samples import SAMPLES

Seed = Annotated[Whole, Field(ge=0, le=2**32 - 1)]

for _sample in SAMPLES.values():
    _model: Any = create_model(_sample.name.title(), __base__=SampleModel, __module__=__name__, seed=(Seed, 0))
    _model.name, _model.version, _model.size, _model.__doc__ = (
        _sample.name,
        _sample.version,
        _sample.size,
        _sample.summary,
    )
    register(_model)

__all__ = ["Noise", "Plasma"]
