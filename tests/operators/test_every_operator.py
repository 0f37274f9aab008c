"""The six tests that every operator passes, each against a value computed in numpy."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy.linalg import sqrtm
from torch import Tensor

import deepartist.operators as operators
from deepartist.operators import (
    W2,
    BnStats,
    Channel,
    Content,
    Contextual,
    Covariance,
    CrossGram,
    Direction,
    Gram,
    GramEnhance,
    Guided,
    Histogram,
    Laplacian,
    Mean,
    Moments,
    Nearest,
    Operator,
    Palette,
    PatchMrf,
    PatchSwd,
    Power,
    RelaxedEmd,
    SelfSimilarity,
    ShiftedGram,
    Sliced,
    TotalVariation,
)
from deepartist.operators.base import Drawn
from deepartist.randomness import random_generator

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


def rows(f: np.ndarray) -> np.ndarray:
    """Positions by channels."""
    return flat(f).T


def numpy_gram_of(f: np.ndarray) -> np.ndarray:
    return rows(f).T @ rows(f) / len(rows(f))


def numpy_gram_enhance(f: np.ndarray, r: np.ndarray) -> float:
    own, wanted = numpy_gram_of(f), numpy_gram_of(r)
    return float(np.clip(-own * wanted / (wanted**2).mean(), -2, 1).mean())


def numpy_bn_stats(f: np.ndarray, r: np.ndarray) -> float:
    own, wanted = (np.concatenate([flat(x).mean(1), np.sqrt(flat(x).var(1) + 1e-5)]) for x in (f, r))
    return ratio(own, wanted)


def numpy_shifted_gram(f: np.ndarray, r: np.ndarray) -> float:
    def products(x: np.ndarray) -> np.ndarray:
        found = []
        for dx, dy in ((1, 0), (4, 0), (0, 1), (0, 4)):
            near, far = x[:, : x.shape[1] - dy, : x.shape[2] - dx], x[:, dy:, dx:]
            found.append(rows(near).T @ rows(far) / len(rows(near)))
        return np.stack(found)

    return ratio(products(f), products(r))


def two_layers(f: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The layers that joint operators are tested with, as in `seen`."""
    cut = f[:2, :12, :12]
    return f, cut.reshape(2, 6, 2, 6, 2).mean((2, 4))


def numpy_cross_gram(f: np.ndarray, r: np.ndarray) -> float:
    def products(x: np.ndarray) -> np.ndarray:
        fine, coarse = two_layers(x)
        enlarged = coarse.repeat(2, 1).repeat(2, 2)
        return rows(fine[:, :12, :12]).T @ rows(enlarged) / 144

    return ratio(products(f), products(r))


def numpy_histogram(f: np.ndarray, r: np.ndarray) -> float:
    return float(((np.sort(flat(f)) - np.sort(flat(r))) ** 2).mean() / (r**2).mean())


def directions(dimensions: int, count: int) -> np.ndarray:
    normals = random_generator(0, "directions").standard_normal((dimensions, count))
    return normals / np.linalg.norm(normals, axis=0)


def numpy_sliced(f: np.ndarray, r: np.ndarray) -> float:
    along = directions(3, 32)
    own, wanted = (np.sort(rows(x) @ along, axis=0) for x in (f, r))
    return float(((own - wanted) ** 2).mean() / (r**2).mean())


def patches(f: np.ndarray, side: int) -> np.ndarray:
    """Every patch as a row, pixel by pixel with all channels of each."""
    found = np.lib.stride_tricks.sliding_window_view(f, (side, side), (1, 2))
    return found.transpose(1, 2, 3, 4, 0).reshape(-1, side * side * len(f))


def numpy_patch_swd(f: np.ndarray, r: np.ndarray) -> float:
    along = directions(27, 8).reshape(3, 9, 8).transpose(1, 0, 2).reshape(27, 8)  # channels last, as in `patches`
    own, wanted = (np.sort(patches(x, 3) @ along, axis=0) for x in (f, r))
    return float(np.abs(own - wanted).mean() / np.sqrt((r**2).mean()))


