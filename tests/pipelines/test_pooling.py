"""The pipelines without a network: averages by hand, and a first painting with nothing but a style."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from deepartist.painting.painter import Painter
from deepartist.pipelines import Pixels, Pooling
from deepartist.plan import plan
from deepartist.recipe import Inputs, read_recipe
from deepartist.recipe.contracts import LayerInfo, PipelineModel
from deepartist.recipe.defaults import DEFAULTS
from deepartist.recipe.parts import parts
from deepartist.recipe.terms import part

CPU = torch.device("cpu")


def test_layers_are_averages_of_squares() -> None:
    ramp = torch.arange(64.0).reshape(1, 1, 8, 8).expand(1, 3, 8, 8)
    found = Pooling().load(CPU, {}).encode(ramp, ["pixels", "pool2", "pool4"])
    assert torch.equal(found["pixels"], ramp)
    assert found["pool2"][0, 1].tolist() == [
        [4.5, 6.5, 8.5, 10.5],
        [20.5, 22.5, 24.5, 26.5],
        [36.5, 38.5, 40.5, 42.5],
        [52.5, 54.5, 56.5, 58.5],
    ]
    assert found["pool4"][0, 2].tolist() == [[13.5, 17.5], [45.5, 49.5]]


def test_squares_that_stick_out_average_what_they_hold() -> None:
    row = torch.tensor([0.0, 0.2, 0.4, 0.6, 0.9]).expand(1, 3, 5, 5)
    found = Pooling().load(CPU, {}).encode(row, ["pool4", "pool128"])
    assert np.allclose(found["pool4"][0, 0], [[0.3, 0.9], [0.3, 0.9]])
    assert found["pool128"].shape == (1, 3, 1, 1)
    assert found["pool128"].mean().item() == pytest.approx(0.42)


def test_what_the_layers_are() -> None:
    sizes = (1, 2, 4, 8, 16, 32, 64, 128)
    assert list(Pooling().layers) == ["pixels", *(f"pool{size}" for size in sizes[1:])]
    assert list(Pooling().layers.values()) == [LayerInfo(3, size, size) for size in sizes]
    assert Pixels().layers == {"pixels": LayerInfo(3, 1, 1)}
    assert Pooling().digest({"pooling": "abc"}) == Pooling().digest({}) == Pixels().digest({})


def test_layers_that_they_do_not_have() -> None:
    with pytest.raises(KeyError, match="pool3"):
        Pooling().load(CPU, {}).encode(torch.rand(1, 3, 8, 8), ["pool2", "pool3"])
    with pytest.raises(KeyError, match="pool2"):
        Pixels().load(CPU, {}).encode(torch.rand(1, 3, 8, 8), ["pool2"])


@pytest.mark.parametrize("recipe", [
    "style: sample:stones",
    "style: sample:stones\ncontent: sample:boat",
    "content: sample:boat\nenhance: pixels",
    "content: {image: sample:boat, match: laplacian}",
    "style: sample:stones\nview: wrap",
])  # fmt: skip
@pytest.mark.parametrize("pipeline", ["pooling", "pixels"])
def test_one_line_is_enough(pipeline: str, recipe: str, tmp_path: Path) -> None:
    text = f"pipeline: {pipeline}\n{recipe}\nsize: 48\nstages: {{steps: 6, count: 1}}\n"
    task = plan(read_recipe(text, Inputs([tmp_path])), {})
    painter = Painter(CPU, {})
    losses = [step.loss for step in painter.paint(task)]
    assert losses[-1] < losses[0]
    assert painter.picture(task).std() > 0.02


@pytest.mark.parametrize("pipeline", sorted(DEFAULTS))
def test_defaults_name_layers_and_operators_that_there_are(pipeline: str) -> None:
    network = parts("pipeline")[pipeline]()
    assert isinstance(network, PipelineModel)
    for task, defaults in DEFAULTS[pipeline].items():
        assert {*defaults.style_layers, *defaults.content_layers} <= set(network.layers), task
        for each in (*defaults.style_match, *defaults.content_match, *defaults.enhance_by, *defaults.regularize):
            part("operator", each)
