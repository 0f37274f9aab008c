"""Views that show each pixel a place of the canvas: a map from the picture to the canvas becomes one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

from deepartist.views.base import View

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from deepartist.views.sampling import Table

LEVELS = 7
"""Of the pyramid, the canvas included: a canvas shrunk by more than 64 may flicker, where nobody sees it."""
NEAR = 1e-3
"""Distance in pixels at which a map is evaluated beside each pixel, to find how much it shrinks the canvas there."""
FAINT = 1 / 512
"""Shares below half a step of 8 bits are left out, and the others grow to make up for them."""
BLOCK = 1 << 18
"""Pixels whose places are worked out at a time, to bound the memory."""


@dataclass(frozen=True)
class Copy:
    """The canvas laid over the picture once: for each pixel the place that it shows, in pixels from the centre of the
    canvas (y points down), and the share that this copy has in the picture there.
    """

    across: Tensor
    down: Tensor
    share: Tensor


class MappedView(View):
    """Shows copies of the canvas, warped. Where one is shrunk, it is read from the pyramid of the canvas."""

    between: ClassVar[bool] = False
    """Places lie half a pixel to the right and below. Of many copies one often falls on whole pixels and all others
    between them: noise from pixel to pixel, which the others average away, would then be seen in that one alone.
    """

    def copies(self, across: Tensor, down: Tensor, height: int, width: int) -> Sequence[Copy]:
        """The copies of a canvas of `height` × `width` seen at places of the picture, in pixels from its centre."""
        raise NotImplementedError

    def wraps(self, periodic: bool) -> tuple[bool, bool]:
        """Whether the canvas goes on around its edges, across and down; else it is reflected there."""
        return periodic, periodic

    def apply(self, canvas: Tensor, periodic: bool) -> Tensor:
        from deepartist.views.sampling import sample

        height, width = canvas.shape[2:]
        return sample(canvas, table(self, height, width, periodic, canvas.device, canvas.dtype))


@lru_cache(maxsize=8)
def table(view: MappedView, height: int, width: int, periodic: bool, device: torch.device, dtype: torch.dtype) -> Table:
    """What each pixel of a view reads, computed in float64 on the CPU, so that all devices read the same places."""
    import torch

    from deepartist.views.sampling import centred

    x, y = (torch.split(each.flatten(), BLOCK) for each in centred(height, width))
    blocks = [_read(view, across, down, height, width, periodic) for across, down in zip(x, y, strict=True)]
    index, share, level = (torch.cat(each, dim=1) for each in zip(*blocks, strict=True))
    return _ranked(index, share, int(level.max()) + 1, device, dtype)


def _read(
    view: MappedView, x: Tensor, y: Tensor, height: int, width: int, periodic: bool
) -> tuple[Tensor, Tensor, Tensor]:
    """Everything that pixels read, as groups of four canvas pixels: index ``(2·copies, pixels, 4)``, share likewise,
    and the highest level of the pyramid among them, ``(1, 1)``.
    """
    import torch

    from deepartist.views.sampling import corners

    here = view.copies(x, y, height, width)
    shrinkage = _shrinkage(view, here, x, y, height, width)
    sizes = _sizes(height, width)
    groups = []
    wraps, off = view.wraps(periodic), 0.5 if view.between else 0
    for copy, shrunk in zip(here, shrinkage, strict=True):
        # Around the canvas first: where its side is odd, coarser levels are longer than it and would drift.
        right, below = (place + half for place, half in ((copy.across, width / 2 + off), (copy.down, height / 2 + off)))
        right, below = right % width if wraps[0] else right, below % height if wraps[1] else below
        # Trilinear: the two levels around the one at which neighbouring pixels read neighbouring places.
        level = shrunk.clamp(min=1).log2().clamp(max=len(sizes) - 1)
        for base, part in ((level.floor(), 1 - level.frac()), (level.floor() + 1, level.frac())):
            which = base.long().clamp(max=len(sizes) - 1)
            first, rows, columns = sizes[which].unbind(1)
            scale = 2.0 ** which.double()
            # As in turns: without rounding, places that are exact would mix in 1e-15 of a neighbour.
            across = (right / scale - 0.5).mul(1e9).round().div(1e9)
            down = (below / scale - 0.5).mul(1e9).round().div(1e9)
            index, share = corners(across, down, rows, columns, wraps)
            groups.append((index + first[:, None], share, copy.share * part, which))
    index, share, weight, level = (torch.stack(each) for each in zip(*groups, strict=True))
    seen = weight > FAINT
    kept = torch.where(seen, weight, 0)
    kept = kept * (weight.sum(0) / kept.sum(0).clamp(min=FAINT))
    # What is not seen may lie in levels that nobody needs.
    index, level = torch.where(seen[..., None], index, 0), torch.where(seen, level, 0)
    return index, share * kept[..., None], level.max().reshape(1, 1)


def _sizes(height: int, width: int) -> Tensor:
    """Of the levels of the pyramid: first row among all their pixels, height, width."""
    import torch

    sizes: list[tuple[int, int, int]] = []
    first = 0
    while len(sizes) < LEVELS and (not sizes or min(sizes[-1][1:]) > 1):
        sizes.append((first, height, width))
        first += height * width
        height, width = -(-height // 2), -(-width // 2)
    return torch.tensor(sizes)


def _shrinkage(view: MappedView, here: Sequence[Copy], x: Tensor, y: Tensor, height: int, width: int) -> list[Tensor]:
    """How far apart the places are that neighbouring pixels read, in the direction in which they are farthest."""
    import torch

    beside = [
        [view.copies(x + side * (1 - axis) * NEAR, y + side * axis * NEAR, height, width) for side in (1, -1)]
        for axis in (0, 1)
    ]
    found = []
    for number, copy in enumerate(here):
        # Across a border between copies a place jumps; the lesser of both sides does not see it.
        steps = [
            torch.stack(
                [(side[number].across - copy.across).hypot(side[number].down - copy.down) / NEAR for side in sides]
            ).amin(0)
            for sides in beside
        ]
        found.append(torch.stack(steps).amax(0))
    return found


def _ranked(index: Tensor, share: Tensor, levels: int, device: torch.device, dtype: torch.dtype) -> Table:
    """The table that reads the groups of each pixel from the largest share down; most pixels have but one or two."""
    import torch

    from deepartist.views.sampling import Patch, Table

    weight, order = share.sum(2).sort(dim=0, descending=True, stable=True)
    index, share = (each.take_along_dim(order[..., None], 0) for each in (index, share))
    more = []
    for rank in range(1, len(weight)):
        (pixels,) = torch.nonzero(weight[rank], as_tuple=True)
        if len(pixels) == 0:
            break
        more.append(
            Patch(
                pixels.to(device),
                index[rank, pixels].to(device),
                share[rank, pixels].to(device=device, dtype=dtype),
            )
        )
    return Table(index[0].to(device), share[0].to(device=device, dtype=dtype), levels, tuple(more))
