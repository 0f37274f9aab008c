"""Several pictures as one, to be compared."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from deepartist.finishing.lettering import DARK, plate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

LETTERS, LEAST = 0.075, 12
"""Size of the letters as a share of a cell's width, and in pixels at least: they can still be read when the sheet is
shown at half its size."""
GAP = 0.03
"""Between cells, as a share of a cell's width."""


def contact_sheet(pictures: Sequence[Picture], labels: Sequence[str] = (), columns: int | None = None) -> Picture:
    """Pictures ``(H, W, 3)`` of 8 bits in rows, each with its label below, on dark gray.

    All cells are as large as the largest picture; smaller ones lie in the middle of theirs. Without `columns` the sheet
    is about as many cells wide as high. No labels, or as many as pictures, all in letters of one size: the longest one
    has to fit. Raises ValueError for no pictures, and for some labels.
    """
    import numpy as np

    _check(pictures, labels)
    columns = min(columns or math.ceil(math.sqrt(len(pictures))), len(pictures))
    height, width = (max(picture.shape[axis] for picture in pictures) for axis in (0, 1))
    em, gap = _measures(width)
    cells = [_cell(picture, height, width) for picture in pictures]
    if labels:
        cells = [_under(cell, label, em, labels) for cell, label in zip(cells, labels, strict=True)]
    cells += [_cell(cells[0][:0, :0], *cells[0].shape[:2])] * (-len(cells) % columns)
    rows = [_row(cells[begin : begin + columns], gap) for begin in range(0, len(cells), columns)]
    between = np.full((gap, rows[0].shape[1], 3), DARK, np.uint8)
    parts = [between] + [part for row in rows for part in (row, between)]
    return np.concatenate(parts)


def _check(pictures: Sequence[Picture], labels: Sequence[str]) -> None:
    if not pictures:
        raise ValueError("a sheet needs at least one picture")
    if labels and len(labels) != len(pictures):
        raise ValueError(f"{len(pictures)} pictures have {len(labels)} labels")


def _measures(width: int) -> tuple[int, int]:
    return max(LEAST, round(LETTERS * width)), max(3, round(GAP * width))


def _cell(picture: Picture, height: int, width: int) -> Picture:
    """The picture in the middle of a cell."""
    import numpy as np

    high, wide = picture.shape[:2]
    cell = np.full((height, width, 3), DARK, np.uint8)
    top, left = (height - high) // 2, (width - wide) // 2
    cell[top : top + high, left : left + wide] = picture
    return cell


def _under(cell: Picture, label: str, em: int, labels: Sequence[str]) -> Picture:
    import numpy as np

    return np.concatenate([cell, plate(label, em, cell.shape[1], labels)])


def _row(cells: Sequence[Picture], gap: int) -> Picture:
    import numpy as np

    between = np.full((len(cells[0]), gap, 3), DARK, np.uint8)
    return np.concatenate([between] + [part for cell in cells for part in (cell, between)], 1)
