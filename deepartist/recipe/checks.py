"""What each word allows by itself, but not beside the others."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, cast

from deepartist.recipe.contracts import PIXELS, FinishModel, OptimizerModel, PipelineModel
from deepartist.recipe.fields import MAX_PIXELS, MAX_WEBP
from deepartist.recipe.inputs import ImageInput
from deepartist.recipe.layers import layer_mistakes
from deepartist.recipe.model import CONTENT, Recipe
from deepartist.recipe.problems import Location
from deepartist.recipe.terms import beside, compositions, layers_of, masks_of, operators_of, pictures_of

SMALLEST_STYLE = 16
"""Long side in pixels. At 16 a painting still has its strokes; at 8 it is embossed with what lies at the edges."""
ALIGNED_ASPECT = 1.05
"""How much what is laid over the canvas, as a mask is, may be stretched in one direction."""


def mistakes(
    terms: Mapping[str, Any], recipe: Recipe, images: Mapping[str, ImageInput]
) -> Iterator[tuple[Location, str]]:
    """Where the terms of one stage contradict each other, and how to say so."""
    pipeline: PipelineModel = terms["pipeline"]
    for location, layer, _ in layers_of(terms):
        for message in layer_mistakes(layer, pipeline):
            yield location, message
    if not list(operators_of({**terms, "regularize": ()})):
        yield (), "nothing is painted in this stage: give it a style or something to enhance"
    yield from _misplaced(terms)
    yield from _sheets(terms)
    yield from _tiny_styles(terms, images)
    yield from _masks(terms, cast(tuple[int, int], recipe.size), images)
    if recipe.keep and terms["content"] is None:
        yield ("keep",), "keep needs a content to keep something of"
    yield from _finish(terms, recipe, images)


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
        masked = where in ("style", "enhance") and beside(terms, location).mask
        if masked and operator.placed and not operator.regional:
            yield location, f'"{operator.name}" compares places with others and cannot be kept inside a mask'
        if operator.least_layers > 1 and len(beside(terms, location).layers or ()) < operator.least_layers:
            yield location, f'"{operator.name}" compares layers and needs at least {operator.least_layers} of them'


def _sheets(terms: Mapping[str, Any]) -> Iterator[tuple[Location, str]]:
    """Of views that show several pictures, and of operators that compare these."""
    found = pictures_of(terms["view"])
    views = compositions(terms["view"])
    for sheet in (view for each in views for view in each if view.pictures != (1, 1)):
        if len(views) > 1:
            yield ("view",), f'"{sheet.name}" shows pictures of another size and cannot be one of several views'
        if terms["content"]:
            yield ("view",), f'"{sheet.name}" shows several pictures: there is no one place for the content'
    for operator, _, location in operators_of(terms):
        if operator.least_pictures > found:
            yield location, f'"{operator.name}" compares pictures painted at once: write view: sheet'


def _tiny_styles(terms: Mapping[str, Any], images: Mapping[str, ImageInput]) -> Iterator[tuple[Location, str]]:
    """Smaller than what a layer sees at once still paints well, for edges continue; of so little only ridges come."""
    for number, style in enumerate(terms["style"] or ()):
        deep = next((layer for layer in style.layers or () if layer != PIXELS), None)
        for image in (images[name] for name in style.image if deep and name in images):
            if max(image.width, image.height) < SMALLEST_STYLE:
                size = f"{image.width}×{image.height}"
                message = (
                    f'"{image.reference}" is only {size} pixels: below {SMALLEST_STYLE} on the long side a style is '
                    f'nothing but colours, for layers: pixels; the layer "{deep}" sees no strokes in it'
                )
                yield ("style", number, "image"), message


def _masks(
    terms: Mapping[str, Any], size: tuple[int, int], images: Mapping[str, ImageInput]
) -> Iterator[tuple[Location, str]]:
    for location, mask in masks_of(terms):
        if message := _misshapen("mask", mask.image, size, images):
            yield location, message


def _finish(
    terms: Mapping[str, Any], recipe: Recipe, images: Mapping[str, ImageInput]
) -> Iterator[tuple[Location, str]]:
    size = cast(tuple[int, int], recipe.size)
    for number, step in enumerate(cast(tuple[FinishModel, ...], recipe.finish or ())):
        if CONTENT in step.references and terms["content"] is None:
            yield ("finish", number), f'"{step.name}" looks at the content, but this recipe has none'
        for word in step.aligned:
            if message := _misshapen(word, getattr(step, word), size, images):
                yield ("finish", number), message
        size = step.resized(size)
        if message := too_large(size, recipe.output.format):
            yield ("finish", number), f'after "{step.name}" {message}'
            return


def too_large(size: tuple[int, int], formats: Collection[str]) -> str | None:
    """Why a picture of this size cannot be, or cannot be stored."""
    width, height = size
    if width * height > MAX_PIXELS:
        return f"{width}×{height} pixels are too many: at most {MAX_PIXELS // 1_000_000} megapixels"
    if max(size) > MAX_WEBP and "webp" in formats:
        return f"WebP ends at {MAX_WEBP} pixels: for {width}×{height} write output: {{format: png}}"
    return None


def _misshapen(word: str, name: str | None, size: tuple[int, int], images: Mapping[str, ImageInput]) -> str | None:
    image = images.get(name or "")
    if image is None or image.path is None:  # not found, which was said before, or a sample, made to be stretched
        return None
    stretched = (image.width / image.height) / (size[0] / size[1])
    if 1 / ALIGNED_ASPECT <= stretched <= ALIGNED_ASPECT:
        return None
    found, wanted = f"{image.width}×{image.height}", f"{size[0]}×{size[1]}"
    return f'the {word} "{name}" is {found}: it needs the shape of the canvas, {wanted}'
