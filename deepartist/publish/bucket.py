"""Everything that is said to the server, by boto3, which brings the signatures, the retries and the pauses."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from email.utils import parsedate_to_datetime
from pathlib import Path
from threading import Lock
from typing import Any

from deepartist.jobs.targets import Target
from deepartist.publish.errors import PublishError, sentence
from deepartist.publish.invalidation import base
from deepartist.publish.manifest import NAME, Entry
from deepartist.publish.plan import There
from deepartist.publish.site import SiteFile
from deepartist.remotes.s3 import LARGE, PARTS_AT_ONCE, checksum, code_of, connect, told

OVERTAKEN = {"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey", "404", "409", "412"}
"""What servers answer where the object is not the one that a conditional upload was to replace."""
NO_CONDITIONS = {"NotImplemented", "InvalidArgument", "InvalidRequest", "400", "501"}
"""What servers answer that know no conditional uploads. Others pass over the condition."""
SHA256, HEADERS = "deepartist-sha256", "deepartist-headers"
"""Names of what each object carries about itself."""


class Bucket:
    """The objects below a target. All methods raise PublishError and may be called from many threads."""

    def __init__(self, target: Target, workers: int) -> None:
        """Connects to nothing yet; raises PublishError without boto3."""
        self.target = target
        self.requests: Counter[str] = Counter()
        """How often each operation was sent, tries included: what a provider counts."""
        self._lock = Lock()
        self._manifest = ""
        """The ETag of the manifest as we know it; empty where there was none."""
        self._conditional = True
        try:
            with self._told():
                self._session, self._s3 = connect(target, workers * PARTS_AT_ONCE)
        except ImportError:
            raise PublishError("publishing needs boto3: pip install boto3") from None
        self._s3.meta.events.register("before-send.s3", self._count)

    def _count(self, event_name: str = "", **_: Any) -> None:
        with self._lock:
            self.requests[event_name.rpartition(".")[2]] += 1

    def _told(self) -> AbstractContextManager[None]:
        """Turns what boto3 raises into a sentence."""
        return told(lambda error: PublishError(sentence(error, self.target)))

    def list(self) -> tuple[dict[str, There], float]:
        """All objects below the target by path, and the server's time in seconds since 1970."""
        found, now, prefix = {}, time.time(), self.target.prefix
        with self._told():
            for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=self.target.bucket, Prefix=prefix):
                now = _date(page) or now
                for each in page.get("Contents", ()):
                    found[each["Key"].removeprefix(prefix)] = There(each["Size"], each["ETag"])
        return found, now

    def read_manifest(self) -> bytes | None:
        """None where nothing was published yet."""
        from botocore.exceptions import ClientError

        with self._told():
            try:
                answer = self._s3.get_object(Bucket=self.target.bucket, Key=self.target.prefix + NAME)
            except ClientError as error:
                if code_of(error) == "NoSuchKey":
                    self._manifest = ""
                    return None
                raise
            content: bytes = answer["Body"].read()
            self._manifest = str(answer["ETag"])
            return content

    def write_manifest(self, content: bytes) -> None:
        """Raises PublishError, and writes nothing, where it is no longer the one that was read or written here before:
        then somebody else has published meanwhile. Servers that know no such condition are not asked for it."""
        headers = {"ContentType": "application/json", "CacheControl": "no-store"}
        if self._conditional:
            headers |= {"IfMatch": self._manifest} if self._manifest else {"IfNoneMatch": "*"}
        try:
            self._manifest = self._put(NAME, content, headers, {})
        except PublishError as error:
            code = code_of(error.__cause__)
            if self._conditional and code in NO_CONDITIONS:
                self._conditional = False
                self.write_manifest(content)
            elif not self._conditional or code not in OVERTAKEN:
                raise
            elif self.read_manifest() != content:  # else it is ours: sent again because its answer was lost
                raise PublishError(
                    f"somebody else has published to {self.target.url} since this run has looked: publish again, and "
                    "the site is compared with what is there now"
                ) from error

    def ask(self, path: str) -> Entry | None:
        """What an object says about itself; None if it is not one of ours, or was taken away meanwhile."""
        from botocore.exceptions import ClientError

        with self._told():
            try:
                answer = self._s3.head_object(Bucket=self.target.bucket, Key=self.target.prefix + path)
            except ClientError as error:
                if code_of(error) == "404":
                    return None
                raise
        facts = answer.get("Metadata", {})
        return Entry(facts[SHA256], facts.get(HEADERS, ""), answer["ETag"]) if SHA256 in facts else None

    def upload(self, file: SiteFile, sent: Callable[[int], None]) -> str:
        """Send a file, `sent` hearing of its bytes; returns its ETag. Raises PublishError if it has changed."""
        facts = {SHA256: file.sha256, HEADERS: file.headers_digest}
        if file.bytes <= LARGE:
            content = _content(file)
            etag = self._put(file.path, content, file.headers, facts)
            sent(len(content))
            return etag
        return self._upload_parts(file, facts, sent)

    def _upload_parts(self, file: SiteFile, facts: Mapping[str, str], sent: Callable[[int], None]) -> str:
        from boto3.s3.transfer import TransferConfig

        parts = TransferConfig(multipart_threshold=LARGE, multipart_chunksize=LARGE, max_concurrency=PARTS_AT_ONCE)
        extra, key = {**file.headers, **self._acl, "Metadata": facts}, self.target.prefix + file.path
        with self._told():
            self._s3.upload_file(
                str(file.source), self.target.bucket, key, ExtraArgs=extra, Config=parts, Callback=sent
            )
            _check_same(file)
            answer = self._s3.head_object(Bucket=self.target.bucket, Key=key)
            return str(answer["ETag"])

    def _put(self, path: str, content: bytes, headers: Mapping[str, str], facts: Mapping[str, str]) -> str:
        with self._told():
            answer = self._s3.put_object(
                Bucket=self.target.bucket, Key=self.target.prefix + path,
                Body=content, Metadata=facts, **headers, **self._acl, **checksum(self.target, content),
            )  # fmt: skip
            return str(answer["ETag"])

    @property
    def _acl(self) -> dict[str, str]:
        return {"ACL": self.target.acl} if self.target.acl else {}

    def delete(self, path: str) -> None:
        """One by one: deleting many at once asks for checksums that not every server knows, and costs nothing less."""
        with self._told():
            self._s3.delete_object(Bucket=self.target.bucket, Key=self.target.prefix + path)

    def invalidate(self, paths: Sequence[str]) -> None:
        """Tell the target's CloudFront distribution to forget `paths` of the site."""
        start = base(self.target)
        with self._told():
            client = self._session.client("cloudfront", region_name="us-east-1")
            client.meta.events.register("before-send.cloudfront", self._count)
            client.create_invalidation(
                DistributionId=self.target.cloudfront,
                InvalidationBatch={
                    "Paths": {"Quantity": len(paths), "Items": [start + path for path in paths]},
                    "CallerReference": f"deepartist-{time.time_ns()}",
                },
            )


def _date(answer: Mapping[str, Any]) -> float | None:
    try:
        return parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"]).timestamp()
    except (KeyError, TypeError, ValueError):
        return None


def _content(file: SiteFile) -> bytes:
    try:
        content = file.source.read_bytes()
    except OSError as error:
        raise PublishError(f"{file.source} cannot be read: {error.strerror}") from None
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise PublishError(_changed(file.source))
    return content


def _check_same(file: SiteFile) -> None:
    stat = file.source.stat()
    if (stat.st_size, stat.st_mtime_ns) != (file.bytes, file.modified):
        raise PublishError(_changed(file.source))


def _changed(source: Path) -> str:
    return f"{source} changed while it was published: is the site being built? Publish again when it is done"
