"""Moving colours from one picture onto another's."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

LUMA = (0.299, 0.587, 0.114)
"""Rec. 601 weights of sRGB-encoded R, G, B."""


def transfer_colors(picture: Tensor, reference: Tensor) -> Tensor:
    """The linear map of colours that gives `picture` the mean and covariance of `reference` and moves colours least.

    Monge-Kantorovich: ``T = S_p^-½ (S_p^½ S_r S_p^½)^½ S_p^-½`` (Pitié and Kokaram 2007), in float64. Both are
    ``(1, 3, H, W)`` in 0..1; the result is clamped. A flat picture takes the reference's mean colour.
    """
    import torch

    # On the CPU: not every GPU computes in float64, and none is good at 3 × 3 matrices.
    pixels, target = picture[0].flatten(1).cpu().double(), reference[0].flatten(1).cpu().double()
    mean, target_mean = pixels.mean(1, keepdim=True), target.mean(1, keepdim=True)
    small = 1e-5 * torch.eye(3, dtype=torch.float64)
    root = _power(torch.cov(pixels) + small, 0.5)
    inverse = _power(torch.cov(pixels) + small, -0.5)
    mapping = inverse @ _power(root @ (torch.cov(target) + small) @ root, 0.5) @ inverse
    moved = mapping @ (pixels - mean) + target_mean
    return moved.to(picture.dtype).reshape(picture.shape).clamp(0, 1).to(picture.device)


def _power(matrix: Tensor, exponent: float) -> Tensor:
    import torch

    values, vectors = torch.linalg.eigh(matrix)
    power: Tensor = vectors @ torch.diag(values.clamp(min=1e-9) ** exponent) @ vectors.T
    return power


def keep_chroma(painting: Tensor, content: Tensor) -> Tensor:
    """The lightness (Y) of `painting` with the colours (Cb, Cr) of `content`, both ``(1, 3, H, W)`` in 0..1."""
    luma = painting.new_tensor(LUMA)[:, None, None]
    return (content + ((painting - content) * luma).sum(1, keepdim=True)).clamp(0, 1)
