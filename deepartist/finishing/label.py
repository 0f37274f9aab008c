"""Words on a picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from deepartist.finishing.base import Finish, Pictures
from deepartist.finishing.lettering import LINE, SMALLEST, Line, plate
from deepartist.recipe.parts import register
from deepartist.recipe.words import Number

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

Place = Literal["below", "above", "inside"]


@register
class Label(Finish):
    """Writes a line of text under the picture, over it, or into its lower left corner.

    Light letters on a dark plate, as on a frame of a survey. Where the text is too long for the picture, its letters
    become smaller; the plate keeps its height, so that labelled pictures of one size stay of one size. What cannot be
    read any more is cut. The letters are Open Sans: Latin, Greek and Cyrillic.

    Source: our own; DeepArtist (Simiacryptus, 2019) wrote the names of layers and operators into its surveys.
    """

    name: ClassVar[str] = "label"
    version: ClassVar[int] = 1
    example: ClassVar[str] = """
        style: sample:marble
        finish: {label: {text: Marbled paper}}
    """

    text: Line
    """What is written, one line."""
    place: Place = "below"
    """Where: in a strip `below` or `above` the picture, which grows by it, or `inside`."""
    size: Annotated[Number, Field(ge=0.01, le=0.5)] = 0.06
    """Of the letters, as a share of the picture's shorter side; at least 9 pixels."""

    def resized(self, size: tuple[int, int]) -> tuple[int, int]:
        strip = 0 if self.place == "inside" else round(_em(size, self.size) * LINE)
        return size[0], size[1] + strip

    def apply(self, picture: Tensor, pictures: Pictures) -> Tensor:
        import torch

        pixels = picture[0].permute(1, 2, 0).cpu().numpy()
        written = torch.from_numpy(labelled(pixels, self.text, self.place, self.size))
        return written.permute(2, 0, 1)[None].contiguous().to(picture)


def labelled(
    picture: NDArray[Any], text: str, place: Place = "below", size: float = 0.06, beside: Sequence[str] = ()
) -> NDArray[Any]:
    """A picture ``(H, W, 3)``, of 8 bits or of floats in 0..1, with a line of text; see `Label`.

    Pictures of one size stay of one size, whatever the texts, and so do letters where the texts `beside` it are given.
    What the font has not is drawn as boxes.
    """
    import numpy as np

    height, width = picture.shape[:2]
    em = _em((width, height), size)
    strip: NDArray[Any] = plate(text, em, None if place == "inside" else width, beside)
    if strip.shape[1] > width:
        strip = plate(text, em, width, beside)
    if picture.dtype.kind == "f":
        strip = (strip / 255).astype(picture.dtype)
    if place != "inside":
        return np.concatenate([picture, strip] if place == "below" else [strip, picture])
    result = picture.copy()
    high = min(len(strip), height)
    result[height - high :, : strip.shape[1]] = strip[:high]
    return result


def _em(size: tuple[int, int], share: float) -> int:
    return max(SMALLEST, round(share * min(size)))
