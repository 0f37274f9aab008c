"""Where a block may stand, and where it is text."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sites import Site, elements, figures

BLOCK = "```deepartist\nstyle: sample:strokes\nsize: 64\nseed: 1\n```"
EXTENSIONS = [
    "admonition",
    "pymdownx.details",
    "md_in_html",
    {"pymdownx.tabbed": {"alternate_style": True}},
    {"pymdownx.snippets": {"base_path": ["docs"]}},
]
Make = Callable[..., Site]


def indented(text: str, prefix: str = "    ") -> str:
    return "\n".join(f"{prefix}{line}" for line in text.split("\n"))


PLACES = {
    "top": BLOCK,
    "list": f"- item\n\n{indented(BLOCK)}\n\n- next",
    "nested list": f"1. one\n    - two\n\n{indented(BLOCK, ' ' * 8)}",
    "admonition": f'!!! note "Title"\n\n{indented(BLOCK)}',
    "tab": f'=== "One"\n\n{indented(BLOCK)}\n\n=== "Two"\n\n    text',
    "details": f"??? note\n\n{indented(BLOCK)}",
    "quote": indented(BLOCK, "> "),
    "tildes": BLOCK.replace("```", "~~~"),
    "long fence": BLOCK.replace("```", "``````"),
    "braces": BLOCK.replace("```deepartist", "```{.deepartist .wide layout=side}"),
    "html": f'<div markdown="1">\n\n{BLOCK}\n\n</div>',
    "crlf": BLOCK.replace("\n", "\r\n"),
    "snippet": '--8<-- "piece.txt"',
    "not ascii": BLOCK.replace("seed: 1", "seed: 1 # größer — 大"),
}


def test_blocks_stand_anywhere(site: Make) -> None:
    pages = {f"{number}.md": f"# Page\n\nBefore.\n\n{text}\n\nAfter.\n" for number, text in enumerate(PLACES.values())}
    made = site({**pages, "piece.txt": BLOCK, "all.md": BLOCK}, markdown_extensions=EXTENSIONS)
    made.paint()
    built = made.build_here("--strict")
    assert built.code == 0, built.log
    for number, name in enumerate(PLACES):
        html = made.html(f"{number}/index.html")
        assert [each["data-state"] for each in figures(html)] == ["ready"], name
        assert len(elements(html, "picture")) == 1, name
        assert "```" not in html, name
        assert "~~~" not in html, name
        assert "deepartist--side" in figures(html)[0]["class"] if name == "braces" else True
    assert len({figure["key"] for figure in made.index["figures"]}) == 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"````md\n{BLOCK}\n````", "```deepartist"),
        (f"Text.\n\n{indented(BLOCK)}\n\nText.", "```deepartist"),
        (f"Text.\n\n{indented(BLOCK.replace('deepartist', 'deepartist layout=tabs'))}\n\nText.", "layout=tabs"),
        (f"<!--\n{BLOCK}\n-->", ""),
        ("`deepartist`", "deepartist"),
    ],
)
def test_text_stays_text_and_paints_nothing(site: Make, painter: object, text: str, shown: str) -> None:
    made = site({"index.md": f"# Page\n\n{text}\n"})
    built = made.build_here("--strict")
    assert built.code == 0, built.log
    assert painter.keys == []  # type: ignore[attr-defined]
    assert made.index["figures"] == []
    assert shown in made.html()
    assert "deepartist_header" not in made.html()


def test_equal_blocks_have_their_own_ids(site: Make, painter: object) -> None:
    made = site({"index.md": f"{BLOCK}\n\n{BLOCK}\n", "other.md": BLOCK})
    built = made.build_here("--strict")
    assert built.code == 0
    assert len(painter.keys) == 1  # type: ignore[attr-defined]
    ids = [each["id"] for each in figures(made.html())]
    assert ids[1] == f"{ids[0]}-2"
    assert [each["data-state"] for each in figures(made.html())] == ["draft", "draft"]
    first, second = elements(made.html(), "img")
    assert first["fetchpriority"] == "high"
    assert second["loading"] == "lazy"
    assert "3 figures: 2 from the cache, 1 painted in " in built.log
    assert made.index["summary"] | {"seconds": 0} == {
        "figures": 3, "hits": 2, "painted": 1, "failed": 0, "seconds": 0,
    }  # fmt: skip


def test_excerpts_of_a_blog_find_their_pictures(site: Make) -> None:
    pytest.importorskip("material")
    post = f"---\ndate: 2026-01-01\n---\n\n# Post\n\n{BLOCK}\n\n<!-- more -->\n\nRest.\n"
    made = site(
        {"index.md": "# Home\n", "blog/index.md": "# Blog\n", "blog/posts/one.md": post},
        theme="material",
        plugins=["blog", "deepartist"],
    )
    made.paint()
    assert made.build_here("--strict").code == 0
    for page in ("blog/index.html", "blog/2026/01/01/post/index.html"):
        (image,) = elements(made.html(page), "img")
        assert (made.out / page).parent.joinpath(image["src"]).resolve().is_file(), page
    assert len(made.index["figures"]) == 1
