"""Paintings of the site, hung side by side: a block ``deepartist-gallery``.

Without words it shows all of them, and readers choose; with words, as ``view: wrap``, those that have to do with
something, small and in a line.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from mkdocs_deepartist.blocks import Block
from mkdocs_deepartist.derived import card as small_copy
from mkdocs_deepartist.figure import SITE_FOLDER, file_of, template
from mkdocs_deepartist.film import still
from mkdocs_deepartist.pages import SourcePage
from mkdocs_deepartist.words import duration

if TYPE_CHECKING:
    from deepartist.recipe import Problem

KINDS = ("pipeline", "operator", "view", "tag")
"""By what paintings are chosen, as in `deepartist.recipe.gallery`."""


@dataclass(frozen=True)
class Card:
    """A painting at its first place in the site."""

    page: str
    url: str
    tags: tuple[str, ...]
    block: Block
    store: Path
    """The folder of the cache, where the small pictures are kept."""

    def of(self, kind: str) -> tuple[str, ...]:
        """The names that it has of a kind."""
        facts = self.block.entry.facts
        assert facts is not None
        own = {"pipeline": facts.pipelines, "operator": facts.operators, "view": facts.views, "tag": self.tags}
        return own[kind]

    def shown(self, relative: Callable[[str], str]) -> dict[str, Any]:
        """What the template needs."""
        record, facts, options = self.block.entry.record, self.block.entry.facts, self.block.options
        assert record is not None
        assert facts is not None
        picture, seconds, src = still(record), record.data.get("seconds"), ""
        if picture:
            small, src = small_copy(picture, record.path(picture.role), self.store), file_of(picture)
            if small:
                src = f"{SITE_FOLDER}/{small.sha256[:20]}.webp"
                self.block.files[src] = small.path
        return {
            "href": relative(f"{self.url.removeprefix('./')}#{self.block.id}"),
            "src": relative(src) if src else "",
            "width": picture.width if picture else 0,
            "height": picture.height if picture else 0,
            "title": options.title or options.caption or options.alt or facts.alt,
            "time": duration(float(seconds)) if isinstance(seconds, int | float) else "",
            "draft": self.block.state == "draft",
            "names": {kind: self.of(kind) for kind in KINDS},
        }


@dataclass(frozen=True)
class Choice:
    """The words of a gallery. Without any it shows all paintings."""

    names: dict[str, str]
    """By kind."""
    limit: int | None = None

    def takes(self, card: Card) -> bool:
        return all(name in card.of(kind) for kind, name in self.names.items())


def read(text: str, known: Callable[[str], Collection[str]]) -> tuple[Choice, Sequence[Problem]]:
    """The words of a gallery, and what is wrong with them.

    `known` gives the valid names of a kind.
    """
    if not text:
        return Choice({}), []
    from deepartist.recipe import RecipeError
    from deepartist.recipe.gallery import read_gallery

    try:
        return Choice(*read_gallery(text, known)), []
    except RecipeError as error:
        return Choice({}), error.problems


def hung(choice: Choice, cards: Sequence[Card], page: SourcePage, gallery: str) -> str:
    """The HTML of a gallery; `gallery` is the URL of the page that shows all paintings, if there is one.

    Of a choice the paintings of the page itself are left out; where no other is left there is no HTML.
    """
    if not choice.names:
        return template("gallery.html").render(paintings=[card.shown(page.relative) for card in cards])
    chosen = [card for card in cards if choice.takes(card)]
    others = [card for card in chosen if card.page != page.name][: choice.limit]
    if not others:
        return ""
    link = page.relative(gallery.removeprefix("./")) + "#" + urlencode(choice.names)
    return template("few.html").render(
        paintings=[card.shown(page.relative) for card in others], count=len(chosen), link=link if gallery else ""
    )
