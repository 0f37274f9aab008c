"""Two who publish at once: the manifest is only ever replaced by who has seen it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from buckets import MANIFEST, SITE, Project, Remote
from proxy import RESET, Proxy

ALL = len(SITE) + 1
SENTENCE = (
    "somebody else has published to s3://gallery/art since this run has looked: publish again, and the site is "
    "compared with what is there now"
)


def at_put(wanted: int, act: Callable[[], Any]) -> Callable[..., Any]:
    """A fault that does something before the upload of that number."""

    def fault(method: str, _path: str, number: int) -> Any:
        return act() if method == "PUT" and number == wanted else None

    return fault


def other(remote: Remote) -> Callable[[], None]:
    """Somebody else publishes: another manifest is there."""
    return lambda: remote.put(f"art/{MANIFEST}", b'{"version": 1, "files": {"theirs.html": {}}}')


@pytest.mark.parametrize("published_before", [False, True])
def test_overtaken_before_anything_is_sent(published_before: bool, project: Project, remote: Remote) -> None:
    if published_before:
        project.facts()
        project.write("new.html", b"<h1>New</h1>")
    before = remote.list()
    with Proxy(project.endpoint, at_put(0, other(remote))) as proxy:
        project.target(endpoint_url=proxy.url)
        facts = project.facts(code=1)
    assert facts["error"] == SENTENCE
    assert remote.list() == sorted({*before, f"art/{MANIFEST}"})
    assert b"theirs.html" in remote.text(f"art/{MANIFEST}")
    project.target()
    assert project.facts()["uploaded"] + project.facts()["skipped"] >= ALL
    assert b"waves/index.html" in remote.text(f"art/{MANIFEST}")


def test_overtaken_while_files_are_sent(project: Project, remote: Remote) -> None:
    """The other one's manifest stays, nothing is deleted, and the next run heals what is half done."""
    project.facts()
    project.write("new.html", b"<h1>New</h1>")
    (project.site / "404.html").unlink()
    with Proxy(project.endpoint, at_put(2, other(remote))) as proxy:
        project.target(endpoint_url=proxy.url)
        assert project.facts("--keep-days", "0", code=1)["error"] == SENTENCE
    assert {"art/new.html", "art/404.html"} <= set(remote.list())
    assert b"theirs.html" in remote.text(f"art/{MANIFEST}")
    project.target()
    facts = project.facts()
    assert (facts["uploaded"], facts["skipped"]) == (0, ALL)


def test_taken_away_meanwhile(project: Project, remote: Remote) -> None:
    project.facts()
    project.write("new.html", b"<h1>New</h1>")
    take = lambda: remote.client.delete_object(Bucket="gallery", Key=f"art/{MANIFEST}") and None  # noqa: E731
    with Proxy(project.endpoint, at_put(0, take)) as proxy:
        project.target(endpoint_url=proxy.url)
        assert project.facts(code=1)["error"] == SENTENCE


def test_our_own_manifest_sent_twice_is_nobody_else_s(project: Project, remote: Remote) -> None:
    """It arrives, its answer does not; tried again it meets itself."""
    project.facts()
    project.write("new.html", b"<h1>New</h1>")
    with Proxy(project.endpoint) as proxy:
        project.target(endpoint_url=proxy.url)
        proxy.lost = lambda method, path, number: method == "PUT" and path.endswith(MANIFEST) and number in (0, 3)
        facts = project.facts()
    assert facts["uploaded"] == 1
    assert facts["requests"]["PutObject"] == 5
    project.target()
    assert project.facts()["requests"] == {"ListObjectsV2": 1, "GetObject": 1}


@pytest.mark.parametrize(("status", "code"), [(501, "NotImplemented"), (400, "InvalidArgument")])
def test_a_server_without_conditions(status: int, code: str, project: Project, remote: Remote) -> None:
    """It is asked once; then the manifest is written as ever."""
    with Proxy(project.endpoint) as proxy:
        project.target(endpoint_url=proxy.url)
        proxy.refuse = lambda headers: (status, code) if {"if-match", "if-none-match"} & set(headers) else None
        facts = project.facts()
    assert (facts["uploaded"], facts["requests"]["PutObject"]) == (ALL, ALL + 3)
    assert len(remote.list()) == ALL + 1


def test_cut_off_is_not_overtaken(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with Proxy(project.endpoint, lambda method, *_: RESET if method == "PUT" else None) as proxy:
        project.target(endpoint_url=proxy.url)
        assert "cannot be reached" in project.publish("--yes", code=1).stderr
