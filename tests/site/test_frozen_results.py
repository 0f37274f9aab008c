"""Sites that are painted in one place and built in another: frozen results, forks, and what nothing uses any more."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from commands import run, told
from PIL import Image
from sites import Site, targets

Make = Callable[..., Site]
PAGES = {
    "index.md": "# Home\n\n```deepartist\nstyle: sample:strokes\nsize: 512\n```\n",
    "deep/two.md": "# Two\n\nText.\n\n```deepartist\nstyle: sample:cells\nsize: 64\n```\n",
}


def fork(site: Site, tmp_path: Path) -> Site:
    """What a clone has: pages and frozen results, no cache."""
    (tmp_path / "fork").mkdir()
    copy = Site(tmp_path / "fork", {})
    for name in ("docs", "frozen"):
        shutil.copytree(site.root / name, copy.root / name, dirs_exist_ok=True)
    copy.options(render="never")
    return copy


def records(site: Site) -> list[Path]:
    return sorted((site.root / "frozen").rglob("record.json"))


def test_a_fork_is_built_from_frozen_results(site: Make, tmp_path: Path) -> None:
    made = site(PAGES)
    made.paint()
    frozen = told(made, "freeze")
    assert (frozen["frozen"], frozen["there"], frozen["missing"]) == (2, 0, 0)
    assert frozen["bytes"] == sum(path.stat().st_size for path in (made.root / "frozen").rglob("*.webp"))
    assert not list((made.root / "frozen").rglob("*.png"))
    assert told(made, "freeze")["there"] == 2

    other = fork(made, tmp_path)
    run(other, "check", "--frozen")
    built = other.build("--strict")
    assert built.code == 0, built.log
    assert other.index["summary"] == {"figures": 2, "hits": 2, "painted": 0, "failed": 0, "seconds": 0.0}
    pictures = [path for _, _, path in targets(other) if path.suffix == ".webp"]
    assert len(set(pictures)) == 2
    assert all(path.is_file() for _, _, path in targets(other))
    # A second build recalls what it found, without reading a recipe.
    assert other.build("--strict").code == 0


def test_samples_are_frozen_and_not_drawn_again(site: Make, tmp_path: Path) -> None:
    block = '```deepartist layout="compare"\ncontent: sample:boat\nstyle: sample:cells\nsize: 64\n```\n'
    made = site({"index.md": f"# A\n\n{block}"})
    made.paint()
    run(made, "freeze")
    assert not (made.root / "frozen" / "inputs").exists(), "nothing has been drawn for a page yet"
    assert made.build_here("--strict").code == 0
    run(made, "freeze")
    assert len(list((made.root / "frozen" / "inputs").glob("*.webp"))) == 2

    other = fork(made, tmp_path)
    marked = sorted((other.root / "frozen" / "inputs").glob("*.webp"))
    for path, colour in zip(marked, ("navy", "olive"), strict=True):
        Image.new("RGB", (8, 8), colour).save(path)
    assert other.build("--strict").code == 0
    shown = {path.read_bytes() for _, _, path in targets(other) if path.suffix == ".webp"}
    assert {path.read_bytes() for path in marked} <= shown

    (other.root / "docs" / "index.md").write_text("# A\n\n```deepartist\nstyle: sample:cells\nsize: 64\n```\n")
    run(other, "prune", "--yes", "--days", "0")
    assert len(list((other.root / "frozen" / "inputs").glob("*.webp"))) == 1


def test_what_is_missing_is_named_with_the_command_that_mends_it(site: Make, tmp_path: Path) -> None:
    made = site(PAGES)
    made.paint()
    run(made, "freeze")
    other = fork(made, tmp_path)
    lost = next(path for path in records(other) if "cells" in path.read_text())
    shutil.rmtree(lost.parent)
    built = other.build("--strict")
    assert built.code != 0
    assert "deep/two.md:5" in built.log
    assert "`deepartist freeze`" in built.log
    result = run(other, "check", "--frozen", code=2)
    assert result.stderr == (
        "docs/deep/two.md:5:1: this picture is not in frozen; "
        "run `mkdocs build` where it can be painted, then `deepartist freeze`\n"
    )
    # Where it may be painted, only this one is.
    assert told(other, "freeze", code=1) == {"frozen": 0, "there": 1, "missing": 1, "bytes": 0}


def newer(path: Path) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), "version": 7}))


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (
            lambda path: path.write_text(path.read_text().replace('"version": 1', '"version": 7')),
            "by a newer DeepArtist",
        ),
        (lambda path: path.write_text("{"), "or a file that it names is damaged"),
        (lambda path: next(path.parent.glob("*.webp")).unlink(), "or a file that it names is damaged"),
    ],
)
def test_bad_files_are_named_and_not_used(
    harm: Callable[[Path], Any], sentence: str, site: Make, tmp_path: Path, painter: Any
) -> None:
    made = site(PAGES)
    made.paint()
    run(made, "freeze")
    other = fork(made, tmp_path)
    bad = next(path for path in records(other) if "cells" in path.read_text())
    harm(bad)
    built = other.build("--strict")
    assert built.code != 0
    assert f"{bad.parent}" in built.log
    assert sentence in built.log
    assert sentence in run(other, "check", "--frozen", code=2).stderr
    other.options(render="missing")  # it is painted anew, and said why
    built = other.build_here()
    assert sentence in built.log
    assert len(painter.keys) == 1


def test_a_picture_whose_bytes_were_changed_is_found(site: Make) -> None:
    made = site(PAGES)
    made.paint()
    run(made, "freeze")
    picture = next((made.root / "frozen").rglob("*.webp"))
    content = bytearray(picture.read_bytes())
    content[-1] ^= 1
    picture.write_bytes(content)
    assert f"{picture.name} is damaged: its bytes are not those" in run(made, "check", "--frozen", code=2).stderr


def test_web_size(site: Make) -> None:
    made = site({"index.md": PAGES["index.md"]})
    with made.session() as session:
        from paintings import put, recipes

        from deepartist.recipe import Inputs, read_recipe

        for _, text in recipes(made.docs):
            big = Image.effect_noise((400, 200), 40).convert("RGB")
            record = put(session, session.plan(read_recipe(text, Inputs([])), "final"), big)
    run(made, "freeze", "--web-size", "100")
    small = next((made.root / "frozen").rglob("*.webp"))
    with Image.open(small) as opened:
        assert opened.size == (100, 50)
    data = json.loads(records(made)[0].read_text())
    assert data["frozen"] == record.outputs["webp"].sha256
    assert (data["outputs"][0]["width"], data["outputs"][0]["height"]) == (100, 50)
    assert data["recipe"] == record.data["recipe"]


def age(site: Site, days: float) -> None:
    for folder in (site.root / ".cache").rglob("*/"):
        os.utime(folder, (time.time() - days * 86400,) * 2)


def test_prune_takes_only_what_nothing_uses(site: Make) -> None:
    made = site(PAGES)
    made.paint()
    made.paint("draft")
    run(made, "freeze")
    made.write("deep/two.md", "# Two\n\nGone.\n")
    age(made, 3)
    found = told(made, "prune")
    assert (found["unused"], found["removed"]) == (2, 0), "the final painting and the draft"
    assert "0 results removed" in run(made, "prune", stdin="n\n").output
    assert told(made, "prune", "--yes") == {**found, "removed": 2}
    assert told(made, "prune")["unused"] == 0
    assert told(made, "freeze")["there"] == 1
    assert len(records(made)) == 2, "too young to be removed"
    assert told(made, "prune", "--days", "0", "--yes")["removed"] == 1
    assert len(records(made)) == 1
    assert made.build_here("--strict").code == 0


def test_prune_removes_nothing_where_recipes_have_mistakes(site: Make) -> None:
    made = site(PAGES)
    made.paint()
    made.write("deep/two.md", "```deepartist\nstyl: sample:cells\n```\n")
    age(made, 3)
    assert "nothing is removed" in run(made, "prune", "--yes", code=2).stderr
    assert len(list((made.root / ".cache").rglob("record.json"))) == 2


def test_prune_keeps_what_other_branches_use(site: Make) -> None:
    made = site(PAGES)
    made.paint()
    git = ["git", "-C", str(made.root), "-c", "user.name=a", "-c", "user.email=a@b.c"]
    for command in (["init", "-q", "-b", "main"], ["add", "docs", "mkdocs.yml"], ["commit", "-qm", "both"]):
        subprocess.run([*git, *command], check=True)
    made.write("deep/two.md", "# Two\n\nGone.\n")
    age(made, 3)
    assert told(made, "prune")["unused"] == 1
    assert told(made, "prune", "--branch", "main")["unused"] == 0
    assert 'the branch "nowhere" cannot be read' in run(made, "prune", "--branch", "nowhere", code=2).stderr
