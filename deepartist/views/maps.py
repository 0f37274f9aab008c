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

    smooth: ClassVar[bool] = False
    """Where the canvas is shrunk, it is read from means without borders: for a canvas whose middle is read at many
    sizes, so that no grid of squares is painted into it."""

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

    from deepartist.views.sampling import Patch, Table, centred

    x, y = (torch.split(each.flatten(), BLOCK) for each in centred(height, width))
    pixels = torch.split(torch.arange(height * width), BLOCK)
    blocks = [_read(view, *block, height, width, periodic) for block in zip(pixels, x, y, strict=True)]
    ranks = []
    for rank in range(max(len(block) for block in blocks)):
        found = [block[rank] for block in blocks if rank < len(block)]
        which, index, share, level = (torch.cat(each) for each in zip(*found, strict=True))
        ranks.append((Patch(which.to(device), index.to(device), share.to(device=device, dtype=dtype)), level))
    first, *more = (patch for patch, _ in ranks)
    levels = 1 + max(int(level.max()) for _, level in ranks)
    return Table(first.index, first.share, levels, tuple(more), view.smooth)


Ranked = tuple["Tensor", "Tensor", "Tensor", "Tensor"]
"""Pixels, what they read, ``(pixels, 4)``, with what shares, and at which level of the pyramid."""


def _read(
    view: MappedView, pixels: Tensor, x: Tensor, y: Tensor, height: int, width: int, periodic: bool
) -> list[Ranked]:
    """Everything that a block of pixels reads: for each pixel the greatest share first, then what else some read."""
    import torch

    from deepartist.views.sampling import corners

    copies = view.copies(x, y, height, width)
    wraps, off = view.wraps(periodic), 0.5 if view.between else 0
    sizes = _sizes(height, width)
    # Trilinear: the two levels around the one at which neighbouring pixels read neighbouring places.
    fine = torch.stack(_shrinkage(view, copies, x, y, height, width)).clamp(min=1).log2().clamp(max=len(sizes) - 1)
    share = torch.stack([copy.share for copy in copies])
    weight = torch.cat([share * (1 - fine.frac()), share * fine.frac()])
    level = torch.cat([fine.long(), (fine.long() + 1).clamp(max=len(sizes) - 1)])
    across = torch.stack([copy.across for copy in copies]) + width / 2 + off
    down = torch.stack([copy.down for copy in copies]) + height / 2 + off
    # Around the canvas first: where its side is odd, coarser levels are longer than it and would drift.
    across, down = across % width if wraps[0] else across, down % height if wraps[1] else down

    total = weight.sum(0)
    weight, order = torch.where(weight > FAINT, weight, 0).sort(dim=0, descending=True, stable=True)
    weight *= total / weight.sum(0).clamp(min=FAINT)
    ranks = []
    for rank in range(len(weight)):
        some = torch.nonzero(weight[rank])[:, 0] if rank else torch.arange(len(x))
        if len(some) == 0:
            break
        group = order[rank, some]
        # What is not seen at all may lie in levels that nobody needs.
        which = torch.where(weight[rank, some] > 0, level[group, some], 0)
        begin, rows, columns = sizes[which].unbind(1)
        scale = 2.0 ** which.double()
        # As in turns: without rounding, places that are exact would mix in 1e-15 of a neighbour.
        right, below = (
            (place[group % len(copies), some] / scale - 0.5).mul(1e9).round().div(1e9) for place in (across, down)
        )
        index, part = corners(right, below, rows, columns, wraps)
        ranks.append((pixels[some], index + begin[:, None], part * weight[rank, some, None], which))
    return ranks


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
