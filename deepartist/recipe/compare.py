"""What differs between two recipes in their long form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from deepartist.recipe.model import Recipe

LONGEST = 40
"""Letters of a value that is told."""


@dataclass(frozen=True)
class Change:
    """One word that says something else."""

    word: str
    """With the words above it: ``style.scale``. Several in a list are counted from 1: ``style.2.scale``."""
    then: Any
    """Plain data; None where nothing was said."""
    now: Any

    def __str__(self) -> str:
        return f"{self.word} {_brief(self.then)} → {_brief(self.now)}"


def differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[Change]:
    """What differs, in the order of the recipe's words. What follows from another size is not told again."""
    words = list(Recipe.model_fields)
    order = sorted({*then, *now}, key=lambda word: words.index(word) if word in words else len(words))
    found = [change for word in order for change in _changes(word, then.get(word), now.get(word))]
    resized = any(change.word == "size" for change in found)
    return [each for each in found if not (resized and each.word.startswith("stages.") and each.word.endswith(".size"))]


def _changes(word: str, then: Any, now: Any) -> Iterator[Change]:
    if then == now:
        return
    if isinstance(then, Mapping) and isinstance(now, Mapping) and _alike(then, now):
        for name in dict.fromkeys([*then, *now]):
            yield from _changes(f"{word}.{name}", then.get(name), now.get(name))
    elif _structured(then) and _structured(now) and len(then) == len(now):
        pairs = list(zip(then, now, strict=True))
        if all(_is_part(each) for pair in pairs for each in pair):
            for before, after in pairs:
                yield from _changes(word, before, after)
        else:
            yield from _in_all(word, [list(_changes("", *pair)) for pair in pairs])
    else:
        yield Change(word, then, now)


def _alike(then: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether to tell the words of both one by one; of layers only where they are the same."""
    weights = all(isinstance(each, int | float) for each in (*then.values(), *now.values()))
    return then.keys() == now.keys() if weights else bool(then.keys() & now.keys())


def _structured(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, Mapping) for each in value)


def _in_all(word: str, items: list[list[Change]]) -> Iterator[Change]:
    """The changes of the items of a list; what changed alike in all of them, as steps in stages do, is told once."""
    if all(item == items[0] for item in items):
        yield from (Change(f"{word}{each.word}", each.then, each.now) for each in items[0])
        return
    for number, item in enumerate(items, 1):
        yield from (Change(f"{word}.{number}{each.word}", each.then, each.now) for each in item)


def _is_part(value: Mapping[str, Any]) -> bool:
    """One of a list of parts, which are called by their names: ``view.kaleidoscope.segments``."""
    return len(value) == 1 and all(isinstance(each, Mapping) for each in value.values())


def _brief(value: Any) -> str:
    text = _words(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _words(value: Any) -> str:
    if value is None or value == [] or value == {}:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float | int):
        return f"{value:g}"
    if isinstance(value, Mapping):  # parts and layers are known by their names
        return ", ".join(map(str, value))
    if _structured(value) and not all(map(_is_part, value)):
        return str(len(value))  # of stages
    if isinstance(value, list):
        return ", ".join(map(_words, value))
    return str(value)
