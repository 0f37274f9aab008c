"""Films painted by the worker: frames are kept by themselves, refined, resumed, and encoded."""

import io
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from deepartist.finishing import closes
from deepartist.jobs.execute import Executor
from deepartist.jobs.film import Shots, between, in_order, moved, played, same_size
from deepartist.jobs.freeze import freeze
from deepartist.jobs.orders import order_of
from deepartist.plan import Plan, plan
from deepartist.recipe import Inputs, read_recipe
from deepartist.recipe.films import Moved, Through
from deepartist.store import Record, Store

SMALL = "size: 32\nstages: {count: 1, steps: 2}\n"
SQUARE = "size: [32, 32]\nstages: {count: 1, steps: 2}\n"
SWEEP = SMALL + "sweep: {style: [sample:strokes, sample:cells], frames: %d}"


def planned(text: str) -> Plan:
    return plan(read_recipe(text, Inputs([])), {})


def executor(store: Path, closed: Any = lambda: False) -> Executor:
    return Executor({"device": "cpu", "store": str(store), "weights": {}}, closed)


def paint(text: str, store: Path, seconds: float | None = None) -> tuple[Plan, list[dict[str, Any]]]:
    task = planned(text)
    return task, list(executor(store).run(order_of(task, seconds, again=False)))


def record_of(store: Path, task: Plan) -> Record:
    record = Store(store).get(task.key)
    assert record is not None
    return record


def test_a_sweep_becomes_a_film_with_all_its_frames(tmp_path: Path) -> None:
    task, events = paint(SWEEP % 3, tmp_path)
    assert events[-1] == {"event": "done"}
    assert {event.get("frame") for event in events[:-1]} == {0, 1, 2}
    record = record_of(tmp_path, task)
    assert record.data["film"]["labels"] == ["strokes 100%", "strokes 50% + cells 50%", "cells 100%"]
    assert {"webp", "gif", "frame-000", "frame-001", "frame-002"} <= set(record.outputs)
    with Image.open(io.BytesIO(record.content("gif"))) as gif:
        assert gif.n_frames == 4  # there and back: the middle is shown twice
        assert gif.info["duration"] == 670
    frames = [Store(tmp_path).get(frame.key) for frame in task.frames]
    assert all(frame is not None and frame.data["kind"] == "picture" for frame in frames)


def test_more_frames_paint_only_what_is_new(tmp_path: Path) -> None:
    paint(SWEEP % 3, tmp_path)
    _, events = paint(SWEEP % 5, tmp_path)
    assert {event.get("frame") for event in events[:-1]} == {1, 3}


def test_a_canvas_that_is_gone_is_painted_again_where_it_is_needed(tmp_path: Path) -> None:
    task, _ = paint(SWEEP % 3, tmp_path)
    Store(tmp_path).remove(task.frames[2].stages[-1].key)
    finer, events = paint(SWEEP % 5, tmp_path)
    assert events[-1] == {"event": "done"}
    assert {event.get("frame") for event in events[:-1]} == {1, 3, 4}
    assert Store(tmp_path).get(finer.key) is not None


def test_a_frame_between_begins_with_the_mean_of_both(tmp_path: Path) -> None:
    task, _ = paint(SWEEP % 3, tmp_path)
    worker = executor(tmp_path)
    worker.painter.checkpoints = None
    with pytest.raises(LookupError):
        next(worker.painter.paint(task.frames[1]))
    worker = executor(tmp_path)
    stored: Any = worker.painter.checkpoints
    one, other = (stored.load(key).canvas for key in task.frames[1].between or ())
    begun, _ = worker.painter._begin(task.frames[1], task.frames[1].stages[0])
    assert np.allclose(begun.numpy(), ((one + other) / 2).numpy())


def test_a_frame_is_the_painting_of_the_same_recipe(tmp_path: Path) -> None:
    alone = planned(SMALL + "style: sample:strokes")
    task, _ = paint(SMALL + "survey: {style: [sample:strokes, sample:cells]}", tmp_path)
    assert task.frames[0].key == alone.key
    assert Store(tmp_path).get(alone.key) is not None


