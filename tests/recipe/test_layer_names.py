"""Layers with pools about them: what may be written, what it means, and what is said of mistakes."""

from __future__ import annotations

import pytest
from asking import Key, Read, Wrong

from deepartist.recipe import RecipeError
from deepartist.recipe.contracts import LayerInfo, PipelineModel
from deepartist.recipe.layers import LayerName, LayerPool, canonical_layer, layer_info, layer_name
from deepartist.recipe.parts import parts

EXAMPLE = "as in avg2 > relu3_1 > max2"
KNOWN = "(pools are avg2 to avg16 and max2 to max16)"


def network(name: str) -> PipelineModel:
    found = parts("pipeline")[name]()
    assert isinstance(found, PipelineModel)
    return found


@pytest.mark.parametrize(("text", "name"), [
    ("relu3_1", LayerName("relu3_1")),
    ("avg2 > relu3_1", LayerName("relu3_1", LayerPool("avg", 2))),
    ("relu3_1 > max16", LayerName("relu3_1", None, LayerPool("max", 16))),
    ("max3>pool2  >avg4", LayerName("pool2", LayerPool("max", 3), LayerPool("avg", 4))),
    ("avg2 > max2", None), ("avg2 > avg2 > relu1_1", None), ("relu1_1 > avg2 > avg2", None), ("relu1_1 >", None),
    ("> relu1_1", None), ("avg2 > > relu1_1", None), ("relu1_1 > relu2_1", None), ("avg17 > relu1_1", None),
])  # fmt: skip
def test_parts_of_a_name(text: str, name: LayerName | None) -> None:
    assert layer_name(text) == name


def test_one_spelling_of_each() -> None:
    assert canonical_layer("avg2>relu3_1   >\tmax2") == "avg2 > relu3_1 > max2"
    assert canonical_layer("relu3_1") == "relu3_1"


@pytest.mark.parametrize(("pipeline", "text", "info"), [
    ("vgg19", "relu3_1", LayerInfo(256, 4, 24)),
    ("vgg19", "avg2 > relu3_1", LayerInfo(256, 8, 48)),
    ("vgg19", "relu3_1 > max2", LayerInfo(256, 8, 28)),
    ("vgg19", "avg3 > relu3_1 > avg4", LayerInfo(256, 48, 108)),
    ("texnet", "max16 > pixels", LayerInfo(3, 16, 16)),
    ("texnet", "pixels > max16", LayerInfo(3, 16, 16)),
    ("pooling", "avg2 > pool4", LayerInfo(3, 8, 8)),
    ("texnet", "avg2 > relu9_9", None),
])  # fmt: skip
def test_stride_and_receptive_field_in_pixels_of_the_canvas(pipeline: str, text: str, info: LayerInfo | None) -> None:
    assert layer_info(text, network(pipeline)) == info


@pytest.mark.parametrize("recipe", [
    "style: {image: a.png, layers: {avg2 > relu3_1 > max2: 1, relu1_1: 0.5}}",
    "style:\n  image: a.png\n  layers:\n    avg2>relu3_1>max2: 1\n    relu1_1: 0.5",
    "style: {image: a.png, layers: {avg2 > relu3_1 >max2: 1.0, relu1_1: 5e-1}}",
    "style: {image: a.png, layers: {'avg2 > relu3_1 > max2': 1, relu1_1: 0.5}}",
])  # fmt: skip
def test_no_quotes_are_needed_and_spaces_do_not_matter(recipe: str, read: Read, key: Key) -> None:
    layers = {"avg2 > relu3_1 > max2": 1.0, "relu1_1": 0.5}
    style = (read(recipe).recipe.style or ())[0]
    assert style.layers == layers
    assert key(recipe) == key(f"style: {{image: a.png, layers: {layers}}}")


def test_every_place_for_layers_takes_them(read: Read) -> None:
    one = read("content: a.png\nenhance: avg2 > relu3_1").recipe
    assert [each.layers for each in one.enhance or ()] == [{"avg2 > relu3_1": 1.0}]
    more = read("content: {image: a.png, layers: relu2_1>max2}\nenhance: [max2>relu3_1, relu4_1 > avg3]").recipe
    assert more.content is not None
    assert more.content.layers == {"relu2_1 > max2": 1.0}
    assert [each.layers for each in more.enhance or ()] == [{"max2 > relu3_1": 1.0, "relu4_1 > avg3": 1.0}]


def test_pools_are_part_of_the_key(key: Key) -> None:
    layers = ["relu3_1", "avg2 > relu3_1", "max2 > relu3_1", "avg3 > relu3_1", "relu3_1 > avg2"]
    assert len({key(f"style: {{image: a.png, layers: {layer}}}") for layer in layers}) == len(layers)


