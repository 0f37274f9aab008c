"""Pictures that hide a shape in depth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field, model_validator

from deepartist.finishing.base import Finish, Pictures
from deepartist.finishing.lettering import Line, letters
from deepartist.recipe.fields import Image, wrong
from deepartist.recipe.parts import register
from deepartist.recipe.words import Number, Whole

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

ASPECT = 2.0
"""Width over height, as near to it as whole tiles come."""
TEXT = (0.78, 0.5)
"""Of the width and height, what a text may take up."""

GRAIN = 0.04
"""Of a tile's width: σ of the Gaussian that a depth map is blurred with. Its grain would tear the pattern, and finer
things are not seen in depth."""


@register
class Stereogram(Finish):
    """Repeats the picture as a wallpaper in which a text or a shape stands out: an autostereogram.

    Look through the picture, as at something far behind it, until neighbouring tiles become one. What both eyes see
    there are two places of the picture, apart by less than the width w of a tile where the depth d (1 near, 0 far) is
    greater:

    ```text
    p(x) = p(x - s),   s = w · (1 - depth · d)
    ```

    and where d is 0 the tile repeats as it is. Which place of the tile a pixel shows is worked out first, between whole
    pixels and from the middle to both sides, and the tile is read once: slopes in depth are smooth, and the picture
    does not blur from tile to tile. The shape is seen half-way between both places, where the depth map has it.

    The picture is the tile: paint it with `view: wrap`, 80 to 140 pixels wide (on the screen tiles must be narrower
    than the distance between two eyes), as high as you like, and with details of all sizes. Above and below one another
    there are as many tiles as make the whole about twice as wide as high.

    Sources: Tyler and Clarke, *The autostereogram*, 1990; TextureStereogram of DeepArtist (Simiacryptus, 2019), whose
    ``depthFactor: 10`` is a `depth` of 0.1, and which read whole pixels.
    """

    name: ClassVar[str] = "stereogram"
    version: ClassVar[int] = 2
    example: ClassVar[str] = """
        style: {image: sample:strokes, scale: 2}
        view: wrap
        size: [96, 192]
        finish: {stereogram: {text: Depth, map: true}}
    """
    pictures: ClassVar[tuple[str, ...]] = ("image",)

    text: Line | None = None
    """What stands out: a line of text."""
    image: Image | None = None
    """Or a depth map: white is near, black far, grain is blurred; ``content`` is the content of the recipe."""
    tiles: Annotated[Whole, Field(ge=3, le=32)] = 8
    """How many tiles lie side by side."""
    depth: Annotated[Number, Field(gt=0, le=0.4)] = 0.1
    """How much nearer to each other two places are where it is nearest, as a share of the tile's width."""
    map: bool = False
    """Whether the depth map is shown below."""

    @model_validator(mode="after")
    def _one_shape(self) -> Stereogram:
        if (self.text is None) == (self.image is None):
            raise wrong('a stereogram hides a "text" or an "image", one of them')
        return self

    def resized(self, size: tuple[int, int]) -> tuple[int, int]:
        width, height = self._whole(size)
        return width, height * (2 if self.map else 1)

    def _whole(self, tile: tuple[int, int]) -> tuple[int, int]:
        width = self.tiles * tile[0]
        return width, tile[1] * max(1, round(width / ASPECT / tile[1]))

    def apply(self, picture: Tensor, pictures: Pictures) -> Tensor:
        import torch

        tile = picture[0].permute(1, 2, 0).cpu().numpy()
        size = self._whole((tile.shape[1], tile.shape[0]))
        depth = self._depth(size, pictures)
        result = torch.from_numpy(stereogram(tile, depth, self.depth)).permute(2, 0, 1)[None]
        if self.map:
            result = torch.cat([result, torch.from_numpy(depth).expand(1, 3, -1, -1)], 2)
        return result.contiguous().to(picture)

    def _depth(self, size: tuple[int, int], pictures: Pictures) -> NDArray[np.float32]:
        """``(H, W)`` in 0..1: the text or the depth map in the middle, as large as fits, the nearest point at 1."""
        import numpy as np
        from scipy.ndimage import gaussian_filter

        width, height = size
        if self.text is not None:
            inside = (round(TEXT[0] * width), round(TEXT[1] * height))
            drawn = letters(self.text, inside, height, bold=True) / np.float32(255)
        else:
            native = pictures.load(str(self.image))[0].mean(0)
            high, wide = native.shape
            scale = min(width / wide, height / high)
            inside = (max(1, round(scale * wide)), max(1, round(scale * high)))
            resized = pictures.load(str(self.image), inside)[0].mean(0)
            drawn = (resized / native.max().clamp(min=1e-6)).clamp(max=1).cpu().numpy()
            drawn = gaussian_filter(drawn, GRAIN * width / self.tiles)
        left, top = (width - inside[0]) // 2, (height - inside[1]) // 2
        depth = np.zeros((height, width), np.float32)
        depth[top : top + inside[1], left : left + inside[0]] = drawn
        return depth


def stereogram(tile: NDArray[np.float32], depth: NDArray[np.float32], strength: float) -> NDArray[np.float32]:
    """A tile ``(h, w, 3)`` repeated over a depth map ``(H, W)`` in 0..1, W ≥ 2 w: ``(H, W, 3)``; see `Stereogram`."""
    import numpy as np

    high, wide = tile.shape[:2]
    place = places(strength * wide * depth.astype(np.float64), wide)
    before = np.floor(place).astype(np.intp)
    part = (place - before).astype(np.float32)[..., None]
    down = (np.arange(len(place)) % high)[:, None]
    picture: NDArray[np.float32] = (1 - part) * tile[down, before % wide] + part * tile[down, (before + 1) % wide]
    return picture


def places(near: NDArray[np.float64], wide: int) -> NDArray[np.float64]:
    """Which place in a row of tiles without end each pixel shows, between whole pixels, ``(H, W)``.

    `near` says by how many pixels less than a tile's width the two places are apart that are seen as one, half-way
    between them. From the middle to the right each pixel shows what the one to its left does, from the middle to the
    left what the one to its right does: what is hidden at an edge in depth leaves a trace in all tiles beyond it, and
    so these are fewer. Column after column, all rows at once.
    """
    import numpy as np

    height, width = near.shape
    first = (width - wide) // 2
    rows, place = np.arange(height), np.empty((height, width))

    def at(same: NDArray[np.float64]) -> NDArray[np.float64]:
        left = np.floor(same).astype(np.intp)
        part = same - left
        found: NDArray[np.float64] = (1 - part) * place[rows, left] + part * place[rows, left + 1]
        return found

    place[:, first] = 0
    for x in range(first + 1, width):
        same = x - wide + near[:, max(0, x - wide // 2)]
        place[:, x] = np.where(same < first, x - first, wide + at(np.clip(same, first, x - 1)))
    for x in range(first - 1, -1, -1):
        place[:, x] = at(x + wide - near[:, x + wide // 2]) - wide
    return place
