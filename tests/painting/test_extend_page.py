"""The operator on the page "Extend it" paints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch

from deepartist.painting.painter import Painter
from deepartist.plan import plan
from deepartist.recipe import Inputs, parts, read_recipe

PAGE = Path(__file__).parents[2] / "site_src" / "extend.md"


def test_the_operator_of_the_page_paints(monkeypatch: pytest.MonkeyPatch) -> None:
    known = dict(parts.parts("operator"))
    monkeypatch.setitem(parts._PARTS, "operator", known)
    (code,) = re.findall(r"```python title=\"grain.py\"\n(.*?)```", PAGE.read_text("utf-8"), flags=re.S)
    exec(compile(code, "grain.py", "exec", dont_inherit=True), {"__name__": "grain"})
    assert set(known) == {*parts.parts("operator")}
    (recipe,) = re.findall(r"```yaml\n(style: .*?)```", PAGE.read_text("utf-8"), flags=re.S)
    text = recipe.replace("images/waves.jpg", "sample:cloth") + "size: 32\nstages: {count: 1, steps: 8}\n"
    painter, task = Painter(torch.device("cpu"), {}), plan(read_recipe(text, Inputs([])), {})
    losses = [step.loss for step in painter.paint(task)]
    assert losses[-1] < 0.5 * losses[0]
    assert any(name.endswith(".grain") for name in painter.results[-1].losses)
