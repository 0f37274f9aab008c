"""A canvas seen in tiles: the same losses and the same gradient as in one piece, for every network and operator."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
import torchvision
from PIL import Image

from deepartist.painting import memory
from deepartist.painting.build import build_objective
from deepartist.painting.objective import Objective
from deepartist.painting.painter import Painter
from deepartist.painting.tiles import Span, TiledEncoder, spans
from deepartist.pipelines import PooledEncoder, TexNet, Vgg16
from deepartist.pipelines.base import Encoder, Pipeline
from deepartist.plan import plan
from deepartist.recipe import InputError, Inputs, read_recipe
from deepartist.recipe.contracts import LayerInfo, OperatorModel
from deepartist.recipe.layers import layer_info
from deepartist.recipe.parts import parts

CPU = torch.device("cpu")
WIDTH, HEIGHT = 144, 112
SHALLOW = "layers: [relu2_2, grain2]"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    generator = np.random.Generator(np.random.Philox(8))
    for name, size in {"style": (96, 80), "content": (WIDTH, HEIGHT)}.items():
        blocks = np.kron(generator.random((size[1] // 8, size[0] // 8, 3)), np.ones((8, 8, 1)))
        Image.fromarray((blocks * 255).astype(np.uint8)).save(folder / f"{name}.png")
    return folder


@pytest.fixture(scope="module")
def vgg(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("weights") / "vgg16.pth"
    torch.save(torchvision.models.vgg16(weights=None).features.state_dict(prefix="features."), path)
    return Vgg16().load(CPU, {"vgg16": path})


@pytest.fixture(scope="module")
def networks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("networks")
    torch.save(torchvision.models.squeezenet1_0(weights=None).state_dict(), folder / "squeezenet.pth")
    googlenet = torchvision.models.googlenet(weights=None, aux_logits=True, init_weights=False)
    torch.save(googlenet.state_dict(), folder / "inception.pth")
    return {"squeezenet": folder / "squeezenet.pth", "inception": folder / "inception.pth"}


def canvas(height: int = HEIGHT, width: int = WIDTH) -> torch.Tensor:
    return torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(4))


def objective(text: str, folder: Path, encoder: Encoder | None = None) -> Objective:
    recipe = read_recipe(f"size: [{WIDTH}, {HEIGHT}]\nstages: {{count: 1, steps: 1}}\n{text}", Inputs([folder]))
    return build_objective(recipe, recipe.stages[0], encoder or TexNet().load(CPU, {}), CPU)


def both_ways(one: Objective, side: int = 48) -> Iterator[tuple[dict[str, float], torch.Tensor]]:
    for one.side in (None, side):
        one.calls = 0
        _, gradient = one(canvas())
        yield {name: float(loss.detach()) for name, loss in one.losses.items()}, gradient


def assert_alike(one: Objective) -> None:
    (losses, gradient), (in_tiles, tiled) = both_ways(one)
    assert in_tiles == pytest.approx(losses, rel=1e-4, abs=1e-6)
    assert float(gradient.abs().max()) > 0
    assert float((tiled - gradient).norm() / gradient.norm()) < 1e-4


STYLED = sorted(
    name for name, part in parts("operator").items() if issubclass(part, OperatorModel) and "style" in part.places
)


@pytest.mark.parametrize("match", STYLED)
def test_every_style_operator(match: str, folder: Path) -> None:
    several = "\nview: sheet" if match == "diversity" else ""
    assert_alike(objective(f"style: {{image: style.png, {SHALLOW}, match: {match}}}{several}", folder))


@pytest.mark.parametrize("by", ["power", "{channel: {index: [1, 5]}}"])
def test_every_enhancer(by: str, folder: Path) -> None:
    assert_alike(objective(f"content: content.png\nenhance: {{layers: [relu3_1, grain2], by: {by}}}", folder))


@pytest.mark.parametrize("match", ["content", "self_similarity", "laplacian", "flow"])
def test_every_content_operator(match: str, folder: Path) -> None:
    assert_alike(
        objective(
            f"content: {{image: content.png, {SHALLOW}, match: {match}}}\nstyle: {{image: style.png, {SHALLOW}}}",
            folder,
        )
    )


VIEWS = ["wrap", "[wrap, {kaleidoscope: {segments: 6}}]", "[[wrap], [rotate]]", "sheet", "[sheet, wrap]"]


@pytest.mark.parametrize("view", VIEWS)
def test_views(view: str, folder: Path) -> None:
    assert_alike(objective(f"style: {{image: style.png, {SHALLOW}}}\nview: {view}", folder))


def test_masks(folder: Path) -> None:
    text = """
