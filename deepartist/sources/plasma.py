"""Plasma: a cloud of colours that wraps around."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from deepartist.recipe.parts import register
from deepartist.sources.base import Source

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@register
class Plasma(Source):
    """A cloud of smoothly varying colours; opposite edges are as close as neighbours.

    Diamond-square on a torus (Fournier, Fussell and Carpenter 1982): the amplitude of the noise falls with the square
    root of the resolution; each channel is stretched to 0..1.
    """

    name: ClassVar[str] = "plasma"
    example: ClassVar[str] = """
        style: sample:cells
        start: plasma
    """

    def pixels(self, rng: np.random.Generator, width: int, height: int) -> NDArray[np.float32]:
        import numpy as np

        side = 1 << max(1, (max(width, height) - 1).bit_length())
        cloud = rng.uniform(-0.4, 0.4, (1, 1, 3))
        while cloud.shape[0] < side:
            cloud = _refine(cloud, rng)
        low, high = cloud.min((0, 1)), cloud.max((0, 1))
        cloud = (cloud - low) / np.maximum(high - low, 1e-9)
        return _periodic_resize(cloud, width, height).astype(np.float32)


def _refine(cloud: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Double the resolution: centres from four corners (diamond), edges from four neighbours (square)."""
    import numpy as np

    side = cloud.shape[0]
    amplitude = 0.4 / np.sqrt(2 * side)
    right, down = np.roll(cloud, -1, 1), np.roll(cloud, -1, 0)
    centre = (cloud + right + down + np.roll(right, -1, 0)) / 4
    centre += rng.uniform(-1, 1, centre.shape) * amplitude * np.sqrt(0.5)
    up, left = np.roll(centre, 1, 0), np.roll(centre, 1, 1)
    horizontal = (cloud + right + centre + up) / 4 + rng.uniform(-1, 1, centre.shape) * amplitude / 2
    vertical = (cloud + down + centre + left) / 4 + rng.uniform(-1, 1, centre.shape) * amplitude / 2
    fine = np.empty((2 * side, 2 * side, 3))
    fine[::2, ::2], fine[1::2, 1::2] = cloud, centre
    fine[::2, 1::2], fine[1::2, ::2] = horizontal, vertical
    return fine


def _periodic_resize(cloud: NDArray[np.float64], width: int, height: int) -> NDArray[np.float64]:
    """Bilinear sampling on the torus, which keeps the edges matching."""
    import numpy as np

    side = cloud.shape[0]
    for axis, count in ((0, height), (1, width)):
        at = (np.arange(count) + 0.5) * side / count - 0.5
        low = np.floor(at).astype(int)
        part = (at - low).reshape((-1, 1, 1) if axis == 0 else (1, -1, 1))
        cloud = np.take(cloud, low % side, axis) * (1 - part) + np.take(cloud, (low + 1) % side, axis) * part
    return cloud
