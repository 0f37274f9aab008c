"""Several pictures on one canvas, and what makes them differ."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from deepartist.operators import Diversity
from deepartist.painting.painter import Painter
from deepartist.plan import plan
from deepartist.recipe import Inputs, RecipeError, read_recipe
from deepartist.views import Sheet, View

ENHANCE = "enhance: {layers: relu2_2, by: [power, {diversity: {weight: 50}}]}\nstages: {count: 1, steps: 4}\n"


def test_a_sheet_is_cut_row_by_row_and_laid_out_again() -> None:
    canvas = torch.arange(2 * 3 * 8 * 12.0).reshape(2, 3, 8, 12)
    sheet = Sheet(columns=3, rows=2)
    pictures = sheet.apply(canvas, False)
    assert pictures.shape == (12, 3, 4, 4)
    assert torch.equal(pictures[1], canvas[0, :, :4, 4:8])
    assert torch.equal(pictures[9], canvas[1, :, 4:, :4])
    assert torch.equal(sheet.shown(pictures), canvas)
    assert View().shown(canvas) is canvas


def test_diversity_by_hand() -> None:
    features = torch.from_numpy(np.random.default_rng(1).random((3, 4, 5, 6)))
    rows = features.numpy().reshape(3, 4, 30)
    grams = [(each @ each.T).flatten() for each in rows]
    cosines = [[a @ b / np.linalg.norm(a) / np.linalg.norm(b) for b in grams] for a in grams]
    expected = [(sum(row) - 1) / 2 for row in cosines]
    assert Diversity().loss(features, None).tolist() == pytest.approx(expected)
    assert torch.autograd.gradcheck(lambda x: Diversity().loss(x, None), features.requires_grad_())
    silent = torch.zeros(2, 4, 3, 3, requires_grad=True)
    Diversity().loss(silent, None).sum().backward()
    assert silent.grad is not None
    assert silent.grad.isfinite().all()


def test_painted_variants_differ_more_with_it() -> None:
    alike = []
    for weight in (1e-6, 50):
        recipe = ENHANCE.replace("50", str(weight)) + "size: 64\nview: sheet\nstart: 0.5 + 0.02 * noise\n"
        painting = plan(read_recipe(recipe, Inputs([])), {})
        painter = Painter(torch.device("cpu"), {})
        steps = list(painter.paint(painting))
        assert steps[-1].canvas.shape == painter.picture(painting).shape == (1, 3, 64, 64)
        alike.append(painter.results[-1].losses["enhance.relu2_2.diversity"][-1] / weight)
    assert alike[1] < alike[0] - 0.005


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        (ENHANCE, '"diversity" compares pictures painted at once: write view: sheet'),
        (ENHANCE + "view: [[sheet], [wrap]]\n", '"sheet" shows pictures of another size and cannot be one of several'),
        (ENHANCE + "view: sheet\ncontent: sample:face\n", '"sheet" shows several pictures: there is no one place for'),
    ],
)
def test_what_does_not_go_together_is_said(recipe: str, message: str) -> None:
    with pytest.raises(RecipeError, match="(?s)" + message.replace("[", r"\[")):
        read_recipe(recipe, Inputs([]))


def test_sides_are_multiples_of_the_pictures_and_of_a_torus_in_each() -> None:
    size = "size: 100\nstyle: {image: sample:cells, layers: relu4_2}\n"
    assert read_recipe(size + "view: {sheet: {columns: 3}}", Inputs([])).size == (102, 102)
    assert read_recipe(size + "view: [sheet, wrap]", Inputs([])).size == (96, 96)
