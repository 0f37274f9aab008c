"""Pools before and after the layers of any network."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

from deepartist.painting.build import build_objective
from deepartist.painting.painter import Painter
from deepartist.pipelines import Encoder, Padding, PooledEncoder, Pooling, TexNet
from deepartist.plan import plan
from deepartist.recipe import Inputs, read_recipe
from deepartist.recipe.layers import layer_info

CPU = torch.device("cpu")


def picture(height: int, width: int) -> torch.Tensor:
    return torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(1))


class Counted(Encoder):
    """Remembers what it was asked."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder, self.asked = encoder, list[tuple[tuple[int, ...], set[str], str]]()

    def encode(
        self, pictures: torch.Tensor, layers: Iterable[str], padding: Padding = "replicate"
    ) -> dict[str, torch.Tensor]:
        self.asked.append((tuple(pictures.shape[2:]), set(layers), padding))
        return self.encoder.encode(pictures, layers, padding)


def test_pools_by_hand() -> None:
    """Means of squares, maxima of squares, and what sticks out."""
    ramp = torch.arange(25.0).reshape(1, 1, 5, 5).expand(1, 3, 5, 5)
    names = ["avg2 > pixels", "pixels > max2", "max2 > pixels > avg2", "avg16 > pixels"]
    found = PooledEncoder(Pooling().load(CPU, {})).encode(ramp, names)
    assert found["avg2 > pixels"][0, 0].tolist() == [[3.0, 5.0, 6.5], [13.0, 15.0, 16.5], [20.5, 22.5, 24.0]]
    assert found["pixels > max2"][0, 0].tolist() == [[6.0, 8.0, 9.0], [16.0, 18.0, 19.0], [21.0, 23.0, 24.0]]
    assert found["max2 > pixels > avg2"][0, 0].tolist() == [[12.0, 14.0], [22.0, 24.0]]
    assert found["avg16 > pixels"].tolist() == [[[[12.0]]] * 3]


def test_before_means_a_smaller_picture_and_after_coarser_features() -> None:
    encoder = TexNet().load(CPU, {})
    x = picture(64, 96)
    found = PooledEncoder(encoder).encode(x, ["avg3 > relu2_1", "relu2_1 > max2", "relu2_1"])
    assert torch.equal(
        found["avg3 > relu2_1"], encoder.encode(F.avg_pool2d(x, 3, ceil_mode=True), ["relu2_1"])["relu2_1"]
    )
    assert torch.equal(found["relu2_1 > max2"], F.max_pool2d(found["relu2_1"], 2))
    assert set(found) == {"avg3 > relu2_1", "relu2_1 > max2", "relu2_1"}


def test_the_network_runs_once_for_each_picture() -> None:
    counted = Counted(TexNet().load(CPU, {}))
    names = ["relu1_1", "relu2_1 > max2", "pixels", "avg2 > relu1_1", "avg2 > relu1_2 > avg4"]
    PooledEncoder(counted).encode(picture(32, 32), names, "circular")
    assert sorted(counted.asked, key=str) == [
        ((16, 16), {"relu1_1", "relu1_2"}, "circular"),
        ((32, 32), {"relu1_1", "relu2_1", "pixels"}, "circular"),
    ]


@pytest.mark.parametrize("name", ["avg3 > relu3_1 > max2", "max2 > relu2_1", "relu4_2 > avg3", "avg2 > grain3 > avg2"])
def test_a_shifted_torus_gives_shifted_features(name: str) -> None:
    info = layer_info(name, TexNet())
    assert info is not None
    stride, encoder = info.stride, PooledEncoder(TexNet().load(CPU, {}))
    x = picture(4 * stride, 3 * stride)
    with torch.no_grad():
        still = encoder.encode(x, [name], "circular")[name]
        moved = encoder.encode(x.roll((stride, 2 * stride), (2, 3)), [name], "circular")[name]
    assert still.shape == (1, info.channels, 4, 3)
    assert torch.allclose(moved, still.roll((1, 2), (2, 3)), atol=1e-4)


@pytest.mark.parametrize("name", ["avg2 > relu2_1", "relu2_1 > avg3", "avg2 > relu3_1 > avg2", "pixels > avg5"])
def test_the_receptive_field_is_as_declared(name: str) -> None:
    info = layer_info(name, TexNet())
    assert info is not None
    x = torch.full((1, 3, 240, 240), 0.5).requires_grad_()
    feature = PooledEncoder(TexNet().load(CPU, {})).encode(x, [name])[name]
    middle = feature.shape[2] // 2
    feature[:, :, middle, middle].square().sum().backward()
    assert x.grad is not None
    seen = x.grad.abs().sum((0, 1, 2)).nonzero()
    assert int(seen.max() - seen.min()) + 1 == info.field


def test_the_smallest_pictures() -> None:
    names = ["avg16 > relu4_2 > max16", "max16 > grain5", "relu4_2 > avg16"]
    found = PooledEncoder(TexNet().load(CPU, {})).encode(picture(16, 17), names, "replicate")
    assert all(feature.isfinite().all() and feature.numel() for feature in found.values())


def test_names_that_are_none() -> None:
    encoder = PooledEncoder(TexNet().load(CPU, {}))
    for name in ("avg2 > max2", "avg2 > relu9_1", "relu9_1"):
        with pytest.raises(KeyError, match="no layer"):
            encoder.encode(picture(16, 16), [name])


def test_a_painting_with_pools_about_its_layers(tmp_path: Path) -> None:
    """From the recipe's words to the terms of the loss, on a torus: the same twice, and it is lowered."""
    text = (
        "style: {image: sample:stones, layers: {avg2 > relu2_1: 1, relu1_1 > max2: 0.5, relu1_1: 1}, match: gram}\n"
        "view: wrap\nsize: 36\nstages: {count: 1, steps: 8}\n"
    )
    task = plan(read_recipe(text, Inputs([tmp_path])), {})
    assert task.size == (36, 36)
    objective = build_objective(task.resolved, task.resolved.stages[0], TexNet().load(CPU, {}), CPU)
    assert [term.name for term in objective.terms] == [
        "style.avg2 > relu2_1.gram",
        "style.relu1_1 > max2.gram",
        "style.relu1_1.gram",
    ]
    runs = [[step.loss for step in Painter(CPU, {}).paint(task)] for _ in range(2)]
    assert runs[0] == runs[1]
    assert runs[0][-1] < 0.5 * runs[0][0]
