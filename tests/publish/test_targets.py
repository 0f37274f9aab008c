"""Targets in mkdocs.yml and on the command line: what is wrong with them is said before anybody is asked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from buckets import MANIFEST, SITE, Project, Remote
from click.testing import CliRunner
from mkdocs.__main__ import cli as mkdocs

from deepartist.cli import main
from deepartist.jobs.targets import KEEP_DAYS, MAX_DELETE

HEAD = "site_name: x\nplugins:\n  - deepartist:\n      publish:\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("live: {url: gallery}", '"gallery" is no target: write s3://bucket'),
        ("live: {url: 'https://gallery'}", '"https://gallery" is no target'),
        ("live: {url: 's3://Gallery'}", '"Gallery" cannot be the name of a bucket'),
        ("live: {url: 's3://gallery/../other'}", "leads outside of its folder"),
        ("live: {url: 's3://gallery//x'}", "leads outside of its folder"),
        ("live: {url: 's3://gallery?acl'}", 'holds no "?"'),
        ("live: {url: 's3://me:secret@gallery'}", "without user, password or port"),
        ("live: {}", '"url" is missing'),
        ("live: s3://gallery", 'expected "word: value"'),
        ("live: {url: 's3://gallery', regoin: x}", 'unknown word "regoin" (did you mean "region"?)'),
        ("live: {url: 's3://gallery', endpoint_url: minio}", '"minio" is no endpoint'),
        ("live: {url: 's3://gallery', endpoint_url: 'https://a:b@minio'}", "holds no user and no password"),
        ("live: {url: 's3://gallery', keep_days: -1}", "must be at least 0"),
        ("live: {url: 's3://gallery', acl: everybody}", '"everybody" is not valid here'),
        ("live: {url: 's3://gallery', headers: {'*.css': {cache: 1}}}", 'unknown word "cache"'),
        ("a/b: {url: 's3://gallery'}", '"a/b" cannot be the name of a target'),
        (
            "live: {url: 's3://gallery/x/'}\n        prod: {url: 's3://gallery/x'}",
            '"live" and "prod" are the same place',
        ),
        ("live: {url: 's3://one'}\n        live: {url: 's3://two'}", 'mkdocs.yml:6: the target "live" stands twice'),
    ],
)
def test_mistakes(target: str, sentence: str, here: Path) -> None:
    (here / "mkdocs.yml").write_text(f"{HEAD}        {target}\n")
    result = CliRunner().invoke(main, ["publish", "live", "--yes"])
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert "secret" not in result.stderr
    assert result.stdout == ""


def test_which(project: Project) -> None:
    project.configure({"live": {"url": "s3://gallery"}, "preview": {"url": "s3://gallery/preview"}})
    assert project.publish(code=2).stderr == "which target? There are live, preview\n"
    assert '"priview" (did you mean "preview"?)' in project.publish("priview", code=2).stderr
    project.configure({})
    assert "no target is named" in project.publish(code=2).stderr
    assert "an address begins with s3://" in project.publish("live", code=2).stderr
    assert "leads outside" in project.publish("s3://gallery/../x", code=2).stderr
    assert '"error": ' in project.publish("s3://gallery/../x", "--json", code=2).stdout


def test_the_address_of_a_named_target_is_that_target(project: Project, remote: Remote) -> None:
    facts = project.facts("s3://gallery/art/")
    assert (facts["target"], facts["uploaded"]) == ("live", len(SITE) + 1)


def test_mkdocs_knows_the_option(project: Project) -> None:
    (project.root / "docs" / "index.md").write_text("# Hello\n")
    result = CliRunner().invoke(mkdocs, ["build", "--strict", "-q", "-d", "out"])
    assert result.exit_code == 0, result.output
    project.target(regoin="x")
    result = CliRunner().invoke(mkdocs, ["build", "--strict", "-q", "-d", "out"])
    assert result.exit_code == 1
    assert 'unknown word "regoin"' in result.output


def test_help_says_the_defaults(project: Project) -> None:
    text = " ".join(project.publish("--help").stdout.split())
    assert re.search(rf"--max-delete[^[]*\[default: {MAX_DELETE}\]", text)
    assert re.search(rf"--keep-days[^[]*\[default: {KEEP_DAYS:g}\]", text)


def test_two_targets_in_one_bucket(project: Project, remote: Remote) -> None:
    """The inner one is none of the outer one's business."""
    both = {"live": "s3://gallery", "preview": "s3://gallery/preview"}
    project.configure({name: {"url": url, "endpoint_url": project.endpoint} for name, url in both.items()})
    project.facts("preview")
    project.facts("live")
    (project.site / "404.html").unlink()
    assert project.facts("live", "--keep-days", "0")["deleted"] == 1
    assert {"preview/404.html", f"preview/{MANIFEST}"} <= set(remote.list())
