"""The optimisers on problems whose answer is known."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
import torch

from deepartist.painting.optimizers import Adam, Lbfgs
from deepartist.painting.optimizers.lbfgs import cubic_minimum

SHAPE = (1, 3, 8, 8)


def quadratic(target: torch.Tensor, stiffness: torch.Tensor):
    def loss(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return (stiffness * (x - target) ** 2).sum(), 2 * stiffness * (x - target)

    return loss


@pytest.fixture
def problem() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    target = torch.rand(SHAPE, generator=generator) * 1.6 - 0.3  # partly out of range
    stiffness = torch.logspace(0, 3, target.numel()).reshape(SHAPE)
    return target, stiffness


def test_lbfgs_finds_the_constrained_minimum(problem: tuple[torch.Tensor, torch.Tensor]) -> None:
    run = Lbfgs().start(torch.full(SHAPE, 0.5), 120, True, {})
    losses = [float(run.step(quadratic(*problem))) for _ in range(120)]
    assert torch.allclose(run.picture, problem[0].clamp(0, 1), atol=2e-3)
    assert all(later <= earlier for earlier, later in pairwise(losses))


def test_lbfgs_without_bounds_leaves_the_range(problem: tuple[torch.Tensor, torch.Tensor]) -> None:
    run = Lbfgs().start(torch.full(SHAPE, 0.5), 120, False, {})
    for _ in range(120):
        run.step(quadratic(*problem))
    assert torch.allclose(run.picture, problem[0], atol=1e-2)


def test_lbfgs_takes_far_fewer_steps_than_adam(problem: tuple[torch.Tensor, torch.Tensor]) -> None:
    def after(optimizer: Lbfgs | Adam) -> float:
        run = optimizer.start(torch.full(SHAPE, 0.5), 60, True, {})
        for _ in range(60):
            value = run.step(quadratic(problem[0].clamp(0, 1), problem[1]))
        return float(value)

    assert after(Lbfgs()) < 0.1 * after(Adam(average=0))


def test_lbfgs_survives_a_loss_that_cannot_be_lowered() -> None:
    flat = lambda x: (x.sum() * 0 + 1, torch.zeros_like(x))  # noqa: E731
    run = Lbfgs().start(torch.full(SHAPE, 0.5), 5, True, {})
    for _ in range(5):
        assert float(run.step(flat)) == 1
    assert torch.equal(run.picture, torch.full(SHAPE, 0.5))


def test_adam_by_hand() -> None:
    """Two steps against numbers worked out from Kingma and Ba's formula, constant gradient 1."""
    run = Adam(rate=0.1, average=0).start(torch.full((1, 3, 1, 1), 0.9), 2, False, {})
    constant = lambda x: (x.sum(), torch.ones_like(x))  # noqa: E731
    run.step(constant)
    # rate · (0.55 + 0.45 cos(π/2)) · 1 = 0.055
    assert run.picture.flatten()[0] == pytest.approx(0.9 - 0.055, abs=1e-5)
    run.step(constant)
    # cos(π) = −1: a tenth of the rate
    assert run.picture.flatten()[0] == pytest.approx(0.9 - 0.055 - 0.01, abs=1e-5)


def test_adam_averages_its_iterates_and_hands_on_its_moments() -> None:
    run = Adam(rate=0.1, average=0.5).start(torch.zeros(SHAPE), 4, False, {})
    linear = lambda x: (x.sum(), torch.ones_like(x))  # noqa: E731
    iterates = []
    for _ in range(4):
        run.step(linear)
        iterates.append(float(run.x.flatten()[0]))  # type: ignore[attr-defined]
    weights = [0.5**4, 0.5**3, 0.5**2, 0.5]
    mean = sum(w * x for w, x in zip(weights, iterates, strict=True)) / sum(weights)
    assert run.picture.flatten()[0] == pytest.approx(mean, abs=1e-6)
    state = run.state
    assert set(state) == {"first", "second"}
    assert (state["second"] > 0).all()
    warm = Adam(rate=0.1, average=0).start(
        torch.zeros(SHAPE), 100, False, {"first": -state["first"], "second": state["second"]}
    )
    warm.step(lambda x: (x.sum(), torch.zeros_like(x)))
    assert (warm.picture > 0).all(), "the moments of the stage before must move the first step"


