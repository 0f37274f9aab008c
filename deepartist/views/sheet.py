"""Several pictures on one canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from deepartist.recipe.parts import register
from deepartist.recipe.words import Whole
from deepartist.views.base import View

if TYPE_CHECKING:
    from torch import Tensor

Count = Annotated[Whole, Field(ge=1, le=8)]


@register
class Sheet(View):
    """Paints several variants at once, side by side on one canvas as on a contact sheet, each apart from the others.

    The canvas is cut into `columns` × `rows` pictures of one size; the network sees each of them alone, and what is
    shown is the sheet. Views after it hold for each picture: `[sheet, kaleidoscope]`. The size of a recipe and the
    scale of a style are those of the sheet. Beside operators that compare pictures (`diversity`) the variants differ;
    without one they are as alike as paintings of different seeds.

    Source: our own; batches of variants as in lucid (Olah, Mordvintsev and Schubert, *Feature Visualization*, Distill
    2017).
    """

    name: ClassVar[str] = "sheet"
    version: ClassVar[int] = 1
    example: ClassVar[str] = """
        style: {image: sample:marble, scale: 0.5}
        view: [sheet, {kaleidoscope: {segments: 6}}]
    """

    columns: Count = 2
    """Pictures across."""
    rows: Count = 2
    """Pictures down."""

    @property
    def pictures(self) -> tuple[int, int]:
        return self.columns, self.rows

    def apply(self, canvas: Tensor, periodic: bool) -> Tensor:
        n, channels, height, width = canvas.shape
        high, wide = height // self.rows, width // self.columns
        cut = canvas.reshape(n, channels, self.rows, high, self.columns, wide)
        return cut.permute(0, 2, 4, 1, 3, 5).reshape(-1, channels, high, wide)

    def shown(self, pictures: Tensor) -> Tensor:
        _, channels, high, wide = pictures.shape
        laid = pictures.reshape(-1, self.rows, self.columns, channels, high, wide).permute(0, 3, 1, 4, 2, 5)
        return laid.reshape(-1, channels, self.rows * high, self.columns * wide)
