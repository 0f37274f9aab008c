"""Moving colours."""

from __future__ import annotations

import torch

from deepartist.painting.color import keep_chroma, transfer_colors


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


def test_flat_and_gray_pictures_give_no_nan() -> None:
    _, reference = pictures()
    flat = torch.full((1, 3, 8, 8), 0.3)
    assert torch.allclose(transfer_colors(flat, reference).mean((0, 2, 3)), reference.mean((0, 2, 3)), atol=1e-3)
    gray = reference.mean(1, keepdim=True).expand(1, 3, -1, -1)
    assert transfer_colors(reference, gray).isfinite().all()
    assert transfer_colors(gray, reference).isfinite().all()


def test_keep_chroma_keeps_the_lightness_of_the_painting_and_the_colours_of_the_content() -> None:
    generator = torch.Generator().manual_seed(4)
    painting = 0.45 + 0.1 * torch.rand(1, 3, 6, 6, generator=generator)
    content = 0.45 + 0.1 * torch.rand(1, 3, 6, 6, generator=generator)
    kept = keep_chroma(painting, content)
    luma = torch.tensor([0.299, 0.587, 0.114])[:, None, None]
    assert torch.allclose((kept * luma).sum(1), (painting * luma).sum(1), atol=1e-6)
    difference = kept - content
    assert torch.allclose(difference[:, 0], difference[:, 2], atol=1e-6)
