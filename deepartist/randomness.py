"""Where all randomness comes from. Drawn on the CPU, so that every device gets the same numbers."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


def random_generator(seed: int, purpose: str, stage: int = 0, step: int = 0) -> np.random.Generator:
    """Counter-based randomness (Philox), one stream per (seed, purpose, stage, step), the same on every machine.

    A stream of its own per purpose: drawing more for one thing never shifts another.
    """
    import numpy as np

    stream = zlib.crc32(purpose.encode()) | stage << 32 | step << 40
    return np.random.Generator(np.random.Philox(key=np.array([seed, stream], np.uint64)))
