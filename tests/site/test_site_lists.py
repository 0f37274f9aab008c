"""Lists of the whole site: a few paintings chosen by words, and what all of them cost."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from paintings import put, recipes
from sites import Site, elements, targets

from deepartist.recipe import Inputs, read_recipe

Make = Callable[..., Site]


def few(*words: str) -> str:
    return "```deepartist-gallery\n" + "".join(f"{word}\n" for word in words) + "```\n"


TIMES = "# Times\n\n```deepartist-times\n```\n"
SEA = "---\ntags: [sea, open water]\n---\n"
PAGES = {
    "index.md": "# Home\n\n```deepartist id='one'\nstyle: sample:strokes\nsize: 64\n```\n\n" + few("view: wrap"),
    "sea.md": (
        f"{SEA}# The sea & all\n\n"
        '```deepartist id="two" title="Wide & blue"\nstyle: sample:cells\nview: wrap\nsize: 64\n```\n\n'
        "```deepartist id='three'\ncontent: sample:boat\nstyle: {image: sample:strokes, match: mean}\nsize: 64\n```\n"
    ),
    "deep/b.md": (
        "# B\n\n```deepartist id='again'\nstyle: sample:strokes\nsize: 64\n```\n\n"
        "```deepartist id='four'\nstyle: sample:marble\nview: [wrap, rotate]\nsize: 64\n```\n\n"
        + few("operator: mean") + few("view: wrap", "limit: 1") + few("tag: open water", "view: wrap")
        + few("view: rotate")
    ),
    "gallery.md": "# Gallery\n\n```deepartist-gallery\n```\n",
}  # fmt: skip
NAV = [{"Home": "index.md"}, {"Sea": "sea.md"}, {"B": "deep/b.md"}, {"Gallery": "gallery.md"}]


def lines(html: str) -> list[tuple[str, str, list[str]]]:
    """Of each line of pictures: what it says, where that leads, and where the pictures lead."""
    found = []
    for line in re.findall(r'<div class="deepartist-few".*?</div></div>', html, re.DOTALL):
        said, pictures = line.split("<div>")
        leads = [each["href"] for each in elements(said, "a")]
        words = re.sub("<.*?>", "", said)
        found.append((words, "".join(leads), [each["href"] for each in elements(pictures, "a")]))
    return found


@pytest.mark.parametrize("directories", [True, False])
def test_a_few_chosen_by_words(site: Make, directories: bool) -> None:
    made = site(PAGES, nav=NAV, use_directory_urls=directories)
    made.paint()
    assert made.build_here("--strict").code == 0
    root = ("", "sea/", "gallery/", "deep/b/") if directories else ("", "sea.html", "gallery.html", "deep/b.html")
    _, sea, gallery, b = root
    home = lines(made.html())
    assert home == [("In 2 paintings of this site:", f"{gallery}#view=wrap", [f"{sea}#two", f"{b}#four"])]
    up = "../../" if directories else "../"
    assert lines(made.html("deep/b/index.html" if directories else "deep/b.html")) == [
        ("In 1 painting of this site:", f"{up}{gallery}#operator=mean", [f"{up}{sea}#three"]),
        ("In 2 paintings of this site:", f"{up}{gallery}#view=wrap", [f"{up}{sea}#two"]),
        ("In 1 painting of this site:", f"{up}{gallery}#tag=open+water&view=wrap", [f"{up}{sea}#two"]),
    ], "only the page itself has a painting with rotate"
    pictures = elements(made.html().partition("deepartist-few")[2], "img", class_="off-glb")
    assert [each["alt"] for each in pictures] == ["Wide & blue", "A seamless texture in the style of marble"]
    assert all(file.is_file() for _, _, file in targets(made))


def test_without_a_gallery_and_without_paintings(site: Make) -> None:
    made = site({name: text for name, text in PAGES.items() if name != "gallery.md"})
    assert made.build_here().code == 0
    assert lines(made.html()) == lines(made.html("deep/b/index.html")) == []
    assert "data-words" not in made.html()
    made.paint()
    assert made.build_here("--strict").code == 0
    assert [(words, link) for words, link, _ in lines(made.html())] == [("In 2 paintings of this site:", "")]


def test_tags_of_pages_are_in_the_gallery(site: Make) -> None:
    made = site({**PAGES, "deep/b.md": "---\ntags: sea | lake\n---\n" + PAGES["deep/b.md"]})
    made.paint()
    made.build_here()
    cards = elements(made.html("gallery/index.html"), "li", class_="deepartist-card")
    assert sorted((json.loads(each["data-tag"]) for each in cards), key=len) == [
        [],
        ["sea | lake"],
        ["sea", "open water"],
        ["sea", "open water"],
    ]


def test_mistakes_in_the_words(site: Make) -> None:
    pages = {
        **PAGES,
        "index.md": f"# Home\n\n- item\n\n    {few('vew: wrap', 'limit: 0').replace(chr(10), chr(10) + '    ')}\n",
        "a.md": few("operator: gramm")
        + few("view: rap")
        + few("tag: seas")
        + few("pipeline: vgg19", "view: hyperbolic"),
        "c.md": few("limit: 3") + few("view: [wrap]", "tag:") + few("wrap") + '```deepartist-gallery title="x"\n```\n',
        "d.md": "```deepartist-times\npage: x\n```\n\n"
        + few("view: wrap: x")
        + few("view: rap")
        + few("view: rap")
        + few("view: wrap", "view: polar", "operator: {gram: 1}"),
    }
    made = site(pages)
    built = made.build_here()
    ours = [each for each in built.warnings if "not painted" not in each and "paints" not in each]
    known = "known: operator, pipeline, tag, view"
    assert [each for each in ours if not each.startswith("c.md:5")] == [
        'a.md:2:1: there is no operator "gramm" (did you mean "gram"?)',
        'a.md:5:1: there is no view "rap" (did you mean "wrap"?)',
        'a.md:8:1: no page has the tag "seas" (did you mean "sea"?)',
        f"c.md:2:1: limit needs something to choose by ({known})",
        'c.md:6:1: no page has the tag "" (known: open water, sea)',
        f"c.md:9:1: words are expected, as in `view: wrap` (known: limit, {known.removeprefix('known: ')})",
        "c.md:11:1: the words of a gallery stand inside its block, one a line",
        "d.md:2:1: a list of times takes no words: it tells of every page",
        'd.md:6:11: a second ":" in one line: put a text that holds ":" in quotes',
        'd.md:9:1: there is no view "rap" (did you mean "wrap"?)',
        'd.md:12:1: there is no view "rap" (did you mean "wrap"?)',
        'd.md:16:1: "view" is given twice (first in line 1 of the gallery)',
        "d.md:17:1: one name is expected, as in `operator: gram`",
        'index.md:6:5: unknown word "vew" (did you mean "view"?)',
        "index.md:7:5: limit is a whole number from 1, not 0",
    ]
    assert [each for each in ours if each.startswith("c.md:5")] == [
        "c.md:5:1: one name is expected, as in `view: wrap`"
    ]
    html = made.html("a/index.html")
    assert html.count("This list could not be made") == 3
    assert 'did you mean "gram"' in html.replace("&#34;", '"')


def test_words_included_from_elsewhere(site: Make) -> None:
    made = site({"index.md": '# Home\n\n--8<-- "part.txt"\n'})
    made.write("../part.txt", few("", "view: rap"))
    made.configure(markdown_extensions=[{"pymdownx.snippets": {"base_path": [str(made.root)]}}])
    assert made.build_here().warnings == [
        'index.md: in an included recipe, line 2, column 1: there is no view "rap" (did you mean "wrap"?)'
    ]


def test_a_build_that_knows_all_names_reads_no_models(site: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    made = site({"index.md": few("pipeline: vgg19") + few("operator: gram")})
    assert made.build_here("--strict").code == 0

    def refuse(_kind: str) -> Any:
        raise AssertionError("the parts are read")

    monkeypatch.setattr("deepartist.recipe.parts.parts", refuse)
    assert made.build_here("--strict").code == 0


# -- times -------------------------------------------------------------------------------------------------------------


def paint_slowly(made: Site) -> None:
    """Paintings that took 1, 2, 3 … seconds."""
    session = made.session()
    for number, (page, text) in enumerate(recipes(made.docs), 1):
        resolved = read_recipe(text, Inputs([page.parent, made.docs], root=made.docs))
        device = "GPU" if number == 4 else "CPU (2 threads)"
        put(session, session.plan(resolved, "final"), seconds=float(number), device_name=device)


def cells(html: str) -> list[list[str]]:
    """The table's rows."""
    table = html.partition('<div class="deepartist-times"')[2].partition("</div>")[0]
    rows = re.findall("<tr>(.*?)</tr>", table)
    return [[re.sub("<.*?>", "", cell) for cell in re.split("</t[dh]>", row)[:-1]] for row in rows]


def test_times_of_pages(site: Make) -> None:
    made = site({**PAGES, "times.md": TIMES}, nav=[*NAV, {"Times": "times.md"}])
    paint_slowly(made)  # in the order of names: deep/b.md 1 and 2, index.md 3 (the same as 1), sea.md 4 and 5
    assert made.build_here("--strict").code == 0
    html = made.html("times/index.html")
    assert cells(html) == [
        ["page", "paintings", "time", "longest", "painted on"],
        ["Sea", "2", "9.0 s", "5.0 s", "GPU, CPU (2 threads)"],
        ["Home", "1", "3.0 s", "3.0 s", "CPU (2 threads)"],
        ["B", "1", "2.0 s", "2.0 s", "CPU (2 threads)"],
        ["all", "4", "14 s", "5.0 s", "CPU (2 threads), GPU"],
    ]
    links = [each["href"] for each in elements(html.partition("deepartist-times")[2].partition("</table>")[0], "a")]
    assert links == ["../sea/", "../", "../deep/b/"]


def test_times_of_nothing(site: Make) -> None:
    made = site({"index.md": TIMES})
    assert made.build_here("--strict").code == 0
    assert cells(made.html())[1:] == [["all", "0", "0.0 s", "0.0 s", ""]]
