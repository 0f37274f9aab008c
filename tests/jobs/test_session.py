"""Settings, what a session finds and wants, and the protocol with its worker."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from deepartist.jobs import Session, Settings, WeightsFile, WorkerDied
from deepartist.jobs.process import WorkerProcess
from deepartist.jobs.progress import fetching, progress
from deepartist.plan import Plan
from deepartist.recipe import Inputs, Resolved, read_recipe

WORKER = """
import json, sys, time
options = json.loads(sys.argv[1])
def send(**event):
    print(json.dumps(event), flush=True)
{start}
send(event="ready", device="cpu", name="a test")
for line in sys.stdin:
    order = json.loads(line)
{paint}
"""
OPENED = subprocess.Popen
DONE = """
    send(event="step", key=order["key"], stage=0, stages=1, step=1, steps=1, loss=0.5)
    send(event="done", key=order["key"])
"""


@pytest.fixture
def resolved() -> Resolved:
    return read_recipe("style: sample:strokes\nsize: 512", Inputs([]))


@pytest.fixture
def fake_worker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Replaces the worker's program by one that starts and paints as told."""

    def use(paint: str = DONE, start: str = "") -> None:
        script = tmp_path / "worker.py"
        script.write_text(WORKER.format(start=start, paint=paint), encoding="utf-8")
        launch = tmp_path / "launch.py"
        launch.write_text(f"import sys, runpy; sys.argv = sys.argv[2:]; runpy.run_path({str(script)!r})")

        def started(command: list[str], **options: Any) -> Any:
            assert command[1:3] == ["-m", "deepartist.jobs.worker"]
            return OPENED([sys.executable, str(launch), *command[1:]], **options)

        monkeypatch.setattr("deepartist.jobs.process.subprocess.Popen", started)

    return use


def put(session: Session, plan: Plan) -> None:
    session.store.put(plan.key, {"png": (b"x", ".png", 1, 1)}, {})


def test_what_is_found(resolved: Resolved, tmp_path: Path) -> None:
    session = Session(Settings(), tmp_path)
    assert session.store.root == tmp_path / ".cache" / "deepartist"
    final, small = session.plan(resolved, "final"), session.plan(resolved, "draft")
    assert (session.find(resolved).state, session.find(resolved).plan) == ("missing", final)
    put(session, small)
    assert (session.find(resolved).state, session.find(resolved).plan) == ("draft", small)
    put(session, final)
    assert (session.find(resolved).state, session.find(resolved).plan) == ("ready", final)


@pytest.mark.parametrize(
    ("quality", "render", "there", "state"),
    [
        ("final", "missing", "draft", "missing"),
        ("final", "never", "draft", "draft"),
        ("draft", "missing", "final", "missing"),
        ("draft", "never", "final", "ready"),
        ("auto", "missing", "final", "ready"),
        ("auto", "all", "final", "missing"),
    ],
)
def test_which_quality_will_do(
    quality: Any, render: Any, there: Any, state: str, resolved: Resolved, tmp_path: Path
) -> None:
    session = Session(Settings(quality=quality, render=render), tmp_path)
    put(session, session.plan(resolved, there))
    assert session.find(resolved).state == state


def test_what_is_wanted(resolved: Resolved, tmp_path: Path, fake_worker: Any) -> None:
    fake_worker()
    for quality, size in (("draft", (256, 256)), ("final", (512, 512)), ("auto", (256, 256))):
        with Session(Settings(quality=quality), tmp_path) as session:  # type: ignore[arg-type]
            assert session.wanted(resolved).size == size
    fake_worker(start='send(event="ready", device="cuda", name="a GPU")')
    with Session(Settings(), tmp_path) as session:
        assert session.wanted(resolved).size == (512, 512)


def test_an_order_and_its_events(resolved: Resolved, tmp_path: Path, fake_worker: Any) -> None:
    fake_worker(paint="    (open(options['store'] + '/order.json', 'w')).write(line)" + DONE)
    events: list[dict[str, Any]] = []
    with Session(Settings(budget=5), tmp_path) as session:
        plan = session.plan(resolved, "draft")
        outcome = session.paint([plan, plan], events.append)[plan.key]
        assert outcome.message == "the painting was finished but cannot be found in the cache"
        order = json.loads((session.store.root / "order.json").read_text())
        process = session.worker
        assert process.alive
    assert not process.alive
    assert [event["event"] for event in events] == ["step", "done"]
    assert order["recipe"] == plan.resolved.canonical()
    assert (order["key"], order["quality"], order["again"], order["images"]) == (plan.key, "draft", False, {})
    assert 290 < order["seconds"] <= 300


