"""Surveys, sweeps and jitter as recipes of frames; what makes no sense is refused where it was written."""

from typing import Any

import pytest

from deepartist.recipe import Inputs, RecipeError, Resolved, draft, read_recipe

STYLE = "style: sample:strokes\nsize: 128\n"


def read(text: str) -> Resolved:
    return read_recipe(text, Inputs([]))


def labels(resolved: Resolved) -> list[str]:
    return [frame.label for frame in resolved.frames]


def test_a_survey_has_a_frame_for_each_value() -> None:
    film = read(STYLE + "survey: {style.layers: [relu1_1, [relu1_2, relu2_1]]}")
    assert labels(film) == ["relu1_1", "relu1_2 relu2_1"]
    assert [list((frame.resolved.recipe.style or ())[0].layers or ()) for frame in film.frames] == [
        ["relu1_1"],
        ["relu1_2", "relu2_1"],
    ]


def test_a_frame_is_the_same_recipe_as_one_written_by_hand() -> None:
    film = read(STYLE + "survey: {pipeline: [texnet, squeezenet]}")
    for name, frame in zip(("texnet", "squeezenet"), film.frames, strict=True):
        assert frame.resolved.recipe == read(STYLE + f"pipeline: {name}").recipe


def test_several_words_are_combined() -> None:
    film = read(STYLE + "survey: {style.scale: [0.5, 1], seed: [1, 2]}")
    assert labels(film) == ["scale 0.5, seed 1", "scale 0.5, seed 2", "scale 1, seed 1", "scale 1, seed 2"]
    assert film.film is not None
    assert film.film.shown()["columns"] == 2


def test_each_is_every_layer_of_the_network() -> None:
    found = labels(read(STYLE + "survey: {style.layers: each}"))
    assert found[:2] == ["relu1_1", "relu1_2"]
    assert found[-1] == "grain5"
    assert len(found) == 13


@pytest.mark.parametrize(
    ("written", "path", "found"),
    [
        ("view: wrap\n", "view.kaleidoscope.segments", "no"),
        ("view: [wrap, {kaleidoscope: {segments: 6}}]\n", "view.kaleidoscope.segments", [3, 4]),
        ("view: [wrap, kaleidoscope]\n", "view.kaleidoscope.segments", [3, 4]),
    ],
)
def test_words_of_parts_are_found_by_name(written: str, path: str, found: Any) -> None:
    text = STYLE + written + f"survey: {{{path}: [3, 4]}}"
    if found == "no":
        with pytest.raises(RecipeError):
            read(text)
        return
    views = [frame.resolved.recipe.view for frame in read(text).frames]
    assert [view[-1].segments for view in views if view] == found  # type: ignore[union-attr]


def test_of_several_styles_one_is_said_by_its_number() -> None:
    film = read("style: [sample:strokes, sample:cells]\nsurvey: {style.2.scale: [1, 2]}")
    assert [[style.scale for style in frame.resolved.recipe.style or ()] for frame in film.frames] == [
        [(1.0,), (1.0,)],
        [(1.0,), (2.0,)],
    ]


