"""Where the recipe blocks of a Markdown page stand: the lines, not the HTML.

Used to name page and line in messages and to find recipes without building a site. It follows the rules of fenced
code: a fence of N characters is closed by one of at least N, so that a block inside a longer fence stays text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LANGUAGE = "deepartist"
_OPEN = re.compile(r"^(?P<prefix>(?:[ \t]|> ?)*)(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^`\n]*)$")


@dataclass(frozen=True)
class Fence:
    """One recipe block: the line (from 1) of its opening fence, its indentation, the rest of that line, its text."""

    line: int
    indent: int
    header: str
    text: str

    @property
    def first_line(self) -> int:
        """The line of the page on which the recipe's own first line stands."""
        return self.line + 1


def find_fences(markdown: str, language: str = LANGUAGE) -> list[Fence]:
    """Every fenced block of `language` in a page, in order; an unclosed one reaches to the end of the page."""
    found: list[Fence] = []
    opened: tuple[int, str, str, str] | None = None  # line, prefix, fence, info
    body: list[str] = []
    lines = markdown.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, line in enumerate(lines, 1):
        match = _OPEN.match(line)
        if opened is None:
            if match:
                opened, body = (number, match["prefix"], match["fence"], match["info"].strip()), []
            continue
        _, prefix, fence, _ = opened
        if match and match["fence"].startswith(fence) and not match["info"].strip():
            _keep(found, opened, body, language)
            opened = None
        else:
            body.append(_dedent(line, len(prefix)))
    if opened:
        _keep(found, opened, body, language)
    return found


def _keep(found: list[Fence], opened: tuple[int, str, str, str], body: list[str], language: str) -> None:
    line, prefix, _, info = opened
    name = re.split(r"[\s{]", info, maxsplit=1)[0] or info.lstrip("{").strip().removeprefix(".").split(" ")[0].rstrip(
        "}"
    )
    if name == language:
        found.append(
            Fence(line, len(prefix), info[len(name) :].strip() if info.startswith(name) else info, "\n".join(body))
        )


def _dedent(line: str, width: int) -> str:
    """The line without the indentation (or quote marks) that its opening fence has."""
    head, rest = line[:width], line[width:]
    return head.lstrip(" \t>") + rest
