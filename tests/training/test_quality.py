"""A small version of benchmarks/quality.py, so that what texnet paints does not get worse unnoticed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from deepartist.painting.painter import Painter
from deepartist.pipelines.layered import LayeredEncoder
from deepartist.pipelines.texnet import GRAIN, branch_steps
from deepartist.plan import plan
from deepartist.recipe import Inputs, read_recipe
from deepartist.sources.samples import render
from deepartist.training import judges
from deepartist.training.export import balancing_pictures
from deepartist.training.grain import make_grain

SIDE = 96
LAYERS = [f"grain{number}" for number in range(1, 5)]


@pytest.fixture(scope="module")
def sister() -> LayeredEncoder:
    """Random filters of another seed: they never painted."""
    return LayeredEncoder(branch_steps(make_grain(balancing_pictures(), seed=7), GRAIN, "grain"))


def painted(text: str, folder: Path) -> Tensor:
    painter, task = Painter(torch.device("cpu"), {}), plan(read_recipe(text, Inputs([folder])), {})
    for _ in painter.paint(task):
        pass
    return painter.picture(task)


def drawn(name: str, folder: Path) -> Tensor:
    """A sample at 96 pixels, also as a file."""
    image = Image.fromarray((render(name, 5) * 255).astype(np.uint8)).convert("RGB")
    image.resize((SIDE, SIDE), Image.Resampling.LANCZOS).save(folder / f"{name}.png")
    pixels = np.asarray(Image.open(folder / f"{name}.png")).copy()
    return torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255


def distances(sister: LayeredEncoder, picture: Tensor, reference: Tensor) -> tuple[float, float]:
    """Both judges beside coloured noise."""
    noise = judges.colored_noise(reference)
    grams = [judges.gram_distance(sister, LAYERS, each, reference) for each in (picture, noise)]
    patches = [judges.patch_distance(each, reference) for each in (picture, noise)]
    return judges.beside_noise(*grams), judges.beside_noise(*patches)


@pytest.mark.parametrize(("name", "sisters", "patches"), [("stones", 0.09, 0.22), ("leaves", 0.11, 0.3)])
def test_textures(name: str, sisters: float, patches: float, sister: LayeredEncoder, tmp_path: Path) -> None:
    reference = drawn(name, tmp_path)
    one, other = distances(sister, painted(f"style: {name}.png\nsize: {SIDE}", tmp_path), reference)
    assert one < sisters
    assert other < patches


def test_transfer_keeps_the_subject_and_takes_the_style(sister: LayeredEncoder, tmp_path: Path) -> None:
    content, style = drawn("boat", tmp_path), drawn("strokes", tmp_path)
    picture = painted(f"content: boat.png\nstyle: strokes.png\nsize: {SIDE}", tmp_path)
    assert judges.structure_kept(picture, content) > 0.55
    assert judges.edges_kept(picture, content) > 0.7
    one, other = distances(sister, picture, style)
    assert one < 0.3
    assert other < 0.6
