"""Smoothing between edges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from deepartist.finishing.base import Finish, Pictures
from deepartist.recipe.fields import Image
from deepartist.recipe.parts import register
from deepartist.recipe.words import Number

if TYPE_CHECKING:
    from torch import Tensor


@register
class Smooth(Finish):
    """Smooths the finished picture, but not across edges: guided by its content, a transfer looks like a photograph.

    The guided filter: in every window, the picture p is the linear function of the guide I that comes nearest to it,

    ```text
    p' = a · I + b,   a = (Cov(I) + ε)^-1 Cov(I, p),   b = mean(p) - a · mean(I),   ε = contrast²
    ```

    averaged over all windows that hold a pixel. What the guide has of edges and fine details comes through, in the
    colours of the painting; what it has not, disappears.

    Source: He, Sun and Tang, *Guided Image Filtering*, 2010; computed by kornia.
    """

    name: ClassVar[str] = "smooth"
    version: ClassVar[int] = 1
    example: ClassVar[str] = """
        content: sample:stilllife
        style: sample:flame
        finish: {smooth: {guide: content}}
    """
    pictures: ClassVar[tuple[str, ...]] = ("guide",)
    aligned: ClassVar[tuple[str, ...]] = ("guide",)

    guide: Image | None = None
    """Whose edges stay: ``content``, or any picture of the same shape; without it, those of the painting itself."""
    radius: Annotated[Number, Field(ge=0.001, le=0.1)] = 0.015
    """Of the window, as a share of the long side."""
    contrast: Annotated[Number, Field(gt=0, le=1)] = 0.05
    """Differences of colour smaller than this are no edges."""

    def apply(self, picture: Tensor, pictures: Pictures) -> Tensor:
        import torch.nn.functional as F
        from kornia.filters import guided_blur

        height, width = picture.shape[-2:]
        radius = max(1, min(round(self.radius * max(height, width)), (min(height, width) - 1) // 2))
        guide = pictures.load(self.guide, (width, height)) if self.guide else picture
        # Two means, one after the other: a pixel sees twice as far as the window reaches.
        margin = min(2 * radius, height, width)
        mode = "circular" if pictures.torus else "replicate"
        guide, wide = (F.pad(each, (margin,) * 4, mode=mode) for each in (guide, picture))
        smooth: Tensor = guided_blur(guide, wide, 2 * radius + 1, self.contrast**2, separable=True)
        return smooth[..., margin : margin + height, margin : margin + width]
