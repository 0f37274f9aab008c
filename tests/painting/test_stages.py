"""Stages: the sizes of well-known recipes, what is carried from one to the next, and a recipe of eight of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch
import yaml
from PIL import Image

from deepartist.jobs.execute import StoredStages
from deepartist.painting.painter import Painter, StageResult, resized
from deepartist.plan import Plan, plan
from deepartist.recipe import Inputs, read_recipe
from deepartist.recipe.sizes import geometric
from deepartist.store import Store

CPU = torch.device("cpu")
PAGE = Path(__file__).parents[2] / "site_src" / "resolutions.md"


@pytest.mark.parametrize(
    "sizes",
    [
        [800],
        [200, 283, 400, 566, 800],
        [120, 219, 400],
        [128, 226, 400],
        [320, 547, 936, 1600],
        [320, 620, 1200],
        [300, 490, 800],
        [1200, 2191, 4000],
        [2000, 2828, 4000],
        [1600, 2530, 4000],
        [128, 362, 1024],
    ],
)
def test_sizes_are_those_of_2019(sizes: list[int]) -> None:
    assert geometric(sizes[0], sizes[-1], len(sizes)) == sizes


def planned(text: str, folder: Path) -> Plan:
    return plan(read_recipe(text, Inputs([folder])), {})


def test_a_canvas_is_carried_over_as_it_is(tmp_path: Path) -> None:
    """No rounding to 8 bits, no clipping, neither in memory nor through the store."""
    view, stages = "{kaleidoscope: {segments: 4}}", "[{size: 32, steps: 4}, {size: 48, steps: 1}]"
    task = planned(f"style: sample:cells\nview: {view}\nstages: {stages}", tmp_path)
    painter = Painter(CPU, {}, StoredStages(Store(tmp_path / "cache"), {}))
    for step in painter.paint(task):
        if step.stage == 1:
            break
    canvas = painter.results[0].canvas
    assert ((canvas * 255) - (canvas * 255).round()).abs().mean() > 0.2, "not of 256 values"
    assert canvas.min() < 0 or canvas.max() > 1, "the canvas under an averaging view has no range"
    again = Painter(CPU, {}, StoredStages(Store(tmp_path / "cache"), {}))
    next(iter(again.paint(task)))
    assert torch.equal(again.results[0].canvas, canvas)
    for each in (painter, again):
        begun, state = each._begin(task, task.stages[1])
        assert torch.equal(begun, resized(canvas, (48, 48)))
        assert state == {}


@pytest.fixture(scope="module")
def vgg16(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights of the right shapes and a sensible size; nobody has trained them."""
    import torchvision

    torch.manual_seed(0)
    features = torchvision.models.vgg16(weights=None).features
    path = tmp_path_factory.mktemp("vgg16") / "vgg16.pth"
    torch.save({f"features.{key}": value for key, value in features.state_dict().items()}, path)
    return path


def recipe_of_the_page() -> str:
    (text,) = re.findall(r'```yaml title="high-resolution.yml"\n(.*?)```', PAGE.read_text("utf-8"), flags=re.S)
    return str(text)


def pictures(folder: Path) -> None:
    (folder / "images").mkdir()
    for name, size in (("waves", (90, 60)), ("harbour", (60, 40))):
        Image.effect_noise(size, 60).convert("RGB").save(folder / "images" / f"{name}.jpg")


def test_the_recipe_of_four_phases_is_the_one_of_2019(tmp_path: Path) -> None:
    pictures(tmp_path)
    resolved = planned(recipe_of_the_page(), tmp_path).resolved
    assert [max(stage.size) for stage in resolved.stages] == [200, 400, 600, 800, 1024, 1280, 1600, 2400]  # type: ignore[arg-type]
    assert {stage.steps for stage in resolved.stages} == {20}
    assert [stage.minutes for stage in resolved.stages] == [60, 60, 60, 60, 90, 90, 90, 180]
    contents = [next(iter(resolved.terms(stage)["content"].layers)) for stage in resolved.stages]
    pools = ["relu3_1"] * 2 + ["avg2 > relu2_2"] * 2 + ["avg4 > relu2_2"] * 3 + ["avg8 > relu2_2 > max2"]
    assert contents == pools
    assert [len(resolved.terms(stage)["style"]) for stage in resolved.stages] == [2] * 7 + [1]


@pytest.mark.slow
def test_the_recipe_of_four_phases_paints(tmp_path: Path, vgg16: Path) -> None:
    pictures(tmp_path)
    recipe = yaml.safe_load(recipe_of_the_page())
    for stage in recipe["stages"]:
        stage.update(size=16 + stage["size"] // 50, steps=2)
    task = planned(yaml.safe_dump(recipe), tmp_path)
    painter = Painter(CPU, {"vgg16": vgg16})
    assert len(list(painter.paint(task))) == 16
    assert [result.cut for result in painter.results] == [None] * 8
    picture = painter.picture(task)
    assert picture.shape == (1, 3, 43, 64)
    assert picture.isfinite().all()
    names = [{name.split(".")[-1] for name in result.losses} for result in painter.results]
    assert names[0] == {"total", "gram_enhance", "moments", "content"}
    assert names[-1] == {"total", "mean", "gram", "content"}


class Clock:
    """Every look at it takes a second."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


def test_the_minutes_of_a_stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deepartist.painting.painter.time.perf_counter", Clock())
    kept: dict[str, StageResult] = {}

    class Kept:
        def load(self, key: str) -> StageResult | None:
            return kept.get(key)

        def save(self, task: object, result: StageResult) -> None:
            kept[task.key] = result  # type: ignore[attr-defined]

    stages = "[{size: 16, steps: 3, minutes: 0.06}, {size: 16, steps: 50, minutes: 0.06}, {size: 24, steps: 2}]"
    task = planned(f"style: sample:cells\nstages: {stages}", tmp_path)
    painter = Painter(CPU, {}, Kept())
    steps = [(step.stage, step.step) for step in painter.paint(task)]
    # 0.06 minutes are 3.6 seconds, over at the fourth look.
    assert steps == [(0, 1), (0, 2), (0, 3), (1, 1), (1, 2), (1, 3), (1, 4), (2, 1), (2, 2)]
    assert [result.cut for result in painter.results] == [None, 4, None]
    assert list(kept) == [task.stages[0].key]
    assert len(painter.results[1].losses["total"]) == 4


def test_curves_are_those_of_the_canvases_taken(tmp_path: Path) -> None:
    """A line search also looks at canvases that are not taken: their losses are in no curve."""
    task = planned("content: sample:face\nstyle: sample:marble\nsize: 48\nstages: {count: 1, steps: 25}", tmp_path)
    painter = Painter(CPU, {})
    steps = list(painter.paint(task))
    (result,) = painter.results
    assert result.losses["total"] == pytest.approx([step.loss for step in steps], rel=1e-4)
    for index, total in enumerate(result.losses["total"]):
        terms = [curve[index] for name, curve in result.losses.items() if name != "total"]
        assert sum(terms) == pytest.approx(total, rel=1e-3)
