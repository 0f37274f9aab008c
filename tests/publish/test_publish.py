"""Publishing to a real server over HTTP."""

from __future__ import annotations

import hashlib
import io
import json
from base64 import b64encode
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from buckets import MANIFEST, SITE, Project, Remote
from urllib3 import HTTPResponse

from deepartist.jobs.targets import Target
from deepartist.publish.bucket import Bucket
from deepartist.publish.headers import ASK_AGAIN, FOR_EVER

ALL = len(SITE) + 1  # and deepartist.json


def test_all_files_arrive_as_they_are(project: Project, remote: Remote) -> None:
    facts = project.facts()
    assert (facts["uploaded"], facts["skipped"], facts["deleted"]) == (ALL, 0, 0)
    sizes = [path.stat().st_size for path in project.site.rglob("*") if path.is_file()]
    assert facts["bytes"] == sum(sizes)
    assert remote.list() == sorted(f"art/{name}" for name in [*SITE, "deepartist.json", MANIFEST])
    for name, content in SITE.items():
        assert remote.text(f"art/{name}") == content
    page, picture = remote.get("art/waves/index.html"), remote.get("art/assets/deepartist/0123456789abcdef0123.webp")
    assert (page["ContentType"], page["CacheControl"]) == ("text/html; charset=utf-8", ASK_AGAIN)
    assert (picture["ContentType"], picture["CacheControl"]) == ("image/webp", FOR_EVER)
    assert remote.get("art/assets/javascripts/bundle.79ae519e.min.js")["CacheControl"] == FOR_EVER


def test_a_second_run_costs_one_listing_and_one_manifest(project: Project) -> None:
    project.facts()
    facts = project.facts()
    assert (facts["uploaded"], facts["skipped"], facts["bytes"]) == (0, ALL, 0)
    assert facts["requests"] == {"ListObjectsV2": 1, "GetObject": 1}


def test_only_what_changed_is_sent(project: Project, remote: Remote) -> None:
    project.facts()
    project.write("waves/index.html", b"<h1>Higher</h1>")
    facts = project.facts()
    assert (facts["uploaded"], facts["skipped"], facts["bytes"]) == (1, ALL - 1, 15)
    assert facts["requests"] == {"ListObjectsV2": 1, "GetObject": 1, "PutObject": 3}
    assert remote.text("art/waves/index.html") == b"<h1>Higher</h1>"


def test_a_header_alone_is_noticed(project: Project, remote: Remote) -> None:
    project.facts()
    project.target(headers={"*.css": {"cache_control": "public, max-age=60", "content_language": "en"}})
    plan = project.facts("--dry-run")["changes"]
    assert plan == [{"path": "assets/site.css", "change": "headers"}]
    assert project.facts()["uploaded"] == 1
    answer = remote.get("art/assets/site.css")
    assert (answer["CacheControl"], answer["ContentLanguage"]) == ("public, max-age=60", "en")
    assert answer["ContentType"] == "text/css; charset=utf-8"
    assert project.facts()["uploaded"] == 0


def test_what_others_changed_there_is_mended(project: Project, remote: Remote) -> None:
    project.facts()
    remote.put("art/index.html", b"defaced!")
    remote.client.delete_object(Bucket="gallery", Key="art/404.html")
    changes = {each["path"]: each["change"] for each in project.facts("--dry-run")["changes"]}
    assert changes == {"404.html": "lost there", "index.html": "changed there"}
    project.facts()
    assert remote.text("art/index.html") == SITE["index.html"]


def test_dry_run_writes_nothing(project: Project, remote: Remote) -> None:
    result = project.publish("--dry-run")
    assert "+ waves/index.html  (new, 14 B)" in result.stderr
    assert "nothing was done" in result.stdout
    assert remote.list() == []
    facts = project.facts("--dry-run")
    assert (facts["dry_run"], facts["uploaded"]) == (True, ALL)
    assert remote.list() == []


def test_nobody_to_ask(project: Project, remote: Remote) -> None:
    assert "--yes is needed" in project.publish(code=1).stderr
    assert remote.list() == []


def test_force_sends_all_again(project: Project) -> None:
    project.facts()
    assert project.facts("--force")["uploaded"] == ALL


