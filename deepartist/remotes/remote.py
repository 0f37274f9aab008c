"""Files below an address: read from a web server, read from and written into a bucket."""

from __future__ import annotations

import io
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

from deepartist.remotes import s3
from deepartist.remotes.places import RemotePlace
from deepartist.sources.downloads import answer_to, reason_of, status_of, web_session

if TYPE_CHECKING:
    from requests import Response

T = TypeVar("T")
WORKERS = 16
"""Requests at a time."""
RETRIES, SILENCE = 2, 10.0
"""How often a read is tried again, and how many seconds to wait for a connection and for the next bytes: a build does
not wait long for a picture that it can do without."""
LONGEST = 300.0
"""Seconds for one file."""
CHUNK = 2**14


class RemoteError(RuntimeError):
    """A remote cannot be used; the message is a sentence for the user and holds no secret."""


class RefusedError(RemoteError):
    """A file is not there, or is there and not to be read: servers that do not list do not say which."""


class Remote(ABC):
    """All methods may be called from many threads and raise RemoteError."""

    def __init__(self, place: RemotePlace) -> None:
        self.place = place

    @abstractmethod
    def get(self, path: str, most: int) -> bytes | None:
        """The content of a file, cut after one byte more than `most`; None where there is no such file."""

    @abstractmethod
    def size(self, path: str) -> int | None:
        """Bytes of a file, -1 where the server does not say; None where there is no such file."""

    @abstractmethod
    def close(self) -> None:
        """Let go of connections."""

    def _collected(self, chunks: Iterable[bytes], most: int) -> bytes:
        content, deadline = bytearray(), time.monotonic() + LONGEST
        for chunk in chunks:
            content += chunk
            if len(content) > most:
                break
            if time.monotonic() > deadline:
                raise RemoteError(f"{self.place.name} takes longer than {LONGEST:g} seconds for one file")
        return bytes(content[: most + 1])


class WebRemote(Remote):
    """A folder of a web server."""

    def __init__(self, place: RemotePlace) -> None:
        super().__init__(place)
        self._session = web_session(RETRIES, WORKERS)

    def get(self, path: str, most: int) -> bytes | None:
        return self._ask("GET", path, lambda answer: self._collected(answer.iter_content(CHUNK), most))

    def size(self, path: str) -> int | None:
        return self._ask("HEAD", path, lambda answer: int(answer.headers.get("Content-Length", -1)))

    def _ask(self, method: str, path: str, read: Callable[[Response], T]) -> T | None:
        import requests

        try:
            with answer_to(self._session, method, f"{self.place.url}/{path}", SILENCE) as answer:
                code = answer.status_code
                if code == HTTPStatus.OK:
                    return read(answer)
        except (requests.RequestException, TimeoutError, ValueError) as error:
            raise RemoteError(f"{self.place.name} cannot be read: {reason_of(error, SILENCE)}") from None
        if code in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
            return None
        refused = RefusedError if code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN) else RemoteError
        raise refused(f"{self.place.name} cannot be read: the server says {status_of(code)}")

    def close(self) -> None:
        self._session.close()


class BucketRemote(Remote):
    """A folder of a bucket."""

    def __init__(self, place: RemotePlace, patient: bool = False) -> None:
        """A `patient` one tries again for a minute, else for some seconds."""
        super().__init__(place)
        connections = WORKERS * s3.PARTS_AT_ONCE if patient else WORKERS
        limits: Any = {} if patient else {"attempts": RETRIES + 1, "connect_timeout": SILENCE, "silence": SILENCE}
        try:
            with self._told():
                _, self._client = s3.connect(place, connections, **limits)
        except ImportError:
            raise RemoteError(f'{place.url} needs boto3: pip install "deepartist[s3]"') from None

    def _told(self) -> AbstractContextManager[None]:
        def say(error: Exception) -> RemoteError:
            refused = s3.code_of(error) in ("AccessDenied", "403", "Forbidden")
            said, name = s3.sentence(error, self.place), self.place.name
            return (RefusedError if refused else RemoteError)(said if self.place.bucket in said else f"{name}: {said}")

        return s3.told(say)

    def _where(self, path: str) -> dict[str, str]:
        return {"Bucket": self.place.bucket, "Key": self.place.prefix + path}

    def get(self, path: str, most: int) -> bytes | None:
        answer = self._ask(self._client.get_object, path)
        if answer is None:
            return None
        with self._told():
            try:
                return self._collected(answer["Body"].iter_chunks(CHUNK), most)
            finally:
                answer["Body"].close()

    def size(self, path: str) -> int | None:
        answer = self._ask(self._client.head_object, path)
        return None if answer is None else int(answer["ContentLength"])

    def _ask(self, request: Any, path: str) -> Any:
        from botocore.exceptions import ClientError

        with self._told():
            try:
                return request(**self._where(path))
            except ClientError as error:
                if s3.code_of(error) in ("NoSuchKey", "404"):
                    return None
                raise

    def put(self, path: str, content: bytes, headers: dict[str, str]) -> None:
        """Write a file, whole or not at all."""
        with self._told():
            if len(content) <= s3.LARGE:
                checksum = s3.checksum(self.place, content)
                self._client.put_object(**self._where(path), Body=content, **headers, **checksum)
                return
            from boto3.s3.transfer import TransferConfig

            parts = TransferConfig(s3.LARGE, s3.PARTS_AT_ONCE, s3.LARGE)
            self._client.upload_fileobj(io.BytesIO(content), **self._where(path), ExtraArgs=headers, Config=parts)

    def close(self) -> None:
        self._client.close()


def open_remote(place: RemotePlace) -> Remote:
    """To read from. Nobody is asked yet. Raises RemoteError without boto3 where it is needed."""
    return BucketRemote(place) if place.is_bucket else WebRemote(place)
