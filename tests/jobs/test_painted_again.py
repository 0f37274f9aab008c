"""The worker's side of pictures from elsewhere: what it is told by name it finds with the same key."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deepartist.jobs import Session, Settings
from deepartist.jobs.execute import Executor
from deepartist.jobs.orders import order_of
from deepartist.recipe import read_recipe
from deepartist.sources.pictures import load_picture

SMALL = "size: 32\nstages: {count: 1, steps: 1}\npipeline: pixels\n"


@pytest.fixture
def session(tmp_path: Path) -> Session:
    Image.effect_noise((40, 20), 90).convert("RGB").save(tmp_path / "a.png")
    return Session(Settings(hosts=("example.org",)), tmp_path)


def painted(session: Session, tmp_path: Path, text: str) -> str:
    """The key of a recipe that an executor has painted."""
    plan = session.plan(read_recipe(SMALL + text, session.inputs([tmp_path])), "final")
    options = {"device": "cpu", "store": str(session.store.root), "weights": {}}
    events = list(Executor(options, lambda: False).run(order_of(plan, None, again=False)))
    assert events[-1] == {"event": "done"}
    return plan.key


def test_painting_on(session: Session, tmp_path: Path) -> None:
    first = painted(session, tmp_path, "style: a.png\ncontent: a.png")
    second = painted(session, tmp_path, f"style: a.png\nstart: painting:{first[:10]}")
    record = session.store.get(second)
    assert record is not None
    assert record.data["recipe"]["start"] == {"image": f"canvas:{first}", "colors": "own"}
    assert (record.outputs["png"].width, record.outputs["png"].height) == (32, 16)
    third = painted(session, tmp_path, f"content: painting:{first}\nstyle: painting:{second}")
    assert len({first, second, third}) == 3
    # What is painted on from is the canvas of the store, not the file: between the levels of 8 bits.
    canvas = session.inputs([]).image(f"canvas:{first}")
    levels = load_picture(canvas) * 255
    assert np.abs(levels - levels.round()).max() > 0.1
    picture = load_picture(session.inputs([]).image(f"painting:{first}")) * 255
    assert np.abs(levels - picture).max() <= 0.501


def test_an_address_is_its_file(session: Session, tmp_path: Path) -> None:
    from deepartist.sources.addresses import Pin

    address = "https://example.org/a.png"
    content = (tmp_path / "a.png").read_bytes()
    sha256 = str(session.inputs([tmp_path]).image("a.png").key["sha256"])
    session.addresses.pin({address: Pin(sha256=sha256, width=40, height=20)})
    path = session.addresses.path(address, sha256)
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    key = painted(session, tmp_path, f"style: {address}")
    assert key == painted(session, tmp_path, "style: a.png")
