"""Real builds, published: what a build leaves behind is what `deepartist publish` decides by."""

from __future__ import annotations

import contextlib
import json
import shutil
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from click.testing import CliRunner, Result
from moto.server import ThreadedMotoServer
from sites import Site, targets, tree

from deepartist.cli import main

Make = Callable[..., Site]
WAVES = "```deepartist\nstyle: sample:strokes\nsize: 64\n```\n"
WRONG = "```deepartist\nstyl: sample:strokes\n```\n"
OTHER = "```deepartist\nstyle: sample:cells\nsize: 64\n```\n"
POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::gallery/*"}
        ],
    }
).encode()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server of its own with a bucket that all may read."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "trial")
    running = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    running.start()
    url = "http://{}:{}".format(*running.get_host_and_port())
    for place, content in (("gallery", b""), ("gallery?policy", POLICY)):
        kind = {"Content-Type": "application/json"}
        urllib.request.urlopen(urllib.request.Request(f"{url}/{place}", content, kind, method="PUT")).close()
    yield url
    running.stop()


def publish(site: Site, *flags: str, code: int = 0) -> Result:
    with contextlib.chdir(site.root):
        result = CliRunner().invoke(main, ["publish", "--yes", *flags])
    assert result.exit_code == code, result.output
    return result


def options(site: Site, server: str, **more: Any) -> None:
    site.options(publish={"live": {"url": "s3://gallery/art", "endpoint_url": server}}, **more)


def test_a_real_site_read_back(site: Make, server: str) -> None:
    made = site({"index.md": WAVES, "deep/page.md": OTHER}, theme="material")
    options(made, server)
    made.paint()
    assert made.build("--strict").code == 0
    facts = json.loads(publish(made, "--json").stdout)
    files = tree(made.out)
    assert (facts["uploaded"], facts["bytes"]) == (len(files), sum(map(len, files.values())))
    kept = {}
    for name, content in files.items():
        with urllib.request.urlopen(f"{server}/gallery/art/{name}") as answer:
            assert answer.read() == content
            kept[name] = "immutable" in answer.headers["Cache-Control"]
            if name.endswith(".webp"):
                assert answer.headers["Content-Type"] == "image/webp"
    for _, _, file in targets(made):
        name = file.relative_to(made.out).as_posix()
        assert kept[name] == name.endswith((".webp", ".png", ".yml"))
    assert any(kept[name] for name in files if name.startswith("assets/stylesheets/main."))
    assert not any(kept[name] for name in files if name.endswith((".html", "search_index.json")))
    assert made.build("--strict").code == 0  # the same content, written at another time
    again = json.loads(publish(made, "--json").stdout)
    assert (again["uploaded"], again["skipped"]) == (0, len(files))


def test_figures_that_are_not_there(site: Make) -> None:
    made = site({"index.md": WAVES, "wrong.md": WRONG, "open.md": OTHER})
    options(made, "http://127.0.0.1:9", render="never", on_error="box")
    assert made.build_here().code == 0
    message = publish(made, code=1).stderr
    assert message == "not all figures of site are painted: 1 failed, 2 not painted (index.md, open.md, wrong.md)\n"


def test_drafts(site: Make) -> None:
    made = site({"index.md": WAVES.replace("64", "600")})
    options(made, "http://127.0.0.1:9", render="never")
    made.paint("draft")
    assert made.build_here().code == 0
    assert made.states == ["draft"]
    assert "1 of 1 figures are drafts" in publish(made, "--require-final", code=1).stderr


@dataclass
class Visit:
    """What a browser got to see."""

    pictures: list[tuple[bool, int, str]] = field(default_factory=list)
    """Of each picture whether it is loaded, its width, and which of its files the browser has chosen."""
    answers: dict[str, tuple[int, dict[str, str]]] = field(default_factory=dict)
    """Status and headers by URL, each for the first time."""
    errors: list[str] = field(default_factory=list)


def visit(*urls: str) -> Visit:
    sync_api = pytest.importorskip("playwright.sync_api")
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no browser")
    seen, look = Visit(), "[...document.images].map(each => [each.complete, each.naturalWidth, each.currentSrc])"
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1200, "height": 4000})  # high, so that what is loaded lazily is too
        page.on("response", lambda answer: seen.answers.setdefault(answer.url, (answer.status, answer.headers)))
        page.on("pageerror", lambda error: seen.errors.append(str(error)))
        for url in urls:
            page.goto(url, wait_until="networkidle")
            seen.pictures += page.evaluate(look)
        browser.close()
    return seen


@pytest.mark.slow
def test_read_back_in_a_browser(site: Make, server: str) -> None:
    """What a visitor gets from the bucket: each picture of each page, its type, and for how long it may be kept."""
    layouts = "\n".join(OTHER.replace("deepartist", f"deepartist layout={each}", 1) for each in ("compare", "tabs"))
    made = site({"index.md": WAVES, "deep/page.md": f"{layouts}\n{WAVES}"}, theme={"name": "material", "font": False})
    options(made, server)
    made.paint()
    assert made.build("--strict").code == 0
    publish(made)
    start = f"{server}/gallery/art/"
    seen = visit(f"{start}index.html", f"{start}deep/page/index.html")
    assert seen.errors == []
    assert len(seen.pictures) == 1 + 3 + 1  # the paintings, and the style beside one of them
    for loaded, width, url in seen.pictures:
        assert loaded
        assert width > 0
        assert url.startswith(f"{start}assets/deepartist/")
        assert url.endswith(".webp")
    kinds = {"html": "text/html", "css": "text/css", "js": "text/javascript", "json": "application/json"}
    kinds |= {"webp": "image/webp", "png": "image/png"}
    for url, (status, headers) in seen.answers.items():
        suffix, path = url.rpartition(".")[2], url.removeprefix(start)
        assert status == 200, url
        assert path != url, "nothing comes from elsewhere"
        assert headers["content-type"].partition(";")[0] == kinds[suffix]
        kept = suffix == "webp" or path.startswith(("assets/stylesheets/", "assets/javascripts/"))
        assert ("immutable" in headers["cache-control"]) == kept, url
