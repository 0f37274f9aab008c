"""``deepartist paint --site``."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import FakeWorker, Run, told

CELLS = "```deepartist\nstyle: sample:cells\nsize: 64\n```\n"
PAGES = {"index.md": CELLS.replace("cells", "strokes"), "deep/two.md": f"# Two\n\n{CELLS}\n{CELLS}"}


@pytest.fixture
def site(here: Path) -> Path:
    (here / "mkdocs.yml").write_text("plugins: [deepartist]\n")
    write(here, PAGES)
    return here


def write(folder: Path, pages: dict[str, str]) -> None:
    for name, text in pages.items():
        path = folder / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_paints_what_is_missing_once(run: Run, site: Path, worker: type[FakeWorker]) -> None:
    result = run("paint", "--site")
    assert result.stdout == "3 recipes: 3 painted\n"
    assert "painted 1/2: docs/deep/two.md:3 (0 s)\npainted 2/2: docs/index.md:1 (0 s)\n" in result.stderr
    assert len(worker.painted) == 2
    assert run("paint", "--site").stdout == "3 recipes: 3 there before\n"
    assert len(worker.painted) == 2
    assert len(worker.workers) == 1  # where nothing is missing nothing is started
    assert run("status").stdout.count(" draft ") == 3
    assert not (site / "site").exists()


def test_a_folder_of_pages_and_again(run: Run, site: Path, worker: type[FakeWorker]) -> None:
    data = told(run("paint", "--site", "docs/deep", "--json", "--quality", "final", "--device", "cpu"))
    assert data == {"recipes": 2, "painted": 2, "there": 0, "pending": 0, "failed": 0, "wrong": 0, "problems": []}
    assert [plan.quality for plan in worker.painted] == ["final"]
    assert told(run("paint", "--site", "docs/deep", "--json", "--again", "--quality", "final"))["painted"] == 2
    assert len(worker.painted) == 2
    assert worker.workers[-1].orders == [{"seconds": None, "again": True}]


def test_mistakes_are_said_first_and_the_rest_is_painted(run: Run, site: Path, worker: type[FakeWorker]) -> None:
    write(site, {"wrong.md": "```deepartist\nstyl: sample:cells\n```\n"})
    result = run("paint", "--site", code=2)
    assert result.stderr.startswith('docs/wrong.md:2:1: unknown word "styl" (did you mean "style"?)\n')
    assert result.stderr.count("unknown word") == 1
    assert result.stdout == "4 recipes: 3 painted, 1 wrong\n"


def test_a_painting_of_a_painting(run: Run, site: Path, worker: type[FakeWorker]) -> None:
    """It can be read only when the other one is painted; where that never happens it is a mistake."""
    run("paint", "--site")
    key = worker.painted[0].key
    write(site, {"after.md": f"```deepartist\nstyle: painting:{key}\nsize: 64\n```\n"})
    data = told(run("paint", "--site", "--cache-dir", "new", "--json"))
    assert (data["painted"], data["wrong"]) == (4, 0)
    write(site, {"after.md": f"```deepartist\nstyle: painting:{'0' * 64}\nsize: 64\n```\n"})
    result = run("paint", "--site", code=2)
    assert result.stderr.count("there is no painting") == 1
    assert "docs/after.md:2" in result.stderr


def test_the_budget_of_the_project_and_of_the_call(run: Run, site: Path, worker: type[FakeWorker]) -> None:
    (site / "mkdocs.yml").write_text("plugins: [{deepartist: {budget: 2}}]\n")
    worker.ending = "stopped"
    result = run("paint", "--site", code=1)
    assert 110 < worker.workers[-1].orders[0]["seconds"] <= 120
    assert result.stdout == "3 recipes: 3 not painted yet\n"
    assert result.stderr.count("the reason") == 1
    assert "docs/deep/two.md:3 and 2 more: the reason" in result.stderr
    run("paint", "--site", "--minutes", "1", code=1)
    assert 50 < worker.workers[-1].orders[0]["seconds"] <= 60


def test_a_painting_that_fails(run: Run, site: Path, worker: type[FakeWorker]) -> None:
    worker.ending = "dies"
    data = told(run("paint", "--site", "--json", code=1))
    assert (data["failed"], data["painted"]) == (3, 0)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "name a recipe, or say --site"),
        (["docs"], "docs is a folder: name a recipe, or say --site for all recipes of its pages"),
        (["--site", "--size", "64", "-o", "x.png"], "--output and --size cannot be with --site"),
    ],
)
def test_wrong_calls(arguments: list[str], sentence: str, run: Run, site: Path) -> None:
    assert sentence in run("paint", *arguments, code=2).stderr


def test_no_site_here(run: Run, here: Path) -> None:
    assert "there is no mkdocs.yml here" in run("paint", "--site", code=2).stderr
