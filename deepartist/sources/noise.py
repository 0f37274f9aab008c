"""White noise."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from deepartist.recipe.parts import register
from deepartist.sources.base import Source

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@register
class Noise(Source):
    """Every pixel and channel by itself, uniform in 0..1."""

    name: ClassVar[str] = "noise"
    example: ClassVar[str] = """
        style: sample:cells
        start: 0.4 + 0.2 * noise
    """

    def pixels(self, rng: np.random.Generator, width: int, height: int) -> NDArray[np.float32]:
        import numpy as np

        return rng.random((height, width, 3), dtype=np.float32)
