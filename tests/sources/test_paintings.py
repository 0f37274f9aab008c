"""Earlier paintings as pictures of new ones."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import save

from deepartist.jobs import Session, Settings
from deepartist.recipe import RecipeError, Resolved, read_recipe
from deepartist.recipe.inputs import InputError
from deepartist.sources.pictures import load_picture

KEY, OTHER, STAGE = "3f9a61c2" + "0" * 56, "3f9a61c2" + "1" * 56, "e" * 64
CANVAS = np.linspace(-0.1, 1.1, 3 * 12 * 24, dtype=np.float32).reshape(1, 3, 12, 24)


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(Settings(), tmp_path)


def put(session: Session, key: str = KEY, recipe: Any = None, canvas: bool = True, kind: str = "png") -> None:
    pixels = (CANVAS[0].transpose(1, 2, 0).clip(0, 1) * 255).round().astype(np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, kind.upper(), lossless=True)
    facts = {"kind": "picture", "recipe": recipe or {}, "stages": [STAGE]}
    session.store.put(key, {kind: (stream.getvalue(), f".{kind}", 24, 12)}, facts)
    if canvas:
        session.store.put(STAGE, {"canvas": (save({"canvas": CANVAS}), ".safetensors", 24, 12)}, {"kind": "stage"})


def read(session: Session, text: str) -> Resolved:
    return read_recipe(text, session.inputs([Path("/nowhere")]))


def wrong(session: Session, text: str) -> str:
    with pytest.raises(RecipeError) as caught:
        read(session, text)
    return caught.value.problems[0].message


def test_as_content_and_style(session: Session) -> None:
    put(session)
    resolved = read(session, "content: painting:3f9a61c2\nstyle: painting:3F9A61C20\nsize: 64")
    recipe = resolved.recipe
    assert recipe.content is not None
    assert recipe.style is not None
    assert recipe.content.image == recipe.style[0].image[0] == f"painting:{KEY}"
    assert resolved.size == (64, 32)
    image = resolved.images[f"painting:{KEY}"]
    assert image.key == {"painting": KEY}
    assert np.array_equal(
        load_picture(image), np.round(CANVAS[0].transpose(1, 2, 0).clip(0, 1) * 255) / np.float32(255)
    )


def test_the_new_key_knows_the_old_painting(session: Session) -> None:
    put(session)
    first = session.plan(read(session, "style: painting:3f9a61c20\nsize: 64"), "final").key
    put(session, OTHER)
    second = session.plan(read(session, "style: painting:3f9a61c21\nsize: 64"), "final").key
    assert first != second


def test_a_start_takes_the_canvas_unrounded(session: Session) -> None:
    put(session)
    resolved = read(session, "style: sample:marble\nstart: painting:3f9a61c2\nsize: 64")
    assert resolved.recipe.start is not None
    assert resolved.recipe.start.image == f"canvas:{KEY}"
    assert resolved.recipe.start.colors == "own"
    assert resolved.size == (64, 32)
    image = resolved.images[f"canvas:{KEY}"]
    assert image.key == {"canvas": STAGE}
    assert np.array_equal(load_picture(image), CANVAS[0].transpose(1, 2, 0).clip(0, 1))
    mixed = read(session, "style: sample:marble\nstart: 0.5 * painting:3f9a61c2 + 0.5 * noise\nsize: 64")
    assert mixed.recipe.start is not None
    assert mixed.recipe.start.image == f"0.5 * canvas:{KEY} + 0.5 * noise"
    assert mixed.recipe.start.colors == "style"
    again = read_recipe(str(mixed.canonical()).replace("'", '"'), session.inputs([]))
    assert again.canonical() == mixed.canonical()


@pytest.mark.parametrize("recipe", [
    {"view": ["wrap"]}, {"keep": {"colors": "luma"}}, {"stages": [{"size": 8}, {"size": 9, "view": ["wrap"]}]},
])  # fmt: skip
def test_a_start_takes_the_picture_where_the_canvas_looks_otherwise(session: Session, recipe: Any) -> None:
    put(session, recipe=recipe)
    text = "style: sample:marble\nstart: painting:3f9a61c2\nsize: 64"
    assert list(read(session, text).images)[-1] == f"painting:{KEY}"
    assert list(read(session, text.replace("painting", "canvas")).images)[-1] == f"canvas:{KEY}"


def test_without_its_canvas_or_its_png(session: Session) -> None:
    put(session, canvas=False, kind="webp")
    resolved = read(session, "style: sample:marble\nstart: painting:3f9a61c2\nsize: 64")
    assert resolved.images[f"painting:{KEY}"].width == 24
    message = 'the cache no longer has the canvas "3f9a61c2": write painting:3f9a61c2 for the picture'
    assert wrong(session, "style: sample:marble\nstart: canvas:3f9a61c2") == message


def test_keys_that_cannot_be_meant(session: Session) -> None:
    put(session)
    put(session, OTHER)
    sentence = "2 paintings begin: write more digits of the key"
    assert wrong(session, "style: painting:3f9a61c2") == f'"painting:3f9a61c2" is how {sentence}'
    message = 'there is no painting "3f9a61c3" in the cache: `deepartist paintings` lists those that are there'
    assert wrong(session, "style: painting:3f9a61c3") == message
    assert "there is no painting" in wrong(session, f"style: painting:{STAGE}")
    session.store.put("f" * 64, {"gif": (b"GIF", ".gif", 24, 12)}, {"kind": "film", "frames": [KEY, OTHER]})
    message = '"painting:ffffffff" is a film: name one of its frames, the first is painting:3f9a61c2'
    assert wrong(session, "style: painting:ffffffff") == message
    for given in ("3f9a61c", "", "../../secret", "3f9a61c2*", "x" * 8, "0" * 65):
        message = f'"painting:{given}": write painting: and 8 or more of the 64 digits of a key'
        assert wrong(session, f'style: "painting:{given}"') == message


def test_a_damaged_canvas(session: Session) -> None:
    put(session)
    image = read(session, "style: sample:marble\nstart: painting:3f9a61c2").images[f"canvas:{KEY}"]
    assert image.path is not None
    image.path.write_bytes(b"x" * image.path.stat().st_size)
    with pytest.raises(InputError, match="cannot be read"):
        load_picture(image)
