"""What every word of a start expression shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepartist.recipe.contracts import SourceModel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Source(SourceModel):
    """A word of start expressions that makes pixels of any size."""

    def pixels(self, rng: np.random.Generator, width: int, height: int) -> NDArray[np.float32]:
        """``(height, width, 3)`` float32 in 0..1, sRGB-encoded."""
        raise NotImplementedError
