"""Pyramids: there and back, gradients, and steps that move regions."""

from __future__ import annotations

import pytest
import torch

from deepartist.painting.optimizers import Pyramid
from deepartist.painting.optimizers.pyramid import to_canvas, to_levels


def random(*shape: int) -> torch.Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


@pytest.mark.parametrize(("size", "levels"), [((40, 33), 3), ((64, 64), 4), ((17, 16), 2), ((9, 12), 1)])
def test_there_and_back(size: tuple[int, int], levels: int) -> None:
    canvas = 0.1 + 0.8 * random(1, 3, *size)
    found = to_levels(canvas, 5)
    assert len(found) == levels, "no side is shorter than 8 pixels"
    torch.testing.assert_close(to_canvas(found, size), canvas)


def test_gradient() -> None:
    levels = [each.requires_grad_() for each in to_levels(0.1 + 0.8 * random(1, 3, 16, 17), 5)]
    assert torch.autograd.gradcheck(lambda *each: to_canvas(each, (16, 17))[..., :2, :2], levels)


def test_a_step_moves_a_region_further_than_a_point() -> None:
    """The slope of one point alone, once with coarser levels and once without."""

    def point(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        gradient = torch.zeros_like(x)
        gradient[..., 32, 32] = 1
        return x[..., 32, 32].sum(), gradient

    moved = []
    for levels in (1, 5):
        run = Pyramid(levels=levels, jitter=0).start(torch.full((1, 3, 64, 64), 0.5), 1, True, {})
        run.step(point)
        moved.append(int(((run.picture - 0.5).abs().amax(1) > 1e-5).sum()))
    assert moved[0] == 1
    assert moved[1] > 50


def test_it_finds_its_goal_within_the_range() -> None:
    goal = torch.tensor([0.9, 0.5, 0.1])[None, :, None, None].expand(1, 3, 16, 16)
    run = Pyramid(jitter=3).start(torch.full((1, 3, 16, 16), 0.5), 400, True, {})
    losses = [float(run.step(lambda x: ((x - goal).square().mean(), 2 * (x - goal) / x.numel()))) for _ in range(400)]
    assert losses[-1] < 0.01 * losses[0]
    assert 0 < run.picture.min() < run.picture.max() < 1
