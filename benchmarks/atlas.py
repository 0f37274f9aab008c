"""The atlas of texnet: what every channel of its learned layers looks for, as sheets of pictures.

    python benchmarks/atlas.py [FOLDER] [--weights FILE]

Writes ``FOLDER/atlas-relu2_2.webp`` and so on, 16 channels to a row, from number 0. Each picture is dreamt from faint
noise like a recipe with ``enhance: {layers: …, by: {channel: {index: …}}}``, but all channels of a layer at once.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from deepartist.painting.ascent import equalised
from deepartist.pipelines import Encoder
from deepartist.pipelines.texnet import TexNet

LAYERS = ("relu2_2", "relu3_2", "relu4_2")
SIDES, STEPS, RATE, JITTER, BANDS = (48, 96), 24, 0.01, 8, 4
ROW = 16


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", help="nothing: show this help")
    parser.add_argument("--weights", type=Path, help="of another texnet")
    arguments = parser.parse_args()
    if arguments.folder is None:
        parser.print_help()
        return
    pipeline = TexNet()
    encoder = pipeline.load(torch.device("cpu"), {"texnet": arguments.weights} if arguments.weights else {})
    for layer in LAYERS:
        pictures = dreamt(encoder, layer, pipeline.layers[layer].channels)
        sheet = torch.cat([torch.cat(list(row), 2) for row in pictures.split(ROW)], 1)
        pixels = (sheet.permute(1, 2, 0) * 255).round().byte().numpy()
        Image.fromarray(pixels).save(arguments.folder / f"atlas-{layer}.webp", quality=82, method=6)


def dreamt(encoder: Encoder, layer: str, channels: int) -> Tensor:
    """One picture for each channel of a layer: ``(channels, 3, 96, 96)`` in 0..1."""
    noise = torch.randn(1, 3, SIDES[0], SIDES[0], generator=torch.Generator().manual_seed(1))
    canvas, random = (0.5 + 0.1 * noise).repeat(channels, 1, 1, 1), np.random.Generator(np.random.Philox(1))
    for side in SIDES:
        canvas = F.interpolate(canvas, size=side, mode="bicubic", antialias=True).clamp(0, 1)
        for _ in range(STEPS):
            down, right = (int(each) for each in random.integers(-JITTER, JITTER + 1, 2))
            seen = canvas.roll((down, right), (2, 3)).requires_grad_()
            features = encoder.encode(seen, [layer])[layer]
            (gradient,) = torch.autograd.grad(torch.einsum("kkhw->", features), seen)
            direction = torch.cat([equalised(each[None], BANDS) for each in gradient]).roll((-down, -right), (2, 3))
            strength = direction.abs().mean((1, 2, 3), keepdim=True).clamp(min=1e-12)
            canvas = (canvas + RATE * direction / strength).clamp(0, 1)
    return canvas


if __name__ == "__main__":
    main()
