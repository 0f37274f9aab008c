"""``deepartist pin`` and ``paintings``, and what the other commands say of pictures from elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakes import FakeWorker, Run
from servers import Server, picture


@pytest.fixture
def site(here: Path, server: Server) -> Path:
    """A project that allows the server, and a page and a recipe that use it."""
    (here / "docs").mkdir()
    (here / "mkdocs.yml").write_text(f"site_name: x\nplugins:\n  - deepartist: {{hosts: ['{server.host}']}}\n")
    (here / "docs/index.md").write_text(
        f"```deepartist\nsize: 64\ncontent: {server.url('/a.png')}\nstyle: ../a.png\n```\n"
    )
    (here / "far.yml").write_text(f"style: {server.url('/a.png')}\nsize: 64\n")
    server.put("/a.png", picture())
    return here


def test_pinned_once_then_without_network(run: Run, site: Path, server: Server, worker: type[FakeWorker]) -> None:
    unpinned = f'far.yml:1:1: "{server.url("/a.png")}" is not pinned yet: `deepartist pin` downloads it'
    assert run("check", "far.yml", code=2).stderr.startswith(unpinned)
    assert run("paint", "far.yml", code=2).stderr.startswith(unpinned)
    assert server.asked == []
    result = run("pin", "far.yml")
    assert result.stdout == f"{server.url('/a.png')}  40×20, new\n"
    assert result.stderr == "1 picture from elsewhere: 1 new\n"
    assert run("pin", "far.yml").stderr == "1 picture from elsewhere: 1 pinned\n"
    run("check", "far.yml")
    run("paint", "far.yml")
    assert server.asked == ["/a.png"]
    assert worker.painted[0].resolved.size == (64, 64)


def test_what_is_pinned_is_downloaded_before_painting(
    run: Run, site: Path, server: Server, worker: type[FakeWorker]
) -> None:
    run("pin", "far.yml")
    (download,) = (site / ".cache/deepartist/downloads").iterdir()
    download.unlink()
    server.put("/a.png", picture("red"))
    message = run("paint", "far.yml", code=1).stderr
    assert "is not the picture any more that was pinned: `deepartist pin --again` takes the new one" in message
    server.put("/a.png", b"", 404)
    assert run("paint", "far.yml", code=1).stderr.removeprefix("failed 1/1: far.yml (0 s)\n") == (
        f'far.yml: "{server.url("/a.png")}" cannot be downloaded: the server says 404 Not Found\n'
    )
    assert not worker.painted
    server.put("/a.png", picture())
    run("paint", "far.yml")
    assert len(worker.painted) == 1
    assert download.read_bytes() == picture()


def test_again_takes_what_is_there_now(run: Run, site: Path, server: Server, worker: type[FakeWorker]) -> None:
    run("pin", "far.yml")
    run("paint", "far.yml")
    server.put("/a.png", picture("red", (60, 20)))
    assert "60×20, changed" in run("pin", "--again", "far.yml").stdout
    run("paint", "far.yml")
    assert len({plan.key for plan in worker.painted}) == 2


def test_all_pages_and_what_is_wrong_with_them(run: Run, site: Path, server: Server) -> None:
    result = run("pin", "--json", code=2)
    data = json.loads(result.stdout)
    assert [(row["state"], row["width"]) for row in data["pictures"]] == [("new", 40)]
    (problem,) = data["problems"]
    assert (problem["file"], problem["line"]) == ("docs/index.md", 4)
    assert "lies outside the site" in problem["message"]
    (site / "docs/index.md").write_text("```deepartist\nstyle: https://example.org/a.png\n```\n")
    assert "docs/index.md:2:1: " in run("pin", code=2).stderr
    assert "{hosts: [example.org]}" in run("check", code=2).stderr


def test_one_failure_leaves_the_others_pinned(run: Run, site: Path, server: Server) -> None:
    good, gone = server.url("/a.png"), server.url("/gone.png")
    (site / "far.yml").write_text(f"style: {{image: [{gone}, {good}]}}\n")
    result = run("pin", "far.yml", code=1)
    assert f'"{gone}" cannot be downloaded: the server says 404 Not Found\n' in result.stderr
    assert f'far.yml:1:17: "{gone}" is not pinned yet' in result.stderr
    assert result.stderr.endswith("2 pictures from elsewhere: 1 new, 1 failed\n")
    assert good in (site / "deepartist.lock").read_text()


def test_a_damaged_lock(run: Run, site: Path) -> None:
    (site / "deepartist.lock").write_text("<<<<<<< ours\n")
    sentence = "deepartist.lock cannot be read"
    assert sentence in run("pin", "far.yml", code=1).stderr
    assert sentence in run("check", "far.yml", code=2).stderr


@pytest.mark.parametrize("host", ["https://example.org/a", "example.org/a", "a b", "user@host", "s3:/x", ""])
def test_hosts_that_are_none(host: str, run: Run, site: Path) -> None:
    (site / "mkdocs.yml").write_text(f"site_name: x\nplugins:\n  - deepartist: {{hosts: ['{host}']}}\n")
    assert f'"{host}" is no host: write only its name' in run("check", "far.yml", code=2).stderr


def test_paintings_are_listed_and_painted_from(run: Run, here: Path, worker: type[FakeWorker]) -> None:
    run("paint", "first.yml")
    key = worker.painted[0].key
    assert run("paintings").stdout.split() == [key[:16], "64×64"]
    assert json.loads(run("paintings", "--json").stdout)[0]["key"] == key
    (here / "second.yml").write_text(f"content: painting:{key[:8]}\nstyle: a.png\n")
    run("paint", "second.yml")
    assert f"painting:{key}" in worker.painted[1].resolved.images
    (here / "third.yml").write_text("content: painting:12345678\nstyle: a.png\n")
    message = 'third.yml:1:1: there is no painting "12345678" in the cache: `deepartist paintings` lists those'
    assert run("paint", "third.yml", code=2).stderr.startswith(message)
    (here / "own.yml").write_text(f"content: painting:{key[:8]}\nstyle: a.png\nsize: 64\n")
    run("status", "own.yml", "--cache-dir", "elsewhere", code=2)
    run("status", "own.yml")
