"""Which recipes stood on which page: what is noted, and which block each belonged to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deepartist.store import History, Shown


def shown(name: str, text: str = "") -> Shown:
    return Shown(name * 64, name.upper() * 64, text)


def unlike(one: Shown, other: Shown) -> float:
    """Recipes are near when their words are of nearly the same length."""
    return float(abs(len(one.text) - len(other.text)))


class Log:
    """A log written by one build after the other."""

    def __init__(self, root: Path) -> None:
        self.root, self.docs = root / "cache", root / "docs"

    def note(self, **pages: str) -> None:
        """Pages with recipes of one letter each, ``.`` for one that cannot be read."""
        History(self.root, self.docs).note({page: [self.block(each) for each in own] for page, own in pages.items()})

    def block(self, letter: str) -> Shown | None:
        return None if letter == "." else shown(letter, letter * (ord(letter) - ord("a")))

    def tracks(self, **pages: str) -> dict[str, list[str]]:
        """The letters that stood in each block, the oldest first."""
        now = {page: [self.block(each) for each in own] for page, own in pages.items()}
        tracks = History(self.root, self.docs).tracks(now, unlike)
        return {page: ["".join(each.final[0] for each in track) for track in own] for page, own in tracks.items()}

    @property
    def lines(self) -> list[str]:
        return (self.root / "history.jsonl").read_text().splitlines()


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path)


def test_only_what_is_new_on_a_page_is_noted(log: Log) -> None:
    log.note(index="ab", other="a")
    log.note(index="ab", other="a")
    log.note(index="ba")
    log.note(index="b")
    log.note(index=".b")
    assert len(log.lines) == 2
    log.note(index="cb", other="a")
    assert len(log.lines) == 3
    first, _, last = map(json.loads, log.lines)
    assert [each["text"] for each in first["blocks"]] == ["", "b"]
    assert last["page"] == "index"
    assert last["blocks"] == [
        {"final": "c" * 64, "draft": "C" * 64, "text": "cc"},
        {"final": "b" * 64, "draft": "B" * 64},
    ]


def test_a_recipe_comes_back_with_its_words(log: Log) -> None:
    log.note(index="ac")
    log.note(index="bc")
    log.note(index="ac")
    assert [(each.final[0], each.text) for each in History(log.root, log.docs)] == [
        ("a", ""), ("c", "cc"), ("b", "b"), ("c", "cc"), ("a", ""), ("c", "cc"),
    ]  # fmt: skip
    assert log.tracks(index="ac") == {"index": ["aba", "c"]}


def test_blocks_that_come_and_go_move_the_others_only(log: Log) -> None:
    log.note(index="abc")
    log.note(index="xabc")
    log.note(index="xayc")
    assert log.tracks(index="xayc") == {"index": ["x", "a", "by", "c"]}
    assert log.tracks(index="ayc") == {"index": ["a", "by", "c"]}
    assert log.tracks(index="xaycz") == {"index": ["x", "a", "by", "c", "z"]}


def test_of_several_new_blocks_the_nearest_continues(log: Log) -> None:
    log.note(index="aem")
    assert log.tracks(index="axfm") == {"index": ["a", "x", "ef", "m"]}
    assert log.tracks(index="afxm") == {"index": ["a", "ef", "x", "m"]}
    log.note(index="aekm")
    assert log.tracks(index="alm") == {"index": ["a", "kl", "m"]}


def test_what_cannot_be_read_keeps_its_past(log: Log) -> None:
    log.note(index="ab")
    assert log.tracks(index="a.") == {"index": ["a", "b"]}
    log.note(index="c.")
    log.note(index="cd")
    assert log.tracks(index="cd") == {"index": ["ac", "bd"]}


def test_a_renamed_page_and_a_block_that_moved_keep_their_past(log: Log) -> None:
    log.note(index="ab", other="x")
    log.note(index="cb")
    log.note(index="db")
    log.note(renamed="eb", other="xy")
    assert log.tracks(renamed="eb", other="xdy") == {"renamed": ["e", "b"], "other": ["x", "acd", "y"]}
    log.note(index="dbp")
    assert log.tracks(again="dbq") == {"again": ["acd", "b", "pq"]}, "it shares two of three"


def test_sites_that_share_a_cache_are_told_apart(tmp_path: Path, log: Log) -> None:
    log.note(index="ab")
    other = Log(tmp_path)
    other.docs = tmp_path / "other" / "docs"
    other.note(index="xb")
    assert log.tracks(index="cb") == {"index": ["ac", "b"]}
    moved = Log(tmp_path / "moved")
    (tmp_path / "moved").mkdir()
    log.root.rename(moved.root)
    assert moved.tracks(index="cb") == {"index": ["ac", "b"]}, "the project may be moved"


def test_several_builds_may_note_at_once(log: Log) -> None:
    log.note(index="ab")
    builds = [History(log.root, log.docs) for _ in range(3)]
    for build in builds:
        assert len(build.pages) == 1
    for build, letters in zip(builds, ("cb", "cb", "cd"), strict=True):
        build.note({"index": [log.block(each) for each in letters]})
    assert len(log.lines) == 4
    assert log.tracks(index="ed") == {"index": ["ace", "bd"]}


def test_broken_lines_are_passed_over(log: Log) -> None:
    log.note(index="a")
    path = log.root / "history.jsonl"
    whole = path.read_text()
    path.write_text(whole + '[]\n{"docs": 3}\nnull\n\n' + whole.replace('"blocks": [', '"blocks": [7, ') + whole[:40])
    log.note(index="b")
    assert log.tracks(index="c") == {"index": ["abc"]}


def test_a_cache_that_cannot_be_written_is_no_reason_to_fail(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    log = Log(tmp_path)
    log.note(index="a")
    assert log.tracks(index="b") == {"index": ["b"]}