def test_a_survey_is_a_labelled_sheet(tmp_path: Path) -> None:
    task, events = paint(SMALL + "style: sample:strokes\nsurvey: {size: [32, 48], seed: [1, 2]}", tmp_path)
    assert events[-1] == {"event": "done"}
    record = record_of(tmp_path, task)
    sheet, frame = record.outputs["webp"], record.outputs["frame-000"]
    assert (frame.width, frame.height) == (48, 48)  # the small one grows, to be compared
    assert sheet.width > 2 * 48
    assert sheet.height > 2 * (48 + 12)
    assert record.outputs["gif"].height > 48  # with its label


def test_a_sheet_is_there_without_loss_too(tmp_path: Path) -> None:
    record = record_of(tmp_path, paint(SMALL + "style: sample:cells\nsurvey: {seed: [1, 2]}", tmp_path)[0])
    frame = planned(SMALL + "style: sample:cells\nseed: 2")
    with Image.open(io.BytesIO(record.content("png"))) as sheet:
        pixels = np.asarray(sheet)
    with Image.open(io.BytesIO(record_of(tmp_path, frame).content("png"))) as alone:
        right = pixels[3:35, -35:-3]
        assert np.array_equal(right, np.asarray(alone))
    frozen = freeze(record, Store(tmp_path / "frozen"), 1600)
    assert "png" not in frozen.outputs
    assert "webp" in frozen.outputs


def test_what_is_larger_than_webp_can_hold_is_made_smaller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deepartist.jobs.film.MAX_WEBP", 70)
    task, events = paint(SMALL + "style: sample:cells\nsurvey: {seed: [1, 2, 3], columns: 3}", tmp_path)
    assert events[-1] == {"event": "done"}
    record = record_of(tmp_path, task)
    assert record.outputs["webp"].width == 70
    assert record.outputs["frame-000"].width == 32
    wide = [np.zeros((10, 140, 3), np.uint8)]
    assert [each.shape for each in Shots(wide, ["a"]).within(70).pictures] == [(5, 70, 3)]


def test_what_was_stopped_goes_on(tmp_path: Path) -> None:
    task = planned(SWEEP % 3)
    calls = count()
    list(executor(tmp_path, lambda: next(calls) > 3).run(order_of(task, None, again=False)))
    assert Store(tmp_path).get(task.key) is None
    assert Store(tmp_path).get(task.frames[0].key) is not None
    _, events = paint(SWEEP % 3, tmp_path)
    assert 0 not in {event.get("frame") for event in events}
    assert Store(tmp_path).get(task.key) is not None


def test_a_budget_ends_a_film_between_frames(tmp_path: Path) -> None:
    task, events = paint(SWEEP % 3, tmp_path, seconds=0.0)
    assert events[-1]["event"] == "stopped"
    assert Store(tmp_path).get(task.key) is None


def test_again_paints_every_frame_and_their_neighbours_first(tmp_path: Path) -> None:
    paint(SWEEP % 3, tmp_path)
    task = planned(SWEEP % 3)
    events = list(executor(tmp_path).run(order_of(task, None, again=True)))
    assert events[-1] == {"event": "done"}
    assert {event.get("frame") for event in events[:-1]} == {0, 1, 2}


def test_frames_come_after_those_that_they_begin_between() -> None:
    assert [index for index, _ in in_order(planned(SWEEP % 9))] == [0, 8, 4, 2, 1, 3, 6, 5, 7]


def test_labels_order_and_time_are_in_the_key() -> None:
    keys = {
        planned(SMALL + "style: sample:strokes\n" + film).key
        for film in (
            "jitter: 2",
            "jitter: {frames: 2, seconds: 2}",
            "survey: {seed: [0, 1]}",
            "survey: {seed: [0, 1], columns: 1}",
            "survey: {seed: [1, 0]}",
        )
    }
    assert len(keys) == 5


def test_pictures_of_other_shapes_get_a_border() -> None:
    wide, high = np.full((10, 20, 3), 200, np.uint8), np.full((20, 10, 3), 100, np.uint8)
    one, other = same_size([wide, high])
    assert one.shape == other.shape == (20, 20, 3)
    assert (one[0, 0] == 32).all()
    assert (one[10, 10] == 200).all()


def test_there_and_back_or_one_way() -> None:
    pictures = [np.full((2, 2, 3), value, np.uint8) for value in range(3)]
    for back, frames in ((True, [0, 1, 2, 1]), (False, [0, 1, 2])):
        film = read_recipe(SWEEP % 3 + "\n", Inputs([])).film
        assert film is not None
        shown, delay = played(pictures, film.model_copy(update={"back": back, "seconds": 3.0}))
        assert [int(each[0, 0, 0]) for each in shown] == frames
        assert delay == [1000] * len(frames)


