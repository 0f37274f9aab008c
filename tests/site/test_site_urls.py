"""Every picture is found: under MkDocs and ProperDocs, directory URLs on and off, sites at the root and below it."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from sites import Site, elements, figures, targets

BLOCK = "```deepartist\nstyle: sample:{name}\nsize: 64\n```\n"
PAGES = {
    "index.md": "# Home\n\n" + BLOCK.format(name="strokes"),
    "top.md": "# Top\n\n" + BLOCK.format(name="cells"),
    "deep/er/index.md": "# Deep index\n\n" + BLOCK.format(name="strokes"),
    "deep/er/page with ümlaut.md": "# A\n\n```deepartist layout=compare\ncontent: dot.png\nstyle: dots/red.png\n```\n",
}
VARIANTS = list(itertools.product(("mkdocs", "properdocs"), (True, False), ("", "https://example.org/sub/path/")))


@pytest.mark.parametrize(("command", "directories", "site_url"), VARIANTS)
def test_every_address_means_a_file(tmp_path: Path, command: str, directories: bool, site_url: str) -> None:
    theme = "material" if command == "properdocs" else "mkdocs"  # ProperDocs comes without themes
    site = Site(tmp_path, PAGES, use_directory_urls=directories, site_url=site_url, theme=theme)
    pictures(site)
    site.paint()
    built = site.build("--strict", command=command)
    assert built.code == 0, built.log
    found = targets(site)
    assert len([url for _, url, _ in found if "assets/deepartist/" in url]) >= 4 * 3 + 2
    assert [(str(page), url) for page, url, file in found if not file.is_file()] == []
    assert not [url for _, url, _ in found if url.startswith("/")]
    for figure in site.index["figures"]:
        assert figure["state"] == "ready"
        assert len(figure["files"]) == 2
        assert all((site.out / name).is_file() for name in figure["files"])


def pictures(site: Site) -> None:
    """One beside its page, one found from the docs folder."""
    import io

    from PIL import Image

    for name, size in {"deep/er/dot.png": (40, 30), "dots/red.png": (32, 32)}.items():
        stream = io.BytesIO()
        Image.new("RGB", size, "red").save(stream, "PNG")
        site.write(name, stream.getvalue())


def test_the_same_picture_is_one_file(tmp_path: Path) -> None:
    site = Site(tmp_path, PAGES)
    pictures(site)
    site.paint()
    assert site.build("--strict").code == 0
    index = {figure["page"]: figure for figure in site.index["figures"]}
    assert index["index.md"]["files"] == index["deep/er/index.md"]["files"]
    assert len(list((site.out / "assets/deepartist").glob("*.webp"))) == 3
    (first,) = figures(site.html())
    assert first["data-state"] == "ready"
    (image,) = elements(site.html(), "img")
    assert (image["width"], image["height"], image["decoding"], image["fetchpriority"]) == ("8", "8", "async", "high")
    assert "loading" not in image
