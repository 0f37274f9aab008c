"""The page that shows all paintings, and how one chooses among them."""

from __future__ import annotations

import pytest
from gallery import ADDRESS, Reader
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.slow


def chosen(page: Page) -> list[str]:
    """The ids of what the cards that are shown lead to."""
    cards = page.locator(".deepartist-gallery li:visible a")
    return [str(card.get_attribute("href")).partition("#")[2] for card in cards.all()]


def test_choosing_by_what_took_part(show: Reader) -> None:
    page = show("/gallery/")
    gallery = page.locator(".deepartist-gallery")
    expect(gallery.locator("output")).to_have_text("5 of 5")
    assert chosen(page) == ["sweep", "survey", "gif", "tile", "pair"]
    assert gallery.locator("select").evaluate_all("all => all.map(each => each.name)") == ["operator", "view"]
    page.get_by_label("Show paintings by view").select_option("wrap")
    assert chosen(page) == ["tile"]
    expect(gallery.locator("output")).to_have_text("1 of 5")
    page.get_by_label("Show paintings by operator").select_option("flow")
    assert chosen(page) == []
    page.get_by_label("Show paintings by view").select_option("any view")
    assert chosen(page) == ["pair"]


def test_an_address_may_choose(show: Reader) -> None:
    page = show("/gallery/#operator=flow&view=nonsense&colour=red")
    assert chosen(page) == ["pair"]
    assert page.get_by_label("Show paintings by view").input_value() == ""
    page.get_by_label("Show paintings by operator").select_option("any operator")
    assert page.url == f"{ADDRESS}/gallery/"
    page.get_by_label("Show paintings by view").select_option("wrap")
    assert page.url == f"{ADDRESS}/gallery/#view=wrap"
    page.evaluate("location.hash = 'operator=flow'")
    page.wait_for_function("() => document.querySelectorAll('.deepartist-gallery li:not([hidden])').length === 1")
    assert chosen(page) == ["pair"]
    page.reload()
    assert chosen(page) == ["pair"]


def test_a_line_of_few_leads_to_all_of_them(show: Reader) -> None:
    page = show("/")
    line = page.locator(".deepartist-few")
    assert line.locator("img").evaluate_all("all => all.map(each => [each.width, each.alt])") == [[80, "One tile."]]
    line.get_by_text("1 painting").click()  # without loading a page
    expect(page.locator(".deepartist-gallery output")).to_have_text("1 of 5")
    assert chosen(page) == ["tile"]
    page.go_back()
    expect(line).to_be_visible()
    assert page.locator(".deepartist-few select").count() == 0


def test_a_card_leads_to_the_painting(show: Reader) -> None:
    page = show("/")
    page.locator("nav a", has_text="Gallery").first.click()  # without loading a page
    expect(page.locator(".deepartist-gallery output")).to_have_text("5 of 5")
    page.locator(".deepartist-gallery li a").nth(3).click()
    page.wait_for_url("**/tiles/#tile")
    expect(page.locator("#tile")).to_be_in_viewport()
    page.go_back()
    expect(page.locator(".deepartist-gallery select")).to_have_count(2)


def test_without_scripts_all_are_shown(show: Reader) -> None:
    page = show("/gallery/", width=390, java_script_enabled=False)
    assert len(chosen(page)) == 5
    assert page.locator(".deepartist-gallery select").count() == 0
    boxes = [each.bounding_box() for each in page.locator(".deepartist-gallery li").all()]
    assert len({round(box["x"]) for box in boxes if box}) == 2, "two columns on a telephone"
    assert page.evaluate("() => document.documentElement.scrollWidth") == 390
