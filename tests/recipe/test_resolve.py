"""What a recipe comes to: sizes, stages, defaults by task, what a stage overrides, drafts. Literal values."""

from __future__ import annotations

from typing import Any

import pytest
from asking import Read

from deepartist.recipe import draft


def sizes(read: Read, text: str) -> list[Any]:
    return [stage.size for stage in read(text).stages]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("style: b.jpg", [(32, 32), (64, 64), (128, 128), (256, 256), (512, 512)]),
        ("style: b.jpg\nsize: 300", [(38, 38), (75, 75), (150, 150), (300, 300)]),
        ("style: b.jpg\nsize: 40", [(40, 40)]),
        ("style: b.jpg\nsize: [96, 64]", [(48, 32), (96, 64)]),
        ("style: b.jpg\nsize: [256, 128]", [(32, 16), (64, 32), (128, 64), (256, 128)]),
        ("style: b.jpg\nstages: {from: 128, to: 1024, count: 4}", [(128, 128), (256, 256), (512, 512), (1024, 1024)]),
        ("style: b.jpg\nstages: {from: 200, to: 800, count: 5}",
         [(200, 200), (283, 283), (400, 400), (566, 566), (800, 800)]),
        ("style: b.jpg\nsize: 256\nstages: {count: 1}", [(256, 256)]),
        ("style: b.jpg\nsize: 256\nstages: {count: 2}", [(128, 128), (256, 256)]),
        ("style: b.jpg\nsize: 64\nstages: {from: 128}", [(64, 64)]),
        ("style: b.jpg\nstages: [32, 96]", [(32, 32), (96, 96)]),
        ("style: b.jpg\nstages: [32, [100, 50]]", [(32, 16), (100, 50)]),
        ("style: b.jpg\nsize: 100\nstages: [32, [100, 50]]", [(32, 16), (100, 50)]),
        # the aspect of the content (48×24), and of a start picture (30×60)
        ("content: a.png\nstyle: b.jpg\nsize: 128", [(64, 32), (128, 64)]),
        ("enhance: relu1_1\nstart: 0.5 * b.jpg\nsize: 128\nstages: {from: 64}", [(32, 64), (46, 91), (64, 128)]),
        ("content: a.png\nstyle: b.jpg\nsize: [64, 64]", [(64, 64)]),
        # a torus: multiples of the stride of its deepest layer
        ("style: b.jpg\nview: wrap\nsize: 100", [(48, 48), (96, 96)]),
        ("style: {image: b.jpg, layers: relu2_1}\nview: wrap\nsize: 101", [(50, 50), (100, 100)]),
        ("style: b.jpg\nstages: [40, {size: 100, view: wrap}]", [(32, 32), (96, 96)]),
    ],
)  # fmt: skip
def test_sizes_of_stages(text: str, expected: list[tuple[int, int]], read: Read) -> None:
    assert sizes(read, text) == expected
    assert read(text).size == expected[-1]


def test_a_texture(read: Read) -> None:
    recipe = read("style: b.jpg").recipe
    assert recipe.style is not None
    (style,) = recipe.style
    assert recipe.pipeline is not None
    assert recipe.pipeline.name == "texnet"
    assert list(style.layers or {}) == [
        "pixels",
        "relu1_2",
        "relu2_2",
        "relu3_2",
        "relu4_2",
        "grain1",
        "grain2",
        "grain3",
        "grain4",
        "grain5",
    ]
    assert [operator.name for operator in style.match or ()] == ["gram", "palette"]
    assert recipe.start is not None
    assert (recipe.start.image, recipe.start.colors) == ("noise", "style")
    assert recipe.optimizer is not None
    assert (recipe.optimizer.name, recipe.seed, recipe.view) == ("lbfgs", 0, ())
    assert recipe.output.format == ("webp", "png")


def test_a_transfer(read: Read) -> None:
    recipe = read("style: b.jpg\ncontent: a.png\npipeline: vgg19").recipe
    assert recipe.content is not None
    assert recipe.content.layers == {"relu4_2": 1.0}
    assert [operator.name for operator in recipe.content.match or ()] == ["content"]
    assert recipe.start is not None
    assert recipe.start.image == "content"


def test_a_dream_starts_from_its_content_and_does_not_match_it(read: Read) -> None:
    recipe = read("content: a.png\nenhance: relu5_1\npipeline: vgg19").recipe
    assert recipe.content is not None
    assert recipe.content.match == ()
    assert recipe.start is not None
    assert (recipe.start.image, recipe.start.colors) == ("content", "own")
    assert recipe.enhance is not None
    assert [operator.name for operator in recipe.enhance[0].by or ()] == ["power"]


