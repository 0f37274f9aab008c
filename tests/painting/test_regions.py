"""Masks: what holds inside changes nothing outside, and the statistics are those of the inside alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from deepartist.operators.statistics import only
from deepartist.painting.build import build_objective
from deepartist.painting.objective import Objective
from deepartist.painting.painter import Painter
from deepartist.painting.regions import blended, places_inside, recolored, region
from deepartist.pipelines import TexNet
from deepartist.plan import plan
from deepartist.recipe import InputError, Inputs, Resolved, read_recipe
from deepartist.recipe.model import Mask

CPU = torch.device("cpu")
SIZE = 48


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    generator = np.random.Generator(np.random.Philox(5))
    for name, tint in {"red": (1, 0.2, 0.1), "blue": (0.1, 0.3, 1), "gray": (0.8, 0.8, 0.8)}.items():
        blocks = np.kron(generator.random((12, 12, 1)), np.ones((4, 4, 1))) * np.array(tint)
        Image.fromarray((blocks * 255).astype(np.uint8)).save(folder / f"{name}.png")
    drawing = np.zeros((60, 60, 3), np.uint8)
    drawing[:, :20] = (250, 20, 10)
    drawing[:, 20:40] = (10, 230, 20)
    Image.fromarray(drawing).save(folder / "drawing.png")
    Image.new("RGB", (60, 60)).save(folder / "black.png")
    Image.new("RGB", (90, 60), "white").save(folder / "wide.png")
    return folder


def resolved(text: str, folder: Path) -> Resolved:
    return read_recipe(f"size: {SIZE}\nstages: {{count: 1, steps: 1}}\n{text}", Inputs([folder]))


def objective(text: str, folder: Path) -> Objective:
    recipe = resolved(text, folder)
    return build_objective(recipe, recipe.stages[0], TexNet().load(CPU, {}), CPU)


def noise() -> torch.Tensor:
    return torch.rand(1, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(3))


MATCHERS = ["gram", "covariance", "w2", "moments", "mean", "bn_stats", "histogram", "sliced", "contextual",
            "patch_mrf", "nearest", "relaxed_emd"]  # fmt: skip


@pytest.mark.parametrize("match", [*MATCHERS, "palette", "patch_swd"])
def test_a_style_pulls_at_nothing_outside_its_mask(match: str, folder: Path) -> None:
    """Except as far as its layers see beyond an edge."""
    text = f"style: {{image: red.png, layers: [relu1_2, relu2_1], match: {match}, mask: {{shape: left}}}}"
    of = objective(text, folder)
    _, gradient = of(noise())
    pull = gradient.abs().sum((0, 1, 2))
    field = TexNet().layers["relu2_1"].field // 2 + 2
    assert (pull[: SIZE // 2 - 1] > 0).all()
    assert (pull[SIZE // 2 + field :] == 0).all()


@pytest.mark.parametrize("match", ["content", "laplacian", "flow", "self_similarity"])
def test_a_content_is_kept_inside_its_mask_alone(match: str, folder: Path) -> None:
    text = f"content: {{image: red.png, layers: relu1_2, match: {match}, mask: {{shape: top}}}}"
    _, gradient = objective(text, folder)(noise())
    pull = gradient.abs().sum((0, 1, 3))
    assert (pull[: SIZE // 2 - 1] > 0).all()
    assert (pull[SIZE // 2 + 12 :] == 0).all()


def test_something_enhanced_inside_a_mask(folder: Path) -> None:
    text = "content: red.png\nenhance: {layers: relu1_2, mask: {shape: right}}"
    _, gradient = objective(text, folder)(noise())
    pull = gradient.abs().sum((0, 1, 2))
    assert (pull[: SIZE // 2 - 4] == 0).all()
    assert (pull[SIZE // 2 + 1 :] > 0).all()


def test_the_statistics_are_those_of_the_inside(folder: Path) -> None:
    """A canvas that is the style inside has no loss, whatever stands outside."""
    text = "style: {image: red.png, layers: pixels, match: gram, mask: {shape: left}}"
    canvas = noise()
    red = torch.from_numpy(np.array(Image.open(folder / "red.png"))).permute(2, 0, 1)[None] / 255
    canvas[..., : SIZE // 2] = torch.cat([red[:, :, ::2, : SIZE // 2], red[:, :, 1::2, : SIZE // 2]], 2)
    whole = torch.cat([red[..., : SIZE // 2]] * 2, 3)
    same_half = objective(text, folder)(torch.cat([whole[..., : SIZE // 2], canvas[..., SIZE // 2 :]], 3))[0]
    other = objective(text, folder)(noise())[0]
    assert float(same_half) < 0.1 * float(other)


def test_two_styles_keep_to_their_places(folder: Path) -> None:
    text = """