@pytest.mark.parametrize(("layers", "message"), [
    ("{avg2 > rleu3_1 > max2: 1}", '1:32: texnet has no layer "rleu3_1" (did you mean "relu3_1"?)'),
    ("{agv2 > relu3_1: 1}", '1:32: there is no pool "agv2" (did you mean "avg2"?)'),
    ("{relu1_1: 1, avg17>relu3_1: 1}", f'1:44: there is no pool "avg17" {KNOWN}'),
    ("{relu3_1 > max1: 1}", f'1:32: there is no pool "max1" {KNOWN}'),
    ("{relu3_1 > max02: 1}", f'1:32: there is no pool "max02" {KNOWN}'),
    ("{blur > relu3_1: 1}", f'1:32: there is no pool "blur" {KNOWN}'),
    ("{avg2 > max2: 1}", f'1:32: "avg2 > max2" names no layer: a layer with its pools is meant, {EXAMPLE}'),
    ("{relu2_1 > relu3_1: 1}",
     f'1:32: "relu2_1 > relu3_1" names 2 layers: one layer with its pools is meant, {EXAMPLE}'),
    ("{avg2 > avg2 > relu3_1: 1}",
     '1:32: "avg2 > avg2 > relu3_1" has too many pools: one before the layer and one after it are possible, '
     + EXAMPLE),
    ("{avg2 >: 1}", f'1:32: "avg2 > " has an arrow that leads nowhere: a layer and its pools are meant, {EXAMPLE}'),
    ("{avg2>relu3_1: 1, avg2 > relu3_1: 2}", '1:23: the layer "avg2 > relu3_1" is given twice'),
    ("{avg2>relu3_1: lots}", '1:32: "lots" is not a number'),
    ("avg2", '1:23: texnet has no layer "avg2" (known: grain1, grain2, grain3, grain4, grain5, pixels, relu1_1, '
     "relu1_2, relu2_1, relu2_2, relu3_1, relu3_2, relu4_1, relu4_2)"),
    ("{avg > relu3_1: 1}", f'1:32: there is no pool "avg" {KNOWN}'),
    ("avg2 > reul3_1", '1:23: texnet has no layer "reul3_1" (did you mean "relu3_1"?)'),
])  # fmt: skip
def test_mistakes_are_named_where_they_are(layers: str, message: str, wrong: Wrong) -> None:
    assert wrong(f"style: {{image: a.png, layers: {layers}}}") == [message]


def test_all_mistakes_of_one_name_are_told(wrong: Wrong) -> None:
    assert wrong("style: a.png\nenhance:\n  layers:\n    agv2 > rleu3_1 > max20: 1") == [
        '4:5: texnet has no layer "rleu3_1" (did you mean "relu3_1"?)',
        '4:5: there is no pool "agv2" (did you mean "avg2"?)',
        f'4:5: there is no pool "max20" {KNOWN}',
    ]


@pytest.mark.parametrize(("layers", "size"), [
    ("relu4_1", (200, 200)),
    ("avg2 > relu4_1", (192, 192)),
    ("avg3 > relu4_1", (192, 192)),
    ("[avg3 > relu3_1, relu4_1]", (192, 192)),
    ("[avg3 > pixels, avg5 > pixels, avg7 > pixels]", (210, 210)),
])  # fmt: skip
def test_a_torus_is_a_multiple_of_every_stride(layers: str, size: tuple[int, int], read: Read) -> None:
    recipe = f"style: {{image: a.png, layers: {layers}}}\nview: wrap\nsize: 200\nstages: {{from: 100, count: 2}}"
    resolved = read(recipe)
    assert resolved.size == size
    for stage in resolved.stages:
        for layer in (resolved.recipe.style or ())[0].layers or ():
            info = layer_info(layer, network("texnet"))
            assert info is not None
            assert isinstance(stage.size, tuple)
            assert stage.size[0] % info.stride == stage.size[1] % info.stride == 0


def test_a_torus_that_would_be_far_larger_than_asked_for(wrong: Wrong) -> None:
    layers = "[avg7 > relu4_1, avg11 > relu4_1]"
    assert wrong(f"size: 256\nstyle: {{image: a.png, layers: {layers}}}\nview: wrap") == [
        "1:1: with this view and these layers each side is a multiple of 616: 256 is too small"
    ]


def test_errors_carry_the_line_of_the_page(read: Read) -> None:
    with pytest.raises(RecipeError) as caught:
        read("style: a.png\nenhance: {layers: {avg2 > relu9_1: 1}}")
    (problem,) = caught.value.problems
    assert problem.at("page.md", first_line=11).startswith('page.md:12:20: texnet has no layer "relu9_1"')
