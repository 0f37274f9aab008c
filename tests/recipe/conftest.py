"""A small folder of pages' pictures, and ways to ask what a recipe comes to."""

from __future__ import annotations

from pathlib import Path

import pytest
from asking import Key, Read, Wrong
from PIL import Image

from deepartist.plan import plan
from deepartist.recipe import Inputs, RecipeError, draft, read_recipe


@pytest.fixture(scope="session")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """a.png 48×24, b.jpg 30×60, "sub folder/ä (1).png" 20×20."""
    root = tmp_path_factory.mktemp("site") / "docs"
    (root / "sub folder").mkdir(parents=True)
    Image.new("RGB", (48, 24), "navy").save(root / "a.png")
    Image.new("RGB", (30, 60), "gold").save(root / "b.jpg")
    Image.new("RGB", (20, 20), "teal").save(root / "sub folder" / "ä (1).png")
    return root


@pytest.fixture(scope="session")
def read(docs: Path) -> Read:
    return lambda text: read_recipe(text, Inputs([docs], root=docs))


@pytest.fixture(scope="session")
def key(read: Read) -> Key:
    """The key of a recipe at final quality."""
    return lambda text: plan(read(text), {}).key


@pytest.fixture(scope="session")
def draft_key(read: Read) -> Key:
    return lambda text: plan(draft(read(text)), {}, "draft").key


@pytest.fixture(scope="session")
def wrong(read: Read) -> Wrong:
    """What is wrong with a recipe, one ``line:column: message`` each."""

    def ask(text: str) -> list[str]:
        with pytest.raises(RecipeError) as caught:
            read(text)
        return [f"{each.line}:{each.column}: {each.message}" for each in caught.value.problems]

    return ask
