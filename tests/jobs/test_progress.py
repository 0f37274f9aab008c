"""Films of how a painting comes into being: it is painted once, and is the painting that it is without them."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from deepartist.jobs.execute import Executor
from deepartist.jobs.orders import order_of
from deepartist.plan import Plan, plan
from deepartist.recipe import Inputs, read_recipe
from deepartist.recipe.films import Progress
from deepartist.store import Record, Store

PAINTING = "size: 48\nstyle: sample:strokes\nstages: [{size: 24, steps: 4}, {size: 48, steps: 6}]\n"


def planned(text: str) -> Plan:
    return plan(read_recipe(text, Inputs([])), {})


def paint(text: str, store: Path, **options: Any) -> tuple[Plan, list[dict[str, Any]]]:
    task = planned(text)
    executor = Executor({"device": "cpu", "store": str(store), "weights": {}}, options.get("closed", lambda: False))
    return task, list(executor.run(order_of(task, options.get("seconds"), again=options.get("again", False))))


def record_of(store: Path, key: str) -> Record:
    record = Store(store).get(key)
    assert record is not None
    return record


def pixels(record: Record, role: str) -> np.ndarray:
    with Image.open(io.BytesIO(record.content(role))) as picture:
        return np.asarray(picture.convert("RGB")).astype(int)


@pytest.mark.parametrize(
    ("frames", "steps", "found"),
    [
        (6, [4, 6], [[0, 1, 4], [1, 3, 6]]),
        (24, [4, 6], [[0, 1, 2, 3, 4], [1, 2, 3, 4, 5, 6]]),
        (2, [50, 50, 50], [[0, 50], [50], [50]]),
        (5, [100], [[0, 12, 35, 65, 100]]),
        (4, [1, 200, 1], [[0, 1], [200], [1]]),
    ],
)
def test_more_is_seen_of_the_beginning_of_each_stage(frames: int, steps: list[int], found: list[list[int]]) -> None:
    assert Progress(frames=frames).moments(steps) == found


def test_the_painting_keeps_its_key_and_is_painted_once(tmp_path: Path) -> None:
    film, events = paint(PAINTING + "progress: 6", tmp_path)
    assert events[-1] == {"event": "done"}
    assert [(event["stage"], event["step"]) for event in events[:-1]] == [
        *((0, step) for step in range(1, 5)),
        *((1, step) for step in range(1, 7)),
    ]
    alone = planned(PAINTING)
    assert film.frames[0].key == alone.key
    _, events = paint(PAINTING, tmp_path)
    assert events == [{"event": "done"}]
    record = record_of(tmp_path, film.key)
    assert record.data["film"]["labels"] == [
        "the beginning", "stage 1, step 1", "stage 1, step 4", "stage 2, step 1", "stage 2, step 3", "stage 2, step 6",
    ]  # fmt: skip
    assert {(each.width, each.height) for each in record.outputs.values()} == {(48, 48)}
    assert np.abs(pixels(record, "webp") - pixels(record_of(tmp_path, alone.key), "png")).mean() < 12
    assert np.abs(pixels(record, "frame-000") - pixels(record, "frame-005")).mean() > 15
    with Image.open(io.BytesIO(record.content("gif"))) as gif:
        assert gif.info["duration"] == 670
        gif.seek(gif.n_frames - 1)
        assert gif.info["duration"] == 1670


def test_another_tempo_paints_nothing_and_other_frames_do(tmp_path: Path) -> None:
    paint(PAINTING + "progress: 6", tmp_path)
    _, events = paint(PAINTING + "progress: {frames: 6, seconds: 9, hold: 0}", tmp_path)
    assert events == [{"event": "done"}]
    _, events = paint(PAINTING + "progress: 4", tmp_path)
    assert len(events) == 11


def test_a_painting_that_is_there_is_painted_again_and_stays(tmp_path: Path) -> None:
    alone, _ = paint(PAINTING, tmp_path)
    written = record_of(tmp_path, alone.key).folder / "record.json"
    before = written.stat().st_mtime_ns
    film, events = paint(PAINTING + "progress: 6", tmp_path)
    assert len(events) == 11
    assert written.stat().st_mtime_ns == before
    assert Store(tmp_path).get(film.key) is not None


def test_what_was_stopped_goes_on_with_the_next_stage(tmp_path: Path) -> None:
    calls = iter(range(100))
    film, _ = paint(PAINTING + "progress: 6", tmp_path, closed=lambda: next(calls) > 6)
    assert Store(tmp_path).get(film.key) is None
    _, events = paint(PAINTING + "progress: 6", tmp_path)
    assert {event["stage"] for event in events[:-1]} == {1}
    assert len(record_of(tmp_path, film.key).data["film"]["labels"]) == 6


def test_again_takes_all_pictures_again(tmp_path: Path) -> None:
    paint(PAINTING + "progress: 6", tmp_path)
    _, events = paint(PAINTING + "progress: 6", tmp_path, again=True)
    assert len(events) == 11


def test_frames_are_finished_as_the_painting_is(tmp_path: Path) -> None:
    film, _ = paint(PAINTING + "finish: {repeat: {columns: 2, rows: 1}}\nprogress: 3", tmp_path)
    record = record_of(tmp_path, film.key)
    assert {(each.width, each.height) for each in record.outputs.values()} == {(96, 48)}


def test_its_pictures_belong_to_the_film() -> None:
    film = planned(PAINTING + "progress: 6")
    assert {each.key for each in film.snapshots} <= film.keys
    assert not {each.key for each in film.snapshots} & planned(PAINTING).keys