style:
  - {image: red.png, mask: {shape: left}}
  - {image: blue.png, mask: {shape: right}}
"""
    recipe = read_recipe(f"size: {SIZE}\nstages: {{count: 1, steps: 30}}\n{text}", Inputs([folder]))
    painter, task = Painter(CPU, {}), plan(recipe, {})
    for _ in painter.paint(task):
        pass
    left, right = painter.picture(task)[..., :20].mean((0, 2, 3)), painter.picture(task)[..., 28:].mean((0, 2, 3))
    assert left[0] > 2 * left[2]
    assert right[2] > 2 * right[0]


def test_regions_of_drawings_and_shapes(folder: Path) -> None:
    images = {name: Inputs([folder]).image(name) for name in ("drawing.png", "black.png")}

    def columns(**words: object) -> list[int]:
        found = region(Mask.model_validate(words), images, (60, 60), CPU)
        assert found.shape == (1, 1, 60, 60)
        assert set(found.unique().tolist()) <= {0.0, 1.0}
        return found[0, 0, 30].nonzero().flatten().tolist()

    assert columns(image="drawing.png", color="red") == list(range(20))
    assert columns(image="drawing.png", color="#00ff00") == list(range(20, 40))
    assert columns(image="drawing.png", color="black", invert=True) == list(range(40))
    assert columns(shape="right") == list(range(30, 60))
    assert columns(shape="disc") == list(range(6, 54))
    with pytest.raises(InputError, match=r'"black.png" is empty: it has nothing brighter than middle gray'):
        columns(image="black.png")
    with pytest.raises(InputError, match="nothing of the colour blue"):
        columns(image="drawing.png", color="blue")


def test_places_of_coarse_layers() -> None:
    inside = torch.zeros(1, 1, 8, 8)
    inside[..., :3] = 1
    assert places_inside(inside, 2, 2).tolist() == [True, False, True, False]
    inside[..., 1:3] = 0  # a region that covers a quarter of a position still has its best place
    assert places_inside(inside, 2, 2).tolist() == [True, False, True, False]
    features = torch.arange(8.0).reshape(1, 2, 2, 2)
    assert only(features, torch.tensor([True, False, False, True])).tolist() == [[[[0, 3]], [[4, 7]]]]
    assert blended(torch.ones(1, 1, 2, 2), torch.zeros(1, 1, 2, 2), inside).tolist() == [[[[0.25, 0], [0.25, 0]]]]


def test_colours_of_each_style_where_it_holds(folder: Path) -> None:
    recipe = resolved(
        "content: gray.png\nstyle: [{image: red.png, mask: {shape: left}}, {image: blue.png, mask: {shape: right}}]",
        folder,
    )
    picture = recolored(torch.full((1, 3, SIZE, SIZE), 0.5) + 0.1 * noise(), recipe.recipe.style or (), recipe.images)
    red, blue = picture[..., :24].mean((0, 2, 3)), picture[..., 24:].mean((0, 2, 3))
    assert red[0] > 2 * red[2]
    assert blue[2] > 2 * blue[0]


def test_a_mask_of_another_shape_is_refused(folder: Path) -> None:
    with pytest.raises(Exception, match=r'the mask "wide.png" is 90×60: it needs the shape of the canvas, 48×48'):
        resolved("style: {image: red.png, mask: wide.png}", folder)
