"""Pictures that a recipe names: which files it may use, and what is said of those that it may not."""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from deepartist.recipe import InputError, Inputs, RecipeError, read_recipe


@pytest.fixture
def site(tmp_path: Path) -> Path:
    root = tmp_path / "docs"
    (root / "images").mkdir(parents=True)
    Image.new("RGB", (6, 4)).save(root / "images" / "tubingen.png")
    Image.new("RGB", (6, 4)).save(tmp_path / "secret.png")
    return root


def refused(root: Path, reference: str) -> str:
    with pytest.raises(InputError) as caught:
        Inputs([root / "images", root], root=root).image(reference)
    return str(caught.value)


def test_beside_the_page_then_from_the_root(site: Path) -> None:
    inputs = Inputs([site / "images", site], root=site)
    for reference in ("tubingen.png", "images/tubingen.png", "/images/tubingen.png", "../images/tubingen.png"):
        image = inputs.image(reference)
        assert (image.width, image.height) == (6, 4)
        assert image.path is not None
        assert image.path.samefile(site / "images" / "tubingen.png")


@pytest.mark.parametrize("reference", ["../../secret.png", "images/../../secret.png", "../../nothing-there.png"])
def test_outside_the_site(site: Path, reference: str) -> None:
    message = f'"{reference}" lies outside the site: recipes may only use files below its docs folder'
    assert refused(site, reference) == message


def test_an_absolute_path_counts_from_the_root_of_the_site(site: Path) -> None:
    assert refused(site, str(site.parent / "secret.png")).startswith("there is no picture")


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_outside_through_a_link(site: Path) -> None:
    (site / "link.png").symlink_to(site.parent / "secret.png")
    (site / "folder").symlink_to(site.parent)
    for reference in ("link.png", "folder/secret.png"):
        assert "lies outside the site" in refused(site, reference)
    (site / "inner.png").symlink_to(site / "images" / "tubingen.png")
    assert Inputs([site], root=site).image("inner.png").width == 6
    (site / "round.png").symlink_to(site / "round.png")
    assert "round.png" in refused(site, "round.png")


def test_missing(site: Path) -> None:
    hint = 'there is no picture "images/tubingn.png" (did you mean "images/tubingen.png"?)'
    assert refused(site, "images/tubingn.png") == hint
    assert refused(site, "images/zzz.png") == 'there is no picture "images/zzz.png"'
    assert refused(site, "images") == (
        '"images" is a folder, and one picture is needed here: only a style takes a folder'
    )
    assert refused(site, "a" * 5000).startswith('"aaaaa')
    assert refused(site, "x\0y") == "the name of a picture is missing"


def test_no_picture(site: Path) -> None:
    (site / "empty.png").write_bytes(b"")
    (site / "text.png").write_text("no picture")
    assert refused(site, "empty.png") == '"empty.png" is empty (0 bytes)'
    message = '"text.png" is not a picture that can be read (PNG, JPEG, WebP, TIFF, GIF, …)'
    assert refused(site, "text.png") == message


def test_unreadable(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def denied(self: Path, *args: object, **kwargs: object) -> object:
        if self.name == "locked.png":
            raise PermissionError(13, "Permission denied", str(self))
        return opened(self, *args, **kwargs)  # type: ignore[arg-type]

    Image.new("RGB", (6, 4)).save(site / "locked.png")
    monkeypatch.setattr(Path, "open", denied)
    assert refused(site, "locked.png").startswith('"locked.png" cannot be read: ')


def png_of(width: int, height: int) -> bytes:
    """The beginning of a PNG that says it is so large."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [header, b"IDAT" + zlib.compress(b"\0" * 64)]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) for chunk in chunks
    )


@pytest.mark.parametrize(("width", "height"), [(40_000, 10), (10, 40_000), (40_000, 40_000), (12_000, 12_000)])
def test_too_large(site: Path, width: int, height: int) -> None:
    (site / "large.png").write_bytes(png_of(width, height))
    assert refused(site, "large.png").startswith('"large.png" is too large')
    assert "120 megapixels" in refused(site, "large.png")


def test_turned_by_exif(site: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (6, 4)).save(site / "turned.jpg", exif=exif)
    image = Inputs([site], root=site).image("turned.jpg")
    assert (image.width, image.height) == (4, 6)


def test_samples() -> None:
    inputs = Inputs([])
    assert inputs.image("sample:strokes?seed=3").key == {**inputs.image("sample:strokes").key, "seed": 3}
    for reference, message in [
        ("sample:stroks", 'there is no sample "stroks" (did you mean "strokes"?)'),
        ("sample:strokes?seed=x",
         '"sample:strokes?seed=x": a sample takes only a whole number as seed, as in sample:strokes?seed=3'),
        ("https://example.org/a.png",
         '"https://example.org/a.png": pictures from https:// addresses are not supported; save the file'),
    ]:  # fmt: skip
        with pytest.raises(InputError) as caught:
            inputs.image(reference)
        assert str(caught.value) == message


def test_without_a_root_any_file_may_be_used(site: Path) -> None:
    assert Inputs([site]).image("../secret.png").width == 6
    assert Inputs([site]).image(str(site.parent / "secret.png")).width == 6


def test_arithmetic_belongs_under_start(site: Path) -> None:
    for reference in ("plasma", "noise", "0.5 * a.png + 0.5 * b.png"):
        message = f'there is no picture "{reference}": noise, plasma and arithmetic belong under start'
        assert refused(site, reference) == message
    Image.new("RGB", (6, 4)).save(site / "a - b.png")
    assert Inputs([site]).image("a - b.png").width == 6


def test_a_style_of_a_few_pixels(site: Path) -> None:
    for name, size in {"tiny": (15, 15), "small": (16, 4)}.items():
        Image.new("RGB", size).save(site / f"{name}.png")
    inputs = Inputs([site])
    with pytest.raises(RecipeError) as caught:
        read_recipe("seed: 1\nstyle: tiny.png", inputs)
    assert [(each.line, each.message) for each in caught.value.problems] == [(
        2, '"tiny.png" is only 15×15 pixels: below 16 on the long side a style is nothing but colours, '
        'for layers: pixels; the layer "relu1_2" sees no strokes in it',
    )]  # fmt: skip
    read_recipe("style: small.png", inputs)
    read_recipe("style: {image: tiny.png, layers: pixels}", inputs)
    read_recipe("content: small.png\nstyle: {image: tiny.png, match: palette}", inputs)
