"""What can be wrong with a recipe, as values that carry their place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

Location = tuple[int | str, ...]
"""Where in a recipe something stands: words, and numbers of entries from 0."""
MOST_WORDS = 30
"""No more are listed in a message."""


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake. ``line`` and ``column`` count from 1 inside the recipe's own text."""

    line: int
    column: int
    message: str

    def __post_init__(self) -> None:
        """What authors wrote is quoted in messages; nothing of it may steer a terminal."""
        if not self.message.isprintable():
            clean = "".join(character if character.isprintable() else "\ufffd" for character in self.message)
            object.__setattr__(self, "message", clean)

    def at(self, name: str, first_line: int = 1, indent: int = 0) -> str:
        """``name:line:column: message`` for a recipe whose first line is line `first_line` of the file `name`."""
        return f"{name}:{first_line + self.line - 1}:{self.column + indent}: {self.message}"


class RecipeError(ValueError):
    """All the mistakes of one recipe at once, in reading order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems)))
        super().__init__("\n".join(problem.at("recipe") for problem in self.problems))


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """``' (did you mean "style"?)'``, or all valid words where none is near, or nothing where there are none."""
    known = sorted({str(each) for each in words})
    near = get_close_matches(word, known, n=1, cutoff=0.55) or get_close_matches(word.lower(), known, n=1, cutoff=0.55)
    if near:
        return f' (did you mean "{near[0]}"?)'
    more = ", …" if len(known) > MOST_WORDS else ""
    return f" (known: {', '.join(known[:MOST_WORDS])}{more})" if known else ""


def quoted(words: Sequence[object]) -> str:
    """``"a", "b" or "c"``."""
    texts = [f'"{word}"' for word in words]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} or {texts[-1]}"
