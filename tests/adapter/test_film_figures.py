"""The HTML of films, surveys and tiles, from records made by hand."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from test_figures import EVIL, Balanced, Bench, harmless

sys.path.append(str(Path(__file__).parent.parent / "site"))
from paintings import put_film
from sites import elements

from mkdocs_deepartist.report import Totals

RECIPE = "style: sample:cells\nsize: 64\nseed: 5\n"
COLORS = ["red", "lime", "blue"]
LABELS = ["relu1_1", "relu2_1", "relu3_1"]
STILLS = ("webp", "gif", "frames")
VIDEOS = {"mp4": b"an mp4", "webm": b"a webm"}


@pytest.fixture
def cinema(tmp_path: Path) -> Cinema:
    return Cinema(tmp_path)


class Cinema(Bench):
    """Renders a film of three colours; `outputs` are its files by role."""

    def film(
        self, kind: str, roles: tuple[str, ...] = STILLS, videos: dict[str, bytes] | None = None, header: str = "",
        labels: list[str] = LABELS, **about: Any,
    ) -> str:  # fmt: skip
        from deepartist.recipe import Inputs, read_recipe

        plan = self.session.plan(read_recipe(RECIPE, Inputs([self.root], root=self.root)), "final")
        frames = [Image.new("RGB", (64, 48), color) for color in COLORS]
        self.record = put_film(self.session, plan, frames, roles, videos, kind=kind, labels=labels, **about)
        html = self.render(header, recipe=RECIPE, paint=None)
        Balanced().feed(html)
        return html

    def url(self, role: str) -> str:
        output = self.record.outputs[role]
        return f"../assets/deepartist/{output.sha256[:20]}{Path(output.name).suffix}"

    @property
    def outputs(self) -> tuple[str, ...]:
        """What the index says that the site has, checked to be what it gets."""
        (block,) = self.page.blocks
        paintings = {name: path for name, path in block.files.items() if isinstance(path, Path)}
        assert set(block.outputs) == set(paintings)
        for name, path in paintings.items():
            output = next(each for each in self.record.outputs.values() if each.name == path.name)
            assert Path(name).stem == output.sha256[:20]
            assert path.is_file()
        return block.outputs


def moving(html: str) -> Any:
    (picture,) = (each for each in elements(html, "div") if "data-film" in each)
    return json.loads(picture["data-film"])


@pytest.mark.parametrize("kind", ["sweep", "jitter"])
def test_a_film_is_a_video_with_the_gif_inside(cinema: Cinema, kind: str) -> None:
    html = cinema.film(kind, videos=VIDEOS, seconds=4.0)
    (video,) = elements(html, "video")
    assert {"loop", "muted", "playsinline", "controls"} <= set(video)
    assert "autoplay" not in video
    assert (video["width"], video["height"], video["preload"]) == ("64", "48", "none")
    assert video["poster"] == cinema.url("webp")
    assert video["aria-label"] == "A texture in the style of cells"
    assert [(each["type"], each["src"]) for each in elements(html, "source")] == [
        ("video/webm", cinema.url("webm")), ("video/mp4", cinema.url("mp4")),
    ]  # fmt: skip
    (image,) = elements(html, "img")
    assert (image["src"], image["alt"]) == (cinema.url("gif"), video["aria-label"])
    assert image["loading"] == "lazy"  # or browsers would load it although they play the video
    assert html.index("<video") < html.index("<img") < html.index("</video>")
    frames = [Path(cinema.url(f"frame-{index:03}")).name for index in range(3)]
    assert moving(html) == {"frames": frames, "labels": LABELS, "sheet": False, "back": False}
    assert len(cinema.outputs) == 6  # the poster is the first frame, with the same bytes


def test_the_way_back_is_told(cinema: Cinema) -> None:
    assert moving(cinema.film("sweep", back=True))["back"] is True


def test_shots_begin_later_where_ends_are_held(cinema: Cinema) -> None:
    """Three frames in three seconds: there and back are four shots, of which the ends last a second longer."""
    there = moving(cinema.film("sweep", seconds=3.0, hold=1.0, back=True))
    assert there["begins"] == pytest.approx([0, 2 / 6, 3 / 6, 5 / 6], abs=1e-4)
    progress = moving(cinema.film("progress", seconds=3.0, hold=2.0))
    assert progress["begins"] == [0, 0.2, 0.4]
    assert progress["front"] == 2
    assert "begins" not in moving(cinema.film("sweep", seconds=3.0))


def test_shots_begin_when_the_encoder_shows_them(cinema: Cinema) -> None:
    """Of so short a film each frame is stretched, which makes the held ends a smaller share of it."""
    from deepartist.finishing import film as encoder
    from deepartist.finishing import held, ping_pong

    begins = moving(cinema.film("sweep", seconds=0.03, hold=0.1, back=True))["begins"]
    times = encoder._times([None] * 4, ping_pong(held(3, 10, 100, 100)))  # type: ignore[list-item]
    assert times == [110, 20, 110, 20]
    assert begins == pytest.approx([sum(times[:shot]) / sum(times) for shot in range(4)], abs=1e-4)


def test_files_can_be_taken_along(cinema: Cinema) -> None:
    html = cinema.film("sweep", videos=VIDEOS, header='id="mine"')
    recipe, *links = elements(html, "a")
    assert recipe["download"] == "mine.yml"
    assert [(each["href"], each["download"]) for each in links] == [
        (cinema.url("gif"), "mine.gif"), (cinema.url("mp4"), "mine.mp4"), (cinema.url("webm"), "mine.webm"),
    ]  # fmt: skip
    assert ' · 64 × 48 · <a class="off-glb"' in html


def test_without_a_codec_there_is_the_gif(cinema: Cinema) -> None:
    html = cinema.film("sweep")
    assert elements(html, "video") == []
    (still,) = elements(html, "source")
    assert still == {"media": "(prefers-reduced-motion: reduce)", "srcset": cinema.url("webp")}
    (image,) = elements(html, "img")
    assert (image["src"], image["width"]) == (cinema.url("gif"), "64")
    assert len(moving(html)["frames"]) == 3


def test_a_survey_is_its_sheet(cinema: Cinema) -> None:
    html = cinema.film("survey", videos={"mp4": b"an mp4"})
    assert elements(html, "video") == elements(html, "source") == []
    (image,) = elements(html, "img")
    assert (image["src"], image["width"], image["height"]) == (cinema.url("webp"), "128", "96")
    assert moving(html)["sheet"] is True
    sheet, again, _, gif, mp4 = elements(html, "a")
    assert sheet["href"] == again["href"] == image["src"]
    assert "glightbox" in sheet["class"].split()
    assert (gif["href"], mp4["href"]) == (cinema.url("gif"), cinema.url("mp4"))
    assert len(cinema.outputs) == 6


def test_the_sheet_without_loss_stays_in_the_cache(cinema: Cinema) -> None:
    cinema.film("survey", ("webp", "png", "gif"))
    assert len(cinema.outputs) == 2
    assert not any(name.endswith(".png") for name in cinema.outputs)


def test_beside_its_recipe_alone_no_frames_are_published(cinema: Cinema) -> None:
    html = cinema.film("survey", header="layout=source")
    assert elements(html, "img") == []
    assert len(cinema.outputs) == 2
    assert [each["href"] for each in elements(html, "a")][::2] == [cinema.url("webp"), cinema.url("gif")]


@pytest.mark.parametrize("kind", ["survey", "sweep"])
@pytest.mark.parametrize("roles", [("gif",), ("webp",), ("frames",), ("webp", "gif"), ("gif", "frames")])
def test_whatever_is_missing(cinema: Cinema, kind: str, roles: tuple[str, ...]) -> None:
    html = cinema.film(kind, roles)
    (image,) = elements(html, "img")
    assert f"{image['width']}x{image['height']}" == ("128x96" if kind == "survey" and "webp" in roles else "64x48")
    shown = "gif" if "gif" in roles and (kind == "sweep" or len(roles) == 1) else "webp"
    assert Path(image["src"]).suffix == f".{shown}"
    assert len(cinema.outputs) == len({output.sha256 for output in cinema.record.outputs.values()})
    index = Totals()
    index.pages["page"] = cinema.page.blocks
    (figure,) = index.index()["figures"]
    assert (str(figure["width"]), str(figure["height"])) == (image["width"], image["height"])
    assert ("data-film" in html) == ("frames" in roles)


def test_a_video_without_a_poster_shows_its_beginning(cinema: Cinema) -> None:
    html = cinema.film("sweep", (), videos=VIDEOS)
    (video,) = elements(html, "video")
    assert "poster" not in video
    assert video["preload"] == "metadata"
    assert elements(html, "img") == []


def test_frames_without_labels_have_numbers(cinema: Cinema) -> None:
    assert moving(cinema.film("sweep", labels=["red"]))["labels"] == ["red", "2", "3"]


@pytest.mark.parametrize("kind", ["survey", "sweep"])
def test_hostile_labels_stay_labels(cinema: Cinema, kind: str) -> None:
    labels = [EVIL, "' onload='alert(1)", '" onload="alert(1)']
    html = cinema.film(kind, videos=VIDEOS, labels=labels, header=f"alt='{EVIL}'")
    harmless(html)
    assert moving(html)["labels"] == labels
    assert all(not name.startswith("on") for tag in ("video", "div") for each in elements(html, tag) for name in each)


@pytest.mark.parametrize("layout", ["above", "side", "folded", "outcome", "tabs", "compare"])
def test_every_layout_shows_films(cinema: Cinema, layout: str) -> None:
    html = cinema.film("sweep", videos=VIDEOS, header=f"layout={layout}")
    assert len(elements(html, "video")) == 1
    assert len(moving(html)["frames"]) == 3


def test_decoration_has_no_words(cinema: Cinema) -> None:
    html = cinema.film("sweep", videos=VIDEOS, header='alt=""')
    assert "aria-label" not in elements(html, "video")[0]
    assert elements(html, "img")[0]["alt"] == ""


@pytest.mark.parametrize(
    ("words", "tile"),
    [
        ("view: wrap", True),
        ("view: [wrap, {kaleidoscope: {segments: 4}}]", True),
        ("view: [[wrap], [wrap, rotate]]", True),
        ("view: retile", True),
        ("view: wrap\nfinish: smooth", True),
        ("view: {kaleidoscope: {segments: 4}}", False),
        ("view: polar", False),
        ("view: [sheet, wrap]", False),
        ("view: wrap\nfinish: {label: {text: Stones}}", False),
        ("seed: 1", False),
    ],
)
def test_tiles_are_known_as_such(bench: Bench, words: str, tile: bool) -> None:
    html = bench.render("", recipe=f"style: sample:cells\nsize: 64\n{words}\n")
    assert bench.page.blocks[0].state == "ready", bench.page.blocks[0].messages
    (picture,) = elements(html, "div", class_="deepartist-picture")
    assert ("data-tile" in picture) is tile


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)
