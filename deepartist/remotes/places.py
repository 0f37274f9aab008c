"""Where things are kept elsewhere: a folder of a bucket, or of a web server."""

from __future__ import annotations

import re
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

from deepartist.recipe.words import Text, friendly_errors

_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]")


def _place(url: str) -> str:
    """``s3://bucket/folder`` without a slash at its end."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ValueError("this is not an address: write s3://bucket or s3://bucket/folder") from None
    if "@" in parts.netloc or ":" in parts.netloc:
        raise ValueError(
            "an address is written without user, password or port: s3://bucket/folder "
            "(credentials come from the environment or ~/.aws, another server is its endpoint_url)"
        )
    if parts.scheme != "s3":
        raise ValueError(f'"{url}" is no target: write s3://bucket or s3://bucket/folder')
    if not _BUCKET.fullmatch(parts.netloc):
        raise ValueError(f'"{parts.netloc}" cannot be the name of a bucket: 3 to 63 of a-z, 0-9, "-" and "."')
    if parts.query or parts.fragment:
        raise ValueError(f'"{url}": an address holds no "?" and no "#"')
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


class Place(BaseModel):
    """A folder of a bucket, and how to get there."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    _friendly = friendly_errors()

    url: Annotated[Text, AfterValidator(_place)]
    """``s3://bucket`` or ``s3://bucket/folder``."""
    endpoint_url: Annotated[Text, AfterValidator(_endpoint)] | None = None
    """Another server that speaks the protocol of S3."""
    region: Text | None = None
    profile: Text | None = None
    """A section of ``~/.aws/config``."""

    @property
    def bucket(self) -> str:
        return self.url.removeprefix("s3://").partition("/")[0]

    @property
    def prefix(self) -> str:
        """What all keys begin with: empty or ending in a slash."""
        folder = self.url.removeprefix("s3://").partition("/")[2]
        return f"{folder}/" if folder else ""


def _address(url: str) -> str:
    """``s3://bucket/folder`` or ``https://host/folder`` without a slash at its end."""
    if url.startswith("s3:"):
        return _place(url)
    try:
        parts = urlsplit(url)
        inside = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        inside = False
    if not inside or re.search(r"[\s\\]", url):
        raise ValueError(f'"{url}" is no remote: write s3://bucket/folder or https://host/folder')
    if "@" in parts.netloc:
        raise ValueError("a remote holds no user and no password: credentials come from the environment or ~/.aws")
    if parts.query or parts.fragment:
        raise ValueError(f'"{url}": a remote holds no "?" and no "#"')
    return url.rstrip("/")


class RemotePlace(Place):
    """Where results are kept: ``s3://bucket/folder``, or ``https://host/folder``, which can only be read."""

    url: Annotated[Text, AfterValidator(_address)]

    @model_validator(mode="before")
    @classmethod
    def _only_an_address(cls, value: Any) -> Any:
        return {"url": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _only_of_buckets(self) -> Self:
        for word in ("endpoint_url", "region", "profile"):
            if getattr(self, word) and not self.is_bucket:
                raise ValueError(f"{word} is for s3:// addresses: {self.url} needs none")
        return self

    @property
    def is_bucket(self) -> bool:
        return self.url.startswith("s3://")

    @property
    def name(self) -> str:
        """What to call it in messages."""
        return self.url + (f" at {self.endpoint_url}" if self.endpoint_url else "")
