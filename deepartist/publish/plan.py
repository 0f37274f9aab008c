"""What has to be done so that the bucket holds the site: nothing here talks to anybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from deepartist.publish.manifest import Entry, Manifest
from deepartist.publish.site import SiteFile

Reason = Literal["new", "changed", "headers", "forced", "lost there", "changed there", "replaces another's file"]
DAY = 86400.0

_INDEX = {"index.html", "sitemap.xml", "sitemap.xml.gz", "robots.txt", "deepartist.json", "search/search_index.json"}
_FEEDS = ("feed", "rss", "atom")


@dataclass(frozen=True)
class There:
    """An object that the bucket has."""

    bytes: int
    etag: str


@dataclass(frozen=True)
class Upload:
    file: SiteFile
    reason: Reason


@dataclass(frozen=True)
class Plan:
    """All that is to be done."""

    groups: tuple[tuple[Upload, ...], ...]
    """Assets, pages, index and feeds: what a page needs is there before the page, the page before what links to it."""
    unchanged: tuple[str, ...]
    delete: tuple[str, ...]
    waiting: tuple[str, ...]
    """Gone from the site, not for long enough yet."""
    capped: int
    """Files that are due but stay, because they are more than `max_delete`."""
    files: Mapping[str, Entry]
    """The manifest of what need not be uploaded and of what is gone."""
    stale: tuple[str, ...]
    """What an earlier run has not told the CDN."""
    written: bool
    """Whether the manifest has to be written."""

    @property
    def uploads(self) -> tuple[Upload, ...]:
        return tuple(upload for group in self.groups for upload in group)

    @property
    def bytes(self) -> int:
        return sum(upload.file.bytes for upload in self.uploads)

    def announced(self, stale: Sequence[str]) -> Manifest:
        """Written before anything is uploaded: what is ours stays known as ours, whenever we are killed."""
        return Manifest({**self.files, **{upload.file.path: Entry() for upload in self.uploads}}, tuple(stale))

    def finished(self, etags: Mapping[str, str], stale: Sequence[str]) -> Manifest:
        """Written when all is uploaded."""
        new = {each.file.path: _entry(each.file, etags[each.file.path]) for each in self.uploads}
        return Manifest({**self.files, **new}, tuple(stale))


def doubtful(files: Iterable[SiteFile], manifest: Manifest, there: Mapping[str, There]) -> list[SiteFile]:
    """What may be there already although the manifest does not know it: an interrupted run has left it, for one."""
    known = _known(manifest, there)
    return [file for file in files if file.path not in known and _size(there, file.path) == file.bytes]


def make_plan(
    files: Sequence[SiteFile],
    manifest: Manifest,
    there: Mapping[str, There],
    found: Mapping[str, Entry],
    *,
    now: float,
    keep_days: float,
    max_delete: int,
    force: bool = False,
) -> Plan:
    """Compare the site with the `manifest` and with what is `there`, both by path below the target.

    `found` are the entries of `doubtful` files as their objects tell them; `now` is the server's time in seconds.
    """
    known = {**_known(manifest, there), **found}
    uploads, unchanged, kept = [], [], {}
    for file in files:
        reason = _reason(file, known.get(file.path), manifest, there, force)
        if reason:
            uploads.append(Upload(file, reason))
        else:
            unchanged.append(file.path)
            kept[file.path] = _entry(file, known[file.path].etag)
    gone = _gone(files, manifest, there, now)
    due = tuple(path for path, entry in gone.items() if now - (entry.gone or now) >= keep_days * DAY)
    capped = len(due) if len(due) > max_delete else 0
    delete = () if capped else due
    entries = {**kept, **gone}
    forgotten = manifest.files.keys() - {file.path for file in files} - gone.keys()  # no reason to write by itself
    old = {path: entry for path, entry in manifest.files.items() if path not in forgotten}
    return Plan(
        groups=tuple(tuple(each for each in uploads if _group(each.file.path) == group) for group in range(3)),
        unchanged=tuple(unchanged),
        delete=delete,
        waiting=tuple(path for path in gone if path not in due),
        capped=capped,
        files=entries,
        stale=manifest.stale,
        written=bool(uploads) or entries != old,
    )


def _known(manifest: Manifest, there: Mapping[str, There]) -> dict[str, Entry]:
    """Entries whose object is the one that we have uploaded."""
    return {
        path: entry
        for path, entry in manifest.files.items()
        if entry.etag and path in there and there[path].etag == entry.etag
    }


def _size(there: Mapping[str, There], path: str) -> int | None:
    return there[path].bytes if path in there else None


def _reason(
    file: SiteFile, known: Entry | None, manifest: Manifest, there: Mapping[str, There], force: bool
) -> Reason | None:
    ours = file.path in manifest.files
    if file.path not in there:
        return "lost there" if ours and manifest.files[file.path].etag else "new"
    if known is None:
        if not ours:
            return "replaces another's file"
        return "changed there" if manifest.files[file.path].etag else "changed"
    if known.sha256 != file.sha256:
        return "changed"
    if known.headers != file.headers_digest:
        return "headers"
    return "forced" if force else None


def _gone(files: Iterable[SiteFile], manifest: Manifest, there: Mapping[str, There], now: float) -> dict[str, Entry]:
    """What is ours, still there, and no longer in the site. What somebody else has replaced is not ours any more."""
    paths = {file.path for file in files}
    return {
        path: entry if entry.gone is not None else replace(entry, gone=now)
        for path, entry in manifest.files.items()
        if path not in paths and path in there and entry.etag in ("", there[path].etag)
    }


def _entry(file: SiteFile, etag: str) -> Entry:
    return Entry(file.sha256, file.headers_digest, etag)


def _group(path: str) -> int:
    name = path.rpartition("/")[2]
    if path in _INDEX or (name.startswith(_FEEDS) and name.endswith((".xml", ".json"))):
        return 2
    return 1 if name.endswith((".html", ".htm")) else 0
