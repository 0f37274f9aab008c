"""Finished paintings without painting: small pictures put into a store under the keys that a site will ask for."""

from __future__ import annotations

import io
from collections.abc import Iterable
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
        stream = io.BytesIO()
        picture.save(stream, role.upper())
        files[role] = (stream.getvalue(), f".{role}", picture.width, picture.height)
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
