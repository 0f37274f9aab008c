"""What each word allows by itself, but not beside the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from deepartist.recipe.contracts import OptimizerModel, PipelineModel
from deepartist.recipe.model import Recipe
from deepartist.recipe.problems import did_you_mean
from deepartist.recipe.terms import Location, layers_of, operators_of


def mistakes(terms: Mapping[str, Any], recipe: Recipe) -> Iterator[tuple[Location, str]]:
    """Where the terms of one stage contradict each other, and how to say so."""
    pipeline: PipelineModel = terms["pipeline"]
    for location, layer, _ in layers_of(terms):
        if layer not in pipeline.layers:
            yield location, f'{pipeline.name} has no layer "{layer}"{did_you_mean(layer, pipeline.layers)}'
    if not list(operators_of({**terms, "regularize": ()})):
        yield (), "nothing is painted in this stage: give it a style or something to enhance"
    yield from _misplaced(terms)
    if recipe.keep and terms["content"] is None:
        yield ("keep",), "keep needs a content to keep something of"


def _misplaced(terms: Mapping[str, Any]) -> Iterator[tuple[Location, str]]:
    optimizer: OptimizerModel = terms["optimizer"]
    for operator, where, location in operators_of(terms):
        if where not in operator.places:
            allowed = " or ".join(sorted(operator.places))
            yield location, f'"{operator.name}" cannot stand under {where}: it belongs under {allowed}'
        if optimizer.exact_only and operator.sampled:
            message = (
                f'"{operator.name}" is sampled anew at each step and {optimizer.name} needs the same loss: use adam'
            )
            yield ("optimizer",), message
        if operator.least_layers > 1 and len(_beside(terms, location).layers or ()) < operator.least_layers:
            yield location, f'"{operator.name}" compares layers and needs at least {operator.least_layers} of them'


def _beside(terms: Mapping[str, Any], location: Location) -> Any:
    """The style, content or enhancer that an operator belongs to."""
    found = terms[str(location[0])]
    return found[int(location[1])] if isinstance(found, tuple) else found