def test_ends_are_held() -> None:
    pictures = [np.full((2, 2, 3), value, np.uint8) for value in range(3)]
    held = {
        "sweep: {style.weight: [1, 2], frames: 3, seconds: 3, hold: 0.5}": [1500, 1000, 1500, 1000],
        "sweep: {style.weight: [1, 2], frames: 3, seconds: 3, hold: 0.5, back: false}": [1500, 1000, 1500],
        "progress: {frames: 3, seconds: 3, hold: 2}": [1000, 1000, 3000],
    }
    for text, delays in held.items():
        film = read_recipe(SMALL + "style: sample:strokes\n" + text, Inputs([])).film
        assert film is not None
        assert played(pictures, film)[1] == delays


def test_without_a_codec_a_film_is_a_gif_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from deepartist.finishing import video

    monkeypatch.setitem(video.CODECS, "mp4", "libx999")
    task, events = paint(SMALL + "style: sample:strokes\njitter: 2", tmp_path)
    assert events[-1] == {"event": "done"}
    record = record_of(tmp_path, task)
    assert {"gif", "webm"} <= set(record.outputs)
    assert "mp4" not in record.outputs
    assert record.data["missing"] == "this build of PyAV has no libx999: mp4 films cannot be written"


def test_a_film_without_hold_keeps_its_key() -> None:
    film = planned(SMALL + "style: sample:strokes\nsweep: {style.weight: [1, 2], frames: 3}").resolved.film
    assert film is not None
    assert "hold" not in film.shown()
    assert film.model_copy(update={"hold": 1.0}).shown()["hold"] == 1.0


def test_a_frozen_film_is_whole(tmp_path: Path) -> None:
    task, _ = paint(SMALL + "style: sample:strokes\njitter: 2", tmp_path / "cache")
    record = record_of(tmp_path / "cache", task)
    frozen = freeze(record, Store(tmp_path / "frozen"), 1600)
    assert {role: each.sha256 for role, each in frozen.outputs.items()} == {
        role: each.sha256 for role, each in record.outputs.items()
    }
    assert frozen.data["film"] == record.data["film"]