@pytest.mark.parametrize(
    ("paint", "start", "message", "pending"),
    [
        ('    send(event="failed", key=order["key"], message="no")\n', "", "no", False),
        ('    send(event="stopped", key=order["key"], message="later")\n', "", "later", True),
        ("    sys.exit('something broke')\n", "", "the painting process ended with code 1: something broke", False),
        ("", 'send(event="failed", message="no such device"); sys.exit()', "no such device", False),
        ("", "sys.exit(3)", "the painting process ended with code 3", False),
    ],
)
def test_how_a_painting_ends(
    paint: str, start: str, message: str, pending: bool, resolved: Resolved, tmp_path: Path, fake_worker: Any
) -> None:
    fake_worker(paint=paint or DONE, start=start)
    with Session(Settings(), tmp_path) as session:
        plan = session.plan(resolved, "draft")
        outcome = session.paint([plan])[plan.key]
    assert (outcome.record, outcome.message, outcome.pending) == (None, message, pending)


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_a_killed_worker_is_one_failed_painting(resolved: Resolved, tmp_path: Path, fake_worker: Any) -> None:
    fake_worker(paint="    import os, signal; os.kill(os.getpid(), signal.SIGKILL)\n")
    with Session(Settings(), tmp_path) as session:
        plans = [session.plan(resolved, quality) for quality in ("draft", "final")]  # type: ignore[arg-type]
        outcomes = session.paint(plans)
    message = "the painting process was killed (SIGKILL): most likely out of memory, try a smaller size"
    assert [outcome.message for outcome in outcomes.values()] == [message, message]


def test_a_worker_that_does_not_start(tmp_path: Path, fake_worker: Any) -> None:
    fake_worker(start="raise RuntimeError('no torch here')")
    with pytest.raises(WorkerDied, match="ended with code 1: RuntimeError: no torch here"):
        WorkerProcess("auto", tmp_path, {})


def test_a_used_up_budget(resolved: Resolved, tmp_path: Path) -> None:
    session = Session(Settings(budget=1e-9), tmp_path)
    plan = session.plan(resolved, "draft")
    outcome = session.paint([plan])[plan.key]
    assert outcome.pending
    assert outcome.message.endswith("is used up; the next build goes on")


def test_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own.pth").write_bytes(b"own")
    session = Session(Settings.model_validate({"weights": {"vgg19": "own.pth"}}), tmp_path)
    digest = hashlib.sha256(b"own").hexdigest()
    assert session.weights == {"vgg19": digest}
    declared = Settings.model_validate({"weights": {"vgg19": {"file": "none.pth", "sha256": "a" * 64}}})
    assert Session(declared, tmp_path).weights == {"vgg19": "a" * 64}
    missing = Session(Settings.model_validate({"weights": {"vgg19": "none.pth"}}), tmp_path)
    with pytest.raises(ValueError, match=r"none\.pth cannot be read: No such file"):
        _ = missing.weights
    monkeypatch.setenv("DEEPARTIST_WEIGHTS_VGG16", str(tmp_path / "own.pth"))
    assert Settings().weight_files() == {"vgg16": WeightsFile(file=tmp_path / "own.pth")}
    assert Session(Settings(), tmp_path).weights == {"vgg16": digest}


def test_settings_are_checked() -> None:
    with pytest.raises(ValidationError, match='unknown word "devise"'):
        Settings.model_validate({"devise": "cpu"})


def test_fetching_on_a_terminal_and_in_a_log(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # for rich, standard error is a terminal now
    monkeypatch.setenv("TERM", "xterm")
    with fetching(2, terminal=False) as done:
        done()
    assert capsys.readouterr() == ("", "")
    with fetching(2, terminal=True) as done:
        done()
        done()
    said = capsys.readouterr().err
    assert "asking remotes" in said
    assert "2/2" in said


def test_progress_in_a_log() -> None:
    lines: list[str] = []
    with progress({"k1": "one", "k2": "two"}, lines.append, terminal=False) as report:
        report({"event": "step", "key": "k1", "stage": 0, "stages": 1, "step": 1, "steps": 2, "loss": 1.0})
        report({"event": "done", "key": "k1"})
        report({"event": "failed", "key": "k2"})
    assert lines == ["painted 1/2: one (0 s)", "failed 2/2: two (0 s)"]


def test_progress_on_a_terminal() -> None:
    lines: list[str] = []
    with progress({"k1": "one"}, lines.append, terminal=True) as report:
        report({"event": "step", "key": "k1", "stage": 0, "stages": 1, "step": 1, "steps": 2, "loss": 1.0})
        report({"event": "done", "key": "k1"})
    assert lines == ["painted 1/1: one (0 s)"]
