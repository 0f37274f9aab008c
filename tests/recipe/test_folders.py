"""A folder as a style is the pictures in it, and nothing else takes one."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from deepartist.plan import plan
from deepartist.recipe import Inputs, RecipeError, Resolved, read_recipe


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    root = tmp_path / "docs"
    for name in ("textures/b.jpg", "textures/a.PNG", "textures/deeper/z.png", "page/x.png", "empty/readme.txt"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        if not name.endswith("txt"):
            Image.new("RGB", (24, len(name)), "navy").save(root / name)
    (root / "textures/notes.md").write_text("no picture")
    (root / "textures/.hidden.png").write_text("no picture")
    (root / "empty/readme.txt").write_text("no picture")
    return root


def read(docs: Path, text: str) -> Resolved:
    return read_recipe(text, Inputs([docs / "page", docs], root=docs))


def wrong(docs: Path, text: str) -> str:
    with pytest.raises(RecipeError) as caught:
        read(docs, text)
    return "\n".join(f"{each.line}:{each.column}: {each.message}" for each in caught.value.problems)


@pytest.mark.parametrize("name", ["textures/", "textures", "/textures/", "../textures//"])
def test_a_folder_is_the_list_of_its_pictures(docs: Path, name: str) -> None:
    resolved = read(docs, f"style: {name}\nsize: 64")
    assert resolved.recipe.style is not None
    stem = name.rstrip("/")
    assert resolved.recipe.style[0].image == (f"{stem}/a.PNG", f"{stem}/b.jpg")
    listed = read(docs, "style: {image: [textures/a.PNG, textures/b.jpg]}\nsize: 64")
    assert plan(resolved, {}).key == plan(listed, {}).key
    again = read_recipe(str(resolved.canonical()).replace("'", '"'), Inputs([docs / "page", docs], root=docs))
    assert again.canonical() == resolved.canonical()


def test_beside_other_pictures_and_in_stages(docs: Path) -> None:
    text = "style: {image: [x.png, textures/]}\nstages: [{size: 32, style: textures/}, 64]"
    resolved = read(docs, text)
    assert resolved.recipe.style is not None
    assert resolved.recipe.style[0].image == ("x.png", "textures/a.PNG", "textures/b.jpg")
    assert resolved.stages[0].style is not None
    assert resolved.stages[0].style[0].image == ("textures/a.PNG", "textures/b.jpg")
    assert set(resolved.images) == {"x.png", "textures/a.PNG", "textures/b.jpg"}


def test_the_folder_beside_the_page_comes_first(docs: Path) -> None:
    (docs / "page/textures").mkdir()
    assert wrong(docs, "style: textures/") == (
        '1:1: the folder "textures/" holds no pictures (PNG, JPEG, WebP, TIFF, GIF, …)'
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("style: empty/", '1:1: the folder "empty/" holds no pictures (PNG, JPEG, WebP, TIFF, GIF, …)'),
        ("style: texture/", '1:1: there is no folder "texture/" (did you mean "textures/"?)'),
        ("style: ../../", '1:1: "../../" lies outside the site: recipes may only use files below its docs folder'),
        ("style: x.png\ncontent: textures/",
         '2:1: "textures/" is a folder, and one picture is needed here: only a style takes a folder'),
        ("style: x.png\nstart: 0.5 * textures/",
         '2:1: "textures/" is a folder, and one picture is needed here: only a style takes a folder'),
        ("style: {image: x.png, mask: textures}",
         '1:23: "textures" is a folder, and one picture is needed here: only a style takes a folder'),
    ],
)  # fmt: skip
def test_what_is_wrong(docs: Path, text: str, message: str) -> None:
    assert wrong(docs, text) == message


def test_too_many(docs: Path) -> None:
    for number in range(31):
        Image.new("RGB", (16, 8), "gold").save(docs / f"textures/{number}.png")
    message = '1:1: the folder "textures/" holds 33 pictures: a style takes at most 32'
    assert wrong(docs, "style: textures/") == message
    (docs / "textures/0.png").unlink()
    read(docs, "style: textures/")
    message = "1:9: 33 pictures are too many for one style: at most 32"
    assert wrong(docs, "style: {image: [textures/, x.png]}") == message


def test_a_broken_picture_in_a_folder(docs: Path) -> None:
    (docs / "textures/c.png").write_text("no picture")
    assert '"textures/c.png" is not a picture that can be read' in wrong(docs, "style: textures/")


def test_links_out_of_the_site(docs: Path) -> None:
    Image.new("RGB", (8, 8)).save(docs.parent / "secret.png")
    (docs / "textures/c.png").symlink_to(docs.parent / "secret.png")
    assert '"textures/c.png" lies outside the site' in wrong(docs, "style: textures/")
    (docs / "out").symlink_to(docs.parent)
    assert '"out/" lies outside the site' in wrong(docs, "style: out/")
