"""Where the recipe blocks of a Markdown page stand: the lines, not the HTML.

Used to name page and line in messages and to find recipes without building a site. It follows the rules of superfences:
a fence is closed by the same fence with the same indentation, so that a block inside a longer fence stays text, and a
line further left ends it unread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

LANGUAGE, GALLERY, TIMES = "deepartist", "deepartist-gallery", "deepartist-times"
LANGUAGES = (LANGUAGE, GALLERY, TIMES)
_OPEN = re.compile(r"^(?P<prefix>[ \t>]*)(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^`\n]*)$")
_FRONT_MATTER = re.compile(r"-{3}[ \t]*\n(.*?\n)(?:-{3}|\.{3})[ \t]*(?:\n|$)", re.DOTALL)
"""As MkDocs has it."""
_COMMENT = re.compile(r" {0,3}<!--")
_NAME = re.compile(r"\{?\s*\.?(?P<name>[^\s{}]*)(?P<rest>.*)")


@dataclass(frozen=True)
class Fence:
    """One block: the line (from 1) of its opening fence, its indentation, the rest of that line, its text."""

    line: int
    indent: int
    header: str
    """Without the language; as a whole where it is in braces, as in ``{.deepartist .wide}``."""
    text: str
    language: str = LANGUAGE
    closed: bool = True
    """Markdown does not read one that is not closed, or that a line further left ends."""
    commented: bool = False
    """It stands in an HTML comment."""
    opening: str = ""
    """Its first line, as a whole."""

    @property
    def first_line(self) -> int:
        """The line of the page on which the recipe's own first line stands."""
        return self.line + 1


def find_fences(markdown: str, language: str = LANGUAGE) -> list[Fence]:
    """Every fenced block of `language` in a page, in order; an unclosed one reaches to the end of the page.

    Front matter is passed over.
    """
    return [fence for fence in all_fences(markdown) if fence.language == language]


def all_fences(markdown: str) -> Iterator[Fence]:
    """The fenced blocks of a page, whatever their language."""
    text = markdown.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    number, commented = _front_matter(text), False
    while number < len(lines):
        line = lines[number]
        if not commented and _COMMENT.match(line):
            commented = any("-->" in each for each in lines[number:])
        match = _OPEN.match(line)
        end, closed = _end(lines, number, match) if match else (number, True)
        if match:
            width = len(match["prefix"])
            body = "\n".join(_dedent(each, width) for each in lines[number + 1 : end])
            language, header = _named(match["info"].strip())
            yield Fence(number + 1, width, header, body, language, closed, commented, line)
        if commented and any("-->" in each for each in lines[number : end + 1]):
            commented = False
        number = end + 1


def _front_matter(text: str) -> int:
    """How many lines at the beginning of a page are its front matter."""
    match = _FRONT_MATTER.match(text)
    if match is None or LANGUAGE not in match[1]:  # without blocks nobody asks
        return 0
    try:
        found = yaml.safe_load(match[1])
    except yaml.YAMLError:
        return 0
    return match[0].rstrip("\n").count("\n") + 1 if isinstance(found, dict) else 0


def _end(lines: list[str], begin: int, opened: re.Match[str]) -> tuple[int, bool]:
    """The index of the line that ends the block, and whether that closes it."""
    width, quoted = len(opened["prefix"]), ">" in opened["prefix"]
    for number in range(begin + 1, len(lines)):
        line = lines[number]
        head, rest = line[:width], line[width:]
        if head.strip(" \t>") or (quoted and line.strip() and ">" not in head):  # further left
            return number, False
        if rest.rstrip() == opened["fence"]:
            return number, True
    return len(lines), False


def _named(info: str) -> tuple[str, str]:
    """Language and header of what stands behind a fence."""
    match = _NAME.match(info)
    assert match is not None
    rest = match["rest"].strip()
    return match["name"], info if info.startswith("{") and rest != "}" else rest.removeprefix("}")


def _dedent(line: str, width: int) -> str:
    """The line without the indentation (or quote marks) that its opening fence has."""
    head, rest = line[:width], line[width:]
    return head.lstrip(" \t>") + rest
