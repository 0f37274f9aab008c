"""Sites as readers see them: built by MkDocs, shown by Chromium, with films made here."""

from __future__ import annotations

import mimetypes
import re
import shutil
import sys
from collections.abc import Callable, Iterator
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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The Chromium of this computer."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("there is no chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A built site with films, surveys, tiles and a comparison."""
    pages = {
        "index.md": (
            "# Films\n\n"
            '```deepartist id="sweep" caption="There and back again."\n'
            "style: sample:strokes\nsize: 240\nsweep: {style.weight: [0.1, 10], frames: 5}\n```\n\n"
            '```deepartist id="survey" caption="Layers, one by one."\n'
            "style: sample:cells\nsize: 240\n"
            "survey: {style.layers: [relu1_1, relu2_1, relu3_1, grain1, grain2]}\n```\n\n"
            '```deepartist id="gif" layout="side" caption="It shivers."\n'
            "style: sample:marble\nsize: 240\njitter: 5\n```\n"
        ),
        "tiles.md": (
            "# Tiles\n\n"
            '```deepartist id="tile" layout="side" caption="One tile."\n'
            "style: sample:stones?seed=3\nsize: 240\nview: wrap\n```\n\n"
            '```deepartist id="pair" layout="compare"\ncontent: sample:boat\nstyle: sample:strokes\nsize: 240\n```\n'
        ),
    }
    site = Site(tmp_path_factory.mktemp("gallery"), pages)
    schemes = [{"media": f"(prefers-color-scheme: {name})", "scheme": scheme, "primary": "black"}
               for name, scheme in (("light", "default"), ("dark", "slate"))]  # fmt: skip
    site.configure(
        theme={"name": "material", "font": False, "palette": schemes, "features": ["navigation.instant"]},
        site_url=f"{ADDRESS}/",
    )
    _paint(site)
    built = site.build("--strict")
    assert built.code == 0, built.log
    return site


def _paint(site: Site) -> None:
    from deepartist.recipe import Inputs, read_recipe

    session: Session = site.session()
    for page, text in recipes(site.docs):
        plan = session.plan(read_recipe(text, Inputs([page.parent, site.docs], root=site.docs)), "final")
        kind = next((word for word in ("survey", "sweep", "jitter") if f"{word}:" in text), None)
        if kind is None:
            put(session, plan, frame(0).resize(plan.size))
        else:
            frames = [frame(index) for index in range(5)]
            moving = videos() if kind == "sweep" else {}
            put_film(session, plan, frames, videos=moving, kind=kind, labels=LABELS, back=kind == "sweep")


Open = Callable[..., "Page"]


@pytest.fixture
def show(browser: Browser, gallery: Site) -> Iterator[Open]:
    """Opens a page of the gallery as a reader of some kind; `page.asked` are the paths that were loaded."""
    contexts, errors = [], []

    def show(path: str = "/", width: int = 1250, **reader: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, **reader)
        contexts.append(context)
        page = context.new_page()
        page.asked = []  # type: ignore[attr-defined]
        page.on("pageerror", errors.append)
        page.route(re.compile(".*"), lambda route: _answer(route, gallery.out, page.asked))  # type: ignore[attr-defined]
        page.goto(ADDRESS + path)
        return page

    yield show
    for context in contexts:
        context.close()
    assert errors == []


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
