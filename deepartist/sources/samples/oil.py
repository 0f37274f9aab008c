"""Oil paint: what the hairs of a brush leave in a stroke, and whole pictures painted again stroke by stroke."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from deepartist.sources.samples.brushes import Marks, reduce, streamlines, sweep
from deepartist.sources.samples.fields import blur, sample, tangent_angles

Array = npt.NDArray[Any]


def bristles(rng: np.random.Generator, marks: Marks, count: int, hairs: int = 9) -> tuple[Array, Array]:
    """What hairs leave in a stroke: (streaks -1..1, paint height 0..1), with ridges of paint pushed to both sides and
    the end.
    """
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


def repaint(
    rng: np.random.Generator,
    picture: Array,
    guide: Array,
    *,
    widths: Sequence[float] = (9, 4.5, 2.4),
    keep: float = 0.25,
    scale: float = 1.5,
    impasto: float = 1.0,
) -> Array:
    """A picture painted again in oil, coarse to fine strokes of the given half widths (px).

    After A. Hertzmann, "Painterly rendering with curved brush strokes of multiple sizes" (1998): strokes follow the
    edges (elsewhere the ``guide`` angles), end where the colour changes, and finer brushes only touch what the coarser
    ones missed. ``keep``: how much of the untouched picture shines through.
    """
    height, width = picture.shape[:2]
    rows, cols = round(height * scale), round(width * scale)
    big = np.stack([_enlarge(picture[..., c], rows, cols) for c in range(3)], -1)
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
        marks = sweep(paths, half * rng.uniform(0.75, 1.15, len(starts)), height, width, scale=scale, wrap=False)
        streak, thick = bristles(rng, marks, len(starts), hairs=5)
        color = sample(reference, starts[:, 0], starts[:, 1]) + rng.normal(0, 0.018, (len(starts), 3)).astype(
            np.float32
        )
        painted = color[np.maximum(marks.mark, 0)] + 0.035 * streak[..., None]
        cover = marks.covered
        canvas = np.where(cover[..., None], painted, canvas)
        paint = np.where(cover, thick * half**0.5, paint)
    canvas += (big - canvas) * keep
    shade = np.stack([paint - np.roll(paint, 1, 0), paint - np.roll(paint, 1, 1)]).sum(0)
    return np.clip(reduce(canvas + 0.035 * impasto * np.clip(shade, -1.5, 1.5)[..., None], height, width), 0, 1)


def _enlarge(plane: Array, rows: int, cols: int) -> Array:
    return np.asarray(Image.fromarray(np.ascontiguousarray(plane)).resize((cols, rows), Image.Resampling.BICUBIC))


def _starts(rng: np.random.Generator, missed: Array, half: float, *, first: bool) -> Array:
    """Where strokes begin: a jittered grid in random order; below the first layer only where the picture is still
    missed.
    """
    height, width = missed.shape
    step = half * 1.6
    y, x = np.mgrid[0 : height + step : step, 0 : width + step : step].astype(np.float32)
    points = np.stack([y.ravel(), x.ravel()], -1) + rng.uniform(-step, step, (y.size, 2)).astype(np.float32) * 0.6
    points = np.clip(points, 0, [height - 1, width - 1]).astype(np.float32)
    points = points[rng.permutation(len(points))]
    if first:
        return np.asarray(points)
    wrong = missed[points[:, 0].astype(np.int32), points[:, 1].astype(np.int32)]
    return np.asarray(points[wrong > 0.10])


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
