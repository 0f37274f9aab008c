"""Whatever goes wrong is one sentence, changes nothing by then, and the next run goes on from there."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from typing import Any

import pytest
from buckets import MANIFEST, PLACE, SITE, Project, Remote
from proxy import RESET, Proxy

ALL = len(SITE) + 1
AWAY = "http://127.0.0.1:9"
"""Nobody listens there."""


@pytest.mark.parametrize(
    ("code", "status", "sentence"),
    [
        ("AccessDenied", 403, "do not permit to list it (s3:ListBucket)"),
        ("ExpiredToken", 400, "the credentials have expired"),
        ("InvalidAccessKeyId", 403, "the credentials are not valid"),
        ("SignatureDoesNotMatch", 403, "the credentials are not valid"),
        ("RequestTimeTooSkewed", 403, "the clock of this computer is wrong"),
        ("PermanentRedirect", 301, "it is in eu-west-7: add `region: eu-west-7`"),
        ("NoSuchBucket", 404, 'there is no bucket "gallery"'),
        ("Strange", 418, "answers Strange to ListObjectsV2"),
    ],
)
def test_refusals(code: str, status: int, sentence: str, project: Project, remote: Remote) -> None:
    headers = {"x-amz-bucket-region": "eu-west-7"} if status == 301 else {}
    with Proxy(project.endpoint, lambda *_: (status, code), headers=headers) as proxy:
        project.target(endpoint_url=proxy.url)
        result = project.publish("--yes", code=1)
    assert sentence in result.stderr
    assert result.stderr.strip().count("\n") == 0
    assert remote.list() == []


def test_no_bucket(project: Project) -> None:
    project.target(url="s3://not-there/x")
    result = project.publish("--yes", code=1)
    assert result.stderr == f'there is no bucket "not-there" at {project.endpoint}: make it, or mend the url\n'


def test_writing_is_not_permitted(project: Project, remote: Remote) -> None:
    fault = lambda method, *_: (403, "AccessDenied") if method == "PUT" else None  # noqa: E731
    with Proxy(project.endpoint, fault) as proxy:
        project.target(endpoint_url=proxy.url)
        facts = project.facts(code=1)
        assert {method for method, _ in proxy.log} == {"GET"}
    assert "write into it (s3:PutObject)" in facts["error"]
    assert (facts["uploaded"], facts["skipped"], facts["deleted"], facts["bytes"]) == (0, 0, 0, 0)
    assert remote.list() == []


def test_no_credentials(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert "no credentials were found" in project.publish("--yes", code=1).stderr


def test_no_profile(project: Project) -> None:
    project.target(profile="work")
    assert 'there is no profile "work"' in project.publish("--yes", code=1).stderr


def test_nobody_listens(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    project.target(endpoint_url=AWAY)
    assert f"{PLACE} at {AWAY} cannot be reached" in project.publish("--yes", code=1).stderr


def test_without_boto3(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    assert project.publish("--yes", code=1).stderr == "publishing needs boto3: pip install boto3\n"


def test_throttled_and_cut_off(project: Project, remote: Remote) -> None:
    """Every fifth upload is refused for the moment, every seventh has its connection cut."""

    def fault(method: str, path: str, number: int) -> Any:
        if method != "PUT" or number == 0:
            return None
        return (503, "SlowDown") if number % 5 == 0 else RESET if number % 7 == 0 else None

    with Proxy(project.endpoint, fault) as proxy:
        project.target(endpoint_url=proxy.url)
        facts = project.facts()
    assert facts["uploaded"] == ALL
    assert facts["requests"]["PutObject"] > ALL + 2
    assert len(remote.list()) == ALL + 1
    project.target()
    assert project.facts()["requests"] == {"ListObjectsV2": 1, "GetObject": 1}


def test_always_busy(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
    with Proxy(project.endpoint, lambda *_: (503, "SlowDown")) as proxy:
        project.target(endpoint_url=proxy.url)
        assert "is busy (SlowDown), also after waiting" in project.publish("--yes", code=1).stderr


def test_an_interrupted_run_is_taken_up(project: Project, remote: Remote) -> None:
    fault = lambda method, _path, number: (403, "AccessDenied") if method == "PUT" and number > 4 else None  # noqa: E731
    with Proxy(project.endpoint, fault) as proxy:
        project.target(endpoint_url=proxy.url)
        project.facts("--workers", "1", code=1)
    assert len(remote.list()) == 5
    project.target()
    (project.site / "assets/site.css").unlink()  # sent by the first run, and no longer wanted
    facts = project.facts("--keep-days", "0")
    assert (facts["uploaded"], facts["skipped"], facts["deleted"]) == (ALL - 4, 3, 1)
    assert facts["requests"]["HeadObject"] == 3
    assert "art/assets/site.css" not in remote.list()


def test_the_server_s_clock_counts(project: Project, remote: Remote) -> None:
    project.facts()
    (project.site / "404.html").unlink()
    assert project.facts()["waiting"] == 1
    with Proxy(project.endpoint, ahead=8 * 86400) as proxy:
        project.target(endpoint_url=proxy.url)
        assert project.facts()["deleted"] == 1


def test_a_damaged_manifest_costs_questions_only(project: Project, remote: Remote) -> None:
    project.facts()
    remote.put(f"art/{MANIFEST}", b"{")
    (project.site / "404.html").unlink()
    facts = project.facts("--keep-days", "0")
    assert (facts["uploaded"], facts["deleted"], facts["requests"]["HeadObject"]) == (0, 0, ALL - 1)
    assert project.facts()["requests"] == {"ListObjectsV2": 1, "GetObject": 1}


def test_a_newer_manifest(project: Project, remote: Remote) -> None:
    remote.put(f"art/{MANIFEST}", b'{"version": 2, "files": []}')
    assert "published by a newer DeepArtist" in project.publish("--yes", code=1).stderr


def test_a_file_that_changes_meanwhile(project: Project, monkeypatch: pytest.MonkeyPatch, remote: Remote) -> None:
    from deepartist.publish import publisher

    planned = publisher.make_plan

    def later(*given: Any, **options: Any) -> Any:
        project.write("index.html", b"<h1>Rebuilt</h1>")
        return planned(*given, **options)

    monkeypatch.setattr(publisher, "make_plan", later)
    assert "changed while it was published" in project.publish("--yes", code=1).stderr
    assert "art/index.html" not in remote.list()


class TestFigures:
    """A site is published only when all its figures are painted."""

    @pytest.mark.parametrize(
        ("states", "sentence"),
        [
            (("ready", "failed", "pending", "pending"), "1 failed, 2 not painted (page-1.md, page-2.md, page-3.md)"),
            (("pending",), "1 not painted (page-0.md)"),
        ],
    )
    def test_unpainted(self, states: tuple[str, ...], sentence: str, project: Project, remote: Remote) -> None:
        project.figures(*states)
        assert sentence in project.publish("--yes", "--force", code=1).stderr
        assert remote.list() == []

    def test_drafts(self, project: Project, remote: Remote) -> None:
        project.figures("ready", "draft", "draft")
        assert "2 of 3 figures are drafts" in project.publish("--yes", "--require-final", code=1).stderr
        assert remote.list() == []
        result = project.publish("--yes")
        assert result.stderr.count("2 of 3 figures are drafts") == 1
        assert len(remote.list()) == ALL + 1

    def test_a_build_that_did_not_end(self, project: Project) -> None:
        (project.site / "deepartist.json").unlink()
        assert "its build did not end" in project.publish("--yes", code=1).stderr
        (project.root / "mkdocs.yml").write_text("site_name: Without the plugin\n")
        assert "no target is named" in project.publish("--yes", code=2).stderr

    def test_a_damaged_report(self, project: Project) -> None:
        project.write("deepartist.json", b"[")
        assert "is damaged" in project.publish("--yes", code=1).stderr


def test_no_site(project: Project) -> None:
    project.site.rename(project.root / "elsewhere")
    assert "there is no site: build the site first" in project.publish("--yes", code=1).stderr
    (project.root / "site").mkdir()
    project.figures()
    assert "site has no index.html" in project.publish("--yes", code=1).stderr


def test_older_than_its_sources(project: Project) -> None:
    page = project.root / "docs" / "new.md"
    page.write_text("# New")
    os.utime(page, (time.time() + 60, time.time() + 60))
    (page.parent / "leads-nowhere.md").symlink_to("not-there.md")
    assert "site is older than docs/new.md" in project.publish("--dry-run").stderr
    os.utime(page, (0, 0))
    assert "older" not in project.publish("--dry-run").stderr


@pytest.mark.slow
@pytest.mark.parametrize("film", [False, True])
def test_killed(film: bool, project: Project, remote: Remote) -> None:
    """SIGKILL in the middle: all that had arrived is used, and nothing is left that nobody owns."""
    for number in range(40):
        project.write(f"pages/{number}/index.html", b"%d" % number)
    if film:
        project.write("zoom.mp4", os.urandom(40 * 2**20))
    command = [sys.executable, "-c", "from deepartist.cli import main; main()", "publish", "--yes", "--workers", "2"]
    with Proxy(project.endpoint, delay=0.1) as proxy:
        project.target(endpoint_url=proxy.url)
        child = subprocess.Popen(command, cwd=project.root, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        for _ in itertools.repeat(None, 600):
            if sum(method == "PUT" for method, _ in proxy.log) >= (4 if film else 15):
                break
            time.sleep(0.05)
        child.send_signal(signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL
        time.sleep(0.5)
    arrived = len(remote.list()) - 1
    assert 0 < arrived < ALL + 40
    known = json.loads(remote.text(f"art/{MANIFEST}"))["files"]
    assert {key.removeprefix("art/") for key in remote.list()} - {MANIFEST} <= known.keys()
    project.target()
    facts = project.facts()
    assert (facts["uploaded"], facts["skipped"]) == (ALL + 40 + film - arrived, arrived)
    assert project.facts()["requests"] == {"ListObjectsV2": 1, "GetObject": 1}


@pytest.mark.slow
def test_ten_thousand_files(project: Project, remote: Remote) -> None:
    for number in range(10_000):
        project.write(f"{number % 100}/{number}.html", b"%d" % number)
    assert project.facts()["uploaded"] == ALL + 10_000
    facts = project.facts()
    assert facts["uploaded"] == 0
    assert facts["requests"] == {"ListObjectsV2": 11, "GetObject": 1}


@pytest.mark.slow
def test_a_film_of_200_megabytes(project: Project, remote: Remote) -> None:
    film = os.urandom(2**20) * 200
    project.write("zoom.mp4", film)
    assert project.facts()["requests"]["UploadPart"] == 25
    assert remote.text("art/zoom.mp4") == film
    assert project.facts()["uploaded"] == 0
