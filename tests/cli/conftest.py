"""Fixtures of the command line's tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from fakes import FakeWorker, Run
from PIL import Image

from deepartist.cli import main


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> type[FakeWorker]:
    monkeypatch.setattr("deepartist.jobs.session.WorkerProcess", FakeWorker)
    monkeypatch.setattr(FakeWorker, "painted", [])
    monkeypatch.setattr(FakeWorker, "workers", [])
    monkeypatch.setattr(FakeWorker, "ending", "done")
    return FakeWorker


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with one recipe and one picture."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    Image.new("RGB", (32, 16), "navy").save(folder / "a.png")
    (folder / "first.yml").write_text("style: a.png\nsize: 64\n", encoding="utf-8")
    return folder


@pytest.fixture
def run(worker: type[FakeWorker], here: Path) -> Run:
    """``run("paint", "first.yml", code=0)``."""

    def call(*arguments: str, code: int = 0, stdin: str | None = None) -> Result:
        result = CliRunner().invoke(main, list(arguments), input=stdin)
        assert result.exit_code == code, result.output
        assert "Traceback" not in result.output
        return result

    return call