def test_an_address_is_a_target(project: Project, remote: Remote, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", project.endpoint)
    project.configure({})
    assert project.facts("s3://gallery/elsewhere")["uploaded"] == ALL
    assert all(key.startswith("elsewhere/") for key in remote.list())
    assert project.facts("s3://gallery")["uploaded"] == ALL
    assert "index.html" in remote.list()


def test_order(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(Bucket, "_put", lambda self, path, *_: sent.append(path) or "etag")
    project.facts("--workers", "1")
    assert sent[0] == sent[-1] == MANIFEST
    assert {name.split("/")[0] for name in sent[1:4]} == {"assets"}
    assert set(sent[4:6]) == {"404.html", "waves/index.html"}
    assert set(sent[6:-1]) == {"index.html", "sitemap.xml", "search/search_index.json", "deepartist.json"}


def test_a_film_goes_in_parts(project: Project, remote: Remote) -> None:
    film = bytes(range(256)) * (12 * 2**20 // 256)
    project.write("films/zoom.mp4", film)
    facts = project.facts()
    assert facts["requests"]["UploadPart"] == 2
    answer = remote.get("art/films/zoom.mp4")
    assert answer["ETag"].endswith('-2"')
    assert answer["ContentType"] == "video/mp4"
    assert answer["Body"].read() == film
    assert project.facts()["requests"] == {"ListObjectsV2": 1, "GetObject": 1}


def test_many_small_files(project: Project, remote: Remote) -> None:
    for number in range(200):
        project.write(f"pages/{number}/index.html", b"%d" % number)
    assert project.facts()["uploaded"] == ALL + 200
    assert len(remote.list()) == ALL + 201
    assert project.facts()["requests"] == {"ListObjectsV2": 1, "GetObject": 1}


class TestDeleting:
    """Last, only what is ours, not too soon, not too much."""

    def test_only_after_its_time(self, project: Project, remote: Remote) -> None:
        project.facts()
        (project.site / "waves/index.html").unlink()
        facts = project.facts()
        assert (facts["deleted"], facts["waiting"]) == (0, 1)
        assert project.facts()["waiting"] == 1
        assert "art/waves/index.html" in remote.list()
        manifest = json.loads(remote.text(f"art/{MANIFEST}"))
        manifest["files"]["waves/index.html"]["gone"] -= 7 * 86400
        remote.put(f"art/{MANIFEST}", json.dumps(manifest).encode())
        assert project.facts()["deleted"] == 1
        assert "art/waves/index.html" not in remote.list()
        assert project.facts()["requests"] == {"ListObjectsV2": 1, "GetObject": 1}

    def test_at_once_where_asked_for(self, project: Project, remote: Remote) -> None:
        project.facts()
        (project.site / "404.html").unlink()
        assert project.facts("--keep-days", "0")["deleted"] == 1
        assert "art/404.html" not in remote.list()

    def test_what_comes_back_waits_anew(self, project: Project, remote: Remote) -> None:
        project.facts()
        (project.site / "404.html").unlink()
        project.facts()
        project.write("404.html", SITE["404.html"])
        facts = project.facts()
        assert (facts["uploaded"], facts["waiting"]) == (0, 0)
        assert "gone" not in json.loads(remote.text(f"art/{MANIFEST}"))["files"]["404.html"]

    def test_never_more_than_allowed(self, project: Project, remote: Remote) -> None:
        project.facts()
        for name in ("404.html", "waves/index.html", "assets/site.css"):
            (project.site / name).unlink()
        before = remote.list()
        result = project.publish("--yes", "--keep-days", "0", "--max-delete", "2")
        assert "3 files are due to be deleted, more than the 2" in result.stderr
        assert remote.list() == before
        assert project.facts("--keep-days", "0", "--max-delete", "3")["deleted"] == 3

    def test_never_what_others_put_there(self, project: Project, remote: Remote) -> None:
        for key in ("art/own.txt", "artist.html", "other/index.html"):
            remote.put(key, b"mine")
        project.facts()
        (project.site / "404.html").unlink()
        remote.put("art/404.html", b"somebody has replaced it")
        assert project.facts("--keep-days", "0")["deleted"] == 0
        assert {"art/own.txt", "artist.html", "other/index.html", "art/404.html"} <= set(remote.list())

    def test_a_manifest_that_leads_outside_is_not_believed(self, project: Project, remote: Remote) -> None:
        remote.put("secret.txt", b"mine")
        project.facts()
        manifest = json.loads(remote.text(f"art/{MANIFEST}"))
        manifest["files"]["../secret.txt"] = {"etag": ""}
        remote.put(f"art/{MANIFEST}", json.dumps(manifest).encode())
        result = project.publish("--yes", "--keep-days", "0")
        assert "is damaged" in result.stderr
        assert "0 uploaded" in result.stdout
        assert "secret.txt" in remote.list()


def test_another_s_file_in_the_way_is_said(project: Project, remote: Remote) -> None:
    remote.put("art/index.html", b"hello")
    changes = {each["path"]: each["change"] for each in project.facts("--dry-run")["changes"]}
    assert changes["index.html"] == "replaces another's file"


def test_hidden_files_stay_at_home(project: Project, remote: Remote) -> None:
    project.write(".git/config", b"x")
    project.write(".well-known/security.txt", b"x")
    project.facts()
    assert "art/.well-known/security.txt" in remote.list()
    assert not any(".git" in key for key in remote.list())


def test_names_of_macos(project: Project, remote: Remote) -> None:
    project.write("u\u0308ber/index.html", b"x")
    project.facts()
    assert "art/\u00fcber/index.html" in remote.list()


def test_an_acl_only_where_asked_for(project: Project, remote: Remote) -> None:
    project.facts()
    grants = remote.client.get_object_acl(Bucket="gallery", Key="art/index.html")["Grants"]
    assert all("URI" not in each["Grantee"] for each in grants)
    project.target(acl="public-read")
    project.facts("--force")
    grants = remote.client.get_object_acl(Bucket="gallery", Key="art/index.html")["Grants"]
    assert any(each["Grantee"].get("URI", "").endswith("AllUsers") for each in grants)


def test_amazon_gets_the_sha256_of_each_file() -> None:
    """In a header: boto3's own checksum would follow the bytes, for which the server is asked beforehand."""
    bucket, sent = Bucket(Target(url="s3://gallery", region="eu-west-1"), 1), []

    def answer(request: Any, **_: Any) -> AWSResponse:
        sent.append(request)
        return AWSResponse(request.url, 200, {"ETag": '"e"'}, HTTPResponse(io.BytesIO(), preload_content=False))

    bucket._s3.meta.events.register("before-send.s3.PutObject", answer)
    bucket.write_manifest(b"{}")
    names = {name.lower(): value for name, value in sent[0].headers.items()}
    assert names["x-amz-checksum-sha256"] == b64encode(hashlib.sha256(b"{}").digest())
    assert "expect" not in names
    assert "x-amz-trailer" not in names
    assert sent[0].body.getvalue() == b"{}"
