"""Every change that moves pixels changes the key, and only from the task on that it concerns."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from asking import Key, Read
from PIL import Image

from deepartist.plan import plan
from deepartist.recipe import Inputs, draft, read_recipe
from deepartist.recipe.parts import parts

BASE = """
content: a.png
style: {image: b.jpg, layers: {relu1_1: 1, relu3_1: 0.5}, match: [gram]}
size: 128
view: {kaleidoscope: {segments: 6, colors: [2, 1, 3]}}
optimizer: {lbfgs: {history: 10}}
start: 0.5 * noise + 0.2
stages: {from: 32, count: 3, steps: 10}
"""
CHANGES = {
    "seed": ("size: 128", "size: 128\nseed: 1"),
    "size": ("size: 128", "size: 129"),
    "both sides": ("size: 128", "size: [128, 65]"),
    "content": ("content: a.png", "content: sample:boat"),
    "no content": ("content: a.png\n", ""),
    "content weight": ("content: a.png", "content: {image: a.png, weight: 2}"),
    "content layers": ("content: a.png", "content: {image: a.png, layers: relu2_1}"),
    "content match": ("content: a.png", "content: {image: a.png, match: [laplacian]}"),
    "style": ("image: b.jpg", "image: a.png"),
    "another sample": ("image: b.jpg", "image: sample:cloth"),
    "a sample's seed": ("image: b.jpg", "image: 'sample:cloth?seed=1'"),
    "two styles pooled": ("image: b.jpg", "image: [b.jpg, a.png]"),
    "style mask": ("image: b.jpg", "image: b.jpg, mask: {shape: disc}"),
    "style mask inverted": ("image: b.jpg", "image: b.jpg, mask: {shape: disc, invert: true}"),
    "style mask's picture": ("image: b.jpg", "image: b.jpg, mask: 'sample:boat'"),
    "style mask's colour": ("image: b.jpg", "image: b.jpg, mask: {image: 'sample:boat', color: red}"),
    "content mask": ("content: a.png", "content: {image: a.png, mask: {shape: disc}}"),
    "style scale": ("image: b.jpg", "image: b.jpg, scale: 2"),
    "scale in pixels": ("image: b.jpg", "image: b.jpg, scale: 32px"),
    "two scales": ("image: b.jpg", "image: b.jpg, scale: [1, 2]"),
    "style weight": ("match: [gram]", "match: [gram], weight: 0.5"),
    "layer weight": ("relu3_1: 0.5", "relu3_1: 0.6"),
    "another layer": ("relu3_1: 0.5", "relu4_1: 0.5"),
    "one layer fewer": (", relu3_1: 0.5", ""),
    "matcher": ("match: [gram]", "match: [covariance]"),
    "two matchers": ("match: [gram]", "match: [gram, mean]"),
    "matcher weight": ("match: [gram]", "match: [{gram: {weight: 2}}]"),
    "pipeline": ("size: 128", "size: 128\npipeline: vgg19"),
    "another vgg": ("size: 128", "size: 128\npipeline: vgg16"),
    "pooling": ("size: 128", "size: 128\npipeline: {vgg19: {pooling: max}}"),
    "no view": ("view: {kaleidoscope: {segments: 6, colors: [2, 1, 3]}}\n", ""),
    "segments": ("segments: 6", "segments: 4"),
    "colours": ("colors: [2, 1, 3]", "colors: [3, 2, 1]"),
    "mirror": ("segments: 6", "segments: 6, mirror: true"),
    "one more view": ("view: {kalei", "view: [wrap, {kalei"),
    "optimizer": ("{lbfgs: {history: 10}}", "adam"),
    "history": ("history: 10", "history: 11"),
    "start": ("0.5 * noise + 0.2", "0.5 * noise + 0.3"),
    "start's sign": ("0.5 * noise + 0.2", "0.5 * noise - 0.2"),
    "start's order": ("0.5 * noise + 0.2", "0.5 * (noise + 0.2)"),
    "start's picture": ("0.5 * noise + 0.2", "0.5 * noise + b.jpg"),
    "start's colours": ("start: 0.5 * noise + 0.2", "start: {image: 0.5 * noise + 0.2, colors: own}"),
    "plasma": ("* noise", "* plasma"),
    "keep colours": ("size: 128", "size: 128\nkeep: {colors: content}"),
    "keep luma": ("size: 128", "size: 128\nkeep: {colors: luma}"),
    "keep linear": ("size: 128", "size: 128\nkeep: {colors: linear}"),
    "keep histogram": ("size: 128", "size: 128\nkeep: {colors: histogram}"),
    "enhance": ("size: 128", "size: 128\nenhance: relu2_1"),
    "enhance weight": ("size: 128", "size: 128\nenhance: {layers: relu2_1, weight: 2}"),
    "regularize": ("size: 128", "size: 128\nregularize: tv"),
    "steps": ("steps: 10", "steps: 11"),
    "minutes": ("steps: 10", "steps: 10, minutes: 2"),
    "more minutes": ("steps: 10", "steps: 10, minutes: 3"),
    "count": ("count: 3", "count: 2"),
    "from": ("from: 32", "from: 48"),
    "smooth": ("size: 128", "size: 128\nfinish: smooth"),
    "smooth along the content": ("size: 128", "size: 128\nfinish: {smooth: {guide: content}}"),
    "smooth along another": ("size: 128", "size: 128\nfinish: {smooth: {guide: 'sample:boat'}}"),
    "recolor": ("size: 128", "size: 128\nfinish: {recolor: {image: content}}"),
    "recolor from another": ("size: 128", "size: 128\nfinish: {recolor: {image: b.jpg}}"),
    "recolor otherwise": ("size: 128", "size: 128\nfinish: {recolor: {image: b.jpg, by: histogram}}"),
    "finish in two steps": ("size: 128", "size: 128\nfinish: [smooth, {recolor: {image: b.jpg}}]"),
    "the same the other way round": ("size: 128", "size: 128\nfinish: [{recolor: {image: b.jpg}}, smooth]"),
    "format": ("size: 128", "size: 128\noutput: {format: png}"),
    "quality": ("size: 128", "size: 128\noutput: {quality: 80}"),
}  # fmt: skip


def changed(name: str) -> str:
    """The base with one change."""
    before, after = CHANGES[name]
    assert BASE.count(before) == 1, name
    text = BASE.replace(before, after)
    return text.replace("3]}}", "3]}}]") if name == "one more view" else text


def test_every_change_gives_a_key_of_its_own(key: Key, draft_key: Key) -> None:
    keys = {name: key(changed(name)) for name in CHANGES} | {"base": key(BASE)}
    same = [(one, other) for one, other in combinations(keys, 2) if keys[one] == keys[other]]
    assert not same
    drafts = {name: draft_key(changed(name)) for name in CHANGES}
    assert draft_key(BASE) not in drafts.values()


def test_a_changed_file_changes_the_key(tmp_path: Path) -> None:
    keys = []
    for color in ("red", "#fe0000"):
        Image.new("RGB", (16, 16), color).save(tmp_path / "a.png")
        keys.append(plan(read_recipe("style: a.png", Inputs([tmp_path])), {}).key)
    assert keys[0] != keys[1]


def test_other_weights_change_the_key(read: Read) -> None:
    resolved = read("style: a.png\npipeline: vgg19")
    assert len({plan(resolved, weights).key for weights in ({}, {"vgg19": "0" * 64}, {"vgg19": "1" * 64})}) == 3
    assert plan(resolved, {"vgg16": "0" * 64}).key == plan(resolved, {}).key


def test_a_raised_version_of_a_part_changes_the_key(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    resolved = read(BASE)
    before = plan(resolved, {})
    finish = read(BASE + "finish: smooth")
    with monkeypatch.context() as patch:
        patch.setattr(parts("finish")["smooth"], "version", 2)
        raised = plan(finish, {}).key
    assert raised != plan(finish, {}).key
    for kind, name in (("operator", "gram"), ("view", "kaleidoscope"), ("optimizer", "lbfgs"), ("source", "noise")):
        with monkeypatch.context() as patch:
            part = parts(kind)[name]  # type: ignore[arg-type]
            patch.setattr(part, "version", part.version + 1)
            assert plan(resolved, {}).stages[0].key != before.stages[0].key, name


def test_another_encoding_repaints_nothing(read: Read) -> None:
    one, other = plan(read(BASE), {}), plan(read(BASE + "output: {format: png}"), {})
    assert one.key != other.key
    assert one.picture == other.picture
    assert one.stages == other.stages


def test_another_finish_repaints_nothing(read: Read) -> None:
    base, smooth = plan(read(BASE), {}), plan(read(BASE + "finish: smooth"), {})
    further = plan(read(BASE + "finish: [smooth, {recolor: {image: b.jpg}}]"), {})
    assert base.stages == smooth.stages == further.stages
    assert base.picture == smooth.picture == further.picture
    assert smooth.finish == further.finish[:1]


def test_the_name_of_a_picture_in_a_finish_does_not_count(tmp_path: Path) -> None:
    keys = []
    for name, color in (("a", "red"), ("b", "red"), ("b", "blue")):
        Image.new("RGB", (8, 8), color).save(tmp_path / f"{name}.png")
        text = f"style: sample:strokes\nfinish: {{recolor: {{image: {name}.png}}}}"
        keys.append(plan(read_recipe(text, Inputs([tmp_path])), {}).key)
    assert keys[0] == keys[1] != keys[2]


def test_colours_moved_afterwards_repaint_nothing(read: Read) -> None:
    base = plan(read(BASE), {})
    for kept in ("linear", "histogram"):
        other = plan(read(BASE + f"keep: {{colors: {kept}}}"), {})
        assert other.stages == base.stages
        assert other.picture != base.picture


def test_a_scale_in_pixels_is_the_factor_that_it_comes_to(read: Read, key: Key) -> None:
    assert key("style: {image: a.png, scale: 64px}\nsize: 128") == key("style: {image: a.png, scale: 0.5}\nsize: 128")
    assert key("style: {image: a.png, scale: 64px}\nsize: 64") == key("style: a.png\nsize: 64")


def test_a_further_stage_goes_on_from_what_is_there(read: Read) -> None:
    small = plan(read("style: a.png\nstages: [32, 64]"), {}).stages
    large = plan(read("style: a.png\nstages: [32, 64, 128]"), {}).stages
    assert [each.key for each in large[:2]] == [each.key for each in small]


def test_changed_steps_repaint_from_their_stage_on(read: Read) -> None:
    one = plan(read("style: a.png\nstages: [32, {size: 64, steps: 5}, 128]"), {}).stages
    other = plan(read("style: a.png\nstages: [32, {size: 64, steps: 6}, 128]"), {}).stages
    assert [left.key == right.key for left, right in zip(one, other, strict=True)] == [True, False, False]


def test_a_limit_of_minutes_shares_the_stages_that_end_in_time(read: Read) -> None:
    free, limited = (plan(read(f"style: a.png\nstages: {{steps: 5{more}}}"), {}) for more in ("", ", minutes: 2"))
    assert free.stages[-1].key == limited.stages[-1].key
    assert free.picture != limited.picture


def test_an_exponent_of_one_was_there_before_it_could_be_said(read: Read) -> None:
    text = "content: a.png\nenhance: {layers: relu4_2, by: {channel: {index: 3}}}"
    plain, one, two = (plan(read(text.replace("3}", f"3{more}}}")), {}).key
                       for more in ("", ", exponent: 1", ", exponent: 2"))  # fmt: skip
    assert plain == one != two


def test_a_draft_has_a_key_of_its_own(read: Read) -> None:
    for text in ("style: a.png", "style: a.png\nsize: 32\nstages: {steps: 9}"):
        resolved = read(text)
        assert plan(draft(resolved), {}, "draft").key != plan(resolved, {}).key
