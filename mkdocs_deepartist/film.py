"""What a page shows of a film: a video or the sheet of a survey, its frames for the slider, and its files."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deepartist.store import Output, Record

STILLS = ("webp", "png")
VIDEOS = {"webm": "video/webm", "mp4": "video/mp4"}
"""In the order in which browsers are offered them: the smaller file first."""
FILES = {"gif": "GIF", "mp4": "MP4", "webm": "WebM"}
"""What can be downloaded, and how it is called."""
FRAME = "frame-"
"""How the roles of frames begin, as in `deepartist.jobs.film`."""
FINEST, LEAST = 10, 20
"""Milliseconds: what shots are rounded to, and how long each lasts at least, as in `deepartist.finishing.film`."""


def shown(record: Record) -> list[str]:
    """The roles of all files that a figure needs, the one that stands for the result first."""
    roles = [role for role in STILLS if role in record.outputs]
    if record.data.get("kind") == "film":
        roles = roles[:1]  # a sheet without loss is for whoever asks for a file, and not for pages
        frames = sorted((role for role in record.outputs if role.startswith(FRAME)), key=_number)
        roles += frames + [role for role in FILES if role in record.outputs]
    return roles


def still(record: Record) -> Output | None:
    """The file that shows it where no video can; None where there is only video."""
    return next((record.outputs[role] for role in shown(record) if role not in VIDEOS), None)


def _number(role: str) -> tuple[int, str]:
    """``frame-1000`` comes after ``frame-999``."""
    return len(role), role


def film(record: Record, urls: Mapping[str, str], name: str) -> dict[str, Any] | None:
    """What the template shows of a film whose files have these URLs by role, in the order of `shown`; None for a
    picture. `name` is how downloads are called."""
    if record.data.get("kind") != "film":
        return None
    facts = record.data.get("film") or {}
    # By name alone: all lie in one folder, and what moves pages about changes the URLs of elements, not those in data.
    frames = [posixpath.basename(url) for role, url in urls.items() if role.startswith(FRAME)]
    labels = [str(label) for label in facts.get("labels") or ()]
    survey = facts.get("kind") == "survey"
    begins = _begins(facts, len(frames))
    return {
        "videos": [] if survey else [(kind, urls[role]) for role, kind in VIDEOS.items() if role in urls],
        "gif": None if survey else urls.get("gif"),
        "poster": next((urls[role] for role in urls if role not in FILES), None),
        "frames": {
            "frames": frames,
            # Sliders speak of frames by their labels; one that has none is called by its number.
            "labels": [*labels, *(str(number + 1) for number in range(len(labels), len(frames)))][: len(frames)],
            "sheet": survey,
            "back": bool(facts.get("back")),
            **({"begins": begins} if begins else {}),
            **({"front": len(frames) - 1} if facts.get("kind") == "progress" and frames else {}),
        },
        "files": [
            {"word": word, "url": urls[role], "name": f"{name}.{role}"} for role, word in FILES.items() if role in urls
        ],
    }


def _begins(facts: Mapping[str, Any], count: int) -> list[float]:
    """When each shot begins, as shares of the film, where an end is held; else all are as long, and this is empty."""
    if not (hold := facts.get("hold")) or count == 0:
        return []
    lasts = [round(1000 * float(facts["seconds"]) / count)] * count
    lasts[-1] += round(1000 * hold)
    if facts.get("kind") == "sweep":
        lasts[0] += round(1000 * hold)
    if facts.get("back"):
        lasts += lasts[-2:0:-1]
    lasts = [max(LEAST, FINEST * round(each / FINEST)) for each in lasts]
    return [round(sum(lasts[:shot]) / sum(lasts), 4) for shot in range(len(lasts))]
