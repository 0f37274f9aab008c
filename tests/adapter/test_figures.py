"""The HTML of one painting, on bare Python-Markdown: no MkDocs, every layout, hostile words."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown import Markdown
from PIL import Image

from deepartist.jobs import Session, Settings
from mkdocs_deepartist.build import Build, Site
from mkdocs_deepartist.fence import Fences
from mkdocs_deepartist.memory import Choices, Memory
from mkdocs_deepartist.pages import SourcePage

sys.path.append(str(Path(__file__).parent.parent / "site"))
from paintings import put
from sites import elements, figures

Render = Callable[..., str]
LAYOUTS = ("above", "below", "source", "side", "folded", "outcome", "tabs", "compare")
RECIPE = "content: sea.png\nstyle: [red_sun.png, sample:strokes]\nsize: 64\nseed: 5\n"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


class Bench:
    """Renders Markdown; `paint` puts pictures into the store first."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.facts: dict[str, str] = {}
        self.picture, self.site = Image.new("RGB", (64, 43), "teal"), Site()
        Image.new("RGB", (60, 40), "navy").save(root / "sea.png")
        Image.new("RGB", (32, 32), "red").save(root / "red_sun.png")
        self.session = Session(Settings(cache_dir=root / "cache"), root)

    def render(self, header: str, recipe: str = RECIPE, paint: str | None = "final", before: str = "") -> str:
        from deepartist.recipe import Inputs, read_recipe

        if paint:
            resolved = read_recipe(recipe, Inputs([self.root], root=self.root))
            put(self.session, self.session.plan(resolved, paint), self.picture, seconds=192.3, **self.facts)  # type: ignore[arg-type]
        text = f"{before}```deepartist {header}\n{recipe}```\n"
        memory = Memory(self.root, {"cache_dir": str(self.root / "cache")})
        memory.choices = Choices.of(self.session.settings)
        build = Build(lambda: self.session, memory, self.root, "never")
        build.settled, build.site = True, self.site
        self.page = SourcePage("page.md", self.root, text, text, lambda name: f"../{name}")
        fences = Fences(build, lambda md: self.page)
        options = {"pymdownx.superfences": {"custom_fences": [fences.custom_fence]}}
        return Markdown(extensions=["pymdownx.superfences", fences], extension_configs=options).convert(text)


def test_the_contract(bench: Bench) -> None:
    html = bench.render('title="Sea" caption="At noon"')
    (figure,) = figures(html)
    (block,) = bench.page.blocks
    assert figure["data-key"] == block.entry.key
    assert figure["data-state"] == "ready"
    assert figure["id"] == f"deepartist-{block.entry.key[:10]}"
    (source,) = elements(html, "source")
    (image,) = elements(html, "img")
    assert (source["type"], source["srcset"]) == ("image/webp", f"../{block.outputs[0]}")
    assert image["src"] == f"../{block.outputs[1]}"
    assert image["src"].endswith(".png")
    assert (image["width"], image["height"]) == ("64", "43")
    assert (source.get("sizes"), "srcset" in image) == (None, False), "a small picture has one size"
    assert image["alt"] == "Sea painted in the style of red sun and strokes"
    assert "<strong>Sea</strong> At noon" in html
    assert f"3 min 12 s on CPU (2 cores) · seed 5 · key {block.entry.key[:8]} · " in html
    lightbox, full, recipe_link = elements(html, "a")
    assert lightbox["href"] == full["href"] == source["srcset"]
    assert "glightbox" in lightbox["class"].split()
    assert "off-glb" in image["class"].split()
    assert (lightbox["data-title"], lightbox["data-description"]) == ("Sea", "At noon")
    assert html.index("<a class") < html.index("<picture") < html.index("</picture></a>")
    assert (recipe_link["download"], recipe_link["class"]) == ("sea.yml", "off-glb")
    (recipe,) = elements(html, "div", class_="deepartist-source")
    assert "data-search-exclude" in recipe
    assert len(elements(html, "div", class_="highlight")) == 1


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_is_well_formed(bench: Bench, layout: str) -> None:
    html = bench.render(f"layout={layout}")
    Balanced().feed(html)
    (figure,) = figures(html)
    assert f"deepartist--{layout}" in figure["class"]
    assert len(elements(html, "picture")) == (layout != "source")
    assert len(elements(html, "a", class_="glightbox")) == (layout not in ("source", "compare"))
    (download,) = (each for each in elements(html, "a") if each.get("download", "").endswith(".yml"))
    assert bench.page.blocks[0].files[download["href"].removeprefix("../")]
    if layout in ("above", "below"):
        assert (html.index("<picture") < html.index("deepartist-source")) == (layout == "above")
    assert len(elements(html, "div", class_="deepartist-source")) == (layout != "outcome")
    assert len(elements(html, "details", class_="deepartist-recipe")) == (layout in ("folded", "compare"))
    if layout == "tabs":
        first, second = elements(html, "input")
        assert (first["name"], "checked" in first, "checked" in second) == (second["name"], True, False)
        assert [each["for"] for each in elements(html, "label")] == [first["id"], second["id"]]
    if layout == "compare":
        images = elements(html, "img")
        assert [(each["alt"], each["width"], each["height"]) for each in images[:3]] == [
            ("sea", "60", "40"), ("red sun", "32", "32"), ("strokes", "512", "512"),
        ]  # fmt: skip
        assert [Path(each["src"]).suffix for each in images] == [".png", ".png", ".webp", ".png"]
        assert html.index("<small>content</small>") < html.index("<small>style</small>") < html.index("result</small>")
        assert all("off-glb" in each["class"] for each in images)
        assert all(isinstance(file, bytes) or file.is_file() for file in bench.page.blocks[0].files.values())


