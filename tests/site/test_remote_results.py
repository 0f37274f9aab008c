"""Results that travel by buckets and web servers: sent, fetched, looked up by builds, and whatever goes wrong there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from bucket import Remote
from click.testing import CliRunner, Result
from paintings import put, recipes
from PIL import Image
from proxy import Proxy
from servers import Server, folder_server
from sites import Site, targets

from deepartist.cli import main
from deepartist.recipe import Inputs, read_recipe
from deepartist.remotes import lookup
from deepartist.remotes import remote as remotes
from deepartist.remotes.places import RemotePlace
from deepartist.remotes.remote import BucketRemote
from deepartist.remotes.results import fetch
from deepartist.sources import downloads
from deepartist.store import Store

Make = Callable[..., Site]
PLACE = "s3://gallery/results"
AWAY = "http://127.0.0.1:9"
"""Nobody listens there."""
PUSH = [sys.executable, "-c", "from deepartist.cli import main; main()", "push", PLACE, "--endpoint-url"]
"""For processes of their own."""
PAGES = {
    "index.md": "# Home\n\n```deepartist\nstyle: sample:strokes\nsize: 512\n```\n",
    "deep/two.md": "# Two\n\nText.\n\n```deepartist\nstyle: sample:cells\nsize: 64\n```\n",
}


@pytest.fixture
def made(site: Make, remote: Remote) -> Site:
    """A painted site beside an empty bucket."""
    painted = site(PAGES)
    painted.paint()
    return painted


@pytest.fixture
def fork(tmp_path: Path) -> Callable[..., Site]:
    """What a clone has: pages, and options; no cache."""

    def clone(made: Site, name: str = "fork", **options: Any) -> Site:
        (tmp_path / name).mkdir()
        copy = Site(tmp_path / name, {})
        for page in made.docs.rglob("*.md"):
            copy.write(str(page.relative_to(made.docs)), page.read_text())
        copy.options(**{"render": "never", **options})
        return copy

    return clone


@pytest.fixture
def web(made: Site) -> Iterator[tuple[str, list[str]]]:
    """The cache of the painted site, on a web server."""
    with folder_server(made.root / ".cache" / "deepartist") as server:
        yield server


def run(site: Site, *arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(main, [*arguments, "-f", str(site.root / "mkdocs.yml")])
    assert result.exit_code == code, result.output
    for secret in ("very-secret-key", "AKIATEST", "Traceback"):
        assert secret not in result.output
    return result


def told(site: Site, *arguments: str, code: int = 0) -> Any:
    return json.loads(run(site, *arguments, "--json", code=code).stdout)


def push(site: Site, endpoint: str, *arguments: str, code: int = 0) -> Any:
    return told(site, "push", PLACE, "--endpoint-url", endpoint, *arguments, code=code)


def bucket(endpoint: str, url: str = PLACE) -> dict[str, str]:
    return {"url": url, "endpoint_url": endpoint}


def results(site: Site) -> dict[str, bytes]:
    """All files of the cache by their place in it."""
    cache = site.root / ".cache" / "deepartist"
    return {path.relative_to(cache).as_posix(): path.read_bytes() for path in cache.glob("??/*/*")}


def there(remote: Remote) -> dict[str, bytes]:
    return {key.removeprefix("results/"): remote.text(key) for key in remote.list()}


def puts(proxy: Proxy) -> list[str]:
    return [path.rpartition("/")[2] for method, path in proxy.log if method == "PUT"]


def damage(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


# -- as it should be -----------------------------------------------------------------------------------------------


def test_a_fork_builds_from_a_bucket(made: Site, remote: Remote, endpoint: str, fork: Any) -> None:
    sent = push(made, endpoint)
    assert (sent["sent"], sent["there"], sent["missing"], sent["damaged"]) == (2, 0, 0, 0)
    assert there(remote) == results(made)
    assert sent["bytes"] == sum(len(content) for name, content in results(made).items() if ".json" not in name)
    with Proxy(endpoint) as proxy:
        other = fork(made, remotes=[bucket(proxy.url)])
        built = other.build("--strict")
        assert built.code == 0, built.log
        assert "2 fetched from remotes" in built.log
        assert other.states == ["ready", "ready"]
        pictures = [path for _, _, path in targets(other) if path.suffix == ".webp"]
        assert len(set(pictures)) == 2
        assert all(path.is_file() for _, _, path in targets(other))
        assert results(other) == results(made)
        assert len(proxy.log) == len(results(made))
        assert other.build("--strict").code == 0
        assert len(proxy.log) == len(results(made)), "what is here is asked for no more"


def test_a_fork_builds_from_a_web_server(made: Site, web: Any, fork: Any) -> None:
    url, asked = web
    other = fork(made, remotes=url)
    built = other.build("--strict")
    assert built.code == 0, built.log
    assert other.states == ["ready", "ready"]
    assert results(other) == results(made)
    assert sorted(asked) == sorted(f"GET /{name}" for name in results(made))


def test_a_cached_build_asks_nobody(made: Site, fork: Any, endpoint: str) -> None:
    program = (
        "import sys; from mkdocs.__main__ import cli\n"
        "try: cli(['build', '-q', '--strict'])\n"
        "except SystemExit as end: assert not end.code\n"
        "print(sorted({'torch', 'boto3', 'botocore', 'requests', 'urllib3'} & set(sys.modules)))"
    )
    made.options(render="missing", remotes=[AWAY, bucket(AWAY)])
    for _ in range(2):  # the first reads the recipes, the second remembers them
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=made.root, capture_output=True, text=True, check=True
        )
        assert done.stdout.strip().splitlines()[-1] == "[]"
    assert made.states == ["ready", "ready"]


def test_while_pages_are_written_nobody_is_asked(made: Site, web: Any, fork: Any) -> None:
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    url, asked = web
    other = fork(made, remotes=[url])
    config = load_config(str(other.root / "mkdocs.yml"))
    config.plugins.on_startup(command="serve", dirty=False)
    build(config)
    assert other.states == ["pending", "pending"]
    assert asked == []


def test_pull(made: Site, web: Any, fork: Any) -> None:
    url, asked = web
    other = fork(made)
    size = sum(len(content) for name, content in results(made).items() if ".json" not in name)
    assert told(other, "pull", url) == {"fetched": 2, "there": 0, "missing": 0, "bytes": size}
    assert results(other) == results(made)
    asked.clear()
    assert told(other, "pull", f"{url}/") == {"fetched": 0, "there": 2, "missing": 0, "bytes": 0}
    assert asked == []
    assert other.build_here("--strict").code == 0


def test_painting_a_site_fetches_first(made: Site, web: Any, fork: Any) -> None:
    """Nothing is left to be painted, so no worker is started."""
    other = fork(made, remotes=web[0])
    result = run(other, "paint", "--site")
    assert result.stdout == "2 recipes: 2 there before\n"
    assert "2 results fetched from remotes" in result.stderr
    assert results(other) == results(made)


def test_a_final_takes_the_place_of_a_draft_only_when_pulled(made: Site, web: Any, fork: Any) -> None:
    url, asked = web
    other = fork(made, remotes=[url])
    other.paint("draft")
    assert other.build_here("--strict").code == 0
    assert (other.states, asked) == (["draft", "draft"], [])
    assert told(other, "pull")["fetched"] == 2
    assert other.build_here("--strict").code == 0
    assert other.states == ["ready", "ready"]


def test_drafts_are_fetched_where_there_is_no_final(
    site: Make, remote: Remote, endpoint: str, fork: Any, painter: Any
) -> None:
    made = site(PAGES)
    made.paint("draft")
    assert push(made, endpoint)["sent"] == 2
    with Proxy(endpoint) as proxy:
        assert told(fork(made, remotes=[bucket(proxy.url)]), "pull")["fetched"] == 2
        assert len(proxy.log) == 2 + len(results(made)), "what is not there is asked for once"
    other = fork(made, "other", render="missing", quality="final", remotes=[bucket(endpoint)])
    assert "from remotes" not in other.build_here().log, "drafts that are not wanted"
    assert len(painter.keys) == 2
    third = fork(made, "third", quality="auto", remotes=[bucket(endpoint)])
    assert third.build_here("--strict").code == 0
    assert third.states == ["draft", "draft"]


def test_paintings_that_others_are_made_from(site: Make, remote: Remote, endpoint: str, fork: Any) -> None:
    made = site({"a.md": PAGES["index.md"]})
    made.paint()
    (record,) = (path.parent.name for path in (made.root / ".cache").rglob("record.json"))
    made.write("index.md", f"```deepartist\nstyle: painting:{record}\nsize: 64\n```\n")
    with made.session() as session:
        for _, text in recipes(made.docs):
            put(session, session.plan(read_recipe(text, session.inputs([])), "final"))
    assert push(made, endpoint)["sent"] == 2
    assert told(fork(made), "pull", PLACE, "--endpoint-url", endpoint)["fetched"] == 2
    other = fork(made, "third", remotes=[bucket(endpoint)])
    built = other.build_here("--strict")
    assert built.code == 0, built.log
    assert other.states == ["ready", "ready"]


def test_what_is_there_is_not_sent_again(made: Site, remote: Remote, endpoint: str) -> None:
    push(made, endpoint)
    made.write("new.md", PAGES["index.md"].replace("strokes", "marble"))
    made.paint()
    with Proxy(endpoint) as proxy:
        again = push(made, proxy.url)
        assert (again["sent"], again["there"]) == (1, 2)
        assert puts(proxy)[-1] == "record.json"
        assert len(puts(proxy)) == 3
        proxy.log.clear()
        assert push(made, proxy.url)["sent"] == 0
        assert {method for method, _ in proxy.log} == {"HEAD"}
    assert there(remote) == results(made)


def test_the_whole_cache(made: Site, remote: Remote, endpoint: str) -> None:
    with made.session() as session:
        session.store.put("ab" + "0" * 62, {"canvas": (b"numbers", ".safetensors", 4, 4)}, {"kind": "stage"})
    assert push(made, endpoint)["sent"] == 2
    assert push(made, endpoint, "--all") == {"sent": 1, "there": 2, "missing": 0, "damaged": 0, "bytes": 7}
    assert there(remote) == results(made)


def test_large_files_go_in_parts(made: Site, remote: Remote, endpoint: str) -> None:
    content = os.urandom(20 * 2**20)
    with made.session() as session:
        session.store.put("ab" + "0" * 62, {"canvas": (content, ".safetensors", 4, 4)}, {"kind": "stage"})
    push(made, endpoint, "--all")
    assert there(remote) == results(made)


def test_a_film_goes_whole(made: Site, remote: Remote, endpoint: str) -> None:
    frames = {f"frame-00{number}": (b"one frame", ".webp", 4, 4) for number in range(3)}
    files = {"webp": (b"one frame", ".webp", 4, 4), "mp4": (b"film", ".mp4", 4, 4), "gif": (b"moves", ".gif", 4, 4)}
    with made.session() as session, Proxy(endpoint) as proxy:
        push(made, endpoint)
        film = session.store.put("ab" + "0" * 62, {**files, **frames}, {"kind": "film"})
        assert push(made, proxy.url, "--all")["bytes"] == 9 + 4 + 5
        assert len(puts(proxy)) == 4, "equal frames once"
        copy = Store(made.root / "copy")
        fetched = fetch(BucketRemote(RemotePlace.model_validate(bucket(endpoint))), film.key, copy)
    assert fetched is not None
    assert fetched.text() == film.text()
    kinds = {key.rpartition(".")[2]: remote.get(key)["ContentType"] for key in remote.list()}
    assert (kinds["mp4"], kinds["gif"]) == ("video/mp4", "image/gif")


def test_types_and_caching(made: Site, remote: Remote, endpoint: str) -> None:
    push(made, endpoint)
    for key in remote.list():
        answer = remote.get(key)
        kind = {"json": "application/json", "webp": "image/webp", "png": "image/png"}[key.rpartition(".")[2]]
        assert answer["ContentType"] == kind
        assert ("immutable" in answer["CacheControl"]) == (not key.endswith("record.json"))


def test_check_frozen_knows_of_remotes(made: Site, web: Any, fork: Any) -> None:
    url, asked = web
    other = fork(made, remotes=[url])
    run(other, "check", "--frozen")
    assert {each.partition(" ")[0] for each in asked} == {"HEAD"}
    lost = next(path for path in (made.root / ".cache").rglob("record.json") if "cells" in path.read_text())
    lost.unlink()
    assert run(other, "check", "--frozen", code=2).stderr.endswith(
        "two.md:5:1: this picture is not in frozen and at no remote; "
        "run `mkdocs build` where it can be painted, then `deepartist freeze` or `deepartist push`\n"
    )
    other.options(remotes=[AWAY])
    assert f"at no remote; {AWAY} cannot be read: the host refuses" in run(other, "check", "--frozen", code=2).stderr


# -- when it goes wrong --------------------------------------------------------------------------------------------


def test_the_record_comes_last(made: Site, remote: Remote, endpoint: str, fork: Any) -> None:
    fault = lambda method, path, _: (403, "AccessDenied") if path.endswith(".json") and method == "PUT" else None  # noqa: E731
    with Proxy(endpoint, fault) as proxy:
        result = run(made, "push", PLACE, "--endpoint-url", proxy.url, code=1)
    assert "do not permit to write into it (s3:PutObject)" in result.stderr
    assert result.stderr.count("\n") == 1
    arrived = set(there(remote))
    assert arrived
    assert not any(name.endswith(".json") for name in arrived)
    other = fork(made, remotes=[bucket(endpoint)])
    assert told(other, "pull", code=1)["missing"] == 2, "half a result is none"
    with Proxy(endpoint) as proxy:
        assert push(made, proxy.url)["sent"] == 2
        assert len(puts(proxy)) == len(results(made)) - len(arrived)
    assert there(remote) == results(made)


def test_killed_between_files(made: Site, remote: Remote, endpoint: str, fork: Any) -> None:
    for number in range(6):
        made.write(f"more/{number}.md", PAGES["index.md"].replace("512", f"512\nseed: {number + 1}"))
    made.paint()
    count = len(results(made))
    fault = lambda method, _path, number: time.sleep(number * 0.03) if method == "PUT" else None  # noqa: E731
    with Proxy(endpoint, fault) as proxy:  # type: ignore[arg-type]
        child = subprocess.Popen([*PUSH, proxy.url], cwd=made.root, stderr=subprocess.DEVNULL)
        while len(puts(proxy)) < 10:
            assert child.poll() is None
            time.sleep(0.01)
        child.send_signal(signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL
        time.sleep(1)  # what the proxy holds back arrives
    arrived = there(remote)
    whole = [name for name in arrived if name.endswith("record.json")]
    assert 10 <= len(arrived) < count
    assert len(whole) < 8
    for name in whole:
        names = [each["name"] for each in json.loads(arrived[name])["outputs"]]
        assert {f"{name.removesuffix('record.json')}{each}" for each in names} <= arrived.keys()
    other = fork(made, remotes=[bucket(endpoint)])
    assert told(other, "pull", code=1)["fetched"] == len(whole)
    with Proxy(endpoint) as proxy:
        assert push(made, proxy.url)["there"] == len(whole)
        assert len(puts(proxy)) == count - len(arrived)
    assert there(remote) == results(made)


def test_two_writers_at_once(made: Site, remote: Remote, endpoint: str, fork: Any) -> None:
    """Other computers paint other pixels: whoever wins, what is there is whole."""
    rival = fork(made, "rival")
    with rival.session() as session:
        for _, text in recipes(rival.docs):
            put(session, session.plan(read_recipe(text, Inputs([])), "final"), Image.new("RGB", (30, 30), "red"))
    with Proxy(endpoint, delay=0.1) as proxy:
        line = [*PUSH, proxy.url, "--force"]
        writers = [subprocess.Popen(line, cwd=each.root, stdout=subprocess.PIPE) for each in (made, rival)]
        assert [writer.communicate()[0].partition(b" sent")[0] for writer in writers] == [b"2 results"] * 2
    both = {**results(made), **results(rival)}
    assert there(remote).keys() == both.keys()
    reader = fork(made, remotes=[bucket(endpoint)])
    assert told(reader, "pull")["fetched"] == 2
    for name, content in results(reader).items():
        assert content in (results(made).get(name), results(rival).get(name))


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
