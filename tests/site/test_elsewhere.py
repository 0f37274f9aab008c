"""Pages that plain Python-Markdown or Zensical renders: finished paintings beside their recipes, without MkDocs."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import markdown
import pytest
import yaml
from markdown import Markdown
from markdown.preprocessors import Preprocessor
from sites import Site, elements, figures, targets, tree

from mkdocs_deepartist.extension import DeepArtist

Make = Callable[..., Site]
WAVES = '```deepartist title="Sea"\nstyle: sample:strokes\nsize: 64\n```\n'
OTHER = "```deepartist\nstyle: sample:cells\nsize: 64\n```\n"
WRONG = "```deepartist\nstyl: sample:cells\n```\n"
NAME = "mkdocs_deepartist.extension"


@pytest.fixture
def folder(site: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The current folder: one picture is painted, nothing is configured."""
    made = site({"index.md": WAVES})
    made.paint()
    (made.root / "mkdocs.yml").unlink()
    monkeypatch.chdir(made.root)
    return made.root


def shown(html: str, folder: Path) -> list[Path]:
    """The files of all pictures of a page at the root of the site."""
    urls = [each["src"] for each in elements(html, "img")] + [each["srcset"] for each in elements(html, "source")]
    return [folder / "site" / url for url in urls]


@pytest.mark.parametrize(
    "extensions",
    [
        [NAME],
        ["extra", NAME],
        ["pymdownx.superfences", NAME],
        [NAME, "pymdownx.superfences"],
        [NAME, "pymdownx.extra", "toc"],
        [DeepArtist()],
    ],
)
def test_a_painting_is_shown_from_the_cache(extensions: list[Any], folder: Path) -> None:
    html = markdown.markdown(f"# Waves\n\n{WAVES}\nText\n", extensions=extensions)
    (figure,) = figures(html)
    assert figure["data-state"] == "ready"
    assert "<strong>Sea</strong>" in html
    assert "sample:strokes" in html
    assert "<p>Text</p>" in html
    files = shown(html, folder)
    assert {path.suffix for path in files} == {".png", ".webp"}
    stored = list((folder / ".cache" / "deepartist").rglob("*.*"))
    for path in files:
        assert path.read_bytes() in [each.read_bytes() for each in stored if each.suffix == path.suffix]
    assert (folder / "site/assets/deepartist/deepartist.css").is_file()


def test_an_older_style_sheet_of_the_same_size_is_replaced(folder: Path) -> None:
    markdown.markdown(WAVES, extensions=[NAME])
    sheet = folder / "site/assets/deepartist/deepartist.css"
    new = sheet.read_bytes()
    sheet.write_bytes(b"x" * len(new))
    markdown.markdown(WAVES, extensions=[NAME])
    assert sheet.read_bytes() == new


