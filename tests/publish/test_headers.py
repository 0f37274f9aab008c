"""Types and lifetimes of all that a site is made of."""

from __future__ import annotations

import pytest

from deepartist.jobs.targets import Headers
from deepartist.publish.headers import ASK_AGAIN, FOR_EVER, content_type, digest, headers, is_hashed


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.html", "text/html; charset=utf-8"),
        ("a.css", "text/css; charset=utf-8"),
        ("a.js", "text/javascript; charset=utf-8"),
        ("a.json", "application/json"),
        ("a.xml", "application/xml"),
        ("a.svg", "image/svg+xml"),
        ("A.PNG", "image/png"),
        ("a.jpg", "image/jpeg"),
        ("a.webp", "image/webp"),
        ("a.avif", "image/avif"),
        ("a.gif", "image/gif"),
        ("a.mp4", "video/mp4"),
        ("a.webm", "video/webm"),
        ("a.woff2", "font/woff2"),
        ("a.txt", "text/plain; charset=utf-8"),
        ("a.js.map", "application/json"),
        ("favicon.ico", "image/x-icon"),
        ("recipe.yaml", "application/yaml"),
        ("recipe.yml", "application/yaml"),
        ("sitemap.xml.gz", "application/gzip"),
        ("a.tif", "image/tiff"),
        ("CNAME", "application/octet-stream"),
    ],
)
def test_types(name: str, kind: str) -> None:
    assert content_type(f"deep.folder/{name}") == kind


@pytest.mark.parametrize(
    "name",
    [
        "assets/deepartist/0123456789abcdef0123.webp",
        "assets/javascripts/bundle.79ae519e.min.js",
        "assets/javascripts/bundle.79ae519e.min.js.map",
        "assets/stylesheets/main.484c7ddc.min.css",
        "assets/javascripts/workers/search.2c215733.min.js",
    ],
)
def test_kept_for_ever(name: str) -> None:
    assert is_hashed(name)
    assert headers(name, {})["CacheControl"] == FOR_EVER


@pytest.mark.parametrize(
    "name",
    [
        "index.html",
        "assets/deepartist/deepartist.css",
        "report.20240131.pdf",
        "01234567890123456789.png",
        "deadbeefdeadbeefdead.png",
        "facade.effaced0",
        "0123456789abcdef0123/index.html",
        "search/search_index.json",
        "assets/javascripts/lunr/min/lunr.ja.min.js",
    ],
)
def test_asked_for_again(name: str) -> None:
    assert not is_hashed(name)
    assert headers(name, {})["CacheControl"] == ASK_AGAIN


def test_of_several_patterns_the_first_counts() -> None:
    rules = {
        "films/*": Headers(cache_control="max-age=5"),
        "*.mp4": Headers(content_type="video/x", content_language="de"),
    }
    assert headers("films/a.mp4", rules) == {"ContentType": "video/mp4", "CacheControl": "max-age=5"}
    own = {"ContentType": "video/x", "CacheControl": ASK_AGAIN, "ContentLanguage": "de"}
    assert headers("a.mp4", rules) == own


def test_digest_changes_with_every_header() -> None:
    given = {"ContentType": "a", "CacheControl": "b"}
    assert digest(given) == digest(dict(reversed(given.items())))
    others = [{"ContentType": "b", "CacheControl": "a"}, {**given, "ContentLanguage": ""}, {"ContentType": "a"}]
    assert len({digest(each) for each in (given, *others)}) == 4
