"""Painting as a whole, on small canvases: balance, stages, resuming, views, failures."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from deepartist.painting.build import build_objective
from deepartist.painting.painter import Painter, PaintingError, StageResult, Step, resized_torus
from deepartist.pipelines import TexNet
from deepartist.plan import Plan, StageTask, plan
from deepartist.recipe import InputError, Inputs, read_recipe
from deepartist.sources.pictures import load_picture

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures drawn here: a coarse pattern, a gradient scene, a flat colour, a tiny one."""
    folder = tmp_path_factory.mktemp("pictures")
    generator = np.random.Generator(np.random.Philox(5))
    blocks = np.kron(generator.random((16, 16, 3)), np.ones((6, 6, 1)))
    ramp = np.linspace(0, 1, 96)[None, :, None] * np.array([1.0, 0.6, 0.2]) + np.zeros((64, 1, 1))
    ramp[20:40, 30:60] = [0.1, 0.2, 0.8]
    for name, pixels in {
        "blocks": blocks,
        "scene": ramp,
        "flat": np.full((40, 40, 3), 0.4),
        "tiny": blocks[:16, :16],
    }.items():
        Image.fromarray((pixels * 255).astype(np.uint8)).save(folder / f"{name}.png")
    return folder


class Memory:
    """Checkpoints in a dictionary."""

    def __init__(self) -> None:
        self.results: dict[str, StageResult] = {}

    def load(self, key: str) -> StageResult | None:
        return self.results.get(key)

    def save(self, task: StageTask, result: StageResult) -> None:
        self.results[task.key] = result


def planned(text: str, folder: Path) -> Plan:
    return plan(read_recipe(text, Inputs([folder])), {"squeezenet": "0" * 64})


def painted(text: str, folder: Path, checkpoints: Any = None) -> tuple[Painter, list[Step], Plan]:
    painter, task = Painter(CPU, {}, checkpoints), planned(text, folder)
    return painter, list(painter.paint(task)), task


SMALL = "style: {image: blocks.png, match: gram}\nsize: 48\nstages: {from: 32, count: 2, steps: 12}\n"


def test_a_texture_comes_near_its_style(folder: Path) -> None:
    _, steps, _ = painted(SMALL, folder)
    assert [(step.stage, step.step) for step in steps] == [(stage, n) for stage in (0, 1) for n in range(1, 13)]
    assert steps[11].loss < 0.2 * steps[0].loss
    assert steps[-1].loss < 0.04
    assert steps[-1].canvas.shape == (1, 3, 48, 48)


def test_the_same_recipe_gives_the_same_picture_and_another_seed_another(folder: Path) -> None:
    one, _, task = painted(SMALL, folder)
    again, _, _ = painted(SMALL, folder)
    other, _, _ = painted(SMALL + "seed: 1\n", folder)
    assert torch.equal(one.picture(task), again.picture(task))
    assert (one.picture(task) - other.picture(task)).abs().mean() > 0.02


def test_every_term_begins_near_its_weight_on_noise_whatever_the_network(folder: Path, tmp_path: Path) -> None:
    """One recipe on two networks: the loss of the start differs by less than a factor of two."""
    import torchvision

    from deepartist.pipelines import SqueezeNet

    torch.manual_seed(0)
    features = torchvision.models.squeezenet1_0(weights=None).features
    path = tmp_path / "squeezenet.pth"
    torch.save({f"features.{key}": value for key, value in features.state_dict().items()}, path)
    starts = []
    for pipeline, layers in ((TexNet(), "relu2_1, relu3_1"), (SqueezeNet(), "relu1, fire3")):
        style = f"{{image: blocks.png, layers: [{layers}], weight: 3}}"
        text = f"style: {style}\npipeline: {pipeline.name}\nsize: 64\nstages: {{count: 1, steps: 1}}"
        resolved = read_recipe(text, Inputs([folder]))
        encoder = pipeline.load(CPU, {"squeezenet": path})
        objective = build_objective(resolved, resolved.stages[0], encoder, CPU)
        generator = torch.Generator().manual_seed(1)
        canvas = (0.5 + 0.29 * torch.randn(1, 3, 64, 64, generator=generator)).clamp(0, 1)
        starts.append(float(objective(canvas)[0]))
    assert 0.5 < starts[0] / starts[1] < 2, starts
    assert all(1.5 < start < 6 for start in starts), starts


