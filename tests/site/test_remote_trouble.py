"""Remotes with damaged results, that do not answer, refuse or never end; and options that are wrong."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest
from bucket import Remote
from proxy import Proxy
from remote_sites import AWAY, PAGES, PLACE, Make, bucket, damage, push, results, run, there, told
from servers import Server
from sites import Site

from deepartist.remotes import lookup
from deepartist.remotes import remote as remotes
from deepartist.sources import downloads


def spoil(remote: Remote, ending: str, change: Callable[[bytes], bytes | None]) -> str:
    """Change the file of the page with cells that has this ending; returns its place."""
    record = next(key for key in remote.list() if key.endswith(".json") and b"cells" in remote.text(key))
    folder = record.removesuffix("record.json")
    key = next(each for each in remote.list() if each.startswith(folder) and each.endswith(ending))
    content = change(remote.text(key))
    if content is None:
        remote.client.delete_object(Bucket=remote.bucket, Key=key)
    else:
        remote.put(key, content)
    return f"s3://gallery/{key}"


def record(**values: Any) -> Callable[[bytes], bytes]:
    return lambda content: json.dumps({**json.loads(content), **values}).encode()


def escape(content: bytes) -> bytes:
    data = json.loads(content)
    data["outputs"][0]["name"] = f"../{data['outputs'][0]['name']}"
    return json.dumps(data).encode()


BAD = [
    (".webp", damage, "is damaged: its bytes are not those of its record"),
    (".webp", lambda content: content[:-9], "is damaged: its bytes are not those of its record"),
    (".webp", lambda content: content + b"more", "is damaged: its bytes are not those of its record"),
    (".webp", lambda content: None, "is missing, although its record names it"),
    ("record.json", lambda content: b"{", "is damaged: it is not used"),
    ("record.json", lambda content: b"[]", "is damaged: it is not used"),
    ("record.json", record(key="0" * 64), "is damaged: it is not used"),
    ("record.json", record(outputs=[]), "is damaged: it is not used"),
    ("record.json", record(outputs=[{"role": "webp"}]), "is damaged: it is not used"),
    ("record.json", record(version=7), "was written by a newer DeepArtist: install that one to use it"),
    ("record.json", escape, "is damaged: it is not used"),
]


@pytest.mark.parametrize(("ending", "harm", "sentence"), BAD)
def test_what_is_bad_is_named_and_not_used(
    ending: str, harm: Any, sentence: str, made: Site, remote: Remote, endpoint: str, fork: Any, painter: Any
) -> None:
    push(made, endpoint)
    place = spoil(remote, ending, harm)
    other = fork(made, remotes=[bucket(endpoint)])
    built = other.build_here("--strict")
    assert built.code == 1
    assert f"{place} {sentence}" in built.warnings[0]
    assert len(built.warnings) == 2, "and the page that lacks it"
    assert sorted(other.states) == ["pending", "ready"]
    other.options(remotes=[bucket(endpoint)])  # where it may be painted, it is, and nothing is missing
    built = other.build_here("--strict")
    assert built.code == 0, built.log
    assert f"{place} {sentence}" in built.log
    assert len(painter.keys) == 1


def test_what_is_bad_is_fetched_elsewhere(made: Site, web: Any, remote: Remote, endpoint: str, fork: Any) -> None:
    url, asked = web
    push(made, endpoint)
    place = spoil(remote, ".webp", damage)
    other = fork(made, remotes=[bucket(endpoint), url])
    built = other.build_here("--strict")
    assert built.code == 0
    assert f"{place} is damaged" in built.log
    assert results(other) == results(made)
    assert len([each for each in asked if each.endswith("record.json")]) == 1
    # Whoever has it whole mends it.
    assert push(made, endpoint)["sent"] == 0
    assert push(made, endpoint, "--force")["sent"] == 2
    assert there(remote) == results(made)


def test_what_is_damaged_here_is_not_sent(made: Site, remote: Remote, endpoint: str) -> None:
    picture = next(path for path in (made.root / ".cache").rglob("*.webp"))
    picture.write_bytes(damage(picture.read_bytes()))
    result = run(made, "push", PLACE, "--endpoint-url", endpoint, code=1)
    assert f"{picture} is damaged: its bytes are not those that were stored; it was not sent\n" in result.stderr
    assert result.stdout.startswith("1 result sent")
    assert len([name for name in there(remote) if name.endswith("record.json")]) == 1


@pytest.mark.parametrize("place", [AWAY, bucket(AWAY)])
def test_nobody_listens(place: Any, made: Site, fork: Any, painter: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remotes, "RETRIES", 0)
    name = place if isinstance(place, str) else f"{PLACE} at {AWAY}"
    other = fork(made, remotes=[place])
    built = other.build_here()
    assert built.code == 0
    assert [each for each in built.warnings if each.startswith(f"{name} cannot be")] == built.warnings[:1]
    assert len(built.warnings) == 3, "one, and two pages without their pictures"
    assert other.build_here("--strict").code == 1
    other.options(remotes=[place])
    built = other.build_here("--strict")
    assert built.code == 0, "all is painted, so nothing is missing"
    assert f"{name} cannot be" in built.log
    assert len(painter.keys) == 2
    assert told(made, "pull", AWAY)["there"] == 2, "nobody has to be asked"
    made.write("new.md", PAGES["index.md"].replace("strokes", "marble"))
    assert "cannot be" in run(made, "pull", AWAY, code=1).stderr


def test_a_silent_server(made: Site, fork: Any, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remotes, "SILENCE", 0.2)
    monkeypatch.setattr(remotes, "RETRIES", 0)
    for name in results(made):
        server.put(f"/{name}", [2.0, b"late"])
    built = fork(made, remotes=[server.url("")]).build_here()
    assert built.warnings[0].endswith("cannot be read: the server is silent for 0.2 seconds")
    assert len(built.warnings) == 3


def test_an_endless_file(made: Site, fork: Any, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remotes, "LONGEST", 0.2)
    for name in results(made):
        server.put(f"/{name}", [b"drop", 0.1] * 100)
    monkeypatch.setattr(remotes, "CHUNK", 2)
    built = fork(made, remotes=[server.url("")]).build_here()
    assert built.warnings[0] == f"{server.url('')} takes longer than 0.2 seconds for one file"


def test_a_file_that_is_longer_than_its_record_says(
    made: Site, fork: Any, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remotes, "LONGEST", 1.0)
    monkeypatch.setattr(remotes, "CHUNK", 16)
    for name, content in results(made).items():
        server.put(f"/{name}", content if name.endswith(".json") else [content, 0.1, *[b"more", 0.1] * 100])
    built = fork(made, remotes=[server.url("")]).build_here()
    assert [each.endswith("its bytes are not those of its record, not used") for each in built.warnings[:2]] == [
        True
    ] * 2


def test_after_some_failures_a_remote_is_left_alone(
    made: Site, fork: Any, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup, "WORKERS", 1)
    monkeypatch.setattr(remotes, "RETRIES", 0)
    good = results(made)
    for number in range(9):
        made.write(f"more/{number}.md", PAGES["index.md"].replace("512", f"512\nseed: {number + 1}"))
    made.paint()
    for name, content in results(made).items():
        server.put(f"/{name}", content, 200 if name in good else 503)
    sentence = f"{server.url('')} cannot be read: the server says 503 Service Unavailable"
    built = fork(made, remotes=[server.url("")]).build_here()
    assert built.warnings[0] == sentence
    assert len(built.warnings) == 1 + 9
    failed = [path for path in server.asked if path.removeprefix("/") not in good]
    assert len([path for path in failed if server.answers.get(path)]) == lookup.PATIENCE
    server.asked.clear()
    server.fail_first = 1000  # it never gives anything
    built = fork(made, "third", remotes=[server.url("")]).build_here()
    assert built.warnings[0] == sentence
    assert len(built.warnings) == 1 + 11
    assert len(server.asked) == 1


def test_a_server_that_answers_anything(made: Site, fork: Any, server: Server) -> None:
    """A page for whatever is asked, as portals of hotels give it."""
    for number in range(9):
        made.write(f"more/{number}.md", PAGES["index.md"].replace("512", f"512\nseed: {number + 1}"))
    made.paint()
    for name in results(made):
        server.put(f"/{name}", b"<h1>Welcome to the hotel</h1>")
    built = fork(made, remotes=[server.url("")]).build_here()
    damaged = [each for each in built.warnings if "record.json is damaged" in each]
    assert len(damaged) == lookup.SHOWN
    assert "… and 6 more that are not used" in built.warnings


def test_redirects(made: Site, fork: Any, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, content in results(made).items():
        server.put(f"/real/{name}", content)
        server.redirect(f"/old/{name}", server.url(f"/real/{name}"))
    built = fork(made, remotes=[server.url("/old")]).build_here("--strict")
    assert built.code == 0, built.log
    monkeypatch.setattr(downloads, "is_private", lambda address: "/real/" in address)
    built = fork(made, "third", remotes=[server.url("/old")]).build_here()
    assert "leads into a private network" in built.warnings[0]


def test_refusals(made: Site, fork: Any, server: Server) -> None:
    """A server that does not list says "forbidden" for what is not there: no trouble, as long as it gives something."""
    for name, content in results(made).items():
        server.put(f"/{name}", content)
    lost = next(path for path in (made.root / ".cache").rglob("record.json") if "cells" in path.read_text())
    server.put(f"/{lost.parent.parent.name}/{lost.parent.name}/record.json", b"", 403)
    built = fork(made, remotes=[server.url("")]).build_here()
    assert len(built.warnings) == 1, "the page that lacks its picture"
    for name in results(made):
        server.put(f"/{name}", b"", 403)
    built = fork(made, "third", remotes=[server.url("")]).build_here()
    assert built.warnings[0].endswith("cannot be read: the server says 403 Forbidden")
    assert len(built.warnings) == 3


def test_a_bucket_that_refuses(made: Site, fork: Any, remote: Remote, endpoint: str) -> None:
    with Proxy(endpoint, lambda *_: (403, "AccessDenied")) as proxy:
        built = fork(made, remotes=[bucket(proxy.url)]).build_here()
        assert "do not permit to read from it (s3:GetObject)" in built.warnings[0]
        assert len(built.warnings) == 3
        assert "very-secret-key" not in built.log
        assert "do not permit to read" in run(made, "push", PLACE, "--endpoint-url", proxy.url, code=1).stderr
    other = fork(made, "third", remotes=[bucket(endpoint, "s3://not-there")])
    assert 'there is no bucket "not-there"' in other.build_here().warnings[0]


def test_without_credentials_or_boto3(made: Site, fork: Any, endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    other = fork(made, remotes=[bucket(endpoint)])
    assert f"{PLACE} at {endpoint}: no credentials were found" in other.build_here().warnings[0]
    assert "no credentials were found" in run(made, "push", PLACE, "--endpoint-url", endpoint, code=1).stderr
    monkeypatch.setitem(sys.modules, "boto3", None)
    built = other.build_here()
    assert built.warnings[0] == f'{PLACE} needs boto3: pip install "deepartist[s3]"'
    assert "needs boto3" in run(made, "push", PLACE, code=1).stderr


def test_a_cache_that_cannot_be_written(made: Site, web: Any, fork: Any) -> None:
    url, _ = web
    other = fork(made, remotes=[url])
    (other.root / ".cache").write_text("a file")
    built = other.build_here()
    assert built.code == 0
    assert "cannot be stored" in built.warnings[0]
    assert len(built.warnings) == 3


# -- options -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("gallery", '"gallery" is no remote: write s3://bucket/folder or https://host/folder'),
        ("ftp://host/x", '"ftp://host/x" is no remote'),
        ("https://", '"https://" is no remote'),
        ("https://me:hush@host/x", "a remote holds no user and no password"),
        ("s3://me:hush@gallery/x", "without user, password or port"),
        ("https://host/x?token=1", 'holds no "?"'),
        ("s3://gallery/../x", "leads outside of its folder"),
        ({"url": "https://host/x", "region": "eu-west-1"}, "region is for s3:// addresses: https://host/x needs none"),
        ({"url": "s3://gallery", "regoin": "x"}, 'unknown word "regoin" (did you mean "region"?)'),
        ({"region": "x"}, '"url" is missing'),
        (7, "remotes is a list of addresses"),
    ],
    ids=lambda _: "",
)
def test_mistakes(given: Any, sentence: str, site: Make) -> None:
    made = site({"index.md": "# Home\n"})
    made.options(remotes=given)
    built = made.build_here()
    assert built.code == 1
    assert sentence in built.log
    result = run(made, "pull", code=2)
    assert sentence in result.stderr
    assert "hush" not in built.log + result.output


def test_which_remote(site: Make) -> None:
    made = site(PAGES)
    assert "no remote is named: give one, as in s3://my-bucket/results" in run(made, "push", code=2).stderr
    assert "https://host/x can only be read" in run(made, "push", "https://host/x", code=2).stderr
    assert "region is for s3:// addresses" in run(made, "pull", "https://host", "--region", "x", code=2).stderr
    made.options(remotes=["s3://one", "s3://two", "https://host"])
    assert run(made, "push", code=2).stderr == "which remote? There are s3://one, s3://two\n"


def test_options_of_a_named_remote_hold_for_its_address(made: Site, remote: Remote, endpoint: str) -> None:
    made.options(remotes=["https://example.org", bucket(endpoint)])
    assert told(made, "push")["sent"] == 2
    assert told(made, "push", f"{PLACE}/")["there"] == 2
