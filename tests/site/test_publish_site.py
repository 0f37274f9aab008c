"""Real builds, published: what a build leaves behind is what `deepartist publish` decides by."""

from __future__ import annotations

import contextlib
import json
import urllib.request
from collections.abc import Callable, Iterator
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
        assert kept[name] == name.endswith((".webp", ".png"))
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
