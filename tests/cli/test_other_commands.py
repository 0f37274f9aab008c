"""``deepartist check, status, recipe, schema, doctor`` and what all commands share."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
import yaml
from click.testing import CliRunner
from fakes import FakeWorker, Run, told

from deepartist import __version__
from deepartist.cli import main

PAGE = """# Page

```deepartist
style: images/b.png
size: 64
```

- item

    ```deepartist title="x"
    styl: images/b.png
    size: 7
    ```
"""


@pytest.fixture
def site(here: Path) -> Path:
    """A project with two pages: three recipes, one of them wrong."""
    (here / "mkdocs.yml").write_text("site_name: x\nplugins: [search, deepartist]\n", encoding="utf-8")
    (here / "docs" / "deep" / "images").mkdir(parents=True)
    (here / "docs" / ".hidden").mkdir()
    (here / "docs" / ".hidden" / "no.md").write_text("```deepartist\n```\n")
    (here / "a.png").rename(here / "docs" / "deep" / "images" / "b.png")
    (here / "docs" / "deep" / "page.md").write_bytes(("\ufeff" + PAGE.replace("\n", "\r\n")).encode())
    (here / "docs" / "index.md").write_text("```deepartist\nstyle: /deep/images/b.png\nsize: 32\n```\n")
    return here


MISTAKES = (
    'docs/deep/page.md:11:5: unknown word "styl" (did you mean "style"?)\n'
    "docs/deep/page.md:12:5: a size of 7 pixels is not possible: 16 to 16384\n"
)


def test_check_finds_all_mistakes_of_all_pages(run: Run, site: Path) -> None:
    result = run("check", code=2)
    assert result.stderr == MISTAKES
    assert result.stdout == "3 recipes, 2 mistakes\n"
    assert run("check", "docs", code=2).stderr == MISTAKES
    assert run("check", "docs/deep", code=2).stderr == MISTAKES
    assert run("check", "docs/index.md").stdout == "1 recipe, no mistakes\n"
    data = told(run("check", "--json", code=2))
    assert data["recipes"] == 3
    assert data["problems"][1] == {
        "file": "docs/deep/page.md", "line": 12, "column": 5,
        "message": "a size of 7 pixels is not possible: 16 to 16384",
    }  # fmt: skip


def test_check_recipe_files(run: Run, here: Path) -> None:
    assert run("check", "first.yml").stdout == "1 recipe, no mistakes\n"
    (here / "two.yaml").write_text("", encoding="utf-8")
    assert run("check", "first.yml", "two.yaml", code=2).stderr.startswith("two.yaml:1:1: this recipe is empty")


def test_check_pages_may_not_leave_their_site(run: Run, here: Path) -> None:
    (here / "docs").mkdir()
    (here / "docs" / "index.md").write_text("```deepartist\nstyle: ../a.png\n```\n")
    assert 'docs/index.md:2:1: "../a.png" lies outside the site' in run("check", "docs", code=2).stderr


def test_check_unreadable_pages(run: Run, site: Path) -> None:
    (site / "docs" / "latin.md").write_bytes("ab\nsch\u00f6n".encode("latin-1"))
    assert "docs/latin.md:2:1: this is not UTF-8 text" in run("check", code=2).stderr


def test_check_without_a_project(run: Run) -> None:
    assert "there is no mkdocs.yml here: name the folder of the pages, or the files" in run("check", code=2).stderr


def test_status(run: Run, site: Path, worker: type[FakeWorker]) -> None:
    data = told(run("status", "--json", code=2))
    assert [row["state"] for row in data["recipes"]] == ["missing", "wrong", "missing"]
    assert data["summary"] == {"recipes": 3, "ready": 0, "draft": 0, "missing": 2, "wrong": 1}
    (site / "one.yml").write_text("style: deep/images/b.png\nsize: 32\n", encoding="utf-8")
    run("paint", "one.yml", "--quality", "final")
    (site / "two.yml").write_text("style: deep/images/b.png\nsize: 64\n", encoding="utf-8")
    run("paint", "two.yml", "--quality", "draft")
    result = run("status", code=2)
    lines = [line.split() for line in result.stdout.splitlines()]
    assert [line[:3] for line in lines] == [
        ["docs/deep/page.md:3", "draft", "64×64"],
        ["docs/deep/page.md:10", "wrong"],
        ["docs/index.md:1", "ready", "32×32"],
    ]
    assert result.stderr.endswith("3 recipes: 1 ready, 1 draft, 1 wrong\n")
    assert run("status", "docs/index.md").exit_code == 0


def test_recipe_can_be_painted_again(run: Run, here: Path, worker: type[FakeWorker]) -> None:
    (here / "long.yml").write_text(
        "content: a.png\nstyle: {image: 'sample:cloth?seed=3', layers: {relu1_1: 1e-5, relu2_1: 1}}\n"
        "view: {kaleidoscope: {segments: 6, colors: [2, 1, -3]}}\nsize: 64\nstart: 0.5 * noise\n", encoding="utf-8",
    )  # fmt: skip
    key = told(run("paint", "long.yml", "--json", "--quality", "final"))["key"]
    for picture in ("long.webp", "long.png"):
        run("paint", "long.yml", "--quality", "final", "-o", picture)
        result = run("recipe", picture)
        assert result.stdout.startswith(f"# DeepArtist, key {key}\npipeline:\n")
        assert told(run("recipe", picture, "--json"))["key"] == key
        (here / "again.yml").write_text(result.stdout, encoding="utf-8")
        assert told(run("paint", "again.yml", "--json", "--quality", "final"))["key"] == key
    assert len(worker.painted) == 1


def test_recipe_of_something_else(run: Run, here: Path) -> None:
    assert "a.png: this picture carries no recipe" in run("recipe", "a.png", code=1).stderr
    assert "first.yml: this is not a picture that can be read" in run("recipe", "first.yml", code=1).stderr
    assert "none.webp does not exist" in run("recipe", "none.webp", code=2).stderr


def test_schema(run: Run) -> None:
    schema = told(run("schema"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(yaml.safe_load("content: a.jpg\nstyle: b.jpg"), schema)


def test_doctor(run: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPARTIST_WEIGHTS_VGG16", str(here / "none.pth"))
    data = told(run("doctor", "--json"))
    assert not (here / ".cache").exists()
    assert data["versions"]["deepartist"] == __version__
    assert data["devices"][-1]["device"] == "cpu"
    assert data["weights"]["texnet"]["found"] is True
    assert data["weights"]["vgg16"] == {"source": "own file", "file": str(here / "none.pth"), "found": False}
    assert data["weights"]["vgg19"]["file"].endswith("vgg19-dcbb9e9d.pth")
    assert data["cache"]["writable"] is True
    assert "none.pth does not exist" in run("doctor").stdout
    monkeypatch.delenv("DEEPARTIST_WEIGHTS_VGG16")
    run("paint", "first.yml")
    assert "1 painting, " in run("doctor").stdout


def test_a_broken_project_file(run: Run, here: Path) -> None:
    (here / "mkdocs.yml").write_text("plugins:\n  - deepartist: {qualty: final, device: gpu}\n", encoding="utf-8")
    message = run("paint", "first.yml", code=2).stderr
    assert 'mkdocs.yml: plugins: deepartist: qualty: unknown word "qualty" (did you mean "quality"?)' in message
    assert 'mkdocs.yml: plugins: deepartist: device: "gpu" is not valid here' in message


def test_an_internal_error_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("deepartist.cli.about.recipe_schema", broken)
    assert "internal error: ZeroDivisionError: division by zero" in run("schema", code=1).stderr
    monkeypatch.setenv("DEEPARTIST_DEBUG", "1")
    assert isinstance(CliRunner().invoke(main, ["schema"]).exception, ZeroDivisionError)


@pytest.mark.parametrize(
    "command", [[], ["paint"], ["check"], ["status"], ["recipe"], ["schema"], ["doctor"], ["push"], ["pull"]]
)
def test_help_teaches(command: list[str], run: Run) -> None:
    text = run(*command, "--help").stdout
    assert len(text) > 300
    assert "\b" not in text
