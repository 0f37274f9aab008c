"""What may stand on a fence line: presentation only, so that no word of it ever causes painting."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from deepartist.recipe.problems import did_you_mean

OPTIONS = ("title", "caption", "alt", "layout", "class", "id")
LAYOUTS = ("above", "below", "source", "tabs", "side", "folded", "outcome", "compare")

_TOKEN = re.compile(
    r"""\s*(?:(?P<mark>[.\#])(?P<name>[^\s.\#{}=]+)|(?P<key>[A-Za-z][\w-]*)
    (?:\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'{}]+)))?)(?=\s|$)""",
    re.VERBOSE,
)
_CLASS = re.compile(r"[A-Za-z_-][\w-]*")
_ID = re.compile(r"[A-Za-z][\w.:-]*")


@dataclass(frozen=True)
class Options:
    """How one painting is shown."""

    title: str = ""
    caption: str = ""
    alt: str | None = None
    """None: derived from the recipe. Empty: the picture is decoration."""
    layout: str = "above"
    classes: tuple[str, ...] = ()
    id: str = ""


@dataclass(frozen=True)
class HeaderProblem:
    """A mistake on the fence line and the word to point at."""

    word: str
    message: str

    def column(self, line: str, indent: int) -> int:
        """Where the word stands in its line, from 1."""
        return max(line.rfind(self.word), indent) + 1


def read_header(header: str) -> tuple[Options, list[HeaderProblem]]:
    """Options and mistakes of what stands on a fence line behind the language (or, in braces, with it)."""
    tokens = _tokens(header)
    if tokens is None:
        message = f'the fence line cannot be read: {header.strip()} (options look like this: title="Harbour")'
        return Options(), [HeaderProblem(header.strip(), message)]
    classes = [value for key, value in tokens if key == "."]
    if header.lstrip().startswith("{") and classes[:1] == ["deepartist"]:
        del classes[0]
    names = [value for key, value in tokens if key == "#"]
    values = {key: value for key, value in tokens if key not in (".", "#")}
    options, problems = read_options(values, tuple(classes), names[-1] if names else "")
    counts = Counter("id" if key == "#" else key for key, _ in tokens if key != ".")
    twice = [HeaderProblem(word, f'"{word}" is given twice') for word, count in counts.items() if count > 1]
    return (Options(), [*problems, *twice]) if twice else (options, problems)


def read_options(
    values: Mapping[str, str], classes: tuple[str, ...] = (), id_value: str = ""
) -> tuple[Options, list[HeaderProblem]]:
    """Options and mistakes of one header; `classes` and `id_value` come from ``{.deepartist .wide #boat}``."""
    problems = [
        HeaderProblem(word, f'unknown option "{word}"{did_you_mean(word, OPTIONS)}')
        for word in values
        if word not in OPTIONS
    ]
    layout, name = values.get("layout", "above"), values.get("id", id_value)
    if layout not in LAYOUTS:
        problems.append(HeaderProblem(layout, f'there is no layout "{layout}"{did_you_mean(layout, LAYOUTS)}'))
    if name and not _ID.fullmatch(name):
        problems.append(HeaderProblem(name, f'"{name}" cannot be an id: letters, digits, "-" and "_", a letter first'))
    classes = (*classes, *values.get("class", "").split())
    problems += [
        HeaderProblem(each, f'"{each}" cannot be a class: letters, digits, "-" and "_"')
        for each in classes
        if not _CLASS.fullmatch(each)
    ]
    if problems:
        return Options(), problems
    return Options(values.get("title", ""), values.get("caption", ""), values.get("alt"), layout, classes, name), []


def _tokens(header: str) -> list[tuple[str, str]] | None:
    """``title="A b" layout=tabs`` as pairs, those of ``.wide`` and ``#boat`` named by their first letter, which only
    stand in braces; None where it is not made of such words."""
    text = header.strip()
    braces, found, at = text.startswith("{"), [], 0
    text = text.removeprefix("{").removesuffix("}").rstrip()
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None or (token["mark"] and not braces):
            return None
        given = (token[name] for name in ("double", "single", "bare"))
        key = token["mark"] or token["key"]
        found.append((key, token["name"] or next((value for value in given if value is not None), key)))
        at = token.end()
    return found
