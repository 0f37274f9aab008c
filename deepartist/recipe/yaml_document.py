"""YAML as recipes use it: plain data, YAML 1.2 scalars, and the position of every word.

PyYAML's parser (libyaml where it is there) gives nodes with marks; the scalars are resolved here, because YAML 1.1
reads ``on`` as true and ``1:30`` as 90, and because tags such as ``!!python/object`` must never construct anything.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, ClassVar

import yaml

from deepartist.recipe.problems import Problem, RecipeError
from deepartist.recipe.yaml_words import explained

MAX_CHARACTERS = 64 * 1024
MAX_VALUES = 5_000
MAX_DEPTH = 24

_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_CONSTANTS = {"": None, "~": None, "null": None, "true": True, "false": False}
_PLAIN_TAGS = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "map", "seq")}

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    """Composes nodes only; every plain scalar stays a string until `_scalar` looks at it."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


@dataclass(frozen=True)
class Document:
    """The data of one recipe and where each part of it stands."""

    data: Any
    root: yaml.Node | None
    problems: tuple[Problem, ...] = ()
    """Mistakes that leave the rest readable."""

    def position(self, location: Sequence[int | str]) -> tuple[int, int]:
        """Line and column (from 1) of the value at `location`, or of the nearest thing around it that was written.

        Steps which the author did not write (a short form that was expanded) are passed over.
        """
        node, mark = self.root, self.root
        for step in location:
            found = _child(node, step)
            if found is not None:
                mark, node = found
        if mark is None:
            return 1, 1
        return mark.start_mark.line + 1, mark.start_mark.column + 1

    def error(self, wrongs: Iterable[tuple[Sequence[int | str], str]]) -> RecipeError:
        """All that is wrong, each (location, message) at its place."""
        return RecipeError([*self.problems, *(Problem(*self.position(where), message) for where, message in wrongs)])


NOWHERE = Document(None, None)
"""Of a recipe that was not read from text."""


def _child(node: yaml.Node | None, step: int | str) -> tuple[yaml.Node, yaml.Node] | None:
    """The node to point at and the node to descend into: for a mapping the key is what the reader looks for."""
    from deepartist.recipe.layers import canonical_layer  # here, so that reading a few words imports no models

    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if str(step) in (key.value, canonical_layer(key.value)):
                return key, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None


def without(data: Any, locations: Sequence[Sequence[int | str]]) -> Any:
    """The data without what stands at these locations; steps that the author did not write are passed over."""
    data = deepcopy(data)
    for location in locations:
        node: Any = data
        holder: Any = None
        last: Any = None
        for step in location:
            inside = isinstance(node, dict) and step in node
            if inside or (isinstance(node, list) and isinstance(step, int) and step < len(node)):
                holder, last, node = node, step, node[step]
        if isinstance(holder, dict):
            del holder[last]
        elif isinstance(holder, list):
            holder[last] = None
    return data


def load(text: str, what: str = "recipe") -> Document:
    """Read `text`, which messages call a `what`.

    Raises `RecipeError` for anything that is not a plain YAML mapping of reasonable size.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > MAX_CHARACTERS:
        raise RecipeError([Problem(1, 1, f"a {what} is at most {MAX_CHARACTERS // 1024} KiB long")])
    tabs = [
        Problem(number, line.index("\t") + 1, "a tab in the indentation: YAML is indented with spaces")
        for number, line in enumerate(text.split("\n"), 1)
        if "\t" in line[: len(line) - len(line.lstrip())] and line.strip() and not line.lstrip().startswith("#")
    ]
    if tabs:
        raise RecipeError(tabs)
    try:
        root = yaml.compose(text, Loader=_Loader)
    except (yaml.YAMLError, RecursionError) as error:
        raise RecipeError([explained(error)]) from None
    if root is None:
        return Document(None, None)
    builder = _Builder(what)
    data = builder.build(root, 0)
    if builder.problems:
        raise RecipeError([*builder.problems, *builder.repeated])
    return Document(data, root, tuple(builder.repeated))


class _Builder:
    """Nodes to data, collecting everything that is wrong on the way."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.problems: list[Problem] = []
        self.repeated: list[Problem] = []
        """Words that are given twice: the rest of the recipe can still be read."""
        self.values = 0

    def build(self, node: yaml.Node, depth: int) -> Any:
        self.values += 1
        if self.values > MAX_VALUES or depth > MAX_DEPTH:
            if not any("too large" in problem.message for problem in self.problems):
                self._wrong(node, f"this {self.what} is too large: too many or too deeply nested values")
            return None
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if node.tag not in _PLAIN_TAGS:
            self._wrong(node, f'the YAML tag "{_tag(node)}" is not allowed: a {self.what} holds plain values only')
            return None
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, depth + 1) for item in node.value]
        return dict(self._pairs(node, depth))

    def _pairs(self, node: yaml.Node, depth: int) -> Iterator[tuple[str, Any]]:
        seen: dict[str, int] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag not in {*_PLAIN_TAGS, "tag:yaml.org,2002:str"}:
                self._wrong(key, "a word is expected before the colon")
                continue
            if key.value in seen:
                message = f'"{key.value}" is given twice (first in line {seen[key.value]} of the {self.what})'
                self.repeated.append(Problem(key.start_mark.line + 1, key.start_mark.column + 1, message))
                continue
            seen[key.value] = key.start_mark.line + 1
            yield key.value, self.build(value, depth + 1)

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        if node.tag not in _PLAIN_TAGS:
            self._wrong(node, f'the YAML tag "{_tag(node)}" is not allowed: a {self.what} holds plain values only')
            return None
        text = node.value
        if node.style:  # quoted or block text stays text; a plain scalar has None, or "" from libyaml
            return text
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if _INTEGER.fullmatch(text) and len(text) < 40:
            return int(text)
        if _FLOAT.fullmatch(text):
            if not math.isfinite(float(text)):
                self._wrong(node, f"{text if len(text) < 40 else 'this number'} is too large a number")
                return None
            return float(text)
        return text

    def _wrong(self, node: yaml.Node, message: str) -> None:
        self.problems.append(Problem(node.start_mark.line + 1, node.start_mark.column + 1, message))


def _tag(node: yaml.Node) -> str:
    return str(node.tag).replace("tag:yaml.org,2002:", "!!")
