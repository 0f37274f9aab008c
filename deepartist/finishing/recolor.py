"""Another palette for a finished picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from deepartist.color import match_histogram, transfer_colors
from deepartist.finishing.base import Finish, Pictures
from deepartist.recipe.fields import Image
from deepartist.recipe.parts import register

if TYPE_CHECKING:
    from torch import Tensor


@register
class Recolor(Finish):
    """Gives the finished picture the colours of another picture.

    `linear` moves colours as little as possible to reach the mean μ and covariance S of the other picture:

    ```text
    x' = T (x - μ) + μ_r,   T = S^-½ (S^½ S_r S^½)^½ S^-½
    ```

    `histogram` goes on until every colour occurs as often as there: truer to the palette, with harder transitions.

    Sources: Pitié and Kokaram, *The linear Monge-Kantorovitch linear colour mapping for example-based colour transfer*,
    2007; Pitié, Kokaram and Dahyot, *Automated colour grading using colour distribution transfer*, 2007; Bonneel et
    al., *Sliced and Radon Wasserstein Barycenters of Measures*, 2015.
    """

    name: ClassVar[str] = "recolor"
    version: ClassVar[int] = 1
    example: ClassVar[str] = """
        content: sample:stilllife
        style: sample:flame
        finish: {recolor: {image: sample:landscape}}
    """
    pictures: ClassVar[tuple[str, ...]] = ("image",)

    image: Image
    """Whose colours; ``content`` is the content of the recipe."""
    by: Literal["linear", "histogram"] = "linear"
    """How far to go: mean and spread alone, or all of the palette."""

    def apply(self, picture: Tensor, pictures: Pictures) -> Tensor:
        move = match_histogram if self.by == "histogram" else transfer_colors
        return move(picture, pictures.load(self.image))
