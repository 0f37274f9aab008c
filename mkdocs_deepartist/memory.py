"""What earlier builds found out about recipes, so that a build in which everything is painted reads none of them.

Reading a recipe means importing and building the models of all parts: a quarter of a second, and a millisecond more
for each recipe. Everything that decides a key is either in the identifier of an entry (the text, its folder), checked
when it is recalled (the pictures), or in the fingerprint of the whole file (our code, the options, the weights); where
any of it has changed, the recipe is read again. It is a cache of a cache: deleting it costs a moment, nothing else.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.metadata import entry_points, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import deepartist
from mkdocs_deepartist.blocks import Facts, Picture
from mkdocs_deepartist.chart import needed

if TYPE_CHECKING:
    from deepartist.jobs import Settings
    from deepartist.store import Layers, Record

CACHE_DIR = ".cache/deepartist"
"""Where the options name no other folder; `Settings` says the same, but costs too much to ask."""
FILE = "recipes.json"
SCHEMA = "schema.json"
LOCK = "deepartist.lock"
"""The pins of pictures from elsewhere, as in `deepartist.sources.addresses`."""
MOST = 50_000
KEPT = ("kind", "film", "outputs", "seconds", "cut", "device", "device_name", "versions")
"""What figures need of a record; all of it with its loss curve is long."""
TUPLES = ("size", "pipelines", "operators", "views")
"""JSON has only lists."""
VERSION = 4


@dataclass(frozen=True)
class Choices:
    """The options that the adapter itself goes by."""

    render: str
    quality: str
    on_error: str
    cache_dir: str
    frozen: str

    @classmethod
    def of(cls, settings: Settings) -> Choices:
        return cls(settings.render, settings.quality, settings.on_error, str(settings.cache_dir), str(settings.frozen))


class Memory:
    """The recipes of one project."""

    def __init__(self, base: Path, options: Mapping[str, Any]) -> None:
        """`base` is the folder that relative paths count from, `options` are those given in mkdocs.yml."""
        self.base = base
        self._path = base / str(options.get("cache_dir") or CACHE_DIR) / FILE
        self._fingerprint = _fingerprint(base, options)
        self.choices: Choices | None = None
        """The options with their defaults, if they were checked before."""
        self._recipes: dict[str, Any] = {}
        self._used: dict[str, Any] = {}
        self._results: Layers | None = None
        self._changed = False
        with suppress(OSError, ValueError, KeyError, TypeError):
            data = json.loads(self._path.read_text(encoding="utf-8"))
            if self._fingerprint and data["fingerprint"] == self._fingerprint:
                self.choices, self._recipes = Choices(**data["choices"]), dict(data["recipes"])

    @property
    def results(self) -> Layers:
        """The layers of `Session.results`."""
        from deepartist.store import Layers, Store

        assert self.choices is not None
        if self._results is None:
            own, frozen = self.choices.cache_dir, self.choices.frozen
            self._results = Layers(Store(self.base / own), [Store(self.base / frozen)])
        return self._results

    def recall(self, text: str, folder: Path) -> Facts | None:
        """What is known of a recipe, if nothing has changed since."""
        name = _name(text, folder)
        known = self._used.get(name) or self._recipes.get(name)
        try:
            if known is None or any(_stamp(path) != stamp for path, stamp in known["files"]):
                return None
            facts = known["facts"]
            pictures = tuple(
                Picture(**{**each, "sample": tuple(each["sample"]) if each["sample"] else None})
                for each in facts["pictures"]
            )
            self._used[name] = known
            return Facts(**{**facts, **{word: tuple(facts[word]) for word in TUPLES}, "pictures": pictures})
        except (KeyError, TypeError):
            return None

    def look_up(self, facts: Facts, render: str) -> tuple[Literal["ready", "draft"], Record] | None:
        """The painting to show, if it is there. The order is that of `Session.find`."""
        assert self.choices is not None
        quality = self.choices.quality
        if render == "all":
            return None
        either = quality == "auto" or render == "never"
        if (quality == "final" or either) and (record := self._record(facts.final)):
            return "ready", record
        if (quality == "draft" or either) and (record := self._record(facts.draft)):
            return "draft", record
        return None

    def _record(self, key: str) -> Record | None:
        """The record from the store, or as it was the last time if its file and its pictures are still those."""
        from deepartist.store.store import RECORD, Record

        known = self._used.get(key) or self._recipes.get(key)
        with suppress(KeyError, TypeError, IndexError, OSError):
            folder = self.results.stores[known["layer"]].folder(key) if known else None
            if known and folder and all(_stamp(f"{folder}/{name}") == stamp for name, stamp in known["files"]):
                self._used[key] = known
                return Record(key, folder, known["data"])
        record = self.results.get(key)
        if record:
            names = [RECORD, *(each.name for each in record.outputs.values())]
            data = {word: record.data[word] for word in KEPT if word in record.data}
            data["losses"] = needed(record.data.get("losses") or ())
            files = [[name, _stamp(f"{record.folder}/{name}")] for name in names]
            layer = [store.folder(key) for store in self.results.stores].index(record.folder)
            self._used[key] = {"layer": layer, "files": files, "data": data}
            self._changed = True
        return record

    def learn(self, text: str, folder: Path, facts: Facts, looked_at: Iterable[str]) -> None:
        """Remember a recipe until one of the files and folders changes that were looked at when it was read."""
        files = {path: _stamp(path) for path in sorted(looked_at)}
        self._used[_name(text, folder)] = {"facts": asdict(facts), "files": list(files.items())}
        self._changed = True

    def recall_html(self, text: str, style: str) -> str | None:
        """A recipe's highlighted source: Pygments takes longer for it than everything else about a figure."""
        name = _name(text, style)
        known = self._used.get(name) or self._recipes.get(name)
        if not isinstance(known, str):
            return None
        self._used[name] = known
        return known

    def learn_html(self, text: str, style: str, html: str) -> None:
        self._used[_name(text, style)] = html
        self._changed = True

    def names(self, kind: Any) -> list[str]:
        """The names of all parts of a kind, as ``operator``."""
        known = self._used.get(kind) or self._recipes.get(kind)
        if not isinstance(known, list):
            from deepartist.recipe.parts import parts

            known, self._changed = sorted(parts(kind)), True
        self._used[kind] = known
        return known

    def schema(self) -> Path | bytes:
        """The JSON Schema of recipes: a file in the cache, or its content where nothing can be written there."""
        path = self._path.with_name(SCHEMA)
        known = self._used.get(SCHEMA) or self._recipes.get(SCHEMA)
        if known is not None and known == _stamp(str(path)):
            self._used[SCHEMA] = known
            return path
        from deepartist.recipe.schema import recipe_schema

        content = json.dumps(recipe_schema(), ensure_ascii=False).encode()
        if not _write(path, content):
            return content
        self._used[SCHEMA] = _stamp(str(path))
        self._changed = True
        return path

    def save(self) -> None:
        """Keep what is new for the next build; a cache that cannot be written is no reason to fail."""
        if not (self._changed and self._fingerprint and self.choices):
            return
        recipes = {**self._recipes, **self._used}
        if len(recipes) > MOST:
            recipes = self._used
        data = {"fingerprint": self._fingerprint, "choices": asdict(self.choices), "recipes": recipes}
        self._changed = not _write(self._path, json.dumps(data).encode())


