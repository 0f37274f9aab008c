"""What terms say: the task they ask for, the layers and operators that they name, and where."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from deepartist.recipe.contracts import OperatorModel, PipelineModel, Place, ViewModel
from deepartist.recipe.defaults import Task
from deepartist.recipe.layers import layer_info
from deepartist.recipe.model import Enhance, Mask, Terms
from deepartist.recipe.parts import Part, PartOf
from deepartist.recipe.problems import Location


def task_of(terms: Terms) -> Task:
    """What the terms ask for."""
    if terms.style:
        return "transfer" if terms.content else "texture"
    if terms.enhance:
        return "dream" if terms.content else "vision"
    return "content"


def torus_multiple(levels: Sequence[Terms]) -> int:
    """What the sides of all stages are multiples of: the pictures beside each other (1 without a sheet), times every
    stride in use where any stage is a torus.

    Only so does every layer wrap around exactly, with the pools about it. `levels` are the recipe's terms, filled in,
    and those of its stages.
    """
    views = [view for level in levels for each in compositions(level.view) for view in each]
    cut = math.lcm(*(count for view in views for count in view.pictures))
    if not any(view.periodic for view in views):
        return cut
    strides = [1]
    for level in levels:
        pipeline = cast(PipelineModel, level.pipeline or levels[0].pipeline)
        terms = {name: getattr(level, name) for name in Terms.model_fields}
        strides += [info.stride for _, layer, _ in layers_of(terms) if (info := layer_info(layer, pipeline))]
    return cut * math.lcm(*strides)


def pictures_of(view: Any) -> int:
    """How many pictures the network sees of a canvas."""
    return sum(math.prod(count for each in views for count in each.pictures) for views in compositions(view))


def compositions(view: Any) -> tuple[tuple[ViewModel, ...], ...]:
    """What a recipe says of views, as a list of compositions: at least one, which may be empty."""
    if not view:
        return ((),)
    return tuple(view) if isinstance(view[0], tuple) else (tuple(view),)


def part(kind: Any, name: Any) -> Part:
    """A part in its default form, from a name or the long form."""
    return PartOf(kind).parse(name)


def made(kind: Any, names: Sequence[Any]) -> tuple[Part, ...]:
    return tuple(part(kind, name) for name in names)


def all_on_pixels(operators: Sequence[Part]) -> bool:
    return bool(operators) and all(cast(OperatorModel, operator).on_pixels for operator in operators)


def layers_of(terms: Mapping[str, Any]) -> Iterator[tuple[Location, str, float]]:
    """Every layer that the terms name: where, which, its weight."""
    for word in ("style", "enhance"):
        for number, each in enumerate(terms[word] or ()):
            for layer, weight in (each.layers or {}).items():
                yield (word, number, "layers", layer), layer, weight
    if terms["content"] and terms["content"].match:
        for layer, weight in (terms["content"].layers or {}).items():
            yield ("content", "layers", layer), layer, weight


def masks_of(terms: Mapping[str, Any]) -> Iterator[tuple[Location, Mask]]:
    """Every mask that the terms name, and where."""
    for word in ("style", "enhance"):
        for number, each in enumerate(terms[word] or ()):
            if each.mask:
                yield (word, number, "mask"), each.mask
    if terms["content"] and terms["content"].mask:
        yield ("content", "mask"), terms["content"].mask


def operators_of(terms: Mapping[str, Any]) -> Iterator[tuple[OperatorModel, Place, Location]]:
    """Every operator that the terms name, and where it stands."""
    for number, style in enumerate(terms.get("style") or ()):
        for which, operator in enumerate(style.match or ()):
            yield operator, "style", ("style", number, "match", which)
    if content := terms.get("content"):
        for which, operator in enumerate(content.match or ()):
            yield operator, "content", ("content", "match", which)
    for number, enhance in enumerate(terms.get("enhance") or ()):
        each: Enhance = enhance
        for which, operator in enumerate(each.by or ()):
            yield cast(OperatorModel, operator), "enhance", ("enhance", number, "by", which)
    for which, operator in enumerate(terms.get("regularize") or ()):
        yield operator, "regularize", ("regularize", which)


def beside(terms: Mapping[str, Any], location: Location) -> Any:
    """The style, content or enhancer that an operator belongs to."""
    found = terms[str(location[0])]
    return found[int(location[1])] if isinstance(found, tuple) else found
