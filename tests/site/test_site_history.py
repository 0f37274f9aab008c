"""``deepartist history`` after builds of a site, and how an earlier recipe is brought back."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from commands import run, told
from paintings import paint_site
from sites import Site

from deepartist.jobs import Session

Make = Callable[..., Site]
PAGE = "# Home\n\n```deepartist\n{one}\nsize: 64\n```\n\n```deepartist\nstyle: sample:cells\nsize: 64\n```\n"


@pytest.fixture
def tried(site: Make, painter: Any) -> Site:
    """A site whose first recipe was tried three times."""
    made = site({"index.md": PAGE.format(one="style: {image: sample:strokes, scale: 2} # broad")})
    made.build_here()
    for one in ("style: {image: sample:strokes, scale: 1}", "style: sample:strokes\nseed: 7"):
        made.write("index.md", PAGE.format(one=one))
        made.build_here()
    return made


def test_the_newest_comes_first_with_what_differed(tried: Site) -> None:
    keys = told(tried, "paintings")
    assert len(keys) == 4
    result = run(tried, "history")
    first, newer, older = result.stdout.splitlines()
    assert first.startswith("docs/index.md:3  now ")
    assert newer.endswith("8×8  draft  seed 0 → 7")
    assert older.endswith("8×8  draft  style.scale 2 → 1, seed 0 → 7")
    assert "2 earlier paintings of 2 recipes" in result.stderr
    now, other = told(tried, "history")["recipes"]
    assert (now["line"], now["gone"], other["line"], other["earlier"]) == (3, 0, 9, [])
    assert {now["key"], other["key"], *(each["key"] for each in now["earlier"])} == {each["key"] for each in keys}
    assert now["earlier"][1] == {
        "key": older.split()[2] + now["earlier"][1]["key"][16:],
        "shown": now["earlier"][1]["shown"],
        "created": "2026-01-02T03:04:05Z",
        "quality": "draft",
        "width": 8,
        "height": 8,
        "changes": [{"word": "style.scale", "then": [2.0], "now": [1.0]}, {"word": "seed", "then": 0, "now": 7}],
    }


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the time zone cannot be set here")
def test_times_are_told_as_the_clock_here_has_them(tried: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tried.root / ".cache" / "deepartist" / "history.jsonl"
    log.write_text(re.sub(r'"time": "[^"]*"', '"time": "2026-05-03T23:20:59+00:00"', log.read_text()))
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        line = run(tried, "history").stdout.splitlines()[1]
        assert line.startswith("  2026-05-04 01:20  ")
        assert "# index.md, 2026-05-04 01:20\n" in run(tried, "recipe", line.split()[2]).stdout
    finally:
        monkeypatch.undo()
        time.tzset()


def test_one_page_and_one_line(tried: Site) -> None:
    tried.write("two.md", "# Two\n")
    whole = told(tried, "history")["recipes"]
    assert told(tried, "history", "docs/index.md")["recipes"] == whole
    assert told(tried, "history", "docs/index.md:5")["recipes"] == whole[:1]
    assert told(tried, "history", "docs/index.md:9")["recipes"] == whole[1:]
    assert "no recipe stands there; this page has 3, 9" in run(tried, "history", "docs/index.md:8", code=2).stderr
    assert "this page has none" in run(tried, "history", "docs/two.md:1", code=2).stderr
    assert "docs/no.md does not exist" in run(tried, "history", "docs/no.md:1", code=2).stderr
    (tried.root / "first.yml").write_text("style: sample:cells\n")
    assert "first.yml is no page" in run(tried, "history", "first.yml", code=2).stderr


def test_an_earlier_recipe_is_brought_back_as_it_was_written(tried: Site, painter: Any) -> None:
    before = told(tried, "history")["recipes"][0]
    broad = before["earlier"][1]["key"]
    result = run(tried, "recipe", broad[:8])
    assert result.stdout.endswith("\nstyle: {image: sample:strokes, scale: 2} # broad\nsize: 64\n")
    assert told(tried, "recipe", broad)["recipe"]["style"][0]["scale"] == [2.0]
    tried.write("index.md", "# Home\n\n```deepartist\n" + result.stdout + "```\n")
    tried.build_here("--strict")
    assert len(painter.keys) == 4, "it is in the cache"
    after = told(tried, "history")["recipes"][0]
    assert after["key"] == broad
    assert [each["key"] for each in after["earlier"]] == [before["key"], before["earlier"][0]["key"]]
    assert '"12345678" is no key of this project' in run(tried, "recipe", "12345678", code=1).stderr
    assert "no.webp does not exist, and a key has 8 to 64 digits" in run(tried, "recipe", "no.webp", code=2).stderr


def test_a_recipe_that_no_page_had_is_printed_in_full(tried: Site) -> None:
    key = told(tried, "paintings")[0]["key"]
    (tried.root / ".cache" / "deepartist" / "history.jsonl").unlink()
    printed = run(tried, "recipe", key[:12]).stdout
    assert "# a draft: --quality final paints exactly this again" in printed
    (tried.root / "again.yml").write_text(printed)
    assert run(tried, "check", "again.yml").stdout == "1 recipe, no mistakes\n"


def test_what_was_written_is_compared_although_it_was_painted_as_a_draft(site: Make, painter: Any) -> None:
    made = site({})
    for steps in (40, 24):
        made.write("index.md", f"```deepartist\nstyle: sample:strokes\nstages: {{steps: {steps}}}\n```\n")
        made.build_here()
    assert run(made, "history").stdout.endswith("draft  stages.steps 40 → 24\n")
    log = made.root / ".cache" / "deepartist" / "history.jsonl"
    log.write_text(log.read_text().replace("sample:strokes", "gone.png"))
    (row,) = told(made, "history")["recipes"]
    assert "size" in [each["word"] for each in row["earlier"][0]["changes"]], "from the draft itself"


def test_recipes_with_the_same_draft_are_one_painting(site: Make, painter: Any) -> None:
    made = site({})
    for steps in (9, 3, 4):
        recipe = f"style: sample:strokes\nsize: 64\nstages: {{count: 1, steps: {steps}}}"
        made.write("index.md", f"```deepartist\n{recipe}\n```\n")
        made.build_here()
    assert len(painter.keys) == 2
    (row,) = told(made, "history")["recipes"]
    assert [each["key"] for each in row["earlier"]] == painter.keys[:1]
    assert (row["key"], row["gone"]) == (painter.keys[1], 0)


def test_builds_that_paint_nothing_note_nothing(tried: Site) -> None:
    log = tried.root / ".cache" / "deepartist" / "history.jsonl"
    before = log.read_text()
    assert len(before.splitlines()) == 3
    tried.build_here()
    assert log.read_text() == before


def test_an_interrupted_build_has_noted_what_it_was_to_paint(
    site: Make, painter: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = site({"index.md": PAGE.format(one="style: sample:strokes")})

    def interrupted(session: Session, *_: Any) -> None:
        paint_site(made.docs, session)  # it got so far
        raise KeyboardInterrupt

    monkeypatch.setattr(Session, "paint", interrupted)
    assert made.build_here().code == 1
    assert not (made.out / "deepartist.json").exists()
    made.write("index.md", PAGE.format(one="styl: sample:strokes"))
    row, _ = told(made, "history", code=2)["recipes"]
    assert row["key"] is None
    assert [(each["quality"], each["changes"]) for each in row["earlier"]] == [("final", [])]


def test_what_prune_removes_is_passed_over_and_its_recipe_stays(tried: Site) -> None:
    (row, _) = told(tried, "history")["recipes"]
    for folder in (tried.root / ".cache").rglob("*/"):
        os.utime(folder, (time.time() - 3 * 86400,) * 2)
    said = run(tried, "prune", stdin="n\n").output
    assert "Remove 2 results" in said
    assert "2 earlier paintings of `deepartist history` among them?" in said
    assert told(tried, "prune", "--yes")["removed"] == 2
    result = run(tried, "history")
    assert result.stdout == ""
    assert "0 earlier paintings of 2 recipes; 2 more not in the cache" in result.stderr
    assert "scale: 2} # broad" in run(tried, "recipe", row["earlier"][1]["key"]).stdout


def test_paint_site_notes_as_builds_do(tried: Site, painter: Any) -> None:
    tried.write("index.md", PAGE.format(one="style: sample:strokes\nseed: 8"))
    run(tried, "paint", "--site")
    tried.write("index.md", PAGE.format(one="style: sample:strokes\nseed: 9"))
    run(tried, "paint", "--site")
    row, _ = told(tried, "history")["recipes"]
    assert [each["changes"][-1]["then"] for each in row["earlier"]] == [8, 7, 0, 0]


def test_histories_belong_to_sites(site: Make, tmp_path: Path) -> None:
    made = site({"index.md": "# Home\n"})
    (made.root / "mkdocs.yml").unlink()
    assert "histories belong to the pages of a site" in run(made, "history", "docs/index.md", code=2).stderr


def test_pictures_and_films_are_told_apart_by_the_words_of_the_film(site: Make, painter: Any) -> None:
    block = "# Home\n\n```deepartist\nstyle: sample:marble\nsize: 48\nstages: {{count: 1, steps: 3}}\n{more}\n```\n"
    made = site({"index.md": block.format(more="")})
    made.build_here()
    for more in ("jitter: 2", "jitter: 3\nseed: 5", ""):
        made.write("index.md", block.format(more=more))
        made.build_here()
        if more == "jitter: 2":
            assert run(made, "history").stdout.splitlines()[1].endswith("  jitter none → 2")
        elif more:
            _, newer, older = run(made, "history").stdout.splitlines()
            assert newer.endswith("  seed 0 → 5, jitter 2 → 3")
            assert older.endswith("  seed 0 → 5, jitter none → 3")
    _, newest, older = run(made, "history").stdout.splitlines()
    assert newest.endswith("  seed 5 → 0, jitter 3 → none")
    assert older.endswith("  jitter 2 → none")
    sweep = "# Home\n\n```deepartist\nsize: 48\nsweep: {style: [sample:marble, sample:cells], frames: 2}\n```\n"
    made.write("index.md", sweep)
    made.build_here()
    assert "sweep none → style, frames" in run(made, "history").stdout
