"""The first painting of a page stands for it in feeds and where its address is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sites import Site, elements

Make = Callable[..., Site]
BLOCK = "```deepartist{header}\nstyle: sample:strokes\nsize: [128, 64]\nseed: {seed}\n```\n"
PAGES = {
    "index.md": "# Home\n\n" + BLOCK.format(header=""" alt="Sea & 'sky" """.rstrip(), seed=1)
    + BLOCK.format(header="", seed=2),
    "deep/a.md": "# A\n\n" + BLOCK.format(header="", seed=2),
    "own.md": "---\nimage: https://example.org/mine.jpg\n---\n# Own\n\n" + BLOCK.format(header="", seed=3),
    "none.md": "# None\n\n```deepartist\nstyl: x\n```\n",
}  # fmt: skip


def said(site: Site, name: str) -> dict[str, str]:
    """What the head of a page says of its picture."""
    head = site.html(name).partition("</head>")[0]
    metas = [(each.get("property") or each.get("name", ""), each["content"]) for each in elements(head, "meta")
             if "content" in each]  # fmt: skip
    ours = [(name, value) for name, value in metas if name.startswith(("og:", "twitter:"))]
    assert len(dict(ours)) == len(ours), "each once"
    return dict(ours)


@pytest.mark.parametrize("theme", ["mkdocs", "material"])
@pytest.mark.parametrize("url", ["https://example.org/sub/", "https://example.org/sub"])
def test_a_page_names_its_first_painting(site: Make, url: str, theme: str) -> None:
    made = site(PAGES, site_url=url, theme=theme)
    made.paint()
    assert made.build_here().code == 0
    home = said(made, "index.html")
    files = [each["files"][0] for each in made.index["figures"] if each["files"]]
    by_page = {each["page"]: each["files"][0] for each in reversed(made.index["figures"]) if each["files"]}
    assert home == {
        "og:image": f"https://example.org/sub/{by_page['index.md']}",
        "og:image:width": "16",
        "og:image:height": "8",
        "og:image:alt": "Sea & 'sky",
        "twitter:card": "summary_large_image",
    }
    assert (made.out / by_page["index.md"]).is_file()
    assert len(set(files)) == 3
    deep = said(made, "deep/a/index.html")
    assert deep["og:image"] == f"https://example.org/sub/{by_page['deep/a.md']}"
    assert deep["og:image:alt"] == "A texture in the style of strokes"
    assert said(made, "own/index.html") == said(made, "none/index.html") == said(made, "404.html") == {}


def test_without_an_address_of_the_site(site: Make) -> None:
    made = site(PAGES)
    made.paint()
    made.build_here()
    assert said(made, "index.html") == {}


def test_a_page_that_names_a_picture_itself_is_left_alone(site: Make) -> None:
    """As Material's social cards do, and templates of one's own."""
    own = '<meta property="og:image" content="https://example.org/card.png">'
    made = site(PAGES, site_url="https://example.org/", theme={"name": "mkdocs", "custom_dir": "own"})
    (made.root / "own").mkdir()
    (made.root / "own/main.html").write_text(f'{{% extends "base.html" %}}{{% block extrahead %}}{own}{{% endblock %}}')
    made.paint()
    made.build_here()
    assert said(made, "index.html") == {"og:image": "https://example.org/card.png"}


def test_what_is_painted_in_this_build_counts(site: Make, painter: Any) -> None:
    made = site({"index.md": PAGES["index.md"]}, site_url="https://example.org/")
    assert made.build_here("--strict").code == 0
    first = said(made, "index.html")
    assert first["og:image"].endswith(made.index["figures"][0]["files"][0])
    assert made.build_here("--strict").code == 0
    assert said(made, "index.html") == first


def test_plugins_find_it_in_the_page(site: Make) -> None:
    """mkdocs-rss-plugin keeps the page's `meta` and reads `image` when the build ends."""
    hook = """
kept = {}

def on_page_content(html, page, **_):
    kept[page.file.src_uri] = page.meta

def on_post_build(config):
    for name in kept:
        print("image", name, kept[name].get("image"))
"""
    made = site({name: PAGES[name] for name in PAGES if name != "none.md"}, hooks=["hook.py"])
    (made.root / "hook.py").write_text(hook)
    made.paint()
    log = made.build_here("--strict").log
    by_page = {each["page"]: each["files"][0] for each in reversed(made.index["figures"])}
    assert f"image index.md {by_page['index.md']}\n" in log
    assert f"image deep/a.md {by_page['deep/a.md']}\n" in log
    assert "image own.md https://example.org/mine.jpg\n" in log
