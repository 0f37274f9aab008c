"""Finished paintings without painting: small pictures put into a store under the keys that a site will ask for."""

from __future__ import annotations

import io
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from deepartist.jobs import Session
from deepartist.plan import Plan, Quality
from deepartist.recipe import Inputs, find_fences, read_recipe
from deepartist.store import Record


def put(session: Session, plan: Plan, picture: Image.Image | None = None, seconds: float = 41.3, **more: Any) -> Record:
    """Store a picture for a plan, as the worker does; `more` is further facts."""
    picture = picture or _colour(plan)
    files = {}
    for role in plan.resolved.recipe.output.format:
        files[role] = (_encoded(picture, role.upper()), f".{role}", picture.width, picture.height)
    facts = {
        "kind": "picture",
        "recipe": plan.resolved.canonical(),
        "quality": plan.quality,
        "seconds": seconds,
        "device": "cpu",
        "device_name": "CPU (2 cores)",
        "versions": {"deepartist": "0.1.0", "torch": "2.9.0"},
        "created": "2026-01-02T03:04:05Z",
        "losses": [{"total": [3.0, 1.0]}, {"total": [2.0, 0.5], "style.relu1_1.gram": [1.5, 0.4]}],
        "inputs": {},
        **more,
    }
    return session.store.put(plan.key, files, facts)


def put_film(
    session: Session,
    plan: Plan,
    frames: Sequence[Image.Image],
    roles: Collection[str] = ("webp", "gif", "frames"),
    videos: Mapping[str, bytes] | None = None,
    **about: Any,
) -> Record:
    """Store a film for a plan: `roles` of these stills, and `videos` by role; `about` is what the record says of it."""
    (width, height), columns = frames[0].size, math.ceil(math.sqrt(len(frames)))
    sheet = Image.new("RGB", (columns * width, math.ceil(len(frames) / columns) * height))
    for index, frame in enumerate(frames):
        sheet.paste(frame, (index % columns * width, index // columns * height))
    front = sheet if about["kind"] == "survey" else frames[0]
    files = {role: (content, f".{role}", *frames[0].size) for role, content in (videos or {}).items()}
    for role in {"webp", "png"} & set(roles):
        files[role] = (_encoded(front, role.upper()), f".{role}", *front.size)
    if "gif" in roles:
        more = {"save_all": True, "append_images": frames[1:], "duration": 200, "loop": 0}
        files["gif"] = (_encoded(frames[0], "GIF", **more), ".gif", *frames[0].size)
    if "frames" in roles:
        for index, frame in enumerate(frames):
            files[f"frame-{index:03}"] = (_encoded(frame, "WEBP"), ".webp", *frame.size)
    facts = {"kind": "film", "film": about, "seconds": 12.0, "device": "cpu", "losses": [], "cut": ""}
    return session.store.put(plan.key, files, facts)


def _encoded(picture: Image.Image, kind: str, **more: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **more)
    return stream.getvalue()


def _colour(plan: Plan) -> Image.Image:
    width, height = plan.size
    return Image.new("RGB", (max(1, width // 8), max(1, height // 8)), f"#{plan.key[:6]}")


def recipes(docs: Path) -> Iterable[tuple[Path, str]]:
    """Every block of every page: the page and the text."""
    for page in sorted(docs.rglob("*.md")):
        for fence in find_fences(page.read_text(encoding="utf-8")):
            yield page, fence.text


def paint_site(docs: Path, session: Session, quality: Quality = "final") -> list[Record]:
    """Put a painting for every valid recipe of a site."""
    records = []
    for page, text in recipes(docs):
        try:
            resolved = read_recipe(text, Inputs([page.parent, docs], root=docs))
        except ValueError:
            continue
        records.append(put(session, session.plan(resolved, quality)))
    return records
