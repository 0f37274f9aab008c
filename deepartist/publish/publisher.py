"""One run: look, plan, apply, invalidate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from deepartist.jobs.targets import Target
from deepartist.publish.bucket import Bucket
from deepartist.publish.invalidation import invalidated
from deepartist.publish.manifest import NAME, Manifest, read_manifest
from deepartist.publish.plan import Plan, doubtful, make_plan
from deepartist.publish.site import SiteFile
from deepartist.publish.transfer import Sent, apply
from deepartist.remotes.parallel import at_once

WORKERS = 16


class Publisher:
    """A target and how many talk to it at once."""

    def __init__(self, target: Target, workers: int, warn: Callable[[str], None]) -> None:
        self.target, self.workers, self._warn = target, workers, warn
        self.bucket = Bucket(target, workers)

    def plan(self, read_files: Callable[[], Sequence[SiteFile]], force: bool) -> Plan:
        """Compare the site with the target: one listing, one manifest, and nothing more if the last run ended well.

        The site's files are read while the server answers.
        """
        with ThreadPoolExecutor(2) as pool:
            listing, published = pool.submit(self.bucket.list), pool.submit(self.bucket.read_manifest)
            files = read_files()
            there, now = listing.result()
            manifest = self._manifest(published.result())
        open_questions = doubtful(files, manifest, there)
        answers = at_once(lambda file: self.bucket.ask(file.path), open_questions, self.workers)
        found = {file.path: entry for file, entry in zip(open_questions, answers, strict=True) if entry is not None}
        target = self.target
        return make_plan(
            files, manifest, there, found,
            now=now, keep_days=target.keep_days, max_delete=target.max_delete, force=force,
        )  # fmt: skip

    def _manifest(self, content: bytes | None) -> Manifest:
        if content is None:
            return Manifest()
        try:
            return read_manifest(content)
        except (ValueError, TypeError, KeyError):
            self._warn(f"{self.target.url}/{NAME} is damaged: every file is asked for instead, and nothing is deleted")
            return Manifest()

    def apply(self, plan: Plan, sent: Sent) -> list[str]:
        """Do what the plan says; returns the paths that CloudFront was told to forget."""
        paths = invalidated(plan) if self.target.cloudfront else []
        apply(plan, self.bucket, self.workers, sent, paths)
        return paths