def test_a_dream_without_content_starts_in_faint_noise(read: Read) -> None:
    start = read("enhance: relu4_2").recipe.start
    assert start is not None
    assert (start.image, start.colors) == ("0.4 + 0.2 * noise", "own")


def test_a_dream_from_nothing_begins_smaller_and_takes_its_time(read: Read) -> None:
    for pipeline in ("texnet", "vgg19", "pooling"):
        layer = {"texnet": "relu4_2", "vgg19": "relu5_1", "pooling": "pool4"}[pipeline]
        text = f"enhance: {layer}\npipeline: {pipeline}\nsize: 256\n"
        nothing, something = read(text).stages, read(text + "content: sample:boat").stages
        assert [max(stage.size) for stage in nothing] == [67, 93, 131, 183, 256]  # type: ignore[arg-type]
        assert [max(stage.size) for stage in something] == [131, 183, 256]  # type: ignore[arg-type]
        assert {stage.steps for stage in nothing} == {40}
        assert {stage.steps for stage in something} == {20}


def test_a_content_rebuilt_from_its_layers(read: Read) -> None:
    recipe = read("content: {image: a.png, layers: relu3_1}").recipe
    assert recipe.content is not None
    assert [operator.name for operator in recipe.content.match or ()] == ["content"]
    assert recipe.start is not None
    assert recipe.start.image == "noise"


def test_an_operator_on_pixels_needs_no_layers(read: Read) -> None:
    recipe = read("content: {image: a.png, match: laplacian}\nstyle: b.jpg\npipeline: vgg19").recipe
    assert recipe.content is not None
    assert recipe.content.layers == {"pixels": 1.0}


def test_a_stage_overrides_what_it_says_and_inherits_the_rest(read: Read) -> None:
    resolved = read(
        "style: {image: b.jpg, layers: relu1_1}\nseed: 3\nview: wrap\n"
        "stages: [32, {size: 64, steps: 5, style: {scale: 4}}, {size: 96, style: a.png, view: [], optimizer: adam}]"
    )
    first, second, third = (resolved.terms(stage) for stage in resolved.stages)
    assert [stage.steps for stage in resolved.stages] == [76, 5, 76]
    assert first["style"][0].scale == (1.0,)
    assert (second["style"][0].image, second["style"][0].scale, second["style"][0].layers) == (
        ("b.jpg",), (4.0,), {"relu1_1": 1.0},
    )  # fmt: skip
    assert [view.name for view in second["view"]] == ["wrap"]
    assert third["style"][0].image == ("a.png",)
    assert third["view"] == ()
    assert [terms["optimizer"].name for terms in (first, second, third)] == ["lbfgs", "lbfgs", "adam"]


def test_a_stage_on_another_network_gets_that_network_s_layers(read: Read) -> None:
    resolved = read("style: b.jpg\nstages: [64, {size: 128, pipeline: squeezenet}]")
    first, second = (resolved.terms(stage) for stage in resolved.stages)
    assert "grain1" in first["style"][0].layers
    assert list(second["style"][0].layers) == ["pixels", "relu1", "fire2", "fire3", "fire4", "fire5"]


def test_a_draft_is_small_and_quick(read: Read) -> None:
    resolved = draft(read("style: b.jpg\nsize: [1024, 512]\nstages: {from: 128, steps: 100}"))
    assert resolved.size == (256, 128)
    assert [stage.size for stage in resolved.stages] == [(64, 32), (128, 64), (256, 128)]
    assert [stage.steps for stage in resolved.stages] == [70, 70, 70]


def test_strokes_of_so_many_pixels_are_as_small_in_a_draft_as_all_else(read: Read) -> None:
    text = "style: {image: b.jpg, scale: [512px, 2]}\nstages: [512, {size: 1024, style: {scale: 300 px}}]"
    resolved = draft(read(text))
    assert resolved.size == (256, 256)
    assert [style.scale for style in resolved.recipe.style or ()] == [("128px", 2.0)]
    assert [style.scale for style in resolved.stages[-1].style or ()] == [("75px",)]


def test_a_small_recipe_keeps_its_size_in_a_draft(read: Read) -> None:
    resolved = draft(read("style: b.jpg\nsize: 96\nstages: {from: 24, count: 3, steps: 1}"))
    assert [(stage.size, stage.steps) for stage in resolved.stages] == [((24, 24), 1), ((48, 48), 1), ((96, 96), 1)]


def test_a_draft_of_a_torus_stays_one(read: Read) -> None:
    resolved = draft(read("style: b.jpg\nview: wrap\nsize: [800, 400]"))
    assert resolved.size == (256, 128)
    assert all(side % 16 == 0 for stage in resolved.stages for side in stage.size)  # type: ignore[union-attr]
