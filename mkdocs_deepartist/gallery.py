"""A page that shows all paintings of the site: a block ``deepartist-gallery``.

It is a block as recipes are, so that there is no second thing to learn: it may stand anywhere in a page, it can be
shown in a longer fence, and editors know it for what it is. It takes no words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from mkdocs_deepartist.blocks import Block
from mkdocs_deepartist.derived import card
from mkdocs_deepartist.figure import SITE_FOLDER, file_of, template
from mkdocs_deepartist.film import VIDEOS, shown
from mkdocs_deepartist.pages import Message, SourcePage
from mkdocs_deepartist.words import duration

LANGUAGE = "deepartist-gallery"
_MARKER = '<div class="deepartist-gallery"></div>'


def _format(*_: Any, **__: Any) -> str:
    return _MARKER


def _validate(*_: Any) -> bool:
    return True


FENCE = {"name": LANGUAGE, "class": LANGUAGE, "validator": _validate, "format": _format}
"""For superfences: leaves a place, since most of the site has not been read when it is asked."""


def misread(page: SourcePage, html: str) -> Iterator[Message]:
    """Words that somebody gave to a gallery."""
    if _MARKER not in html:
        return
    from deepartist.recipe import find_fences

    for fence in find_fences(page.source, LANGUAGE):
        if fence.header or fence.text.strip():
            line, column = (fence.line, fence.indent + 1) if fence.header else (fence.first_line, fence.indent + 1)
            yield Message(page.name, line, column, "a gallery takes no words: it shows every painting of the site")


def hang(
    html: str, relative: Callable[[str], str], pages: Callable[[], Iterable[tuple[str, list[Block]]]], store: Path
) -> str:
    """The page with its galleries filled. `pages` are the URL and the blocks of each in order, asked for only then;
    `relative` turns site paths into URLs; `store` is the folder of the cache, where the small pictures are kept."""
    if _MARKER not in html:
        return html
    paintings: dict[str, dict[str, Any]] = {}
    for url, blocks in pages():
        for block in blocks:
            if block.entry.record and block.state in ("ready", "draft"):
                paintings.setdefault(block.entry.key, _card(block, url, relative, store))
    return html.replace(_MARKER, template("gallery.html").render(paintings=list(paintings.values())))


def _card(block: Block, url: str, relative: Callable[[str], str], store: Path) -> dict[str, Any]:
    record, facts = block.entry.record, block.entry.facts
    assert record is not None
    assert facts is not None
    role = next((role for role in shown(record) if role not in VIDEOS), None)
    picture, seconds = record.outputs.get(role or ""), record.data.get("seconds")
    src = ""
    if picture:
        small, src = card(picture, record.path(picture.role), store), file_of(picture)
        if small:
            src = f"{SITE_FOLDER}/{small.sha256[:20]}.webp"
            block.files[src] = small.path
    return {
        "href": relative(f"{url.removeprefix('./')}#{block.id}"),
        "src": relative(src) if src else "",
        "width": picture.width if picture else 0,
        "height": picture.height if picture else 0,
        "title": block.options.title or block.options.alt or facts.alt,
        "time": duration(float(seconds)) if isinstance(seconds, int | float) else "",
        "draft": block.state == "draft",
        "pipelines": facts.pipelines,
        "operators": facts.operators,
        "views": facts.views,
    }
