"""Downloading pictures: politely, for a while, up to a size, and only from where it is allowed."""

from __future__ import annotations

import hashlib
import ipaddress
import socket
import time
from collections.abc import Callable, Collection, Iterable
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin, urlsplit

from deepartist import __version__
from deepartist.recipe.inputs import ImageInput, InputError, read_file
from deepartist.sources.addresses import Addresses, Pin, check_allowed, write_file

if TYPE_CHECKING:
    from requests import Response, Session

MOST_BYTES = 64 * 2**20
SILENCE = 20.0
"""Seconds to wait for a connection, and for the next bytes."""
LONGEST = 120.0
"""Seconds for a whole download with all its retries."""
RETRIES, BACKOFF = 3, 0.5
"""How often a server that is busy or breaks off is asked again, and after how many seconds first; then it doubles."""
REDIRECTS = 5
_BUSY = (429, 500, 502, 503, 504)


def fetch(image: ImageInput, hosts: Collection[str]) -> None:
    """See to it that the file of a pinned picture is there. Raises InputError."""
    if image.address is None or image.path is None:
        return
    wanted = image.key["sha256"]
    if _digest(image.path) == wanted:
        return
    content = download(image.address, hosts)
    if hashlib.sha256(content).hexdigest() != wanted:
        raise InputError(
            f'"{image.address}" is not the picture any more that was pinned: '
            "`deepartist pin --again` takes the new one, and what was painted from it is painted again"
        )
    write_file(image.path, content)


def pinned(address: str, addresses: Addresses) -> Pin:
    """Download a picture, keep its file, and say what it is. Raises InputError."""
    content = download(address, addresses.hosts)
    sha256 = hashlib.sha256(content).hexdigest()
    path = addresses.path(address, sha256)
    if not path.exists():
        write_file(path, content)
    try:
        image = read_file(path, address)
    except InputError:
        path.unlink(missing_ok=True)
        raise
    return Pin(sha256=sha256, width=image.width, height=image.height)


def download(address: str, hosts: Collection[str]) -> bytes:
    """The bytes at an allowed address. Raises InputError."""
    check_allowed(address, hosts)
    return _from_s3(address) if address.startswith("s3:") else _from_http(address, hosts)


def _digest(path: Path) -> str | None:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None


def _collected(address: str, chunks: Iterable[bytes], announced: Any, deadline: float) -> bytes:
    """All bytes, if they are not too many and do not take too long. `announced` is their number, if known."""
    too_large = InputError(f'"{address}" is too large: at most {MOST_BYTES // 2**20} MiB')
    if str(announced or "").isdigit() and int(announced) > MOST_BYTES:
        raise too_large
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > MOST_BYTES:
            raise too_large
        if time.monotonic() > deadline:
            raise InputError(f'"{address}" takes longer than {LONGEST:g} seconds to download')
    return bytes(content)


# -- http ----------------------------------------------------------------------------------------------------------


def _from_http(address: str, hosts: Collection[str]) -> bytes:
    import requests

    deadline = time.monotonic() + LONGEST
    try:
        allowed = partial(check_allowed, hosts=hosts)
        with web_session() as session, answer_to(session, "GET", address, SILENCE, allowed) as answer:
            if answer.status_code != HTTPStatus.OK:
                raise InputError(f'"{address}" cannot be downloaded: the server says {status_of(answer.status_code)}')
            chunks = answer.iter_content(2**16)
            return _collected(address, chunks, answer.headers.get("Content-Length"), deadline)
    except (requests.RequestException, TimeoutError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f'"{address}" cannot be downloaded: {reason_of(error, SILENCE)}') from None


def reason_of(error: Exception, silence: float) -> str:
    """Why a request failed, by what requests raised after `silence` seconds or before."""
    import requests

    silent = f"the server is silent for {silence:g} seconds"
    if isinstance(error, requests.Timeout | TimeoutError):
        return silent
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate is not valid"
    if isinstance(error, requests.exceptions.ContentDecodingError):
        return "what the server sends is damaged"
    if isinstance(error, requests.ConnectionError | requests.exceptions.ChunkedEncodingError):
        return silent if "timed out" in str(error) else _unreachable(error)
    return str(error)


