"""What can go wrong when a site is published, each as one sentence."""

from __future__ import annotations

from deepartist.jobs.targets import Target
from deepartist.remotes import s3


class PublishError(RuntimeError):
    """Publishing cannot go on; the message is a sentence for the user and holds no secret."""


def sentence(error: Exception, target: Target) -> str:
    """What `error`, raised by boto3 while it talked to `target`, means. Never shows a key, token or signature."""
    if s3.code_of(error) in ("NoSuchDistribution", "InvalidDistribution"):
        return f"there is no CloudFront distribution {target.cloudfront} in this account"
    return s3.sentence(error, target)