def cosines(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    unit = [x / np.linalg.norm(x, axis=1, keepdims=True) for x in (a, b)]
    return 1 - unit[0] @ unit[1].T


def numpy_contextual(f: np.ndarray, r: np.ndarray) -> float:
    distances = cosines(rows(f) - rows(r).mean(0), rows(r) - rows(r).mean(0))
    weights = np.exp((1 - distances / (distances.min(1, keepdims=True) + 1e-5)) / 0.5)
    return float(-np.log((weights / weights.sum(1, keepdims=True)).max(0).mean()))


def columns(f: np.ndarray) -> np.ndarray:
    """Hypercolumns of both layers, the coarse one read between its positions."""
    fine, coarse = two_layers(f)
    y, x = ((np.arange(n) + 0.5) * 6 / n - 0.5 for n in fine.shape[1:])
    by_row = np.stack([[np.interp(y, np.arange(6), each[:, c]) for c in range(6)] for each in coarse])
    read = np.stack([[np.interp(x, np.arange(6), each[:, row]) for row in range(len(y))] for each in by_row])
    return rows(np.concatenate([fine, read]))


def numpy_nearest(f: np.ndarray, r: np.ndarray) -> float:
    mean = columns(r).mean(0)
    return float(cosines(columns(f) - mean, columns(r) - mean).min(1).mean())


def numpy_relaxed_emd(f: np.ndarray, r: np.ndarray) -> float:
    own, wanted = columns(f), columns(r)
    distances = cosines(own, wanted)
    transport = max(distances.min(1).mean(), distances.min(0).mean())
    covariances = [np.cov(x.T, bias=True) for x in (own, wanted)]
    return float(transport + (ratio(own.mean(0), wanted.mean(0)) + ratio(*covariances)) / 2)


def numpy_self_similarity(f: np.ndarray, r: np.ndarray) -> float:
    own, wanted = (cosines(columns(x), columns(x)) for x in (f, r))
    return float(np.abs(own / own.sum(0) - wanted / wanted.sum(0)).sum() / len(own))


def numpy_patch_mrf(f: np.ndarray, r: np.ndarray) -> float:
    own, wanted = patches(f, 3), patches(r, 3)
    nearest = wanted[cosines(own, wanted).argmin(1)]
    return float(((own - nearest) ** 2).sum(1).mean() / (wanted**2).sum(1).mean())


def numpy_guided(f: np.ndarray, r: np.ndarray) -> float:
    return -float((rows(f) @ rows(r).T).max(1).mean() / (rows(r) ** 2).sum(1).mean())


def numpy_direction(f: np.ndarray, r: np.ndarray) -> float:
    mean = rows(r).mean(0)
    along = rows(f) @ mean
    cosine = along / np.linalg.norm(rows(f), axis=1) / np.linalg.norm(mean)
    return -float((np.maximum(cosine, 0) ** 2 * along).mean() / (mean**2).sum())


@dataclass(frozen=True)
class Case:
    operator: Operator
    numpy: Callable[[np.ndarray, np.ndarray], float]
    least: float | None = 0.0
    """The loss at `optimum`; None: as numpy says."""
    optimum: Callable[[Tensor], Tensor] = lambda reference: reference


CASES = {
    "gram": Case(Gram(), numpy_gram),
    "gram_enhance": Case(GramEnhance(low=-2, high=1), numpy_gram_enhance, least=None),
    "covariance": Case(Covariance(), numpy_covariance),
    "w2": Case(W2(), numpy_wasserstein),
    "moments": Case(Moments(), numpy_moments((1, 1, 1))),
    "moments-weighted": Case(Moments(mean=0.5, spread=0, correlation=3), numpy_moments((0.5, 0, 3))),
    "mean": Case(Mean(), lambda f, r: ratio(flat(f).mean(1), flat(r).mean(1))),
    "bn_stats": Case(BnStats(), numpy_bn_stats),
    "shifted_gram": Case(ShiftedGram(distances=(1, 4)), numpy_shifted_gram),
    "cross_gram": Case(CrossGram(), numpy_cross_gram),
    "histogram": Case(Histogram(), numpy_histogram),
    "sliced": Case(Sliced(), numpy_sliced),
    "patch_swd": Case(PatchSwd(side=3, directions=8), numpy_patch_swd),
    "contextual": Case(Contextual(), numpy_contextual, least=None),
    "nearest": Case(Nearest(), numpy_nearest),
    "relaxed_emd": Case(RelaxedEmd(), numpy_relaxed_emd),
    "self_similarity": Case(SelfSimilarity(), numpy_self_similarity),
    "patch_mrf": Case(PatchMrf(), numpy_patch_mrf),
    "guided": Case(Guided(), numpy_guided, least=None),
    "direction": Case(Direction(), numpy_direction, least=None),
    "content": Case(Content(), ratio),
    "laplacian": Case(Laplacian(), numpy_laplacian),
    "palette": Case(Palette(bands=3), numpy_palette),
    "tv": Case(TotalVariation(), numpy_tv, optimum=lambda reference: torch.full_like(reference, 0.3)),
    "power": Case(Power(), lambda f, r: -float((f**2).mean() / (r**2).mean()), least=-1.0),
    "power-exponent": Case(
        Power(exponent=3, clip=-4), lambda f, r: -float((abs(f) ** 3).mean() / (abs(r) ** 3).mean()), least=-1.0
    ),
    "channel-exponent": Case(
        Channel(index=2, exponent=3),
        lambda f, r: -float((np.maximum(f[2], 0) ** 3).mean() ** (1 / 3) / np.sqrt((r**2).mean())),
        least=None,
    ),
    "channel": Case(Channel(index=(2, 4)), lambda f, r: -float(f[[2, 1]].mean() / np.sqrt((r**2).mean())), least=None),
}


def features(seed: int, count: int = 1, dtype: torch.dtype = torch.float64) -> Tensor:
    """Correlated positive features with unequal channels."""
    noise = torch.rand(count, *SHAPE, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    mix = torch.tensor([[1.0, 0.2, 0.0], [0.3, 0.6, 0.1], [0.0, 0.5, 0.4]], dtype=torch.float64)
    return (torch.einsum("dc,nchw->ndhw", mix, noise) * (0.5 + 0.1 * seed)).to(dtype)


@pytest.fixture(params=CASES.values(), ids=CASES.keys())
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


@pytest.fixture(autouse=True)
def _deterministic() -> Iterator[None]:
    torch.use_deterministic_algorithms(True)
    yield
    torch.use_deterministic_algorithms(False)


def seen(operator: Operator, x: Tensor) -> Any:
    """What an operator gets of the features: themselves, or two layers where it is joint."""
    return (x, F.avg_pool2d(x, 2)[:, :2]) if operator.joint else x


def loss_against(operator: Operator, reference: Tensor) -> Callable[[Tensor], Tensor]:
    target: Any = operator.target([seen(operator, reference)])
    return lambda signal: operator.loss(seen(operator, signal), target)


def test_every_operator_has_a_case() -> None:
    names = {part.name for part in vars(operators).values() if isinstance(part, type) and part is not Operator}
    # A place of no direction, colours within their range and pictures that differ have no optimum to be compared with:
    # own tests.
    assert names == {case.operator.name for case in CASES.values()} | {"flow", "range", "diversity"}


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_least_at_the_target(case: Case, dtype: torch.dtype) -> None:
    reference = features(1, dtype=dtype)
    optimum = case.optimum(reference).requires_grad_()
    loss = loss_against(case.operator, reference)(optimum)
    (slope,) = torch.autograd.grad(loss.sum(), optimum)
    assert loss.shape == (1,)
    assert loss.dtype == dtype
    assert loss.item() == pytest.approx(least(case), abs=3e-6 if dtype == torch.float64 or case.least == 0 else 1e-4)
    if case.least == 0:
        assert slope.abs().max() < 1e-5


def least(case: Case) -> float:
    reference = features(1)[0].numpy()
    return case.numpy(reference, reference) if case.least is None else case.least


def test_greater_elsewhere(case: Case) -> None:
    loss = loss_against(case.operator, features(1))
    others = torch.cat([0.7 * features(1), features(2) - 0.3, 0.4 * features(3).flip(1)])
    if case.operator.name == "self_similarity":  # which does not know how strong features are
        others = others[1:]
    assert (loss(others) > least(case) + 1e-4).all()


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
    def precise(maps: Any) -> Any:
        return tuple(each.float() for each in maps) if isinstance(maps, tuple) else maps.float()

    signal, reference = (seen(case.operator, features(seed, dtype=torch.bfloat16)) for seed in (2, 1))
    expected = case.operator.loss(precise(signal), case.operator.target([precise(reference)]))
    loss = case.operator.loss(signal, case.operator.target([reference]))
    assert loss.dtype == torch.float32
    torch.testing.assert_close(loss, expected)


PLACED = {"shifted_gram", "patch_swd", "patch_mrf", "nearest", "relaxed_emd"}
"""What looks at places beside each other sees where a picture was cut."""
POOLING = {
    name: case for name, case in CASES.items() if case.operator.places & {"style", "enhance"} and name not in PLACED
}
POOLING["palette"] = Case(Palette(bands=1), numpy_palette)  # the windows of more bands would see the cut


@pytest.mark.parametrize("case", POOLING.values(), ids=POOLING.keys())
def test_two_references_are_one_of_both_sets_of_positions(case: Case) -> None:
    both = features(1)
    left, right = (seen(case.operator, part) for part in (both[..., :4], both[..., 4:]))  # of unequal size
    signal = features(2)
    pooled = case.operator.loss(seen(case.operator, signal), case.operator.target([left, right]))
    torch.testing.assert_close(pooled, loss_against(case.operator, both)(signal), rtol=1e-10, atol=1e-12)


def test_it_has_a_place_and_says_what_it_does(case: Case) -> None:
    operator = type(case.operator)
    assert operator.places
    assert operator.places <= {"style", "content", "enhance", "regularize"}
    assert operator.on_pixels == (operator.name in ("laplacian", "palette", "patch_swd", "tv"))
    assert operator.sampled == isinstance(case.operator.target([seen(case.operator, features(1))]), Drawn)
    assert not (operator.sampled and operator.additive)
    assert operator.enhances == (least(case) < 0)
    assert "loss = " in (operator.__doc__ or "")
    assert "Source" in (operator.__doc__ or "")
    assert operator.model_validate(case.operator.canonical()[operator.name]) == case.operator