style:
- {image: style.png, layers: [relu2_2, grain2], mask: {shape: disc}}
- {image: content.png, layers: [relu2_2, grain2], mask: {shape: disc, invert: true}}
content: {image: content.png, layers: relu2_2, mask: {shape: left}}
regularize: [tv, range]
"""
    assert_alike(objective(text, folder))


def test_pools_about_layers(folder: Path) -> None:
    assert_alike(objective('style: {image: style.png, layers: ["avg2 > relu2_1", "grain3 > max2", pixels]}', folder))


@pytest.mark.parametrize("layer", ["relu1_1", "relu3_2", "relu4_1", "relu5_1"])
def test_vgg(layer: str, folder: Path, vgg: Encoder) -> None:
    assert_alike(objective(f"pipeline: vgg16\nstyle: {{image: style.png, layers: {layer}}}", folder, vgg))


def tiled(encoder: Encoder, pipeline: Pipeline, side: int) -> TiledEncoder:
    def infos(layer: str) -> LayerInfo:
        found = layer_info(layer, pipeline)
        assert found
        return found

    return TiledEncoder(PooledEncoder(encoder), infos, side)


@pytest.mark.parametrize("name", ["texnet", "squeezenet", "inception", "pooling"])
@pytest.mark.parametrize(("height", "width"), [(301, 263), (256, 320)])
def test_features_of_every_network(name: str, height: int, width: int, networks: dict[str, Path]) -> None:
    pipeline = parts("pipeline")[name]()
    assert isinstance(pipeline, Pipeline)
    encoder = pipeline.load(CPU, networks)
    # The deepest layers look at more than all of this picture.
    layers = [layer for layer, info in pipeline.layers.items() if info.field < 200]
    whole = encoder.encode(canvas(height, width), layers)
    found = tiled(encoder, pipeline, 96).encode(canvas(height, width), layers)
    assert len(tiled(encoder, pipeline, 96).tiles(canvas(height, width), layers, "replicate")) > 4
    for layer in layers:
        assert found[layer].shape == whole[layer].shape, layer
        assert torch.allclose(found[layer], whole[layer], atol=1e-5 * float(whole[layer].abs().max())), layer


def test_spans_cover_everything_once() -> None:
    assert spans(100, 200, 16, 8, False) == [Span(0, 100, 0, 100)]
    assert spans(100, 40, 16, 8, False) == [Span(0, 40, 0, 56), Span(40, 80, 24, 96), Span(80, 100, 64, 100)]
    assert spans(96, 48, 16, 8, True) == [Span(0, 48, -16, 64), Span(48, 96, 32, 112)]
    assert list(Span(0, 48, -16, 64).pieces(96)) == [(slice(0, 16), slice(80, 96)), (slice(16, 80), slice(0, 64))]


# -- memory ----------------------------------------------------------------------------------------------------------


def test_what_a_network_keeps_is_measured() -> None:
    """At least the features that were asked for, more for deeper layers, and never the weights."""
    encoder = PooledEncoder(TexNet().load(CPU, {}))
    shallow, deep = (memory.kept_per_pixel(encoder, [layer], CPU) for layer in ("relu1_1", "relu1_2"))
    assert 4 * 24 <= shallow <= 4 * (24 + 3) + 24
    assert 4 * 32 + 32 + 24 <= deep <= 4 * (32 + 3) + 32 + 24


def test_what_must_be_whole_is_counted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    demands: list[memory.Demand] = []
    monkeypatch.setattr("deepartist.painting.build.tile_side", lambda _, demand, __: demands.append(demand))
    for match in ("[gram, palette]", "[gram, sliced]", "{gram: {weight: 2}}\n  mask: {shape: disc}"):
        objective(f"style:\n  image: style.png\n  layers: [relu2_1, relu1_1]\n  match: {match}\nview: wrap", folder)
    assert [each.whole for each in demands] == [0, 24 + 48 / 4, 24 + 48 / 4]
    assert [[(each.operator.name, *each.layers) for each in demand.terms] for demand in demands] == [
        [("palette", "pixels")],
        [("sliced", "relu2_1"), ("sliced", "relu1_1")],
        [("gram", "relu2_1"), ("gram", "relu1_1")],
    ]
    assert [each.masked for each in demands[2].terms] == [True, True]
    assert [each.maps for each in demands[0].terms] == [((1, 3, HEIGHT, WIDTH),)]
    assert demands[0].reference == 96 * 80 * (24 + 48 / 4)
    assert demands[0].layers == ["relu1_1", "relu2_1"]
    assert demands[0].halo == 8
    assert demands[0].size == (WIDTH, HEIGHT)


def test_too_little_memory_is_said_before_anything_is_painted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the first stages would fit."""
    recipe = read_recipe("size: 512\nstages: {from: 64, count: 2}\nstyle: style.png", Inputs([folder]))
    monkeypatch.setattr(memory, "available", lambda device: int(3e7))
    monkeypatch.setattr(memory, "ALWAYS_FITS", 10_000)
    message = r"512×512 pixels take about 0\.\d GB of memory and 0\.0 GB are free: a smaller size would do, or"
    with pytest.raises(InputError, match=message):
        next(Painter(CPU, {}).paint(plan(recipe, {})))


def test_an_out_of_memory_error_goes_on_in_tiles(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = objective(f"style: {{image: style.png, {SHALLOW}}}", folder)
    _, expected = next(both_ways(one))
    walk, calls = one.encoder.walk, []
    monkeypatch.setattr(memory, "SIDES", (96, 48))
    one.side, one.calls = None, 0

    def small_only(picture: torch.Tensor, *rest: object) -> Iterator[tuple[str, torch.Tensor]]:
        calls.append(max(picture.shape[-2:]))
        if calls[-1] > 80:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return walk(picture, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(one.encoder, "walk", small_only)
    _, gradient = one(canvas())
    assert one.side == 48
    assert float((gradient - expected).norm() / gradient.norm()) < 1e-4
    assert max(calls[calls.index(min(calls)) :]) <= 80


def test_other_errors_are_not_taken_for_a_lack_of_memory(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = objective("style: style.png", folder)

    def broken(*rest: object) -> Iterator[tuple[str, torch.Tensor]]:
        raise RuntimeError("expected scalar type Float")

    monkeypatch.setattr(one.encoder, "walk", broken)
    with pytest.raises(RuntimeError, match="expected scalar type"):
        one(canvas())