def _write(path: Path, content: bytes) -> bool:
    """Write a file as a whole; whether that could be done."""
    from deepartist.store.copying import copy_whole

    try:
        copy_whole(content, path)
    except OSError:
        return False
    return True


def _name(text: str, context: Path | str) -> str:
    return hashlib.sha256(f"{context}\0{text}".encode()).hexdigest()[:32]


def _stamp(path: str) -> list[int] | None:
    """Changes when the file does, or what a folder holds; None where there is none."""
    try:
        stat = os.stat(path)  # noqa: PTH116 - thousands of them
    except OSError:
        return None
    return [stat.st_mtime_ns, stat.st_size]


def _fingerprint(base: Path, options: Mapping[str, Any]) -> str | None:
    """Everything that decides keys besides recipes and their pictures; None where that cannot be known cheaply."""
    parts = entry_points(group="deepartist.parts")
    if any(not part.value.startswith("deepartist.") for part in parts):
        return None  # parts of others may change without our noticing
    said: list[Any] = [
        VERSION,
        sys.version,
        version("pygments"),
        version("pymdown-extensions"),
        json.dumps(options, sort_keys=True, default=str),
        _stamp(str(base / LOCK)),
    ]
    weights = options.get("weights")
    for each in weights.values() if isinstance(weights, Mapping) else ():
        file = each.get("file") if isinstance(each, Mapping) else each
        said.append(_stamp(str(base / str(file))))
    for name, value in sorted(os.environ.items()):
        if name.startswith("DEEPARTIST_"):
            said += [name, value, _stamp(str(base / value))]
    for package in (Path(deepartist.__file__).parent, Path(__file__).parent):
        said += [[name, _stamp(name)] for name in _sources(str(package))]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _sources(folder: str) -> Iterator[str]:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _sources(entry.path)
        elif entry.name.endswith(".py"):
            yield entry.path
