"""Moving colours from one picture onto another's."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

LUMA = (0.299, 0.587, 0.114)
"""Rec. 601 weights of sRGB-encoded R, G, B."""
ROUNDS, ROTATIONS = 5, 4
"""Of histogram matching: 10 and 8 come no closer that an eye would see."""
SAMPLED = 2**18
"""So many pixels of a picture are sorted to know how its colours are spread."""
QUANTILES = 1024


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


def match_histogram(picture: Tensor, reference: Tensor) -> Tensor:
    """The colours of `picture`, moved until they are distributed in RGB as those of `reference`, with their relations.

    Monge-Kantorovich first, then rounds of matching the one-dimensional distributions along the axes of random
    rotations, as in iterative distribution transfer (Pitié, Kokaram and Dahyot 2007); each round moves by the mean over
    several rotations (sliced optimal transport: Bonneel et al. 2015), since one rotation alone leaves specks of foreign
    colours. Both are ``(1, 3, H, W)`` in 0..1; the result is clamped.
    """
    import numpy as np
    import torch

    from deepartist.randomness import random_generator

    moved = transfer_colors(picture, reference)[0].flatten(1).cpu().double().numpy()
    target = reference[0].flatten(1).cpu().double().numpy()
    sample, target = moved[:, :: _stride(moved)].copy(), target[:, :: _stride(target)]
    pieces = [sample, *np.array_split(moved, 1 + moved.shape[1] // SAMPLED, axis=1)]
    generator = random_generator(0, "histogram")
    for _ in range(ROUNDS):
        rotations = [np.linalg.qr(generator.standard_normal((3, 3)))[0].T for _ in range(ROTATIONS)]
        maps = [(axis, *_monotone(axis @ sample, axis @ target)) for axes in rotations for axis in axes]
        for piece in pieces:
            steps = [np.outer(axis, np.interp(axis @ piece, knots, goal) - axis @ piece) for axis, knots, goal in maps]
            piece += sum(steps) / ROTATIONS
    result = torch.from_numpy(moved).to(picture.dtype).reshape(picture.shape)
    return result.clamp(0, 1).to(picture.device)


def _monotone(values: NDArray[np.float64], target: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """The monotone map of numbers that gives them the distribution of the target, as knots; equal ones stay equal."""
    import numpy as np

    at = (np.arange(QUANTILES) + 0.5) / QUANTILES
    # Rounded, since equal colours may have come to differ in the last digit.
    knots, which, times = np.unique(np.quantile(values, at).round(9), return_inverse=True, return_counts=True)
    return knots, np.bincount(which, np.quantile(target, at)) / times


def _stride(values: NDArray[np.float64]) -> int:
    return max(1, int(values.shape[-1]) // SAMPLED)


def _power(matrix: Tensor, exponent: float) -> Tensor:
    import torch

    values, vectors = torch.linalg.eigh(matrix)
    power: Tensor = vectors @ torch.diag(values.clamp(min=1e-9) ** exponent) @ vectors.T
    return power


def keep_chroma(painting: Tensor, content: Tensor) -> Tensor:
    """The lightness (Y) of `painting` with the colours (Cb, Cr) of `content`, both ``(1, 3, H, W)`` in 0..1."""
    luma = painting.new_tensor(LUMA)[:, None, None]
    return (content + ((painting - content) * luma).sum(1, keepdim=True)).clamp(0, 1)
