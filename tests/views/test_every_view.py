"""What holds for every view: a linear, differentiable, deterministic map of any canvas, with parameters in words."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from pydantic import ValidationError

import deepartist.views as views
from deepartist.views import (
    Hyperbolic,
    Icosa,
    Kaleidoscope,
    Octa,
    Polar,
    Retile,
    Rotate,
    Shift,
    Sphere,
    Tetra,
    Tunnel,
    View,
    Whirlpool,
    Wrap,
)
from tests.views.pictures import random

NEGATIVE = (-1, -2, -3)
CASES: dict[str, View] = {
    "wrap": Wrap(),
    "kaleidoscope": Kaleidoscope(),
    "shift": Shift(),
    "shift-colors": Shift(by=(0.2, -0.4), symmetry=False, colors=(2, 3, -1)),
    "rotate": Rotate(),
    "rotate-colors": Rotate(angles=(120, -90.5), symmetry=False, colors=(NEGATIVE, (2, 3, 1))),
    "retile": Retile(),
    "retile-half": Retile(angle=180, frame=0.5),
    "retile-plain": Retile(angle=30, symmetry=False),
    "tunnel": Tunnel(),
    "tunnel-borders": Tunnel(step=0.35, blend=0),
    "whirlpool": Whirlpool(),
    "whirlpool-borders": Whirlpool(step=0.5, seed=0.4, angle=-90, blend=0),
    "hyperbolic": Hyperbolic(),
    "hyperbolic-klein": Hyperbolic(p=4, q=6, model="klein", depth=2),
    "hyperbolic-square": Hyperbolic(p=3, q=7, mirror=True, model="square", radius=0.8),
    "sphere": Sphere(turn=20, tilt=30),
    "sphere-black": Sphere(repeats=3, outside="black"),
    "tetra": Tetra(),
    "octa": Octa(turn=10, outside="black"),
    "icosa": Icosa(tilt=25),
    "polar": Polar(),
    "polar-spiral": Polar(repeats=5, phase=0.3, spiral=-2),
}
SIZES = [(9, 5), (24, 24), (17, 40)]


@pytest.fixture(params=CASES.values(), ids=CASES.keys())
def view(request: pytest.FixtureRequest) -> View:
    found: View = request.param
    return found


@pytest.fixture(autouse=True)
def _deterministic() -> Iterator[None]:
    torch.use_deterministic_algorithms(True)
    yield
    torch.use_deterministic_algorithms(False)


def test_every_view_has_a_case() -> None:
    names = {part.name for part in vars(views).values() if isinstance(part, type) and part is not View}
    # A sheet shows several pictures, each as it is on the canvas: own tests.
    assert names == {case.name for case in CASES.values()} | {"sheet"}


@pytest.mark.parametrize("periodic", [False, True])
def test_gradient(view: View, periodic: bool) -> None:
    canvas = random(1, 3, 5, 6).requires_grad_()
    assert torch.autograd.gradcheck(lambda x: view.apply(x, periodic), canvas)


@pytest.mark.parametrize("size", SIZES)
def test_batch_is_its_singles_and_shape_is_kept(view: View, size: tuple[int, int]) -> None:
    canvas = random(3, 3, *size)
    picture = view.apply(canvas, False)
    assert picture.shape == canvas.shape
    assert picture.isfinite().all()
    singles = torch.cat([view.apply(each[None], False) for each in canvas])
    torch.testing.assert_close(picture, singles, rtol=0, atol=1e-14)


@pytest.mark.parametrize("periodic", [False, True])
def test_single_precision_is_near_double(view: View, periodic: bool) -> None:
    canvas = random(1, 3, 24, 31)
    single = view.apply(canvas.float(), periodic)
    assert single.dtype == torch.float32
    torch.testing.assert_close(single.double(), view.apply(canvas, periodic), rtol=0, atol=1e-6)


@pytest.mark.parametrize("size", SIZES)
def test_shares_sum_to_one(view: View, size: tuple[int, int]) -> None:
    gray = torch.full((1, 3, *size), 0.5, dtype=torch.float64)  # its own negative
    picture = view.apply(gray, True)
    if getattr(view, "outside", "canvas") == "black":
        assert picture.max() <= 0.5 + 1e-12
        picture = picture[..., size[0] // 2, size[1] // 2]
    torch.testing.assert_close(picture, torch.full_like(picture, 0.5))


def test_the_canvas_does_not_disappear(view: View) -> None:
    """Some detail of noise, and some of its gradient, is left."""
    canvas = random(1, 3, 24, 24).requires_grad_()
    picture = view.apply(canvas, False)
    picture.square().sum().backward()
    assert picture.std() > 0.05
    assert canvas.grad is not None
    assert (canvas.grad.abs() > 1e-3).double().mean() > 0.02


def test_long_form_is_itself_valid(view: View) -> None:
    (parameters,) = view.canonical().values()
    assert list(view.canonical()) == [view.name]
    assert type(view)(**parameters) == view
    assert hash(type(view)(**parameters)) == hash(view)


WRONG: list[tuple[type[View], dict[str, Any], str]] = [
    (Shift, {"by": [0, 0]}, "a shift by [0, 0] moves nothing: [0.5, 0.5] is half of the canvas both ways"),
    (Shift, {"by": [1, 0]}, '"by" is 1: it must be less than 1'),
    (Shift, {"by": 0.5}, "0.5 is not a list: write [a, b]"),
    (
        Shift,
        {"colors": [1, 1, 3]},
        "[1, 1, 3] is no order of colours: name each of 1, 2 and 3 once, -1 for the negative of 1",
    ),
    (Rotate, {"angles": [60, 360]}, "a turn by 360 degrees turns nothing: symmetry adds the canvas itself"),
    (Rotate, {"angles": [60, -300]}, "the turn by -300 degrees is named twice"),
    (Rotate, {"angles": []}, '"angles" is empty: it needs at least 1'),
    (Rotate, {"angles": ["x"]}, '"x" is not a number'),
    (
        Rotate,
        {"angles": [60, 120], "colors": [[2, 3, 1]]},
        "2 angles need as many changes of colours, not 1: [1, 2, 3] is none",
    ),
    (
        Rotate,
        {"colors": [[1, 2, 4]]},
        "[1, 2, 4] is no order of colours: name each of 1, 2 and 3 once, -1 for the negative of 1",
    ),
    (Retile, {"angle": 0}, "a turn by 0 degrees turns nothing: 90 is a quarter turn"),
    (Retile, {"angle": 50}, "50 degrees do not divide the circle: 51.4286 would do, or symmetry: false"),
    (Retile, {"frame": 1.5}, '"frame" is 1.5: it must be at most 1'),
    (Tunnel, {"step": 1}, '"step" is 1: it must be at most 0.5'),
    (Tunnel, {"step": 0}, '"step" is 0: it must be at least 0.02'),
    (Whirlpool, {"step": 1}, '"step" is 1: it must be at most 0.95'),
    (Whirlpool, {"seed": 0}, '"seed" is 0: it must be at least 0.1'),
    (Whirlpool, {"blend": 2}, '"blend" is 2: it must be at most 1'),
    (Hyperbolic, {"p": 3, "q": 6}, "6 polygons of 3 sides around a corner tile the flat plane: q: 8 is hyperbolic"),
    (Hyperbolic, {"p": 4, "q": 3}, "3 polygons of 4 sides around a corner tile the sphere: q: 6 is hyperbolic"),
    (
        Hyperbolic,
        {"p": 4, "q": 4, "mirror": True},
        "4 polygons of 4 sides around a corner tile the flat plane: q: 5 is hyperbolic",
    ),
    (
        Hyperbolic,
        {"p": 3, "q": 7},
        "7 tiles around a corner, an odd number, need mirror: true; q: 8 does without",
    ),
    (Hyperbolic, {"radius": 0}, '"radius" is 0: it must be at least 0.2'),
    (Hyperbolic, {"p": 2}, '"p" is 2: it must be at least 3'),
    (Hyperbolic, {"depth": 0}, '"depth" is 0: it must be at least 1'),
    (
        Hyperbolic,
        {"model": "poincaré"},
        '"poincaré" is not valid here (did you mean "poincare"?): expected "poincare", "klein" or "square"',
    ),
    (Sphere, {"repeats": 0}, '"repeats" is 0: it must be at least 1'),
    (Sphere, {"outside": "blak"}, '"blak" is not valid here (did you mean "black"?): expected "canvas" or "black"'),
    (Icosa, {"repeats": 2}, 'unknown word "repeats"'),
    (Polar, {"repeats": 2.5}, "2.5 is not a whole number"),
    (Polar, {"phas": 1}, 'unknown word "phas" (did you mean "phase"?)'),
]


@pytest.mark.parametrize(("view", "parameters", "message"), WRONG)
def test_words_of_wrong_parameters(view: type[View], parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        view(**parameters)
    (error,) = caught.value.errors()
    assert error["msg"].startswith(message) if message.startswith("unknown") else error["msg"] == message


def test_every_neighbour_that_is_named_is_hyperbolic() -> None:
    for p, q, mirror in itertools.product(range(3, 25), range(3, 25), (False, True)):
        try:
            Hyperbolic(p=p, q=q, mirror=mirror)
        except ValidationError as caught:
            named = int(caught.errors()[0]["msg"].split("q: ")[1].split(" ")[0])
            assert Hyperbolic(p=p, q=named, mirror=mirror).q == named
