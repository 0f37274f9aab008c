"""Marks laid on a canvas: ribbons swept along curves into a buffer of (mark, along, across), anti-aliased shapes, oil
repainting.

Ribbons are not filled one by one: every mark is covered with sample points which are scattered, in order, into an
index buffer (the last
mark on top). Colour and light are then computed once per pixel from where on its mark a pixel lies: deferred shading,
in numpy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from deepartist.sources.samples.fields import blur

Array = npt.NDArray[Any]


@dataclass
class Marks:
    """For each pixel the mark on top (-1: none), where along it (0..1) and across it (-1..1) the pixel lies."""

    mark: Array
    along: Array
    across: Array

    @property
    def covered(self) -> Array:
        return np.asarray(self.mark >= 0)


def brush_profile(t: Array) -> Array:
    """Half width along a loaded brush stroke: round start, full body, lifted end."""
    return np.asarray(np.minimum(1, np.sqrt(np.clip(t / 0.12, 0, 1))) * np.sqrt(np.clip((1 - t) / 0.22, 0, 1)))


def taper_profile(t: Array) -> Array:
    """Half width along a pen line or a hair: swells from a point and ends in one."""
    return np.asarray(np.maximum(np.sin(np.pi * np.clip(t, 0, 1)), 0) ** 0.6)


def streamlines(starts: Array, angles: Array, length: Array, steps: int) -> Array:
    """Paths (N, steps, 2) as (y, x) px from ``starts`` (N, 2), following the angle field for ``length`` (N,) px in
    all.
    """
    points = np.empty((len(starts), steps, 2), np.float32)
    at = starts.astype(np.float32)
    stride = (length / (steps - 1)).astype(np.float32)
    height, width = angles.shape
    for k in range(steps):
        points[:, k] = at
        a = angles[at[:, 0].astype(np.int32) % height, at[:, 1].astype(np.int32) % width]
        at = at + stride[:, None] * np.stack([np.sin(a), np.cos(a)], -1)
    return points


def sweep(
    paths: Array, half_width: Array, height: int, width: int, *, profile: Callable[[Array], Array] = brush_profile,
    scale: float = 1.0, wrap: bool = True, spacing: float = 0.85, chunk: int = 128,
) -> Marks:  # fmt: skip
    """Ribbons along ``paths`` (N, S, 2) in px of the picture, into buffers of ``height * scale`` by ``width *
    scale``.
    """
    rows, cols = round(height * scale), round(width * scale)
    # One cell more each way: what falls off the canvas lands there.
    code = np.full((rows + 1) * (cols + 1), -1, np.int32)
    row_start, column = _lookup(rows, wrap) * (cols + 1), _lookup(cols, wrap)
    grids: list[tuple[int, int, int, int]] = []
    start = 0
    for first in range(0, len(paths), chunk):
        path, half = paths[first : first + chunk] * scale, half_width[first : first + chunk] * scale
        lengths = np.linalg.norm(np.diff(path, axis=1), axis=-1).sum(1)
        count_t = max(4, int(np.ceil(lengths.max() / spacing)))
        count_v = max(2, int(np.ceil(2 * half.max() / spacing)))
        t, v = np.linspace(0, 1, count_t, dtype=np.float32), np.linspace(-1, 1, count_v, dtype=np.float32)
        position, normal = _resample(path, t)
        offset = (half[:, None] * profile(t)[None])[..., None] * normal
        y = _cells(position[..., 0], offset[..., 0], v, rows)
        x = _cells(position[..., 1], offset[..., 1], v, cols)
        # The last of several samples on a pixel stays, which is what puts later marks on top.
        code[(row_start[y] + column[x]).ravel()] = np.arange(start, start + y.size, dtype=np.int32)
        grids.append((start, first, count_t, count_v))
        start += y.size
    return _decode(code.reshape(rows + 1, cols + 1)[:rows, :cols], np.array(grids, np.int32).reshape(-1, 4))


def _lookup(size: int, wrap: bool) -> Array:
    """Cell of each coordinate from -size to 2 * size: wrapped around, or ``size`` for everything outside."""
    at = np.arange(-size, 2 * size + 1, dtype=np.int32)
    return np.asarray(at % size if wrap else np.where((at >= 0) & (at < size), at, size), np.int32)


def _cells(position: Array, offset: Array, v: Array, size: int) -> Array:
    """Indices into ``_lookup`` of all sample points (N, T, V) of a chunk, in one coordinate."""
    at = (position + size)[..., None] + offset[..., None] * v
    return np.asarray(np.clip(at, 0, 3 * size, out=at).astype(np.int32))


def _decode(code: Array, grids: Array) -> Marks:
    """Sample numbers back to (mark, along, across): ``grids`` holds first sample, first mark, samples along, samples
    across.
    """
    seen = np.maximum(code, 0)
    if not len(grids):
        return Marks(code.copy(), np.zeros(code.shape, np.float32), np.zeros(code.shape, np.float32))
    chunk = np.searchsorted(grids[:, 0], seen, side="right") - 1
    first_sample, first_mark, count_t, count_v = (grids[:, k][chunk] for k in range(4))
    rest, k = np.divmod(seen - first_sample, count_v)
    mark, j = np.divmod(rest, count_t)
    along, across = j / (count_t - 1), 2 * k / (count_v - 1) - 1
    return Marks(np.where(code >= 0, mark + first_mark, -1), along.astype(np.float32), across.astype(np.float32))


def _resample(path: Array, t: Array) -> tuple[Array, Array]:
    """Positions and unit normals (N, T, 2) at ``t`` of 0..1 along each path."""
    u = t * (path.shape[1] - 1)
    i = np.minimum(u.astype(np.int32), path.shape[1] - 2)
    f = (u - i)[None, :, None]
    tangent = np.gradient(path, axis=1)
    position, direction = path[:, i] * (1 - f) + path[:, i + 1] * f, tangent[:, i] * (1 - f) + tangent[:, i + 1] * f
    size = np.linalg.norm(direction, axis=-1, keepdims=True)
    return position, np.stack([direction[..., 1], -direction[..., 0]], -1) / np.maximum(size, 1e-6)


def reduce(picture: Array, height: int, width: int) -> Array:
    """A supersampled picture (H, W) or (H, W, C) averaged down to ``height`` by ``width``."""
    if picture.ndim == 3:
        return np.stack([reduce(picture[..., c], height, width) for c in range(picture.shape[2])], -1)
    plane = Image.fromarray(np.ascontiguousarray(picture, np.float32))
    return np.asarray(plane.resize((width, height), Image.Resampling.BOX), np.float32)


def shape(outline: Array | Sequence[Array], height: int, width: int, *, soft: float = 0.0, scale: int = 3) -> Array:
    """Coverage 0..1 of one polygon or several (K, 2) as (x, y) px, anti-aliased, optionally blurred by ``soft`` px."""
    polygons = [outline] if isinstance(outline, np.ndarray) else outline

    def fill(draw: ImageDraw.ImageDraw, offset: Array) -> None:
        for polygon in polygons:
            draw.polygon(((polygon - offset) * scale).ravel().tolist(), fill=255)

    return _drawn(fill, polygons, 3 * soft + 1, height, width, scale, soft)


def lines(
    paths: Sequence[Array], thickness: float | Sequence[float], height: int, width: int, *, scale: int = 3
) -> Array:
    """Coverage 0..1 of poly-lines (K, 2) as (x, y) px, anti-aliased, with round joints."""
    sizes = [thickness] * len(paths) if isinstance(thickness, (int, float)) else list(thickness)

    def trace(draw: ImageDraw.ImageDraw, offset: Array) -> None:
        for path, size in zip(paths, sizes, strict=True):
            dots = ((path - offset) * scale).ravel().tolist()
            draw.line(dots, fill=255, width=max(1, round(size * scale)), joint="curve")

    return _drawn(trace, paths, max(sizes), height, width, scale, 0.0)


def _drawn(
    draw: Callable[[ImageDraw.ImageDraw, Array], None],
    outlines: Sequence[Array],
    margin: float,
    height: int,
    width: int,
    scale: int,
    soft: float,
) -> Array:
    """What ``draw`` draws at ``scale`` times the size, averaged down, within the frame around the outlines."""
    mask = np.zeros((height, width), np.float32)
    everything = np.concatenate(list(outlines))
    # Whole pixels, so that the frame does not shift what is averaged.
    low = np.clip(np.floor(everything.min(0) - margin), 0, [width, height]).astype(int)
    high = np.clip(np.ceil(everything.max(0) + margin), 0, [width, height]).astype(int)
    if (high <= low).any():
        return mask
    image = Image.new("L", ((high[0] - low[0]) * scale, (high[1] - low[1]) * scale), 0)
    draw(ImageDraw.Draw(image), low)
    part = np.asarray(image.reduce(scale), np.float32) / 255
    mask[low[1] : high[1], low[0] : high[0]] = blur(part, soft, wrap=False) if soft else part
    return mask


def points(text: str) -> Array:
    """``"0 0, 1 0.5"`` as points (K, 2)."""
    return np.array([[float(v) for v in pair.split()] for pair in text.split(",")], np.float32)


def smooth_path(points: Array, count: int = 16, *, closed: bool = True) -> Array:
    """Catmull-Rom curve through the points (K, 2), ``count`` points per span."""
    p = np.asarray(points, np.float32)
    around = np.concatenate([p[-1:], p, p[:2]]) if closed else np.concatenate([p[:1], p, p[-1:]])
    a, b, c, d = (around[i : len(around) - 3 + i, None] for i in range(4))
    t = np.linspace(0, 1, count, endpoint=False, dtype=np.float32)[None, :, None]
    curve = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    out = curve.reshape(-1, 2)
    return out if closed else np.concatenate([out, p[-1:]])


def extent(mask: Array) -> tuple[slice, slice]:
    """The rows and columns outside of which ``mask`` is zero."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if not len(rows):
        return slice(0, 0), slice(0, 0)
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def over(picture: Array, color: Array, mask: Array) -> None:
    """Paints ``color`` (3,) or (H, W, 3) over ``picture`` in place where ``mask`` (H, W) says how much."""
    at = extent(mask)
    picture[at] += ((color[at] if color.ndim == 3 else color) - picture[at]) * mask[at][..., None]
