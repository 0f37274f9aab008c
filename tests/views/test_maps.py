"""Tables of maps: bilinear where the canvas is large, means of the pyramid where it is small."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import pytest
import torch
from torch import Tensor

from deepartist.views import Polar, Whirlpool, maps
from deepartist.views.maps import Copy, MappedView, table
from deepartist.views.sampling import pyramid
from tests.views.pictures import random

CPU = torch.device("cpu")


class Scaled(MappedView):
    """The canvas made so many times smaller, twice where it says so."""

    name: ClassVar[str] = "scaled"
    by: float
    twice: bool = False

    def copies(self, across: Tensor, down: Tensor, height: int, width: int) -> Sequence[Copy]:
        one = torch.ones_like(across)
        if not self.twice:
            return [Copy(across * self.by, down * self.by, one)]
        right = (across > 0).double()
        return [Copy(across, down, 1 - right / 4), Copy(-across, down, right / 4)]


def test_the_pyramid_is_of_means() -> None:
    canvas = random(1, 3, 5, 8)
    one, half, quarter = pyramid(canvas, 3)
    assert one is canvas
    assert half.shape == (1, 3, 3, 4)
    torch.testing.assert_close(half[..., 1, 2], canvas[..., 2:4, 4:6].mean((2, 3)))
    torch.testing.assert_close(half[..., 2, 2], canvas[..., 4, 4:6].mean(2))  # the odd row alone
    assert quarter.shape == (1, 3, 2, 2)


def test_a_smooth_pyramid_reads_across_the_borders_of_squares() -> None:
    """The weights of a place of the second level: 1 3 3 1 over 8, both ways; flat stays flat to the edge."""
    canvas = torch.zeros(1, 1, 8, 8, dtype=torch.float64, requires_grad=True)
    pyramid(canvas, 2, smooth=True)[1][0, 0, 1, 2].backward()
    row = torch.tensor([1.0, 3, 3, 1], dtype=torch.float64) / 8
    assert canvas.grad is not None
    torch.testing.assert_close(canvas.grad[0, 0, 1:5, 3:7], row[:, None] * row)
    assert float(canvas.grad.sum()) == pytest.approx(1)
    for level in pyramid(torch.full((1, 3, 5, 7), 0.25), 3, smooth=True):
        torch.testing.assert_close(level, torch.full_like(level, 0.25))


def test_a_canvas_in_place_is_itself() -> None:
    canvas = random(2, 3, 7, 10)
    found = table(Scaled(by=1), 7, 10, False, CPU, torch.float64)
    assert found.levels == 1
    assert not found.more
    assert torch.equal(Scaled(by=1).apply(canvas, False), canvas)


def test_half_the_size_is_the_means_of_four() -> None:
    canvas = random(1, 3, 16, 16)
    found = Scaled(by=2).apply(canvas, True)
    torch.testing.assert_close(found[..., 4:12, 4:12], pyramid(canvas, 2)[1])


def test_sizes_between_mix_two_levels() -> None:
    found = table(Scaled(by=2**0.5), 16, 16, True, CPU, torch.float64)
    assert found.levels == 2
    (patch,) = found.more
    assert len(patch.pixels) == 256
    assert patch.share.sum(1).tolist() == pytest.approx([0.5] * 256)


def test_a_greater_size_is_bilinear() -> None:
    canvas = torch.arange(8.0, dtype=torch.float64).expand(1, 3, 4, 8)
    found = Scaled(by=0.5).apply(canvas, False)
    assert found[0, 0, 0].tolist() == pytest.approx([1.75, 2.25, 2.75, 3.25, 3.75, 4.25, 4.75, 5.25])
    assert table(Scaled(by=0.5), 4, 8, False, CPU, torch.float64).levels == 1


def test_places_between_pixels_are_means_of_four() -> None:
    """A checkerboard of single pixels is nowhere seen, not even where a copy is as large as the canvas."""

    class Between(Scaled):
        between: ClassVar[bool] = True

    checks = ((torch.arange(8)[:, None] + torch.arange(8)) % 2).double().expand(1, 3, 8, 8)
    torch.testing.assert_close(Between(by=1).apply(checks, True), torch.full_like(checks, 0.5))


def test_copies_take_their_shares_and_only_where_they_are_seen() -> None:
    canvas = random(1, 3, 4, 6)
    picture = Scaled(by=1, twice=True).apply(canvas, False)
    torch.testing.assert_close(picture[..., :3], canvas[..., :3])
    torch.testing.assert_close(picture[..., 3:], 0.75 * canvas[..., 3:] + 0.25 * canvas.flip(3)[..., 3:])
    (patch,) = table(Scaled(by=1, twice=True), 4, 6, False, CPU, torch.float64).more
    assert len(patch.pixels) == 12


def test_fine_noise_is_calm_where_it_is_small() -> None:
    """No moiré: a checkerboard, made small, is gray."""
    checks = ((torch.arange(128)[:, None] + torch.arange(128)) % 2).double().expand(1, 3, 128, 128)
    picture = Polar(repeats=8).apply(checks, True)
    x = torch.arange(128) - 63.5
    inner = x[:, None].square() + x.square() < 16**2
    assert (picture[..., inner] - 0.5).abs().max() < 0.02


def test_blocks_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    canvas = random(1, 3, 20, 30)
    table.cache_clear()
    whole = Whirlpool().apply(canvas, False)
    monkeypatch.setattr(maps, "BLOCK", 70)
    table.cache_clear()
    assert torch.equal(Whirlpool().apply(canvas, False), whole)


def test_tables_are_kept() -> None:
    first = table(Whirlpool(), 8, 9, False, CPU, torch.float32)
    assert table(Whirlpool(), 8, 9, False, CPU, torch.float32) is first
    assert table(Whirlpool(step=0.5), 8, 9, False, CPU, torch.float32) is not first
