"""The words of a block ``deepartist-gallery``: by what it chooses among the paintings of a site."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from deepartist.recipe.problems import did_you_mean
from deepartist.recipe.yaml_document import load

KINDS = ("pipeline", "operator", "view", "tag")
"""By what paintings are chosen."""
LIMIT = "limit"
Known = Callable[[str], Collection[str] | None]
"""The valid names of a kind; None where they are not known."""


def read_gallery(text: str, known: Known) -> tuple[dict[str, str], int | None]:
    """The names by kind and the limit that a gallery says. Raises RecipeError with every mistake and its place."""
    document = load(text, "gallery")
    if not isinstance(document.data, dict):
        raise document.error([((), f"words are expected, as in `view: wrap`{did_you_mean('', (*KINDS, LIMIT))}")])
    wrongs = [(word, f'unknown word "{word}"{did_you_mean(word, (*KINDS, LIMIT))}')
              for word in document.data if word not in (*KINDS, LIMIT)]  # fmt: skip
    names = {word: "" if value is None else str(value) for word, value in document.data.items() if word in KINDS}
    for kind, name in names.items():
        valid = known(kind)
        if isinstance(document.data[kind], list | dict):
            wrongs.append((kind, f"one name is expected, as in `{kind}: {_first(document.data[kind])}`"))
        elif valid is not None and name not in valid:
            there = "no page has the tag" if kind == "tag" else f"there is no {kind}"
            wrongs.append((kind, f'{there} "{name}"{did_you_mean(name, valid)}'))
    limit = document.data.get(LIMIT)
    if LIMIT in document.data and not (type(limit) is int and limit > 0):
        wrongs.append((LIMIT, f"{LIMIT} is a whole number from 1, not {limit}"))
    if not names and not wrongs:
        wrongs.append((LIMIT, f"{LIMIT} needs something to choose by{did_you_mean('', KINDS)}"))
    if wrongs or document.problems:
        raise document.error([((word,), message) for word, message in wrongs])
    return names, limit


def _first(value: list[Any] | dict[str, Any]) -> str:
    """What may be meant by several."""
    return str(next(iter(value), "…"))
