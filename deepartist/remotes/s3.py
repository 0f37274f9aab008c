"""What everything that talks to S3 has in common: how to connect, and what can go wrong, each as one sentence."""

from __future__ import annotations

import hashlib
import os
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from deepartist.remotes.places import Place

ATTEMPTS = 8
"""With pauses of up to 1, 2, 4 … 20 seconds between them; AWS_MAX_ATTEMPTS says otherwise."""
LARGE = 8 * 2**20
"""Bytes. What is larger goes in parts of this size, several at a time, each tried again by itself."""
PARTS_AT_ONCE = 4
CONNECT, SILENCE = 10.0, 60.0
"""Seconds to wait for a connection, and for the next bytes."""

_ABOUT = {
    "ListObjectsV2": "list it (s3:ListBucket)",
    "GetObject": "read from it (s3:GetObject)",
    "HeadObject": "read from it (s3:GetObject)",
    "PutObject": "write into it (s3:PutObject)",
    "DeleteObject": "delete from it (s3:DeleteObject)",
    "CreateInvalidation": "invalidate its distribution (cloudfront:CreateInvalidation)",
}
_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "RequestExpired"}
_UNKNOWN = {"InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidClientTokenId", "InvalidToken", "AuthFailure"}
_REGION = {
    "PermanentRedirect", "TemporaryRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException",
    "301", "307",
}  # fmt: skip
_BUSY = {"SlowDown", "503", "ServiceUnavailable", "InternalError", "500", "Throttling", "ThrottlingException"}
_ACL = {"AccessControlListNotSupported"}


def connect(
    place: Place, connections: int, attempts: int = ATTEMPTS, connect_timeout: float = CONNECT, silence: float = SILENCE
) -> tuple[Any, Any]:
    """A session of boto3 and its client for the server of `place`; nobody is asked yet.

    Raises ImportError without boto3, and what boto3 raises: see `told`.
    """
    import boto3
    from botocore.config import Config

    retries: Any = {"mode": "standard"}
    if "AWS_MAX_ATTEMPTS" not in os.environ:
        retries["total_max_attempts"] = attempts
    # Checksums in trailers are new; servers other than Amazon's often do not know them.
    checksums: Any = "when_required" if _is_other(place) else "when_supported"
    config = Config(
        retries=retries,
        max_pool_connections=connections,
        connect_timeout=connect_timeout,
        read_timeout=silence,
        request_checksum_calculation=checksums,
        response_checksum_validation=checksums,
        user_agent_extra="deepartist",
    )
    session = boto3.session.Session(profile_name=place.profile, region_name=place.region)
    region = session.region_name or "us-east-1"
    client: Any = session.client("s3", region, endpoint_url=place.endpoint_url, config=config)
    client.meta.events.register("request-created.s3.PutObject", _do_not_ask_first)
    return session, client


@contextmanager
def told(say: Callable[[Exception], Exception]) -> Iterator[None]:
    """Raises what `say` makes of an exception of boto3 instead of it."""
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise say(error) from error
    except Boto3Error as error:  # of a transfer in parts; what happened is inside
        cause = error.__cause__ or error.__context__
        raise say(cause if isinstance(cause, Exception) else error) from error


def checksum(place: Place, content: bytes) -> dict[str, str]:
    """Given, it goes before the bytes; boto3's own would go behind them, later."""
    return {} if _is_other(place) else {"ChecksumSHA256": b64encode(hashlib.sha256(content).digest()).decode()}


def code_of(error: object) -> str:
    """The code of a server's refusal, as ``NoSuchKey``; empty where it is none."""
    response = getattr(error, "response", None) or {}  # what never arrived has none
    return str(response.get("Error", {}).get("Code", ""))


def _is_other(place: Place) -> bool:
    """Whether the server is not Amazon's."""
    return any([place.endpoint_url, *map(os.environ.get, ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"))])


def _do_not_ask_first(request: Any, **_: Any) -> None:
    """Whether a server would take a file is asked by sending it: small ones get there in one round trip, not two."""
    del request.headers["Expect"]


def sentence(error: Exception, place: Place) -> str:
    """What `error`, raised by boto3 while it talked to `place`, means. Never shows a key, token or signature."""
    from botocore import exceptions

    where = place.url + (f" at {place.endpoint_url}" if place.endpoint_url else "")
    if isinstance(error, exceptions.ClientError):
        return _answer(error, place, where)
    if isinstance(error, exceptions.NoCredentialsError | exceptions.PartialCredentialsError):
        return (
            "no credentials were found, or only half of them: sign in with `aws configure` or `aws sso login`, or set "
            "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        )
    if isinstance(error, exceptions.ProfileNotFound):
        return f'there is no profile "{place.profile or "of AWS_PROFILE"}" in ~/.aws/config'
    if isinstance(error, exceptions.NoRegionError):
        return "no region is set: add `region: …`, or set AWS_DEFAULT_REGION"
    if "SSO" in type(error).__name__ or "Token" in type(error).__name__ or "Login" in type(error).__name__:
        return "the credentials have expired: sign in again (`aws sso login`) and try again"
    if isinstance(error, exceptions.HTTPClientError | exceptions.ConnectionError):
        return f"{where} cannot be reached, also not when tried again: is there a connection, is the address right?"
    if isinstance(error, exceptions.ChecksumError | exceptions.BotoCoreError):
        return f"{where}: {type(error).__name__} from boto3; DEEPARTIST_DEBUG=1 shows where"
    return f"{where}: {type(error).__name__}: {error}"


def _answer(error: object, place: Place, where: str) -> str:
    """A refusal of the server. Only its code is shown: its text may quote what was signed."""
    response = getattr(error, "response", {})
    operation = str(getattr(error, "operation_name", "a request"))
    code = str(response.get("Error", {}).get("Code", "unknown"))
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    if code == "NoSuchBucket" or (code == "404" and operation in ("HeadBucket", "ListObjectsV2")):
        return f'there is no bucket "{place.bucket}"' + where.removeprefix(place.url) + ": make it, or mend the url"
    if code in _EXPIRED:
        return "the credentials have expired: sign in again and try again"
    if code in _UNKNOWN:
        return f"the credentials are not valid for {where} ({code}): sign in again, or choose another profile"
    if code == "RequestTimeTooSkewed":
        return "the clock of this computer is wrong by more than 15 minutes, so S3 refuses it: set it and try again"
    if code in _ACL:
        return f'the bucket "{place.bucket}" takes no ACLs: leave `acl` out of the target'
    if code in _REGION or status in (301, 307):
        region = response.get("Error", {}).get("Region") or _region(response)
        wanted = f"it is in {region}: add `region: {region}`" if region else "add the right `region: …`"
        return f'the bucket "{place.bucket}" is in another region than asked; {wanted}'
    if code in ("AccessDenied", "AllAccessDisabled", "403", "Forbidden") or status == 403:
        return f"not allowed: the credentials do not permit to {_ABOUT.get(operation, operation)}: {where}"
    if code in _BUSY or status in (429, 500, 502, 503, 504):
        return f"{where} is busy ({code}), also after waiting and trying again: try later"
    return f"{where} answers {code} to {operation}"


def _region(response: dict[str, dict[str, dict[str, str]]]) -> str | None:
    return response.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("x-amz-bucket-region")
