"""A site with films, surveys, tiles and a comparison, and how a browser reads it."""

from __future__ import annotations

import mimetypes
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import pytest
from PIL import Image, ImageDraw

from deepartist.jobs import Session

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

sys.path.append(str(Path(__file__).parent.parent / "site"))
from paintings import put, put_film, recipes
from sites import Site

ADDRESS = "http://site.test"
LABELS = ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"]
SIZE = 240
PAGES = {
    "index.md": (
        "# Films\n\n"
        '```deepartist id="sweep" caption="There and back again."\n'
        "style: sample:strokes\nsize: 240\nsweep: {style.weight: [0.1, 10], frames: 5}\n```\n\n"
        '```deepartist id="survey" caption="Layers, one by one."\n'
        "style: sample:cells\nsize: 240\n"
        "survey: {style.layers: [relu1_1, relu2_1, relu3_1, grain1, grain2]}\n```\n\n"
        '```deepartist id="gif" layout="side" caption="It shivers."\n'
        "style: sample:marble\nsize: 240\njitter: 5\n```\n\n"
        "```deepartist-gallery\nview: wrap\n```\n"
    ),
    "tiles.md": (
        "# Tiles\n\n"
        '```deepartist id="tile" layout="side" caption="One tile."\n'
        "style: sample:stones?seed=3\nsize: 240\nview: wrap\n```\n\n"
        '```deepartist id="pair" layout="compare"\ncontent: sample:boat\nstyle: sample:strokes\nsize: 240\n```\n'
    ),
    "gallery.md": "# Gallery\n\n```deepartist-gallery\n```\n",
}


def frame(index: int) -> Image.Image:
    """One of five pictures that can be told apart."""
    picture = Image.radial_gradient("L").resize((SIZE, SIZE)).convert("RGB")
    draw = ImageDraw.Draw(picture)
    for spot in range(12):
        x, y = (37 * spot + 24 * index) % SIZE, (91 * spot) % SIZE
        draw.ellipse((x - 20, y - 20, x + 20, y + 20), ("crimson", "gold", "teal", "plum", "navy")[spot % 5])
    draw.text((SIZE / 2, SIZE / 2), str(index + 1), "white", font_size=96, anchor="mm")
    return picture


def videos() -> dict[str, bytes]:
    """The film as WebM: Chromium plays it whatever it was built with. Skips the test where it cannot be made."""
    import numpy as np

    from deepartist.finishing import MissingCodec, encode_film

    try:
        frames = [np.asarray(frame(index)) for index in range(5)]
        return {"webm": encode_film(frames, "webm", 400, 90, {})}
    except MissingCodec as error:
        pytest.skip(str(error))


def paint_gallery(site: Site) -> None:
    """Put a painting or a film for every recipe of the gallery."""
    from deepartist.recipe import Inputs, read_recipe

    session: Session = site.session()
    for page, text in recipes(site.docs):
        plan = session.plan(read_recipe(text, Inputs([page.parent, site.docs], root=site.docs)), "final")
        kind = next((word for word in ("survey", "sweep", "jitter") if f"{word}:" in text), None)
        if kind is None:
            put(session, plan, frame(0).resize(plan.size))
        else:
            frames = [frame(index) for index in range(5)]
            frames = frames[::-1] if kind == "jitter" else frames
            moving = videos() if kind == "sweep" else {}
            put_film(session, plan, frames, videos=moving, kind=kind, labels=LABELS, back=kind == "sweep")


class Reader:
    """Opens pages of a site."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self.browser, self.folder = browser, folder
        self.asked: list[str] = []
        """The paths that were loaded."""
        self.errors: list[Any] = []

    def __call__(self, path: str = "/", width: int = 1250, **kind: Any) -> Page:
        """A page, to a reader of some kind."""
        page = self.browser.new_context(viewport={"width": width, "height": 900}, **kind).new_page()
        page.on("pageerror", lambda error: self.errors.append(error))
        page.route(re.compile(".*"), lambda route: _answer(route, self.folder, self.asked))
        page.goto(ADDRESS + path)
        return page


def _answer(route: Route, folder: Path, asked: list[str]) -> None:
    """A file of the site, or the part of it that is asked for."""
    path = unquote(urlsplit(route.request.url).path)
    file = folder / path.lstrip("/") / ("index.html" if path.endswith("/") else "")
    asked.append(path)
    if not route.request.url.startswith(ADDRESS) or not file.is_file():
        route.fulfill(status=404)
        return
    content, kind = file.read_bytes(), mimetypes.guess_type(file.name)[0] or "text/html"
    wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", route.request.headers.get("range", ""))
    if wanted is None:
        route.fulfill(body=content, content_type=kind, headers={"Accept-Ranges": "bytes"})
        return
    begin, end = int(wanted[1]), int(wanted[2] or len(content) - 1)
    headers = {"Accept-Ranges": "bytes", "Content-Range": f"bytes {begin}-{end}/{len(content)}", "Content-Type": kind}
    route.fulfill(status=206, body=content[begin : end + 1], headers=headers)
