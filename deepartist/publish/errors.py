"""What can go wrong between here and a bucket, each as one sentence."""

from __future__ import annotations

from deepartist.jobs.targets import Target

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


class PublishError(RuntimeError):
    """Publishing cannot go on; the message is a sentence for the user and holds no secret."""


def sentence(error: Exception, target: Target) -> str:
    """What `error`, raised by boto3 while it talked to `target`, means. Never shows a key, token or signature."""
    from botocore import exceptions

    where = target.url + (f" at {target.endpoint_url}" if target.endpoint_url else "")
    if isinstance(error, exceptions.ClientError):
        return _answer(error, target, where)
    if isinstance(error, exceptions.NoCredentialsError | exceptions.PartialCredentialsError):
        return (
            "no credentials were found, or only half of them: sign in with `aws configure` or `aws sso login`, or set "
            "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        )
    if isinstance(error, exceptions.ProfileNotFound):
        return f'there is no profile "{target.profile or "of AWS_PROFILE"}" in ~/.aws/config'
    if isinstance(error, exceptions.NoRegionError):
        return "no region is set: add `region: …` to the target, or set AWS_DEFAULT_REGION"
    if "SSO" in type(error).__name__ or "Token" in type(error).__name__ or "Login" in type(error).__name__:
        return "the credentials have expired: sign in again (`aws sso login`) and publish again"
    if isinstance(error, exceptions.HTTPClientError | exceptions.ConnectionError):
        return f"{where} cannot be reached, also not when tried again: is there a connection, is the address right?"
    if isinstance(error, exceptions.ChecksumError | exceptions.BotoCoreError):
        return f"{where}: {type(error).__name__} from boto3; DEEPARTIST_DEBUG=1 shows where"
    return f"{where}: {type(error).__name__}: {error}"


def _answer(error: object, target: Target, where: str) -> str:
    """A refusal of the server. Only its code is shown: its text may quote what was signed."""
    response = getattr(error, "response", {})
    operation = str(getattr(error, "operation_name", "a request"))
    code = str(response.get("Error", {}).get("Code", "unknown"))
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    if code == "NoSuchBucket" or (code == "404" and operation in ("HeadBucket", "ListObjectsV2")):
        return f'there is no bucket "{target.bucket}"' + where.removeprefix(target.url) + ": make it, or mend the url"
    if code in ("NoSuchDistribution", "InvalidDistribution"):
        return f"there is no CloudFront distribution {target.cloudfront} in this account"
    if code in _EXPIRED:
        return "the credentials have expired: sign in again and publish again"
    if code in _UNKNOWN:
        return f"the credentials are not valid for {where} ({code}): sign in again, or choose another profile"
    if code == "RequestTimeTooSkewed":
        return "the clock of this computer is wrong by more than 15 minutes, so S3 refuses it: set it and publish again"
    if code in _ACL:
        return f'the bucket "{target.bucket}" takes no ACLs: leave `acl` out of the target'
    if code in _REGION or status in (301, 307):
        region = response.get("Error", {}).get("Region") or _region(response)
        wanted = f"it is in {region}: add `region: {region}` to the target" if region else "add the right `region: …`"
        return f'the bucket "{target.bucket}" is in another region than asked; {wanted}'
    if code in ("AccessDenied", "AllAccessDisabled", "403", "Forbidden") or status == 403:
        return f"not allowed: the credentials do not permit to {_ABOUT.get(operation, operation)}: {where}"
    if code in _BUSY or status in (429, 500, 502, 503, 504):
        return f"{where} is busy ({code}), also after waiting and trying again: publish again later"
    return f"{where} answers {code} to {operation}"


def _region(response: dict[str, dict[str, dict[str, str]]]) -> str | None:
    return response.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("x-amz-bucket-region")
