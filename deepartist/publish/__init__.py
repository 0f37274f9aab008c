"""Sending a built site to S3, or to anything that speaks its protocol: compare, say, do."""

from deepartist.publish.errors import PublishError
from deepartist.publish.publisher import Publisher
from deepartist.publish.site import check_figures, check_site, newer_source, read_site
from deepartist.publish.targets import choose_target

__all__ = ["PublishError", "Publisher", "check_figures", "check_site", "choose_target", "newer_source", "read_site"]
