"""Which words of a recipe a survey, sweep or jitter changes, and what is said where that is not clear."""

from __future__ import annotations

from typing import Any

import pytest
from film_recipes import TWO, mistakes

from deepartist.recipe import Inputs, Resolved, read_recipe

BASE = "style: sample:marble\nsize: 48\nstages: {count: 1, steps: 3}\n"


def frames(text: str) -> list[Resolved]:
    return [frame.resolved for frame in read_recipe(text, Inputs([])).frames]


def labels(text: str) -> list[str]:
    return [frame.label for frame in read_recipe(text, Inputs([])).frames]


def styles(text: str) -> list[list[tuple[Any, ...]]]:
    """Image, scale and weight of every style of every frame."""
    return [[(each.image[0], each.scale[0], each.weight) for each in one.recipe.style or ()] for one in frames(text)]


# -- which word is meant ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "style: sample:marble\nstages: [{size: 32, steps: 3}, {size: 64, steps: 2}]\n"
            "survey: {stages.steps: [20, 40]}",
            '3:10: there are 2 of "stages": write which one, as in stages.1.steps',
        ),
        (
            TWO + "survey: {style.image: [sample:leaves, sample:flame]}",
            '3:10: there are 2 of "style": write which one, as in style.1.image',
        ),
        (
            TWO + "sweep: {style.image: [sample:leaves, sample:flame]}",
            '3:9: there are 2 of "style": write which one, as in style.1.image',
        ),
        (
            TWO + "survey: {style.weight: [1, 2]}",
            '3:10: there are 2 of "style": write which one, as in style.1.weight',
        ),
        (
            BASE + "view: [{rotate: {angles: [90]}}, wrap, {rotate: {angles: [180]}}]\n"
            "survey: {view.rotate.angles: [[90], [180]]}",
            '5:10: there are 2 of "rotate": write which one, as in view.1.rotate.angles',
        ),
        (
            BASE + "view: [[wrap], [kaleidoscope]]\nsurvey: {view.kaleidoscope.segments: [2, 3]}",
            '5:10: there are 2 of "view": write which one, as in view.1.kaleidoscope.segments',
        ),
        (
            BASE + "view: [wrap]\nsurvey: {view.kaleidoscope.segments: [2, 3]}",
            '5:10: there is no "kaleidoscope" in "view" (known: wrap)',
        ),
        (
            BASE + "view: kaleidoscope\nsurvey: {view.kaleidoskope.segments: [2, 3]}",
            '5:10: there is no "kaleidoskope" in "view" (did you mean "kaleidoscope"?)',
        ),
        (BASE + "survey: {style.2.scale: [1, 2]}", '4:10: "style.2": there is only 1'),
        (TWO + "survey: {style.3.scale: [1, 2]}", '3:10: "style.3": there are only 2'),
        (
            BASE + "survey: {stages.1.steps: [1, 2]}",
            '4:10: "stages" is no list, of which "stages.1.steps" would be one: write stages.steps',
        ),
        (
            BASE + "survey: {style.layers.relu1_1: [1, 2]}",
            '4:10: "style.layers" is not said, and one layer alone has no share: name all that are meant',
        ),
        (BASE + "survey: {size.long: [32, 64]}", '4:10: "size" is 48, which has no words of its own'),
    ],
)
def test_what_could_be_several_words_or_none_is_refused(text: str, message: str) -> None:
    assert mistakes(text) == [message]


