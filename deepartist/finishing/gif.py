"""Films as GIF: one palette for all frames, and a dither that stands still."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Frame = NDArray[np.uint8]

COLORS, CLEAR = 255, 255
"""Of 256 colours, the last is left for pixels that stay as they were in the frame before."""
LOOKED_AT, SAMPLED = 32, 1 << 16
"""So many frames, and so many pixels of them together, decide about the palette."""
ROUNDS = 4
"""Of Lloyd's algorithm: 10 lower the error by another 2 to 8 %, and take twice as long."""
BITS = 5
"""Of each channel, by which colours are looked up; the rest is dithered."""
MIXED = 4
"""Colours are mixed in squares of so many pixels a side."""
STRENGTH = 0.5
"""How much of its error a colour passes on to those beside it. With 1 flat areas are exact, and pictures noisy."""


def encode_gif(frames: Sequence[Frame], delays: Sequence[int], comment: str) -> bytes:
    """Frames ``(H, W, 3)``, each shown for so many milliseconds (multiples of 10), for ever.

    Each frame is dithered by itself, always in the same pattern: what does not move does not flicker, and is not
    stored again. Error diffusion would crawl.
    """
    import numpy as np

    colors = palette(frames)
    mixtures = mixed(colors)
    height, width = frames[0].shape[:2]
    table = np.zeros((256, 3), np.uint8)
    table[: len(colors)] = colors
    blocks = [b"GIF89a", struct.pack("<HHBBB", width, height, 0xF7, 0, 0), table.tobytes()]
    blocks.append(b"!\xff\x0bNETSCAPE2.0\x03\x01" + struct.pack("<HB", 0, 0))
    text = comment.encode("ascii")
    pieces = [text[begin : begin + 255] for begin in range(0, len(text), 255)]
    blocks.append(b"!\xfe" + b"".join(bytes([len(piece)]) + piece for piece in pieces) + b"\0")
    before: NDArray[np.uint8] | None = None
    for frame, delay in zip(frames, delays, strict=True):
        indices = dithered(frame, mixtures)
        blocks.append(_image(indices, before, delay))
        before = indices
    return b"".join(blocks) + b";"


def _image(indices: NDArray[np.uint8], before: NDArray[np.uint8] | None, delay: int) -> bytes:
    """The block of one frame: the rectangle in which something has changed; in it, what has not changed may be left
    out, which helps where that is much. Pillow packs.
    """
    import numpy as np

    if before is None:
        return _packed(indices, (0, 0), delay)
    changed = indices != before
    rows, columns = (np.flatnonzero(changed.any(axis)) for axis in (1, 0))
    top, bottom = (int(rows[0]), int(rows[-1])) if len(rows) else (0, 0)
    left, right = (int(columns[0]), int(columns[-1])) if len(columns) else (0, 0)
    place = np.s_[top : bottom + 1, left : right + 1]
    sparse = np.where(changed[place], indices[place], np.uint8(CLEAR))
    return min((_packed(each, (left, top), delay) for each in (indices[place], sparse)), key=len)


def _packed(indices: NDArray[np.uint8], offset: tuple[int, int], delay: int) -> bytes:
    import numpy as np
    from PIL import Image
    from PIL.GifImagePlugin import getdata

    image = Image.fromarray(np.ascontiguousarray(indices), "P")
    return b"".join(getdata(image, offset, duration=delay, transparency=CLEAR, disposal=1))


def palette(frames: Sequence[Frame]) -> NDArray[np.uint8]:
    """At most `COLORS` colours for all frames together, ``(n, 3)``: k-means, begun from an octree.

    Sources: Gervautz and Purgathofer, *A Simple Method for Color Quantization: Octree Quantization*, 1988; Lloyd,
    *Least Squares Quantization in PCM*, 1982.
    """
    import numpy as np
    from PIL import Image
    from scipy.spatial import cKDTree

    which = np.unique(np.linspace(0, len(frames) - 1, min(LOOKED_AT, len(frames))).round().astype(int))
    mosaic = np.concatenate([_sampled(frames[index], SAMPLED // len(which)) for index in which])
    found = Image.fromarray(mosaic[None]).quantize(COLORS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    colors = np.array(found.getpalette(), np.float64).reshape(-1, 3)[: int(np.asarray(found).max()) + 1]
    for _ in range(ROUNDS):
        nearest = cKDTree(colors).query(mosaic)[1]
        count = np.bincount(nearest, minlength=len(colors))
        for channel in range(3):
            total = np.bincount(nearest, mosaic[:, channel], minlength=len(colors))
            colors[:, channel] = np.where(count > 0, total / np.maximum(count, 1), colors[:, channel])
    return np.unique(colors.round().astype(np.uint8), axis=0)


def _sampled(frame: Frame, count: int) -> Frame:
    """About so many pixels of a frame, evenly spread, ``(n, 3)``."""
    step = max(1, int((frame.shape[0] * frame.shape[1] / count) ** 0.5))
    return frame[::step, ::step].reshape(-1, 3)


def mixed(colors: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """For each colour of ``2^BITS`` values a channel, which of `colors` to mix it of, from dark to light,
    ``(2^(3·BITS), MIXED²)``.

    One after the other: the nearest to the colour, plus a part of what those before it have left over.

    Source: Knoll, US patent 6606166, 1999 (expired).
    """
    import numpy as np
    from scipy.spatial import cKDTree

    middles = (np.arange(1 << BITS) + 0.5) * (256 >> BITS) - 0.5
    wanted = np.stack(np.meshgrid(middles, middles, middles, indexing="ij"), -1).reshape(-1, 3)
    tree, left = cKDTree(colors), np.zeros_like(wanted)
    found = np.empty((len(wanted), MIXED * MIXED), np.uint8)
    for number in range(MIXED * MIXED):
        found[:, number] = tree.query(wanted + STRENGTH * left)[1]
        left += wanted - colors[found[:, number]]
    luma = colors @ np.array([0.299, 0.587, 0.114])
    return np.take_along_axis(found, luma[found].argsort(1, kind="stable"), 1)


def dithered(frame: Frame, mixtures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A frame as numbers of colours, ``(H, W)``: of its mixture, each pixel takes what its place in the square says."""
    import numpy as np

    height, width = frame.shape[:2]
    # What is below the bits that are looked up is dithered too, in another pattern.
    step = 256 >> BITS
    offset = np.round((_tiled(bayer(8).T[::-1], height, width) + 0.5) * step / 64 - step / 2).astype(np.int16)
    levels = np.clip(frame + offset[..., None], 0, 255) >> (8 - BITS)
    red, green, blue = np.moveaxis(levels.astype(np.int32), -1, 0)
    color = (red << 2 * BITS) | (green << BITS) | blue
    found: NDArray[np.uint8] = mixtures[color, _tiled(bayer(MIXED), height, width)]
    return found


def bayer(side: int) -> NDArray[np.int64]:
    """Bayer's matrix, ``(side, side)``, of 0 … side² - 1, `side` a power of two: neighbours are far apart.

    Source: Bayer, *An optimum method for two-level rendition of continuous-tone pictures*, 1973.
    """
    import numpy as np

    matrix = np.zeros((1, 1), np.int64)
    while len(matrix) < side:
        matrix = np.block([[4 * matrix, 4 * matrix + 2], [4 * matrix + 3, 4 * matrix + 1]])
    return matrix


def _tiled(matrix: NDArray[np.int64], height: int, width: int) -> NDArray[np.int64]:
    import numpy as np

    side = len(matrix)
    return np.tile(matrix, (-(-height // side), -(-width // side)))[:height, :width]
