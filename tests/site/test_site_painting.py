"""What a build paints, and what it shows for what it does not."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sites import Site, figures, tree

BLOCK = '```deepartist caption="{caption}"\nstyle: sample:strokes\nsize: {size}\nseed: {seed}\n```\n'
Make = Callable[..., Site]


def pages(seeds: tuple[int, ...] = (1, 2, 3), caption: str = "A") -> dict[str, str]:
    return {f"page{seed}.md": "# P\n\n" + BLOCK.format(caption=caption, seed=seed, size=64) for seed in seeds}


def test_nothing_is_painted_twice(site: Make, painter: object) -> None:
    made = site({"index.md": "# Home\n", **pages()})
    assert made.build_here("--strict").code == 0
    assert len(painter.keys) == 3  # type: ignore[attr-defined]
    assert made.index["summary"]["painted"] == 3
    keys = [each["key"] for each in made.index["figures"]]
    for change in ({}, {"caption": "Other words"}):
        for name, text in pages(**change).items():
            made.write(name, text + "\nMore prose.\n")
        assert made.build_here("--strict").code == 0
        assert len(painter.keys) == 3  # type: ignore[attr-defined]
        assert made.index["summary"] == {"figures": 3, "hits": 3, "painted": 0, "failed": 0, "seconds": 0.0}
        assert [each["key"] for each in made.index["figures"]] == keys
    made.write("page2.md", BLOCK.format(caption="A", seed=22, size=64))
    assert made.build_here("--strict").code == 0
    assert len(painter.keys) == 4  # type: ignore[attr-defined]


def test_a_build_tells_how_long_each_page_took(site: Make, painter: object) -> None:
    made = site({"index.md": BLOCK.format(caption="A", size=64, seed=1), "z.md": pages()["page2.md"] * 2, **pages()})
    log = made.build_here("--strict").log
    table = [
        "| page     | pictures | seconds | longest |",
        "| -------- | -------: | ------: | ------: |",
        "| index.md |        1 |    41.3 |    41.3 |",
        "| page2.md |        1 |    41.3 |    41.3 |",
        "| page3.md |        1 |    41.3 |    41.3 |",
        "| total    |        3 |   123.9 |    41.3 |",
    ]
    kept = made.root / ".cache/deepartist/times.md"
    assert "\n".join(["what was painted, page by page, kept in .cache/deepartist/times.md:", *table]) in log
    assert kept.read_text() == "\n".join(table) + "\n"
    made.write("page3.md", BLOCK.format(caption="A", size=64, seed=3) * 2)
    assert "page by page" not in made.build_here("--strict").log
    made.write("page3.md", BLOCK.format(caption="A", size=64, seed=4))
    made.build_here("--strict")
    assert kept.read_text().splitlines()[2:] == [
        "| page3.md |        1 |    41.3 |    41.3 |",
        "| total    |        1 |    41.3 |    41.3 |",
    ]


def test_a_cached_build_is_the_same_to_the_byte_and_the_painted_one_too(site: Make, painter: object) -> None:
    os.environ["SOURCE_DATE_EPOCH"] = "1700000000"
    try:
        lines = {"anchor_linenums": True, "line_spans": "__span", "pygments_lang_class": True}
        both = f"```py\n1\n```\n\n{pages()['page1.md']}\n```py\n2\n```\n"
        made = site({"index.md": both, **pages()}, markdown_extensions=[{"pymdownx.highlight": lines}])
        trees = []
        for _ in range(3):
            assert made.build_here("--strict").code == 0
            trees.append(tree(made.out))
    finally:
        del os.environ["SOURCE_DATE_EPOCH"]
    assert trees[1] == trees[2]
    different = {name for name in trees[0] if trees[0][name] != trees[1].get(name)}
    assert different == {"deepartist.json"}
    assert [f'id="__span-{number}-1"' in made.html() for number in range(4)] == [True, True, True, False]


def test_a_draft_that_is_the_final_picture_is_no_draft(site: Make, painter: object) -> None:
    made = site({"index.md": "```deepartist\nstyle: sample:strokes\nsize: 64\nstages: {count: 1, steps: 2}\n```\n"})
    for _ in range(2):
        assert made.build_here("--strict").code == 0
        assert made.states == ["ready"]


def test_the_painter_is_asked_for_what_is_confirmed_only(site: Make, painter: object) -> None:
    made = site(
        {"index.md": "Text.\n\n    ```deepartist\n    style: sample:strokes\n    ```\n\n" + pages((5,))["page5.md"]}
    )
    assert made.build_here("--strict").code == 0
    assert len(painter.keys) == 1  # type: ignore[attr-defined]


def test_failures_and_a_used_up_budget(site: Make, painter: object) -> None:
    painter.refuse = {1: {"message": "out of memory"}, 2: {"message": "the budget is used up", "pending": True}}  # type: ignore[attr-defined]
    made = site({"index.md": "# Home\n", **pages()})
    built = made.build_here("--strict")
    assert built.code == 1
    assert built.warnings == ["page1.md:3:1: out of memory", "page2.md:3:1: the budget is used up"]
    assert made.states == ["failed", "pending", "draft"]
    assert made.index["figures"][1]["files"] == []
    assert (made.index["figures"][1]["width"], made.index["figures"][1]["height"]) == (64, 64)
    assert "out of memory" in made.html("page1/index.html")
    assert "deepartist-placeholder" in made.html("page2/index.html")
    built = made.build_here("--strict")  # neither was kept: both are tried again
    assert (built.code, len(painter.keys)) == (0, 5)  # type: ignore[attr-defined]


def test_a_worker_that_does_not_start(site: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    from deepartist.jobs import Session, WorkerDied

    def refuse(*_: object) -> None:
        raise WorkerDied("the painting process ended with code 3")

    monkeypatch.setattr(Session, "wanted", refuse)
    built = site({"index.md": "# Home\n", **pages()}).build_here()
    assert built.code == 0
    assert built.warnings == [f"page{n}.md:3:1: the painting process ended with code 3" for n in (1, 2, 3)]


def test_render_never(site: Make, painter: object) -> None:
    made = site({"index.md": "# Home\n", **pages()})
    made.options(render="never")
    built = made.build_here("--strict")
    assert built.code == 1
    assert len(built.warnings) == 3
    assert "`render: never` paints nothing: run `mkdocs build` with `render: missing`" in built.warnings[0]
    assert painter.keys == []  # type: ignore[attr-defined]
    assert made.states == ["pending"] * 3
    html = made.html("page1/index.html")
    assert "--deepartist-width: 64" in html
    assert "<code>render: missing</code>" in html
    made.paint("draft")
    assert made.build_here("--strict").code == 0
    assert made.states == ["draft"] * 3


def test_the_preview_server_never_waits(site: Make, painter: object, caplog: pytest.LogCaptureFixture) -> None:
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    made = site({"index.md": "# Home\n\n```deepartist\nsty\n```\n", **pages()})
    made.options(on_error="raise")
    config = load_config(str(made.root / "mkdocs.yml"))
    config.plugins.on_startup(command="serve", dirty=False)
    with caplog.at_level("INFO", "mkdocs"):
        build(config, serve_url="http://127.0.0.1:8000/")
    assert painter.keys == []  # type: ignore[attr-defined]
    warnings = [record.message for record in caplog.records if record.levelname == "WARNING"]
    assert len(warnings) == 1
    assert "index.md:4:1" in warnings[0]
    assert "not painted yet: 3; `mkdocs build` paints what is missing" in caplog.text
    assert "deepartist-placeholder" in made.html("page1/index.html")
    # What an earlier preview has found out does not keep the next build from painting.
    made.write("index.md", "# Home\n")
    assert made.build_here("--strict").code == 0
    assert len(painter.keys) == 3  # type: ignore[attr-defined]


def test_a_site_that_is_built_again_inside_a_build(site: Make, painter: object) -> None:
    """As translation plugins do, once per language, in their on_post_build."""
    hook = (
        "from mkdocs.commands import build as commands\n"
        "from mkdocs.plugins import event_priority\n"
        "state = {'inner': False}\n"
        "@event_priority(-100)\n"
        "def on_post_build(config):\n"
        "    if not state['inner']:\n"
        "        state['inner'] = True\n"
        "        from mkdocs import utils\n"
        "        clean, utils.clean_directory = utils.clean_directory, lambda folder: None\n"
        "        commands.build(config)\n"
        "        utils.clean_directory = clean\n"
    )
    made = site({"index.md": "# Home\n", **pages()}, hooks=["hook.py"])
    (made.root / "hook.py").write_text(hook)
    built = made.build_here("--strict")
    assert built.code == 0, built.log
    assert len(painter.keys) == 3  # type: ignore[attr-defined]
    assert len(made.index["figures"]) == 3
    assert all((made.out / name).is_file() for each in made.index["figures"] for name in each["files"])
    assert "data-deepartist=" not in made.html("page1/index.html")


def test_a_cached_build_reads_no_recipe_and_imports_no_torch(site: Make) -> None:
    made = site({"index.md": "# Home\n", **pages()})
    made.paint()
    program = (
        "import sys; from mkdocs.__main__ import cli\n"
        "try: cli(['build', '-q', '--strict'])\n"
        "except SystemExit as end: assert not end.code\n"
        "print(sorted({'torch', 'numpy', 'PIL', 'pydantic'} & set(sys.modules)))"
    )
    for _ in range(2):
        line = [sys.executable, "-c", program]
        done = subprocess.run(line, cwd=made.root, capture_output=True, text=True, check=True)
        loaded = done.stdout.strip().splitlines()[-1]
        assert "torch" not in loaded
    assert loaded == "[]"
    assert made.states == ["ready"] * 3


def test_pictures_are_copied_once_and_only_what_is_shown_stays(site: Make) -> None:
    made = site({"index.md": "# Home\n", **pages()})
    made.paint()
    assert made.build_here("--strict").code == 0
    folder = made.out / "assets/deepartist"
    pictures = [path for path in sorted(folder.iterdir()) if path.suffix in (".png", ".webp")]
    assert len(pictures) == 6
    before = {path.name: path.stat().st_ino for path in pictures}
    pictures[0].write_bytes(b"cut")
    (folder / "other.png").write_bytes(b"from somewhere")
    (made.docs / "page3.md").unlink()
    assert made.build_here("--strict").code == 0
    after = {path.name: path.stat().st_ino for path in folder.iterdir() if path.suffix in (".png", ".webp")}
    assert set(after) == {Path(name).name for each in made.index["figures"] for name in each["files"]}
    assert len(after) == 4
    same = {name for name in after if after[name] == before[name]}
    assert len(same) >= 3
    assert all((folder / name).stat().st_size > 3 for name in after)
    assert not list(made.out.glob(".*"))


def test_what_a_broken_build_leaves_is_cleaned_up(site: Make) -> None:
    made = site({"index.md": "# Home\n", **pages()}, hooks=["hook.py"])
    (made.root / "hook.py").write_text("")
    made.paint()
    assert made.build_here().code == 0
    (made.root / "hook.py").write_text("def on_post_page(*_, **__):\n    raise KeyboardInterrupt\n")
    made.build_here()
    (made.root / "hook.py").write_text("")
    assert made.build_here("--strict").code == 0
    assert all((made.out / name).is_file() for each in made.index["figures"] for name in each["files"])
    assert not list(made.out.glob(".*"))


def test_a_changed_picture_asks_for_another_painting(site: Make, painter: object) -> None:
    from PIL import Image

    made = site({"index.md": "```deepartist\nstyle: dot.png\nsize: 64\n```\n"})
    path = made.docs / "dot.png"
    for colour, painted in (("red", 1), ("red", 1), ("blue", 2)):
        Image.new("RGB", (32, 32), colour).save(path)
        os.utime(path, ns=(time.time_ns(), time.time_ns()))
        assert made.build_here("--strict").code == 0
        assert len(painter.keys) == painted  # type: ignore[attr-defined]
    # A picture of that name in the folder of the page comes first.
    made.write("deep/page.md", "```deepartist\nstyle: dot.png\nsize: 64\n```\n")
    assert made.build_here("--strict").code == 0
    assert len(painter.keys) == 2  # type: ignore[attr-defined]
    Image.new("RGB", (32, 32), "green").save(made.docs / "deep/dot.png")
    assert made.build_here("--strict").code == 0
    assert len(painter.keys) == 3  # type: ignore[attr-defined]


def test_a_read_only_cache_is_no_obstacle_to_reading_it(site: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    made = site({"index.md": "# Home\n", **pages()})
    made.paint()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert made.build_here("--strict").code == 0
    assert made.states == ["ready"] * 3
    assert not list((made.root / ".cache").rglob(".recipes*"))


def test_a_dirty_build_keeps_the_figures_of_other_pages(site: Make) -> None:
    made = site({"index.md": "# Home\n", **pages()})
    made.paint()
    assert made.build_here().code == 0
    before = made.index["figures"]
    later = time.time() + 10
    os.utime(made.docs / "page2.md", (later, later))
    assert made.build_here("--dirty").code == 0
    assert sorted(made.index["figures"], key=lambda each: each["page"]) == before
    assert made.index["summary"]["figures"] == 3


def test_figures_in_the_page_are_those_of_the_index(site: Make) -> None:
    made = site({"index.md": "".join(pages().values())})
    made.paint()
    assert made.build_here("--strict").code == 0
    assert [each["data-key"] for each in figures(made.html())] == [each["key"] for each in made.index["figures"]]
    assert list(made.index) == ["figures", "summary"]
    assert list(made.index["figures"][0]) == ["page", "key", "state", "width", "height", "files"]
