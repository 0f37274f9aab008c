"""A new part is one file and one line: somebody else's network and operator, from their entry point to a painting."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

import pytest
import torch

from deepartist.painting.painter import Painter
from deepartist.plan import Plan, plan
from deepartist.recipe import Inputs, RecipeError, read_recipe
from deepartist.recipe import parts as registry
from deepartist.recipe.schema import recipe_schema

PACKAGE = Path(__file__).parents[1] / "fixtures" / "third_party"
GROUP = "deepartist.parts"
RECIPE = """
pipeline: {stripes: {sharpness: 2}}
style: {image: sample:hatching, layers: {fine: 1, avg2 > coarse: 1}, match: [liveliness, gram]}
view: wrap
size: 32
stages: {count: 1, steps: 12}
"""


def announce(monkeypatch: pytest.MonkeyPatch, lines: dict[str, str]) -> None:
    """Entry points beside those that are installed; nothing of them is left in the registry afterwards."""
    registry.parts("pipeline")
    kept: Any = {kind: dict(known) for kind, known in registry._PARTS.items()}
    monkeypatch.setattr(registry, "_PARTS", kept)
    more = [EntryPoint(name, module, GROUP) for name, module in lines.items()]
    monkeypatch.setattr(registry, "entry_points", lambda group: [*entry_points(group=group), *more])
    registry._load.cache_clear()


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As if the package were installed: its folder on the path, the line of its pyproject.toml announced."""
    project = tomllib.loads((PACKAGE / "pyproject.toml").read_text())["project"]
    monkeypatch.syspath_prepend(PACKAGE)
    announce(monkeypatch, project["entry-points"][GROUP])
    yield
    sys.modules.pop("deepartist_stripes", None)


def planned(text: str, folder: Path) -> Plan:
    return plan(read_recipe(text, Inputs([folder])), {})


def test_without_the_package_its_words_are_unknown(tmp_path: Path) -> None:
    with pytest.raises(RecipeError) as caught:
        planned(RECIPE, tmp_path)
    assert [each.message.partition(" (")[0] for each in caught.value.problems] == [
        'there is no pipeline "stripes"',
        'there is no operator "liveliness"',
    ]


@pytest.mark.usefixtures("installed")
def test_it_paints(tmp_path: Path) -> None:
    task = planned(RECIPE, tmp_path)
    painter = Painter(torch.device("cpu"), {})
    steps = list(painter.paint(task))
    assert steps[-1].loss < 0.3 * steps[0].loss
    assert set(painter.results[-1].losses) == {
        "total",
        *(f"style.{layer}.{each}" for layer in ("fine", "avg2 > coarse") for each in ("liveliness", "gram")),
    }
    assert painter.picture(task).shape == (1, 3, 32, 32)


@pytest.mark.usefixtures("installed")
def test_it_has_defaults_mistakes_and_keys_like_any_other_part(tmp_path: Path) -> None:
    plain = planned("pipeline: stripes\nstyle: sample:hatching", tmp_path)
    assert (plain.resolved.recipe.style or ())[0].layers == {"pixels": 1.0, "fine": 1.0, "coarse": 1.0}
    assert plain.key == planned("pipeline: {stripes: {sharpness: 1}}\nstyle: sample:hatching", tmp_path).key
    assert plain.key != planned("pipeline: {stripes: {sharpness: 2}}\nstyle: sample:hatching", tmp_path).key
    with pytest.raises(RecipeError) as caught:
        planned("pipeline: {stripes: {sharpness: 11}}\nstyle: sample:hatching", tmp_path)
    assert str(caught.value) == 'recipe:1:22: "sharpness" is 11: it must be at most 10'
    with pytest.raises(RecipeError) as caught:
        planned("pipeline: stripes\nstyle: {image: sample:hatching, layers: {coarser: 1}}", tmp_path)
    assert str(caught.value) == 'recipe:2:42: stripes has no layer "coarser" (did you mean "coarse"?)'
    assert '"stripes"' in str(recipe_schema()).replace("'", '"')


def test_a_package_that_cannot_be_loaded_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    announce(monkeypatch, {"broken": "deepartist_nowhere"})
    with pytest.raises(RuntimeError) as caught:
        registry.parts("pipeline")
    assert str(caught.value) == (
        "the part package 'broken' (deepartist_nowhere) cannot be loaded: No module named 'deepartist_nowhere'"
    )
