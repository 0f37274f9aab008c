"""What mkdocs.yml says, read without MkDocs and without building anything that it names."""

from __future__ import annotations

from pathlib import Path

import pytest

from deepartist.jobs.project import ProjectError, find_project


def project(folder: Path, text: str) -> Path:
    path = folder / "mkdocs.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_configuration(tmp_path: Path) -> None:
    found = find_project(tmp_path)
    assert (found.folder, found.docs, found.config) == (tmp_path, None, None)
    assert found.settings.cache_dir == Path(".cache/deepartist")


def test_the_nearest_one_above(tmp_path: Path) -> None:
    project(tmp_path, "site_name: outer\ndocs_dir: pages")
    deep = tmp_path / "pages" / "deep"
    deep.mkdir(parents=True)
    found = find_project(deep)
    assert (found.folder, found.docs) == (tmp_path, tmp_path / "pages")
    project(deep, "site_name: inner")
    assert find_project(deep).docs == deep / "docs"
    assert find_project(deep, tmp_path / "mkdocs.yml").folder == tmp_path


@pytest.mark.parametrize(
    "plugins",
    [
        "[search, {deepartist: {quality: draft, budget: 5}}]",
        "\n  - search\n  - deepartist:\n      quality: draft\n      budget: 5\n      enabled: true",
        "\n  search: {}\n  deepartist: {quality: draft, budget: 5}",
    ],
)
def test_options_of_the_plugin(plugins: str, tmp_path: Path) -> None:
    project(tmp_path, f"plugins: {plugins}\n")
    settings = find_project(tmp_path).settings
    assert (settings.quality, settings.budget) == ("draft", 5)


@pytest.mark.parametrize(
    "plugins", ["", "search", "[search, deepartist]", "[{deepartist: }]", "[deepartist: [1]]", "5"]
)
def test_no_options(plugins: str, tmp_path: Path) -> None:
    project(tmp_path, f"plugins: {plugins}\n")
    assert find_project(tmp_path).settings.quality == "auto"


def test_foreign_tags_do_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPARTIST_TEST_CACHE", "from-environment")
    project(
        tmp_path,
        "markdown_extensions:\n"
        "  - pymdownx.superfences:\n"
        "      custom_fences: [{name: x, format: !!python/name:os.system }]\n"
        "  - attr_list: !!python/object/apply:os.system ['touch pwned']\n"
        "  - snippets: {base_path: !relative $config_dir}\n"
        "site_url: !ENV [NOT_SET_ANYWHERE, 'https://example.org']\n"
        "plugins:\n  - deepartist: {cache_dir: !ENV DEEPARTIST_TEST_CACHE}\n",
    )
    monkeypatch.chdir(tmp_path)
    assert find_project(tmp_path).settings.cache_dir == Path("from-environment")
    assert not (tmp_path / "pwned").exists()


def test_inherit(tmp_path: Path) -> None:
    (tmp_path / "base.yml").write_text("docs_dir: pages\nplugins:\n  deepartist: {quality: draft, budget: 5}\n")
    project(tmp_path, "INHERIT: base.yml\nplugins:\n  deepartist: {budget: 7}\n")
    found = find_project(tmp_path)
    assert found.docs == tmp_path / "pages"
    assert (found.settings.quality, found.settings.budget) == ("draft", 7)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("plugins: [", "mkdocs.yml:2:1: this is not YAML: "),
        ("- a list", "mkdocs.yml: a configuration is a list of 'word: value' lines"),
        ("docs_dir: [a]", "mkdocs.yml: docs_dir is the name of a folder"),
        ("INHERIT: mkdocs.yml", "mkdocs.yml: INHERIT goes round in a circle"),
        ("INHERIT: none.yml", "none.yml cannot be read: No such file or directory"),
        ("plugins: [{deepartist: {qualty: draft}}]",
         'mkdocs.yml: plugins: deepartist: qualty: unknown word "qualty" (did you mean "quality"?)'),
        ("plugins: [{deepartist: {device: gpu}}]",
         'mkdocs.yml: plugins: deepartist: device: "gpu" is not valid here (did you mean "cpu"?): '
         'expected "auto", "cpu", "cuda" or "mps"'),
        ("plugins: [{deepartist: {budget: soon}}]", 'mkdocs.yml: plugins: deepartist: budget: "soon" is not a number'),
        ("plugins: [{deepartist: {budget: 0}}]",
         'mkdocs.yml: plugins: deepartist: budget: "budget" is 0: it must be greater than 0'),
        ("plugins: [{deepartist: {cache_dir: 5}}]",
         "mkdocs.yml: plugins: deepartist: cache_dir: 5 is not the name of a file or folder"),
        ("plugins: [{deepartist: {weights: {vgg91: x}}}]",
         'mkdocs.yml: plugins: deepartist: weights: there is no pipeline "vgg91" (did you mean "vgg19"?)'),
        ("plugins: [{deepartist: {weights: [x]}}]",
         'deepartist: weights: ["x"] is not valid here: write names with values, as in {name: value}'),
        ("plugins: [{deepartist: {weights: {vgg19: {file: x, sha256: abc}}}}]",
         'mkdocs.yml: plugins: deepartist: weights.vgg19.sha256: "abc" is no sha256: 64 digits 0-9a-f'),
    ],
)  # fmt: skip
def test_what_cannot_be_used(text: str, sentence: str, tmp_path: Path) -> None:
    project(tmp_path, text)
    with pytest.raises(ProjectError) as caught:
        find_project(tmp_path)
    assert sentence in str(caught.value)


def test_not_utf_8(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").write_bytes(b"site_name: sch\xf6n")
    with pytest.raises(ProjectError, match=r"mkdocs\.yml is not UTF-8 text"):
        find_project(tmp_path)
