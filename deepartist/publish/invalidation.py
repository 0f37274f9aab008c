"""Which paths a CDN has to forget."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from urllib.parse import quote

from deepartist.jobs.targets import Target
from deepartist.publish.headers import is_hashed
from deepartist.publish.plan import Plan

MOST_PATHS = 15
"""More become wildcards: each path counts against the thousand that are free in a month, a wildcard as one."""


def invalidated(plan: Plan) -> list[str]:
    """All that changes, `collapsed`; what is new under the hash of its content was never kept anywhere."""
    changed = [each.file.path for each in plan.uploads if each.reason != "new" or not is_hashed(each.file.path)]
    return collapsed([*changed, *plan.delete, *plan.stale])


def base(target: Target) -> str:
    """Where the site begins at the distribution: ``/`` or ``/folder/``."""
    folder = (target.prefix if target.cloudfront_path is None else target.cloudfront_path).strip("/")
    return f"/{folder}/" if folder else "/"


def collapsed(paths: Iterable[str], most: int = MOST_PATHS) -> list[str]:
    """At most `most` paths that cover all of `paths`: themselves, wildcards of their top folders, or ``*``."""
    asked = sorted({form for path in paths for form in _forms(path)})
    if "*" in asked:
        return ["*"]
    if len(asked) <= most:
        return asked
    folders = defaultdict(list)
    for path in asked:
        top, slash, _ = path.partition("/")
        folders[top + slash].append(path)
    fewer = sorted(name + "*" if name.endswith("/") and len(own) > 1 else own[0] for name, own in folders.items())
    return fewer if len(fewer) <= most else ["*"]


def _forms(path: str) -> list[str]:
    """All URLs under which a file is asked for: ``x/index.html`` is also ``x/``."""
    quoted = quote(path, safe="/-_.~!$&'()+,;=:@*%")
    return [quoted, quoted.removesuffix("index.html")] if path.rpartition("/")[2] == "index.html" else [quoted]
