"""What is remembered between builds never outlives what it was true of."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from deepartist.jobs import Session, Settings
from deepartist.recipe import Inputs, inputs, read_recipe
from deepartist.sources import addresses
from mkdocs_deepartist import build
from mkdocs_deepartist import memory as module
from mkdocs_deepartist.build import facts_of
from mkdocs_deepartist.config import DeepArtistConfig
from mkdocs_deepartist.memory import CACHE_DIR, Choices, Memory

TEXT = "style: dot.png\nsize: 64\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "docs/deep").mkdir(parents=True)
    Image.new("RGB", (32, 32), "red").save(tmp_path / "docs/dot.png")
    memory = opened(tmp_path)
    memory.choices = Choices.of(Settings())
    learn(memory, tmp_path)
    memory.save()
    return tmp_path


def opened(root: Path, **options: Any) -> Memory:
    return Memory(root, options)


def learn(memory: Memory, root: Path) -> None:
    folder = root / "docs/deep"
    found = Inputs([folder, root / "docs"], root=root / "docs")
    resolved = read_recipe(TEXT, found)
    memory.learn(TEXT, folder, facts_of(resolved, Session(Settings(), root)), found.looked_at)


def knows(root: Path, **options: Any) -> bool:
    return opened(root, **options).recall(TEXT, root / "docs/deep") is not None


def test_it_remembers(root: Path) -> None:
    memory, folder = opened(root), root / "docs/deep"
    facts = memory.recall(TEXT, folder)
    resolved = read_recipe(TEXT, Inputs([folder, root / "docs"], root=root / "docs"))
    assert facts == facts_of(resolved, Session(Settings(), root))
    assert memory.choices == Choices.of(Settings())
    assert memory.recall(TEXT, root / "docs") is None
    assert memory.recall(f"{TEXT}# x", folder) is None


def test_a_touched_picture_is_read_again(root: Path) -> None:
    os.utime(root / "docs/dot.png", ns=(time.time_ns(), time.time_ns()))
    assert not knows(root)


def test_a_picture_that_comes_first_now(root: Path) -> None:
    Image.new("RGB", (32, 32), "red").save(root / "docs/deep/dot.png")
    assert not knows(root)


def test_a_picture_that_is_gone(root: Path) -> None:
    (root / "docs/dot.png").unlink()
    assert not knows(root)


def test_other_options_are_another_matter(root: Path) -> None:
    assert knows(root)
    assert not knows(root, quality="final")


def test_other_weights_are_another_matter(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPARTIST_WEIGHTS_VGG19", str(root / "w.pth"))
    assert not knows(root)


def test_other_code_is_another_matter(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "VERSION", 0)
    assert not knows(root)


def test_with_parts_of_others_nothing_is_remembered(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib.metadata import EntryPoint

    other = EntryPoint("other", "other.parts", "deepartist.parts")
    monkeypatch.setattr(module, "entry_points", lambda **_: [other])
    assert not knows(root)
    before = (root / CACHE_DIR / "recipes.json").read_bytes()
    memory = opened(root)
    memory.choices = Choices.of(Settings())
    learn(memory, root)
    memory.save()
    assert (root / CACHE_DIR / "recipes.json").read_bytes() == before


@pytest.mark.parametrize("damage", ["", "{", "[]", "{}", "null"])
def test_a_damaged_file_is_no_file(root: Path, damage: str) -> None:
    (root / CACHE_DIR / "recipes.json").write_text(damage)
    assert not knows(root)


def test_a_damaged_entry_is_no_entry(root: Path) -> None:
    path = root / CACHE_DIR / "recipes.json"
    data = json.loads(path.read_text())
    for wrong in (None, 3, "html", {}, {"files": [], "facts": {"final": "x"}}):
        path.write_text(json.dumps({**data, "recipes": dict.fromkeys(data["recipes"], wrong)}))
        assert not knows(root)


def test_a_folder_that_holds_other_pictures(root: Path) -> None:
    text, folder = "style: textures/\nsize: 64\n", root / "docs/deep"
    (root / "docs/textures").mkdir()
    Image.new("RGB", (32, 32), "red").save(root / "docs/textures/a.png")

    def remembered() -> bool:
        known = opened(root).recall(text, folder) is not None
        memory, found = opened(root), Inputs([folder, root / "docs"], root=root / "docs")
        memory.choices = Choices.of(Settings())
        facts = facts_of(read_recipe(text, found), Session(Settings(), root))
        memory.learn(text, folder, facts, found.looked_at)
        memory.save()
        return known

    assert [remembered(), remembered()] == [False, True]
    Image.new("RGB", (32, 32), "blue").save(root / "docs/textures/b.png")
    assert [remembered(), remembered()] == [False, True]
    (root / "docs/textures/a.png").unlink()
    assert [remembered(), remembered()] == [False, True]
    Image.new("RGB", (32, 32), "gold").save(root / "docs/textures/b.png")
    assert [remembered(), remembered()] == [False, True]
    (root / "docs/deep/textures").mkdir()
    Image.new("RGB", (32, 32), "gold").save(root / "docs/deep/textures/b.png")
    assert [remembered(), remembered()] == [False, True]


def test_other_pins_are_another_matter(root: Path) -> None:
    (root / "deepartist.lock").write_text("# nothing")
    assert not knows(root)


def test_options_and_their_defaults_are_those_of_the_settings() -> None:
    assert {name for name, _ in DeepArtistConfig._schema} == set(Settings.model_fields)
    assert Settings().cache_dir == Path(CACHE_DIR)
    assert module.LOCK == addresses.LOCK
    assert build.PAINTED == inputs.PAINTED
