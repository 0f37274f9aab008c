"""What each view promises of its picture: moved by its group it is the same, and no border is seen between copies."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from deepartist.views import (
    Hyperbolic,
    Icosa,
    Octa,
    Polar,
    Retile,
    Rotate,
    Shift,
    Sphere,
    Tetra,
    Tunnel,
    Whirlpool,
    Wrap,
)
from deepartist.views.colors import recolored
from deepartist.views.maps import MappedView
from deepartist.views.solids import OnSolid, group
from tests.views.pictures import places, random, read, smooth, steps

SIZE = 96
NEGATIVE = (-1, -2, -3)
SWAPPED = (2, 1, 3)


def same_when_moved(
    view: MappedView, move: Callable[[Tensor, Tensor], tuple[Tensor, Tensor, Tensor]], size: tuple[int, int]
) -> tuple[float, float]:
    """How far, at most, the picture of a smooth canvas differs from itself moved, and the same of the canvas alone.

    `move` gives for places where they go and which of them to compare.
    """
    canvas = smooth(*size)
    picture = view.apply(canvas, False)
    x, y, where = move(*places(*size))
    assert where.double().mean() > 0.05
    return tuple(float((read(each, x, y) - each)[..., where].abs().max()) for each in (picture, canvas))  # type: ignore[return-value]


# -- shift, rotate, retile ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("colors", [None, NEGATIVE, SWAPPED])
@pytest.mark.parametrize("by", [(0.5, 0.5), (0.5, 0), (0, -0.5)])
def test_shifts_by_halves_are_symmetries(by: tuple[float, float], colors: tuple[int, int, int] | None) -> None:
    canvas = random(1, 3, 8, 12)
    picture = Shift(by=by, colors=colors).apply(canvas, True)
    shifted = recolored(picture.roll((round(8 * by[1]), round(12 * by[0])), (2, 3)), colors or (1, 2, 3))
    torch.testing.assert_close(shifted, picture)


def test_shift_by_hand() -> None:
    canvas = torch.arange(8.0).reshape(1, 1, 2, 4).expand(1, 3, 2, 4)
    right = Shift(by=(0.25, 0), symmetry=False).apply(canvas, False)
    assert right[0, 0].tolist() == [[3, 0, 1, 2], [7, 4, 5, 6]]
    up = Shift(by=(0, -0.5)).apply(canvas, False)
    assert up[0, 2].tolist() == [[2, 3, 4, 5], [2, 3, 4, 5]]
    red_is_green = Shift(by=(0.5, 0), symmetry=False, colors=(2, -1, 3)).apply(random(1, 3, 2, 4), False)
    torch.testing.assert_close(red_is_green[:, 0], random(1, 3, 2, 4)[:, 1].roll(2, -1))
    torch.testing.assert_close(red_is_green[:, 1], 1 - random(1, 3, 2, 4)[:, 0].roll(2, -1))


@pytest.mark.parametrize("by", [0.001, -0.001, 0.999, -0.999])
def test_a_shift_is_at_least_one_pixel(by: float) -> None:
    """Else the canvas would lie upon its own negative, and all be gray."""
    picture = Shift(by=(by, 0), colors=NEGATIVE).apply(random(1, 3, 6, 6), False)
    assert picture.std() > 0.1
    expected = 1 if by in (0.001, -0.999) else -1
    plain = Shift(by=(by, 0), symmetry=False).apply(random(1, 3, 6, 6), False)
    assert torch.equal(plain, random(1, 3, 6, 6).roll(expected, 3))


def test_a_tile_that_is_shifted_is_a_tile() -> None:
    """Laid 2×2 the picture has no larger step at the seams than inside."""
    tile = Shift(by=(0.3, 0.7)).apply(Wrap().apply(smooth(20, 32), True), True)
    laid = tile.repeat(1, 1, 2, 2)
    assert steps(laid)[19].max() <= steps(tile).max() + 1e-12
    assert steps(laid)[:, 31].max() <= steps(tile).max() + 1e-12


def test_rotate_by_hand() -> None:
    canvas = random(1, 3, 6, 6)
    turned = canvas.rot90(1, (2, 3))
    torch.testing.assert_close(Rotate(angles=(90,)).apply(canvas, False), (canvas + turned) / 2)
    torch.testing.assert_close(Rotate(angles=90, symmetry=False).apply(canvas, True), turned)
    colored = Rotate(angles=(-90, 180), colors=(NEGATIVE, (2, 3, 1))).apply(canvas, False)
    expected = (canvas + 1 - canvas.rot90(3, (2, 3)) + canvas.flip(2, 3)[:, [1, 2, 0]]) / 3
    torch.testing.assert_close(colored, expected)


def test_all_turns_of_a_circle_are_a_symmetry() -> None:
    turned = Rotate(angles=(120, 240), colors=((2, 3, 1), (3, 1, 2)))
    canvas = smooth(SIZE, SIZE)
    picture = turned.apply(canvas, False)
    x, y = places(SIZE, SIZE)
    inside = x.hypot(y) < SIZE / 2 - 3
    c, s = math.cos(2 * math.pi / 3), math.sin(2 * math.pi / 3)
    again = recolored(read(picture, c * x - s * y, s * x + c * y), (2, 3, 1))
    assert (again - picture)[..., inside].abs().max() < 4e-3


def test_retile_turns_quadrants() -> None:
    canvas = random(1, 3, 8, 8)
    picture = Retile(symmetry=False).apply(canvas, False)
    for top in (0, 4):
        for left in (0, 4):
            tile = (..., slice(top, top + 4), slice(left, left + 4))
            torch.testing.assert_close(picture[tile], canvas[tile].rot90(1, (2, 3)))


@pytest.mark.parametrize(("angle", "size"), [(90, (12, 12)), (180, (12, 20)), (-90, (16, 16))])
def test_retile_is_symmetric_in_each_quadrant(angle: float, size: tuple[int, int]) -> None:
    picture = Retile(angle=angle).apply(random(1, 3, *size), False)
    height, width = size[0] // 2, size[1] // 2
    for tile in (picture[..., :height, :width], picture[..., height:, width:]):
        torch.testing.assert_close(tile.rot90(round(angle / 90), (2, 3)), tile)
        assert tile.std() > 0.05


def test_tiles_fit_however_they_are_laid() -> None:
    picture = Retile().apply(smooth(64, 64), True)
    tiles = [picture[..., top : top + 32, left : left + 32] for top in (0, 32) for left in (0, 32)]
    assert max(float((tile - tiles[0]).abs().max()) for tile in tiles[1:]) > 0.1
    inside = max(float(steps(tile).max()) for tile in tiles)
    for one in tiles:
        for other in tiles:
            for turns in range(4):
                laid = torch.cat([one, other.rot90(turns, (2, 3))], dim=3)
                assert steps(laid)[:, 31].max() < inside
    assert steps(Retile(frame=0).apply(smooth(64, 64), True))[:, 31].max() > inside


# -- rings ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("blend", [0.0, 0.5, 1.0])
def test_a_tunnel_repeats_along_its_rays(blend: float) -> None:
    step, half = 0.25, SIZE

    def farther_in(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        radius = x.hypot(y) / half
        border = radius / torch.maximum(x.abs(), y.abs()) * half
        factor = (radius - step) / radius
        into = (border - radius) / step % 1
        clear = (into > 0.2) & (into < 0.8) if blend == 0 else torch.ones_like(into, dtype=torch.bool)
        return x * factor, y * factor, (radius - step > 0.4) & (border - radius > 0.03) & clear

    picture, canvas = same_when_moved(Tunnel(step=step, blend=blend), farther_in, (2 * SIZE, 2 * SIZE))
    assert picture < 0.02 < 0.2 < canvas


@pytest.mark.parametrize(("seed", "angle"), [(1.0, 11.25), (0.6, -40), (1.0, 90)])
def test_a_whirlpool_is_the_same_when_it_shrinks_and_turns(seed: float, angle: float) -> None:
    step = 0.7

    def farther_in(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        c, s = step * math.cos(math.radians(angle)), step * math.sin(math.radians(angle))
        radius = x.hypot(y) / SIZE
        return c * x + s * y, c * y - s * x, (radius > 0.35) & (radius < 0.98)

    picture, canvas = same_when_moved(Whirlpool(step=step, seed=seed, angle=angle), farther_in, (2 * SIZE, 2 * SIZE))
    assert picture < 0.02 < 0.2 < canvas


def test_rings_by_hand() -> None:
    x, y = torch.tensor([7.5, 0.0], dtype=torch.float64), torch.tensor([0.0, -3.0], dtype=torch.float64)
    # Half the width is 10: at 0.75, 1.25 rings from the border, stands what is a quarter of a ring from it.
    own, inner = Tunnel(step=0.2, blend=0.5).copies(x, y, 20, 20)
    assert own.across[0].item() == pytest.approx(9.5)
    assert inner.across[0].item() == pytest.approx(7.5)
    assert own.share[0].item() == pytest.approx(0.5)  # half way through the blend
    # 3 above the centre is one ring farther in than 6 at its right, a quarter turn before.
    (own, _) = Whirlpool(step=0.5, angle=90, blend=0).copies(x, y, 20, 20)
    assert (own.across[1].item(), own.down[1].item()) == pytest.approx((6, 0))


@pytest.mark.parametrize("view", [Tunnel(), Whirlpool()])
def test_rings_have_no_borders(view: Tunnel | Whirlpool) -> None:
    x, y = places(2 * SIZE, 2 * SIZE)
    outer = (x.hypot(y) > SIZE / 2)[:-1, :-1]
    borders = view.model_copy(update={"blend": 0.0})
    flowing, cut = (steps(each.apply(smooth(2 * SIZE, 2 * SIZE), False))[outer].max() for each in (view, borders))
    assert flowing < 0.1 < 0.2 < cut


# -- polar -------------------------------------------------------------------------------------------------------------


def test_polar_by_hand() -> None:
    places_x = torch.tensor([10.0, 0.0, 0.0], dtype=torch.float64)
    places_y = torch.tensor([0.0, -10.0, -10 * math.exp(-math.pi / 4)], dtype=torch.float64)
    (copy,) = Polar(repeats=4).copies(places_x, places_y, 20, 20)
    # A quarter of the circle is one tile of 20 pixels; the top is its middle; exp(π/4) farther in is half a tile down.
    assert copy.across.tolist() == pytest.approx([20, 0, 0])
    assert copy.down.tolist() == pytest.approx([0, 0, 10])
    (wound,) = Polar(repeats=4, spiral=2).copies(places_x, places_y, 20, 20)
    assert wound.down[0].item() == pytest.approx(10)


@pytest.mark.parametrize("spiral", [0, 1, -3])
def test_polar_is_the_same_when_zoomed_by_a_tile(spiral: int) -> None:
    repeats, size = 8, (128, 112)
    wide, high = repeats * size[1] / (2 * math.pi), spiral * size[0] / (2 * math.pi)
    # One tile down: φ - i ln r grows by i · height / α.
    shift = 1j * size[0] / complex(wide, high)
    turn, shrink = shift.real, math.exp(-shift.imag)

    def farther_in(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        c, s = shrink * math.cos(turn), shrink * math.sin(turn)
        moved = c * x - s * y, s * x + c * y
        radius, new = x.hypot(y) / 56, moved[0].hypot(moved[1]) / 56
        return *moved, (radius > 0.35) & (new > 0.35) & (radius < 0.95) & (new < 0.95)

    picture, canvas = same_when_moved(Polar(repeats=repeats, spiral=spiral), farther_in, size)
    assert picture < 0.05 < 0.2 < canvas


def test_polar_is_the_same_when_turned_by_a_tile() -> None:
    """Not its mirror image: the tile goes on around its edges, at levels of odd sides too."""
    picture = Polar(repeats=4).apply(random(1, 3, 24, 24), False)
    torch.testing.assert_close(picture.rot90(1, (2, 3)), picture, rtol=0, atol=1e-6)
    assert (picture.flip(3) - picture).abs().max() > 0.1


def test_half_a_phase_is_half_a_tile() -> None:
    canvas = random(1, 3, 16, 32)
    half, begun = (Polar(repeats=3, phase=phase) for phase in (0.5, 0))
    expected = begun.apply(canvas.roll(-8, 2), False)
    torch.testing.assert_close(half.apply(canvas, False), expected, rtol=0, atol=1e-6)


def test_phases_come_round() -> None:
    canvas = random(1, 3, 24, 24)
    begun, gone = (Polar(phase=phase).apply(canvas, False) for phase in (0.25, 1.25))
    torch.testing.assert_close(begun, gone, rtol=0, atol=1e-6)


def test_the_edges_of_the_tile_are_not_seen() -> None:
    canvas = smooth(SIZE, SIZE)
    x, y = places(SIZE, SIZE)
    outer = (x.hypot(y) > SIZE / 4)[:-1, :-1]
    assert steps(Polar(repeats=2).apply(canvas, False))[outer].max() < 0.1


# -- hyperbolic --------------------------------------------------------------------------------------------------------

TILINGS = [
    Hyperbolic(),
    Hyperbolic(p=4, q=6),
    Hyperbolic(p=3, q=8, model="klein"),
    Hyperbolic(p=5, q=4, model="square"),
    Hyperbolic(p=3, q=7, mirror=True),
]


def test_the_middle_tile_is_painted_without_a_grid_of_squares() -> None:
    """Small copies of it are read from means of pixels: slopes from column to column are as steep between these means
    as within. Were they of plain squares, the steep ones would be 1.37 times as steep and meet in a crease."""
    canvas = torch.zeros(1, 3, 192, 192, requires_grad=True)
    wanted = torch.nn.functional.avg_pool2d(random(1, 3, 194, 194).float() - 0.5, 3, 1)
    (Hyperbolic(p=4, q=6, model="square").apply(canvas, False) * wanted).sum().backward()
    assert canvas.grad is not None
    slopes = canvas.grad[0, :, 64:128, 64:128].diff(dim=2).abs().mean((0, 1))
    assert float(slopes[1::2].mean() / slopes[::2].mean()) == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("view", TILINGS, ids=str)
def test_a_tiling_is_its_own_reflection(view: Hyperbolic) -> None:
    """In an edge of the middle tile; in the model of Poincaré, where it is an inversion."""
    c = view.center

    def reflected(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        factor = (c * c - 1) / ((x - c).square() + y.square())
        return c + (x - c) * factor, y * factor

    x, y = (each / (SIZE / 2) for each in places(SIZE, SIZE))
    inside = x.hypot(y) < 0.8
    moved = reflected(x, y)
    where = inside & (moved[0].hypot(moved[1]) < 0.8)
    assert where.double().mean() > 0.1
    one, other = (view.reflected(a.flatten(), b.flatten()) for a, b in ((x, y), moved))
    for first, second in zip(one, other, strict=True):
        torch.testing.assert_close(first.reshape(x.shape)[where], second.reshape(x.shape)[where], rtol=0, atol=1e-9)
    if view.model == "poincare":
        shown = view.apply(smooth(SIZE, SIZE), False)
        half = SIZE / 2
        assert (read(shown, moved[0] * half, moved[1] * half) - shown)[..., where].abs().max() < 0.05


@pytest.mark.parametrize("view", TILINGS, ids=str)
def test_every_place_reaches_the_middle_tile(view: Hyperbolic) -> None:
    x, y = (each / (SIZE / 2) for each in places(SIZE, SIZE))
    disc = x.hypot(y) < 0.999
    a, b = view.reflected(x[disc], y[disc])
    for side in range(view.p):
        angle = 2 * math.pi * side / view.p
        center_x, center_y = view.center * math.cos(angle), view.center * math.sin(angle)
        assert ((a - center_x).square() + (b - center_y).square() > view.center**2 - 1 - 1e-9).all()


def test_tilings_by_hand() -> None:
    view = Hyperbolic(p=6, q=4)
    assert view.center == pytest.approx(math.sqrt(2))  # and the circles of the edges have radius 1
    x, y = torch.tensor([6.0, 2.0], dtype=torch.float64), torch.tensor([0.0, 1.0], dtype=torch.float64)
    (copy,) = view.copies(x, y, 20, 20)
    assert copy.across.tolist() == pytest.approx([10 * (math.sqrt(2) - 1 / (math.sqrt(2) - 0.6)), 2])
    assert copy.down.tolist() == pytest.approx([0, 1])
    (shallow,) = Hyperbolic(p=6, q=4, depth=1).copies(torch.full_like(x, 9.9), y * 0, 20, 20)
    assert shallow.across[0].item() == pytest.approx(10 * (math.sqrt(2) - 1 / (math.sqrt(2) - 0.99)))


@pytest.mark.parametrize("model", ["poincare", "klein", "square"])
def test_the_middle_tile_is_the_canvas_itself(model: str) -> None:
    view = Hyperbolic(p=4, q=6, model=model)
    x, y = places(SIZE, SIZE)
    middle = x.hypot(y) < 10
    canvas = smooth(SIZE, SIZE)
    between = (canvas + canvas.roll(-1, 2) + canvas.roll(-1, 3) + canvas.roll((-1, -1), (2, 3))) / 4
    torch.testing.assert_close(view.apply(canvas, False)[..., middle], between[..., middle], rtol=0, atol=1e-6)


def test_tilings_have_no_borders() -> None:
    """Near the limit alone the picture is fine."""
    x, y = places(SIZE, SIZE)
    calm = (x.hypot(y) < 0.6 * SIZE / 2)[:-1, :-1]
    for view in (*TILINGS[:2], Hyperbolic(p=3, q=7, mirror=True)):
        assert steps(view.apply(smooth(SIZE, SIZE), False))[calm].max() < 0.09, view


def test_beyond_the_limit_it_goes_on_by_inversion() -> None:
    x, y = torch.tensor([20.0], dtype=torch.float64), torch.tensor([5.0], dtype=torch.float64)
    square = (20 * 20 + 5 * 5) / 100
    (outside,), (within,) = (Hyperbolic().copies(a, b, 20, 20) for a, b in ((x, y), (x / square, y / square)))
    assert (outside.across.item(), outside.down.item()) == pytest.approx((within.across.item(), within.down.item()))


# -- spheres -----------------------------------------------------------------------------------------------------------


def test_spheres_by_hand() -> None:
    x, y = torch.tensor([5.0, 0.0], dtype=torch.float64), torch.tensor([0.0, 5.0], dtype=torch.float64)
    copy, beside = Sphere().copies(x, y, 20, 30)
    # Half of the radius is 30 degrees: at two repeats a sixth of the width; and a sixth of the height.
    assert copy.across[0].item() == pytest.approx(30 / 6)
    assert copy.down[1].item() == pytest.approx(20 / 6)
    assert beside.share.tolist() == [0, 0]
    copy, _ = Sphere(turn=30).copies(x, y, 20, 30)
    assert copy.across[0].item() == pytest.approx(0, abs=1e-9)  # what was in the middle went right
    copy, _ = Sphere(tilt=30).copies(x, -y, 20, 30)
    assert copy.down[1].item() == pytest.approx(-20 / 3)  # nearer to the pole, which came to the front
    (black,) = Sphere(outside="black").copies(x * 2.1, y, 20, 30)
    assert black.share.tolist() == [0, 1]


def test_a_sphere_turned_by_a_repeat_is_the_same() -> None:
    canvas = smooth(64, 64)
    picture = Sphere(turn=15, tilt=10, repeats=3).apply(canvas, False)
    again = Sphere(turn=135, tilt=10, repeats=3).apply(canvas, False)
    torch.testing.assert_close(picture, again, rtol=0, atol=1e-6)
    rolled = Sphere(turn=60, repeats=3, outside="black").apply(canvas, False)
    expected = Sphere(repeats=3, outside="black").apply(canvas.roll(32, 3), False)
    torch.testing.assert_close(rolled, expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("solid", [Tetra, Octa, Icosa])
def test_a_solid_has_its_rotations(solid: type[OnSolid]) -> None:
    rotations = group(solid)
    assert len(rotations) == {"tetra": 12, "octa": 24, "icosa": 60}[solid.name]
    identity = torch.eye(3, dtype=torch.float64).expand(len(rotations), 3, 3)
    torch.testing.assert_close(rotations @ rotations.transpose(1, 2), identity)
    assert torch.linalg.det(rotations).min() > 0.99
    products = torch.einsum("aij,bjk->abik", rotations, rotations)
    distance = (products[:, :, None] - rotations).abs().amax((3, 4)).amin(2)
    assert distance.max() < 1e-9
    # The middle of a tile lies on no axis, else two tiles would lie upon each other.
    assert (rotations[:, 2, 2] < 0.95).sum() == len(rotations) - 1


@pytest.mark.parametrize("solid", [Tetra, Octa, Icosa])
@pytest.mark.parametrize(("turn", "tilt"), [(0, 0), (25, 40)])
def test_a_sphere_turned_by_its_group_is_the_same(solid: type[OnSolid], turn: float, tilt: float) -> None:
    view = solid(turn=turn, tilt=tilt)
    placed = view.placed(torch.eye(3, dtype=torch.float64))
    half, compared = SIZE / 2, 0
    x, y = (each / half for each in places(SIZE, SIZE))
    z = (1 - x * x - y * y).clamp(min=0).sqrt()
    picture = view.apply(smooth(SIZE, SIZE), False)
    for rotation in group(solid):
        a, b, c = torch.einsum("ij,jyx->iyx", placed.T @ rotation @ placed, torch.stack([x, y, z]))
        where = (z > 0.5) & (c > 0.5)
        compared += int(where.sum())
        if where.any():
            assert (read(picture, a * half, b * half) - picture)[..., where].abs().max() < 0.03
    assert compared > 2 * (z > 0.5).sum()


@pytest.mark.parametrize("solid", [Tetra, Octa, Icosa])
def test_tiles_of_a_sphere_have_no_borders(solid: type[OnSolid]) -> None:
    x, y = places(SIZE, SIZE)
    front = (x.hypot(y) < 0.8 * SIZE / 2)[:-1, :-1]
    assert steps(solid().apply(smooth(SIZE, SIZE), False))[front].max() < 0.12