def test_a_heavy_gif_is_not_frozen_beside_a_video(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deepartist.jobs.freeze.LARGEST_GIF", 100)
    task, _ = paint(SMALL + "style: sample:strokes\njitter: 2", tmp_path / "cache")
    record = record_of(tmp_path / "cache", task)
    frozen = freeze(record, Store(tmp_path / "frozen"), 1600)
    assert record.outputs.keys() - frozen.outputs.keys() == {"gif"}


@pytest.mark.parametrize("text", [SMALL + "style: sample:strokes", SWEEP % 3])
def test_what_is_stopped_has_one_last_event(tmp_path: Path, text: str) -> None:
    """Else the answer to the next order would be a wrong one."""
    worker = executor(tmp_path)
    worker.progressed = True
    events = list(worker.run(order_of(planned(text.replace("count: 1", "count: 2")), 0.0, again=False)))
    assert [event["event"] for event in events if event["event"] != "step"] == ["stopped"]


def test_a_ball_turns(tmp_path: Path) -> None:
    text = SMALL + "style: sample:cells\nview: {sphere: {repeats: 2}}\nrotate: 6"
    task, events = paint(text, tmp_path)
    assert events[-1] == {"event": "done"}
    record = record_of(tmp_path, task)
    assert record.data["film"]["labels"] == ["0°", "30°", "60°", "90°", "120°", "150°"]
    frames = [record.outputs[f"frame-{index:03}"] for index in range(6)]
    assert len({frame.sha256 for frame in frames}) == 6
    with Image.open(io.BytesIO(record.content("gif"))) as gif:
        assert gif.n_frames == 6
    # Other frames of the same ball paint nothing; where its canvas is gone it is painted again.
    slower, events = paint(text.replace("rotate: 6", "rotate: 4"), tmp_path)
    assert [event["event"] for event in events] == ["done"]
    Store(tmp_path).remove(slower.frames[0].stages[-1].key)
    _, events = paint(text.replace("rotate: 6", "rotate: 5"), tmp_path)
    assert len(events) > 1
    assert events[-1] == {"event": "done"}


def test_a_zoom_has_no_end(tmp_path: Path) -> None:
    text = SMALL.replace("32", "64") + "style: sample:cells\nview: polar\nzoom: 8"
    task, _ = paint(text, tmp_path)
    record = record_of(tmp_path, task)
    assert record.data["film"]["labels"][:3] == ["0%", "12%", "25%"]
    painter = executor(tmp_path)
    canvas, resolved = painter._canvas(task.frames[0]), task.resolved
    assert isinstance(resolved.film, Moved)
    frames = moved(canvas, resolved, resolved.film).pictures
    assert closes(frames) == pytest.approx(1, abs=0.15)
    shown = record_of(tmp_path, task.frames[0])
    with Image.open(io.BytesIO(shown.content("png"))) as picture:
        assert np.array_equal(np.asarray(picture), frames[0])


@pytest.mark.parametrize(
    ("view", "degrees"),
    [
        ("{kaleidoscope: {segments: 6}}", 60),
        ("{kaleidoscope: {segments: 5, mirror: true}}", 72),
        ("[wrap, {kaleidoscope: {segments: 6, colors: [2, 3, 1]}}]", 180),
        ("{rotate: {angles: [120, 240]}}", 120),
        ("{rotate: {angles: 60}}", 360),
    ],
)
def test_a_kaleidoscope_turns(tmp_path: Path, view: str, degrees: float) -> None:
    text = SMALL.replace("32", "64") + f"style: sample:cells\nview: {view}\nrotate: 8"
    task, _ = paint(text, tmp_path)
    record = record_of(tmp_path, task)
    assert record.data["film"]["labels"][1] == f"{degrees / 8:.0f}°"
    assert {(each.width, each.height) for each in record.outputs.values()} == {(70, 70)}  # a disc with a margin
    canvas = executor(tmp_path)._canvas(task.frames[0])
    assert isinstance(task.resolved.film, Moved)
    # After all of the turn it is as at the beginning, and before that it is not.
    longer = task.resolved.film.model_copy(update={"frames": 24})
    frames = [each.astype(int) for each in moved(canvas, task.resolved, longer).pictures]
    steps = [np.abs(one - other).mean() for one, other in zip(frames, [*frames[1:], frames[0]], strict=True)]
    assert steps[-1] == pytest.approx(np.median(steps), rel=0.25)
    assert min(np.abs(frames[0] - each).mean() for each in frames[1:]) > 2
    assert frames[0][0, 0].tolist() == [23, 23, 23]


def test_a_zoom_goes_through_pictures(tmp_path: Path) -> None:
    text = SQUARE + "style: sample:strokes\nzoom: {through: [sample:face, sample:cells], frames: 2, seconds: 1.6}"
    task, events = paint(text, tmp_path)
    assert events[-1] == {"event": "done"}
    assert {event["frame"] for event in events[:-1]} == {0, 1, 2, 3}
    record = record_of(tmp_path, task)
    assert record.data["film"]["labels"] == ["face", "face 50%", "cells", "cells 50%"]
    with Image.open(io.BytesIO(record.content("gif"))) as gif:
        assert gif.n_frames == 16
        assert gif.info["duration"] == 100
    # The pictures themselves are ordinary paintings.
    alone = planned(SQUARE + "content: sample:face\nstyle: sample:strokes")
    assert task.frames[0].key == alone.key
    # Another order begins with what is there.
    _, events = paint(text.replace("[sample:face, sample:cells]", "[sample:cells, sample:face]"), tmp_path)
    assert events == [{"event": "done"}]


def test_a_zoom_ends_where_it_begins() -> None:
    """Each frame is shown between its neighbours: what is played has no step larger than the others."""
    film = read_recipe("style: sample:strokes\nsize: 64\nzoom: {through: sample:face, frames: 8}", Inputs([])).film
    assert isinstance(film, Through)
    plain = [np.full((64, 64, 3), level, np.uint8) for level in (50, 100) * 4]
    shots = between(Shots(plain, []), film)
    assert len(shots.played) == 32
    back = np.abs(shots.played[31].astype(int) - shots.played[0]).mean()
    assert back == pytest.approx(np.abs(shots.played[3].astype(int) - shots.played[4]).mean(), abs=0.5)
    assert back < 20
    assert np.array_equal(shots.played[4], plain[1])
    middle = [int(each[32, 32, 0]) for each in shots.played]
    assert middle[:5] == [50, 62, 75, 88, 100]
    assert int(shots.played[1][0, 0, 0]) == 50  # the next picture comes from the middle
