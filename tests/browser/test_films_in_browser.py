"""Films and surveys as readers use them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from gallery import LABELS, Reader
from playwright.sync_api import Locator, Page, expect
from sites import Site

pytestmark = pytest.mark.slow

TOP = "element => element.offsetTop"
SURVEY, SWEEP, GIF = "#survey", "#sweep", "#gif"


def slider(page: Page, figure: str) -> Locator:
    return page.locator(f"{figure} input[type=range]")


def label(page: Page, figure: str) -> Locator:
    return page.locator(f"{figure} output")


def paused(page: Page) -> bool:
    return bool(page.eval_on_selector("#sweep video", "video => video.paused"))


def time_of(page: Page) -> float:
    return float(page.eval_on_selector("#sweep video", "video => video.currentTime"))


def until_it_plays(page: Page) -> None:
    page.wait_for_function("() => document.querySelector('#sweep video').currentTime > 0.1")


def test_a_film_plays_while_it_is_seen(show: Reader) -> None:
    page = show()
    until_it_plays(page)
    expect(page.locator("#sweep button", has_text="Pause")).to_be_visible()
    page.wait_for_function("() => document.querySelector('#sweep input').value === '3'")  # the slider goes along
    page.evaluate("document.body.style.paddingBottom = '3000px'; window.scrollTo(0, 5000)")
    page.wait_for_function("() => document.querySelector('#sweep video').paused")
    page.evaluate("window.scrollTo(0, 0)")
    page.wait_for_function("() => !document.querySelector('#sweep video').paused")


def test_the_slider_comes_back_with_the_film(show: Reader) -> None:
    """Five frames there and back are eight: the seventh shows the third again."""
    page = show()
    until_it_plays(page)
    seen = page.evaluate(
        """async () => {
            const video = document.querySelector("#sweep video"), range = document.querySelector("#sweep input");
            const seen = [];
            video.pause();
            for (const shot of [0, 4, 6, 7]) {
                video.currentTime = (shot + 0.2) / 8 * video.duration;
                await new Promise((resolve) => video.addEventListener("seeked", resolve, { once: true }));
                await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
                seen.push(range.value);
            }
            return seen;
        }"""
    )
    assert seen == ["0", "4", "2", "1"]


def test_keys_change_the_frame(show: Reader, gallery: Site) -> None:
    page = show()
    until_it_plays(page)
    slider(page, SWEEP).focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(label(page, SWEEP)).to_have_text(LABELS[1])
    expect(slider(page, SWEEP)).to_have_attribute("aria-valuetext", LABELS[1])
    frame = page.locator("#sweep .deepartist-frame")
    expect(frame).to_be_visible()
    assert re.search(f": {LABELS[1]}$", frame.get_attribute("alt") or "")
    assert paused(page)
    assert frame.evaluate("image => [image.naturalWidth, image.clientWidth, image.clientHeight]") == [240, 240, 240]
    files = gallery.index["figures"][0]["files"]
    assert len(files) == 7  # five frames, of which the first is the poster; GIF and WebM
    shown = frames_of(page, SWEEP)[1]
    assert shown in files
    assert page.evaluate("image => new URL(image.src).pathname", frame.element_handle()) == f"/{shown}"

    page.locator("#sweep button").click()
    expect(frame).to_be_hidden()
    page.wait_for_function("() => !document.querySelector('#sweep video').paused")
    assert 0.1 < time_of(page) < 2  # it goes on from the frame that was shown


def test_touching_the_slider_stops_the_film(show: Reader) -> None:
    """Also where its value stays, as at its right end."""
    page = show()
    until_it_plays(page)
    slider(page, SWEEP).evaluate("range => range.addEventListener('keydown', (event) => event.preventDefault())")
    slider(page, SWEEP).press("ArrowLeft")
    page.wait_for_function("() => document.querySelector('#sweep video').paused")
    expect(page.locator("#sweep button")).to_have_text("Play")
    expect(page.locator("#sweep .deepartist-frame")).to_be_visible()


def frames_of(page: Page, figure: str) -> list[str]:
    """The site paths of the frames, in order."""
    film: Any = page.locator(f"{figure} [data-film]").evaluate("element => JSON.parse(element.dataset.film)")
    return [f"assets/deepartist/{each}" for each in film["frames"]]


def test_frames_are_loaded_when_they_are_asked_for(show: Reader) -> None:
    page = show()
    until_it_plays(page)
    frames = [f"/{each}" for each in frames_of(page, SURVEY)]
    assert not set(frames[1:]) & set(show.asked)  # the first one is the poster of the sweep
    slider(page, SURVEY).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#survey .deepartist-frame")).to_have_attribute("alt", re.compile(LABELS[1]))
    page.wait_for_timeout(200)
    assert set(frames) & set(show.asked) == {frames[0], frames[1], frames[2]}  # and its neighbours


def test_the_gif_in_a_video_is_not_loaded(show: Reader) -> None:
    page = show()
    until_it_plays(page)
    (gif,) = page.eval_on_selector_all(
        "#sweep video img", "images => images.map((image) => new URL(image.src).pathname)"
    )
    assert gif not in show.asked


def test_a_survey_and_its_sheet(show: Reader) -> None:
    page = show()
    sheet, frame = page.locator("#survey picture img"), page.locator("#survey .deepartist-frame")
    expect(label(page, SURVEY)).to_have_text("5 pictures")
    back = page.locator("#survey button", has_text="Sheet")
    expect(back).to_be_disabled()
    below = page.locator("#survey figcaption").evaluate(TOP)
    slider(page, SURVEY).focus()
    page.keyboard.press("End")
    expect(frame).to_be_visible()
    expect(sheet).to_be_hidden()
    expect(label(page, SURVEY)).to_have_text(LABELS[-1])
    assert page.locator("#survey figcaption").evaluate(TOP) == below  # nothing jumps
    back.click()
    expect(sheet).to_be_visible()
    expect(frame).to_be_hidden()
    expect(slider(page, SURVEY)).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")  # the sheet is at the left end, too
    expect(sheet).to_be_visible()
    expect(label(page, SURVEY)).to_have_text("5 pictures")


def test_a_gif_is_stopped_by_a_frame(show: Reader) -> None:
    page = show()
    page.locator(GIF).scroll_into_view_if_needed()
    frame = page.locator("#gif .deepartist-frame")
    expect(label(page, GIF)).to_have_text("5 frames")
    expect(frame).to_be_hidden()
    page.locator("#gif button").click()
    expect(frame).to_be_visible()
    expect(label(page, GIF)).to_have_text(LABELS[0])
    page.locator("#gif button").click()
    expect(frame).to_be_hidden()


def test_nothing_moves_where_motion_is_unwelcome(show: Reader) -> None:
    page = show(reduced_motion="reduce")
    page.locator(GIF).scroll_into_view_if_needed()
    page.locator(SWEEP).scroll_into_view_if_needed()
    page.wait_for_timeout(600)
    assert paused(page)
    assert time_of(page) == 0
    assert not [each for each in show.asked if each.endswith((".webm", ".gif"))]
    page.locator("#sweep button", has_text="Play").click()  # but it may be asked for
    until_it_plays(page)
    page.locator("#gif button", has_text="Play").click()
    expect(page.locator("#gif .deepartist-frame")).to_be_hidden()
    page.wait_for_function("() => document.querySelector('#gif picture img').currentSrc.endsWith('.gif')")


def test_without_scripts(show: Reader) -> None:
    page = show(java_script_enabled=False)
    video = page.locator("#sweep video")
    assert video.get_attribute("controls") == ""
    assert (video.bounding_box() or {})["height"] == 240
    expect(page.locator("#survey picture img")).to_be_visible()
    expect(page.locator("#gif picture img")).to_be_visible()
    assert page.locator("figure.deepartist :is(button, input)").count() == 0


@pytest.mark.parametrize("width", [360, 390, 1250])
@pytest.mark.parametrize("path", ["/", "/tiles/"])
def test_nothing_sticks_out(show: Reader, path: str, width: int) -> None:
    page = show(path, width)
    page.locator("figure.deepartist input[type=range]").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for box in page.locator("figure.deepartist :is(button, input, output, img, video)").all():
        inside = box.evaluate(
            """element => {
                const own = element.getBoundingClientRect();
                const figure = element.closest("figure").getBoundingClientRect();
                return own.width === 0 || own.left >= figure.left - 1 && own.right <= figure.right + 1;
            }"""
        )
        assert inside, box.evaluate("element => element.outerHTML")


def test_pages_are_exchanged_without_loading(show: Reader) -> None:
    """As Material does with navigation.instant."""
    page = show("/tiles/")
    page.evaluate("window.same = true")
    page.locator(".md-nav__link", has_text="Films").first.click()
    expect(page.locator("#sweep button")).to_be_visible()
    assert page.evaluate("window.same")
    until_it_plays(page)
    slider(page, SURVEY).fill("2")
    expect(page.locator("#survey .deepartist-frame")).to_be_visible()
    assert page.locator("#sweep input").count() == 1
    expect(page.locator("h1")).to_have_text("Films")


def test_fingers(show: Reader) -> None:
    page = show("/", 390, has_touch=True, is_mobile=True)
    range_ = slider(page, SURVEY)
    range_.scroll_into_view_if_needed()
    box = range_.bounding_box()
    assert box is not None
    assert box["height"] >= 24
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("#survey .deepartist-frame")).to_be_visible()
