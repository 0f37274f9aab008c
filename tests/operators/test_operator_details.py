"""What single operators promise beyond the six tests."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from pydantic import ValidationError

from deepartist.operators import (
    W2,
    Content,
    Contextual,
    Gram,
    Histogram,
    Laplacian,
    Moments,
    Nearest,
    Operator,
    PatchMrf,
    PatchSwd,
    Power,
    Range,
    RelaxedEmd,
    SelfSimilarity,
    ShiftedGram,
    Sliced,
    TotalVariation,
)
from deepartist.operators.draws import shares
from deepartist.operators.statistics import gaussian, pooled_gaussian


def random(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def message(operator: type[Operator], **parameters: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        operator(**parameters)
    return str(caught.value.errors()[0]["msg"])


def test_operators_and_views_are_known_without_torch() -> None:
    code = (
        "import sys, deepartist.operators, deepartist.views; sys.exit('torch' in sys.modules or 'numpy' in sys.modules)"
    )
    root = Path(__file__).parents[2]
    path = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONPATH": path})


def test_words_of_wrong_parameters() -> None:
    assert (
        message(Moments, mean=0, spread=0, correlation=0)
        == "one of mean, spread and correlation must be greater than 0"
    )
    assert message(Moments, mean=-1) == '"mean" is -1: it must be at least 0'
    assert message(Power, clip=1) == '"clip" is 1: it must be less than 0'
    assert message(Gram, weigth=2) == 'unknown word "weigth" (did you mean "weight"?)'


def test_small_variations_on_a_large_mean_keep_their_digits() -> None:
    signal = 100 + 0.01 * random(1, 4, 16, 16, dtype=torch.float64)
    exact, single = gaussian(signal), gaussian(signal.float())
    torch.testing.assert_close(single.covariance, exact.covariance.float(), rtol=5e-2, atol=1e-8)


def test_pooled_moments_of_many_unequal_maps_are_those_of_all_positions() -> None:
    maps = [random(1, 4, 3 + i, 5, seed=i, dtype=torch.float64) + i for i in range(4)]
    pooled, whole = pooled_gaussian(maps), gaussian(torch.cat(maps, dim=2))
    torch.testing.assert_close(pooled.mean, whole.mean)
    torch.testing.assert_close(pooled.covariance, whole.covariance)


def test_wasserstein_with_fewer_positions_than_channels() -> None:
    operator = W2()
    reference, canvas = random(1, 64, 4, 5).relu(), random(1, 64, 4, 4, seed=1).requires_grad_()
    target = operator.target([reference])
    assert operator.loss(reference, target).abs().item() < 1e-6
    loss = operator.loss(canvas, target)
    (slope,) = torch.autograd.grad(loss.sum(), canvas)
    assert 0 < loss.item() < 10
    assert slope.isfinite().all()
    assert 0 < slope.abs().max() < 1


def test_wasserstein_of_shifted_and_scaled_signals_is_known() -> None:
    reference = random(1, 3, 20, 20, dtype=torch.float64)
    operator = W2()
    target = operator.target([reference])
    moments = gaussian(reference)
    shifted = operator.loss(reference + 0.5, target)  # the same shape moved by 0.5 in three channels
    torch.testing.assert_close(shifted, 3 * 0.25 / moments.power)
    centred = reference - moments.mean[:, :, None, None]
    wider = operator.loss(2 * centred + moments.mean[:, :, None, None], target)  # spreads twice as wide: tr(S* · 1²)
    expected = moments.covariance.diagonal(dim1=1, dim2=2).sum(1) / moments.power
    torch.testing.assert_close(wider, expected, rtol=1e-3, atol=0)


@pytest.mark.parametrize("operator", [Content(), Laplacian()], ids=lambda operator: operator.name)
def test_content_has_one_reference_of_the_same_size(operator: Operator) -> None:
    target = operator.target([random(1, 3, 16, 12)])
    with pytest.raises(ValueError, match="3 × 16 × 16 features meet a reference of 3 × 16 × 12"):
        operator.loss(random(2, 3, 16, 16), target)
    with pytest.raises(ValueError, match="takes one reference picture, not 2"):
        operator.target([random(1, 3, 16, 12)] * 2)


def test_laplacian_leaves_texture_free() -> None:
    picture = random(1, 3, 64, 64)
    picture = torch.nn.functional.interpolate(picture[..., :8, :8], size=(64, 64), mode="bilinear")
    operator = Laplacian()
    target = operator.target([picture])
    checks = 0.1 * ((torch.arange(64)[:, None] + torch.arange(64)) % 2) - 0.05
    fine, coarse = picture + checks, picture.flip(3)
    # A box over two pixels takes the checks out, except at the border, where it sees the outermost row twice.
    assert operator.loss(fine, target) < 0.05
    assert operator.loss(coarse, target) > 1


@pytest.mark.parametrize("size", [(1, 1), (2, 9), (5, 40)])
def test_tiny_pictures(size: tuple[int, int]) -> None:
    picture = random(1, 3, *size)
    for operator in (Laplacian(), TotalVariation()):
        loss = operator.loss(picture, operator.target([picture]))
        assert loss.isfinite().all()


def test_laplacian_counts_each_scale_alike_on_faint_drawings() -> None:
    grey = torch.full((1, 3, 48, 48), 0.5)
    strong = grey + 0.8 * (random(1, 3, 48, 48) - 0.5).repeat_interleave(4, 2).repeat_interleave(4, 3)[..., :48, :48]
    faint = grey + (strong - grey) / 2
    losses = [Laplacian(color=0).loss(grey, Laplacian(color=0).target([each])) for each in (strong, faint)]
    torch.testing.assert_close(losses[0], torch.tensor([2.0]))
    torch.testing.assert_close(losses[0], losses[1])


def test_clipped_power_has_no_slope_beyond() -> None:
    reference = random(1, 3, 4, 4)
    operator = Power(clip=-4)
    target = operator.target([reference])
    weak, strong = reference.clone().requires_grad_(), (3 * reference).requires_grad_()
    assert torch.autograd.grad(operator.loss(weak, target).sum(), weak)[0].abs().max() > 0
    loss = operator.loss(strong, target)
    assert loss.item() == -4
    assert torch.autograd.grad(loss.sum(), strong)[0].abs().max() == 0


def test_variation_has_no_reference() -> None:
    assert TotalVariation().target([random(1, 3, 4, 4)]) is None


def test_colours_within_their_range_cost_nothing() -> None:
    pixels = torch.tensor([0.0, 1.0, 0.4, 1.5, -0.1, 0.2], dtype=torch.float64).reshape(1, 1, 2, 3).requires_grad_()
    loss = Range().loss(pixels, Range().target([]))
    (slope,) = torch.autograd.grad(loss.sum(), pixels)
    assert loss.item() == pytest.approx((0.5**2 + 0.1**2) / 6)
    torch.testing.assert_close(slope.flatten(), torch.tensor([0, 0, 0, 1.0, -0.2, 0], dtype=torch.float64) / 6)


SAMPLED = [Sliced(), PatchSwd(), Contextual(), PatchMrf(), Nearest(), RelaxedEmd(), SelfSimilarity()]


@pytest.mark.parametrize("operator", SAMPLED, ids=lambda each: each.name)
def test_what_is_sampled_depends_on_the_seed_alone(operator: Operator) -> None:
    few = operator.model_copy(update={"positions": 64, "directions": 4})
    signal, reference = random(1, 3, 24, 24, seed=1), random(1, 3, 20, 28, seed=2)
    if operator.name == "self_similarity":
        reference = random(1, 3, 24, 24, seed=2)
    wrapped = (lambda x: (x,)) if operator.joint else (lambda x: x)
    target = few.target([wrapped(reference)])
    values = [few.loss(wrapped(signal), dataclasses.replace(target, seed=seed)).item() for seed in (1, 1, 2)]
    assert values[0] == values[1]
    assert values[0] != values[2]
    assert 0.3 < values[0] / values[2] < 3


@pytest.mark.parametrize("side", [1, 2, 5])
def test_tiny_layers_have_a_loss_all_the_same(side: int) -> None:
    """Deep layers of small stages: no operator may fail where a layer has one position, or fewer than a patch."""
    for operator in (PatchMrf(), ShiftedGram(), Sliced(), Contextual(), Histogram()):
        signal = random(1, 4, side, side, seed=1).requires_grad_()
        loss = operator.loss(signal, operator.target([random(1, 4, side, side + 1, seed=2)]))
        (slope,) = torch.autograd.grad(loss.sum(), signal)
        assert loss.isfinite().all(), operator.name
        assert slope.isfinite().all(), operator.name


def test_draws_go_by_size_and_add_up() -> None:
    assert shares([30, 10], 20) == [15, 5]
    assert shares([30, 10], 1000) == [30, 10]
    assert shares([1, 1, 1], 2) == [0, 1, 1]
    assert sum(shares([7, 11, 13, 1], 17)) == 17


@pytest.mark.parametrize("operator", [PatchMrf(side=1), Nearest(), RelaxedEmd()], ids=lambda each: each.name)
def test_several_references_are_drawn_by_their_size(operator: Operator) -> None:
    """Two flat pictures, one three times as large: three of four places are of the first, whatever the limit."""
    wrapped = (lambda x: (x,)) if operator.joint else (lambda x: x)
    few = operator.model_copy(update={"positions": 16})
    one, other = random(1, 3, 1, 1, seed=1), random(1, 3, 1, 1, seed=2)
    large, small = one.expand(1, 3, 12, 12), other.expand(1, 3, 12, 4)
    both, signal = torch.cat([one, one, one, other], 3), random(1, 3, 12, 16, seed=3)
    pooled = few.loss(wrapped(signal), few.target([wrapped(large), wrapped(small)]))
    torch.testing.assert_close(pooled, few.loss(wrapped(signal), few.target([wrapped(both)])))