def test_layer_shares_add_up_and_terms_have_dotted_names(folder: Path) -> None:
    painter, _, _ = painted(
        "style: {image: blocks.png, layers: {relu1_1: 3, relu2_1: 1}}\ncontent: scene.png\nsize: 32", folder
    )
    curves = painter.results[-1].losses
    assert set(curves) == {
        "total",
        "style.relu1_1.moments",
        "style.relu2_1.moments",
        "style.pixels.palette",
        "content.pixels.laplacian",
        "content.pixels.flow",
    }
    total = sum(curves[name][0] for name in curves if name != "total")
    assert total == pytest.approx(curves["total"][0], rel=1e-3)


class Interrupted(Exception):
    pass


def test_an_interrupted_painting_goes_on_and_ends_the_same(folder: Path) -> None:
    text = "style: blocks.png\nsize: 64\nstages: {from: 32, count: 3, steps: 8}\noptimizer: adam\n"
    whole, _, task = painted(text, folder)
    memory = Memory()
    painter = Painter(CPU, {}, memory)
    with pytest.raises(Interrupted):  # noqa: PT012 - the loop is what is interrupted
        for step in painter.paint(task):
            if (step.stage, step.step) == (1, 4):
                raise Interrupted
    assert len(memory.results) == 1
    resumed = Painter(CPU, {}, memory)
    steps = list(resumed.paint(task))
    assert {step.stage for step in steps} == {1, 2}
    assert torch.equal(resumed.picture(task), whole.picture(task))


def test_a_further_stage_continues_and_changed_steps_repaint_from_there(folder: Path) -> None:
    memory = Memory()
    painted(SMALL, folder, memory)
    _, longer, _ = painted(
        "style: {image: blocks.png, match: gram}\n"
        "stages: [{size: 32, steps: 12}, {size: 48, steps: 12}, {size: 64, steps: 5}]",
        folder,
        memory,
    )
    assert {step.stage for step in longer} == {2}
    fewer = "style: {image: blocks.png, match: gram}\nstages: [{size: 32, steps: 12}, {size: 48, steps: 3}]"
    _, changed, _ = painted(fewer, folder, memory)
    assert {step.stage for step in changed} == {1}
    _, nothing, _ = painted(SMALL + "output: {format: png}", folder, memory)
    assert nothing == []


def seam(picture: torch.Tensor) -> tuple[float, float]:
    """Mean step across the vertical and horizontal seam, and inside, of a tile laid side by side."""
    across = (picture[..., 0] - picture[..., -1]).abs().mean() + (picture[..., 0, :] - picture[..., -1, :]).abs().mean()
    inside = picture.diff(dim=-1).abs().mean() + picture.diff(dim=-2).abs().mean()
    return float(across), float(inside)


def test_wrap_paints_a_tile_without_a_seam(folder: Path) -> None:
    painter, _, task = painted(
        "style: blocks.png\nsize: 64\nview: wrap\nstages: {from: 32, count: 2, steps: 30}", folder
    )
    across, inside = seam(painter.picture(task))
    assert across < 1.5 * inside
    plain, _, task = painted("style: blocks.png\nsize: 64\nstages: {from: 32, count: 2, steps: 30}", folder)
    across, inside = seam(plain.picture(task))
    assert across > 1.8 * inside, "the test must see the seam of a picture that was not wrapped"