def test_the_other_words_of_an_entry_stay() -> None:
    assert styles(TWO + "survey: {style.1.image: [sample:leaves, sample:flame]}") == [
        [("sample:leaves", 2, 2), ("sample:cells", 1, 1)],
        [("sample:flame", 2, 2), ("sample:cells", 1, 1)],
    ]
    labelled = frames(BASE + "finish: [{label: {text: x}}, smooth]\nsurvey: {finish.label: [{text: a}, {text: b}]}")
    assert [[step.name for step in one.recipe.finish or ()] for one in labelled] == [["label", "smooth"]] * 2
    assert [one.recipe.finish[0].text for one in labelled] == ["a", "b"]  # type: ignore[index]
    viewed = frames(
        BASE + "view: [wrap, {kaleidoscope: {segments: 6}}]\n"
        "survey: {view.kaleidoscope: [{segments: 3}, {segments: 4}]}"
    )
    assert [[view.name for view in one.recipe.view or ()] for one in viewed] == [["wrap", "kaleidoscope"]] * 2  # type: ignore[union-attr]
    assert [one.recipe.view[1].segments for one in viewed] == [3, 4]  # type: ignore[index,union-attr]


def test_the_only_one_may_have_its_number() -> None:
    for word in ("style.scale", "style.1.scale"):
        assert styles(BASE + f"survey: {{{word}: [1, 2]}}") == [[("sample:marble", 1, 1)], [("sample:marble", 2, 1)]]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("relu1_1", {"relu1_1": 0.5}),
        ("[relu1_1, relu2_1]", {"relu1_1": 0.5, "relu2_1": 1}),
        ("{relu1_1: 3, relu2_1: 2}", {"relu1_1": 0.5, "relu2_1": 2}),
        ("[relu2_1]", {"relu2_1": 1, "relu1_1": 0.5}),
    ],
)
def test_a_layer_has_a_weight_in_all_forms(written: str, expected: dict[str, float]) -> None:
    text = f"style: {{image: sample:marble, layers: {written}}}\nsize: 48\n"
    first, last = frames(text + "sweep: {style.layers.relu1_1: [0.5, 3], frames: 2}")
    assert (first.recipe.style or ())[0].layers == expected
    assert (last.recipe.style or ())[0].layers == {**expected, "relu1_1": 3}


def test_a_layer_with_pools_is_found_in_any_spelling() -> None:
    text = "style: {image: sample:marble, layers: ['avg2>relu1_1', relu2_1]}\nsize: 48\n"
    (first, _) = frames(text + "survey: {style.layers.avg2 >relu1_1: [2, 3]}")
    assert (first.recipe.style or ())[0].layers == {"avg2 > relu1_1": 2, "relu2_1": 1}


@pytest.mark.parametrize("stages", ["[32, 64]", "[[32, 32], {size: 64}]", "[{size: 32, steps: 9}, 64]"])
def test_a_stage_that_is_a_size_has_steps(stages: str) -> None:
    found = frames(f"style: sample:marble\nstages: {stages}\nsurvey: {{stages.1.steps: [3, 5]}}")
    assert [[(stage.size, stage.steps) for stage in one.stages] for one in found] == [
        [((32, 32), 3), ((64, 64), 76)],
        [((32, 32), 5), ((64, 64), 76)],
    ]


def test_several_layers_are_one_thing_to_enhance() -> None:
    found = frames("enhance: [relu1_1, relu2_1]\nsize: 48\nsurvey: {enhance.weight: [1, 2]}")
    assert [[each.weight for each in one.recipe.enhance or ()] for one in found] == [[1], [2]]


def test_the_order_of_two_words_decides_the_labels_alone() -> None:
    words = "style.scale: [1, 2]", "style: [sample:cells, sample:leaves]"
    cells, leaves = "sample:cells", "sample:leaves"
    text = BASE + f"survey: {{{words[0]}, {words[1]}}}"
    assert labels(text) == ["scale 1, cells", "scale 1, leaves", "scale 2, cells", "scale 2, leaves"]
    assert styles(text) == [[(cells, 1, 1)], [(leaves, 1, 1)], [(cells, 2, 1)], [(leaves, 2, 1)]]
    text = BASE + f"survey: {{{words[1]}, {words[0]}}}"
    assert labels(text) == ["cells, scale 1", "cells, scale 2", "leaves, scale 1", "leaves, scale 2"]
    assert styles(text) == [[(cells, 1, 1)], [(cells, 2, 1)], [(leaves, 1, 1)], [(leaves, 2, 1)]]
    expected = [[(cells, 1, 1)], [(cells, 1.5, 0.5), (leaves, 1.5, 0.5)], [(leaves, 2, 1)]]
    assert styles(BASE + f"sweep: {{{words[0]}, {words[1]}, frames: 3}}") == expected
    text = BASE + f"sweep: {{{words[1]}, {words[0]}, frames: 3}}"
    assert styles(text) == expected
    assert labels(text)[1] == "cells 50% + leaves 50%, scale 1.5"


