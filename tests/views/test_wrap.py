"""The tile."""

from __future__ import annotations

import torch

from deepartist.views import Wrap


def test_the_canvas_is_the_picture() -> None:
    canvas = torch.rand(2, 3, 4, 5, dtype=torch.float64, requires_grad=True)
    assert torch.equal(Wrap().apply(canvas, True), canvas)
    assert torch.autograd.gradcheck(lambda x: Wrap().apply(x, True), canvas)


def test_shifting_a_tile_shifts_its_picture() -> None:
    canvas = torch.rand(1, 3, 4, 5)
    shifted = Wrap().apply(canvas.roll((1, 2), (2, 3)), True)
    assert torch.equal(shifted, Wrap().apply(canvas, True).roll((1, 2), (2, 3)))


def test_it_makes_a_torus() -> None:
    assert Wrap.periodic
    assert not Wrap.averages
    assert Wrap().canonical() == {"wrap": {}}
