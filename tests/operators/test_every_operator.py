"""The six tests that every operator passes, each against a value computed in numpy."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch
from scipy.linalg import sqrtm
from torch import Tensor

import deepartist.operators as operators
from deepartist.operators import (
    Channel,
    Content,
    Covariance,
    Gram,
    Laplacian,
    Mean,
    Moments,
    Operator,
    Palette,
    Power,
    TotalVariation,
)

SHAPE = (3, 12, 13)
"""Channels, height and width of the features: odd, and just large enough for the Laplacian at scale 4."""


def flat(features: np.ndarray) -> np.ndarray:
    return features.reshape(features.shape[0], -1)


def ratio(x: np.ndarray, wanted: np.ndarray) -> float:
    return float(((x - wanted) ** 2).sum() / (wanted**2).sum())


def gaussian(f: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return flat(f).mean(1), np.cov(flat(f), bias=True)


def numpy_gram(f: np.ndarray, r: np.ndarray) -> float:
    own, wanted = (np.einsum("ip,jp->ij", flat(x), flat(x)) / flat(x).shape[1] for x in (f, r))
    return ratio(own, wanted)


def numpy_covariance(f: np.ndarray, r: np.ndarray) -> float:
    (mean, covariance), (wanted, wanted_covariance) = gaussian(f), gaussian(r)
    power = (wanted**2).sum() + np.trace(wanted_covariance)
    return float(((mean - wanted) ** 2).sum() / power) + ratio(covariance, wanted_covariance)


def numpy_wasserstein(f: np.ndarray, r: np.ndarray) -> float:
    (mean, a), (wanted, b) = gaussian(f), gaussian(r)
    power = (wanted**2).sum() + np.trace(b)
    ridge = 1e-4 * np.trace(b) / len(b) * np.eye(len(b))
    root = sqrtm(b + ridge)
    common = sqrtm(root @ (a + ridge) @ root)
    return float((((mean - wanted) ** 2).sum() + np.trace(a + b + 2 * ridge - 2 * common.real)) / power)


def numpy_moments(weights: tuple[float, float, float]) -> Callable[[np.ndarray, np.ndarray], float]:
    def parts(f: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        mean, covariance = gaussian(f)
        spread = np.sqrt(np.diag(covariance) + 1e-6)
        return mean, spread, covariance / np.outer(spread, spread)

    return lambda f, r: sum(w * ratio(x, y) for w, x, y in zip(weights, parts(f), parts(r), strict=True))


def numpy_laplacian(f: np.ndarray, r: np.ndarray) -> float:
    def means(x: np.ndarray, window: int) -> np.ndarray:
        wide = np.pad(x, [(0, 0), (window - 1, window - 1), (window - 1, window - 1)], mode="edge")
        return np.lib.stride_tricks.sliding_window_view(wide, (window, window), (1, 2)).mean((3, 4))

    def edges(x: np.ndarray, window: int) -> np.ndarray:
        luma = np.tensordot([0.299, 0.587, 0.114], x, 1)[None]
        p = np.pad(means(luma, window)[0], window, mode="edge")
        q, inside = window, slice(window, -window)
        return (
            p[: -2 * q, inside] + p[2 * q :, inside] + p[inside, : -2 * q] + p[inside, 2 * q :] - 4 * p[inside, inside]
        )

    low, wanted = means(f, 2), means(r, 2)
    scales = [q for q in (2, 4) if min(f.shape[1:]) >= 4 * q]
    return 10 * float(((low - wanted) ** 2).mean() / wanted.var()) + sum(
        ratio(edges(f, q), edges(r, q)) for q in scales
    )


def numpy_palette(f: np.ndarray, r: np.ndarray) -> float:
    def colors(x: np.ndarray) -> list[np.ndarray]:
        means = [x[:, 2:-2, 2:-2]]
        for window in (2, 4):
            low = np.lib.stride_tricks.sliding_window_view(x, (window, window), (1, 2)).mean((3, 4))
            first = 2 - window // 2
            means.append(low[:, first : first + x.shape[1] - 4, first : first + x.shape[2] - 4])
        last.append(flat(means[2]).mean(1))
        return [np.cov(flat(each), bias=True) for each in (means[0] - means[1], means[1] - means[2], means[2])]

    last: list[np.ndarray] = []
    total = 0.0
    for own, wanted in zip(colors(f), colors(r), strict=True):
        ridge = (2e-3 * np.trace(wanted) / 3 + 1e-6) * np.eye(3)
        values = np.linalg.eigvals(np.linalg.inv(wanted + ridge) @ (own + ridge))
        total += float((np.log(np.sqrt(values.real)) ** 2).sum())
    away = last[0] - last[1]
    return total + float(away @ np.linalg.inv(wanted + ridge) @ away)


def numpy_tv(f: np.ndarray, r: np.ndarray) -> float:
    total = 0.0
    channels, height, width = f.shape
    for c, y, x in itertools.product(range(channels), range(height), range(width)):
        for dy, dx, share in ((0, 1, 1 / 3), (1, 0, 1 / 3), (1, 1, 1 / 12), (1, -1, 1 / 12)):
            if y + dy < height and 0 <= x + dx < width:
                total += share * (f[c, y, x] - f[c, y + dy, x + dx]) ** 2
    return 2 * total / f.size


@dataclass(frozen=True)
class Case:
    operator: Operator
    numpy: Callable[[np.ndarray, np.ndarray], float]
    least: float = 0.0
    """The loss at `optimum`."""
    optimum: Callable[[Tensor], Tensor] = lambda reference: reference


CASES = {
    "gram": Case(Gram(), numpy_gram),
    "covariance": Case(Covariance(), numpy_covariance),
    "covariance-wasserstein": Case(Covariance(distance="wasserstein"), numpy_wasserstein),
    "moments": Case(Moments(), numpy_moments((1, 1, 1))),
    "moments-weighted": Case(Moments(mean=0.5, spread=0, correlation=3), numpy_moments((0.5, 0, 3))),
    "mean": Case(Mean(), lambda f, r: ratio(flat(f).mean(1), flat(r).mean(1))),
    "content": Case(Content(), ratio),
    "laplacian": Case(Laplacian(), numpy_laplacian),
    "palette": Case(Palette(bands=3), numpy_palette),
    "tv": Case(TotalVariation(), numpy_tv, optimum=lambda reference: torch.full_like(reference, 0.3)),
    "power": Case(Power(), lambda f, r: -float((f**2).mean() / (r**2).mean()), least=-1.0),
    "power-exponent": Case(
        Power(exponent=3, clip=-4), lambda f, r: -float((abs(f) ** 3).mean() / (abs(r) ** 3).mean()), least=-1.0
    ),
}


def features(seed: int, count: int = 1, dtype: torch.dtype = torch.float64) -> Tensor:
    """Correlated positive features with unequal channels."""
    noise = torch.rand(count, *SHAPE, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    mix = torch.tensor([[1.0, 0.2, 0.0], [0.3, 0.6, 0.1], [0.0, 0.5, 0.4]], dtype=torch.float64)
    return (torch.einsum("dc,nchw->ndhw", mix, noise) * (0.5 + 0.1 * seed)).to(dtype)


def numpy_channel(f: np.ndarray, r: np.ndarray) -> float:
    return -float(f[[2, 1]].mean() / np.sqrt((r**2).mean()))


CASES["channel"] = Case(
    Channel(index=(2, 4)), numpy_channel, least=numpy_channel(features(1)[0].numpy(), features(1)[0].numpy())
)


@pytest.fixture(params=CASES.values(), ids=CASES.keys())
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


@pytest.fixture(autouse=True)
def _deterministic() -> Iterator[None]:
    torch.use_deterministic_algorithms(True)
    yield
    torch.use_deterministic_algorithms(False)


def loss_against(operator: Operator, reference: Tensor) -> Callable[[Tensor], Tensor]:
    target: Any = operator.target([reference])
    return lambda signal: operator.loss(signal, target)


def test_every_operator_has_a_case() -> None:
    names = {part.name for part in vars(operators).values() if isinstance(part, type) and part is not Operator}
    # A place of no direction has no optimum to be compared with: flow has tests of its own.
    assert names == {case.operator.name for case in CASES.values()} | {"flow"}


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_least_at_the_target(case: Case, dtype: torch.dtype) -> None:
    reference = features(1, dtype=dtype)
    optimum = case.optimum(reference).requires_grad_()
    loss = loss_against(case.operator, reference)(optimum)
    (slope,) = torch.autograd.grad(loss.sum(), optimum)
    assert loss.shape == (1,)
    assert loss.dtype == dtype
    assert loss.item() == pytest.approx(case.least, abs=1e-6)
    if case.least == 0:
        assert slope.abs().max() < 1e-5


def test_greater_elsewhere(case: Case) -> None:
    loss = loss_against(case.operator, features(1))
    others = torch.cat([0.7 * features(1), features(2) - 0.3, 0.4 * features(3).flip(1)])
    assert (loss(others) > case.least + 1e-4).all()


def test_gradient(case: Case) -> None:
    loss = loss_against(case.operator, features(1))
    assert torch.autograd.gradcheck(loss, features(2).requires_grad_(), atol=1e-6)


def test_value_as_in_numpy(case: Case) -> None:
    signal, reference = features(2) - 0.2, features(1)
    expected = case.numpy(signal[0].numpy(), reference[0].numpy())
    assert loss_against(case.operator, reference)(signal).item() == pytest.approx(expected, rel=1e-9)
    single = loss_against(case.operator, reference.float())(signal.float())
    assert single.item() == pytest.approx(expected, rel=1e-4)


def test_batch_is_its_singles(case: Case) -> None:
    loss = loss_against(case.operator, features(1))
    batch = features(2, count=3)
    singles = torch.cat([loss(each[None]) for each in batch])
    assert loss(batch).shape == (3,)
    torch.testing.assert_close(loss(batch), singles, rtol=1e-12, atol=1e-12)


def test_a_few_steps_lower_it(case: Case) -> None:
    loss = loss_against(case.operator, features(1, dtype=torch.float32))
    canvas = features(2, dtype=torch.float32).requires_grad_()
    optimizer = torch.optim.Adam([canvas], lr=0.01)
    before = loss(canvas).item()
    for _ in range(5):
        optimizer.zero_grad()
        loss(canvas).sum().backward()
        optimizer.step()
    assert loss(canvas).item() < before - 1e-4


@pytest.mark.parametrize("value", [0.0, 0.5])
def test_flat_pictures_give_finite_slopes(case: Case, value: float) -> None:
    lively, plain = features(1, dtype=torch.float32), torch.full((1, *SHAPE), value)
    for reference, canvas in ((plain, lively), (plain, plain), (lively, plain)):
        signal = canvas.clone().requires_grad_()
        loss = loss_against(case.operator, reference)(signal)
        (slope,) = torch.autograd.grad(loss.sum(), signal)
        assert loss.isfinite().all()
        assert slope.isfinite().all()


def test_half_precision_is_measured_in_single(case: Case) -> None:
    signal, reference = (features(seed, dtype=torch.bfloat16) for seed in (2, 1))
    expected = loss_against(case.operator, reference.float())(signal.float())
    loss = loss_against(case.operator, reference)(signal)
    assert loss.dtype == torch.float32
    torch.testing.assert_close(loss, expected)


POOLING = {name: case for name, case in CASES.items() if case.operator.places & {"style", "enhance"}}
POOLING["palette"] = Case(Palette(bands=1), numpy_palette)  # the windows of more bands would see the cut


@pytest.mark.parametrize("case", POOLING.values(), ids=POOLING.keys())
def test_two_references_are_one_of_both_sets_of_positions(case: Case) -> None:
    both = features(1)
    left, right = both[..., :5], both[..., 5:]  # of unequal size
    signal = features(2)
    pooled = case.operator.loss(signal, case.operator.target([left, right]))
    torch.testing.assert_close(pooled, loss_against(case.operator, both)(signal), rtol=1e-10, atol=1e-12)


def test_it_has_a_place_and_says_what_it_does(case: Case) -> None:
    operator = type(case.operator)
    assert operator.places
    assert operator.places <= {"style", "content", "enhance", "regularize"}
    assert operator.additive
    assert operator.on_pixels == (operator.name in ("laplacian", "palette", "tv"))
    assert "loss = " in (operator.__doc__ or "")
    assert "Source" in (operator.__doc__ or "")
    assert operator.model_validate(case.operator.canonical()[operator.name]) == case.operator
