"""Marks laid on a canvas: ribbons swept along curves into a buffer of (mark, along, across), anti-aliased shapes, oil repainting.

Ribbons are not filled one by one: every mark is covered with sample points which are scattered, in order, into an index buffer (the last
mark on top). Colour and light are then computed once per pixel from where on its mark a pixel lies: deferred shading, in numpy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from deepartist.sources.samples.fields import blur, sample, tangent_angles

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
    """Paths (N, steps, 2) as (y, x) px from ``starts`` (N, 2), following the angle field for ``length`` (N,) px in all."""
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
    scale: float = 1.0, wrap: bool = True, spacing: float = 0.75, chunk: int = 192,
) -> Marks:  # fmt: skip
    """Ribbons along ``paths`` (N, S, 2) in px of the picture, into buffers of ``height * scale`` by ``width * scale``."""
    rows, cols = round(height * scale), round(width * scale)
    mark = np.full(rows * cols, -1, np.int32)
    along, across = np.zeros(rows * cols, np.float32), np.zeros(rows * cols, np.float32)
    for first in range(0, len(paths), chunk):
        path, half = paths[first : first + chunk] * scale, half_width[first : first + chunk] * scale
        lengths = np.linalg.norm(np.diff(path, axis=1), axis=-1).sum(1)
        count_t = max(4, int(np.ceil(lengths.max() / spacing)))
        count_v = max(2, int(np.ceil(2 * half.max() / spacing)))
        t, v = np.linspace(0, 1, count_t, dtype=np.float32), np.linspace(-1, 1, count_v, dtype=np.float32)
        position, normal = _resample(path, t)
        offset = (half[:, None] * profile(t)[None])[..., None] * normal
        at = position[:, :, None] + offset[:, :, None] * v[None, None, :, None]
        index, inside = _pixels(at, rows, cols, wrap)
        which = np.broadcast_to(np.arange(first, first + len(path), dtype=np.int32)[:, None, None], index.shape)
        mark[index[inside]] = which[inside]
        along[index[inside]] = np.broadcast_to(t[None, :, None], index.shape)[inside]
        across[index[inside]] = np.broadcast_to(v[None, None, :], index.shape)[inside]
    return Marks(mark.reshape(rows, cols), along.reshape(rows, cols), across.reshape(rows, cols))


def _resample(path: Array, t: Array) -> tuple[Array, Array]:
    """Positions and unit normals (N, T, 2) at ``t`` of 0..1 along each path."""
    u = t * (path.shape[1] - 1)
    i = np.minimum(u.astype(np.int32), path.shape[1] - 2)
    f = (u - i)[None, :, None]
    tangent = np.gradient(path, axis=1)
    position, direction = path[:, i] * (1 - f) + path[:, i + 1] * f, tangent[:, i] * (1 - f) + tangent[:, i + 1] * f
    size = np.linalg.norm(direction, axis=-1, keepdims=True)
    return position, np.stack([direction[..., 1], -direction[..., 0]], -1) / np.maximum(size, 1e-6)


def _pixels(at: Array, rows: int, cols: int, wrap: bool) -> tuple[Array, Array]:
    """Flat pixel index of each point, and which of them lie on the canvas (all when it wraps)."""
    y, x = np.floor(at[..., 0]).astype(np.int32), np.floor(at[..., 1]).astype(np.int32)
    if wrap:
        return (y % rows) * cols + x % cols, np.ones(y.shape, bool)
    return y * cols + x, (y >= 0) & (y < rows) & (x >= 0) & (x < cols)


def bristles(rng: np.random.Generator, marks: Marks, count: int, hairs: int = 9) -> tuple[Array, Array]:
    """What hairs leave in a stroke: (streaks -1..1, paint height 0..1), with ridges of paint pushed to both sides and the end."""
    table = rng.standard_normal((count, hairs + 1, 4)).astype(np.float32)
    u, s = (marks.across + 1) * 0.5 * hairs * 0.999, marks.along * 3 * 0.999
    i, j = u.astype(np.int32), s.astype(np.int32)
    fu, fs = u - i, s - j
    m = np.maximum(marks.mark, 0)
    near = table[m, i, j] * (1 - fs) + table[m, i, j + 1] * fs if hairs else np.zeros_like(u)
    far = table[m, np.minimum(i + 1, hairs), j] * (1 - fs) + table[m, np.minimum(i + 1, hairs), j + 1] * fs
    streak = np.clip((near * (1 - fu) + far * fu) * 0.6, -1, 1)
    body = np.sqrt(np.clip(1 - marks.across**2, 0, 1))
    ridge = np.exp(-(((np.abs(marks.across) - 0.78) / 0.16) ** 2)) + np.exp(-(((marks.along - 0.06) / 0.06) ** 2))
    return streak, np.clip(0.55 * body + 0.22 * ridge + 0.22 * streak, 0, 1.2) * marks.covered


def reduce(picture: Array, height: int, width: int) -> Array:
    """A supersampled picture (H, W) or (H, W, C) averaged down to ``height`` by ``width``."""
    planes = picture[..., None] if picture.ndim == 2 else picture
    out = [np.asarray(Image.fromarray(np.ascontiguousarray(planes[..., c], np.float32)).resize((width, height),
           Image.Resampling.BOX)) for c in range(planes.shape[-1])]  # fmt: skip
    return np.asarray(out[0] if picture.ndim == 2 else np.stack(out, -1), np.float32)


def shape(points: Array | Sequence[Array], height: int, width: int, *, soft: float = 0.0, scale: int = 3) -> Array:
    """Coverage 0..1 of one polygon or several (K, 2) as (x, y) px, anti-aliased, optionally blurred by ``soft`` px."""
    image = Image.new("L", (width * scale, height * scale), 0)
    draw = ImageDraw.Draw(image)
    for polygon in [points] if isinstance(points, np.ndarray) else points:
        draw.polygon([(float(x) * scale, float(y) * scale) for x, y in polygon], fill=255)
    mask = np.asarray(image.reduce(scale), np.float32) / 255
    return blur(mask, soft, wrap=False) if soft else mask


def lines(paths: Sequence[Array], thickness: float | Sequence[float], height: int, width: int, *, scale: int = 3) -> Array:
    """Coverage 0..1 of poly-lines (K, 2) as (x, y) px, anti-aliased, with round joints."""
    image = Image.new("L", (width * scale, height * scale), 0)
    draw = ImageDraw.Draw(image)
    for k, path in enumerate(paths):
        size = thickness if isinstance(thickness, (int, float)) else thickness[k]
        draw.line([(float(x) * scale, float(y) * scale) for x, y in path], fill=255, width=max(1, round(size * scale)),
                  joint="curve")  # fmt: skip
    return np.asarray(image.reduce(scale), np.float32) / 255


def smooth_path(points: Array, count: int = 16, *, closed: bool = True) -> Array:
    """Catmull-Rom curve through the points (K, 2), ``count`` points per span."""
    p = np.asarray(points, np.float32)
    around = np.concatenate([p[-1:], p, p[:2]]) if closed else np.concatenate([p[:1], p, p[-1:]])
    a, b, c, d = (around[i : len(around) - 3 + i, None] for i in range(4))
    t = np.linspace(0, 1, count, endpoint=False, dtype=np.float32)[None, :, None]
    curve = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    out = curve.reshape(-1, 2)
    return out if closed else np.concatenate([out, p[-1:]])


def over(picture: Array, color: Array, mask: Array) -> None:
    """Paints ``color`` (3,) or (H, W, 3) over ``picture`` in place where ``mask`` (H, W) says how much."""
    picture += (color - picture) * mask[..., None]


def repaint(
    rng: np.random.Generator, picture: Array, guide: Array, *, widths: Sequence[float] = (9, 4.5, 2.4), keep: float = 0.25,
    scale: float = 1.5, impasto: float = 1.0,
) -> Array:  # fmt: skip
    """A picture painted again in oil, coarse to fine strokes of the given half widths (px).

    After A. Hertzmann, "Painterly rendering with curved brush strokes of multiple sizes" (1998): strokes follow the edges (elsewhere the
    ``guide`` angles), end where the colour changes, and finer brushes only touch what the coarser ones missed. ``keep``: how much of
    the untouched picture shines through.
    """
    height, width = picture.shape[:2]
    rows, cols = round(height * scale), round(width * scale)
    big = np.stack([np.asarray(Image.fromarray(np.ascontiguousarray(picture[..., c])).resize((cols, rows), Image.Resampling.BICUBIC))
                    for c in range(3)], -1)  # fmt: skip
    canvas, paint = blur(big, widths[0] * scale * 0.5, wrap=False), np.zeros((rows, cols), np.float32)
    for half in widths:
        reference = blur(picture, half * 0.35, wrap=False)
        edges, sure = tangent_angles(reference.mean(-1), half)
        angles = 0.5 * np.angle((1 - sure) * np.exp(2j * guide) + 1.5 * sure * np.exp(2j * edges)).astype(np.float32)
        missed = blur(np.abs(reduce(canvas, height, width) - picture).sum(-1), half * 0.5, wrap=False)
        starts = _starts(rng, missed, half, first=half == widths[0])
        if not len(starts):
            continue
        length = half * rng.uniform(4, 9, len(starts))
        paths = _clip(streamlines(starts, angles, length, 8), reference, tolerance=0.16)
        marks = sweep(paths, half * rng.uniform(0.75, 1.15, len(starts)), height, width, scale=scale, wrap=False, spacing=0.85)
        streak, thick = bristles(rng, marks, len(starts), hairs=5)
        color = sample(reference, starts[:, 0], starts[:, 1]) + rng.normal(0, 0.018, (len(starts), 3)).astype(np.float32)
        painted = color[np.maximum(marks.mark, 0)] + 0.035 * streak[..., None]
        cover = marks.covered
        canvas = np.where(cover[..., None], painted, canvas)
        paint = np.where(cover, thick * half**0.5, paint)
    canvas += (big - canvas) * keep
    shade = np.stack([paint - np.roll(paint, 1, 0), paint - np.roll(paint, 1, 1)]).sum(0)
    return np.clip(reduce(canvas + 0.035 * impasto * np.clip(shade, -1.5, 1.5)[..., None], height, width), 0, 1)


def _starts(rng: np.random.Generator, missed: Array, half: float, *, first: bool) -> Array:
    """Where strokes begin: a jittered grid in random order; below the first layer only where the picture is still missed."""
    height, width = missed.shape
    step = half * 1.25
    y, x = np.mgrid[0 : height + step : step, 0 : width + step : step].astype(np.float32)
    points = np.stack([y.ravel(), x.ravel()], -1) + rng.uniform(-step, step, (y.size, 2)).astype(np.float32) * 0.6
    points = np.clip(points, 0, [height - 1, width - 1]).astype(np.float32)
    points = points[rng.permutation(len(points))]
    if first:
        return points
    wrong = missed[points[:, 0].astype(np.int32), points[:, 1].astype(np.int32)]
    return points[wrong > 0.10]


def _clip(paths: Array, reference: Array, tolerance: float) -> Array:
    """Paths that stop (stay where they are) as soon as the colour leaves that of their start."""
    height, width = reference.shape[:2]
    y = np.clip(paths[..., 0], 0, height - 1).astype(np.int32)
    x = np.clip(paths[..., 1], 0, width - 1).astype(np.int32)
    colors = reference[y, x]
    near = np.abs(colors - colors[:, :1]).max(-1) < tolerance
    near[:, :2] = True
    last = np.logical_and.accumulate(near, axis=1).sum(1) - 1
    stop = np.minimum(np.arange(paths.shape[1])[None], last[:, None])
    return np.asarray(np.take_along_axis(paths, stop[..., None].astype(np.int64), axis=1))
