"""Every mistake: the exact sentence, and the exact place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from asking import Read, Wrong
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deepartist.recipe import Problem, RecipeError
from deepartist.recipe.model import Recipe

STYLE = "style: a.png\n"
EMPTY = "1:1: this recipe is empty: give it a style, a content or something to enhance"
NOTHING = "1:1: there is nothing to paint: give a style, something to enhance, or layers of the content to match"
SHAPE = '1:1: a recipe is a list of "word: value" lines, for example "style: images/waves.jpg"'
BOTH = "layers are names, or names with weights, and there is at least one"

WORDS = [
    ("styl: a.png", '1:1: unknown word "styl" (did you mean "style"?)'),
    (STYLE + "Size: 64", '2:1: unknown word "Size" (did you mean "size"?)'),
    (STYLE + "mask: b.jpg", '2:1: "mask" belongs under a style, the content or something enhanced'),
    ("style: {image: a.png, mask: {shape: disk}}",
     '1:30: "disk" is not valid here (did you mean "disc"?): '
     'expected "disc", "left", "right", "top" or "bottom"'),
    ("style: {image: a.png, mask: {}}", "1:23: a mask is an image or a shape: give one of both"),
    ("style: {image: a.png, mask: {shape: left, color: red}}",
     "1:23: a shape has no colours: color belongs to a mask from an image"),
    ("style: {image: a.png, mask: {image: a.png, color: rot}}",
     '1:44: "rot" is no colour: write its name, or #ff0000 for red'),
    ("style: {image: a.png, mask: nowhere.png}", '1:23: there is no picture "nowhere.png"'),
    ("style: {image: a.png, match: shifted_gram, mask: {shape: disc}}",
     '1:23: "shifted_gram" compares places with others and cannot be kept inside a mask'),
    ("style: {image: a.png, match: cross_gram, layers: relu1_1}",
     '1:23: "cross_gram" compares layers and needs at least 2 of them'),
    ("optimizer: lbfgs\nstyle: {image: a.png, match: sliced}",
     '1:1: "sliced" is sampled anew at each step and lbfgs needs the same loss: use adam'),
    ("style: {image: a.png, wieght: 2}", '1:23: unknown word "wieght" (did you mean "weight"?)'),
    ("style: {scale: 2}", '1:1: "image" is missing'),
    (STYLE + "minutes: 2", '2:1: "minutes" belongs under stages'),
    (STYLE + "steps: 2", '2:1: "steps" belongs under stages'),
    (STYLE + "stages: {minutes: 0}", '2:10: "minutes" is 0: it must be greater than 0'),
    (STYLE + "stages: [{size: 64, minutes: long}]", '2:21: "long" is not a number'),
    (STYLE + "stages: {form: 64}", '2:10: unknown word "form" (did you mean "from"?)'),
    (STYLE + "pipeline: vgg91", '2:1: there is no pipeline "vgg91" (did you mean "vgg19"?)'),
    (STYLE + "pipeline: {vgg19: {pool: max}}", '2:20: unknown word "pool" (did you mean "pooling"?)'),
    (STYLE + "optimizer: sgd", '2:1: there is no optimizer "sgd" (known: adam, ascent, fourier, lbfgs, pyramid)'),
    (STYLE + "view: wrapp", '2:1: there is no view "wrapp" (did you mean "wrap"?)'),
    (STYLE + "view: [[wrap], [wrap, {kaleidoscope: {segments: 1}}]]",
     '2:39: "segments" is 1: it must be at least 2'),
    (STYLE + "view: [[wrap], []]",
     "2:1: a list of views has nothing in it: leave it out, or name what the canvas is seen through"),
    (STYLE + "output: {format: jpg}",
     '2:10: "jpg" is not valid here (did you mean "png"?): expected "webp" or "png"'),
    (STYLE + "keep: {colors: everything}",
     '2:8: "everything" is not valid here: expected "content", "luma", "linear" or "histogram"'),
    (STYLE + "finish: smoth", '2:1: there is no finish "smoth" (did you mean "smooth"?)'),
    (STYLE + "finish: [{smooth: {radius: 5}}]", '2:20: "radius" is 5: it must be at most 0.1'),
    (STYLE + "finish: [{smooth: {guide: content}}]",
     '2:10: "smooth" looks at the content, but this recipe has none'),
    (STYLE + "size: [64, 32]\nfinish: [{smooth: {guide: b.jpg}}]",
     '3:10: the guide "b.jpg" is 30×60: it needs the shape of the canvas, 64×32'),
    (STYLE + "finish: recolor", '2:1: "image" is missing'),
    (STYLE + "finish: [{recolor: {image: nowhere.png}}]", '2:10: there is no picture "nowhere.png"'),
    ("style: {image: a.png, match: gramm}", '1:23: there is no operator "gramm" (did you mean "gram"?)'),
    ("style: {image: a.png, match: power}", '1:23: "power" cannot stand under style: it belongs under enhance'),
    ("style: {image: a.png, layers: relu9_1}", '1:23: texnet has no layer "relu9_1" (did you mean "relu4_1"?)'),
    ("style:\n  image: a.png\n  layers:\n    relu1_1: 1\n    rleu2_1: 1",
     '5:5: texnet has no layer "rleu2_1" (did you mean "relu2_1"?)'),
    ("pipeline: squeezenet\nstyle: {image: a.png, layers: {fire22: 1}}",
     '2:32: squeezenet has no layer "fire22" (did you mean "fire2"?)'),
    (STYLE + "start: nose",
     '2:1: start: "nose" is neither a number, a source nor an image file (did you mean "noise"?)'),
    (STYLE + "start: content", '2:1: start says "content", but this recipe has no content'),
    (STYLE + "keep: {colors: luma}", "2:1: keep needs a content to keep something of"),
]  # fmt: skip
TYPES = [
    ("style: 5",
     '1:1: 5 is not valid here: expected "word: value", the word being image, scale, layers, match, weight or mask'),
    ("style: [a.png, true]",
     '1:16: true is not valid here: '
     'expected "word: value", the word being image, scale, layers, match, weight or mask'),
    (STYLE + "seed: soon", '2:1: "soon" is not a number'),
    (STYLE + "seed: 1.5", "2:1: 1.5 is not a whole number"),
    (STYLE + "seed: true", "2:1: true is not a number"),
    (STYLE + "seed: -1", '2:1: "seed" is -1: it must be at least 0'),
    (STYLE + "seed: 99999999999999999999", '2:1: "seed" is 99999999999999999999: it must be at most 4294967295'),
    (STYLE + 'seed: "7"', '2:1: "7" is not a number'),
    ("style: {image: a.png, weight: .nan}", '1:23: ".nan" is not a number'),
    ("style: {image: a.png, weight: .inf}", '1:23: ".inf" is not a number'),
    ("style: {image: a.png, weight: 1e999}", "1:31: 1e999 is too large a number"),
    ("style: {image: a.png, weight: 0}", '1:23: "weight" is 0: it must be greater than 0'),
    ("style: {image: a.png, scale: 0}", '1:23: "scale" is 0: it must be at least 0.05'),
    ("style: {image: a.png, scale: [1, 99]}", '1:34: "scale" is 99: it must be at most 32'),
    ("style: {image: a.png, scale: 3pt}",
     '1:23: "3pt" is no scale: write a number, as 1.5, or pixels, as 300px'),
    ("style: {image: a.png, scale: 0px}", '1:23: "0px" is no scale: the long side of the style is 1px to 16384px'),
    ("style: {image: a.png, scale: []}", '1:23: "scale" is empty: it needs at least 1'),
    ("style: {image: a.png, scale: [1,2,3,4,5,6,7,8,9]}", '1:23: "scale" has 9 entries: at most 8 are possible'),
    ("style: {image: []}", '1:9: "image" is empty: it needs at least 1'),
    ("style: {image: a.png, match: []}", '1:23: "match" is empty: it needs at least 1'),
    ("style: {image: a.png, layers: 5}", f"1:23: {BOTH}"),
    ("style: {image: a.png, layers: {relu1_1: lots}}", '1:32: "lots" is not a number'),
    ("style: {image: a.png, match: {gram: {weight: two}}}", '1:38: "two" is not a number'),
    ("style: {image: a.png, match: {gram: 2}}", "1:23: an operator is a name, or one name with its parameters"),
    (STYLE + "view: 6", "2:1: a view is a name, or one name with its parameters"),
    (STYLE + "view: {kaleidoscope: {mirror: maybe}}", '2:23: "maybe" is neither true nor false'),
    (STYLE + "view: {kaleidoscope: {colors: red}}", '2:23: "red" is not a list: write [a, b]'),
    (STYLE + "output: webp", '2:1: "webp" is not valid here: expected "word: value", the word being format or quality'),
    (STYLE + "output: {quality: 101}", '2:10: "quality" is 101: it must be at most 100'),
    (STYLE + "stages: 5", "2:1: stages are a list, or {from: 128, to: 512, count: 3, steps: 100}"),
    (STYLE + "stages: []", "2:1: 0 stages are not possible: 1 to 24"),
    (STYLE + "stages: [64, large]", '2:14: "large" is no stage: write its size in pixels, or {size: 256, steps: 100}'),
    (STYLE + "stages: [{size: 64, steps: 0}]", '2:21: "steps" is 0: it must be at least 1'),
    (STYLE + "stages: {from: 512, to: 64}", "2:1: stages grow: from 512 to 64 does not"),
    (STYLE + "start: 0.2 + * noise", '2:1: start: a number, a word or an image is missing before "*"'),
    (STYLE + "start: (0.2 + noise", '2:1: start: a parenthesis is not closed: ")" is missing'),
    (STYLE + "start: 1000", "2:1: start: 1000 is out of range: pixel values are 0..1, factors at most 100"),
]  # fmt: skip
SIZES = [
    (STYLE + f"size: {size}", f"2:1: {message}")
    for size, message in [
        ("0", "a size of 0 pixels is not possible: 16 to 16384"),
        ("7", "a size of 7 pixels is not possible: 16 to 16384"),
        ("-64", "a size of -64 pixels is not possible: 16 to 16384"),
        ("100000", "a size of 100000 pixels is not possible: 16 to 16384"),
        ("[64, 7]", "a size of 7 pixels is not possible: 16 to 16384"),
        ("[16000, 16000]", "16000×16000 pixels are too many: at most 64 megapixels"),
        ("8192", "8192×8192 pixels are too many: at most 64 megapixels"),
        ("[16384, 16]", "WebP ends at 16383 pixels: for 16384×16 write output: {format: png}"),
        ("64.5", "a size is a whole number of pixels, not 64.5"),
        ("big", "a size is the long side in pixels, or [width, height]"),
        ("[1, 2, 3]", "a size is the long side in pixels, or [width, height]"),
        (".nan", "a size is the long side in pixels, or [width, height]"),
        ("[100, 64]\nview: wrap", "with this view each side is a multiple of 16: 96×64 would do"),
    ]
] + [
    (STYLE + "size: 256\nstages: {to: 512}", "3:1: the stages end at 512, but the size is 256"),
    (STYLE + "stages: [32, [100, 64]]\nview: wrap",
     "2:14: with this view each side is a multiple of 16: 96×64 would do"),
]  # fmt: skip
NOTHING_TO_PAINT = [
    ("", EMPTY),
    ("\n\n", EMPTY),
    ("# only a remark", EMPTY),
    ("{}", EMPTY),
    ("size: 64", NOTHING),
    ("start: noise", NOTHING),
    ("content: a.png", NOTHING),
    ("style:", NOTHING),
    ("style: []", NOTHING),
    ("[]", SHAPE),
    ("just words", SHAPE),
    ("- style", SHAPE),
    (STYLE + "stages: [32, {size: 64, style: []}]",
     "2:14: nothing is painted in this stage: give it a style or something to enhance"),
]  # fmt: skip
COLORS = [
    (STYLE + f"view: {{kaleidoscope: {{segments: {segments}, colors: {colors}}}}}", f"2:36: {message}")
    for segments, colors, message in [
        (5, "[2, 3, 1]",
         "the colours [2, 3, 1] repeat after 3 turns, which does not divide 5 segments: use 3, 6 or 9 segments"),
        (6, "[1, 2]", "[1, 2] is no order of colours: name each of 1, 2 and 3 once, -1 for the negative of 1"),
        (6, "[1, 1, 2]", "[1, 1, 2] is no order of colours: name each of 1, 2 and 3 once, -1 for the negative of 1"),
    ]
]  # fmt: skip
YAML = [
    ("style: a.png\nstages:\n\tfrom: 64", "3:1: a tab in the indentation: YAML is indented with spaces"),
    ("stages:\n  \tfrom: 64\n\tto: 128", "2:3: a tab in the indentation: YAML is indented with spaces"),
    ("style: !!python/object/apply:os.system [ls]",
     '1:8: the YAML tag "!!python/object/apply:os.system" is not allowed: a recipe holds plain values only'),
    ("style: !!python/object:os.system x",
     '1:8: the YAML tag "!!python/object:os.system" is not allowed: a recipe holds plain values only'),
    ("style: !mine {image: a.png}", '1:8: the YAML tag "!mine" is not allowed: a recipe holds plain values only'),
    ("style: a.png\nsize: 64\nstyle: b.jpg", '3:1: "style" is given twice (first in line 1 of the recipe)'),
    ("style: {image: a.png, image: b.jpg}", '1:23: "image" is given twice (first in line 1 of the recipe)'),
    ("? [a, b]\n: c", "1:3: a word is expected before the colon"),
    ('style: "a.png', "1:8: this quote is not closed"),
    ("style: [a.png, b.jpg", '1:8: this list is not closed: a comma or "]" is missing'),
    ("style: {image: a.png", '1:8: these braces are not closed: a comma or "}" is missing'),
    ("style: a.png: b", '1:13: a second ":" in one line: put a text that holds ":" in quotes'),
    ("style: a.png\nsize", "2:1: a word is followed by \":\" and a value"),
    ("style: @a.png", "1:8: a value that begins with this character is put in quotes"),
    ("style: *a", '1:8: a value that begins with "*" is put in quotes'),
    ("style: a.png\n---\nstyle: b.jpg", '2:1: a recipe is one document: "---" is not expected here'),
    ("style:\n  - a.png\n size: 64",
     "3:2: this does not fit what stands above it: is the indentation right, and every quote and bracket closed?"),
    ("style: a.png\nseed: \x01", "1:1: the invisible character U+0001 is not allowed in a recipe"),
    ("style: &a [*a]", "1:8: this recipe is too large: too many or too deeply nested values"),
    ("style: " + "[" * 40 + "]" * 40, "1:32: this recipe is too large: too many or too deeply nested values"),
    ("# " + "x" * 70_000, "1:1: a recipe is at most 64 KiB long"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), WORDS + TYPES + SIZES + NOTHING_TO_PAINT + COLORS + YAML)
def test_the_sentence_and_its_place(text: str, message: str, wrong: Wrong) -> None:
    assert wrong(text)[0] == message
    assert len(wrong(text)) <= 2


def test_all_mistakes_at_once_in_reading_order(wrong: Wrong) -> None:
    text = "styl: a.png\nsize: 7\nstyle: {image: missing.png, layers: relu9_9}\nseed: x\noutput: {format: gif}"
    assert [message.split(": ")[0] for message in wrong(text)] == ["1:1", "2:1", "3:9", "3:29", "4:1", "5:10"]
    text = "style: {image: missing.png, layers: relu9_9}\ncontent: none.jpg\nkeep: {colors: luma}\nstart: b.png"
    assert [message.split(": ")[0] for message in wrong(text)] == ["1:9", "1:29", "2:1", "4:1"]


def test_crlf_and_bom_do_not_move_places(wrong: Wrong) -> None:
    assert wrong("\ufeffstyle: a.png\r\n\r\nsize: 7\r\n") == ["3:1: a size of 7 pixels is not possible: 16 to 16384"]


def test_non_ascii_is_welcome(read: Read, wrong: Wrong) -> None:
    assert read('style: "sub folder/ä (1).png"  # schön').size == (512, 512)
    assert wrong("stylé: x")[0] == '1:1: unknown word "stylé" (did you mean "style"?)'


def test_a_yaml_bomb_is_refused_at_once(wrong: Wrong) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    assert any("too large" in message for message in wrong("\n".join(lines)))


def test_a_message_cannot_steer_a_terminal(wrong: Wrong) -> None:
    assert all(message.isprintable() for message in wrong('"sty\\e[31mle": "\\e]0;title\\a"'))


def test_yaml_1_2_words(wrong: Wrong) -> None:
    """``on`` is no truth value and ``1:30`` no number of seconds, as it would be in YAML 1.1."""
    assert wrong(STYLE + "seed: 1:30") == ['2:1: "1:30" is not a number']
    assert wrong(STYLE + "seed: on") == ['2:1: "on" is not a number']
    assert wrong(STYLE + "seed: 0x10") == ['2:1: "0x10" is not a number']


def test_places_in_a_page() -> None:
    assert Problem(2, 5, "no").at("page.md", first_line=10, indent=4) == "page.md:11:9: no"
    assert str(RecipeError([Problem(2, 1, "b"), Problem(1, 1, "a")])) == "recipe:1:1: a\nrecipe:2:1: b"


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
ANYTHING = st.recursive(
    SCALARS | st.sampled_from(["a.png", "relu1_1", "gram", "wrap", "noise", "sample:strokes"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["image", "layers", "match", "size", "from", "gram", "weight", "kaleidoscope"])
                      | st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.dictionaries(st.sampled_from(sorted(Recipe.model_fields)), ANYTHING, max_size=4))
def test_nothing_but_recipe_errors_and_no_raw_words(data: Any, read: Read) -> None:
    try:
        read(json.dumps({"style": "a.png", **data}))
    except RecipeError as error:
        for problem in error.problems:
            assert not problem.message.startswith(("Input should", "Tuple should", "Value error", "Dictionary", "List"))


def test_mistakes_of_form_and_missing_pictures_are_named_at_once(wrong: Wrong) -> None:
    assert wrong("style: sample:stroks\nsize: 7\nview: {kaleidoscpe: 1}\nenhance: {layers: relu9_1}\n") == [
        '1:1: there is no sample "stroks" (did you mean "strokes"?)',
        "2:1: a size of 7 pixels is not possible: 16 to 16384",
        '3:1: there is no view "kaleidoscpe" (did you mean "kaleidoscope"?)',
        '4:11: texnet has no layer "relu9_1" (did you mean "relu4_1"?)',
    ]


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        (
            "style: {image: sample:marblx, match: grams, layers: relu9_1}\ncontent: sample:baot",
            [
                '1:9: there is no sample "marblx" (did you mean "marble"?)',
                '1:31: there is no operator "grams" (did you mean "gram"?)',
                '1:45: texnet has no layer "relu9_1" (did you mean "relu4_1"?)',
                '2:1: there is no sample "baot" (did you mean "boat"?)',
            ],
        ),
        (
            "style: a.png\nstages: [{size: 64, stepps: 3}, {size: 128, style: {image: no.jpg}}]",
            [
                '2:21: unknown word "stepps" (did you mean "steps"?)',
                '2:53: there is no picture "no.jpg" (did you mean "b.jpg"?)',
            ],
        ),
        (
            "style: a.png\nseed: 1\nseed: 2\ncontent: no.jpg",
            [
                '3:1: "seed" is given twice (first in line 2 of the recipe)',
                '4:1: there is no picture "no.jpg" (did you mean "b.jpg"?)',
            ],
        ),
    ],
)
def test_one_mistake_hides_no_other(text: str, messages: list[str], wrong: Wrong) -> None:
    assert wrong(text) == messages


@pytest.mark.parametrize("start", ["2*noise", "noise-0.5", "(0.5+noise)"])
def test_operators_without_spaces(start: str, wrong: Wrong) -> None:
    assert "write spaces around + - and *" in wrong(f"style: a.png\nstart: {start}")[0]
