"""The kaleidoscope: turned and recoloured by its group, the picture stays the same."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from pydantic import ValidationError
from torch import Tensor

from deepartist.views import Kaleidoscope
from deepartist.views.kaleidoscope import Colors, after, order, power, recolored
from deepartist.views.sampling import Table, inside, sample, turn, turns

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def _deterministic() -> Iterator[None]:
    torch.use_deterministic_algorithms(True)
    yield
    torch.use_deterministic_algorithms(False)


def random(*shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(0), dtype=dtype)


def smooth(height: int, width: int) -> Tensor:
    """A picture without sharp edges, in which no symmetry hides."""
    y, x = torch.meshgrid(torch.linspace(-1, 1, height), torch.linspace(-1, 1, width), indexing="ij")
    planes = [torch.sin(2 * x + 1), torch.cos(3 * y + x), torch.sin(2 * x * y + y)]
    return 0.5 + 0.4 * torch.stack(planes)[None]


def disc(size: int, margin: int = 2) -> Tensor:
    """The inscribed circle, where no turn reads outside the canvas."""
    axis = torch.arange(size) - (size - 1) / 2
    return axis[:, None].square() + axis.square() < (size / 2 - margin) ** 2


def table(size: tuple[int, int], angle: float, periodic: bool = False, dtype: torch.dtype = torch.float32) -> Table:
    return turn(*size, angle, periodic, CPU, dtype)


@pytest.mark.parametrize("periodic", [False, True])
@pytest.mark.parametrize("size", [8, 9])
def test_quarter_turns_of_squares_are_exact(size: int, periodic: bool) -> None:
    picture = random(2, 3, size, size)
    for quarters in range(4):
        turned = sample(picture, table((size, size), quarters * math.pi / 2, periodic))
        assert torch.equal(turned, picture.rot90(quarters, (2, 3)))


def test_half_turns_of_rectangles_are_exact() -> None:
    picture = random(1, 3, 6, 9)
    assert torch.equal(sample(picture, table((6, 9), math.pi)), picture.flip(2, 3))


def test_sampling_by_hand() -> None:
    picture = torch.tensor([[1.0, 2.0], [4.0, 8.0]])[None, None]
    # An eighth turn counter-clockwise reads corners beyond the middles of the sides, where the outermost pixels are
    # reflected: half of each of two neighbours. The top left shows what was at the top.
    turned = sample(picture, table((2, 2), math.pi / 4))[0, 0]
    torch.testing.assert_close(turned, torch.tensor([[1.5, 5.0], [2.5, 6.0]]))


@pytest.mark.parametrize(
    ("periodic", "expected"), [(True, [2, 3, 0, 1, 2, 3, 0, 1]), (False, [1, 0, 0, 1, 2, 3, 3, 2])]
)
def test_outside_positions(periodic: bool, expected: list[int]) -> None:
    assert inside(torch.arange(-2, 6), 4, periodic).tolist() == expected


@pytest.mark.parametrize("mirror", [False, True])
@pytest.mark.parametrize("colors", [None, (2, 1, 3), (-1, -2, -3)])
@pytest.mark.parametrize("segments", [2, 4])
def test_group_action_on_squares_is_exact(segments: int, colors: Colors | None, mirror: bool) -> None:
    view = Kaleidoscope(segments=segments, colors=colors, mirror=mirror)
    picture = view.apply(random(1, 3, 12, 12), False)
    turned = recolored(picture.rot90(4 // segments, (2, 3)), colors or (1, 2, 3))
    torch.testing.assert_close(turned, picture, rtol=0, atol=1e-6)
    if mirror:
        torch.testing.assert_close(picture.flip(3), picture, rtol=0, atol=1e-6)


@pytest.mark.parametrize("periodic", [False, True])
@pytest.mark.parametrize(
    ("segments", "colors", "mirror"),
    [(3, None, False), (3, (2, 3, 1), False), (5, None, True), (6, (2, 1, 3), True), (6, (-2, -3, -1), False)],
)
def test_group_action_inside_the_circle(segments: int, colors: Colors | None, mirror: bool, periodic: bool) -> None:
    size = 64
    view = Kaleidoscope(segments=segments, colors=colors, mirror=mirror)
    picture = view.apply(smooth(size, size), periodic)
    turned = recolored(sample(picture, table((size, size), 2 * math.pi / segments, periodic)), colors or (1, 2, 3))
    assert (turned - picture)[..., disc(size)].abs().max() < 4e-3
    assert (smooth(size, size) - picture)[..., disc(size)].abs().max() > 0.1  # the canvas is not symmetric by itself
    if mirror:
        torch.testing.assert_close(picture.flip(3), picture, rtol=0, atol=1e-6)


@pytest.mark.parametrize("segments", [2, 3, 4, 6])
def test_it_is_the_mean_over_all_turns(segments: int) -> None:
    canvas, colors = random(1, 3, 10, 14, dtype=torch.float64), (2, 1, 3) if segments % 2 == 0 else (2, 3, 1)
    expected = torch.zeros_like(canvas)
    for k in range(segments):
        angle = 2 * math.pi * k / segments
        expected += recolored(sample(canvas, table((10, 14), angle, dtype=torch.float64)), power(colors, k)) / segments
    torch.testing.assert_close(Kaleidoscope(segments=segments, colors=colors).apply(canvas, False), expected)


def test_gradient() -> None:
    view = Kaleidoscope(segments=6, colors=(2, 1, -3), mirror=True)
    canvas = random(1, 3, 6, 7, dtype=torch.float64).requires_grad_()
    for periodic in (False, True):
        assert torch.autograd.gradcheck(lambda x, wraps=periodic: view.apply(x, wraps), canvas)


def test_batch_is_its_singles_and_shape_is_kept() -> None:
    canvas = random(3, 3, 8, 12)
    view = Kaleidoscope(segments=3, colors=(2, 3, 1))
    picture = view.apply(canvas, True)
    assert picture.shape == canvas.shape
    assert torch.equal(picture, torch.cat([view.apply(each[None], True) for each in canvas]))


def test_tables_are_kept() -> None:
    arguments = (8, 8, 5, 4, False, CPU, torch.float32)
    assert turns(*arguments) is turns(*arguments)


def test_orders_of_all_changes_of_colours() -> None:
    orders = [order((a, b, c)) for a, b, c in signed_permutations()]
    assert {n: orders.count(n) for n in sorted(set(orders))} == {1: 1, 2: 19, 3: 8, 4: 12, 6: 8}


def signed_permutations() -> Iterator[Colors]:
    numbers = [-3, -2, -1, 1, 2, 3]
    return ((a, b, c) for a in numbers for b in numbers for c in numbers if {abs(a), abs(b), abs(c)} == {1, 2, 3})


def test_colours_compose_as_they_act() -> None:
    pixels = random(1, 3, 2, 2, dtype=torch.float64)
    for first in signed_permutations():
        for second in ((2, 3, 1), (-2, 1, -3)):
            one_by_one = recolored(recolored(pixels, first), second)
            torch.testing.assert_close(recolored(pixels, after(second, first)), one_by_one)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"segments": 5, "colors": [2, 1, 3]},
            "the colours [2, 1, 3] repeat after 2 turns, which does not divide 5 segments: use 2, 4 or 6 segments",
        ),
        (
            {"colors": [1, 1, 3]},
            "[1, 1, 3] is no order of colours: name each of 1, 2 and 3 once, -1 for the negative of 1",
        ),
        (
            {"segments": 6, "colors": [2, 3, 1], "mirror": True},
            "mirrored segments need colours that repeat after 2 turns, and [2, 3, 1] repeat after 3: "
            "swap two colours as in [2, 1, 3], or leave out mirror",
        ),
        ({"segments": 1}, '"segments" is 1: it must be at least 2'),
        ({"segments": 25}, '"segments" is 25: it must be at most 24'),
        ({"segment": 6}, 'unknown word "segment" (did you mean "segments"?)'),
    ],
)
def test_words_of_wrong_parameters(parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Kaleidoscope(**parameters)
    (error,) = caught.value.errors()
    assert error["msg"] == message


def test_long_form_is_itself_valid() -> None:
    view = Kaleidoscope(segments=4, colors=[2, 1, 3], mirror=True)
    assert view.canonical() == {"kaleidoscope": {"segments": 4, "mirror": True, "colors": [2, 1, 3]}}
    assert Kaleidoscope(**view.canonical()[view.name]) == view
    assert view.averages
    assert not view.periodic
