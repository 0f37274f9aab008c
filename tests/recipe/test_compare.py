"""What differs between two recipes, in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from deepartist.recipe import Inputs, read_recipe
from deepartist.recipe.compare import differences

TRANSFER = """
content: sample:boat
style: {image: sample:stones, scale: 1}
view: [wrap, {kaleidoscope: {segments: 6}}]
"""


def told(then: str, now: str, tmp_path: Path) -> list[str]:
    one, other = (read_recipe(text, Inputs([tmp_path])).canonical() for text in (then, now))
    return [str(change) for change in differences(one, other)]


@pytest.mark.parametrize(
    ("now", "changes"),
    [
        (TRANSFER, []),
        (TRANSFER.replace("scale: 1", "scale: 2"), ["style.scale 1 → 2"]),
        (TRANSFER + "seed: 7\n", ["seed 0 → 7"]),
        (TRANSFER + "size: 256\n", ["size 512, 336 → 256, 176", "stages 4 → 3"]),
        (TRANSFER + "stages: {steps: 30}\n", ["stages.steps 64 → 30"]),
        (TRANSFER.replace("segments: 6", "segments: 8"), ["view.kaleidoscope.segments 6 → 8"]),
        (TRANSFER.replace("wrap, ", ""), ["view wrap, kaleidoscope → kaleidoscope", "size 512, 336 → 512, 341"]),
        (TRANSFER.replace("sample:boat", "sample:city"), ["content.image sample:boat → sample:city"]),
        (TRANSFER + "regularize: tv\n", ["regularize none → tv"]),
        (
            TRANSFER.replace("scale: 1", "layers: {pixels: 2}, match: gram"),
            [
                "style.layers pixels, relu1_2, relu2_2, relu3_2, relu… → pixels",
                "style.match moments, palette → gram",
                "size 512, 336 → 512, 341",
            ],
        ),
    ],
)
def test_differences_in_words(now: str, changes: list[str], tmp_path: Path) -> None:
    assert told(TRANSFER, now, tmp_path) == changes


def test_one_of_several_is_called_by_its_number(tmp_path: Path) -> None:
    two = "style: [{image: sample:stones}, {image: sample:cells, scale: %s}]\n"
    assert told(two % 1, two % 2, tmp_path) == ["style.2.scale 1 → 2"]


def test_a_film_is_compared_as_it_was_written(tmp_path: Path) -> None:
    film = "style: sample:stones\nsurvey: {seed: [1, %s]}\n"
    assert told(film % 2, film % 3, tmp_path) == ["survey.seed 1, 2 → 1, 3"]