def test_the_loss_of_a_wrapped_canvas_knows_no_edge(folder: Path) -> None:
    from deepartist.pipelines import TexNet

    resolved = read_recipe("style: blocks.png\nsize: 64\nview: wrap", Inputs([folder]))
    objective = build_objective(resolved, resolved.stages[-1], TexNet().load(CPU, {}), CPU)
    canvas = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(3))
    here, gradient = objective(canvas)
    there, moved = objective(canvas.roll((16, 32), (2, 3)))
    assert float(here) == pytest.approx(float(there), rel=1e-5)
    assert torch.allclose(gradient.roll((16, 32), (2, 3)), moved, atol=1e-6)


def test_a_kaleidoscope_is_symmetric_and_in_range(folder: Path) -> None:
    painter, _, task = painted(
        "style: blocks.png\nsize: 48\nview: {kaleidoscope: {segments: 4}}\nstages: {count: 1, steps: 15}", folder
    )
    picture = painter.picture(task)
    assert torch.allclose(picture, picture.rot90(1, (2, 3)), atol=1e-5)
    rendered = painter.results[-1].canvas
    assert picture.std() > 0.1
    assert rendered.min() < 0 or rendered.max() > 1, "the canvas itself has no bounds under an averaging view"


def test_sampling_up_a_torus_keeps_it_one() -> None:
    x = torch.rand(1, 3, 16, 16, generator=torch.Generator().manual_seed(2))
    up = resized_torus(x, (32, 32))
    moved = resized_torus(x.roll((4, 8), (2, 3)), (32, 32))
    assert up.shape == (1, 3, 32, 32)
    assert torch.allclose(moved, up.roll((8, 16), (2, 3)), atol=1e-5)


