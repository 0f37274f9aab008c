"""What stands on fence lines: mistakes there are said by the build and by ``deepartist check`` in the same words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from commands import run, told
from sites import Site, elements, figures

Make = Callable[..., Site]
RECIPE = "style: sample:marble\nsize: 48\nstages: {count: 1, steps: 3}\n```\n"
GALLERY = "the words of a gallery stand inside its block, one a line"
TIMES = "the words of a list of times stand inside its block, one a line"
UNREAD = "this block is not read as a recipe: is its closing fence missing, or a line further left than it?"
KNOWN = 'did you mean "deepartist'
WRONG = {
    "```deepartist-gallery view=wrap\n```\n": [f"3:1: {GALLERY}"],
    '> ```deepartist-gallery title="x"\n> ```\n': [f"3:3: {GALLERY}"],
    "~~~ { .deepartist-times title=x }\n~~~\n": [f"3:1: {TIMES}"],
    "- item\n\n    ```deepartist-gallery\n\n    view: rap\n    limt: 3\n    ```\n": [
        '7:5: there is no view "rap" (did you mean "wrap"?)',
        '8:5: unknown word "limt" (did you mean "limit"?)',
    ],
    "```deepartist-times\npage: x\n```\n": ["4:1: a list of times takes no words: it tells of every page"],
    f'```deepartist titel="x"\n{RECIPE}': ['3:15: unknown option "titel" (did you mean "title"?)'],
    f'```deepartist layout="tab"\n{RECIPE}': ['3:23: there is no layout "tab" (did you mean "tabs"?)'],
    f"```{{.deepartist .wide #1st layout=tabs}}\n{RECIPE}": [
        '3:24: "1st" cannot be an id: letters, digits, "-" and "_", a letter first'
    ],
    f'```deepartist title="a" layout="side" title="b"\n{RECIPE}': ['3:39: "title" is given twice'],
    f"```{{.deepartist #one layout=side id=two}}\n{RECIPE}": ['3:34: "id" is given twice'],
    f'```deepartist title="a\n{RECIPE}': [
        '3:15: the fence line cannot be read: title="a (options look like this: title="Harbour")'
    ],
    f"- item\n\n    ```deepartist\n  {RECIPE}": [f"5:5: {UNREAD}"],
    "````deepartist\nstyle: sample:marble\n```\n": [f"3:1: {UNREAD}"],
    "```deepartist-galery\n```\n": [f'3:1: there is no block "deepartist-galery" ({KNOWN}-gallery"?)'],
    f"```Deepartist title=x\n{RECIPE}": [f'3:1: there is no block "Deepartist" ({KNOWN}"?)'],
    f"- item\n\n    ```deepart\n    {RECIPE.replace(chr(10), chr(10) + '    ')}": [
        f'5:5: there is no block "deepart" ({KNOWN}"?)'
    ],
    f"```{{.deepartist-time}}\n```\n\n```deepartist sed=1\n{RECIPE}": [
        f'3:1: there is no block "deepartist-time" ({KNOWN}-times"?)',
        '6:15: unknown option "sed" (known: alt, caption, class, id, layout, title)',
    ],
}


@pytest.mark.parametrize("text", WRONG)
def test_the_build_and_check_say_the_same(site: Make, text: str) -> None:
    made = site({"index.md": f"# Page\n\n{text}"})
    made.options(render="never")
    built = made.build_here("--strict")
    assert built.code == 1
    assert [each for each in built.warnings if "not painted" not in each] == [
        f"index.md:{each}" for each in WRONG[text]
    ]
    assert run(made, "check", code=2).stderr.splitlines() == [f"docs/index.md:{each}" for each in WRONG[text]]
    assert run(made, "status", code=2).stderr.splitlines()[:-1] == [f"docs/index.md:{each}" for each in WRONG[text]]


def test_a_gallery_with_words_on_its_line_leaves_the_rest_alone(site: Make) -> None:
    made = site({"index.md": f"```deepartist-gallery view=wrap\n```\n\nText.\n\n```deepartist layout=tabs\n{RECIPE}"})
    made.paint()
    assert made.build_here("--strict").warnings == [f"index.md:1:1: {GALLERY}"]
    assert made.states == ["ready"]
    assert "<p>Text.</p>" in made.html()
    assert "```" not in made.html()


def test_what_is_no_mistake(site: Make) -> None:
    pages = {
        "a.md": 'Text.\n\n    ```deepartist-gallery view="wrap"\n    ```\n\n```deepartist title="a" class="b c"\n'
        + RECIPE,
        "b.md": f"```{{.deepartist .wide #boat layout=side title='A b'}}\n{RECIPE}",
        "c.md": "```` md\n```deepartist-galery x\n```\n````\n\n```{ .deepartist-times }\n```\n\n"
        "```deepartist-gallery\n```\n",
        "d.md": f"```deepartist{{layout=side}}\n{RECIPE}",
    }
    made = site(pages)
    made.paint()
    built = made.build_here("--strict")
    assert (built.code, built.warnings) == (0, [])
    assert 'deepartist-gallery view="wrap"' in made.html("a/index.html").replace("&quot;", '"')
    assert "deepartist_header" not in made.html("a/index.html")
    (boat,) = figures(made.html("b/index.html"))
    assert boat["id"] == "boat"
    assert {"wide", "deepartist--side"} <= set(boat["class"].split())
    assert "A b" in made.html("b/index.html")
    assert elements(made.html("c/index.html"), "div", class_="deepartist-times")
    assert "deepartist--side" in figures(made.html("d/index.html"))[0]["class"]


def test_no_recipe_in_front_matter_and_comments(site: Make) -> None:
    block = f"```deepartist\n{RECIPE}"
    front = "---\ntitle: A\ndescription: |\n    " + block.replace("\n", "\n    ").rstrip() + "\n---\n"
    hidden = f"<!-- later:\n\n{block.replace('48', 'many')}-->\n\n<!-- short -->\n\n"
    made = site({"index.md": f"{front}# Page\n\n{hidden}{block}"})
    made.paint()
    built = made.build_here("--strict")
    assert (built.code, built.warnings) == (0, [])
    assert run(made, "check").stdout == "1 recipe, no mistakes\n"
    (row,) = told(made, "status")["recipes"]
    assert (row["line"], row["state"]) == (23, "ready")
    made.write("index.md", f"{front}# Page\n\n{hidden}{block.replace('48', 'few')}")
    (warning,) = made.build_here().warnings[:1]
    (said,) = run(made, "check", code=2).stderr.splitlines()
    assert said == f"docs/{warning}"
    assert warning.startswith("index.md:25:1: a size is the long side")


def test_a_line_of_dashes_is_no_front_matter(site: Make) -> None:
    made = site({"index.md": f"---\n\n```deepartist\n{RECIPE}\n---\n"})
    made.paint()
    assert made.build_here("--strict").code == 0
    assert made.states == ["ready"]
    assert run(made, "check").stdout == "1 recipe, no mistakes\n"


def test_tabs_are_seen_before_markdown_makes_spaces_of_them(site: Make) -> None:
    said = ":6:1: a tab in the indentation: YAML is indented with spaces"
    made = site({"index.md": "# Page\n\n```deepartist\nstyle:\n  image: sample:marble\n\tmatch: gram\nsize: 48\n```\n"})
    assert made.build_here("--strict").warnings == [f"index.md{said}"]
    assert run(made, "check", code=2).stderr == f"docs/index.md{said}\n"
    made.write("index.md", "- item\n\n\t```deepartist\n\tstyle: sample:marble\t# fine\n\tsize: 48\n\t```\n")
    made.paint()
    assert made.build_here("--strict").code == 0
    assert made.states == ["ready"]
