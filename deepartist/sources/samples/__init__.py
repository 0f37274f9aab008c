"""Procedural pictures, ``sample:NAME?seed=N``: style exemplars and content pictures drawn by the project itself.

The table is importable without numpy; a sample's module is imported when it is first rendered. Raise a sample's
``version`` whenever its
pixels change: the version is part of the key of every painting that uses it.
"""

from __future__ import annotations

import difflib
import importlib
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@dataclass(frozen=True)
class Sample:
    """One procedural picture: what it is for, its native size (width, height) and what it shows."""

    name: str
    kind: Literal["style", "content"]
    size: tuple[int, int]
    version: int
    summary: str


def _style(name: str, version: int, summary: str) -> Sample:
    return Sample(name, "style", (512, 512), version, summary)


def _content(name: str, version: int, summary: str) -> Sample:
    return Sample(name, "content", (768, 512), version, summary)


SAMPLES: dict[str, Sample] = {
    sample.name: sample
    for sample in (
        _style("strokes", 1, "thick oil brush strokes along a swirling flow, with bristle streaks and impasto"),
        _style("cells", 1, "stained glass: glowing panes of streaky glass between dark leads"),
        _style("marble", 1, "marbled paper: ink dropped on water, drawn with a stylus and combed"),
        _style("hatching", 1, "pen and ink cross hatching that follows light and form, on paper"),
        _style("leaves", 1, "overlapping leaves with midrib and veins, shadowed by those above"),
        _style("cloth", 1, "woven ornament, every thread shaded, with embroidered flowers"),
        _style("stones", 1, "rounded pebbles in raking light, each with its own speckle"),
        _style("flame", 1, "a fractal flame: glowing veils of a nonlinear iterated function system"),
        _content("boat", 1, "a sailing boat on open water before the sun"),
        _content("landscape", 1, "mountains in layers of haze behind a lake, framed by trees"),
        _content("stilllife", 1, "a vase of flowers and fruit on a table, lit from the left"),
        _content("city", 1, "gabled houses along a canal at dusk, windows lit and mirrored"),
        _content("face", 1, "a stylised portrait with modelled light, hair and garment"),
    )
}


def render(name: str, seed: int = 0) -> npt.NDArray[np.float32]:
    """The sample at its native size: (height, width, 3) float32, sRGB-encoded in 0..1; the same bytes for the same
    seed.

    Raises KeyError, naming the nearest sample, if there is none of that name.
    """
    import numpy as np

    sample = find(name)
    # A stream per (seed, name): the crc is stable across processes and versions, unlike hash().
    rng = np.random.Generator(np.random.Philox(key=np.array([seed, zlib.crc32(name.encode())], np.uint64)))
    width, height = sample.size
    module: Any = importlib.import_module(f"{__name__}.{name}")
    picture = module.draw(rng, width, height)
    if picture.shape != (height, width, 3) or picture.dtype != np.float32:
        raise ValueError(f"sample {name!r} drew {picture.dtype} {picture.shape}, not float32 {(height, width, 3)}")
    if not (np.isfinite(picture).all() and picture.min() >= 0 and picture.max() <= 1):
        raise ValueError(f"sample {name!r} with seed {seed} left the range 0..1")
    return np.asarray(picture, np.float32)


def find(name: str) -> Sample:
    """The sample of this name; KeyError with the nearest one otherwise."""
    if name in SAMPLES:
        return SAMPLES[name]
    near = difflib.get_close_matches(name, SAMPLES, n=1, cutoff=0.0)
    raise KeyError(f"no sample {name!r}; did you mean {near[0]!r}? There are: {', '.join(SAMPLES)}")