def test_a_sweep_passes_through_numbers_and_refines_by_halving() -> None:
    film = read("content: sample:boat\n" + STYLE + "sweep: {style.weight: [1, 5], frames: 5}")
    weights = [(frame.resolved.recipe.style or ())[0].weight for frame in film.frames]
    assert weights == [1, 2, 3, 4, 5]
    assert [frame.between for frame in film.frames] == [None, (0, 2), (0, 4), (2, 4), None]
    whole, between = film.frames[0].resolved, film.frames[1].resolved
    assert (len(whole.stages), len(between.stages)) == (2, 1)
    assert between.stages[0].steps == -(-(whole.stages[-1].steps or 0) // 2)
    finer = read("content: sample:boat\n" + STYLE + "sweep: {style.weight: [1, 5], frames: 9}")
    assert [frame.resolved.recipe for frame in finer.frames[::2]] == [frame.resolved.recipe for frame in film.frames]


def test_smooth_leaves_and_arrives_slowly() -> None:
    film = read(STYLE + "sweep: {style.weight: [1, 2], frames: 5, easing: smooth}")
    weights = [(frame.resolved.recipe.style or ())[0].weight for frame in film.frames]
    assert weights == pytest.approx([1, 1.15625, 1.5, 1.84375, 2])


def test_styles_blend_and_what_is_written_stands_alone() -> None:
    film = read(
        "style: {image: sample:leaves, scale: 2}\n"
        "sweep: {style: [sample:strokes, sample:leaves, sample:cells], frames: 5}"
    )
    found = [
        [(style.image[0], style.weight, style.scale) for style in frame.resolved.recipe.style or ()]
        for frame in film.frames
    ]
    assert found[0] == [("sample:strokes", 1.0, (2.0,))]
    assert found[1] == [("sample:strokes", 0.5, (2.0,)), ("sample:leaves", 0.5, (2.0,))]
    assert found[2] == [("sample:leaves", 1.0, (2.0,))]
    assert [frame.between for frame in film.frames] == [None, (0, 2), None, (2, 4), None]
    assert labels(film)[1] == "strokes 50% + leaves 50%"


def test_jitter_draws_other_noise() -> None:
    film = read(STYLE + "seed: 7\njitter: 3")
    assert [frame.resolved.recipe.seed for frame in film.frames] == [7, 8, 9]
    assert film.frames[0].resolved.recipe == read(STYLE + "seed: 7").recipe


def test_a_draft_of_a_film_is_a_film_of_drafts() -> None:
    film = read("style: sample:strokes\nsize: 512\njitter: 2")
    small = draft(film)
    assert [frame.resolved.size for frame in small.frames] == [(256, 256), (256, 256)]
    assert small.size == (256, 256)
    assert small.canonical() == film.canonical() == {"style": "sample:strokes", "size": 512, "jitter": 2}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "survey: {}",
            "3:1: a survey needs a word and its values, for example survey: {style.scale: [0.5, 1, 2]}",
        ),
        (
            "survey: {columns: 3}",
            "3:1: a survey needs a word and its values, for example survey: {style.scale: [0.5, 1, 2]}",
        ),
        (
            "survey: {style.scale: 2}",
            "3:10: a survey needs several values: write style.scale: [a, b, c]",
        ),
        ("survey: {style.scale: [2]}", "3:1: a survey of one value is one painting: give at least two values"),
        (
            "survey: {seed: [1,2,3,4,5,6,7,8,9,10], style.scale: [1,2,3,4,5,6,7,8]}",
            "3:1: a survey of 80 paintings is too large: at most 64",
        ),
        ("survey: {style.scale: [1, 99]}", '3:27: "scale" is 99: it must be at most 32'),
        (
            "survey: {style.scael: [1, 2]}",
            '3:24: unknown word "scael" (did you mean "scale"?)',
        ),
        (
            "survey: {jitter.frames: [2, 3]}",
            '3:1: "jitter" cannot change from frame to frame: it says what the frames are',
        ),
        ("survey: {stile: [1, 2]}", '3:10: unknown word "stile" (did you mean "style"?)'),
        (
            "survey: {style.layers: [relu1_1, relu9_9]}",
            '3:34: texnet has no layer "relu9_9" (did you mean "relu4_2"?)',
        ),
        ("survey: {size: each}", '3:10: "each" is for layers: write the values of size as [a, b, c]'),
        (
            "sweep: {pipeline: [texnet, squeezenet]}",
            '3:9: "pipeline" cannot be swept: a sweep goes between numbers or styles; a survey shows words',
        ),
        ("sweep: {style.weight: [0.1, 1], frames: 0}", '3:33: "frames" is 0: it must be at least 2'),
        ("sweep: {style.weight: [0.1, 1], frames: 5000}", '3:33: "frames" is 5000: it must be at most 65'),
        (
            "sweep: {style.weight: 2}",
            "3:9: a sweep goes from one value to another: write style.weight: [a, b]",
        ),
        (
            "sweep: {size: [64, 128], frames: 3}",
            "3:1: the frames of a sweep are of one size, these are 64×64 to 128×128: a survey shows sizes",
        ),
        (
            f"survey: {{seed: {list(range(100))}}}",
            "3:1: a survey of 100 paintings is too large: at most 64",
        ),
        (
            "sweep: {start: [sample:face, sample:cells, sample:face], frames: 5}",
            "3:1: the frames of a sweep are of one size, these are 128×85 to 128×128: say which, as in "
            "size: [256, 256]",
        ),
        (
            "content: sample:face\nsweep: {content: [sample:face, sample:leaves]}",
            '4:9: "content" cannot be swept: a sweep goes between numbers or styles; a survey shows words',
        ),
        (
            "sweep: {style.mask.color: ['#ff0000', '#00ff00']}",
            '3:9: "style.mask.color" cannot be swept: a sweep goes between numbers or styles; a survey shows words',
        ),
        ("sweep: {style.weight: [1, 2], seconds: 0}", '3:31: "seconds" is 0: it must be greater than 0'),
        ("progress: 1", '3:1: "frames" is 1: it must be at least 2'),
        ("progress: {frames: 4, hold: -1}", '3:23: "hold" is -1: it must be at least 0'),
        (
            "stages: {count: 2, minutes: 1}\nprogress: 4",
            "3:1: after which steps a painting is looked at is decided before: leave out minutes",
        ),
        ("rotate: 3", '3:1: "frames" is 3: it must be at least 4'),
        (
            "view: wrap\nrotate: 12",
            "4:1: rotate turns a ball or a kaleidoscope: end the views with sphere, tetra, octa, icosa, kaleidoscope "
            "or rotate",
        ),
        (
            "view: sphere\nzoom: 12",
            "4:1: zoom goes into an endless picture: end the views with polar, or give the pictures: "
            "zoom: {through: [a, b]}",
        ),
        ("zoom: {through: []}", '3:8: "through" is empty: it needs at least 1'),
        ("zoom: {through: [sample:city, sample:citty]}", '3:31: there is no sample "citty" (did you mean "city"?)'),
        (
            "content: sample:face\nzoom: {through: sample:city}",
            "3:1: the pictures of a zoom are its content, one after the other: leave this out",
        ),
        ("keep: {colors: linear}\nzoom: {through: sample:city}", "3:1: zoom moves the canvas itself: leave this out"),
        (
            "zoom: {through: [sample:city, sample:boat, sample:face], frames: 24}",
            "3:1: a zoom of 72 paintings is too large: at most 64",
        ),
        ("zoom: {through: [sample:city], frames: 1}", '3:32: "frames" is 1: it must be at least 2'),
        (
            "stages: {count: 2, minutes: 1}\nzoom: {through: [sample:city]}",
            "3:1: the frames of this film begin with each other, finished: leave out minutes",
        ),
        ("view: polar\nfinish: smooth\nzoom: 12", "4:1: zoom moves the canvas itself: leave this out"),
        (
            "pipeline: texnett\nsurvey: {style.layers: each}",
            '3:1: there is no pipeline "texnett" (did you mean "texnet"?)',
        ),
        ("jitter: 1", '3:1: "frames" is 1: it must be at least 2'),
        (
            "survey: {seed: [1, 2]}\njitter: 3",
            '3:1: a recipe has one of "survey", "sweep", "jitter", "progress", "rotate" or "zoom": '
            'this one has "jitter" and "survey"',
        ),
        (
            "stages: {count: 2, minutes: 1}\nsweep: {style.weight: [1, 2]}",
            "3:1: the frames of this film begin with each other, finished: leave out minutes",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_in_its_place(text: str, message: str) -> None:
    with pytest.raises(RecipeError) as caught:
        read(STYLE + text)
    assert str(caught.value) == f"recipe:{message}"


def test_the_size_that_is_shown_knows_of_finish_steps() -> None:
    tiled = read(STYLE + "finish: {repeat: {columns: 3, rows: 2}}")
    assert tiled.size == (128, 128)
    assert tiled.shown_size == (384, 256)