def test_a_larger_stage_steps_as_far_as_a_small_one() -> None:
    """A mean over four times as many pixels has a quarter of the slope at each; what Adam carries over knows that."""

    def loss(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        x = x.detach().requires_grad_()
        value = (x - 1).square().mean()
        value.backward()  # type: ignore[no-untyped-call]
        assert x.grad is not None
        return value.detach(), x.grad

    optimizer = Adam()
    small = optimizer.start(torch.zeros(1, 3, 8, 8), 10, False, {})
    for _ in range(10):
        small.step(loss)
    large = torch.zeros(1, 3, 16, 16)
    state = {name: value.repeat_interleave(2, 2).repeat_interleave(2, 3) for name, value in small.state.items()}
    moved = {}
    for name, carried in {"small": small.state, "grown": optimizer.grown(state, 0.25), "as it was": state}.items():
        run = optimizer.start(large[..., :8, :8] if name == "small" else large, 100, False, carried)
        for _ in range(20):
            run.step(loss)
        moved[name] = float(run.picture.mean())
    assert moved["grown"] == pytest.approx(moved["small"], rel=0.05)
    assert moved["as it was"] < 0.8 * moved["small"]


def test_a_cubic_has_its_minimum_where_it_is() -> None:
    """t³ − t falls to 1/√3; a parabola between equal ends to the middle; what has no minimum is halved."""
    assert cubic_minimum(0, 0, -1, 2) == pytest.approx(3**-0.5)
    assert cubic_minimum(1, 1, -1, 1) == 0.5
    assert cubic_minimum(0, 1e9, -1e-9, 1e9) == 0.1
    assert cubic_minimum(0, math.nan, -1, math.nan) == 0.5
    assert cubic_minimum(0, math.inf, -1, math.inf) == 0.5


def test_lbfgs_falls_in_every_step_of_a_crooked_valley() -> None:
    """Rosenbrock's function at every pixel, between the first and the second channel."""

    def loss(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        x = x.detach().requires_grad_()
        a, b = 3 * x[:, 0] - 1.5, 3 * x[:, 1] - 1.5
        value = ((1 - a).square() + 100 * (b - a.square()).square()).sum()
        value.backward()  # type: ignore[no-untyped-call]
        assert x.grad is not None
        return value.detach(), x.grad

    start = torch.rand(SHAPE, generator=torch.Generator().manual_seed(3))
    run = Lbfgs().start(start, 400, True, {})
    losses = [float(run.step(loss)) for _ in range(400)]
    assert all(later <= earlier for earlier, later in pairwise(losses))
    assert losses[-1] < 1e-4 * losses[0]
    assert 0 <= run.picture.min() <= run.picture.max() <= 1


def test_lbfgs_without_its_box_leaves_a_range_that_the_canvas_has(problem: tuple[torch.Tensor, torch.Tensor]) -> None:
    run = Lbfgs(box=False).start(torch.full(SHAPE, 0.5), 120, True, {})
    for _ in range(120):
        run.step(quadratic(*problem))
    assert torch.allclose(run.picture, problem[0], atol=1e-2)


def test_lbfgs_gives_up_where_no_step_helps() -> None:
    """Whatever is tried is worse: two searches, then no further evaluation."""
    calls = 0

    def lying(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        nonlocal calls
        calls += 1
        return torch.tensor(float(calls)), torch.ones_like(x)

    run = Lbfgs().start(torch.full(SHAPE, 0.5), 9, True, {})
    for _ in range(9):
        run.step(lying)
    assert torch.equal(run.picture, torch.full(SHAPE, 0.5))
    assert calls == 1 + 2 * 10