@pytest.mark.parametrize("layout", [each for each in LAYOUTS if each != "source"])
def test_the_placeholder_has_the_same_shape(bench: Bench, layout: str) -> None:
    html = bench.render(
        f'layout={layout} caption="Soon"', recipe=RECIPE.replace("sample:strokes", "sea.png"), paint=None
    )
    Balanced().feed(html)
    (figure,) = figures(html)
    assert figure["data-state"] == "pending"
    (empty,) = elements(html, "div", class_="deepartist-placeholder")
    assert "--deepartist-width: 64; --deepartist-height: 43" in empty["style"]
    assert empty["role"] == "img"
    assert "<code>mkdocs build</code>" in html
    assert "Soon" in html


def test_only_a_recipe_says_that_it_is_not_painted(bench: Bench) -> None:
    html = bench.render("layout=source", recipe=RECIPE.replace("sample:strokes", "sea.png"), paint=None)
    Balanced().feed(html)
    assert figures(html)[0]["data-state"] == "pending"
    assert not elements(html, "div", class_="deepartist-placeholder")
    assert "This picture is not painted yet: run <code>mkdocs build</code>" in html


def test_words_for_a_box_above_the_page_are_html(bench: Bench) -> None:
    """Lightboxes set them as HTML: what an author wrote is to be read, not obeyed."""
    html = bench.render('title="A < B" caption=\'<b>&amp;</b>\' alt=""')
    (link,) = elements(html, "a", class_="glightbox")
    assert link["data-title"] == "A &lt; B"
    assert unescape(link["data-description"]) == "<b>&amp;</b>"
    assert link["aria-label"] == "The picture in full size"  # of a picture without words


def downloaded(bench: Bench) -> str:
    """The recipe file of the one figure."""
    (content,) = (file for name, file in bench.page.blocks[0].files.items() if name.endswith(".yml"))
    assert isinstance(content, bytes)
    return content.decode()


def test_the_recipe_to_take_along(bench: Bench) -> None:
    """As it was written, below where it comes from."""
    bench.site = Site("Sea & Sons", "https://example.org/sub/")
    html = bench.render('title="Café\u2028 *noir*"', recipe=f"# mine\n{RECIPE}")
    assert downloaded(bench) == (
        "# Café *noir* (Sea & Sons, https://example.org/sub/)\n"
        "# yaml-language-server: $schema=https://example.org/sub/assets/deepartist/schema.json\n"
        "# Its pictures are looked for beside this file, as those of the site are beside page.md\n"
        f"# mine\n{RECIPE}"
    )
    (link,) = (each for each in elements(html, "a") if "download" in each)
    assert link["download"] == "cafe-noir.yml"
    name = link["href"].removeprefix("../assets/deepartist/")
    assert name == f"{hashlib.sha256(downloaded(bench).encode()).hexdigest()[:20]}.yml"
    bench.site = Site()
    html = bench.render("", recipe="style: sample:strokes\nsize: 64\n")
    assert downloaded(bench) == "# A texture in the style of strokes\nstyle: sample:strokes\nsize: 64\n"
    assert f'download="{bench.page.blocks[0].id}.yml"' in html


