"""What the operators measure with: means, covariances and relative distances, in float32 or better."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias, cast

if TYPE_CHECKING:
    from torch import Tensor

Measured: TypeAlias = "Tensor | Gaussian"
"""Means over positions."""

FLOOR = 1e-8
"""The least power of a reference: a silent or flat one gives a large loss, not an infinite one."""


@dataclass(frozen=True)
class Gaussian:
    """The mean ``(N, C)`` and the covariance ``(N, C, C)`` of features over their positions."""

    mean: Tensor
    covariance: Tensor

    @property
    def power(self) -> Tensor:
        """Mean square of the features, summed over channels: ``(N,)``."""
        return self.mean.square().sum(1) + self.covariance.diagonal(dim1=1, dim2=2).sum(1)


def precise(features: Tensor) -> Tensor:
    """The same in float32 where it comes from a network in half precision."""
    return features.float() if features.element_size() < 4 else features


def positions(features: Tensor) -> Tensor:
    """``(N, C, H, W)`` of any precision as ``(N, H·W, C)`` in float32 or float64; a view where it is channels_last."""
    return precise(features).permute(0, 2, 3, 1).flatten(1, 2)


def all_positions(maps: Sequence[Tensor]) -> Tensor:
    """The positions of all maps ``(1, C, H, W)`` as one set: ``(M, C)``."""
    import torch

    return torch.cat([positions(each)[0] for each in maps])


def only(features: Tensor, inside: Tensor) -> Tensor:
    """The places of ``(N, C, H, W)`` that are inside, ``(H·W,)`` of bool, as a map of one row: ``(N, C, 1, P)``."""
    return features.flatten(2)[:, :, inside][:, :, None]


def second_moment(rows: Tensor) -> Tensor:
    """Mean product of every two channels over positions: ``(N, P, C)`` → ``(N, C, C)``."""
    result: Tensor = _second_moment_function().apply(rows)
    return result


@cache
def _second_moment_function() -> Any:
    """One product in the backward instead of two, in the layout of the features: layers of a network are large."""
    import torch

    class SecondMoment(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, rows: Tensor) -> Tensor:
            ctx.save_for_backward(rows)
            return rows.mT @ rows / rows.shape[1]

        @staticmethod
        def backward(ctx: Any, gradient: Tensor) -> Tensor:
            (rows,) = ctx.saved_tensors
            result: Tensor = rows @ ((gradient + gradient.mT) / rows.shape[1])
            return result

    return SecondMoment


def gaussian(features: Tensor) -> Gaussian:
    """The first two moments of each feature map."""
    rows = positions(features)
    mean = rows.mean(1)
    # Centred before it is squared: ffᵀ/N − μμᵀ would lose most digits of a nearly flat signal in float32.
    return Gaussian(mean, second_moment(rows - mean[:, None, :]))


def pooled(maps: Sequence[Tensor], statistic: Callable[[Tensor], Tensor]) -> Tensor:
    """A mean over positions, taken over the positions of all maps together."""
    counts = [each.shape[2] * each.shape[3] for each in maps]
    total = sum(counts)
    return sum(
        (statistic(each) * (n / total) for each, n in zip(maps[1:], counts[1:], strict=True)),
        start=statistic(maps[0]) * (counts[0] / total),
    )


def joined(parts: Sequence[Measured], counts: Sequence[int]) -> Measured:
    """What was measured of each of several sets of positions, as if it were of all of them; `counts` are their sizes.

    Covariances are joined about the common mean (Chan, Golub and LeVeque, *Updating Formulae*, 1979).
    """
    import torch

    shares = [count / sum(counts) for count in counts]
    if isinstance(parts[0], Gaussian):
        each = cast(Sequence[Gaussian], parts)
        mean = cast("Tensor", joined([part.mean for part in each], counts))
        away = torch.stack([part.mean - mean for part in each], 1)  # (N, parts, C)
        within = cast("Tensor", joined([part.covariance for part in each], counts))
        return Gaussian(mean, within + away.mT @ (away * away.new_tensor(shares)[:, None]))
    terms = [part * share for part, share in zip(cast("Sequence[Tensor]", parts), shares, strict=True)]
    return sum(terms[1:], start=terms[0])


def pooled_gaussian(maps: Sequence[Tensor]) -> Gaussian:
    """The first two moments of the positions of all maps together, exactly."""
    mean = pooled(maps, lambda each: positions(each).mean(1))
    return Gaussian(mean, pooled(maps, lambda each: second_moment(positions(each) - mean[:, None, :])))


def relative(signal: Tensor, reference: Tensor, floor: float = FLOOR) -> Tensor:
    """``mean((x − x*)²) / mean(x*²)`` of each of N signals against one reference ``(1, …)``: ``(N,)``."""
    power = reference.square().mean().clamp(min=floor)
    return (signal - reference).square().mean(tuple(range(1, signal.dim()))) / power


def the_only(maps: Sequence[Tensor], operator: str) -> Tensor:
    """The one reference of an operator that compares place by place."""
    if len(maps) != 1:
        raise ValueError(f"{operator} compares place by place and takes one reference picture, not {len(maps)}")
    return maps[0]


def check_same_size(features: Tensor, reference: Tensor, operator: str) -> None:
    """Raise ValueError where two feature maps do not lie on each other."""
    if features.shape[1:] != reference.shape[1:]:
        own, other = (" × ".join(str(side) for side in each.shape[1:]) for each in (features, reference))
        raise ValueError(f"{operator} compares place by place, but {own} features meet a reference of {other}")
