"""What is wrong is said with page, line and column, all of it at once, in the log and in the page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sites import Site, figures

Make = Callable[..., Site]

WRONG = """\
---
title: Front matter counts
---

# Page

```deepartist
stlye: sample:strokes
size: 7
```

- In a list:

    ```deepartist
    style: sample:strokes
    seed: many
    ```

> ```deepartist layuot="tabs"
> style: sample:strokes
> ```

```deepartist layout=sdie
style: sample:strokes
```

```deepartist title="unclosed
style: sample:strokes
```

```deepartist
```

```deepartist
style: nowhere.png
```
"""
EXPECTED = [
    'a.md:1:1: unknown word "enhacne"',
    'index.md:8:1: unknown word "stlye" (did you mean "style"?)',
    "index.md:9:1: a size of 7 pixels is not possible",
    'index.md:16:5: "many" is not a number',
    'index.md:19:17: unknown option "layuot" (did you mean "layout"?)',
    'index.md:23:22: there is no layout "sdie" (did you mean "side"?)',
    "index.md:27:15: the fence line cannot be read",
    "index.md:32:1: this recipe is empty",
    'index.md:35:1: there is no picture "nowhere.png"',
]


def test_all_mistakes_of_all_pages_at_once(site: Make) -> None:
    made = site({"index.md": WRONG, "a.md": "", "z.md": "Fine.\n"})
    made.write("a.md", "```deepartist\nenhacne: relu1_1\n```\n")
    built = made.build_here("--strict")
    assert built.code == 1
    # The recipe's first line stands on the line after its fence.
    expected = ["a.md:2:1" + EXPECTED[0].removeprefix("a.md:1:1"), *EXPECTED[1:]]
    assert len(built.warnings) >= len(expected)
    for sentence in expected:
        assert [line for line in built.warnings if line.startswith(sentence)], (sentence, built.warnings)
    assert built.warnings == sorted(built.warnings, key=lambda line: (line.split(":")[0], int(line.split(":")[1])))
    assert made.states == ["failed"] * 8
    html = made.html()
    assert len(figures(html)) == 7
    assert "index.md:8:1" in html
    assert "<p>```" not in html
    assert "<p><code>deepartist" not in html


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_line_is_that_of_the_file(site: Make, newline: str) -> None:
    made = site({"index.md": newline.join(["# A", "", "```deepartist", "style: sample:strokes", "sedd: 3", "```", ""])})
    assert made.build_here().warnings[0].startswith("index.md:5:1: unknown word")


def test_equal_blocks_are_told_apart(site: Make) -> None:
    block = "```deepartist\nsytle: a\n```\n"
    made = site({"index.md": f"{block}\n{block}"})
    lines = [line.split(": ")[0] for line in made.build_here().warnings]
    assert lines[0] == "index.md:2:1"
    assert lines[-1] == "index.md:6:1"


def test_included_text_names_the_page(site: Make) -> None:
    made = site(
        {"index.md": '# A\n\n--8<-- "piece.txt"\n', "piece.txt": "```deepartist\nsytle: a\n```\n"},
        markdown_extensions=[{"pymdownx.snippets": {"base_path": ["docs"]}}],
    )
    (first, *_) = made.build_here().warnings
    assert first.startswith("index.md: in an included recipe, line 1, column 1: unknown word")


@pytest.mark.parametrize(
    "text", ["```deepartist\nstyle: sample:strokes\n", "- a\n\n    ```deepartist\n  style: x\n    ```\n"]
)
def test_a_block_that_markdown_does_not_see(site: Make, text: str) -> None:
    made = site({"index.md": f"# A\n\n{text}"})
    (warning,) = made.build_here().warnings
    assert "this block is not read as a recipe" in warning
    assert warning.startswith("index.md:3:1" if text.startswith("`") else "index.md:5:5")


def test_on_error(site: Make) -> None:
    made = site({"index.md": WRONG})
    made.options(on_error="raise")
    built = made.build_here()
    assert built.code == 1
    assert "index.md:8:1" in built.log
    assert "index.md:35:1" in built.log
    made.options(on_error="box")
    built = made.build_here("--strict")
    assert (built.code, built.warnings) == (0, [])
    assert "index.md:8:1" in built.log
    assert made.states == ["failed"] * 7


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"render": "sometimes"}, "missing"),
        ({"device": "gpu"}, "cuda"),
        ({"budget": -1}, "greater than"),
        ({"weights": {"vgg19": "nowhere.pth"}}, "nowhere.pth"),
    ],
)
def test_wrong_options(site: Make, options: dict[str, object], sentence: str) -> None:
    made = site({"index.md": "# A\n"})
    made.options(**options)
    built = made.build_here()
    assert built.code == 1
    assert next(iter(options)) in built.log
    assert sentence in built.log


def test_an_exception_of_ours_is_a_box(site: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("oh")

    made = site({"index.md": "# A\n\n```deepartist\nstyle: sample:strokes\n```\n"})
    monkeypatch.setattr("mkdocs_deepartist.fence.highlighted", broken)
    built = made.build_here()
    assert built.warnings == ["index.md:3:1: internal error: ZeroDivisionError: oh"]
    assert "internal error" in made.html()
    assert made.states == ["failed"]
    monkeypatch.setattr("mkdocs_deepartist.build.facts_of", broken)
    assert made.build_here().warnings == ["index.md:3:1: internal error: ZeroDivisionError: oh"]


def test_an_unclosed_block_on_a_page_that_includes_another(site: Make) -> None:
    """The numbers of blocks agree: one is missing and one comes from elsewhere."""
    snippets = {"pymdownx.snippets": {"base_path": ["."]}}
    text = '--8<-- "docs/part.txt"\n\n- item\n\n    ```deepartist\n    style: sample:cells\n\nend\n'
    made = site({"index.md": text}, markdown_extensions=[snippets])
    made.write("part.txt", "```deepartist\nstyle: sample:strokes\n```\n")
    made.paint()
    built = made.build_here("--strict")
    assert built.code == 1
    assert any(each.startswith("index.md:5:5: this block is not read as a recipe") for each in built.warnings)


def test_a_link_to_a_figure_is_no_broken_link(site: Make) -> None:
    text = 'See [the sea](#sea) and [nothing](#nothing).\n\n```deepartist id="sea"\nstyle: sample:strokes\n```\n'
    made = site({"index.md": text}, validation={"links": {"anchors": "warn"}})
    made.paint()
    log = made.build_here().log
    assert "#nothing" in log
    assert "#sea" not in log


def test_a_damaged_input_of_a_strip_stops_nothing(site: Make, painter: object) -> None:
    from PIL import Image

    text = '```deepartist layout="compare"\ncontent: sample:boat\nstyle: cut.tif\n```\n'
    made = site({"index.md": text}, markdown_extensions=[])
    Image.new("RGB", (64, 64), "red").save(made.docs / "cut.tif")
    (made.docs / "cut.tif").write_bytes((made.docs / "cut.tif").read_bytes()[:-4000])
    made.options(render="never")
    built = made.build_here()
    assert built.code == 0
    assert "with `render: missing`" in built.log
    assert made.states == ["pending"]


def test_a_strip_beside_a_cache_that_may_only_be_read(site: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    from mkdocs_deepartist import derived

    made = site({"index.md": '```deepartist layout="compare"\ncontent: sample:boat\nstyle: sample:cells\n```\n'})
    made.paint()
    save = derived._save

    def refuse(image: object, path: Path, quality: int) -> None:
        if path.is_relative_to(made.root):
            raise OSError(30, "Read-only file system")
        save(image, path, quality)  # type: ignore[arg-type]

    monkeypatch.setattr(derived, "_save", refuse)
    assert made.build_here("--strict").code == 0
    assert made.states == ["ready"]
    assert made.html().count("deepartist-input") == 2
