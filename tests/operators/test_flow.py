"""Strokes along the shapes of a content: directions known beforehand, and the value by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from deepartist.operators import Flow
from deepartist.operators.flow import directions


def stripes(angle: float, side: int = 48, period: float = 9.0, dtype: torch.dtype = torch.float64) -> Tensor:
    """Stripes that run at `angle` (radians, from the x axis down), gray, ``(1, 3, side, side)``."""
    y, x = torch.meshgrid(*[torch.arange(side, dtype=dtype)] * 2, indexing="ij")
    across = -x * math.sin(angle) + y * math.cos(angle)
    return (0.5 + 0.4 * torch.sin(across * 2 * math.pi / period)).expand(1, 3, side, side)


def noise(seed: int, count: int = 1, side: int = 24) -> Tensor:
    return torch.rand(count, 3, side, side, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize("degrees", [0, 30, 45, 90, 150])
def test_directions_are_those_across_the_stripes(degrees: float) -> None:
    angle = math.radians(degrees)
    field = directions(stripes(angle))[0, :, 12:-12, 12:-12].mean((1, 2))
    expected = torch.tensor([-math.cos(2 * angle), -math.sin(2 * angle)], dtype=torch.float64)  # twice the normal
    assert torch.allclose(field / field.norm(), expected, atol=0.06)  # small differences prefer the axes a little
    assert 0.9 < float(field.norm()) <= 1


@pytest.mark.parametrize("degrees", [0, 60, 90])
def test_nothing_along_one_half_anywhere_one_across(degrees: float) -> None:
    angle, flow = math.radians(degrees), Flow(scales=(1, 2))
    target = flow.target([stripes(angle)])
    assert flow.loss(stripes(angle), target).item() == pytest.approx(0, abs=0.04)
    assert flow.loss(noise(1, side=48), target).item() == pytest.approx(1, abs=0.1)  # 1/2 for each of two scales
    assert flow.loss(stripes(angle + math.pi / 2), target).item() == pytest.approx(2, abs=0.08)


def test_a_finer_or_fainter_drawing_in_the_same_direction_is_as_good() -> None:
    flow = Flow(scales=(1, 2))
    target = flow.target([stripes(0.5)])
    other = 0.5 + 0.1 * (stripes(0.5, period=12) - 0.5)
    assert flow.loss(other, target).item() < 0.1


def test_value_by_hand() -> None:
    picture, reference = noise(2), noise(3)
    twice = directions(reference)[0].numpy()
    luma = np.tensordot([0.299, 0.587, 0.114], picture[0].numpy(), 1)
    wide = np.pad(luma, 1, mode="edge")
    across, down = wide[1:-1, 2:] - wide[1:-1, :-2], wide[2:, 1:-1] - wide[:-2, 1:-1]
    agree = ((across**2 - down**2) * twice[0] + 2 * across * down * twice[1]).sum()
    power = ((across**2 + down**2) * np.hypot(*twice)).sum()
    flow = Flow(scales=(1,))
    assert flow.loss(picture, flow.target([reference])).item() == pytest.approx((1 - agree / power) / 2, rel=1e-6)


def test_gradient_batch_and_descent() -> None:
    flow = Flow(scales=(1, 2))
    target = flow.target([noise(4, side=12)])
    loss = lambda x: flow.loss(x, target)  # noqa: E731
    assert torch.autograd.gradcheck(loss, noise(5, side=12).requires_grad_(), atol=1e-6)
    batch = noise(6, count=3, side=12)
    torch.testing.assert_close(loss(batch), torch.cat([loss(each[None]) for each in batch]))
    canvas = noise(7, side=12).requires_grad_()
    optimizer, before = torch.optim.Adam([canvas], lr=0.02), loss(canvas).item()
    for _ in range(10):
        optimizer.zero_grad()
        loss(canvas).sum().backward()
        optimizer.step()
    assert loss(canvas).item() < before - 0.01


@pytest.mark.parametrize("value", [0.0, 0.5])
def test_flat_pictures(value: float) -> None:
    plain = torch.full((1, 3, 24, 24), value, dtype=torch.float64)
    for reference, picture in ((plain, noise(1)), (noise(1), plain), (plain, plain)):
        canvas = picture.clone().requires_grad_()
        loss = Flow().loss(canvas, Flow().target([reference]))
        (slope,) = torch.autograd.grad(loss.sum(), canvas)
        assert loss.isfinite().all()
        assert slope.isfinite().all()
