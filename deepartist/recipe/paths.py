"""Words of a recipe by their paths, as ``style.2.scale``, in plain data: short forms on the way are written out."""

from __future__ import annotations

from typing import Any

from deepartist.recipe.words import shown

SHORT = {"style": "image", "content": "image", "start": "image", "enhance": "layers", "keep": "colors", "mask": "image"}
"""What a word means that is given a text instead of words of its own."""

Path = tuple[str, ...]


def put(data: dict[str, Any], path: Path, value: Any) -> None:
    """Set the word at `path`; what stands in its way in a short form is written out."""
    node: Any = data
    for depth, word in enumerate(path[:-1]):
        node = _step(node, word, path[: depth + 1])
    last = path[-1]
    if isinstance(node, list):
        node[_index(node, last, path)] = value
    else:
        node[last] = value


def _step(node: Any, word: str, path: Path) -> Any:
    """One level down, in a mapping or in a list of several of a kind."""
    if isinstance(node, list):
        index: Any = _index(node, word, path)
        child = node[index]
        if not word.isdecimal() and isinstance(child, str):  # the name of a part, that has no words yet
            node[index] = {word: {}}
            return node[index][word]
        if not word.isdecimal():
            return child[word]
        holder, index = node, index
    else:
        child = node.get(word)
        if child is None:
            child = node[word] = {}
        holder, index = node, word
    if isinstance(child, str):
        kind = next((each for each in reversed(path) if not each.isdecimal()), "")
        written: dict[str, Any] = {SHORT[kind]: child} if kind in SHORT else {child: {}}
        child = holder[index] = written
    if isinstance(child, list) and len(child) == 1 and isinstance(child[0], str | dict):
        only = child[0]
        if isinstance(only, str) and word in SHORT:
            child[0] = {SHORT[word]: only}
            return child[0]
        if isinstance(only, dict) and word in SHORT:
            return only
    if not isinstance(child, dict | list):
        raise ValueError(f'"{".".join(path)}" is {shown(child)}, which has no words of its own')
    return child


def _index(node: list[Any], word: str, path: Path) -> int:
    """Which of several: by number from 1, or by the name of a part."""
    if word.isdecimal():
        if 1 <= int(word) <= len(node):
            return int(word) - 1
        raise ValueError(f'"{".".join(path)}": there are only {len(node)}')
    for index, each in enumerate(node):
        if each == word or (isinstance(each, dict) and word in each):
            return index
    name = ".".join(path[:-1]) if path[-1] == word else ".".join(path)
    raise ValueError(f'there are {len(node)} of "{name}": write which one, as in {name}.1.{word}')
