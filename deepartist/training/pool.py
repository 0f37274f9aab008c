"""The pictures of one training, drawn once and kept in memory; crops of them, and what is no picture.

Every picture is a class of its own: a crop is to be recognised as belonging to the picture that it was cut from. The
lower right quarter of each is never trained on.
"""

from __future__ import annotations

from collections.abc import Sequence
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor

from deepartist.sources.samples import SAMPLES, render
from deepartist.training.pictures import SIDE, draw

Bytes = npt.NDArray[np.uint8]
CROP = 64
"""Side of what the network sees while it learns, in pixels."""
SCALES = (0.8, 1.5)
"""Pixels of a picture per pixel of a crop."""
SAMPLE_SEEDS = 1000
"""Samples from this seed on are for training; those below are free to be painted from and judged."""


def picture(which: tuple[str, int]) -> Bytes:
    """A training picture ``("", number)`` or a sample ``(name, seed)``, ``(H, W, 3)`` of 0..255."""
    name, number = which
    return draw(number) if not name else (render(name, number) * 255 + 0.5).astype(np.uint8)


def draw_pool(count: int, per_sample: int, processes: int) -> list[Bytes]:
    """`count` training pictures and `per_sample` of every sample (half as many of contents)."""
    wanted = [("", number) for number in range(count)]
    for name, sample in SAMPLES.items():
        number = per_sample if sample.kind == "style" else per_sample // 2
        wanted += [(name, SAMPLE_SEEDS + seed) for seed in range(number)]
    with get_context("spawn").Pool(processes) as workers:
        return workers.map(picture, wanted, chunksize=8)


def read_folder(folder: Path, side: int = 2 * SIDE) -> list[Bytes]:
    """Every picture of a folder, its long side at most `side` pixels. Raises InputError for one that is damaged."""
    from deepartist.recipe import Inputs
    from deepartist.sources.pictures import load_picture

    inputs, found = Inputs([folder], root=folder), []
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff"):
            image = inputs.image(path.name)
            shrink = min(1.0, side / max(image.width, image.height))
            pixels = load_picture(image, (round(image.width * shrink), round(image.height * shrink)))
            if min(pixels.shape[:2]) >= 2 * CROP * SCALES[1]:
                found.append((pixels * 255 + 0.5).astype(np.uint8))
    return found


class Crops:
    """Batches of crops with their classes."""

    def __init__(self, pictures: Sequence[Bytes], seed: int) -> None:
        self.pictures = [torch.from_numpy(each).permute(2, 0, 1) for each in pictures]
        self.random = np.random.default_rng(seed)

    def batch(self, size: int, unseen: bool = False) -> tuple[Tensor, Tensor]:
        """``(size, 3, 64, 64)`` in about 0..1 and ``(size,)`` numbers of pictures; `unseen`: of the kept quarters."""
        classes = self.random.integers(len(self.pictures), size=size)
        crops = torch.cat([self._crop(self.pictures[each], unseen) for each in classes])
        return self._recolored(crops), torch.from_numpy(classes)

    def _crop(self, pixels: Tensor, unseen: bool) -> Tensor:
        height, width = pixels.shape[1:]
        low, high = (np.log(scale) for scale in SCALES)
        side = min(int(CROP * np.exp(self.random.uniform(low, high))), height // 2, width // 2)
        while True:
            top = int(self.random.integers(0, height - side + 1))
            left = int(self.random.integers(0, width - side + 1))
            kept = top + side > height // 2 and left + side > width // 2
            if unseen:
                top, left = max(top, height // 2), max(left, width // 2)
                top, left = min(top, height - side), min(left, width - side)
            if unseen or not kept:
                break
        part = pixels[:, top : top + side, left : left + side][None].float() / 255
        if self.random.uniform() < 0.5:
            part = part.flip(3)
        return F.interpolate(part, size=(CROP, CROP), mode="bilinear", antialias=True, align_corners=False)

    def _recolored(self, crops: Tensor) -> Tensor:
        """Other colours for every crop, so that shapes have to be recognised: hue by exchange, chroma, contrast."""
        draw = self.random.uniform
        count = len(crops)
        orders = [self.random.permutation(3) if draw() < 0.5 else np.arange(3) for _ in range(count)]
        index = torch.from_numpy(np.stack(orders))[:, :, None, None].expand_as(crops)
        crops = crops.gather(1, index)
        gray = crops.mean(1, keepdim=True)

        def random(low: float, high: float) -> Tensor:
            return torch.from_numpy(draw(low, high, (count, 1, 1, 1))).float()

        crops = gray + (crops - gray) * random(0.3, 1.3)
        return (crops - 0.5) * random(0.7, 1.3) + 0.5 + random(-0.15, 0.15)


def forged(crops: Tensor, random: np.random.Generator) -> Tensor:
    """What has the spectrum of each crop and is no picture: no edges that line up, nothing in front of anything.

    Half have their phases replaced by those of white noise, alike in all channels (Galerne, Gousseau and Morel 2011);
    half are the crop laid over itself, shifted and mirrored, which leaves the power as it was.
    """
    half = len(crops) // 2
    noise = torch.from_numpy(random.standard_normal((half, 1, *crops.shape[-2:]))).float()
    spectrum = torch.fft.rfft2(noise)
    turned = torch.fft.rfft2(crops[:half]) * spectrum / spectrum.abs().clamp(min=1e-9)
    mean = crops.mean((2, 3), keepdim=True)
    phased = torch.fft.irfft2(turned, s=crops.shape[-2:])
    phased = phased - phased.mean((2, 3), keepdim=True) + mean[:half]
    rest = crops[half:]
    over = rest.flip(2).roll((int(random.integers(64)), int(random.integers(64))), (2, 3))
    doubled = (rest + over - 2 * mean[half:]) / 2**0.5 + mean[half:]
    return torch.cat([phased, doubled])
