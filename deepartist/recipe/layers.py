"""Names of layers with pools about them: ``avg2 > relu3_1 > max2``, read in the order in which a picture passes.

A pool before the layer makes the picture smaller first, so that the same layer sees structures that many times larger;
one after it makes the features coarser. ``avg`` takes means and ``max`` maxima of squares side by side, of 2 to 16
pixels or positions. Any layer of any pipeline takes them; pipelines know nothing of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from deepartist.recipe.contracts import LayerInfo, PipelineModel
from deepartist.recipe.problems import did_you_mean

ARROW = ">"
SIZES = range(2, 17)


@dataclass(frozen=True, order=True)
class LayerPool:
    """Means (``avg``) or maxima (``max``) of squares of size × size, side by side."""

    kind: Literal["avg", "max"]
    size: int


POOLS = {f"{kind}{size}": LayerPool(kind, size) for kind in ("avg", "max") for size in SIZES}
_LIKE_A_POOL = re.compile(r"(avg|max)[0-9]*")
_EXAMPLE = "as in avg2 > relu3_1 > max2"


@dataclass(frozen=True)
class LayerName:
    """A layer of a network, and the pools before and after it."""

    layer: str
    before: LayerPool | None = None
    after: LayerPool | None = None

    def info(self, layers: Mapping[str, LayerInfo]) -> LayerInfo | None:
        """What the layer is with its pools, in pixels of the canvas; None where the network has no such layer."""
        own = layers.get(self.layer)
        if own is None:
            return None
        before, after = (pool.size if pool else 1 for pool in (self.before, self.after))
        return LayerInfo(own.channels, before * own.stride * after, before * (own.field + (after - 1) * own.stride))


def canonical_layer(text: str) -> str:
    """The one spelling of a name: one space on each side of every arrow."""
    return f" {ARROW} ".join(_words(text)) if ARROW in text else text


def layer_name(text: str) -> LayerName | None:
    """The parts of a name; None where it is not of the form ``pool > layer > pool``, either pool left out."""
    words = _words(text) if ARROW in text else [text]
    if len(words) == 1:
        return LayerName(text)
    before, after = POOLS.get(words[0]), POOLS.get(words[-1])
    layer = words[before is not None : len(words) - (after is not None)]
    return LayerName(layer[0], before, after) if len(layer) == 1 and layer[0] and layer[0] not in POOLS else None


def layer_info(text: str, pipeline: PipelineModel) -> LayerInfo | None:
    """What a layer of a recipe is; None where there is no such layer."""
    name = layer_name(text)
    return name.info(pipeline.layers) if name else None


def layer_mistakes(text: str, pipeline: PipelineModel) -> list[str]:
    """What is wrong with the name of a layer in a recipe, in sentences."""
    if layer_info(text, pipeline):
        return []
    words = _words(text) if ARROW in text else [text]
    layers = pipeline.layers
    if not all(words):
        return [f'"{text}" has an arrow that leads nowhere: a layer and its pools are meant, {_EXAMPLE}']
    known = [word for word in words if word in layers]
    if len(known) > 1:
        return [f'"{text}" names {len(known)} layers: one layer with its pools is meant, {_EXAMPLE}']
    others = [word for word in words if not _LIKE_A_POOL.fullmatch(word)] if len(words) > 1 else words
    if not known and not others:
        return [f'"{text}" names no layer: a layer with its pools is meant, {_EXAMPLE}']
    layer = known[0] if known else max(others, key=lambda word: _nearness(word, layers))
    found = [] if known else [f'{pipeline.name} has no layer "{layer}"{did_you_mean(layer, layers)}']
    found += [f'there is no pool "{word}"{_pool_meant(word)}' for word in words if word not in POOLS and word != layer]
    return found or [f'"{text}" has too many pools: one before the layer and one after it are possible, {_EXAMPLE}']


def _words(text: str) -> list[str]:
    return [" ".join(word.split()) for word in text.split(ARROW)]


def _nearness(word: str, layers: Mapping[str, LayerInfo]) -> float:
    return max(SequenceMatcher(None, word, layer).ratio() for layer in layers)


def _pool_meant(word: str) -> str:
    near = "" if _LIKE_A_POOL.fullmatch(word) else did_you_mean(word, POOLS)
    return near if near.startswith(" (did") else " (pools are avg2 to avg16 and max2 to max16)"