def test_wide_pictures_have_a_smaller_copy(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.picture = Image.effect_noise((1201, 300), 40).convert("RGB")
    html = bench.render("")
    (source,) = elements(html, "source")
    (less, half), (full, whole) = (each.split() for each in source["srcset"].split(", "))
    assert (half, whole, source["sizes"]) == ("601w", "1201w", "auto, (min-width: 60em) 50em, 100vw")
    files = bench.page.blocks[0].files
    small, large = files[less.removeprefix("../")], files[full.removeprefix("../")]
    assert isinstance(small, Path)
    assert isinstance(large, Path)
    with Image.open(small) as picture:
        assert picture.size == (601, 150)
    assert small.stat().st_size < large.stat().st_size / 2
    assert less.removeprefix("../") not in bench.page.blocks[0].outputs, "no painting of its own"
    monkeypatch.setattr(Image.Image, "resize", None)  # made once
    assert bench.render("") == html
    assert "601w" not in bench.render("layout=source")


def test_what_was_cut_short_says_so(bench: Bench) -> None:
    bench.facts = {"cut": "cut short by its minutes: stage 2 at step 4 of 9"}
    html = bench.render("")
    (ribbon,) = (each for each in elements(html, "span") if each.get("class") == "deepartist-ribbon")
    assert ribbon["title"] == bench.facts["cut"]
    assert f"{bench.facts['cut']} · " in html
    bench.facts = {"cut": ""}
    assert "cut short" not in bench.render("")


def test_a_draft_says_so_and_keeps_its_name(bench: Bench) -> None:
    html = bench.render("", paint="draft")
    (figure,) = figures(html)
    (block,) = bench.page.blocks
    assert figure["data-state"] == "draft"
    assert block.entry.facts is not None
    assert figure["data-key"] == block.entry.facts.draft
    assert figure["id"] == f"deepartist-{block.entry.facts.final[:10]}"
    assert '<span class="deepartist-ribbon" data-search-exclude>draft</span>' in html


EVIL = "</figcaption><script>alert(1)</script><img src=x onerror=alert(1)>"


@pytest.mark.parametrize("paint", ["final", None])
@pytest.mark.parametrize("word", ["caption", "title", "alt"])
@pytest.mark.parametrize("layout", ["above", "tabs", "compare"])
def test_hostile_words_stay_words(bench: Bench, word: str, layout: str, paint: str | None) -> None:
    recipe = RECIPE.replace(", sample:strokes", "")
    harmless(bench.render(f"{word}='{EVIL}' layout=\"{layout}\"", recipe=recipe, paint=paint))
    harmless(bench.render(f'{word}="\' onload=\'alert(1)" layout="{layout}"', recipe=recipe, paint=paint))


@pytest.mark.parametrize(
    "header", [f'"{EVIL}', f'"{EVIL}"="x"', f'id="{EVIL}"', f'class="{EVIL}"', f'layout="{EVIL}"', "{ " + EVIL + " }"]
)
def test_hostile_headers_are_boxes(bench: Bench, header: str) -> None:
    html = bench.render(header)
    harmless(html)
    assert figures(html)[0]["data-state"] == "failed"


@pytest.mark.parametrize(
    "recipe",
    [
        f"style: {EVIL}\n",
        f"{EVIL}: 1\n",
        f"style: sample:strokes # {EVIL}\nsedd: 1\n",
        f"style: '{EVIL}`<b>`'\n",
        f"{EVIL}\n",
    ],
)
def test_hostile_recipes_are_boxes(bench: Bench, recipe: str) -> None:
    html = bench.render("", recipe=recipe, paint=None)
    harmless(html)
    assert figures(html)[0]["data-state"] == "failed"


def harmless(html: str) -> None:
    Balanced().feed(html)
    assert elements(html, "script") == []
    for tag in ("img", "figure", "figcaption", "div", "span", "source"):
        assert all(not name.startswith("on") for each in elements(html, tag) for name in each), html
    assert not elements(html, "img", src="x")


class Balanced(HTMLParser):
    """Fails where elements are not closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in ("img", "source", "input", "br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def feed(self, data: str) -> None:
        super().feed(data)
        self.close()
        assert self.open == []


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ('titel="x"', 'page.md:1:15: unknown option "titel" (did you mean "title"?)'),
        ("layout=tab", 'page.md:1:22: there is no layout "tab" (did you mean "tabs"?)'),
        ("wide", 'page.md:1:15: unknown option "wide" (did you mean "id"?)'),
        ('id="1 2"', 'page.md:1:19: "1 2" cannot be an id: letters, digits, "-" and "_", a letter first'),
        ('class="a b;c"', 'page.md:1:24: "b;c" cannot be a class: letters, digits, "-" and "_"'),
        ("{.deepartist titel=x}", 'page.md:1:28: unknown option "titel" (did you mean "title"?)'),
    ],
)
def test_mistakes_on_the_fence_line(bench: Bench, header: str, message: str) -> None:
    html = bench.render(header)
    assert [str(each) for each in bench.page.blocks[0].messages] == [message]
    assert figures(html)[0]["data-state"] == "failed"


@pytest.mark.parametrize(
    "header",
    [
        'title="A b" id="me" class="one two"',
        "title='A b' id=me class='one two'",
        "{ title='A b' #me .one .two }",
        "title = 'A b' id = me class = \"one two\"",
    ],
)
def test_every_way_to_write_a_header(bench: Bench, header: str) -> None:
    (figure,) = figures(bench.render(header))
    assert figure["data-state"] == "ready", bench.page.blocks[0].messages
    assert figure["id"] == "me"
    assert figure["class"].split()[-2:] == ["one", "two"]
    assert bench.page.blocks[0].options.title == "A b"


def test_an_empty_alt_means_decoration(bench: Bench) -> None:
    assert elements(bench.render('alt=""'), "img")[0]["alt"] == ""


def test_rendering_again_changes_nothing(bench: Bench) -> None:
    first = bench.render("")
    bench.page.closed = True
    assert bench.render("") == first


def test_fence_and_figure_import_neither_mkdocs_nor_torch() -> None:
    program = (
        "import sys, mkdocs_deepartist.fence, mkdocs_deepartist.figure\n"
        "print({'mkdocs', 'torch', 'numpy', 'PIL', 'pydantic', 'deepartist.recipe.model'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
