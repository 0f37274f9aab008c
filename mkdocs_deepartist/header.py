"""What may stand on a fence line: presentation only, so that no word of it ever causes painting."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

OPTIONS = ("title", "caption", "alt", "layout", "class", "id")
LAYOUTS = ("above", "below", "source", "tabs", "side", "folded", "outcome", "compare")
RAW = "deepartist_header"
"""Option under which a header that superfences cannot read is handed to it (see `fence`)."""

_TOKEN = re.compile(
    r"""\s*(?P<key>[A-Za-z][\w-]*)
    (?:\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'{}]+)))?(?=\s|$)""",
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


def read_options(
    values: Mapping[str, str], classes: tuple[str, ...] = (), id_value: str = ""
) -> tuple[Options, list[HeaderProblem]]:
    """Options and mistakes of one header; `classes` and `id_value` come from ``{.deepartist .wide #boat}``."""
    problems: list[HeaderProblem] = []
    if RAW in values:
        header = unquote(values[RAW])
        read = parse_header(header)
        if read is None:
            message = f'the fence line cannot be read: {header.strip()} (options look like this: title="Harbour")'
            problems.append(HeaderProblem(header.strip(), message))
        values = read or {}
    problems += [
        HeaderProblem(word, f'unknown option "{word}"{_nearest(word, OPTIONS)}')
        for word in values
        if word not in OPTIONS
    ]
    layout, name = values.get("layout", "above"), values.get("id", id_value)
    if layout not in LAYOUTS:
        problems.append(HeaderProblem(layout, f'there is no layout "{layout}"{_nearest(layout, LAYOUTS)}'))
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


def _nearest(word: str, words: tuple[str, ...]) -> str:
    from deepartist.recipe.problems import did_you_mean

    return did_you_mean(word, words)


def parse_header(header: str) -> dict[str, str] | None:
    """``title="A b" layout=tabs`` as a dictionary; None where it is not made of such words."""
    values, at, header = {}, 0, header.strip().removeprefix("{").removesuffix("}").rstrip()
    while at < len(header):
        token = _TOKEN.match(header, at)
        if token is None:
            return None
        given = (token[name] for name in ("double", "single", "bare"))
        values[token["key"]] = next((value for value in given if value is not None), token["key"])
        at = token.end()
    return values


def smuggled(header: str) -> str:
    """A header in the one form that superfences always accepts."""
    return f'{RAW}="{quote(header, safe=" ")}"'
