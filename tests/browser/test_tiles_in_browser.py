"""Tiles laid side by side, and before and after."""

from __future__ import annotations

from typing import Any

import pytest
from gallery import Reader
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.slow


def position(page: Page) -> list[float]:
    place = page.locator("#tile .deepartist-plane").evaluate("plane => getComputedStyle(plane).backgroundPosition")
    return [float(each.removesuffix("px")) for each in place.split()]


def laid(show: Reader, **reader: Any) -> Page:
    page = show("/tiles/", **reader)
    page.locator("#tile button", has_text="Tile").click()
    return page


def test_a_plane_without_end(show: Reader) -> None:
    page = laid(show)
    plane, picture = page.locator("#tile .deepartist-plane"), page.locator("#tile picture img")
    expect(plane).to_be_visible()
    expect(plane).to_be_focused()
    expect(picture).to_be_hidden()
    style = plane.evaluate("plane => [getComputedStyle(plane).backgroundImage, getComputedStyle(plane).backgroundSize]")
    assert style == [f'url("{picture.evaluate("image => image.currentSrc")}")', "50%"]
    box = plane.bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (240, 240)
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 50, box["y"] + 30)
    page.mouse.move(box["x"] + 320, box["y"] + 10)  # and out of it
    page.mouse.up()
    assert position(page) == [300, -10]
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    assert position(page) == [300, -10]
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert position(page) == [276, -34]


def test_two_ways_back(show: Reader) -> None:
    page = laid(show)
    button, plane = page.locator("#tile button", has_text="Tile"), page.locator("#tile .deepartist-plane")
    expect(button).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    expect(plane).to_be_hidden()
    expect(page.locator("#tile picture img")).to_be_visible()
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Enter")
    expect(plane).to_be_visible()
    button.click()
    expect(plane).to_be_hidden()


def test_only_tiles_have_the_button(show: Reader) -> None:
    page = show("/tiles/")
    expect(page.locator("#tile button", has_text="Tile")).to_be_visible()
    assert page.locator("#pair button", has_text="Tile").count() == 0


def test_before_and_after(show: Reader) -> None:
    page = show("/tiles/")
    curtain, range_ = page.locator("#pair .deepartist-curtain"), page.locator("#pair input[type=range]")
    clip = "image => getComputedStyle(image).clipPath"
    assert curtain.evaluate(clip) == "inset(0px 100% 0px 0px)"
    result = page.locator("#pair .deepartist-result picture img").bounding_box()
    assert curtain.bounding_box() == result
    range_.focus()
    page.keyboard.press("End")
    assert curtain.evaluate(clip) in ("inset(0px)", "inset(0px 0% 0px 0px)")
    expect(range_).to_have_attribute("aria-valuetext", "100 % content")


def test_the_strip_without_scripts(show: Reader) -> None:
    page = show("/tiles/", java_script_enabled=False)
    assert page.locator("#pair img").count() == 3
    assert page.locator("#pair input").count() == 0
