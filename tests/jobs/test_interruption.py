"""The worker for real: kills, two builds at once, budgets, failures. Small recipes, a few seconds each."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from deepartist.jobs import Event, Session, Settings
from deepartist.recipe import Inputs, Resolved, read_recipe

LONG = "style: style.png\nstages: [{size: 32, steps: 6}, {size: 64, steps: 4000}]"
QUICK = "style: style.png\nsize: 32\nstages: {count: 1, steps: 4}\n"

BUILD = """
import json, sys
from pathlib import Path
from deepartist.jobs import Session, Settings
from deepartist.recipe import Inputs, read_recipe

folder, cache, text = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
with Session(Settings(quality="final", cache_dir=cache), folder) as session:
    resolved = read_recipe(text, Inputs([folder]))
    plan = session.wanted(resolved)
    print(json.dumps({"pid": session.worker.pid, "key": plan.key}), flush=True)
    def report(event):
        print(json.dumps(event), flush=True)
    outcome = session.paint([plan], report)[plan.key]
    print(json.dumps({"event": "end", "message": outcome.message, "painted": outcome.record is not None}), flush=True)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pixels = np.random.Generator(np.random.Philox(1)).integers(0, 255, (48, 48, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "style.png")
    Image.new("RGB", (8, 8), "#e01020").save(tmp_path / "red.png")
    return tmp_path


def read(text: str, folder: Path) -> Resolved:
    return read_recipe(text.replace("", ""), Inputs([folder]))


@pytest.fixture
def session(folder: Path) -> Iterator[Session]:
    with Session(Settings(quality="final", cache_dir=Path("cache")), folder) as session:
        yield session


def gone(pid: int) -> bool:
    """No such process, or a zombie that nobody has collected."""
    try:
        return "Z" in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return True


def wait_until(condition: Any, seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_a_killed_worker_is_one_failed_painting(folder: Path, session: Session) -> None:
    plan = session.wanted(read(LONG, folder))

    def kill(event: Event) -> None:
        if event["event"] == "step" and event["stage"] == 1:
            os.kill(session.worker.pid, signal.SIGKILL)

    quick = session.wanted(read(QUICK, folder))
    outcomes = session.paint([plan, quick], kill)
    assert outcomes[plan.key].record is None
    assert outcomes[plan.key].message.startswith("the painting process was killed (SIGKILL): most likely out of memory")
    assert outcomes[quick.key].record is not None, "the next painting gets a new worker"
    assert session.find(read(LONG, folder)).state == "missing", "failures are never cached"
    assert session.store.get(plan.stages[0].key) is not None, "the finished stage is kept"


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_a_killed_build_takes_its_worker_along_and_the_next_one_goes_on(folder: Path) -> None:
    text = "style: style.png\nstages: [{size: 32, steps: 6}, {size: 64, steps: 600}]"
    arguments = [sys.executable, "-c", BUILD, str(folder), "cache", text]
    build = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
    assert build.stdout is not None
    first = json.loads(build.stdout.readline())
    for line in build.stdout:
        if json.loads(line).get("stage") == 1:
            break
    build.kill()
    build.wait()
    assert wait_until(lambda: gone(first["pid"])), "the worker must not go on without its build"
    cache = folder / "cache"
    assert not list(cache.rglob(f"{first['key']}/record.json"))
    events: list[Event] = []
    with Session(Settings(quality="final", cache_dir=Path("cache")), folder) as session:
        plan = session.wanted(read(text, folder))
        outcome = session.paint([plan], events.append)[plan.key]
    assert outcome.record is not None
    assert {event["stage"] for event in events if event["event"] == "step"} == {1}, (
        "the first stage was finished before"
    )
    leftovers = [path for path in cache.rglob(".*") if path.is_file() and path.suffix != ".lock"]
    assert leftovers == []


def test_two_builds_at_once_paint_once(folder: Path) -> None:
    text = "style: style.png\nsize: 64\nstages: {count: 1, steps: 60}"
    arguments = [sys.executable, "-c", BUILD, str(folder), "cache", text]
    builds = [subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    steps = []
    for build in builds:
        output, _ = build.communicate(timeout=120)
        events = [json.loads(line) for line in output.splitlines()]
        assert events[-1] == {"event": "end", "message": "", "painted": True}
        steps.append(sum(event.get("event") == "step" for event in events))
    assert min(steps) == 0, "one of the two found the result of the other"
    assert max(steps) > 0


def test_equal_plans_are_painted_once(folder: Path, session: Session) -> None:
    plan = session.wanted(read(QUICK, folder))
    again = session.wanted(read(QUICK + "# a comment\n", folder))
    events: list[Event] = []
    outcomes = session.paint([plan, again], events.append)
    assert list(outcomes) == [plan.key]
    assert [event["event"] for event in events].count("done") == 1


def test_a_budget_stops_and_the_next_build_goes_on(folder: Path) -> None:
    text = "style: style.png\nstages: [{size: 32, steps: 5}, {size: 64, steps: 20000}]"
    with Session(Settings(quality="final", cache_dir=Path("cache"), budget=0.05), folder) as session:
        plan = session.wanted(read(text, folder))
        outcome = session.paint([plan])[plan.key]
        assert outcome.pending
        assert outcome.record is None
        assert outcome.message == "the time is used up in stage 2 of 2; the next build goes on"
        late = session.paint([session.wanted(read(QUICK, folder))])
        assert [each.message for each in late.values()] == [
            "the budget of 0.05 minutes is used up; the next build goes on"
        ]
        assert session.store.get(plan.stages[0].key) is not None
        assert session.find(read(text, folder)).state == "missing", "what was cut short is never a hit"


def test_all_paints_again(folder: Path, session: Session) -> None:
    plan = session.wanted(read(QUICK, folder))
    before = session.paint([plan])[plan.key].record
    with Session(Settings(quality="final", render="all", cache_dir=Path("cache")), folder) as again:
        assert again.find(read(QUICK, folder)).state == "missing"
        events: list[Event] = []
        after = again.paint([again.wanted(read(QUICK, folder))], events.append)[plan.key].record
        assert again.find(read(QUICK, folder)).state == "ready"
    assert any(event["event"] == "step" for event in events)
    assert before is not None
    assert after is not None
    assert before.outputs == after.outputs, "the same recipe on the same device gives the same bytes"


def test_a_picture_that_changes_during_the_build(folder: Path, session: Session) -> None:
    plan = session.wanted(read(QUICK, folder))
    Image.new("RGB", (48, 48), "red").save(folder / "style.png")
    outcome = session.paint([plan])[plan.key]
    assert outcome.message == "a picture or a weights file was changed during the build: build again"
    assert not session.store.get(plan.key)


def test_a_truncated_picture_fails_with_its_name(folder: Path, session: Session) -> None:
    Image.open(folder / "style.png").resize((400, 400)).save(folder / "style.jpg")
    content = (folder / "style.jpg").read_bytes()
    (folder / "style.jpg").write_bytes(content[: len(content) // 2])
    plan = session.wanted(read(QUICK.replace("png", "jpg"), folder))
    assert session.paint([plan])[plan.key].message.startswith('"style.jpg" cannot be decoded: image file is truncated')


def test_missing_weights_say_what_to_do(folder: Path, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCH_HOME", str(folder / "empty"))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    plan = session.wanted(read(QUICK + "pipeline: squeezenet\n", folder))
    message = session.paint([plan])[plan.key].message
    assert message.startswith("the weights of squeezenet (5 MB) are not on this computer and cannot be downloaded")


def test_a_cache_that_cannot_be_written(folder: Path) -> None:
    (folder / "file").write_text("in the way")
    with Session(Settings(quality="final", cache_dir=Path("file/cache")), folder) as session:
        plan = session.wanted(read(QUICK, folder))
        message = session.paint([plan])[plan.key].message
    assert message.startswith("the cache folder ")
    assert "cannot be written" in message


def test_a_device_that_is_not_there(folder: Path) -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("this computer has a GPU")
    with Session(Settings(quality="final", device="cuda", cache_dir=Path("cache")), folder) as session:
        plan = session.wanted(read(QUICK, folder))
        message = session.paint([plan])[plan.key].message
    assert message == 'this computer has no device "cuda" that torch can use (there is: cpu)'


def test_out_of_memory_is_a_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    from deepartist.jobs.execute import Executor
    from deepartist.painting.painter import Painter

    def hungry(self: Painter, plan: object) -> Iterator[None]:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB")
        yield

    monkeypatch.setattr(Painter, "paint", hungry)
    with Session(Settings(quality="final", cache_dir=Path("cache")), folder) as session:
        plan = session.plan(read(QUICK, folder), "final")
    executor = Executor({"device": "cpu", "store": str(folder / "cache"), "weights": {}}, closed=lambda: False)
    order = {
        "key": plan.key, "recipe": plan.resolved.canonical(), "images": {"style.png": str(folder / "style.png")},
        "quality": "final", "seconds": None, "again": False,
    }  # fmt: skip
    (event,) = executor.run(order)
    assert event["event"] == "failed"
    assert event["message"].startswith("out of memory on CPU")


def test_the_record_knows_how_it_was_made(folder: Path, session: Session) -> None:
    from deepartist.finishing import read_passport

    resolved = read(QUICK, folder)
    plan = session.wanted(resolved)
    record = session.paint([plan])[plan.key].record
    assert record is not None
    assert record.data["recipe"] == resolved.canonical()
    assert record.data["device"] == "cpu"
    assert record.data["seconds"] > 0
    assert record.data["inputs"][0]["reference"] == "style.png"
    assert len(record.data["inputs"][0]["sha256"]) == 64
    assert set(record.data["versions"]) == {"deepartist", "torch", "python"}
    assert sum(len(stage["total"]) for stage in record.data["losses"]) == 4
    for role in ("png", "webp"):
        output = record.outputs[role]
        assert (output.width, output.height) == (32, 32)
        passport = read_passport(record.path(role))
        assert passport is not None
        assert passport["key"] == plan.key
        repainted = read_recipe(json.dumps(passport["recipe"]), Inputs([folder]))
        assert session.plan(repainted, "final").key == plan.key, "a picture's recipe paints the same picture"


def test_another_finish_paints_nothing(folder: Path, session: Session) -> None:
    plain, red = read(QUICK, folder), read(QUICK + "\nfinish: {recolor: {image: red.png}}", folder)
    one, other = session.wanted(plain), session.wanted(red)
    session.paint([one])
    events: list[Any] = []
    record = session.paint([other], events.append)[other.key].record
    assert record is not None
    assert [event["event"] for event in events] == ["done"]
    painted = np.asarray(Image.open(record.path("png")), float)
    assert painted[..., 0].mean() > 150 > 50 > painted[..., 2].mean()
