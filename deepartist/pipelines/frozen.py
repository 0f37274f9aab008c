"""Steps of a network that learns nothing, whose backward passes keep almost nothing.

Only the picture is painted, never the weights. So a convolution need not keep what it saw (torch keeps it for the
weights' gradient), padding need not be kept beside what was padded, and of a rectifier one byte a value is enough:
where it let pass. What is left in memory is about a third; values, gradients and time stay as they are.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from torch import Tensor

Border = tuple[int, int]
"""Pixels added before and after, alike in both directions."""
Edges = Literal["replicate", "circular"]


def convolution(
    x: Tensor, weight: Tensor, bias: Tensor | None, stride: int, border: Border, edges: Edges, zeros: int = 0
) -> Tensor:
    """``(N, C, H, W)`` extended by `border`, then by `zeros` on all sides, convolved with ``(D, C / groups, k, k)``."""
    result: Tensor = _functions()[0].apply(x, weight, bias, stride, border, edges, zeros)
    return result


def rectified(x: Tensor) -> Tensor:
    """``max(x, 0)``."""
    result: Tensor = _functions()[1].apply(x)
    return result


def averaged(x: Tensor, size: int) -> Tensor:
    """Means of squares side by side; odd remainders are dropped."""
    result: Tensor = _functions()[2].apply(x, size)
    return result


def extended(x: Tensor, border: Border, edges: Edges) -> Tensor:
    """`x` with `border` pixels before and after in both directions, repeated or from the opposite edge."""
    import torch.nn.functional as F

    before, after = border
    if before == after == 0:
        return x
    if edges == "replicate":
        return F.pad(x, (before, after, before, after), mode="replicate")
    height, width = x.shape[-2:]
    if min(height, width) >= max(border):
        return F.pad(x, (before, after, before, after), mode="circular")
    # The kernel is wider than the torus, and sees it more than once.
    above, left = -(-before // height), -(-before // width)
    many = x.repeat(1, 1, above + 1 - (-after // height), left + 1 - (-after // width))
    top, start = above * height - before, left * width - before
    return many[..., top : top + before + height + after, start : start + before + width + after]


def folded(x: Tensor, border: Border, edges: Edges) -> Tensor:
    """The transpose of `extended`: pixels outside are added to those that they were taken from. Changes `x`."""
    before, after = border
    for axis in (2, 3):
        size = x.shape[axis] - before - after
        own = x.narrow(axis, before, size)
        for place in (*range(-before, 0), *range(size, size + after)):
            source = place % size if edges == "circular" else min(max(place, 0), size - 1)
            own.select(axis, source).add_(x.select(axis, place + before))
        x = own
    return x


@cache
def _functions() -> tuple[Any, Any, Any]:
    import torch
    import torch.nn.functional as F
    from torch.autograd.function import once_differentiable

    class Convolution(torch.autograd.Function):
        @staticmethod
        def forward(
            ctx: Any,
            x: Tensor,
            weight: Tensor,
            bias: Tensor | None,
            stride: int,
            border: Border,
            edges: Edges,
            zeros: int,
        ) -> Tensor:
            wide = extended(x, border, edges)
            ctx.save_for_backward(weight)
            ctx.seen, ctx.options = wide.shape[2:], (stride, border, edges, zeros, x.shape[1] // weight.shape[1])
            return F.conv2d(wide, weight, bias, stride, zeros, groups=ctx.options[-1])

        @staticmethod
        @once_differentiable
        def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
            (weight,), (stride, border, edges, zeros, groups) = ctx.saved_tensors, ctx.options
            # Strides drop rows at the end, which the transpose has to be told.
            dropped = [
                seen + 2 * zeros - weight.shape[-1] - (out - 1) * stride
                for seen, out in zip(ctx.seen, gradient.shape[2:], strict=True)
            ]
            wide = F.conv_transpose2d(gradient, weight, None, stride, zeros, dropped, groups)
            return folded(wide, border, edges), None, None, None, None, None, None

    class Rectifier(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor) -> Tensor:
            result = x.relu()
            ctx.save_for_backward((result > 0).view(torch.uint8))
            return result

        @staticmethod
        @once_differentiable
        def backward(ctx: Any, gradient: Tensor) -> Tensor:
            (passed,) = ctx.saved_tensors
            slope: Tensor = gradient * passed  # of integers: five times as fast as `where`, and as by truth values
            return slope

    class Average(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor, size: int) -> Tensor:
            ctx.seen, ctx.size = x.shape[2:], size
            return F.avg_pool2d(x, size, size)

        @staticmethod
        @once_differentiable
        def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
            spread = F.interpolate(gradient / ctx.size**2, scale_factor=ctx.size, mode="nearest")
            down, across = (seen - own for seen, own in zip(ctx.seen, spread.shape[2:], strict=True))
            return F.pad(spread, (0, across, 0, down)) if down or across else spread, None

    return Convolution, Rectifier, Average
