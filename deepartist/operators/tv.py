"""Total variation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from deepartist.operators.base import Operator
from deepartist.operators.statistics import precise
from deepartist.recipe.contracts import Place
from deepartist.recipe.parts import register

if TYPE_CHECKING:
    from torch import Tensor


def total_variation(pixels: Tensor) -> Tensor:
    """Weighted squared differences of all neighbours, per pixel and channel: ``(N,)``."""
    pixels = precise(pixels)
    left, right, top, bottom = (slice(None, -1), slice(1, None)) * 2
    stencil = (
        (pixels[..., right] - pixels[..., left], 1 / 3),
        (pixels[..., bottom, :] - pixels[..., top, :], 1 / 3),
        (pixels[..., bottom, right] - pixels[..., top, left], 1 / 12),
        (pixels[..., bottom, left] - pixels[..., top, right], 1 / 12),
    )
    total = sum((share * step.square().sum((1, 2, 3)) for step, share in stencil), start=pixels.new_zeros(len(pixels)))
    return 2 * total / pixels[0].numel()


@register
class TotalVariation(Operator):
    """Smooths the picture: fewer speckles and less noise, softer edges.

    With the differences d of every pixel to its neighbours, right and down (axial) and both diagonals, summed over
    H × W pixels and C channels:

    ```text
    loss = 2 / (C·H·W) · (Σ d_axial² / 3 + Σ d_diagonal² / 12)
    ```

    0 for a flat picture, otherwise positive; about the mean squared slope. It has no reference.

    Sources: Rudin, Osher and Fatemi, *Nonlinear Total Variation Based Noise Removal*, 1992, in the squared form of
    Mahendran and Vedaldi 2015 (arXiv 1412.0035); the nine-point stencil is that of style-transfer-pytorch (Crowson).
    """

    name: ClassVar[str] = "tv"
    version: ClassVar[int] = 1
    example: ClassVar[str] = """
        style: sample:strokes
        regularize: {tv: {weight: 0.5}}
    """
    places: ClassVar[frozenset[Place]] = frozenset({"regularize"})
    on_pixels: ClassVar[bool] = True
    placed: ClassVar[bool] = True

    def target(self, features: Sequence[Tensor]) -> None:
        return None

    def loss(self, features: Tensor, target: None) -> Tensor:
        return total_variation(features)
