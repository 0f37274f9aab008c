"""The same site with mkdocs-glightbox: pictures open above the page, and all else goes on as before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from gallery import ADDRESS, PAGES, Reader, paint_gallery
from playwright.sync_api import Page, expect
from sites import Site

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow
WORDS = 'caption="One tile."'


@pytest.fixture(scope="module")
def boxed(tmp_path_factory: pytest.TempPathFactory) -> Site:
    assert WORDS in PAGES["tiles.md"]
    tiles = PAGES["tiles.md"].replace(WORDS, "title='A < B <u>&' caption='<img src=x onerror=fail()>'")
    site = Site(tmp_path_factory.mktemp("boxed"), {**PAGES, "tiles.md": tiles})
    site.configure(
        theme={"name": "material", "font": False, "features": ["navigation.instant"]},
        site_url=f"{ADDRESS}/",
        plugins=["search", "glightbox", "deepartist"],
    )
    paint_gallery(site)
    built = site.build("--strict")
    assert built.code == 0, built.log
    return site


@pytest.fixture
def show(browser: Browser, boxed: Site) -> Iterator[Reader]:
    reader = Reader(browser, boxed.out)
    yield reader
    for context in browser.contexts:
        context.close()
    assert reader.errors == []


def opened(page: Page) -> str:
    """The name of the file that is shown above the page."""
    image = page.locator(".gslide.current img")
    expect(image).to_be_visible()
    return str(image.evaluate("image => image.src")).rsplit("/", 1)[-1]


def test_a_picture_opens_above_the_page(show: Reader) -> None:
    page = show("/tiles/")
    link = page.locator("#tile .deepartist-full")
    link.click()
    assert opened(page) == (link.get_attribute("href") or "").rsplit("/", 1)[-1]
    expect(page.locator(".gslide.current .gslide-title")).to_have_text("A < B <u>&")
    expect(page.locator(".gslide.current .gslide-desc")).to_have_text("<img src=x onerror=fail()>")
    assert page.url == f"{ADDRESS}/tiles/"
    page.keyboard.press("Escape")
    expect(page.locator(".glightbox-container")).to_have_count(0)
    assert page.locator("#tile picture img").evaluate("image => image.currentSrc").endswith(".webp")


def test_what_is_moved_by_hand_does_not_open(show: Reader) -> None:
    page = show("/tiles/")
    page.locator("#tile button", has_text="Tile").click()
    page.locator("#tile .deepartist-plane").click()
    page.locator("#pair .deepartist-result picture img").click(force=True)
    page.locator("#pair input[type=range]").fill("40")
    expect(page.locator("#pair .deepartist-curtain")).to_have_css("clip-path", "inset(0px 60% 0px 0px)")
    page.wait_for_timeout(300)
    expect(page.locator(".glightbox-container")).to_have_count(0)
    page.locator("#tile button", has_text="Tile").click()
    page.locator("#tile .deepartist-full").click()
    assert opened(page).endswith(".webp")


def test_surveys_open_as_their_sheet_and_films_play(show: Reader) -> None:
    page = show("/")
    page.locator("#survey input[type=range]").fill("2")
    expect(page.locator("#survey .deepartist-frame")).to_be_visible()
    page.locator("#survey .deepartist-stage").click()
    page.wait_for_timeout(300)
    expect(page.locator(".glightbox-container")).to_have_count(0)
    page.locator("#survey button", has_text="Sheet").click()
    page.locator("#survey .deepartist-full").click()
    assert opened(page) == (page.locator("#survey .deepartist-full").get_attribute("href") or "").rsplit("/", 1)[-1]
    page.keyboard.press("Escape")
    page.locator("#sweep").scroll_into_view_if_needed()
    page.wait_for_function("() => document.querySelector('#sweep video').currentTime > 0")


def test_where_pages_are_exchanged_without_loading(show: Reader) -> None:
    page = show("/gallery/")
    page.evaluate("window.same = true")
    card = page.locator(".deepartist-gallery li a").nth(3)
    card.click()  # leads to the painting and opens nothing
    page.wait_for_url("**/tiles/#tile")
    assert page.evaluate("window.same")
    page.locator("#tile .deepartist-full").click()
    assert opened(page).endswith(".webp")
    assert page.url == f"{ADDRESS}/tiles/#tile"
