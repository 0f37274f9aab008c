"""Finish steps: what they do to pixels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from deepartist.finishing import Pictures, Recolor, Smooth, finished
from deepartist.plan import plan
from deepartist.recipe import Inputs, Resolved, read_recipe

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """edge.png: dark left, bright right; red.png: reds."""
    folder = tmp_path_factory.mktemp("pictures")
    edge = np.full((48, 64, 3), 40, np.uint8)
    edge[:, 32:] = 210
    Image.fromarray(edge).save(folder / "edge.png")
    reds = np.random.Generator(np.random.Philox(2)).integers(0, 90, (20, 20, 3)) + np.array([160, 0, 0])
    Image.fromarray(reds.astype(np.uint8)).save(folder / "red.png")
    return folder


def recipe(text: str, folder: Path) -> Resolved:
    return read_recipe(f"content: edge.png\nstyle: red.png\nsize: 64\n{text}", Inputs([folder]))


def noisy(folder: Path) -> torch.Tensor:
    """A step of lightness under noise."""
    picture = torch.full((1, 3, 48, 64), 0.3)
    picture[..., 32:] = 0.7
    return picture + 0.05 * torch.randn(picture.shape, generator=torch.Generator().manual_seed(1))


def test_smoothing_takes_the_noise_and_leaves_the_edge(folder: Path) -> None:
    pictures = Pictures(recipe("", folder), CPU)
    for guide in (None, "content", "edge.png"):
        smooth = Smooth(guide=guide, radius=0.06, contrast=0.1).apply(noisy(folder), pictures)
        assert smooth.shape == (1, 3, 48, 64)
        assert float(smooth[..., 4:28].std()) < 0.02
        assert float((smooth[..., 33] - smooth[..., 30]).mean()) > 0.35


def test_an_edge_of_the_guide_comes_through(folder: Path) -> None:
    """A soft ramp gets the sharp edge of the content, and without a guide stays a ramp."""
    picture = torch.linspace(-0.3, 1.3, 64).clamp(0.3, 0.7).expand(1, 3, 48, 64)
    pictures = Pictures(recipe("", folder), CPU)
    own, guided = (Smooth(guide=guide, radius=0.1).apply(picture, pictures) for guide in (None, "content"))
    step = (picture[..., 32] - picture[..., 31]).mean()
    assert float((own[..., 32] - own[..., 31]).mean()) < 1.5 * step
    assert float((guided[..., 32] - guided[..., 31]).mean()) > 5 * step


def test_smoothing_a_flat_picture_changes_nothing(folder: Path) -> None:
    flat = torch.full((1, 3, 48, 64), 0.4)
    assert torch.allclose(Smooth().apply(flat, Pictures(recipe("", folder), CPU)), flat, atol=1e-4)


@pytest.mark.parametrize("shift", [5, 20])
def test_a_tile_stays_one(shift: int, folder: Path) -> None:
    """Smoothing commutes with moving a tile round, and only on a torus."""
    text = "style: red.png\nsize: 64\n"
    tile = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(4))
    for view, alike in (("view: wrap", True), ("", False)):
        pictures = Pictures(read_recipe(text + view, Inputs([folder])), CPU)
        moved = Smooth().apply(tile.roll(shift, 3), pictures).roll(-shift, 3)
        assert torch.allclose(moved, Smooth().apply(tile, pictures), atol=1e-4) == alike


def test_a_canvas_smaller_than_the_window(folder: Path) -> None:
    pictures = Pictures(read_recipe("style: red.png\nsize: [16, 200]", Inputs([folder])), CPU)
    picture = torch.rand(1, 3, 200, 16, generator=torch.Generator().manual_seed(4))
    assert Smooth(radius=0.1).apply(picture, pictures).isfinite().all()


@pytest.mark.parametrize("by", ["linear", "histogram"])
def test_recolouring_gives_the_colours_of_the_other_picture(by: str, folder: Path) -> None:
    moved = Recolor(image="red.png", by=by).apply(noisy(folder).clamp(0, 1), Pictures(recipe("", folder), CPU))
    reds = torch.from_numpy(np.asarray(Image.open(folder / "red.png")) / 255.0).float().mean((0, 1))
    assert torch.allclose(moved.mean((0, 2, 3)), reds, atol=0.02)


def test_steps_are_done_in_their_order(folder: Path) -> None:
    """Recolouring restores the spread that smoothing has taken; the other way round it is taken."""
    spread = {}
    for first, second in (("smooth", "recolor"), ("recolor", "smooth")):
        steps = {"smooth": "{smooth: {contrast: 1}}", "recolor": "{recolor: {image: red.png}}"}
        task = plan(recipe(f"finish: [{steps[first]}, {steps[second]}]", folder), {})
        noise = torch.rand(1, 3, 48, 64, generator=torch.Generator().manual_seed(1))
        spread[first] = float(finished(noise, task).std((2, 3)).mean())
    assert spread["smooth"] > 3 * spread["recolor"]


def test_without_steps_the_picture_is_as_it_was(folder: Path) -> None:
    picture = noisy(folder)
    assert finished(picture, plan(recipe("", folder), {})) is picture
