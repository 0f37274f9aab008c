"""Carry out a plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from deepartist.publish.bucket import Bucket
from deepartist.publish.plan import Plan, Upload
from deepartist.remotes.parallel import at_once

Sent = Callable[[int], None]
"""Hears of bytes that have left."""


def apply(plan: Plan, bucket: Bucket, workers: int, sent: Sent, stale: Sequence[str]) -> None:
    """Upload group by group, write the manifest, delete, tell the CDN. Raises PublishError and goes no further.

    Whatever ends it, the next run goes on from there: an object tells which file it is, and the manifest was told
    beforehand what would be uploaded, so that all of it stays ours. That first write also fails before anything else
    does where writing is not permitted. `stale` are the paths for the CDN, which the manifest holds until it knows.
    """
    if plan.uploads:
        bucket.write_manifest(plan.announced(stale).text())
    etags: dict[str, str] = {}

    def upload(each: Upload) -> None:
        etags[each.file.path] = bucket.upload(each.file, sent)

    for group in plan.groups:
        at_once(upload, sorted(group, key=lambda each: -each.file.bytes), workers)
    if plan.written:
        bucket.write_manifest(plan.finished(etags, stale).text())
    at_once(bucket.delete, plan.delete, workers)
    if stale:
        bucket.invalidate(stale)
        bucket.write_manifest(plan.finished(etags, ()).text())
