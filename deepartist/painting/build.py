"""From the terms of a recipe to those of a loss, balanced so that one weight means the same on every network.

Every matcher is divided by the loss that coloured noise has under it (noise with the mean and spread of the
reference), so that a term of weight 1 begins near 1 whatever the network, the layer or the operator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from deepartist.color import transfer_colors
from deepartist.operators.base import Operator
from deepartist.painting.memory import Demand, tile_side
from deepartist.painting.objective import Objective
from deepartist.painting.optimizers import Optimizer
from deepartist.painting.regions import recolored, region, to_tensor
from deepartist.painting.term import Term, seen
from deepartist.painting.tiles import TiledEncoder
from deepartist.painting.whole import whole_terms
from deepartist.pipelines import Encoder, PooledEncoder
from deepartist.randomness import random_generator
from deepartist.recipe import InputError, Resolved
from deepartist.recipe.contracts import PIXELS, LayerInfo, PipelineModel
from deepartist.recipe.layers import layer_info
from deepartist.recipe.model import Content, Enhance, Mask, Stage, Style
from deepartist.recipe.sizes import magnification
from deepartist.recipe.terms import compositions, layers_of
from deepartist.sources.pictures import load_picture

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray
    from torch import Tensor

FLAT = 1.5 / 255
"""A style whose values differ by less in every channel holds no picture."""
SMALLEST_REFERENCE = 32
"""A reference is not made smaller than this on its long side: below, deep layers see nothing."""
REFERENCE_TILE = 1024
"""Side of the tiles in which large references are seen by the network."""
BALANCED_AT = 1024 * 1024
"""Terms of larger canvases are balanced at so many pixels: their losses are means, and change no more."""


def build_objective(resolved: Resolved, stage: Stage, encoder: Encoder, device: torch.device) -> Objective:
    """The objective of one stage of a recipe.

    Raises InputError for a picture that cannot be decoded, and where there is not enough memory.
    """
    import torch

    terms = resolved.terms(stage)
    views = compositions(terms["view"])
    bounded = not any(view.averages for each in views for view in each)
    pooled, infos = PooledEncoder(encoder), _infos(terms["pipeline"])
    side = fitting_side(resolved, stage, encoder, device)
    builder = _Builder(resolved, stage, TiledEncoder(pooled, infos, side or REFERENCE_TILE), device)
    with torch.no_grad():
        found = [
            *builder.styles(terms["style"] or (), terms["content"]),
            *builder.content(terms["content"]),
            *builder.enhancers(terms["enhance"] or (), terms["content"]),
            *builder.regularizers(terms["regularize"] or ()),
        ]
    return Objective(found, pooled, views, bounded, resolved.recipe.seed, infos, side)


def _infos(pipeline: PipelineModel) -> Callable[[str], LayerInfo]:
    def info(layer: str) -> LayerInfo:
        found = layer_info(layer, pipeline)
        assert found is not None  # the recipe was checked
        return found

    return info


def fitting_side(resolved: Resolved, stage: Stage, encoder: Encoder, device: torch.device) -> int | None:
    """The tiles in which a stage fits into the free memory; None: in one piece. Raises InputError where it cannot."""
    terms = resolved.terms(stage)
    pooled, infos = PooledEncoder(encoder), _infos(terms["pipeline"])
    layers = sorted({layer for _, layer, _ in layers_of(terms)} - {PIXELS})
    size = cast(tuple[int, int], stage.size)
    at_once = list(whole_terms(terms, size, infos))
    whole = {layer for each in at_once for layer in each.layers} - {PIXELS}
    references = [
        sum(width * height for width, height in _reference_sizes(resolved, style, size))
        * _values(style.layers or (), infos)
        for style in terms["style"] or ()
    ]
    demand = Demand(
        size=size,
        views=len(compositions(terms["view"])),
        held=cast(Optimizer, terms["optimizer"]).held,
        layers=layers,
        halo=TiledEncoder(pooled, infos, 1).margin(layers)[1] if layers else 0,
        whole=_values(whole, infos),
        terms=at_once,
        reference=max(references, default=0.0),
    )
    return tile_side(pooled, demand, device)


def _values(layers: Iterable[str], infos: Callable[[str], LayerInfo]) -> float:
    """How many values they have for each pixel."""
    return sum(infos(layer).channels / infos(layer).stride ** 2 for layer in layers)


def _reference_sizes(resolved: Resolved, style: Style, canvas: tuple[int, int]) -> list[tuple[int, int]]:
    """Of all pictures of a style, one size for each of its scales: the long side is `scale` times the canvas's, and
    never more than the picture has."""
    found = []
    for image in style.image:
        native = resolved.images[image]
        longest = max(native.width, native.height)
        for scale in (magnification(each, resolved.size) for each in style.scale):
            long = min(longest, max(SMALLEST_REFERENCE, round(max(canvas) * scale)))
            found.append((max(1, round(native.width * long / longest)), max(1, round(native.height * long / longest))))
    return found


class _Builder:
    def __init__(self, resolved: Resolved, stage: Stage, encoder: Encoder, device: torch.device) -> None:
        self.resolved, self.encoder, self.device = resolved, encoder, device
        self.size = cast(tuple[int, int], stage.size)
        self.seed = resolved.recipe.seed
        styles = resolved.terms(stage)["style"]
        self.kept = resolved.recipe.keep is not None and resolved.recipe.keep.before is not None
        self.recolored_by: Sequence[Style] = styles if styles and not self.kept else ()

    def styles(self, styles: Sequence[Style], content: Content | None) -> Iterator[Term]:
        for number, style in enumerate(styles, 1):
            images = [self.resolved.images[image] for image in style.image for _ in style.scale]
            sizes = _reference_sizes(self.resolved, style, self.size)
            pictures = [self.tensor(load_picture(image, size)) for image, size in zip(images, sizes, strict=True)]
            if all(float(picture.amax((2, 3)).sub(picture.amin((2, 3))).max()) < FLAT for picture in pictures):
                name = style.image[0]
                raise InputError(f'"{name}" is of one colour all over: as a style it has nothing to paint with')
            if self.kept and content:
                pictures = [transfer_colors(picture, self.content_picture(content)) for picture in pictures]
            prefix = "style" if len(styles) == 1 else f"style{number}"
            yield from self.matchers(prefix, pictures, style)

    def content(self, content: Content | None) -> Iterator[Term]:
        if content and content.match:
            picture = self.content_picture(content)
            yield from self.matchers("content", [picture], content)

    def matchers(self, prefix: str, pictures: list[Tensor], of: Style | Content) -> Iterator[Term]:
        """Terms of one reference, each balanced by its loss for coloured noise; shares of layers add up to 1."""
        layers = of.layers or {}
        wanted = {*layers, PIXELS}
        features = [self.encoder.encode(picture, wanted) for picture in pictures]
        noise = self.encoder.encode(self.colored_noise(pictures), wanted)
        alike = self.balanced_reference(pictures, features, wanted) if isinstance(of, Content) else features
        total = sum(layers.values())
        region = self.region(of.mask)
        outside = features[0] if isinstance(of, Content) else None
        for operator in cast(Sequence[Operator], of.match or ()):
            for name, looked_at, share in self.places(operator, layers, features):
                target = operator.target([seen(each, looked_at, operator) for each in features])
                factor = of.weight * operator.weight * share / total
                term = Term(f"{prefix}.{name}.{operator.name}", looked_at, operator, target, factor, region, outside)
                if operator.enhances:
                    yield term
                    continue
                balanced = term
                if alike is not features:
                    known = operator.target([seen(each, looked_at, operator) for each in alike])
                    balanced = replace(term, target=known, outside=alike[0])
                baseline = float(balanced.loss(noise, "replicate").sum())
                yield replace(term, factor=factor / max(baseline, 1e-8))

    @staticmethod
    def places(
        operator: Operator, layers: Mapping[str, float], features: Sequence[Mapping[str, Tensor]]
    ) -> Iterator[tuple[str, Mapping[str, float], float]]:
        """What an operator looks at, one after the other: name, layers with their factors, and share of the weight.

        Jointly seen layers are brought to the same power first, so that their shares say how much each of them counts.
        """
        total = sum(layers.values())
        if operator.on_pixels:
            yield PIXELS, {PIXELS: 1.0}, total
        elif operator.joint:
            powers = {
                layer: sum(float(each[layer].square().sum(1).mean()) for each in features) / len(features)
                for layer in features[0]  # in order of depth
                if layer in layers
            }
            factors = {layer: (layers[layer] / total / max(power, 1e-8)) ** 0.5 for layer, power in powers.items()}
            yield "joint", factors, total
        else:
            for layer, share in layers.items():
                yield layer, {layer: 1.0}, share

    def enhancers(self, enhancers: Sequence[Enhance], content: Content | None) -> Iterator[Term]:
        """Enhancers are relative to the content, or to noise where there is none."""
        for number, enhance in enumerate(enhancers, 1):
            picture = self.content_picture(content) if content else self.colored_noise([])
            features = self.encoder.encode(picture, {*enhance.layers, PIXELS})
            total = sum(enhance.layers.values())
            prefix = "enhance" if len(enhancers) == 1 else f"enhance{number}"
            for operator in cast(Sequence[Operator], enhance.by or ()):
                for layer, share in enhance.layers.items():
                    factor = enhance.weight * operator.weight * share / total
                    name = f"{prefix}.{layer}.{operator.name}"
                    target = operator.target([features[layer]])
                    yield Term(name, {layer: 1.0}, operator, target, factor, self.region(enhance.mask))

    def regularizers(self, operators: Any) -> Iterator[Term]:
        for operator in cast(Sequence[Operator], operators):
            yield Term(f"regularize.{operator.name}", {PIXELS: 1.0}, operator, operator.target([]), operator.weight)

    # -- pictures ------------------------------------------------------------------------------------------------

    def content_picture(self, content: Content) -> Tensor:
        """The content at the stage's size; in the palette of the style that it will be painted in, unless kept."""
        picture = self.tensor(load_picture(self.resolved.images[content.image], self.size))
        return recolored(picture, self.recolored_by, self.resolved.images)

    @property
    def balanced_size(self) -> tuple[int, int]:
        """The stage's size (width, height), or the one of its shape at which large canvases are balanced."""
        width, height = self.size
        share = min(1.0, (BALANCED_AT / (width * height)) ** 0.5)
        return max(1, round(width * share)), max(1, round(height * share))

    def balanced_reference(
        self, pictures: Sequence[Tensor], features: list[dict[str, Tensor]], layers: set[str]
    ) -> list[dict[str, Tensor]]:
        """The features of the content at the size of the noise that it is compared with."""
        if self.balanced_size == self.size:
            return features
        import torch.nn.functional as F

        width, height = self.balanced_size
        small = (F.interpolate(each, (height, width), mode="area") for each in pictures)
        return [self.encoder.encode(each, layers) for each in small]

    def region(self, mask: Mask | None) -> Tensor | None:
        return region(mask, self.resolved.images, self.size, self.device) if mask else None

    def colored_noise(self, pictures: list[Tensor]) -> Tensor:
        """Noise with the mean and spread of the pictures; mid-gray where there are none."""
        import torch

        width, height = self.balanced_size
        values = random_generator(self.seed, "balance").standard_normal((1, 3, height, width), dtype="float32")
        noise = torch.from_numpy(values).to(self.device)
        if not pictures:
            return (0.5 + 0.2 * noise).clamp(0, 1)
        pixels = torch.cat([picture[0].flatten(1) for picture in pictures], 1)
        mean, spread = pixels.mean(1), pixels.std(1).clamp(min=0.05)
        return (mean[:, None, None] + spread[:, None, None] * noise).clamp(0, 1)

    def tensor(self, pixels: NDArray[np.float32]) -> Tensor:
        return to_tensor(pixels, self.device)
