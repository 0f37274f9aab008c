"""Galleries: a page that shows every painting of the site."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from sites import Site, elements, figures, targets

Make = Callable[..., Site]
GALLERY = "# Gallery\n\nAll of them:\n\n```deepartist-gallery\n```\n\nThat was it.\n"
PAGES = {
    "index.md": '# Home\n\n```deepartist title="Broad & bold" id="broad"\nstyle: sample:strokes\nsize: 64\n```\n',
    "deep/gallery.md": GALLERY,
    "deep/a.md": "# A\n\n```deepartist\nstyle: sample:cells\nview: wrap\nsize: 64\n```\n",
    "z.md": (
        "# Z\n\n```deepartist\ncontent: sample:boat\nstyle: {image: sample:strokes, match: gram}\nsize: 64\n```\n\n"
        '```deepartist caption="Glass."\nstyle: sample:cells\nview: wrap\nsize: 64\n```\n'
    ),
}
NAV = [{"Home": "index.md"}, {"Z": "z.md"}, {"A": "deep/a.md"}, {"Gallery": "deep/gallery.md"}]


def file_of(site: Site, page: Path, url: str) -> Path:
    """What a link in a page means."""
    here = "/" + page.relative_to(site.out).as_posix()
    path = urlsplit(urljoin(here, url)).path
    return site.out / (path + "index.html" if path.endswith("/") else path).lstrip("/")


def links(html: str) -> list[str]:
    """Where the cards of a gallery lead."""
    gallery = html.partition('<div class="deepartist-gallery"')[2].partition("</div>")[0]
    return [each["href"] for each in elements(gallery, "a")]


@pytest.mark.parametrize("directories", [True, False])
def test_every_painting_is_shown_once_and_linked_to_its_place(site: Make, directories: bool) -> None:
    made = site(PAGES, nav=NAV, use_directory_urls=directories, site_url="https://example.org/sub/")
    made.paint()
    assert made.build_here("--strict").code == 0
    name = "deep/gallery/index.html" if directories else "deep/gallery.html"
    html = made.html(name)
    cards = elements(html, "li", **{"data-pipeline": '["texnet"]'})
    views = [json.loads(each["data-view"]) for each in cards]
    assert views == [[], [], ["wrap"]], "in the order of the navigation, each once"
    assert json.loads(cards[1]["data-operator"])[0] == "gram"
    assert "palette" in json.loads(cards[0]["data-operator"])
    assert ">Broad &amp; bold</span>" in html
    assert ">Boat painted in the style of strokes</span>" in html
    assert ">Glass.</span>" in html, "a caption says more than the words for those who cannot see"
    assert html.count("texnet · 41 s</small>") == 3
    page = made.out / name
    places = [(file_of(made, page, link), link.partition("#")[2]) for link in links(html)]
    assert len(places) == 3
    assert places[0][1] == "broad"
    for place, anchor in places:
        assert anchor in [each["id"] for each in figures(place.read_text())]
    pictures = elements(html, "img", class_="off-glb")
    assert [each["loading"] for each in pictures] == ["lazy"] * 3
    assert {each["width"] for each in pictures} == {"8"}
    assert all(each["src"].endswith(".webp") and file_of(made, page, each["src"]).is_file() for each in pictures)
    assert all(file.is_file() for _, _, file in targets(made))


def test_a_cached_build_hangs_the_same_gallery(site: Make) -> None:
    made = site(PAGES)
    made.paint("draft")
    assert made.build_here("--strict").code == 0
    first = made.html("deep/gallery/index.html")
    assert first.count(" · draft</small>") == 3
    assert made.build_here("--strict").code == 0
    assert made.html("deep/gallery/index.html") == first


def test_only_what_is_painted(site: Make, painter: Any) -> None:
    painter.refuse[1] = {"message": "it burns"}
    made = site({**PAGES, "w.md": "```deepartist\nstyl: x\n```\n"})
    made.build_here()
    assert len(elements(made.html("deep/gallery/index.html"), "img", class_="off-glb")) == 2
    made = site({"index.md": GALLERY, "deep/gallery.md": "", "deep/a.md": "", "z.md": "", "w.md": ""})
    assert made.build_here("--strict").code == 0
    assert "Nothing is painted yet." in made.html()


def test_a_gallery_in_a_longer_fence_is_text(site: Make) -> None:
    made = site({"index.md": f"# How\n\n````markdown\n{GALLERY}````\n"})
    assert made.build_here("--strict").code == 0
    assert '<div class="deepartist-gallery' not in made.html()
    assert "deepartist-gallery" in made.html()


def test_galleries_on_several_pages_and_beside_paintings(site: Make) -> None:
    made = site({**PAGES, "index.md": PAGES["index.md"] + GALLERY})
    made.paint()
    assert made.build_here("--strict").code == 0
    html = made.html()
    other = made.html("deep/gallery/index.html")
    assert [len(elements(each, "img", alt="", loading="lazy")) for each in (html, other)] == [3, 3]
    assert len(figures(html)) == 1
