"""Words on pictures, and pictures beside each other."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from deepartist.finishing import Label, Repeat, contact_sheet, labelled
from deepartist.finishing.lettering import DARK, font, letters, plate, unwritable
from deepartist.recipe import Inputs, RecipeError, read_recipe


def orange(height: int = 100, width: int = 150) -> NDArray[np.uint8]:
    return np.full((height, width, 3), (250, 120, 20), np.uint8)


@pytest.mark.parametrize(("place", "rows"), [("below", np.s_[:100]), ("above", np.s_[-100:])])
def test_a_strip_leaves_the_picture_alone(place: str, rows: slice) -> None:
    found = labelled(orange(), "relu3_1", place)  # type: ignore[arg-type]
    assert found.shape == (100 + 15, 150, 3)
    assert np.array_equal(found[rows], orange())
    written = found[100:] if place == "below" else found[:15]
    assert (written[0, 0] == DARK).all()
    columns = np.flatnonzero((written > 150).all(-1).any(0))
    assert abs(columns.mean() - 75) < 4  # in the middle


def test_inside_only_a_corner_is_covered() -> None:
    found = labelled(orange(), "relu3_1", "inside", 0.12)
    covered = (found != orange()).any(-1)
    assert found.shape == (100, 150, 3)
    assert covered[-1, 0]
    assert not covered[: 100 - 20].any()
    assert not covered[:, 90:].any()
    assert (found > 180).all(-1).sum() > 20


@pytest.mark.parametrize("place", ["below", "above", "inside"])
@pytest.mark.parametrize("text", ["i", "gyp|Ä", "a text that is much longer than the picture is wide, " * 5])
@pytest.mark.parametrize("size", [(40, 60), (333, 77), (16, 16)])
def test_pictures_of_one_size_stay_of_one_size(place: str, text: str, size: tuple[int, int]) -> None:
    step = Label.model_construct(text=text, place=place, size=0.06)
    found = labelled(orange(*size), text, place)  # type: ignore[arg-type]
    assert (found.shape[1], found.shape[0]) == step.resized((size[1], size[0]))


def test_as_a_step_it_writes_the_same() -> None:
    picture = torch.from_numpy(orange()).permute(2, 0, 1)[None] / 255
    found = Label(text="Größe × σ").apply(picture, None)[0].permute(1, 2, 0)  # type: ignore[arg-type]
    assert np.array_equal((found * 255).round().byte().numpy(), labelled(orange(), "Größe × σ"))


def test_letters_fit_and_are_no_larger_than_asked() -> None:
    for text in ("Hg", "a rather long line of text"):
        drawn = letters(text, (200, 60), 40)
        rows, columns = (np.flatnonzero((drawn > 100).any(axis)) for axis in (1, 0))
        assert drawn.shape == (60, 200)
        assert columns[0] >= 0
        assert columns[-1] < 200
        assert 0 < rows[0] < rows[-1] < 59
        assert (drawn > 200).any()
    assert len(np.flatnonzero((letters("H", (200, 60), 20) > 100).any(1))) == pytest.approx(20 * 0.71, abs=2)


@pytest.mark.parametrize("text", ["H", "Ig", "I", "Åy"])
def test_short_words_are_no_higher_than_fits(text: str) -> None:
    """The width alone would allow letters twice as high."""
    rows = np.flatnonzero((letters(text, (600, 256), 512, bold=True) > 0).any(1))
    assert rows[0] > 0
    assert rows[-1] < 255
    assert rows[-1] - rows[0] > 128


def test_what_cannot_be_read_is_cut() -> None:
    """At nine pixels the text is still too long: it ends in dots inside the plate."""
    found = plate("a text that is much longer than this plate is wide", 14, 80)
    assert found.shape == (24, 80, 3)
    assert (found[:, 0] == DARK).all()
    assert (found[:, -1] == DARK).all()
    assert (found > 200).any()


def test_which_letters_there_are() -> None:
    assert unwritable("Größe × 1–2 · σ Ω Штрих ½ é ñ ł …") == ""
    assert unwritable("a 漢 b 字 漢") == "漢字"
    assert font(12) is font(12)


def test_repeating() -> None:
    picture = torch.arange(24.0).reshape(1, 3, 2, 4)
    found = Repeat(columns=3, rows=2).apply(picture, None)  # type: ignore[arg-type]
    assert found.shape == (1, 3, 4, 12)
    assert Repeat(columns=3, rows=2).resized((4, 2)) == (12, 4)
    for row in (0, 1):
        for column in (0, 1, 2):
            assert torch.equal(found[..., 2 * row : 2 * row + 2, 4 * column : 4 * column + 4], picture)


@pytest.mark.parametrize(
    ("finish", "message"),
    [
        ("{repeat: {columns: 16, rows: 16}}", 'after "repeat" 16384×16384 pixels are too many: at most 64 megapixels'),
        ("[{repeat: {columns: 16, rows: 1}}, smooth]", 'after "repeat" WebP ends at 16383 pixels: for 16384×1024'),
        ("[repeat, {repeat: {columns: 8, rows: 4}}]", 'after "repeat" 16384×8192 pixels are too many'),
        ("{label: {text: a漢}}", '"漢" cannot be written'),
        ("{label: {}}", '"text" is missing'),
        ("{label: {text: A, place: besides}}", 'expected "below", "above" or "inside"'),
        ("[repeat, {smooth: {guide: wide.png}}]", "wide.png"),
    ],
)
def test_mistakes_are_said_before_anything_is_painted(finish: str, message: str) -> None:
    with pytest.raises(RecipeError) as error:
        read_recipe(f"style: sample:cells\nsize: 1024\nfinish: {finish}", Inputs([]))
    assert message in str(error.value)
    assert len(error.value.problems) == 1


def test_png_may_be_wider_than_webp() -> None:
    text = "style: sample:cells\nsize: 1024\nfinish: {repeat: {columns: 16, rows: 1}}\noutput: {format: png}"
    assert read_recipe(text, Inputs([])).recipe.finish


def test_a_contact_sheet_has_every_picture_and_every_label() -> None:
    pictures = [np.full((60, 80, 3), (level, 0, 255 - level), np.uint8) for level in (40, 90, 140, 190, 240)]
    pictures[2] = pictures[2][:40, :50]
    sheet = contact_sheet(pictures, ["one", "two", "three", "four", "five"])
    gap, line = 3, round(12 * 1.7)
    assert sheet.shape == (2 * (60 + line) + 3 * gap, 3 * 80 + 4 * gap, 3)
    for number, picture in enumerate(pictures):
        row, column = divmod(number, 3)
        top, left = gap + row * (60 + line + gap), gap + column * (80 + gap)
        middle = sheet[top + 30, left + 40]
        assert (middle == picture[0, 0]).all()
        label = sheet[top + 60 : top + 60 + line, left : left + 80]
        assert (label > 180).all(-1).sum() > 10
        places = np.argwhere((sheet == picture[0, 0]).all(-1))
        assert len(places) == picture.shape[0] * picture.shape[1]
        assert (places.mean(0) == [top + 29.5, left + 39.5]).all()
    assert (sheet[gap + 60 + line + gap :, 2 * (80 + gap) + gap :] == DARK).all()  # the sixth cell is empty


def test_columns_and_no_labels() -> None:
    sheet = contact_sheet([orange(20, 30)] * 4, columns=4)
    assert sheet.shape == (20 + 6, 4 * 30 + 15, 3)
    assert contact_sheet([orange(20, 30)], columns=9).shape == (26, 36, 3)


def test_the_labels_of_a_sheet_are_of_one_size() -> None:
    """A long label makes its neighbours smaller, too."""
    labels = ["short", "a label that is far too long for the picture above it"]
    sheet = contact_sheet([orange(60, 120)] * 2, labels, columns=2)
    gap = round(0.03 * 120)
    plates = [sheet[gap + 60 : -gap, left : left + 120] for left in (gap, 2 * gap + 120)]
    inked = [np.flatnonzero((each > 100).all(-1).any(1)) for each in plates]
    assert len(inked[0]) <= len(inked[1])  # "short" has no descender
    alone = contact_sheet([orange(60, 120)], labels[:1])[gap + 60 : -gap, gap:-gap]
    assert len(np.flatnonzero((alone > 100).all(-1).any(1))) > len(inked[0])
    assert alone.shape == plates[0].shape


def test_sheets_that_cannot_be() -> None:
    with pytest.raises(ValueError, match="at least one picture"):
        contact_sheet([])
    with pytest.raises(ValueError, match="2 pictures have 1 labels"):
        contact_sheet([orange()] * 2, ["a"])
