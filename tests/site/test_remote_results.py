"""Results that travel by buckets and web servers: sent, fetched, and looked up by builds."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import Any

from bucket import Remote
from paintings import put, recipes
from PIL import Image
from proxy import Proxy
from remote_sites import AWAY, PAGES, PLACE, PUSH, Make, bucket, push, puts, results, run, there, told
from sites import Site, targets

from deepartist.recipe import Inputs, read_recipe
from deepartist.remotes.places import RemotePlace
from deepartist.remotes.remote import BucketRemote
from deepartist.remotes.results import fetch
from deepartist.store import Store

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
