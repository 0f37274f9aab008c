"""What the content pictures share: layers with reflections, skies, water, solids in light."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from deepartist.sources.samples import brushes, fields, palettes

Array = npt.NDArray[Any]


class Layer:
    """Colour and coverage of things that move together: they can be laid over a picture and mirrored in water."""

    def __init__(self, height: int, width: int) -> None:
        self.color: Array = np.zeros((height, width, 3), np.float32)
        self.alpha: Array = np.zeros((height, width), np.float32)

    def paint(self, color: Array, mask: Array) -> None:
        """Lays ``color`` (3,) or (H, W, 3) over what is there, where ``mask`` covers."""
        at = brushes.extent(mask)
        mask, alpha, below = mask[at], self.alpha[at], self.color[at]
        fresh = mask / np.maximum(mask + alpha * (1 - mask), 1e-6)
        below += ((color[at] if color.ndim == 3 else color) - below) * fresh[..., None]
        alpha += mask * (1 - alpha)

    def onto(self, picture: Array, strength: float = 1.0) -> None:
        """Composites the layer over ``picture`` in place."""
        brushes.over(picture, self.color, self.alpha * strength)

    def mirrored(self, waterline: float, sway: Array) -> Layer:
        """Upside down about ``waterline`` (row), each pixel displaced sideways by ``sway`` px."""
        height, width = self.alpha.shape
        y, x = fields.grid(height, width)
        source = 2 * waterline - y
        inside = (source >= 0) & (y > waterline)
        source, across = np.clip(source, 0, height - 1.001), np.clip(x + sway, 0, width - 1.001)
        out = Layer(height, width)
        out.color = fields.sample(self.color, source, across)
        out.alpha = fields.sample(self.alpha, source, across) * inside
        return out


def vertical(colors: Array, height: int, width: int, top: float, bottom: float, bend: Array | float = 0.0) -> Array:
    """A vertical gradient (H, W, 3) from ``top`` to ``bottom`` (rows), optionally bent by a field (fraction of its
    span).
    """
    y, _ = fields.grid(height, width)
    out: Array = palettes.gradient(colors, np.clip((y - top) / (bottom - top) + bend, 0, 1))
    return out


def codes(text: str) -> Array:
    """``"0b1533 2a5aa3"`` as colours (N, 3)."""
    return np.stack([palettes.rgb(c) for c in text.split()])


def clouds(rng: np.random.Generator, height: int, width: int, horizon: float, cover: float) -> tuple[Array, Array]:
    """Cloud density 0..1, flatter towards the horizon, and light on it (-1..1) from the upper left."""
    y, x = fields.grid(height, width)
    depth = 1 / (1.15 - np.clip(y / horizon, 0, 1))
    noise = fields.fbm(rng, 512, 512, beta=1.75, cycles=2)
    field = fields.sample(noise, 330 * depth**0.9, x * (0.35 + 0.1 * depth))
    density = fields.smoothstep(0.6 - 1.2 * cover, 1.7 - 1.0 * cover, field)
    lit = fields.relief(fields.blur(field, 2.5, wrap=False), 9)
    return density * fields.smoothstep(1.0, 0.85, y / horizon), lit


def waves(rng: np.random.Generator, height: int, width: int, horizon: float, size: float = 1.0) -> Array:
    """Wave height (about unit variance) on a plane seen in perspective, calm at the horizon, rows above it 0."""
    y, x = fields.grid(height, width)
    below = np.clip((y - horizon) / (height - horizon), 0, 1)
    depth = 1 / (below + 0.055)
    swell = fields.fbm(rng, 512, 512, beta=1.7, cycles=6, stretch=(1, 2.2))
    ripple = fields.fbm(rng, 512, 512, beta=1.0, cycles=18, stretch=(1, 2.6))
    middle = x - width / 2
    out = fields.sample(swell, depth * 46 / size, middle * depth * 0.36 / size + 900)
    out = 0.75 * out + 0.55 * fields.sample(ripple, depth * 71 / size, middle * depth * 0.5 / size + 700)
    return np.asarray(out * (below > 0), np.float32)


def window(picture: Array, cy: float, cx: float, reach: float) -> tuple[Array, float, float]:
    """The part of ``picture`` within ``reach`` px of a point, as a view to paint in, and where the point lies in it."""
    top, left = max(0, int(cy - reach)), max(0, int(cx - reach))
    view = picture[top : max(top + 1, int(cy + reach) + 1), left : max(left + 1, int(cx + reach) + 1)]
    return view, cy - top, cx - left


def sphere(
    cy: float, cx: float, radius: float, height: int, width: int, squash: float = 1.0
) -> tuple[Array, Array, Array]:
    """Coverage, and the (y, x) components of the normal, of a ball (``squash``: its height to its width)."""
    y, x = fields.grid(height, width)
    ny, nx = (y - cy) / (radius * squash), (x - cx) / radius
    r = np.hypot(ny, nx)
    return np.clip((1 - r) * radius + 0.5, 0, 1), ny, nx


def lambert(ny: Array, nx: Array, light: tuple[float, float, float] = (-0.55, -0.6, 0.58)) -> tuple[Array, Array]:
    """Diffuse 0..1 and mirror-like 0..1 light on a unit normal whose z follows from y and x; ``light`` is (y, x, z)."""
    ly, lx, lz = np.array(light) / np.linalg.norm(light)
    nz = np.sqrt(np.clip(1 - ny * ny - nx * nx, 0, 1))
    diffuse = np.clip(ny * ly + nx * lx + nz * lz, -1, 1)
    hy, hx, hz = np.array([ly, lx, lz + 1]) / np.linalg.norm([ly, lx, lz + 1])
    return np.asarray(diffuse), np.clip(ny * hy + nx * hx + nz * hz, 0, 1) ** 40


def shadow(cy: float, cx: float, ry: float, rx: float, height: int, width: int, soft: float) -> Array:
    """A soft elliptic shadow 0..1."""
    y, x = fields.grid(height, width)
    return fields.smoothstep(1 + soft, 1 - soft, np.hypot((y - cy) / ry, (x - cx) / rx))
