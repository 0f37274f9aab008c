"""The same against another implementation, one that keeps its buckets on disk: s3rver, from npm.

Skipped where there is no npm, or no network to install it by.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError, URLError

import boto3
import pytest
from buckets import SITE, Project, Remote

from deepartist.remotes.places import RemotePlace
from deepartist.remotes.remote import BucketRemote
from deepartist.remotes.results import fetch, send, unsent
from deepartist.store import Store

S3RVER = "s3rver@3.7.1"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    npm, folder = shutil.which("npm"), tmp_path_factory.mktemp("s3rver")
    if npm is None:
        pytest.skip(f"{S3RVER} cannot be installed: there is no npm")
    line = [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), S3RVER]
    try:
        subprocess.run(line, cwd=folder, check=True, capture_output=True, timeout=120)
    except (subprocess.SubprocessError, OSError) as error:
        pytest.skip(f"{S3RVER} cannot be installed: {error}")
    return folder / "node_modules" / ".bin" / "s3rver"


@pytest.fixture
def other(program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Remote]:
    """A running server with one empty bucket."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "S3RVER")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "S3RVER")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    line = [program, "-d", tmp_path / "buckets", "-a", "127.0.0.1", "-p", str(port), "-s", "--no-vhost-buckets"]
    server = subprocess.Popen([*map(str, line), "--configure-bucket", "gallery"], stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url)
        yield Remote(boto3.session.Session().client("s3", endpoint_url=url, region_name="us-east-1"))
    finally:
        server.terminate()
        server.wait()


def _wait_for(url: str) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(url).close()
        except HTTPError:
            return
        except URLError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(url)


@pytest.fixture
def elsewhere(other: Remote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    root = tmp_path / "project"
    root.mkdir()
    monkeypatch.chdir(root)
    return Project(root, other.client.meta.endpoint_url)


def test_all_of_it(elsewhere: Project, other: Remote) -> None:
    film = bytes(range(256)) * (20 * 2**20 // 256)
    elsewhere.write("films/zoom.mp4", film)
    elsewhere.write("für uns/a b+c.html", b"odd")
    assert elsewhere.facts()["uploaded"] == len(SITE) + 3
    assert other.text("art/films/zoom.mp4") == film
    assert other.text("art/für uns/a b+c.html") == b"odd"
    assert other.get("art/index.html")["ContentType"] == "text/html; charset=utf-8"
    assert elsewhere.facts()["requests"] == {"ListObjectsV2": 1, "GetObject": 1}
    elsewhere.target(headers={"*.css": {"cache_control": "max-age=60"}})
    elsewhere.write("index.html", b"new")
    (elsewhere.site / "404.html").unlink()
    facts = elsewhere.facts("--keep-days", "0")
    assert (facts["uploaded"], facts["deleted"]) == (2, 1)
    assert "art/404.html" not in other.list()
    assert other.text("art/index.html") == b"new"


def test_results(other: Remote, tmp_path: Path) -> None:
    """What `deepartist push` and `pull` say to a server: a small file, one in parts, and what is not there."""
    here, elsewhere, key = Store(tmp_path / "here"), Store(tmp_path / "elsewhere"), "ab" + "0" * 62
    files = {"webp": (b"picture", ".webp", 4, 3), "png": (os.urandom(20 * 2**20), ".png", 4, 3)}
    record = here.put(key, files, {"title": "für"})
    place = RemotePlace(url="s3://gallery/results", endpoint_url=other.client.meta.endpoint_url)
    bucket = BucketRemote(place, patient=True)
    assert fetch(bucket, key, elsewhere) is None
    (parcel,) = unsent(bucket, [record])
    assert send(bucket, [parcel], lambda _: None) == []
    assert unsent(bucket, [record]) == []
    copy = fetch(bucket, key, elsewhere)
    assert copy is not None
    assert copy.text() == record.text()
    assert copy.content("png") == files["png"][0]


def test_wrong_key(elsewhere: Project, other: Remote, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATEST")
    assert "the credentials are not valid" in elsewhere.publish("--yes", code=1).stderr
    assert other.list() == []
