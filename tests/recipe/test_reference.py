"""The page of all parts is what the parts say."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest

from deepartist.recipe import Inputs, read_recipe
from deepartist.recipe.parts import parts
from deepartist.recipe.reference import KINDS, example, reference

PAGE = Path(__file__).parents[2] / "site_src" / "reference.md"


def test_the_page_on_the_site_is_current() -> None:
    assert PAGE.read_text("utf-8") == reference(), "write it anew: deepartist reference > site_src/reference.md"


@pytest.mark.parametrize("kind", KINDS)
def test_every_part_is_there_with_what_it_says_and_every_parameter(kind: Any) -> None:
    page = reference()
    for name, part in parts(kind).items():
        _, found, section = page.partition(f"### {name} {{ #{kind}-{name} }}\n")
        assert found, name
        section = section.partition("\n### ")[0]
        assert inspect.cleandoc(part.__doc__ or "?") in section, name
        for parameter, field in part.model_fields.items():
            assert f"| `{parameter}` |" in section, name
            assert parameter == "weight" or (field.description or "").strip(), f"{name}: {parameter} says nothing"


def test_parameters_by_hand() -> None:
    page = reference()
    assert "| `segments` | whole number ≥ 2 ≤ 24 | `6` | Number of equal segments of the circle. |" in page
    assert '| `model` | `poincare`, `klein`, `square` | `"poincare"` | How the plane is drawn. |' in page
    assert "Stands under `style`. Looks at all layers named together. Drawn anew at every step." in page


SHOWN = [(kind, name) for kind in ("operator", "view", "pipeline", "source", "sample") for name in sorted(parts(kind))]


@pytest.mark.parametrize(("kind", "name"), SHOWN, ids=lambda each: each)
def test_every_part_has_a_small_example_that_resolves_and_names_it(kind: Any, name: str) -> None:
    recipe = example(parts(kind)[name])
    resolved = read_recipe(recipe, Inputs([]))
    assert max(resolved.size) == 192
    assert all(image.path is None for image in resolved.images.values())  # the site's own samples
    assert name in str(resolved.canonical())
    assert kind == "sample" or recipe in reference()
    assert sum(stage.steps or 0 for stage in resolved.stages) <= 500
