"""Hand-picked palettes: one dominant ramp from dark to light, a secondary hue and an accent each.

A ramp is interpolated in Oklab (Björn Ottosson, "A perceptual color space for image processing", 2020), so that a
step in ``t`` is an
even step to the eye and blue to yellow does not pass through mud.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

_TO_LMS = np.array(
    [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
     [0.0883024619, 0.2817188376, 0.6299787005]]
)  # fmt: skip
_TO_LAB = np.array(
    [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
     [0.0259040371, 0.7827717662, -0.8086757660]]
)  # fmt: skip


def oklab(rgb: Array) -> Array:
    """sRGB 0..1 to Oklab, on the last axis."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((np.clip(rgb, 0, None) + 0.055) / 1.055) ** 2.4)
    return np.asarray(np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T)


def srgb(lab: Array) -> Array:
    """Oklab to sRGB clipped to 0..1, on the last axis."""
    linear = np.clip((lab @ np.linalg.inv(_TO_LAB).T) ** 3 @ np.linalg.inv(_TO_LMS).T, 0, 1)
    return np.asarray(np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055), np.float32)


def rgb(code: str) -> Array:
    """``"2a5aa3"`` as three floats."""
    return np.array([int(code[i : i + 2], 16) / 255 for i in (0, 2, 4)], np.float32)


def gradient(colors: Array, t: Array | float) -> Array:
    """Colours at ``t`` in 0..1 along ``colors`` (N, 3), evenly spaced, interpolated in Oklab through a table of 512."""
    stops = oklab(np.asarray(colors, np.float64))
    at = np.linspace(0, len(stops) - 1, 512)
    table = srgb(np.stack([np.interp(at, np.arange(len(stops)), stops[:, i]) for i in range(3)], -1))
    return np.asarray(table[(np.clip(np.asarray(t), 0, 1) * 511 + 0.5).astype(np.int32)])


@dataclass(frozen=True)
class Palette:
    """``ramp``: the dominant hue from dark to light. ``second``: a dark and a light of the answering hue. ``accent``:
    used sparingly.
    """

    ramp_codes: str
    second_codes: str
    accent_codes: str

    @cached_property
    def ramp(self) -> Array:
        return np.stack([rgb(c) for c in self.ramp_codes.split()])

    @cached_property
    def second(self) -> Array:
        return np.stack([rgb(c) for c in self.second_codes.split()])

    @cached_property
    def accent(self) -> Array:
        return np.stack([rgb(c) for c in self.accent_codes.split()])

    def tone(self, t: Array | float) -> Array:
        """The dominant ramp at 0 (darkest) .. 1 (lightest)."""
        return gradient(self.ramp, t)

    def second_tone(self, t: Array | float) -> Array:
        """The secondary hue as a full ramp: from the dark of the dominant through both secondaries to its light."""
        return gradient(np.stack([self.ramp[0], *self.second, self.ramp[-1]]), t)

    def accent_tone(self, t: Array | float) -> Array:
        """The accent as a full ramp: from the dark of the dominant through the accents to its light."""
        return gradient(np.stack([self.ramp[0], *self.accent, self.ramp[-1]]), t)


PALETTES: dict[str, Palette] = {
    "starry": Palette("0b1533 15306b 2a5aa3 6fa3cf d6e4dc", "2f6d66 8fb59a", "e8892b f2c230"),
    "wheat": Palette("3b2410 8a5a17 c9962b e6c35a f6e8b1", "2f5f8f 7fa8b8", "b5402a e07a3a"),
    "klimt": Palette("1e140a 5c3d12 a9781f d9ae45 f3e0a0", "27474e 6b8f71", "8f2a35 cf5a3f"),
    "hokusai": Palette("0e1f3d 1d4a7a 4a86ad a9c7c9 f1e8d3", "8d7a55 c9b68a", "c6462f e9a15b"),
    "turner": Palette("2a1c1a 6d3f25 b9772f e3b668 f9ecc6", "56657a 9fb0b8", "c8402a f6d24a"),
    "woodcut": Palette("1b1b2f 2f4b6b 7c98a8 d9c9a8 f5ecd8", "b05a4a d89a7a", "8f2430 e0b04c"),
    "terrazzo": Palette("26302f 5b6b66 a7ada0 d8d0c0 f3ede2", "b8755c e3b9a0", "2e6f72 d6a23a"),
    "batik": Palette("1a0f0a 4a2413 8a4a1f c88a45 f0dcb4", "1d2c4f 4a6a94", "b33a24 e2a93b"),
    "lilies": Palette("142a2c 2c5a55 5f9080 a8c3a8 e8ecd2", "5a5a93 a79cc7", "d9788f f4d27a"),
    "nocturne": Palette("0a1118 1c2f3f 3f5f70 8aa3a5 dcdcc8", "5a4a3a 9c7a4a", "e8703a f0b13a"),
    "ember": Palette("1c1320 5a2442 a83a2e e07a2c f6cf7a", "1f4a5c 5a8a8a", "2a5a5a f2efc6"),
    "tahiti": Palette("1f1a2b 5a2f3f b0513a e28f4a f5d491", "1f5a52 63a088", "2f3f86 e8b9b9"),
    "forest": Palette("0c1a12 1d3d26 3f6b37 8aa34d e2dd9a", "6d4a2a b88a4f", "d8572e f2c14a"),
    "redon": Palette("1f1520 5a2f4f a85a78 dba0a5 f7e2d5", "2f4a6b 7fa0b3", "d9853b f0c060"),
    "delft": Palette("0d1a3a 1f3f86 5a80bd b0c6df f6f4ea", "6a7d92 c3cbd0", "b5472f d99a2b"),
    "autumn": Palette("1d120c 5a2415 a8431d d9852b f4cf7e", "3f5130 8a8f4a", "2f5a66 7fa39a"),
    "jade": Palette("0a1a1c 12454a 2c7f7a 7fbfaa e6efd6", "7a4a2f c9945a", "b53a3a f0b85a"),
    "plum": Palette("160f24 3a2557 6f4a8f b08fb8 efe0e4", "2f5f5a 86b096", "d9702f f2bf4f"),
    "sumi": Palette("12110f 3a3733 7d776d c4bcab f3ecdb", "5a4a3a a08a68", "a8322a d0683f"),
}


def pick(rng: np.random.Generator, names: str) -> Palette:
    """One of the palettes named, separated by blanks."""
    options = names.split()
    return PALETTES[options[int(rng.integers(len(options)))]]


def shift(colors: Array, lightness: Array | float = 0.0, chroma: Array | float = 1.0) -> Array:
    """Colours made lighter or darker (Oklab L, added) and more or less saturated (factor), hue kept."""
    lab = oklab(np.asarray(colors, np.float32))
    factor = np.asarray(chroma)[..., None] if isinstance(chroma, np.ndarray) else chroma
    return srgb(np.concatenate([lab[..., :1] + np.asarray(lightness)[..., None], lab[..., 1:] * factor], -1))
