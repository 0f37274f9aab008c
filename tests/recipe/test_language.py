"""The small things around recipes: expressions, fences in pages, keys of plain data, the JSON Schema."""

from __future__ import annotations

import doctest

import jsonschema
import pytest
from asking import Read

from deepartist.recipe import find_fences, sizes
from deepartist.recipe.expression import images_of, parse_expression, words_of
from deepartist.recipe.key import canonical_json, digest
from deepartist.recipe.problems import did_you_mean
from deepartist.recipe.schema import recipe_schema

WORDS = {"noise", "plasma", "content"}


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("noise", "noise"),
        ("1", "1.0"),
        ("0.2 + .4 * noise", "0.2 + 0.4 * noise"),
        ("(0.2 + 0.4) * noise", "(0.2 + 0.4) * noise"),
        ("1 - (0.5 - noise)", "1.0 - (0.5 - noise)"),
        ("(1 - 0.5) - noise", "1.0 - 0.5 - noise"),
        ("((noise))", "noise"),
        ('"my picture (1).jpg" * 0.5', '"my picture (1).jpg" * 0.5'),
        ("images/a-b+c.jpg + -0.5", "images/a-b+c.jpg + -0.5"),
        ("sample:cloth?seed=3", "sample:cloth?seed=3"),
    ],
)
def test_expressions(text: str, again: str) -> None:
    assert str(parse_expression(text, WORDS)) == again
    assert str(parse_expression(again, WORDS)) == again


def test_what_an_expression_names() -> None:
    expression = parse_expression("content * 0.5 + (a.jpg - noise) * b.png", WORDS)
    assert list(images_of(expression)) == ["a.jpg", "b.png"]
    assert list(words_of(expression)) == ["content", "noise"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "this expression is empty: write numbers, noise, plasma or an image"),
        ("noise noise", '"noise" is not expected after "noise" in \'noise noise\''),
        ("noise +", "it ends too early"),
        ("noise)", '")" is not expected after "noise" in \'noise)\''),
        (" + ".join(["noise"] * 40), "this expression has more than 64 words"),
        ("1e9", "1e+09 is out of range: pixel values are 0..1, factors at most 100"),
    ],
)
def test_wrong_expressions(text: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - compared below
        parse_expression(text, WORDS)
    assert str(caught.value) == message


PAGE = """# Title
```deepartist title="A"
style: a.png
```
1. list

    ~~~{.deepartist #id}
    size: 1
      deep: 2
    ~~~
````md
```deepartist
not: this
```
````
> ``` deepartist
> quoted: 1
> ```
```python
print("```deepartist")
```
```deepartist
open: end
"""


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_fences_of_a_page(end: str) -> None:
    found = find_fences(PAGE.replace("\n", end))
    assert [(each.line, each.indent, each.text) for each in found] == [
        (2, 0, "style: a.png"),
        (7, 4, "size: 1\n  deep: 2"),
        (16, 2, "quoted: 1"),
        (22, 0, "open: end\n"),
    ]
    assert found[0].header == 'title="A"'
    assert found[0].first_line == 3


def test_the_key_of_plain_data() -> None:
    assert canonical_json({"b": 1.0, "a": [True, None, "e\u0301"]}) == '{"a":[true,null,"é"],"b":1.0}'
    assert digest({"a": -0.0}) == digest({"a": 0.0})
    assert digest({"a": 1}) != digest({"a": 1.5})
    assert len(digest({})) == 64
    with pytest.raises(ValueError, match="not JSON compliant"):
        digest({"a": float("nan")})


def test_hints_are_short() -> None:
    assert did_you_mean("x", []) == ""
    assert did_you_mean("qqq", [f"word{n}" for n in range(100)]).endswith(", …)")


def test_doctests() -> None:
    result = doctest.testmod(sizes)
    assert (result.failed, result.attempted > 0) == (0, True)


@pytest.mark.parametrize(
    "recipe",
    [
        {"style": "a.png"},
        {"content": "a.png", "enhance": ["relu5_1"], "pipeline": "vgg19"},
        {"style": {"image": ["a.png"], "layers": {"relu1_1": 1}, "match": ["gram", {"moments": {"weight": 2}}]},
         "stages": {"from": 64, "count": 2}, "view": ["wrap"], "size": [64, 64],
         "start": 0.5},
    ],
)  # fmt: skip
def test_the_schema_takes_what_the_language_takes(recipe: dict[str, object]) -> None:
    jsonschema.Draft202012Validator.check_schema(recipe_schema())
    jsonschema.validate(recipe, recipe_schema())


def test_the_schema_takes_canonical_recipes_and_refuses_mistakes(read: Read) -> None:
    canonical = read("style: a.png\nview: wrap\nstages: [32, {size: 64, steps: 3}]").canonical()
    jsonschema.validate(canonical, recipe_schema())
    for wrong in ({"styl": "a.png"}, {"style": "a.png", "view": "wrapp"}, {"style": "a.png", "size": "large"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, recipe_schema())
