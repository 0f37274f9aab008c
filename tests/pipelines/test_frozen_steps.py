"""Steps that keep little for the backward pass: the values and gradients of torch's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from deepartist.pipelines import TexNet
from deepartist.pipelines.frozen import averaged, convolution, extended, folded, rectified

Edges = Literal["replicate", "circular"]


def values(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def assert_alike(own: Callable[[Tensor], Tensor], other: Callable[[Tensor], Tensor], x: Tensor) -> None:
    """The same result, and the same gradient for an arbitrary slope."""
    results, gradients = [], []
    for run in (own, other):
        leaf = x.clone().requires_grad_(True)
        result = run(leaf)
        result.backward(values(*result.shape, seed=9))
        results.append(result.detach())
        gradients.append(leaf.grad)
    assert torch.equal(results[0], results[1])
    assert torch.allclose(gradients[0], gradients[1], atol=1e-12)
    assert float(gradients[0].abs().max()) > 0.01


@pytest.mark.parametrize("edges", ["replicate", "circular"])
@pytest.mark.parametrize(
    ("kernel", "stride", "border"), [(3, 1, (1, 1)), (7, 2, (3, 2)), (3, 2, (1, 0)), (1, 1, (0, 0))]
)
@pytest.mark.parametrize(("height", "width"), [(8, 11), (9, 6), (2, 3)])
def test_convolution(edges: Edges, kernel: int, stride: int, border: tuple[int, int], height: int, width: int) -> None:
    weight, bias = values(5, 4, kernel, kernel, seed=1), values(5, seed=2)
    assert_alike(
        lambda x: convolution(x, weight, bias, stride, border, edges),
        lambda x: F.conv2d(extended(x, border, edges), weight, bias, stride),
        values(2, 4, height, width),
    )


@pytest.mark.parametrize("stride", [1, 2])
def test_convolution_with_zeros_around(stride: int) -> None:
    weight, bias = values(5, 4, 3, 3, seed=1), values(5, seed=2)
    assert_alike(
        lambda x: convolution(x, weight, bias, stride, (0, 0), "replicate", 1),
        lambda x: F.conv2d(x, weight, bias, stride, 1),
        values(2, 4, 8, 11),
    )


def test_convolution_of_each_channel_by_itself() -> None:
    weight = values(4, 1, 3, 3, seed=1)
    assert_alike(
        lambda x: convolution(x, weight, None, 2, (1, 0), "circular"),
        lambda x: F.conv2d(extended(x, (1, 0), "circular"), weight, stride=2, groups=4),
        values(1, 4, 8, 10),
    )


def test_rectifier_and_average() -> None:
    assert_alike(rectified, torch.relu, values(2, 3, 5, 6))
    for size, sides in ((2, (6, 8)), (2, (7, 9)), (3, (8, 6))):
        assert_alike(lambda x, n=size: averaged(x, n), lambda x, n=size: F.avg_pool2d(x, n, n), values(2, 3, *sides))


@pytest.mark.parametrize("edges", ["replicate", "circular"])
def test_folding_is_the_transpose_of_extending(edges: Edges) -> None:
    x, y = values(1, 2, 5, 4), values(1, 2, 11, 10, seed=3)
    assert float((extended(x, (4, 2), edges) * y).sum()) == pytest.approx(
        float((x * folded(y.clone(), (4, 2), edges)).sum())
    )


def test_little_is_kept() -> None:
    """Of all layers but the one asked for a byte a value."""
    kept: dict[int, int] = {}

    def note(tensor: Tensor) -> Tensor:
        kept[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    encoder = TexNet().load(torch.device("cpu"), {})
    side = 256
    picture = torch.rand(1, 3, side, side, requires_grad=True)
    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        encoder.encode(picture, ["relu3_1"])
    rectified_values = 24 + 32 + (48 + 64) / 4 + 96 / 16
    weights = 4 * 200_000  # of the convolutions
    assert side**2 * rectified_values <= sum(kept.values()) <= side**2 * (rectified_values + 4 * 3) + weights
