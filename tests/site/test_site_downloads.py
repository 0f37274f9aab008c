"""What readers take along, and the smaller files that pages are given: recipes, their schema, small pictures."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner
from paintings import put
from PIL import Image
from sites import Site, elements, targets, tree

from deepartist.cli import main
from deepartist.recipe import Inputs, read_recipe
from deepartist.recipe.schema import recipe_schema

Make = Callable[..., Site]
WAVES = "style: sample:strokes\nsize: 700\n"
PAGES = {
    "index.md": f'# Home\n\n```deepartist title="Big waves"\n{WAVES}```\n',
    "deep/gallery.md": "# Gallery\n\n```deepartist-gallery\n```\n",
}


def painted(made: Site) -> Site:
    """The site with one painting of its full size, as noisy as paintings are."""
    session = made.session()
    plan = session.plan(read_recipe(WAVES, Inputs([made.docs], root=made.docs)), "final")
    put(session, plan, Image.effect_noise((700, 350), 60).convert("RGB"))
    return made


def test_a_recipe_to_take_along_and_what_checks_it(site: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    made = painted(site(PAGES, site_url="https://example.org/sub/"))
    assert made.build_here("--strict").code == 0
    (link,) = (each for each in elements(made.html(), "a") if each.get("download"))
    assert link["download"] == "big-waves.yml"
    text = (made.out / link["href"]).read_text(encoding="utf-8")
    assert text.endswith(f"\n{WAVES}")
    assert "# Big waves (Test, https://example.org/sub/)\n" in text
    (url,) = (line.partition("=")[2] for line in text.splitlines() if "$schema=" in line)
    assert url.startswith("https://example.org/sub/")
    schema = json.loads((made.out / url.removeprefix("https://example.org/sub/")).read_text(encoding="utf-8"))
    assert schema == recipe_schema()
    jsonschema.validate(yaml.safe_load(text), schema)
    with pytest.raises(jsonschema.ValidationError, match="stile"):
        jsonschema.validate({"stile": "sample:strokes"}, schema)
    before = tree(made.out / "assets")
    monkeypatch.setattr("deepartist.recipe.schema.recipe_schema", None)  # made once
    assert made.build_here("--strict").code == 0
    assert tree(made.out / "assets") == before


def test_a_changed_schema_in_the_cache_is_made_again(site: Make) -> None:
    made = painted(site(PAGES, site_url="https://example.org/"))
    assert made.build_here("--strict").code == 0
    (made.root / ".cache/deepartist/schema.json").write_text("{}")
    assert made.build_here("--strict").code == 0
    assert json.loads((made.out / "assets/deepartist/schema.json").read_text()) == recipe_schema()


def test_without_an_address_there_is_no_schema(site: Make) -> None:
    made = painted(site(PAGES))
    assert made.build_here("--strict").code == 0
    assert not (made.out / "assets/deepartist/schema.json").exists()
    (recipe,) = (made.out / "assets/deepartist").glob("*.yml")
    assert recipe.read_text().splitlines()[0] == "# Big waves (Test)"
    assert "$schema" not in recipe.read_text()


def test_galleries_load_small_pictures(site: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = painted(site(PAGES))
    assert made.build_here("--strict").code == 0
    (card,) = elements(made.html("deep/gallery/index.html"), "img", alt="")
    small = made.out / "deep/gallery" / card["src"]
    (full,) = made.out.joinpath("assets/deepartist").glob(Path(elements(made.html(), "source")[0]["srcset"]).name)
    with Image.open(small) as picture:
        assert picture.size == (320, 160)
    assert (card["width"], card["height"]) == ("700", "350"), "only their ratio counts"
    assert small.stat().st_size < full.stat().st_size / 3
    assert all(path.is_file() for _, _, path in targets(made))
    before = tree(made.out / "assets")
    monkeypatch.setattr(Image.Image, "save", None)  # made once
    assert made.build_here("--strict").code == 0
    assert tree(made.out / "assets") == before


def test_what_is_small_goes_with_what_was_large(site: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    made = painted(site(PAGES))
    assert made.build_here("--strict").code == 0
    folder = made.root / ".cache/deepartist/small"
    monkeypatch.chdir(made.root)

    def prune() -> Any:
        return CliRunner().invoke(main, ["prune", "--days", "0", "--yes"])

    assert prune().exit_code == 0
    assert len(list(folder.iterdir())) == 1
    made.write("index.md", "# Home\n")
    assert prune().stdout.endswith("1 result removed, 0 keys in use\n")
    assert list(folder.iterdir()) == []
