"""Earlier paintings of a store as pictures: ``painting:KEY``, and ``canvas:KEY`` for what was not rounded yet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from deepartist.recipe.inputs import ImageInput, InputError
from deepartist.store import Record, Store

SHORTEST_KEY = 8
"""Digits that a figure shows of a key."""


class Paintings:
    """Looks paintings up by their key, or by how it begins."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def picture(self, reference: str) -> ImageInput:
        """``painting:KEY``: the finished picture, from its PNG if it has one. Raises InputError."""
        record = self._record(reference)
        role = next((each for each in ("png", "webp") if each in record.outputs), None)
        if role is None:
            raise InputError(f'"{reference}" has no picture in the cache')
        output = record.outputs[role]
        return ImageInput(
            f"painting:{record.key}", (("painting", record.key),), output.width, output.height, record.path(role),
            sha256=output.sha256, canvas=self._canvas(record) if _shows_its_canvas(record.data) else None,
        )  # fmt: skip

    def canvas(self, reference: str) -> ImageInput:
        """``canvas:KEY``: what the last stage left, neither rounded nor seen through views. Raises InputError."""
        image = self._canvas(self._record(reference))
        if image is None:
            key = reference.partition(":")[2]
            raise InputError(f'the cache no longer has the canvas "{key}": write painting:{key} for the picture')
        return image

    def _canvas(self, record: Record) -> ImageInput | None:
        stages = record.data.get("stages") or [None]
        stage = self.store.get(str(stages[-1]))
        if stage is None or "canvas" not in stage.outputs:
            return None
        output = stage.outputs["canvas"]
        identity = (("canvas", stage.key),)
        path = stage.path("canvas")
        return ImageInput(f"canvas:{record.key}", identity, output.width, output.height, path, sha256=output.sha256)

    def _record(self, reference: str) -> Record:
        word, _, given = reference.partition(":")
        key = given.strip().lower()
        if not re.fullmatch(f"[0-9a-f]{{{SHORTEST_KEY},64}}", key):
            raise InputError(f'"{reference}": write {word}: and {SHORTEST_KEY} or more of the 64 digits of a key')
        records = [each for name in self.store.keys_from(key) if (each := self.store.get(name))]
        found = [each for each in records if _is_painting(each)]
        if len(found) > 1:
            raise InputError(f'"{reference}" is how {len(found)} paintings begin: write more digits of the key')
        if not found:
            if film := next((each for each in records if each.data.get("kind") == "film"), None):
                frame = film.data["frames"][0][:SHORTEST_KEY]
                raise InputError(f'"{reference}" is a film: name one of its frames, the first is {word}:{frame}')
            raise InputError(
                f'there is no painting "{key}" in the cache: `deepartist paintings` lists those that are there'
            )
        return found[0]


def _is_painting(record: Record) -> bool:
    return record.data.get("kind") == "picture"


def _shows_its_canvas(data: Mapping[str, Any]) -> bool:
    """Whether the picture is the canvas, but for rounding: no views, no colours of another picture."""
    recipe = data.get("recipe") or {}
    levels = [recipe, *(recipe.get("stages") or ())]
    return not recipe.get("keep") and not any(level.get("view") for level in levels if isinstance(level, Mapping))
