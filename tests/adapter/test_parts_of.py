"""Which pipelines, operators and views take part in a painting."""

from __future__ import annotations

from pathlib import Path

import pytest

from deepartist.recipe import Inputs, read_recipe
from mkdocs_deepartist.words import parts_of


@pytest.mark.parametrize(
    ("recipe", "pipelines", "operators", "views"),
    [
        ("style: {image: sample:cells, match: gram}", "texnet", "gram", ""),
        ("style: {image: sample:cells, match: [gram, mean]}\nview: [wrap, {kaleidoscope: {segments: 6}}]", "texnet",
         "gram mean", "wrap kaleidoscope"),
        ("content: {image: sample:boat, match: content}\nstyle: {image: sample:cells, match: gram}", "texnet",
         "gram content", ""),
        ("content: sample:boat\nenhance: relu5_1\npipeline: vgg19", "vgg19", "power", ""),
        ("style: {image: sample:cells, match: gram}\nstages: [{size: 64}, {size: 128, pipeline: vgg19, view: wrap}]",
         "texnet vgg19", "gram", "wrap"),
        ("style: {image: sample:cells, match: gram}\nsurvey: {style.match: [gram, mean]}", "texnet", "gram mean", ""),
    ],
)  # fmt: skip
def test_parts_of_recipes(recipe: str, pipelines: str, operators: str, views: str, tmp_path: Path) -> None:
    found = parts_of(read_recipe(recipe + "\n", Inputs([tmp_path])))
    assert found == {
        "pipelines": tuple(pipelines.split()),
        "operators": tuple(operators.split()),
        "views": tuple(views.split()),
    }
