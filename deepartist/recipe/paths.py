"""Words of a recipe by their paths, as ``style.2.scale``, in plain data: short forms on the way are written out."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from deepartist.recipe.layers import canonical_layer
from deepartist.recipe.problems import did_you_mean
from deepartist.recipe.words import is_number, shown

SHORT = {"style": "image", "content": "image", "start": "image", "enhance": "layers", "keep": "colors", "mask": "image"}
"""What a word means that is given a text instead of words of its own."""
SEVERAL = frozenset({"style", "enhance", "stages"})
"""Words with a list of things, each of which has words of its own."""
PARTS = frozenset({"view", "regularize", "match", "by", "finish", "pipeline", "optimizer"})
"""Words with parts, which are found by their names."""
LISTS = (SEVERAL | PARTS) - {"stages", "pipeline", "optimizer"}
"""Words of which one thing is a list of one."""

Path = tuple[str, ...]


def put(data: dict[str, Any], path: Path, value: Any) -> None:
    """Set the word at `path`; what stands in its way in a short form is written out.

    Raises ValueError with a sentence for the author, where nothing or more than one thing is called so.
    """
    holder: Any = data
    slot: Any = path[0]
    for depth in range(1, len(path)):
        holder, slot = _into(holder, slot, path, depth)
    holder[slot] = deepcopy(value)  # a longer path may change it for this frame


def _into(holder: Any, slot: Any, path: Path, depth: int) -> tuple[Any, Any]:
    """One level down: what holds the next word of the path, which is one of ``holder[slot]``, and where in it."""
    name, word = path[:depth], path[depth]
    kind = next(each for each in reversed(name) if not each.isdecimal())
    child = holder[slot] if isinstance(holder, list) else holder.get(slot)
    if word.isdecimal() and (isinstance(child, list) or (kind in SEVERAL | LISTS and not name[-1].isdecimal())):
        entries = holder[slot] = _entries(child, kind, path, depth)
        return entries, _index(entries, path, depth)
    if kind == "layers" and not child:
        raise ValueError(f'"{".".join(name)}" is not said, and one layer alone has no share: name all that are meant')
    child = holder[slot] = _written_out(child, kind, isinstance(holder, list))
    if isinstance(child, list):
        if kind in PARTS:
            return _named(child, path, depth)
        if kind in SEVERAL and len(child) == 1:
            return _into(child, 0, path, depth)
        if kind in SEVERAL:
            raise ValueError(_which_one(len(child), path, depth))
    if not isinstance(child, dict):
        raise ValueError(f'"{".".join(name)}" is {shown(child)}, which has no words of its own')
    if kind in PARTS and child and word not in child:
        raise ValueError(_no_such(child, path, depth))
    return child, word


def _written_out(value: Any, kind: str, entry: bool = False) -> Any:
    """The long form of what a word was given, or of an entry of its list."""
    texts = value if isinstance(value, list) and all(isinstance(each, str) for each in value) else []
    match kind:
        case _ if value is None:
            return {}
        case "layers" if isinstance(value, str | dict) or texts:
            weights = value if isinstance(value, dict) else dict.fromkeys(texts or [value], 1.0)
            return {canonical_layer(layer): weight for layer, weight in weights.items()}
        case "stages" if entry and not isinstance(value, dict):
            return {"size": value}
        case "start" if is_number(value):
            return {"image": repr(float(value))}
        case "enhance" if texts:
            return {"layers": value}
        case _ if isinstance(value, str) and kind in SHORT:
            return {SHORT[kind]: value}
        case _ if isinstance(value, str) and kind in PARTS:
            return {value: {}}
    return value


def _entries(value: Any, kind: str, path: Path, depth: int) -> list[Any]:
    """What is counted where the next word of the path is a number."""
    if kind == "enhance":  # several layers are one thing to enhance
        value = _written_out(value, kind) if value is not None else []
    if isinstance(value, list):
        return value
    if kind not in LISTS:
        name = ".".join(path[:depth])
        instead = ".".join((*path[:depth], *path[depth + 1 :]))
        raise ValueError(f'"{name}" is no list, of which "{".".join(path)}" would be one: write {instead}')
    return [] if value is None else [value]


def _index(entries: list[Any], path: Path, depth: int) -> int:
    number = int(path[depth])
    if 1 <= number <= len(entries):
        return number - 1
    name = ".".join(path[: depth + 1])
    raise ValueError(f'"{name}": there {"is" if len(entries) == 1 else "are"} only {len(entries)}')


def _named(entries: list[Any], path: Path, depth: int) -> tuple[Any, Any]:
    """Where a part stands among several."""
    word = path[depth]
    found = [index for index, each in enumerate(entries) if each == word or (isinstance(each, dict) and word in each)]
    if not found and any(isinstance(each, list) for each in entries):
        raise ValueError(_which_one(len(entries), path, depth))
    if not found:
        raise ValueError(_no_such([each for entry in entries for each in _names(entry)], path, depth))
    if len(found) > 1:
        raise ValueError(_which_one(len(found), path, depth, found[0] + 1, word))
    (index,) = found
    if entries[index] == word:
        entries[index] = {word: {}}
    return entries[index], word


def _names(entry: Any) -> list[str]:
    return [str(each) for each in entry] if isinstance(entry, dict) else [str(entry)]


def _no_such(known: Any, path: Path, depth: int) -> str:
    name = ".".join(path[:depth])
    return f'there is no "{path[depth]}" in "{name}"{did_you_mean(path[depth], known)}'


def _which_one(count: int, path: Path, depth: int, number: int = 1, part: str = "") -> str:
    name = ".".join(path[:depth])
    rest = ".".join(path[depth:])
    return f'there are {count} of "{part or name}": write which one, as in {name}.{number}.{rest}'
