"""CloudFront forgets what changed, and is told again where it was not reached."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from buckets import MANIFEST, Project, Remote

from deepartist.publish.invalidation import collapsed


def test_pages_go_by_both_their_names() -> None:
    assert collapsed(["index.html", "a/index.html", "a/b.css"]) == ["", "a/", "a/b.css", "a/index.html", "index.html"]


def test_names_are_quoted() -> None:
    assert collapsed(["für uns.html"]) == ["f%C3%BCr%20uns.html"]


def test_many_become_wildcards() -> None:
    pages = [f"recipes/{number}.html" for number in range(20)]
    assert collapsed([*pages, "index.html", "dreams/one.html"]) == ["", "dreams/one.html", "index.html", "recipes/*"]
    assert collapsed([f"{number}/{page}.html" for number in range(20) for page in "ab"]) == ["*"]
    assert collapsed(["*", *pages]) == ["*"]


@pytest.fixture
def distribution(endpoint: str, remote: Remote, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, str]:
    monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDFRONT", endpoint)
    client: Any = boto3.session.Session().client("cloudfront", region_name="us-east-1")
    origin = {"Id": "s3", "DomainName": "gallery.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}
    made = client.create_distribution(
        DistributionConfig={
            "CallerReference": "x", "Comment": "", "Enabled": True,
            "Origins": {"Quantity": 1, "Items": [origin]},
            "DefaultCacheBehavior": {"TargetOriginId": "s3", "ViewerProtocolPolicy": "allow-all"},
        }
    )  # fmt: skip
    return client, made["Distribution"]["Id"]


def told(client: Any, name: str) -> list[list[str]]:
    batches = client.list_invalidations(DistributionId=name)["InvalidationList"].get("Items", ())
    ids = [each["Id"] for each in sorted(batches, key=lambda each: each["CreateTime"])]
    answers = [client.get_invalidation(DistributionId=name, Id=each) for each in ids]
    return [sorted(each["Invalidation"]["InvalidationBatch"]["Paths"]["Items"]) for each in answers]


def test_what_changed(project: Project, distribution: tuple[Any, str]) -> None:
    client, name = distribution
    project.target(cloudfront=name)
    project.facts()
    project.write("waves/index.html", b"new")
    project.write("assets/deepartist/aaaabbbbccccdddd0001.webp", b"new, never seen before")
    facts = project.facts()
    assert facts["invalidated"] == ["waves/", "waves/index.html"]
    assert facts["requests"]["CreateInvalidation"] == 1
    assert told(client, name)[-1] == ["/art/waves/", "/art/waves/index.html"]
    assert project.facts()["requests"] == {"ListObjectsV2": 1, "GetObject": 1}


def test_the_site_may_begin_elsewhere(project: Project, distribution: tuple[Any, str]) -> None:
    client, name = distribution
    project.target(cloudfront=name, cloudfront_path="/")
    project.facts()
    assert "/waves/index.html" in told(client, name)[0]


def test_told_again(project: Project, distribution: tuple[Any, str], remote: Remote) -> None:
    """A distribution that is not there: the site is published, and the next run knows what is left to do."""
    client, name = distribution
    project.target(cloudfront="EWRONG")
    assert "there is no CloudFront distribution EWRONG" in project.publish("--yes", code=1).stderr
    assert json.loads(remote.text(f"art/{MANIFEST}"))["stale"]
    project.target(cloudfront=name)
    facts = project.facts()
    assert (facts["uploaded"], "index.html" in facts["invalidated"]) == (0, True)
    assert "/art/index.html" in told(client, name)[0]
    assert json.loads(remote.text(f"art/{MANIFEST}"))["stale"] == []
    assert project.facts()["requests"] == {"ListObjectsV2": 1, "GetObject": 1}