def test_lists_of_the_whole_site_are_left_out(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """As those of `deepartist reference`: a page knows nothing of the others."""
    lists = "```deepartist-gallery\nview: wrap\n```\n\n- item\n\n    ```deepartist-times\n    ```\n\n"
    shown_as_text = "````markdown\n```deepartist-gallery\n```\n````\n"
    html = markdown.markdown(f"# Waves\n\n{lists}{WAVES}\nText\n\n{shown_as_text}", extensions=[NAME])
    assert "view: wrap" not in html
    assert "deepartist-times" not in html
    assert html.count("deepartist-gallery") == 1
    assert "<p>Text</p>" in html
    assert len(figures(html)) == 1
    assert caplog.messages == []


def test_the_entry_point(folder: Path) -> None:
    """Announced as ``deepartist``."""
    import tomllib

    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    module, _, name = project["entry-points"]["markdown.extensions"]["deepartist"].partition(":")
    assert getattr(sys.modules[module], name) is DeepArtist


def test_frozen_results_of_a_project(site: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The options in mkdocs.yml count; the page lies deeper and names a picture beside it."""
    made = site({"index.md": "", "deep/page.md": "```deepartist\nstyle: a.png\nsize: 64\n```\n"})
    from PIL import Image

    Image.new("RGB", (20, 20), "red").save(made.docs / "deep" / "a.png")
    made.options(frozen="kept")
    made.paint()
    (made.root / ".cache" / "deepartist").rename(made.root / "kept")
    monkeypatch.chdir(tmp_path)
    page = made.docs / "deep" / "page.md"
    extension = DeepArtist(project=str(made.root), page=str(page), site_dir=str(made.out), root="../../")
    html = markdown.markdown(page.read_text(), extensions=[extension])
    assert [each["data-state"] for each in figures(html)] == ["ready"]
    for url in [each["src"] for each in elements(html, "img")]:
        assert url.startswith("../../assets/deepartist/")
        assert (made.out / url.removeprefix("../../")).is_file()


def test_what_is_not_there_gets_a_box_and_a_warning(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    before = tree(folder / ".cache")
    html = markdown.markdown(f"Text\n\n{OTHER}\n{WRONG}", extensions=[DeepArtist(page="first.md")])
    assert [each["data-state"] for each in figures(html)] == ["pending", "failed"]
    assert "run <code>deepartist paint --site</code> to paint it" in html
    assert [(each.levelno, each.message) for each in caplog.records] == [
        (
            logging.WARNING,
            "first.md:3:1: this picture is not painted yet: run `deepartist paint --site` to paint it",
        ),
        (logging.WARNING, 'first.md:9:1: unknown word "styl" (did you mean "style"?)'),
    ]
    assert [name for name in tree(folder / ".cache") if name not in before] == ["deepartist/recipes.json"]


def test_mistakes_raise_where_that_is_asked_for(folder: Path) -> None:
    (folder / "mkdocs.yml").write_text("plugins: [{deepartist: {on_error: raise}}]")
    with pytest.raises(ValueError, match=r'^page:2:1: unknown word "styl"'):
        markdown.markdown(WRONG, extensions=[NAME])


def test_indented_code_stays_code(folder: Path) -> None:
    html = markdown.markdown("Text\n\n    ```deepartist\n    style: sample:strokes\n    ```\n", extensions=[NAME])
    assert figures(html) == []
    assert not (folder / "site").exists()


def test_one_instance_for_many_pages_sees_what_was_painted_meanwhile(site: Make, folder: Path) -> None:
    md = Markdown(extensions=[NAME])
    states = []
    for _ in range(2):
        states += [each["data-state"] for each in figures(md.reset().convert(OTHER + "\n" + WAVES))]
        made = site({"index.md": OTHER})
        made.paint()
    assert states == ["pending", "ready", "ready", "ready"]


def test_the_wrong_order_is_told(folder: Path) -> None:
    with pytest.raises(ValueError, match='has to stand behind "extra"'):
        markdown.markdown(WAVES, extensions=[NAME, "fenced_code"])


def test_neither_torch_nor_mkdocs_is_imported(folder: Path) -> None:
    code = f"import sys, markdown; markdown.markdown({WAVES!r}, extensions=[{NAME!r}]); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, check=True, capture_output=True, text=True)
    assert not {"torch", "mkdocs"} & set(done.stdout.split())
    assert (folder / "site/assets/deepartist").is_dir()


class Context(Preprocessor):
    """What Zensical tells of a page, and where."""

    def __init__(self, md: Markdown, path: str) -> None:
        super().__init__(md)
        self.page = type("Page", (), {"path": path, "url": path.removesuffix(".md") + "/"})
        self.config = {"docs_dir": "docs", "site_dir": "public"}

    def run(self, lines: list[str]) -> list[str]:
        return lines


def test_a_page_of_zensical(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    md = Markdown(extensions=["pymdownx.superfences", NAME])
    md.preprocessors.register(Context(md, "deep/page.md"), "rendering_context", 100)
    html = md.convert(WAVES + "\n" + WRONG)
    (picture,) = elements(html, "img")
    assert picture["src"].startswith("../assets/deepartist/")
    assert (folder / "public" / picture["src"].removeprefix("../")).is_file()
    messages = [each.message for each in caplog.records]
    assert 'deep/page.md:7:1: unknown word "styl" (did you mean "style"?)' in messages
    assert any("`zensical build --clean` empties .cache" in each for each in messages)


@pytest.mark.slow
def test_a_site_built_by_zensical(site: Make) -> None:
    pytest.importorskip("zensical")
    made = site({"index.md": WAVES, "deep/page.md": WAVES + "\n" + OTHER})
    made.options(cache_dir="paintings")
    made.configure(
        site_url="http://127.0.0.1/sub/",
        theme=None,
        markdown_extensions=["pymdownx.superfences", NAME],
        extra_css=["assets/deepartist/deepartist.css"],
    )
    config = {name: value for name, value in made.config.items() if value is not None}
    (made.root / "mkdocs.yml").write_text(yaml.safe_dump(config))
    from paintings import paint_site

    paint_site(made.docs, made.session(cache_dir="paintings"))
    line = [sys.executable, "-m", "zensical", "build", "--clean"]
    done = subprocess.run(line, cwd=made.root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [each["data-state"] for each in figures(made.html("deep/page/index.html"))] == ["ready", "ready"]
    ours = [path for _, url, path in targets(made) if "assets/deepartist" in url]
    assert len(ours) == 3 * 5 + 2  # of each figure five, of each page the style
    assert all(path.is_file() for path in ours)