def web_session(retries: int = RETRIES, at_once: int = 10) -> Session:
    """What asks web servers, `at_once` threads at a time, each server up to `retries` times again."""
    import requests
    from requests.adapters import HTTPAdapter
    from urllib3.util import Retry

    # Not as long as a server may ask for: a build does not wait an hour.
    retry = Retry(
        total=retries, backoff_factor=BACKOFF, status_forcelist=_BUSY, allowed_methods={"GET", "HEAD"}, redirect=0,
        raise_on_status=False, respect_retry_after_header=False,
    )  # fmt: skip
    session = requests.Session()
    session.headers.update({"User-Agent": f"DeepArtist/{__version__} (MkDocs plugin)", "Accept-Encoding": "identity"})
    for scheme in ("http://", "https://"):
        session.mount(scheme, HTTPAdapter(pool_maxsize=at_once, max_retries=retry))
    return session


def answer_to(
    session: Session, method: str, address: str, silence: float, check: Callable[[str], None] = lambda there: None
) -> Response:
    """The answer after all redirects, each of which `check` allows and none of which leads into a private network.

    Raises InputError, and what requests raises.
    """
    here = address
    for _ in range(REDIRECTS + 1):
        answer = session.request(method, here, stream=True, allow_redirects=False, timeout=silence)
        target = answer.headers.get("Location")
        if not answer.is_redirect or target is None:
            return answer
        answer.close()
        there = urljoin(here, target)
        try:
            check(there)
        except InputError as error:
            raise InputError(f'"{address}" leads elsewhere: {error}') from None
        if there.startswith("s3:"):
            raise InputError(f'"{address}" leads elsewhere: to {there}, which is no web address')
        if is_private(there) and not is_private(here):
            raise InputError(f'"{address}" leads into a private network: {there} is not followed')
        here = there
    raise InputError(f'"{address}" cannot be downloaded: it is redirected more than {REDIRECTS} times')


def is_private(address: str) -> bool:
    """Whether a host lies on this computer or in its own network. Names that cannot be resolved do not."""
    try:
        found = socket.getaddrinfo(urlsplit(address).hostname, None)
    except (OSError, UnicodeError):
        return False
    return any(not ipaddress.ip_address(str(each[4][0]).partition("%")[0]).is_global for each in found)


def status_of(code: int) -> str:
    """``404 Not Found``."""
    try:
        return f"{code} {HTTPStatus(code).phrase}"
    except ValueError:
        return str(code)


def _unreachable(error: Exception) -> str:
    text = str(error)
    if "NameResolution" in text or "getaddrinfo" in text:
        return "there is no host of that name, or no network"
    if "refused" in text:
        return "the host refuses the connection"
    return "the connection breaks off" if "abort" in text or "Broken" in text else "the host cannot be reached"


# -- s3 ------------------------------------------------------------------------------------------------------------


def _from_s3(address: str) -> bytes:
    try:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
    except ImportError:
        raise InputError(f'"{address}" needs boto3: pip install "deepartist[s3]"') from None
    parts = urlsplit(address)
    reason = ""
    try:
        retries: Any = {"total_max_attempts": RETRIES + 1, "mode": "standard"}
        options = Config(connect_timeout=SILENCE, read_timeout=SILENCE, retries=retries)
        client = boto3.client("s3", config=options)
        found = client.get_object(Bucket=parts.netloc, Key=unquote(parts.path.lstrip("/")))
        body = found["Body"]
        try:
            return _collected(address, body.iter_chunks(2**16), found.get("ContentLength"), time.monotonic() + LONGEST)
        finally:
            body.close()
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        known = {
            "NoSuchKey": "the bucket has no such file", "NoSuchBucket": "there is no such bucket",
            "AccessDenied": "access is denied", "403": "access is denied", "404": "the bucket has no such file",
        }  # fmt: skip
        reason = known.get(code) or f"S3 says {code}"
    except NoCredentialsError:
        reason = "there are no AWS credentials"
    except BotoCoreError as error:
        reason = str(error)
    raise InputError(f'"{address}" cannot be downloaded: {reason}')
