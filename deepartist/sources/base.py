"""What every word of a start expression shares, and where its randomness comes from."""

from __future__ import annotations

import zlib
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


def random_generator(seed: int, purpose: str, stage: int = 0, step: int = 0) -> np.random.Generator:
    """Counter-based randomness (Philox), one stream per (seed, purpose, stage, step), the same on every machine.

    A stream of its own per purpose: drawing more for one thing never shifts another.
    """
    import numpy as np

    stream = zlib.crc32(purpose.encode()) | stage << 32 | step << 40
    return np.random.Generator(np.random.Philox(key=np.array([seed, stream], np.uint64)))