def test_a_loss_that_is_not_a_number_stops_and_keeps_the_last_canvas(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from deepartist.painting.objective import Objective

    original, calls = Objective.__call__, 0

    def broken(self: Objective, canvas: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        nonlocal calls
        calls += 1
        loss, gradient = original(self, canvas)
        return (loss * math.nan if calls > 6 else loss), gradient

    monkeypatch.setattr(Objective, "__call__", broken)
    memory = Memory()
    with pytest.raises(PaintingError, match=r"no longer a number \(stage 1, step \d+\)") as caught:
        painted(SMALL + "optimizer: adam", folder, memory)
    assert caught.value.canvas.isfinite().all()
    assert memory.results == {}


@pytest.mark.parametrize("style", ["tiny.png", "huge.png", "half.png", "ink.png"])
def test_odd_styles_paint_in_their_own_colors(folder: Path, style: str) -> None:
    """16 pixels a side, 20 times larger than the canvas, half transparent, black and white."""
    blocks = Image.open(folder / "blocks.png")
    blocks.resize((960, 960), Image.Resampling.NEAREST).save(folder / "huge.png")
    half = blocks.convert("RGBA")
    half.paste((0, 0, 0, 0), (0, 0, 48, 96))
    half.save(folder / "half.png")
    blocks.convert("L").save(folder / "ink.png")
    painter, _, task = painted(f"content: scene.png\nstyle: {style}\nsize: 48\nstages: {{steps: 60}}", folder)
    picture = painter.picture(task)[0]
    reference = torch.from_numpy(load_picture(task.resolved.images[style], (48, 48))).permute(2, 0, 1)
    assert picture.isfinite().all()
    torch.testing.assert_close(picture.mean((1, 2)), reference.mean((1, 2)), atol=0.08, rtol=0)
    assert picture.std() > 0.6 * reference.std()
    chroma, wanted = (each - each.mean(0) for each in (picture, reference))
    assert chroma.std() < 1.3 * wanted.std() + 0.03


def test_a_style_of_one_color_is_refused_in_a_sentence(folder: Path) -> None:
    for text in ("style: flat.png\nsize: 48", "content: scene.png\nstyle: {image: [flat.png, flat.png]}\nsize: 48"):
        with pytest.raises(InputError, match=r'"flat\.png" is of one colour all over'):
            painted(text, folder)
    painted("style: {image: [flat.png, blocks.png]}\nsize: 32\nstages: {steps: 2}", folder)


def test_kept_colours_are_those_of_the_content(folder: Path) -> None:
    text = "style: blocks.png\ncontent: scene.png\nsize: 48\nkeep: {colors: luma}\nstages: {count: 1, steps: 8}"
    painter, _, task = painted(text, folder)
    from deepartist.sources.pictures import load_picture

    content = torch.from_numpy(load_picture(task.resolved.images["scene.png"], task.size)).permute(2, 0, 1)[None]
    difference = painter.picture(task) - content
    free = (painter.picture(task) > 0.01).all(1) & (painter.picture(task) < 0.99).all(1)
    chroma = (difference[:, 0] - difference[:, 2])[free]
    assert chroma.abs().max() < 1e-4


def test_colours_moved_afterwards_are_those_of_the_content(folder: Path) -> None:
    """On the canvas of a painting in the style's colours."""
    text = "style: blocks.png\ncontent: scene.png\nsize: 48\nstages: {count: 1, steps: 4}"
    checkpoints = Memory()
    painter, _, task = painted(text, folder, checkpoints)
    content = torch.from_numpy(load_picture(task.resolved.images["scene.png"], task.size)).permute(2, 0, 1)
    assert (painter.picture(task)[0].mean((1, 2)) - content.mean((1, 2))).abs().max() > 0.06
    for kept in ("linear", "histogram"):
        again, steps, kept_task = painted(f"{text}\nkeep: {{colors: {kept}}}", folder, checkpoints)
        assert not steps
        moved = again.picture(kept_task)[0]
        torch.testing.assert_close(moved.mean((1, 2)), content.mean((1, 2)), atol=0.03, rtol=0)


def test_a_scale_in_pixels_means_the_finished_picture(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same reference whatever its size; on the way there, as much smaller as the stage is."""
    seen: list[int] = []

    def encode(pictures: list[torch.Tensor]) -> None:
        seen.extend(picture.shape[3] for picture in pictures)

    monkeypatch.setattr("deepartist.painting.build._Builder.matchers", lambda self, _, pictures, of: [encode(pictures)])
    monkeypatch.setattr("deepartist.painting.build.SMALLEST_REFERENCE", 8)
    for size in (48, 96):
        resolved = planned(f"style: {{image: blocks.png, scale: 48px}}\nstages: [{size // 2}, {size}]", folder).resolved
        for stage in resolved.stages:
            build_objective(resolved, stage, TexNet().load(CPU, {}), CPU)
    assert seen == [24, 48, 24, 48]


def test_a_dream_raises_what_it_enhances(folder: Path) -> None:
    text = "content: sample:boat\nenhance: relu3_1\nsize: 96\nstages: {count: 1, steps: 10}"
    painter, _, _ = painted(text, folder)
    curve = painter.results[-1].losses["enhance.relu3_1.power"]
    assert curve[0] < 0
    assert curve[-1] < 1.3 * curve[0]


def test_several_views_are_all_to_look_right(folder: Path) -> None:
    """The loss is the mean over compositions, and the picture is the first of them."""
    text = "style: {image: blocks.png, match: gram}\nsize: 48\nstages: {count: 1, steps: 3}\n"
    losses = []
    canvas = torch.rand(1, 3, 48, 48, generator=torch.Generator().manual_seed(1))
    for view in (
        "[[wrap]]",
        "[[wrap, {kaleidoscope: {segments: 2}}]]",
        "[wrap, [wrap, {kaleidoscope: {segments: 2}}]]",
    ):
        resolved = read_recipe(f"{text}view: {view}\n", Inputs([folder]))
        objective = build_objective(resolved, resolved.stages[0], TexNet().load(CPU, {}), CPU)
        total = objective(canvas)[0]
        losses.append(float(total - objective.losses.get("range", torch.zeros(())).detach()))
    assert losses[2] == pytest.approx((losses[0] + losses[1]) / 2, rel=1e-4)
    painter, _, task = painted(f"{text}view: [[{{kaleidoscope: {{segments: 2}}}}], [wrap]]\n", folder)
    picture = painter.picture(task)
    torch.testing.assert_close(picture, picture.flip(2, 3))
