"""The recipe of a figure as a file to take along."""

from __future__ import annotations

import re
import unicodedata

from mkdocs_deepartist.blocks import Block
from mkdocs_deepartist.build import Site

SCHEMA = "assets/deepartist/schema.json"
"""Where the site has the JSON Schema of recipes, which editors check them by."""


def file_name(block: Block) -> str:
    """How downloads of a figure are called, without their ending: ``blue-sea`` of "Blue sea!", else its id."""
    plain = unicodedata.normalize("NFKD", block.options.title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].rstrip("-") or block.id


def recipe_file(block: Block, site: Site) -> bytes:
    """The recipe as its author wrote it, below comments that say where it comes from and what checks it."""
    title = block.options.title or (block.entry.facts.alt if block.entry.facts else "") or "A recipe"
    place = ", ".join(part for part in (site.name, site.url) if part)
    comments = [f"{title} ({place})" if place else title]
    if site.url:
        comments.append(f"yaml-language-server: $schema={site.url.rstrip('/')}/{SCHEMA}")
    if block.entry.facts and any(_is_file(picture.reference) for picture in block.entry.facts.pictures):
        page = block.page.name
        comments.append(f"Its pictures are looked for beside this file, as those of the site are beside {page}")
    lines = ["# " + " ".join(each.split()) for each in comments]
    return "\n".join([*lines, block.text.rstrip()]).encode() + b"\n"


def _is_file(reference: str) -> bool:
    return "://" not in reference and not reference.startswith(("sample:", "painting:", "canvas:"))
