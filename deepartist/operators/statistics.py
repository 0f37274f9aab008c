"""What the operators measure with: means, covariances and relative distances, in float32 or better."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

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
    """``(N, C, H, W)`` of any precision as ``(N, C, H·W)`` in float32 or float64."""
    return precise(features).flatten(2)


def gaussian(features: Tensor) -> Gaussian:
    """The first two moments of each feature map."""
    flat = positions(features)
    mean = flat.mean(2)
    # Centred before it is squared: ffᵀ/N − μμᵀ would lose most digits of a nearly flat signal in float32.
    centred = flat - mean[:, :, None]
    return Gaussian(mean, centred @ centred.mT / flat.shape[2])


def pooled(maps: Sequence[Tensor], statistic: Callable[[Tensor], Tensor]) -> Tensor:
    """A mean over positions, taken over the positions of all maps together."""
    counts = [each.shape[2] * each.shape[3] for each in maps]
    total = sum(counts)
    return sum(
        (statistic(each) * (n / total) for each, n in zip(maps[1:], counts[1:], strict=True)),
        start=statistic(maps[0]) * (counts[0] / total),
    )


def pooled_gaussian(maps: Sequence[Tensor]) -> Gaussian:
    """The first two moments of the positions of all maps together, exactly."""
    mean = pooled(maps, lambda each: positions(each).mean(2))

    def about_the_common_mean(each: Tensor) -> Tensor:
        centred = positions(each) - mean[:, :, None]
        return centred @ centred.mT / centred.shape[2]

    return Gaussian(mean, pooled(maps, about_the_common_mean))


def relative(signal: Tensor, reference: Tensor, floor: float = FLOOR) -> Tensor:
    """``mean((x − x*)²) / mean(x*²)`` of each of N signals against one reference ``(1, …)``: ``(N,)``."""
    power = reference.square().mean().clamp(min=floor)
    return (signal - reference).square().flatten(1).mean(1) / power


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
