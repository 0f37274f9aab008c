"""Pictures that are no single file of the docs: folders, addresses, earlier paintings."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from typing import Any

import pytest
from paintings import put
from PIL import Image
from servers import Server, picture
from sites import Site, elements

from deepartist.jobs import Outcome, Session
from deepartist.sources import addresses, downloads

Sites = Callable[..., Site]


def block(text: str, header: str = "") -> str:
    return f"```deepartist {header}\n{text}\n```\n"


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys of what would be painted, in order; all else about a session is real."""
    keys: list[str] = []

    def paint(session: Session, plan: Any, report: Any) -> Outcome:
        keys.append(plan.key)
        return Outcome(plan, put(session, plan))

    monkeypatch.setattr(Session, "_paint", paint)
    monkeypatch.setattr(Session, "wanted", lambda session, resolved: session.plan(resolved, "final"))
    return keys


def png(color: str) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (32, 24), color).save(stream, "PNG")
    return stream.getvalue()


def test_a_folder_of_styles(site: Sites, painted: list[str]) -> None:
    own = site({"index.md": block("style: textures/\nsize: 64", 'layout="compare"'), "textures/a.png": png("red")})
    assert own.build_here("--strict").code == 0
    assert own.build_here("--strict").code == 0
    assert len(painted) == 1
    own.write("textures/b.png", png("blue"))
    assert own.build_here("--strict").code == 0
    assert len(painted) == 2
    assert [each["alt"] for each in elements(own.html(), "img")][:2] == ["a", "b"]
    assert own.build_here("--strict").code == 0
    for name in "cdefghij":
        own.write(f"textures/{name}.png", png("gold"))
    assert own.build_here("--strict").code == 0
    shown = [each["alt"] for each in elements(own.html(), "img")]
    assert shown == [*"abcdef", "A texture in the style of a, b, c, d and 6 more"]
    for name in "cdefghij":
        (own.docs / f"textures/{name}.png").unlink()
    (own.docs / "textures/b.png").unlink()
    assert own.build_here("--strict").code == 0
    assert len(painted) == 3


@pytest.fixture
def far(site: Sites, server: Server) -> Site:
    url = server.put("/images/sea_side.png?w=40", picture())
    own = site({"index.md": block(f"content: {url}\nstyle: sample:marble\nsize: 64", 'layout="compare"')})
    own.options(hosts=[server.host])
    return own


def pin(own: Site, url: str) -> None:
    known = addresses.Addresses(own.session().settings.hosts, own.root / addresses.LOCK, own.session().store.root)
    known.hosts = frozenset([url.split("/")[2]])
    known.pin({url: downloads.pinned(url, known)})


def test_an_address(far: Site, server: Server, painted: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    url = server.url("/images/sea_side.png?w=40")
    unpinned = f'index.md:2:1: "{url}" is not pinned yet: `deepartist pin` downloads it and notes what it is'
    assert far.build_here().warnings == [unpinned]
    assert server.asked == []
    pin(far, url)
    assert far.build_here("--strict").code == 0
    assert len(painted) == 1
    strip = elements(far.html(), "img")[0]
    assert (strip["alt"], strip["width"], strip["height"]) == ("sea side", "40", "20")
    assert (far.out / strip["src"]).read_bytes() == picture()
    # No network from here on, and not even the modules for it.
    monkeypatch.setattr(downloads, "download", None)
    assert far.build_here("--strict").code == 0
    (far.root / ".cache/deepartist/recipes.json").unlink()
    assert far.build_here("--strict").code == 0
    assert far.states == ["ready"]
    assert len(painted) == 1
    assert len(server.asked) == 1


def test_an_address_that_cannot_be_had(far: Site, server: Server, painted: list[str]) -> None:
    url = server.url("/images/sea_side.png?w=40")
    pin(far, url)
    (download,) = (far.root / ".cache/deepartist/downloads").iterdir()
    download.unlink()
    server.put("/images/sea_side.png?w=40", b"", 404)
    far.write("other.md", block("style: sample:cells\nsize: 64"))
    built = far.build_here()
    assert built.warnings == [f'index.md:1:1: "{url}" cannot be downloaded: the server says 404 Not Found']
    assert len(painted) == 1
    assert sorted(far.states) == ["failed", "ready"]
    server.put("/images/sea_side.png?w=40", picture())
    assert far.build_here("--strict").code == 0


def test_hosts_are_named_in_the_configuration(far: Site, server: Server) -> None:
    far.options()
    (warning,) = far.build_here().warnings
    assert warning.endswith(f"the host is not allowed here; mkdocs.yml says which are, as in deepartist: "
                            f"{{hosts: [{server.host}]}}")  # fmt: skip
    far.options(hosts=["https://example.org/"])
    assert "is no host: write only its name" in far.build_here().log


def test_a_painting_of_the_same_build(site: Sites, painted: list[str]) -> None:
    own = site({"z.md": block("style: sample:marble\nsize: 64")})
    assert own.build_here("--strict").code == 0
    key = painted.pop()
    text = f"content: painting:{key[:12]}\nstyle: sample:cells\nsize: 64"
    own.write("index.md", block(text, 'layout="compare"'))
    assert own.build_here("--strict").code == 0
    assert len(painted) == 1
    shown = elements(own.html(), "img")
    assert shown[0]["alt"] == "an earlier painting"
    assert shown[0]["src"] == elements(own.html("z/index.html"), "img")[0]["src"].removeprefix("../")
    # With an empty cache the one is painted after the other, though its page comes first.
    shutil.rmtree(own.root / ".cache")
    second = painted.pop()
    assert own.build_here("--strict").code == 0
    assert painted == [key, second]
    assert own.states == ["ready", "ready"]


def test_a_painting_that_is_gone(site: Sites, painted: list[str]) -> None:
    own = site({"index.md": block("content: painting:12345678\nstyle: sample:cells\nsize: 64")})
    sentence = 'there is no painting "12345678" in the cache: `deepartist paintings` lists those that are there'
    assert own.build_here().warnings == [f"index.md:2:1: {sentence}"]
    assert own.states == ["failed"]
    assert not painted
