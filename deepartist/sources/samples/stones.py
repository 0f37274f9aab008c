"""A bed of pebbles, washed round: light from the upper left, soft shadows, every stone with its own speckle or
stripe.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from deepartist.sources.samples import fields, finish, palettes

Array = npt.NDArray[Any]

_PALETTES = "terrazzo delft hokusai batik jade woodcut redon sumi"


def draw(rng: np.random.Generator, width: int, height: int) -> npt.NDArray[np.float32]:
    """Pebbles laid one on another in three sizes; what is under a stone lies in its shadow."""
    palette = palettes.pick(rng, _PALETTES)
    sand = 0.02 * fields.fbm(rng, height, width, beta=0.5, cycles=30)
    picture = palettes.shift(np.broadcast_to(palette.tone(0.1), (height, width, 3)), sand)
    skin = _skins(rng, height, width)
    radii = np.concatenate([rng.uniform(9, 13, 420), rng.uniform(13, 21, 300), rng.uniform(20, 33, 95)])
    tint = fields.fbm(rng, height, width, beta=2.6)
    centres = _spread(rng, radii, height, width)
    for (cy, cx), radius in zip(centres, radii, strict=True):
        _stone(rng, picture, palette, skin, tint, float(cy), float(cx), float(radius))
    return finish.done(finish.grain(rng, finish.stretch(picture), 0.014))


def _spread(rng: np.random.Generator, radii: Array, height: int, width: int) -> Array:
    """Where stones lie, in order: each takes the best of a few places, farthest from stones of its own layer."""
    points = rng.uniform(0, 1, (len(radii), 2)) * [height, width]
    size = np.array([height, width])
    first = 0
    for count in (420, 300, 95):
        for k in range(first + 1, first + count):
            candidates = rng.uniform(0, 1, (10, 2)) * size
            delta = np.abs(candidates[:, None] - points[None, first:k])
            gap = np.minimum(delta, size - delta)
            points[k] = candidates[int((np.hypot(gap[..., 0], gap[..., 1]) - radii[first:k]).min(1).argmax())]
        first += count
    return points


def _skins(rng: np.random.Generator, height: int, width: int) -> Array:
    """Four textures of stone (4, H, W), about -1..1: granite, fine sandstone, stripes, clouds."""
    granite = fields.fbm(rng, height, width, beta=0.3, cycles=70)
    fine = fields.fbm(rng, height, width, beta=0.9, cycles=50)
    bend = fields.fbm(rng, height, width, beta=2.4, cycles=6)
    y, x = fields.grid(height, width)
    stripes = np.sin((y + 0.5 * x) * 0.55 + 3 * bend) + 0.5 * np.sin(1.7 * (y + 0.5 * x) * 0.55 + 2)
    clouds = fields.fbm(rng, height, width, beta=1.4, cycles=14)
    return np.stack(
        [1.3 * np.clip(np.abs(granite) - 1.0, -0.3, 1.2) * np.sign(granite), 0.6 * fine, 0.7 * stripes, 0.7 * clouds]
    )


def _stone(
    rng: np.random.Generator, picture: Array, palette: palettes.Palette, skin: Array, tint: Array, cy: float, cx: float,
    radius: float,
) -> None:  # fmt: skip
    """One stone and its shadow, painted into the picture in place (wrapping around)."""
    height, width = picture.shape[:2]
    reach = int(radius * 1.75) + 3
    iy, ix = np.arange(int(cy) - reach, int(cy) + reach + 1), np.arange(int(cx) - reach, int(cx) + reach + 1)
    window = np.ix_(iy % height, ix % width)
    dy, dx = (iy - cy)[:, None].astype(np.float32), (ix - cx)[None].astype(np.float32)
    turn, squeeze = rng.uniform(0, np.pi), rng.uniform(0.68, 0.95)
    wobble = rng.normal(0, 1, (2, 3)) * [0.035, 0.03, 0.015]
    rim = _rim(dy, dx, radius, turn, squeeze, wobble)
    shade = _rim(dy - 0.16 * radius - 1.5, dx - 0.14 * radius - 1.5, radius, turn, squeeze)
    soft = np.clip(1 - (shade - 1) / 0.34, 0, 1) ** 1.6
    ground = picture[window] * (1 - 0.72 * soft)[..., None]
    cover = np.clip((1 - rim) * radius * squeeze + 0.5, 0, 1)
    color = _surface(
        rng,
        palette,
        skin[int(rng.choice(4, p=[0.35, 0.25, 0.15, 0.25]))][window],
        tint[int(cy) % height, int(cx) % width],
    )
    dome = np.sqrt(np.clip(1 - np.clip(rim, 0, 1) ** 2.6, 0, 1)) * radius * 0.62
    ny, nx = np.gradient(dome)
    norm = np.sqrt(1 + ny * ny + nx * nx)
    lambert = np.clip((0.66 + 0.5 * ny + 0.46 * nx) / norm, 0, 1.2)
    halfway = np.clip((0.83 + 0.42 * ny + 0.38 * nx) / norm, 0, 1)
    lit = color * (0.26 + 1.02 * lambert)[..., None] + (0.22 * halfway**26)[..., None]
    bounce = np.clip(-(0.5 * ny + 0.46 * nx) / norm, 0, 1) ** 2 * 0.10
    lit = lit + bounce[..., None] * palette.second[1]
    picture[window] = ground + (lit - ground) * cover[..., None]


def _rim(dy: Array, dx: Array, radius: float, turn: float, squeeze: float, wobble: Array | None = None) -> Array:
    """Distance from the centre as a fraction of the outline: a superellipse, with a few slow harmonics if given."""
    s, c = np.sin(turn), np.cos(turn)
    a, b = (c * dx + s * dy) / radius, (c * dy - s * dx) / (radius * squeeze)
    round_off = (np.abs(a) ** 2.35 + np.abs(b) ** 2.35) ** (1 / 2.35)
    if wobble is None:
        return np.asarray(round_off)
    around = np.arctan2(b, a)
    waves = [wobble[0, k] * np.cos((k + 2) * around) + wobble[1, k] * np.sin((k + 2) * around) for k in range(3)]
    return np.asarray(round_off / (1 + sum(waves)))


def _surface(rng: np.random.Generator, palette: palettes.Palette, texture: Array, tint: Array) -> Array:
    """Colour of a stone: mostly the dominant ramp, some of the second colour, few accents; a vein of quartz across
    some.
    """
    t = float(np.clip(0.55 + 0.16 * tint + rng.normal(0, 0.17), 0.16, 0.97))
    dice = rng.uniform()
    own = (
        palette.second_tone(t)
        if dice < 0.22
        else palette.accent_tone(0.25 + 0.45 * t)
        if dice > 0.93
        else palette.tone(t)
    )
    color = palettes.shift(np.broadcast_to(own, (*texture.shape, 3)), 0.085 * texture, 1.0)
    if rng.uniform() < 0.14:
        height, width = texture.shape
        a = rng.uniform(0, np.pi)
        y, x = fields.grid(height, width)
        across = (x - width / 2) * np.sin(a) - (y - height / 2) * np.cos(a) + 1.6 * texture + rng.uniform(-5, 5)
        color = color + (palette.tone(0.97) - color) * (0.75 * np.exp(-((across / 1.3) ** 2)))[..., None]
    return np.asarray(color)
