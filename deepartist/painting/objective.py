"""The loss of one stage: operators over layers, balanced so that one weight means the same on every network.

Every matcher is divided by the loss that coloured noise has under it (noise with the mean and spread of the
reference), so that a term of weight 1 begins near 1 whatever the network, the layer or the operator.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from deepartist.operators.base import Operator
from deepartist.operators.statistics import only
from deepartist.painting.color import transfer_colors
from deepartist.painting.regions import blended, places_inside, recolored, region, to_tensor
from deepartist.pipelines import Encoder, Padding, PooledEncoder
from deepartist.randomness import random_generator
from deepartist.recipe import InputError, Resolved
from deepartist.recipe.contracts import PIXELS, ViewModel
from deepartist.recipe.model import Content, Enhance, Mask, Stage, Style
from deepartist.recipe.terms import compositions
from deepartist.sources.pictures import load_picture
from deepartist.views.base import View

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray
    from torch import Tensor

RANGE_WEIGHT = 100.0
"""Of the penalty on rendered values outside 0..1, where the canvas itself has no bounds."""
FLAT = 1.5 / 255
"""A style whose values differ by less in every channel holds no picture."""
SMALLEST_REFERENCE = 32
"""A reference is not made smaller than this on its long side: below, deep layers see nothing."""


@dataclass(frozen=True)
class Term:
    """One operator at one layer, or jointly at several; its share of the loss is ``factor * operator.loss``."""

    name: str
    """Dotted: ``style.relu3_1.gram``."""
    layers: Mapping[str, float]
    """What it looks at, and by how much each layer is multiplied before it does."""
    operator: Operator
    target: Any
    factor: float
    region: Tensor | None = None
    """Where it holds, ``(1, 1, H, W)``; None: everywhere."""
    outside: Mapping[str, Tensor] | None = None
    """Features that stand outside the region (those of the content, place by place); None: nothing does."""

    def loss(self, features: Mapping[str, Tensor], padding: Padding, seed: int = 0) -> Tensor:
        target = replace(self.target, seed=seed) if self.operator.sampled else self.target
        if self.region is None:
            return self.operator.loss(seen(features, self.layers, self.operator, padding), target)
        if self.outside is not None:
            own = {layer: blended(features[layer], self.outside[layer], self.region) for layer in self.layers}
            return self.operator.loss(seen(own, self.layers, self.operator, padding), target)
        first = features[next(iter(self.layers))]
        inside = places_inside(self.region, *first.shape[2:])
        if self.operator.regional:
            operator: Any = self.operator
            loss: Tensor = operator.loss(seen(features, self.layers, operator, padding), target, inside)
            return loss
        return self.operator.loss(only(first, inside), target)


class Objective:
    """The loss of a stage as a function of the canvas."""

    def __init__(
        self,
        terms: Sequence[Term],
        encoder: Encoder,
        views: Sequence[Sequence[ViewModel]],
        bounded: bool,
        seed: int = 0,
    ) -> None:
        self.terms, self.encoder, self.views, self.bounded = tuple(terms), encoder, tuple(views), bounded
        self.seed, self.calls = seed, 0
        self.periodic = is_torus(views)
        self.losses: dict[str, Tensor] = {}

    @property
    def padding(self) -> Padding:
        return "circular" if self.periodic else "replicate"

    def render(self, canvas: Tensor) -> Tensor:
        """What the network sees: the canvas through each of the compositions, ``(N, 3, H, W)``. The first is the
        picture."""
        import torch

        return torch.cat([viewed(canvas, views, self.periodic) for views in self.views])

    def __call__(self, canvas: Tensor) -> tuple[Tensor, Tensor]:
        """Loss (scalar) and gradient of a canvas ``(1, 3, H, W)``; `losses` holds the terms by name afterwards."""
        canvas = canvas.detach().requires_grad_(True)
        picture = self.render(canvas)
        features = self.encoder.encode(picture, {layer for term in self.terms for layer in term.layers}, self.padding)
        # All terms of a step draw alike, and every step draws anew.
        size = max(canvas.shape[-2:])
        drawn = int(random_generator(self.seed, "samples", size, self.calls).integers(2**31))
        self.calls += 1
        self.losses = {term.name: term.factor * term.loss(features, self.padding, drawn).mean() for term in self.terms}
        if not self.bounded:
            self.losses["range"] = RANGE_WEIGHT * (picture - picture.clamp(0, 1)).square().mean()
        total = sum(self.losses.values(), picture.new_zeros(()))
        total.backward()  # type: ignore[no-untyped-call]
        assert canvas.grad is not None
        return total.detach(), canvas.grad


def viewed(canvas: Tensor, views: Sequence[ViewModel], periodic: bool) -> Tensor:
    """A canvas seen through one view after the other."""
    for view in views:
        canvas = cast(View, view).apply(canvas, periodic)
    return canvas


def is_torus(views: Sequence[Sequence[ViewModel]]) -> bool:
    """Whether any view makes the canvas one."""
    return any(view.periodic for each in views for view in each)


def build_objective(resolved: Resolved, stage: Stage, encoder: Encoder, device: torch.device) -> Objective:
    """The objective of one stage of a recipe. Raises InputError for a picture that cannot be decoded."""
    import torch

    terms = resolved.terms(stage)
    views = compositions(terms["view"])
    bounded = not any(view.averages for each in views for view in each)
    encoder = PooledEncoder(encoder)
    builder = _Builder(resolved, stage, encoder, device)
    with torch.no_grad():
        found = [
            *builder.styles(terms["style"] or (), terms["content"]),
            *builder.content(terms["content"]),
            *builder.enhancers(terms["enhance"] or (), terms["content"]),
            *builder.regularizers(terms["regularize"] or ()),
        ]
    return Objective(found, encoder, views, bounded, resolved.recipe.seed)


class _Builder:
    def __init__(self, resolved: Resolved, stage: Stage, encoder: Encoder, device: torch.device) -> None:
        self.resolved, self.encoder, self.device = resolved, encoder, device
        self.size = cast(tuple[int, int], stage.size)
        self.seed = resolved.recipe.seed
        styles = resolved.terms(stage)["style"]
        self.recolored_by: Sequence[Style] = styles if styles and resolved.recipe.keep is None else ()

    def styles(self, styles: Sequence[Style], content: Content | None) -> Iterator[Term]:
        keep = self.resolved.recipe.keep
        for number, style in enumerate(styles, 1):
            pictures = [
                self.tensor(load_picture(self.resolved.images[image], self.reference_size(image, scale)))
                for image in style.image
                for scale in style.scale
            ]
            if all(float(picture.amax((2, 3)).sub(picture.amin((2, 3))).max()) < FLAT for picture in pictures):
                name = style.image[0]
                raise InputError(f'"{name}" is of one colour all over: as a style it has nothing to paint with')
            if keep and content:
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
                baseline = float(term.loss(noise, "replicate").sum())
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

    def region(self, mask: Mask | None) -> Tensor | None:
        return region(mask, self.resolved.images, self.size, self.device) if mask else None

    def reference_size(self, image: str, scale: float) -> tuple[int, int]:
        """A style's size: its long side is `scale` times the canvas's, and never more than it has."""
        native = self.resolved.images[image]
        longest = max(native.width, native.height)
        long = min(longest, max(SMALLEST_REFERENCE, round(max(self.size) * scale)))
        return max(1, round(native.width * long / longest)), max(1, round(native.height * long / longest))

    def colored_noise(self, pictures: list[Tensor]) -> Tensor:
        """Noise of the stage's size with the mean and spread of the pictures; mid-gray where there are none."""
        import torch

        width, height = self.size
        values = random_generator(self.seed, "balance").standard_normal((1, 3, height, width), dtype="float32")
        noise = torch.from_numpy(values).to(self.device)
        if not pictures:
            return (0.5 + 0.2 * noise).clamp(0, 1)
        pixels = torch.cat([picture[0].flatten(1) for picture in pictures], 1)
        mean, spread = pixels.mean(1), pixels.std(1).clamp(min=0.05)
        return (mean[:, None, None] + spread[:, None, None] * noise).clamp(0, 1)

    def tensor(self, pixels: NDArray[np.float32]) -> Tensor:
        return to_tensor(pixels, self.device)


def seen(
    features: Mapping[str, Tensor], layers: Mapping[str, float], operator: Operator, padding: Padding = "replicate"
) -> Any:
    """What an operator gets of a picture: one map, or a tuple of all its layers where it is joint; with as many pixels
    around as it asks for."""
    import torch.nn.functional as F

    if operator.joint:
        return tuple(features[layer] * factor for layer, factor in layers.items())
    (layer,) = layers
    halo = operator.halo(torus=padding == "circular")
    return F.pad(features[layer], (halo,) * 4, mode=padding) if halo else features[layer]
