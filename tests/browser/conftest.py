"""Sites as readers see them: built by MkDocs, shown by Chromium, with films made here."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from gallery import ADDRESS, PAGES, Reader, Site, paint_gallery

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The Chromium of this computer. Not for the whole session: Playwright keeps an event loop running."""
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
    """The site, built once."""
    site = Site(tmp_path_factory.mktemp("gallery"), PAGES)
    schemes = [{"media": f"(prefers-color-scheme: {name})", "scheme": scheme, "primary": "black"}
               for name, scheme in (("light", "default"), ("dark", "slate"))]  # fmt: skip
    site.configure(
        theme={"name": "material", "font": False, "palette": schemes, "features": ["navigation.instant"]},
        site_url=f"{ADDRESS}/",
    )
    paint_gallery(site)
    built = site.build("--strict")
    assert built.code == 0, built.log
    return site


@pytest.fixture
def show(browser: Browser, gallery: Site) -> Iterator[Reader]:
    """Opens pages of the gallery."""
    reader = Reader(browser, gallery.out)
    yield reader
    for context in browser.contexts:
        context.close()
    assert reader.errors == []
