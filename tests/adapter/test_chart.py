"""The line of the loss."""

from __future__ import annotations

import math

import pytest

from mkdocs_deepartist.chart import HEIGHT, WIDTH, chart, needed


def test_two_stages_by_hand() -> None:
    stages = [
        {"total": [1.0, 0.1, 0.01], "style.relu1_1.gram": [1.0, 0.1, 0.01]},
        {"total": [0.1, 0.01], "style.relu1_1.gram": [0.06, 0.003], "content.pixels.flow": [0.04, 0.007]},
    ]
    found = chart(stages)
    assert found is not None
    # Each stage has half of 72 less a gap of 3; logarithms make the steps of a tenth equally high.
    assert found.lines == ("0.0,1.0 17.2,7.0 34.5,13.0", "37.5,7.0 72.0,13.0")
    assert (found.width, found.height) == (WIDTH, HEIGHT)
    assert chart(needed(stages)) == found
    assert needed(stages)[1] == {"total": [0.1, 0.01], "style.relu1_1.gram": [0.003], "content.pixels.flow": [0.007]}
    assert found.words == "Loss 1 → 0.01 in 2 stages; at the end content.pixels.flow 0.007, style.relu1_1.gram 0.003"


def test_losses_below_zero_are_drawn_as_they_are() -> None:
    found = chart([{"total": [-1.0, -3.0]}])
    assert found is not None
    assert found.lines == ("0.0,1.0 72.0,13.0",)
    assert found.words == "Loss -1 → -3"


def test_an_even_loss_is_a_line() -> None:
    found = chart([{"total": [2.0, 2.0]}])
    assert found is not None
    assert found.lines == ("0.0,1.0 72.0,1.0",)


@pytest.mark.parametrize("stages", [[], [{}], [{"total": []}], [{"total": [1.0]}], [{"total": [math.nan, 1.0]}]])
def test_nothing_to_draw(stages: list[dict[str, list[float]]]) -> None:
    assert chart(stages) is None
