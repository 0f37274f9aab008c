"""What is wrong with a film is said where it stands, and beside all else that is wrong."""

from __future__ import annotations

import pytest
from film_recipes import TWO, mistakes

BASE = "style: sample:marble\nsize: 48\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sweep: {style.scale: [1, 2], frmaes: 3}", '3:30: unknown word "frmaes" (did you mean "frames"?)'),
        ("sweep: {style.scale: [1, 2], frame: 3}", '3:30: unknown word "frame" (did you mean "frames"?)'),
        (
            "sweep: {style.scale: [1, 2], delay: 0}",
            '3:30: unknown word "delay": beside words of the recipe a sweep takes "seconds", "frames", "easing", '
            '"back" or "hold"',
        ),
        ("survey: {style.scale: [1, 2], colums: 3}", '3:31: unknown word "colums" (did you mean "columns"?)'),
        ("zoom: {throuhg: [sample:city]}", '3:8: unknown word "throuhg" (did you mean "through"?)'),
        ("survey: {steps: [1, 2]}", '3:18: "steps" belongs under stages'),
        ("survey: {view.sphere.tilt: [0, 9999]}", '3:32: "tilt" is 9999: it must be at most 360'),
        (
            "view: rotate\nsweep: {view.rotate.angles: [0, 90], frames: 3}",
            "4:9: a turn by 0 degrees turns nothing: symmetry adds the canvas itself",
        ),
        (
            "jitter: yes",
            '3:1: "yes" is not valid here: expected the number of frames, as in jitter: 8, or "word: value", the '
            "word being seconds or frames",
        ),
        (
            "jitter:",
            '3:1: nothing is not valid here: expected the number of frames, as in jitter: 8, or "word: value", the '
            "word being seconds or frames",
        ),
        (
            "progress: yes",
            '3:1: "yes" is not valid here: expected the number of frames, as in progress: 8, or "word: value", the '
            "word being seconds, frames or hold",
        ),
        ("jitter: 3.5", "3:1: 3.5 is not a whole number"),
        (
            "zoom: [a, b]",
            '3:1: ["a", "b"] is not valid here: expected the number of frames, as in zoom: 8, or "word: value", the '
            "word being seconds or frames, or pictures, as in zoom: {through: [a, b]}",
        ),
        ("sweep: yes", "3:1: a sweep needs a word and its values, for example sweep: {style.weight: [0.1, 10]}"),
    ],
)
def test_mistakes_stand_at_the_words_of_the_film(text: str, message: str) -> None:
    assert mistakes(BASE + text) == [message]


def test_each_of_two_numbered_words_has_its_own_place() -> None:
    text = TWO + "survey: {style.1.scale: [1, 2], style.2.scale: [1, 99]}"
    assert mistakes(text) == ['3:52: "scale" is 99: it must be at most 32']


@pytest.mark.parametrize(
    ("film", "expected"),
    [
        ("jitter: yes", "2:1: "),
        ("sweep: {style.scale: [1, 2], frames: 1}", '2:30: "frames" is 1: it must be at least 2'),
        ("sweep: {style.scale: [1, 2], frmaes: 3}", '2:30: unknown word "frmaes" (did you mean "frames"?)'),
        ("survey: {style.1.scale: 3}", "2:10: a survey needs several values: write style.1.scale: [a, b, c]"),
        ("survey: {view.wrapp.turn: [1, 2]}", '2:28: there is no view "wrapp" (did you mean "wrap"?)'),
    ],
)
def test_a_mistake_in_the_film_hides_no_others(film: str, expected: str) -> None:
    found = mistakes(f"stile: sample:marble\n{film}\nsizee: 3\ncontent: sample:citty\nstyle: {{image: sample:cells}}")
    assert next(line for line in found if line.startswith("2:")).startswith(expected)
    assert [line for line in found if not line.startswith("2:")] == [
        '1:1: unknown word "stile" (did you mean "style"?)',
        '3:1: unknown word "sizee" (did you mean "size"?)',
        '4:1: there is no sample "citty" (did you mean "city"?)',
    ]


def test_what_the_film_says_is_not_missing_beside_it() -> None:
    assert mistakes("style: {scale: 2}\nsweep: {style.image: [sample:cells, sample:leaves], frmaes: 3}") == [
        '2:53: unknown word "frmaes" (did you mean "frames"?)'
    ]


def test_what_is_missing_of_a_word_of_the_film_alone_stands_there() -> None:
    assert mistakes("size: 48\nsurvey: {style.scale: [1, 2]}") == ['2:24: "image" is missing']


def test_a_weight_that_is_none_is_a_mistake_of_the_style() -> None:
    text = "style: {image: sample:marble, weight: heavy}\nsweep: {style: [sample:cells, sample:leaves]}"
    assert mistakes(text) == ['2:9: "heavy" is not a number']
