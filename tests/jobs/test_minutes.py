"""Stages with a limit of minutes: what is shown, what is kept, and what is never taken for a finished painting."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from deepartist.jobs import Session, Settings
from deepartist.jobs.process import Event
from deepartist.recipe import Inputs, Resolved, read_recipe

SHORT = "style: style.png\nstages: [{size: 32, steps: 3}, {size: 32, steps: 9999, minutes: 0.01}, {size: 48, steps: 2}]"
FREE = SHORT.replace(", minutes: 0.01", "").replace("9999", "4")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Image.effect_noise((48, 48), 80).convert("RGB").save(tmp_path / "style.png")
    return tmp_path


def read(text: str, folder: Path) -> Resolved:
    return read_recipe(text, Inputs([folder]))


def test_a_painting_cut_short_is_shown_and_says_so(folder: Path) -> None:
    settings = Settings(quality="final", cache_dir=Path("cache"))
    with Session(settings, folder) as session:
        resolved = read(SHORT, folder)
        plan = session.wanted(resolved)
        events: list[Event] = []
        record = session.paint([plan], events.append)[plan.key].record
        assert record is not None
        assert events[-1]["event"] == "done"
        last = max(event["step"] for event in events if event["event"] == "step" and event["stage"] == 1)
        assert 1 <= last < 9999
        assert record.data["cut"].startswith("cut short by its minutes: stage 2 at step ")
        assert record.data["cut"].endswith(" of 9999")
        assert record.outputs["png"].width == 48, "the stages after it are painted all the same"
        kept = [session.store.get(stage.key) is not None for stage in plan.stages]
        assert kept == [True, False, False], "nothing that was cut short, or follows it, is kept as a stage"
        assert session.find(resolved).state == "ready", "under the same limit it is not painted again"
        for other in (SHORT.replace("0.01", "0.02"), SHORT.replace(", minutes: 0.01", "")):
            assert session.find(read(other, folder)).state == "missing", "what was cut short is no hit for more time"


def test_a_limit_that_is_not_reached_changes_nothing(folder: Path) -> None:
    settings = Settings(quality="final", cache_dir=Path("cache"))
    limited = FREE.replace("steps: 4", "steps: 4, minutes: 90")
    with Session(settings, folder) as session:
        free, plan = session.wanted(read(FREE, folder)), session.wanted(read(limited, folder))
        assert free.stages[1].key == plan.stages[1].key
        assert free.key != plan.key
        one = session.paint([free])[free.key].record
        events: list[Event] = []
        other = session.paint([plan], events.append)[plan.key].record
    assert [event["event"] for event in events] == ["done"], "its stages were there"
    assert one is not None
    assert other is not None
    assert other.data["cut"] == ""
    with Image.open(one.path("png")) as a, Image.open(other.path("png")) as b:
        assert a.tobytes() == b.tobytes()


def test_a_budget_does_not_stop_what_would_begin_anew(folder: Path) -> None:
    """A build that stops after a stage cut short would paint that stage again and again."""
    settings = Settings(quality="final", cache_dir=Path("cache"), budget=0.001)
    with Session(settings, folder) as session:
        text = SHORT.replace("{size: 32, steps: 3}, ", "")
        plan = session.wanted(read(text, folder))
        assert session.paint([plan])[plan.key].record is not None
