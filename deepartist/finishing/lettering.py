"""Text in pictures: Open Sans (Steve Matteson, Apache licence), the same on every computer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, Field

from deepartist.recipe.fields import wrong
from deepartist.recipe.words import Text, shown

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.ImageFont import FreeTypeFont

DARK, LIGHT = (28, 28, 28), (232, 232, 232)
"""Of plates and their letters: neutral, so that no colour beside them changes, on light pages and on dark ones."""
SMALLEST = 9
"""Pixels; smaller letters cannot be read."""
LINE = 1.7
"""Height of a line, in sizes of its letters."""
MISSING = "\uffff"
"""A character that no font has: it is drawn as all are that the font has not."""


def _writable(text: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise wrong("a text has at least one letter")
    if lacking := unwritable(text):
        raise wrong(f"{shown(lacking)} cannot be written: the font has Latin, Greek and Cyrillic letters")
    return text


Line = Annotated[Text, Field(max_length=200), AfterValidator(_writable)]
"""One line of text that can be written."""


@lru_cache(maxsize=64)
def font(size: int, bold: bool = False) -> FreeTypeFont:
    """The font with letters of so many pixels (its em)."""
    from PIL import ImageFont
    from ttf_opensans import OPENSANS_BOLD, OPENSANS_REGULAR

    path = (OPENSANS_BOLD if bold else OPENSANS_REGULAR).path
    # Not every build of Pillow has the other engine, which kerns otherwise.
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)


def unwritable(text: str) -> str:
    """Those of its characters that the font has not, each once."""

    def drawn(letter: str) -> tuple[Any, bytes]:
        mask = font(16).getmask(letter)
        return mask.size, bytes(mask)

    return "".join(letter for letter in dict.fromkeys(text) if drawn(letter) == drawn(MISSING))


def letters(
    text: str, size: tuple[int, int], largest: int, bold: bool = False, beside: Sequence[str] = ()
) -> NDArray[np.uint8]:
    """The text in the middle of (width, height), ``(H, W)`` from 0 to 255 where there is ink.

    No larger than `largest` pixels and no larger than fits, as the texts `beside` it would; what does not fit at
    `SMALLEST` pixels is cut.
    """
    import numpy as np
    from PIL import Image, ImageDraw

    width, height = size
    em = min(_fitting(each, size, largest, bold) for each in (text, *beside))
    while len(text) > 1 and _wide(text, em, bold) > width:
        text = text.removesuffix("…")[:-1] + "…"
    image = Image.new("L", size)
    baseline = round(height / 2 + _middle(em, bold))
    ImageDraw.Draw(image).text((width / 2, baseline), text, fill=255, font=font(em, bold), anchor="ms")
    return np.asarray(image)


@lru_cache(maxsize=256)
def _fitting(text: str, size: tuple[int, int], largest: int, bold: bool) -> int:
    """The size at which a text fits, at least `SMALLEST`."""
    em = largest
    while em > SMALLEST:
        share = min(size[0] / _wide(text, em, bold), size[1] / _high(text, em, bold))
        if share >= 1:
            break
        em = max(SMALLEST, min(em - 1, int(em * share)))
    return em


def _wide(text: str, em: int, bold: bool) -> float:
    left, _, right, _ = font(em, bold).getbbox(text, anchor="ls")
    return max(1, right - left)


def _high(text: str, em: int, bold: bool) -> float:
    """Twice as far as the letters reach from the middle of the line, above or below."""
    _, top, _, bottom = font(em, bold).getbbox(text, anchor="ls")
    middle = _middle(em, bold)
    return 2 * max(-top - middle, bottom + middle) + 2  # the baseline lies on a whole pixel


def _middle(em: int, bold: bool) -> float:
    """Height above the baseline of the middle of small letters: what the eye takes for the middle of a line."""
    return -font(em, bold).getbbox("x", anchor="ls")[1] / 2


def plate(text: str, em: int, width: int | None = None, beside: Sequence[str] = ()) -> NDArray[np.uint8]:
    """A line of light letters on dark, ``(H, W, 3)``: as wide as it must be, or so wide, the text in the middle, no
    larger than those `beside` it would fit."""
    import numpy as np

    margin = round(em * 0.6)
    if width is None:
        width = int(_wide(text, em, False)) + 1 + 2 * margin
    ink = np.zeros((round(em * LINE), width, 1), np.float32)
    inner = max(1, width - 2 * margin)
    left = (width - inner) // 2
    ink[:, left : left + inner, 0] = letters(text, (inner, len(ink)), em, beside=beside) / np.float32(255)
    mixed = np.array(DARK) * (1 - ink) + np.array(LIGHT) * ink
    return mixed.round().astype(np.uint8)