def test_what_is_written_is_not_changed_by_its_frames() -> None:
    text = BASE + "survey: {style: [{image: sample:cells}, sample:leaves], style.scale: [1, 2]}"
    film = read_recipe(text, Inputs([]))
    assert film.canonical()["survey"] == {"style": [{"image": "sample:cells"}, "sample:leaves"], "style.scale": [1, 2]}


# -- what lies between -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("finish: {label: {text: a}}\nsweep: {finish.label.size: [0.05, 0.2]", ["0.05", "0.125", "0.2"]),
        ("sweep: {output.quality: [10, 95]", ["10", "52", "95"]),
        ("view: sphere\nsweep: {view.sphere.repeats: [1, 4]", ["1", "2", "4"]),
        ("finish: repeat\nsweep: {finish.repeat.gap: [0, 1]", []),
        ("sweep: {seed: [1, 4]", ["1", "2", "4"]),
        ("sweep: {style.scale: [1, 4]", ["1", "2.5", "4"]),
    ],
)
def test_words_that_take_whole_numbers_are_rounded(text: str, expected: list[str]) -> None:
    text = BASE + text + ", frames: 3}"
    if expected:
        assert [label.split()[-1] for label in labels(text)] == expected
    else:
        assert "unknown word" in mistakes(text)[0]


def test_a_sweep_ends_at_what_is_written() -> None:
    text = BASE + "sweep: {start: [noise, plasma], frames: 3}"
    assert [one.recipe.start.image for one in frames(text) if one.recipe.start] == [
        "noise",
        "0.5 * noise + 0.5 * plasma",
        "plasma",
    ]
    assert labels(text) == ["noise 100%", "noise 50% + plasma 50%", "plasma 100%"]
    assert styles(BASE + "sweep: {style.weight: [0.2, 0.9], frames: 2}")[1][0][2] == 0.9


@pytest.mark.parametrize(
    "text",
    [
        "content: sample:city\nenhance: relu2_1\n",
        "content: sample:city\nenhance: relu2_1\nstart: 0.5 * content + sample:face\nkeep: {colors: luma}\n",
    ],
)
def test_jitter_needs_something_that_is_drawn(text: str) -> None:
    (message,) = mistakes("size: 64\n" + text + "jitter: 4")
    assert message.endswith("begin with some noise, as in start: 0.8 * content + 0.2 * noise")
    assert "every frame would be the same" in message
    assert message.startswith(f"{text.count(chr(10)) + 2}:1: ")


@pytest.mark.parametrize(
    "text",
    [
        "content: sample:city\nenhance: relu2_1\nstart: 0.8 * content + 0.2 * noise\n",
        "content: {image: sample:city, layers: relu1_1}\nenhance: relu2_1\nstart: content\n",
        "content: sample:city\nstyle: sample:marble\nstart: content\n",
        "enhance: relu2_1\nstart: 0.5\n",
    ],
)
def test_jitter_of_what_is_drawn_in_any_way(text: str) -> None:
    assert [one.recipe.seed for one in frames("size: 64\n" + text + "jitter: 2")] == [0, 1]


def test_a_whole_number_in_any_spelling() -> None:
    assert labels(BASE + "jitter: 3.0") == ["seed 0", "seed 1", "seed 2"]
