"""Waves: there and back, gradients, and steps that move large shapes furthest."""

from __future__ import annotations

import pytest
import torch

from deepartist.painting.fourier import Fourier, to_canvas, to_waves


def random(*shape: int, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(1), dtype=dtype)


@pytest.mark.parametrize("size", [(8, 8), (9, 12), (7, 5)])
def test_there_and_back(size: tuple[int, int]) -> None:
    canvas = 0.1 + 0.8 * random(1, 3, *size)
    torch.testing.assert_close(to_canvas(to_waves(canvas), size), canvas)
    assert to_waves(canvas).shape == (1, 3, size[0], size[1] // 2 + 1, 2)


def test_black_and_white_are_drawn_inwards_a_little() -> None:
    canvas = (random(1, 3, 8, 8) > 0.5).double()
    found = to_canvas(to_waves(canvas), (8, 8))
    assert (found - canvas).abs().max() == pytest.approx(0.02, abs=1e-6)


def test_gradient() -> None:
    waves = to_waves(0.1 + 0.8 * random(1, 3, 4, 6)).requires_grad_()
    assert torch.autograd.gradcheck(lambda each: to_canvas(each, (4, 6)), waves)


def towards(goal: torch.Tensor) -> object:
    def loss(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        x = x.detach().requires_grad_()
        value = (x - goal).square().mean()
        value.backward()  # type: ignore[no-untyped-call]
        assert x.grad is not None
        return value.detach(), x.grad

    return loss


def test_it_finds_its_goal_within_the_range() -> None:
    run = Fourier(jitter=0, rate=0.3).start(torch.full((1, 3, 16, 16), 0.5), 500, True, {})
    loss = towards(torch.tensor([0.9, 0.5, 0.1])[None, :, None, None].expand(1, 3, 16, 16))
    first = float(run.step(loss))  # type: ignore[arg-type]
    for _ in range(499):
        last = float(run.step(loss))  # type: ignore[arg-type]
    assert last < 0.01 * first
    assert run.picture.min() > 0
    assert run.picture.max() < 1


def test_large_shapes_move_further_than_small_ones() -> None:
    """One step towards a picture of one large and one small wave of equal strength."""
    x = torch.arange(32) / 32 * 2 * torch.pi
    goal = 0.5 + 0.2 * (torch.sin(x) + torch.sin(8 * x)).expand(1, 3, 32, 32)
    run = Fourier(jitter=0).start(torch.full((1, 3, 32, 32), 0.5), 50, True, {})
    run.step(towards(goal))  # type: ignore[arg-type]
    spectrum = torch.fft.rfft(run.picture[0, 0, 0] - 0.5).abs()
    assert spectrum[1] > 4 * spectrum[8]
    assert spectrum[8] > 0


def test_the_same_seed_jitters_alike() -> None:
    pictures = []
    for _ in range(2):
        run = Fourier().start(torch.full((1, 3, 16, 16), 0.5), 5, True, {})
        for _ in range(5):
            run.step(towards(random(1, 3, 16, 16, dtype=torch.float32)))  # type: ignore[arg-type]
        pictures.append(run.picture)
    assert torch.equal(*pictures)
