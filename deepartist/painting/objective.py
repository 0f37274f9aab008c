"""The loss of one stage: operators over layers, balanced so that one weight means the same on every network.

Every matcher is divided by the loss that coloured noise has under it (noise with the mean and spread of the
reference), so that a term of weight 1 begins near 1 whatever the network, the layer or the operator.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from deepartist.operators.base import Operator
from deepartist.painting.color import transfer_colors
from deepartist.pipelines import Encoder, Padding, PooledEncoder
from deepartist.recipe import InputError, Resolved
from deepartist.recipe.contracts import PIXELS
from deepartist.recipe.model import Content, Enhance, Stage, Style
from deepartist.sources.base import random_generator
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
    """One operator at one layer; its share of the loss is ``factor * operator.loss``."""

    name: str
    """Dotted: ``style.relu3_1.gram``."""
    layer: str
    operator: Operator
    target: Any
    factor: float

    def loss(self, features: Mapping[str, Tensor], padding: Padding) -> Tensor:
        return self.operator.loss(surrounded(features[self.layer], self.operator, padding), self.target)


class Objective:
    """The loss of a stage as a function of the canvas."""

    def __init__(self, terms: Sequence[Term], encoder: Encoder, views: Sequence[View], bounded: bool) -> None:
        self.terms, self.encoder, self.views, self.bounded = tuple(terms), encoder, tuple(views), bounded
        self.periodic = any(view.periodic for view in views)
        self.losses: dict[str, Tensor] = {}

    @property
    def padding(self) -> Padding:
        return "circular" if self.periodic else "replicate"

    def render(self, canvas: Tensor) -> Tensor:
        """What the network sees, and what the picture shows."""
        for view in self.views:
            canvas = view.apply(canvas, self.periodic)
        return canvas

    def __call__(self, canvas: Tensor) -> tuple[Tensor, Tensor]:
        """Loss (scalar) and gradient of a canvas ``(1, 3, H, W)``; `losses` holds the terms by name afterwards."""
        canvas = canvas.detach().requires_grad_(True)
        picture = self.render(canvas)
        features = self.encoder.encode(picture, {term.layer for term in self.terms}, self.padding)
        self.losses = {term.name: term.factor * term.loss(features, self.padding).sum() for term in self.terms}
        if not self.bounded:
            self.losses["range"] = RANGE_WEIGHT * (picture - picture.clamp(0, 1)).square().mean()
        total = sum(self.losses.values(), picture.new_zeros(()))
        total.backward()  # type: ignore[no-untyped-call]
        assert canvas.grad is not None
        return total.detach(), canvas.grad


def build_objective(resolved: Resolved, stage: Stage, encoder: Encoder, device: torch.device) -> Objective:
    """The objective of one stage of a recipe. Raises InputError for a picture that cannot be decoded."""
    import torch

    terms = resolved.terms(stage)
    views = cast(tuple[View, ...], terms["view"])
    bounded = not any(view.averages for view in views)
    encoder = PooledEncoder(encoder)
    builder = _Builder(resolved, stage, encoder, device)
    with torch.no_grad():
        found = [
            *builder.styles(terms["style"] or (), terms["content"]),
            *builder.content(terms["content"]),
            *builder.enhancers(terms["enhance"] or (), terms["content"]),
            *builder.regularizers(terms["regularize"] or ()),
        ]
    return Objective(found, encoder, views, bounded)


class _Builder:
    def __init__(self, resolved: Resolved, stage: Stage, encoder: Encoder, device: torch.device) -> None:
        self.resolved, self.encoder, self.device = resolved, encoder, device
        self.size = cast(tuple[int, int], stage.size)
        self.seed = resolved.recipe.seed
        styles = resolved.terms(stage)["style"]
        self.palette: str | None = styles[0].image[0] if styles and resolved.recipe.keep is None else None

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
            yield from self.matchers(prefix, pictures, style.layers or {}, style.match or (), style.weight)

    def content(self, content: Content | None) -> Iterator[Term]:
        if content and content.match:
            picture = self.content_picture(content)
            yield from self.matchers("content", [picture], content.layers or {}, content.match, content.weight)

    def matchers(
        self, prefix: str, pictures: list[Tensor], layers: Mapping[str, float], operators: Any, weight: float
    ) -> Iterator[Term]:
        """Terms of one reference, each balanced by its loss for coloured noise; shares of layers add up to 1."""
        wanted = {*layers, PIXELS}
        features = [self.encoder.encode(picture, wanted) for picture in pictures]
        noise = self.encoder.encode(self.colored_noise(pictures), wanted)
        total = sum(layers.values())
        for operator in cast(Sequence[Operator], operators):
            for layer, share in {PIXELS: 1.0}.items() if operator.on_pixels else layers.items():
                target = operator.target([surrounded(each[layer], operator) for each in features])
                baseline = float(operator.loss(surrounded(noise[layer], operator), target).sum())
                shares = 1.0 if operator.on_pixels else share / total
                factor = weight * operator.weight * shares / max(baseline, 1e-8)
                yield Term(f"{prefix}.{layer}.{operator.name}", layer, operator, target, factor)

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
                    yield Term(name, layer, operator, operator.target([features[layer]]), factor)

    def regularizers(self, operators: Any) -> Iterator[Term]:
        for operator in cast(Sequence[Operator], operators):
            yield Term(f"regularize.{operator.name}", PIXELS, operator, operator.target([]), operator.weight)

    # -- pictures ------------------------------------------------------------------------------------------------

    def content_picture(self, content: Content) -> Tensor:
        """The content at the stage's size; in the palette of the style that it will be painted in, unless kept."""
        picture = self.tensor(load_picture(self.resolved.images[content.image], self.size))
        if self.palette is None:
            return picture
        return transfer_colors(picture, self.tensor(load_picture(self.resolved.images[self.palette])))

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


def surrounded(features: Tensor, operator: Operator, padding: Padding = "replicate") -> Tensor:
    """With as many pixels around as an operator asks for."""
    import torch.nn.functional as F

    return F.pad(features, (operator.halo,) * 4, mode=padding) if operator.halo else features


def to_tensor(pixels: NDArray[np.float32], device: torch.device) -> Tensor:
    """``(H, W, 3)`` array to ``(1, 3, H, W)`` tensor."""
    import torch

    return torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None].contiguous().to(device)
