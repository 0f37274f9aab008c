"""Moving colours."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from deepartist.color import keep_chroma, match_histogram, transfer_colors


def pictures() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(3)
    mix = torch.tensor([[0.5, 0.2, 0.0], [0.1, 0.3, 0.1], [0.0, 0.1, 0.2]])
    one = 0.5 + 0.2 * torch.randn(3, 40 * 30, generator=generator)
    other = torch.tensor([[0.6], [0.4], [0.5]]) + 0.15 * mix @ torch.randn(3, 50 * 20, generator=generator)
    return one.reshape(1, 3, 40, 30).clamp(0, 1), other.reshape(1, 3, 50, 20).clamp(0, 1)


def test_mean_and_covariance_are_those_of_the_reference() -> None:
    picture, reference = pictures()
    moved = transfer_colors(picture, reference)[0].flatten(1)
    wanted = reference[0].flatten(1)
    assert torch.allclose(moved.mean(1), wanted.mean(1), atol=2e-3)
    assert torch.allclose(torch.cov(moved), torch.cov(wanted), atol=1e-3)


def test_a_picture_onto_itself_stays() -> None:
    picture, _ = pictures()
    assert torch.allclose(transfer_colors(picture, picture), picture, atol=1e-4)


def skewed() -> torch.Tensor:
    """Colours whose distribution is far from what mean and covariance say: three heaps."""
    generator = torch.Generator().manual_seed(5)
    heaps = torch.tensor([[0.9, 0.2, 0.1], [0.1, 0.2, 0.3], [0.2, 0.8, 0.4]])
    which = torch.multinomial(torch.tensor([0.1, 0.6, 0.3]), 1800, True, generator=generator)
    noise = 0.02 * torch.randn(1800, 3, generator=generator)
    return (heaps[which] + noise).T.reshape(1, 3, 45, 40)


def unlike(picture: torch.Tensor, reference: torch.Tensor) -> float:
    """How far the sorted values along some directions are from those of the reference, on average."""
    axes = torch.nn.functional.normalize(torch.randn(24, 3, generator=torch.Generator().manual_seed(6)), dim=1)
    one, other = (torch.quantile(axes @ each[0].flatten(1), torch.linspace(0, 1, 101), dim=1)
                  for each in (picture, reference))  # fmt: skip
    return float((one - other).abs().mean())


def test_a_matched_histogram_is_that_of_the_reference_in_every_direction() -> None:
    picture, _ = pictures()
    reference = skewed()
    assert unlike(transfer_colors(picture, reference), reference) > 0.04
    assert unlike(match_histogram(picture, reference), reference) < 0.01


def test_equal_colours_stay_equal_and_large_pictures_are_sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    picture, _ = pictures()
    reference = skewed()
    twice = torch.cat([picture, picture], 3)
    moved = match_histogram(twice, reference)
    assert torch.allclose(moved[..., :30], moved[..., 30:], atol=1e-6)
    monkeypatch.setattr("deepartist.color.SAMPLED", 300)
    assert unlike(match_histogram(picture, reference), reference) < 0.03


@pytest.mark.parametrize("move", [transfer_colors, match_histogram])
def test_flat_and_gray_pictures_give_no_nan(move: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]) -> None:
    _, reference = pictures()
    flat = torch.full((1, 3, 37, 41), 0.3)
    assert float(move(flat, reference).std((2, 3)).max()) < 1e-4
    assert torch.allclose(move(flat, reference).mean((0, 2, 3)), reference.mean((0, 2, 3)), atol=2e-3)
    assert torch.allclose(move(reference, flat).mean((0, 2, 3)), torch.full((3,), 0.3), atol=2e-3)
    gray = reference.mean(1, keepdim=True).expand(1, 3, -1, -1)
    assert move(reference, gray).isfinite().all()
    assert float(move(reference, gray).std(1).max()) < 0.05
    assert move(gray, reference).isfinite().all()


def test_keep_chroma_keeps_the_lightness_of_the_painting_and_the_colours_of_the_content() -> None:
    generator = torch.Generator().manual_seed(4)
    painting = 0.45 + 0.1 * torch.rand(1, 3, 6, 6, generator=generator)
    content = 0.45 + 0.1 * torch.rand(1, 3, 6, 6, generator=generator)
    kept = keep_chroma(painting, content)
    luma = torch.tensor([0.299, 0.587, 0.114])[:, None, None]
    assert torch.allclose((kept * luma).sum(1), (painting * luma).sum(1), atol=1e-6)
    difference = kept - content
    assert torch.allclose(difference[:, 0], difference[:, 2], atol=1e-6)
