"""What never changes a key: order, comments, spelling of numbers, line ends, short or long forms, the round trip."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from asking import Key, Read
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deepartist.plan import plan
from deepartist.recipe import Inputs, draft
from deepartist.recipe.inputs import KnownInputs
from deepartist.recipe.model import Recipe
from deepartist.recipe.resolve import resolve

IMAGES = st.sampled_from(["a.png", "b.jpg", "sub folder/ä (1).png", "sample:strokes", "sample:marble?seed=3"])
LAYERS = st.sampled_from(["pixels", "relu1_1", "relu2_1", "relu3_1", "relu4_1", "grain5"])
WEIGHTS = st.sampled_from([1, 2, 0.5, 0.25, 1e-3, 10, 1.0, 100.0])
SIDES = st.integers(16, 600)


def maybe(**words: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A mapping with any of the words."""
    return st.fixed_dictionaries({}, optional=words)


def one_or_more(each: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return each | st.lists(each, min_size=1, max_size=2)


WEIGHTED = st.lists(LAYERS, min_size=1, max_size=3, unique=True) | st.dictionaries(LAYERS, WEIGHTS, min_size=1)
MATCHERS = st.sampled_from(["gram", "moments", {"gram": {"weight": 2}}, {"covariance": None}, "mean"])
STYLE = IMAGES | st.builds(
    lambda image, more: {"image": image, **more},
    one_or_more(IMAGES),
    maybe(scale=one_or_more(WEIGHTS.filter(lambda w: 0.05 <= w <= 32) | st.just("300 px")), layers=WEIGHTED,
          match=one_or_more(MATCHERS), weight=WEIGHTS),
)  # fmt: skip
CONTENT = IMAGES | st.builds(lambda image, more: {"image": image, **more}, IMAGES, maybe(weight=WEIGHTS))
ENHANCE = LAYERS | st.builds(lambda layers, more: {"layers": layers, **more}, WEIGHTED, maybe(weight=WEIGHTS))
VIEWS = st.sampled_from(["wrap", ["wrap"], [], {"kaleidoscope": {"segments": 4}},
                         ["wrap", {"kaleidoscope": {"segments": 6, "colors": [2, 3, 1]}}]])  # fmt: skip
STARTS = st.sampled_from(["noise", "plasma", 0.5, "0.2 + 0.4 * noise", {"image": "a.png * 0.5", "colors": "own"}])
STEPS = st.sampled_from([1, 7, 100, 20_000])
GROWTH = maybe(**{"from": st.integers(16, 64), "count": st.integers(1, 6), "steps": STEPS})
STAGE = SIDES | st.builds(
    lambda size, more: {"size": size, **more},
    SIDES,
    maybe(steps=STEPS, style=STYLE, view=VIEWS, optimizer=st.just("adam"), pipeline=st.just("squeezenet")),
)
RECIPES = st.builds(
    lambda style, more: {"style": style, **more},
    one_or_more(STYLE),
    maybe(content=CONTENT, enhance=one_or_more(ENHANCE), view=VIEWS, start=STARTS, seed=st.integers(0, 2**32 - 1),
          stages=GROWTH | st.lists(STAGE, min_size=1, max_size=3), optimizer=st.sampled_from(["adam", "lbfgs"]),
          output=maybe(format=one_or_more(st.sampled_from(["webp", "png"])), quality=st.integers(1, 100)),
          regularize=st.sampled_from(["tv", {"tv": {"weight": 0.5}}]),
          finish=st.sampled_from(["smooth", [], [{"recolor": {"image": "b.jpg"}}, {"smooth": {"guide": "content"}}]])),
)  # fmt: skip
MANY = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def valid(data: dict[str, Any], read: Read) -> Any:
    """The recipe, or None where the random words do not go together (own layers on another network)."""
    try:
        return read(json.dumps(data))
    except ValueError:
        return None


@MANY
@given(data=RECIPES)
def test_the_canonical_form_is_stable_and_has_the_same_key(data: dict[str, Any], read: Read) -> None:
    resolved = valid(data, read)
    if resolved is None:
        return
    text = yaml.safe_dump(resolved.canonical(), allow_unicode=True)
    again = read(text)
    assert again.canonical() == resolved.canonical()
    assert plan(again, {}).key == plan(resolved, {}).key


@MANY
@given(data=RECIPES)
def test_what_is_sent_to_the_worker_comes_to_the_same_tasks(data: dict[str, Any], read: Read) -> None:
    resolved = valid(data, read)
    if resolved is None:
        return
    for quality in (resolved, draft(resolved)):
        order = json.loads(json.dumps(quality.canonical()))
        known = KnownInputs({name: image.path for name, image in quality.images.items() if image.path})
        assert plan(resolve(Recipe.model_validate(order), known), {}).stages == plan(quality, {}).stages
        assert plan(resolve(Recipe.model_validate(order), known), {}).key == plan(quality, {}).key


def shuffled(data: Any, draw: Any) -> Any:
    """Every mapping in another order."""
    if isinstance(data, dict):
        return {word: shuffled(data[word], draw) for word in draw(st.permutations(list(data)))}
    return [shuffled(each, draw) for each in data] if isinstance(data, list) else data


def spelled(data: Any, draw: Any, depth: int = 0) -> str:
    """Flow YAML with every number in a random spelling and random quotes."""
    if isinstance(data, dict):
        pairs = ", ".join(f"{json.dumps(word) if draw(st.booleans()) else word}: {spelled(value, draw, depth + 1)}"
                          for word, value in data.items())  # fmt: skip
        return f"{{{pairs}}}"
    if isinstance(data, list):
        return f"[{', '.join(spelled(each, draw, depth + 1) for each in data)}]"
    if isinstance(data, str):
        return json.dumps(data, ensure_ascii=draw(st.booleans()))
    if isinstance(data, int | float):
        exponent = "" if "e" in repr(float(data)) else "e0"
        return str(draw(st.sampled_from([repr(data), f"+{data!r}", repr(float(data)), f"{float(data)!r}{exponent}"])))
    return "null" if data is None else json.dumps(data)


@MANY
@given(data=RECIPES, drawn=st.data())
def test_order_comments_spelling_and_line_ends(data: dict[str, Any], drawn: st.DataObject, read: Read) -> None:
    resolved = valid(data, read)
    if resolved is None:
        return
    lines = []
    for word, value in shuffled(data, drawn.draw).items():
        lines += drawn.draw(st.sampled_from([[], [""], ["# a remark: with, things"], ["   # indented"]]))
        lines.append(f"{word}:   {spelled(value, drawn.draw)}" + drawn.draw(st.sampled_from(["", "   ", "  # why"])))
    end = drawn.draw(st.sampled_from(["\n", "\r\n", "\r"]))
    before, after = drawn.draw(st.sampled_from(["", "\ufeff"])), drawn.draw(st.sampled_from(["", end, end * 3]))
    text = before + end.join(lines) + after
    assert plan(read(text), {}).key == plan(resolved, {}).key


LONG = """
pipeline: texnet
style: [{image: [a.png], scale: [1.0], weight: 1.0, match: [{gram: {weight: 1}}, {palette: {weight: 0.1}}],
         layers: {pixels: 1, relu1_2: 1, relu2_2: 1, relu3_2: 1, relu4_2: 1,
                  grain1: 4, grain2: 4, grain3: 4, grain4: 4, grain5: 4}}]
size: [512, 512]
seed: 0
start: {image: (noise), colors: style}
stages: [32, 64, 128, 256, 512]
optimizer: lbfgs
view: []
regularize: []
output: {format: [png, webp], quality: 9.0e1}
"""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("style: a.png", LONG),
        ("style: a.png", "style: ./a.png"),
        ("style: a.png", "style: /a.png"),
        ("style: sample:strokes", "style: sample:strokes?seed=0"),
        ("style: a.png\nenhance: relu1_1", "style: a.png\nenhance: [relu1_1]"),
        ("style: a.png\nenhance: relu1_1", "style: a.png\nenhance: [{layers: {relu1_1: 1}, by: [power]}]"),
        ("style: a.png\nview: wrap", "style: a.png\nview: [wrap: {}]"),
        ("style: a.png\nstart: 0.5", "style: a.png\nstart: '.50'"),
        ("style: a.png\nstart: 0", "style: a.png\nstart: '-0.0'"),
        ("style: a.png\nstart: 0.2 + 0.4 * noise", "style: a.png\nstart: (0.2 + ((4e-1) * (noise)))"),
        ("style: a.png\nstages: {steps: 5}", "style: a.png\nstages: {from: 32, to: 512, count: 5, steps: 5}"),
        ("content: a.png\nenhance: relu3_1", "content: {image: a.png, match: []}\nenhance: relu3_1"),
        ("style: a.png\noutput: {format: webp}", "style: a.png\noutput: {format: [webp, webp]}"),
        ("style: a.png\noutput: {format: png}", "style: a.png\noutput: {format: png, quality: 3}"),
        ("style: a.png\nsize:", "style: a.png"),
        ("style: a.png\nfinish: []", "style: a.png"),
        ("style: a.png\nfinish: smooth", "style: a.png\nfinish: [{smooth: {radius: 0.015, contrast: 0.05}}]"),
        ("content: a.png\nstyle: b.jpg\nfinish: {recolor: {image: a.png}}",
         "content: a.png\nstyle: b.jpg\nfinish: {recolor: {image: content, by: linear}}"),
    ],
)  # fmt: skip
def test_short_and_long_forms(one: str, other: str, key: Key) -> None:
    assert key(one) == key(other)


def test_the_name_and_time_of_a_picture_do_not_count(docs: Any, tmp_path: Any, read: Read) -> None:
    copy = tmp_path / "other name.png"
    copy.write_bytes((docs / "a.png").read_bytes())
    from deepartist.recipe import read_recipe

    other = read_recipe('style: "other name.png"', Inputs([tmp_path], root=tmp_path))
    assert plan(other, {}).key == plan(read("style: a.png"), {}).key
