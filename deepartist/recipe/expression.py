"""The little language of starting canvases: ``0.2 + 0.4 * noise``.

Operands are numbers, words (``noise``, ``plasma``, ``content``), and images; ``+ - *`` stand between spaces, ``*``
binds tighter, parentheses group, and a path with spaces or parentheses in it is quoted. Values are pixel values in
0..1 and are not clamped before the whole expression is evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from deepartist.recipe.problems import did_you_mean

OPERATORS = {"+": 1, "-": 1, "*": 2}
_TOKEN = re.compile(r"\s*(\"[^\"]*\"|'[^']*'|[()]|[^\s()]+)")
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")
_PLAIN_PATH = re.compile(r"[^\s()'\"]+")


@dataclass(frozen=True)
class Number:
    value: float

    def __str__(self) -> str:
        return repr(self.value)


@dataclass(frozen=True)
class Word:
    """A source by name, or ``content``."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Image:
    """A picture: a path, or ``sample:NAME?seed=N``."""

    reference: str

    def __str__(self) -> str:
        if _PLAIN_PATH.fullmatch(self.reference):
            return self.reference
        quote = "'" if '"' in self.reference else '"'
        return f"{quote}{self.reference}{quote}"


@dataclass(frozen=True)
class Operation:
    operator: str
    left: Expression
    right: Expression

    def __str__(self) -> str:
        rank = OPERATORS[self.operator]
        left, right = str(self.left), str(self.right)
        if isinstance(self.left, Operation) and OPERATORS[self.left.operator] < rank:
            left = f"({left})"
        if isinstance(self.right, Operation) and OPERATORS[self.right.operator] <= rank:
            right = f"({right})"
        return f"{left} {self.operator} {right}"


Expression = Number | Word | Image | Operation


def parse_expression(text: str, words: set[str]) -> Expression:
    """Parse `text`; `words` are the names of sources. Raises ValueError with a sentence for the author."""
    tokens = [match.group(1) for match in _TOKEN.finditer(text)]
    if not tokens:
        raise ValueError("this expression is empty: write numbers, noise, plasma or an image")
    if len(tokens) > 64:
        raise ValueError("this expression has more than 64 words")
    reader = _Reader(tokens, words)
    result = reader.sum(0)
    if reader.position < len(tokens):
        raise ValueError(f'"{reader.peek}" is not expected after "{tokens[reader.position - 1]}" in {text!r}')
    return result


def images_of(expression: Expression) -> Iterator[str]:
    """Every image reference in an expression, in reading order."""
    if isinstance(expression, Operation):
        yield from images_of(expression.left)
        yield from images_of(expression.right)
    elif isinstance(expression, Image):
        yield expression.reference


def with_images(expression: Expression, name: Callable[[str], str]) -> Expression:
    """The same expression with other names for its images."""
    if isinstance(expression, Operation):
        return replace(expression, left=with_images(expression.left, name), right=with_images(expression.right, name))
    return Image(name(expression.reference)) if isinstance(expression, Image) else expression


def words_of(expression: Expression) -> Iterator[str]:
    """Every source word in an expression, in reading order."""
    if isinstance(expression, Operation):
        yield from words_of(expression.left)
        yield from words_of(expression.right)
    elif isinstance(expression, Word):
        yield expression.name


class _Reader:
    """Precedence climbing over the tokens."""

    def __init__(self, tokens: list[str], words: set[str]) -> None:
        self.tokens, self.words, self.position = tokens, words, 0

    @property
    def peek(self) -> str:
        return self.tokens[self.position] if self.position < len(self.tokens) else ""

    def next(self) -> str:
        token = self.peek
        self.position += 1
        return token

    def sum(self, rank: int) -> Expression:
        left = self.operand()
        while OPERATORS.get(self.peek, 0) > rank:
            operator = self.next()
            left = Operation(operator, left, self.sum(OPERATORS[operator]))
        return left

    def operand(self) -> Expression:
        token = self.next()
        if token == "(":
            inner = self.sum(0)
            if self.next() != ")":
                raise ValueError('a parenthesis is not closed: ")" is missing')
            return inner
        if token == "" or token == ")" or token in OPERATORS:
            raise ValueError(
                f'a number, a word or an image is missing before "{token}"' if token else "it ends too early"
            )
        if token[0] in "\"'" and len(token) > 1:
            return Image(token[1:-1])
        if _NUMBER.fullmatch(token):
            value = float(token)
            if abs(value) > 100:
                raise ValueError(f"{value:g} is out of range: pixel values are 0..1, factors at most 100")
            return Number(value)
        if token in self.words:
            return Word(token)
        pieces = [piece for piece in re.split(r"[-+*]", token) if piece]
        if len(pieces) > 1 and all(_NUMBER.fullmatch(piece) or piece in self.words for piece in pieces):
            raise ValueError(f'write spaces around + - and *: "{token}" is read as one word')
        if "." in token or "/" in token or ":" in token:
            return Image(token)
        raise ValueError(f'"{token}" is neither a number, a source nor an image file{did_you_mean(token, self.words)}')
