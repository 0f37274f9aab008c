"""Content matching without a network: edges and broad colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from deepartist.operators.base import Operator
from deepartist.operators.statistics import check_same_size, precise, the_only
from deepartist.operators.windows import Window, averaged, luma
from deepartist.recipe.contracts import Place
from deepartist.recipe.parts import register
from deepartist.recipe.words import Number, Whole

if TYPE_CHECKING:
    from torch import Tensor

PIXEL_FLOOR = 1e-4
"""The least power of a reference: what varies by less than a hundredth of the range counts as flat."""


def edges(pixels: Tensor, window: int) -> Tensor:
    """The Laplacian of the luma at steps of `window` pixels, on means over such windows, as if the border went on."""
    import torch.nn.functional as F

    step = window
    plane = F.pad(averaged(luma(pixels), window), (step,) * 4, mode="replicate")
    inside = slice(step, -step)
    vertical = plane[:, :, : -2 * step, inside] + plane[:, :, 2 * step :, inside]
    horizontal = plane[:, :, inside, : -2 * step] + plane[:, :, inside, 2 * step :]
    return vertical + horizontal - 4 * plane[:, :, inside, inside]


def difference(signal: Tensor, reference: Tensor, power: Tensor) -> Tensor:
    """Mean squared difference of each of N signals, relative to a power with a floor: ``(N,)``."""
    return (signal - reference).square().flatten(1).mean(1) / power.clamp(min=PIXEL_FLOOR)


@dataclass(frozen=True)
class Drawing:
    """What is kept of the content: the picture, its edges by window, and its broad colours with their window."""

    picture: Tensor
    edges: dict[int, Tensor]
    window: int
    colors: Tensor


@register
class Laplacian(Operator):
    """Keeps the drawing and the broad colours of the content, and leaves brushwork and texture free; needs no network.

    With the means Q over all windows of q × q pixels, and Δ the Laplacian at steps of q (four neighbours minus four
    times the middle):

    ```text
    loss = Σ_q mean((Δ Q luma − Δ Q luma*)²) / mean((Δ Q luma*)²)        q in scales
         + color · mean((B − B*)²) / var(B*)                             B: about detail positions on the short side
    ```

    0 at the content; about 1 per scale and `color` more for a grey picture. Each part is relative to its own power in
    the content, so that faint drawings are kept as well. Scales with less than four windows on a side are left out.
    A weight of about 0.01 beside style terms keeps a picture recognisable.

    Source: Li, Xu, Nie and Liu, *Laplacian-Steered Neural Style Transfer*, ACM Multimedia 2017 (arXiv 1707.01253).
    """

    name: ClassVar[str] = "laplacian"
    version: ClassVar[int] = 1
    example: ClassVar[str] = """
        content: {image: sample:face, match: {laplacian: {weight: 0.1}}}
        style: sample:hatching
    """
    places: ClassVar[frozenset[Place]] = frozenset({"content"})
    on_pixels: ClassVar[bool] = True
    placed: ClassVar[bool] = True

    scales: Annotated[tuple[Window, ...], Field(min_length=1, max_length=8)] = (2, 4)
    """Sizes in pixels of the windows at which edges are compared."""
    color: Annotated[Number, Field(ge=0, le=1e6)] = 10.0
    """Weight of the broad colours, relative to the edges of one scale."""
    detail: Annotated[Whole, Field(ge=1, le=4096)] = 24
    """How many positions the broad colours have on the short side, at windows of at least two pixels."""

    def target(self, features: Sequence[Tensor]) -> Drawing:
        picture = precise(the_only(features, self.name))
        short = min(picture.shape[2:])
        window = min(short, max(2, short // self.detail))
        drawn = {scale: edges(picture, scale) for scale in self.scales if short >= 4 * scale}
        return Drawing(picture, drawn, window, averaged(picture, window))

    def loss(self, features: Tensor, target: Drawing) -> Tensor:
        check_same_size(features, target.picture, self.name)
        pixels = precise(features)
        colors = target.colors
        loss = self.color * difference(
            averaged(pixels, target.window), colors, (colors - colors.mean()).square().mean()
        )
        for scale, wanted in target.edges.items():
            loss = loss + difference(edges(pixels, scale), wanted, wanted.square().mean())
        return loss
