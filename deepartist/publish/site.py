"""The site that was built: its files, whether all its figures are painted, and whether it is up to date."""

from __future__ import annotations

import hashlib
import json
import os
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deepartist.jobs.project import Project
from deepartist.jobs.targets import Headers
from deepartist.publish.errors import PublishError
from deepartist.publish.headers import digest, headers

REPORT = "deepartist.json"
"""What the plugin writes when a build has ended: all figures and their states."""
WELL_KNOWN = ".well-known"
_BUILT_LAST = (REPORT, "index.html", "sitemap.xml", "404.html")


@dataclass(frozen=True)
class SiteFile:
    """A file to publish."""

    path: str
    """Below the site, with slashes, in Unicode's composed form (macOS spells names in the other)."""
    source: Path
    bytes: int
    modified: int
    """Nanoseconds."""
    sha256: str
    headers: Mapping[str, str]
    headers_digest: str


def check_site(folder: Path) -> None:
    """Raises PublishError where `folder` is no built site."""
    if not folder.is_dir():
        raise PublishError(f"there is no {folder}: build the site first, with `mkdocs build`")
    if not (folder / "index.html").is_file():
        raise PublishError(f"{folder} has no index.html: this is not a built site (`mkdocs build` makes one)")


def read_site(folder: Path, rules: Mapping[str, Headers]) -> list[SiteFile]:
    """All files of a built site in the order of their paths; hidden ones stay at home, but not ``.well-known``.

    Raises PublishError where a file cannot be read.
    """
    try:
        files = [_file(source, folder, rules) for source in _sources(folder)]
    except OSError as error:
        raise PublishError(f"{error.filename} cannot be read: {error.strerror}") from None
    return sorted(files, key=lambda each: each.path)


def _sources(folder: Path) -> Iterator[Path]:
    for base, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".") or name == WELL_KNOWN]
        yield from (Path(base, name) for name in names if not name.startswith("."))


def _file(source: Path, folder: Path, rules: Mapping[str, Headers]) -> SiteFile:
    path = unicodedata.normalize("NFC", source.relative_to(folder).as_posix())
    with source.open("rb") as stream:
        stat = os.fstat(stream.fileno())
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    given = headers(path, rules)
    return SiteFile(path, source, stat.st_size, stat.st_mtime_ns, sha256, given, digest(given))


def check_figures(folder: Path, project: Project, require_final: bool) -> str | None:
    """Refuse a site whose figures are not all painted; returns a warning where some are drafts.

    Raises PublishError for figures that failed or are not painted, for drafts with `require_final`, and for a site
    whose build did not end.
    """
    try:
        figures = json.loads((folder / REPORT).read_bytes())["figures"]
        states = Counter(str(each["state"]) for each in figures)
    except FileNotFoundError:
        if project.painted:
            raise PublishError(f"{folder} has no {REPORT}: its build did not end. Run `mkdocs build` again") from None
        return None
    except (OSError, ValueError, KeyError, TypeError):
        raise PublishError(f"{folder / REPORT} is damaged: run `mkdocs build` again") from None
    drafts = states.pop("draft", 0)
    del states["ready"]
    if states:
        words = [f"{states.pop('failed')} failed"] if "failed" in states else []
        words += [f"{states.total()} not painted"] if states else []
        raise PublishError(f"not all figures of {folder} are painted: {', '.join(words)} ({_pages(figures)})")
    if drafts and require_final:
        raise PublishError(f"{drafts} of {len(figures)} figures are drafts: `mkdocs build` with `quality: final` first")
    return f"{drafts} of {len(figures)} figures are drafts" if drafts else None


def _pages(figures: list[dict[str, Any]], most: int = 5) -> str:
    """The pages of what is not painted."""
    pages = dict.fromkeys(str(each.get("page")) for each in figures if each["state"] not in ("ready", "draft"))
    names = list(pages)
    return ", ".join(names[:most]) + (", …" if len(names) > most else "")


def newer_source(folder: Path, project: Project) -> Path | None:
    """A source of the site that changed after the site was built."""
    built = max(_modified(folder / name) for name in _BUILT_LAST)
    if project.config is None or not built:
        return None
    sources = [project.config]
    if project.docs is not None and project.docs.is_dir():
        sources += _sources(project.docs)
    newest = max(sources, key=_modified)
    return newest if _modified(newest) > built else None


def _modified(path: Path) -> float:
    """In seconds; 0 for what is not there, as a link may lead to nothing."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
