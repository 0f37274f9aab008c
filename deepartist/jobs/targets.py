"""Where a site is published: the option ``publish`` of the plugin."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from deepartist.recipe.words import Number, Text, Whole, friendly_errors

MAX_DELETE, KEEP_DAYS = 256, 7.0

_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]")


def _place(url: str) -> str:
    """``s3://bucket/folder`` without a slash at its end."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ValueError("this is not an address: write s3://bucket or s3://bucket/folder") from None
    if "@" in parts.netloc or ":" in parts.netloc:
        raise ValueError(
            "a target is written without user, password or port: s3://bucket/folder "
            "(credentials come from the environment or ~/.aws, another server is its endpoint_url)"
        )
    if parts.scheme != "s3":
        raise ValueError(f'"{url}" is no target: write s3://bucket or s3://bucket/folder')
    if not _BUCKET.fullmatch(parts.netloc):
        raise ValueError(f'"{parts.netloc}" cannot be the name of a bucket: 3 to 63 of a-z, 0-9, "-" and "."')
    if parts.query or parts.fragment:
        raise ValueError(f'"{url}": a target holds no "?" and no "#"')
    path = parts.path.removeprefix("/").removesuffix("/")
    if path and any(step in ("", ".", "..") for step in path.split("/")):
        raise ValueError(f'"{url}" leads outside of its folder: write it without "//", "." and ".."')
    return f"s3://{parts.netloc}/{path}".rstrip("/")


def _endpoint(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f'"{url}" is no endpoint: write https://host')
    if "@" in parts.netloc:
        raise ValueError("an endpoint holds no user and no password: they come from the environment or ~/.aws")
    return url


class Headers(BaseModel):
    """Headers of the files that a pattern names, where they are to be other than usual."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    _friendly = friendly_errors()

    cache_control: Text | None = None
    content_type: Text | None = None
    content_disposition: Text | None = None
    content_language: Text | None = None


class Target(BaseModel):
    """One place that a site is published to."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    _friendly = friendly_errors()

    url: Annotated[Text, AfterValidator(_place)]
    """``s3://bucket`` or ``s3://bucket/folder``."""
    endpoint_url: Annotated[Text, AfterValidator(_endpoint)] | None = None
    """Another server that speaks the protocol of S3."""
    region: Text | None = None
    profile: Text | None = None
    """A section of ``~/.aws/config``."""
    acl: Literal["private", "public-read", "authenticated-read", "bucket-owner-full-control"] | None = None
    """Not sent at all by default: buckets of today refuse them."""
    headers: dict[str, Headers] = Field(default_factory=dict)
    """By pattern (``films/*``, ``*.pdf``); of several that fit, the first counts."""
    max_delete: Annotated[Whole, Field(ge=0)] = MAX_DELETE
    """If more files than this are to go, none does."""
    keep_days: Annotated[Number, Field(ge=0)] = KEEP_DAYS
    """Days that a file stays after it has left the site: pages that are open somewhere still ask for it."""
    cloudfront: Annotated[Text, Field(pattern="^[A-Z0-9]+$")] | None = None
    """The distribution that shows the bucket."""
    cloudfront_path: Text | None = None
    """Where the site begins at the distribution. Default: the folder of the URL; ``/`` with it as origin path."""

    @property
    def bucket(self) -> str:
        return self.url.removeprefix("s3://").partition("/")[0]

    @property
    def prefix(self) -> str:
        """What all keys begin with: empty or ending in a slash."""
        folder = self.url.removeprefix("s3://").partition("/")[2]
        return f"{folder}/" if folder else ""


def check_targets(targets: Mapping[str, Target]) -> Mapping[str, Target]:
    """Raises ValueError where a name cannot be typed as one or two targets are one place."""
    places: dict[Any, str] = {}
    for name, target in targets.items():
        if not re.fullmatch(r"\w[\w.-]*", name):
            raise ValueError(f'"{name}" cannot be the name of a target: letters, digits, "-" and "."')
        place = (target.url, target.endpoint_url)
        if place in places:
            raise ValueError(f'"{places[place]}" and "{name}" are the same place, {target.url}: name it once')
        places[place] = name
    return targets
