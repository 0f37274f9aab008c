"""Alt texts, names and durations."""

from __future__ import annotations

import pytest

from deepartist.recipe import Inputs, read_recipe
from mkdocs_deepartist.words import alt_text, duration, picture_name


@pytest.mark.parametrize(
    ("recipe", "expected"),
    [
        ("style: sample:strokes", "A texture in the style of strokes"),
        ("style: sample:cells?seed=4\nview: wrap", "A seamless texture in the style of cells"),
        ("style: [sample:cells, sample:flame]", "A texture in the style of cells and flame"),
        ("content: sample:boat\nstyle: sample:cells", "Boat painted in the style of cells"),
        ("content: sample:boat\nenhance: relu3_1", "Boat as texnet dreams it at relu3_1"),
        ("content: {image: sample:boat, layers: relu3_1}", "Boat rebuilt from its layers"),
    ],
)
def test_alt_text(recipe: str, expected: str) -> None:
    assert alt_text(read_recipe(recipe, Inputs([]))) == expected


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("images/Starry_night-2.jpg", "Starry night 2"),
        ("sample:strokes?seed=3", "strokes"),
        ("sample:stilllife?seed=1", "still life"),
        ("a%20b.png", "a b"),
        ("..png", "."),
        ("/", "picture"),
    ],
)
def test_names(reference: str, expected: str) -> None:
    assert picture_name(reference) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0.44, "0.4 s"), (9.96, "10.0 s"), (41.3, "41 s"), (59.7, "1 min"), (192.3, "3 min 12 s"),
        (3600, "1 h"), (3899, "1 h 4 min"),
    ],
)  # fmt: skip
def test_duration(seconds: float, expected: str) -> None:
    assert duration(seconds) == expected
