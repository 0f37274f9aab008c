"""``deepartist new``: what it writes is a site that builds."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from deepartist.cli import main


def start(path: str | Path, code: int = 0) -> str:
    result = CliRunner().invoke(main, ["new", str(path)])
    assert result.exit_code == code, result.output
    return result.output


def test_it_builds_at_once(tmp_path: Path, painter: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from mkdocs.__main__ import cli

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DEEPARTIST_RENDER", raising=False)
    printed = start("my-first_site").splitlines()
    assert [Path(line).name for line in printed[:3]] == ["mkdocs.yml", "index.md", ".gitignore"]
    monkeypatch.chdir("my-first_site")
    result = CliRunner().invoke(cli, ["build", "--strict"])
    assert result.exit_code == 0, result.output
    assert len(painter.keys) == 1
    assert json.loads(Path("site/deepartist.json").read_text())["figures"][0]["page"] == "index.md"
    assert "<title>My first site</title>" in Path("site/index.html").read_text()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    start(tmp_path / "empty")
    before = (tmp_path / "empty" / "mkdocs.yml").stat().st_mtime_ns
    assert "empty is not empty: name a new folder" in start(tmp_path / "empty", code=2)
    assert (tmp_path / "empty" / "mkdocs.yml").stat().st_mtime_ns == before
    (tmp_path / "file").write_text("")
    assert "cannot be written" in start(tmp_path / "file" / "below", code=2)


def test_a_name_that_yaml_would_read_as_something_else(tmp_path: Path) -> None:
    import yaml

    start(tmp_path / 'on: "#1" {x}')
    text = (tmp_path / 'on: "#1" {x}' / "mkdocs.yml").read_text()
    assert yaml.safe_load(text.replace("!ENV", ""))["site_name"] == 'On: "#1" {x}'


@pytest.mark.slow
def test_it_is_really_painted(tmp_path: Path) -> None:
    start(tmp_path / "gallery")
    page = tmp_path / "gallery" / "docs" / "index.md"
    page.write_text(page.read_text().replace("size: 256", "size: 64"))
    for painted in (1, 0):
        line = [sys.executable, "-m", "mkdocs", "build", "--strict"]
        subprocess.run(line, cwd=tmp_path / "gallery", check=True, capture_output=True)
        summary = json.loads((tmp_path / "gallery" / "site" / "deepartist.json").read_text())["summary"]
        assert (summary["figures"], summary["painted"]) == (1, painted)
