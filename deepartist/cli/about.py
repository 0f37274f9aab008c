"""``deepartist recipe``, ``schema``, ``reference``, ``doctor``: what pictures, language and machine say."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import yaml

from deepartist import __version__
from deepartist.cli.common import config_option, counted, json_option, local_time, print_json
from deepartist.jobs.project import find_project
from deepartist.recipe.model import Recipe
from deepartist.recipe.parts import parts
from deepartist.recipe.reference import reference as all_parts
from deepartist.recipe.schema import recipe_schema
from deepartist.store import History, Layers, Store, StoreError

_KEY = re.compile("[0-9a-f]{8,64}")


@click.command()
@click.argument("picture", metavar="PICTURE|KEY")
@config_option
@json_option
def recipe(picture: str, config_file: Path | None, as_json: bool) -> None:
    """Print the recipe that a picture carries, or that of a painting of this project by its key.

    Every painting (PNG or WebP) holds its whole recipe, with nothing left open, and its key:

    \b
        deepartist recipe painting.webp > again.yml
        deepartist paint again.yml

    A copy that was edited or sent through a messenger has often lost it. A KEY, or how it begins (8 digits or more), is
    one that `deepartist history` or `paintings` shows, or the small print below a figure. What stood on a page is
    printed as it was written there, so that it can be brought back:

    \b
        deepartist recipe 3f9a61c2

    \b
    Exit codes: 0 there it is, 1 there is none.
    """
    path = Path(picture)
    if not path.is_file() and _KEY.fullmatch(picture.lower()):
        written, passport = _by_key(picture.lower(), config_file)
    elif not path.is_file():
        raise click.BadParameter(f"{picture} does not exist, and a key has 8 to 64 digits")
    else:
        written, passport = "", _carried(path)
    if as_json:
        print_json(passport)
        return
    click.echo(f"# {passport.get('made', 'DeepArtist')}, key {passport.get('key', 'unknown')}")
    if written:
        click.echo(f"# {passport['page']}, {local_time(passport['time'])}")
        click.echo(written)
        return
    if passport.get("quality") == "draft":
        click.echo("# a draft: --quality final paints exactly this again")
    words = list(Recipe.model_fields)
    told = sorted(passport["recipe"].items(), key=lambda each: words.index(each[0]) if each[0] in words else 99)
    click.echo(
        yaml.safe_dump(dict(told), sort_keys=False, allow_unicode=True, default_flow_style=None, width=110), nl=False
    )


def _carried(picture: Path) -> dict[str, Any]:
    """What a picture says of itself."""
    from deepartist.finishing import read_passport

    try:
        passport = read_passport(picture)
    except Exception as error:
        reason = "this is not a picture that can be read" if "cannot identify" in str(error) else f"{error}"
        raise click.ClickException(f"{picture}: {reason}") from None
    if passport is None or not isinstance(passport.get("recipe"), dict):
        raise click.ClickException(f"{picture}: this picture carries no recipe")
    return passport


def _by_key(given: str, config: Path | None) -> tuple[str, dict[str, Any]]:
    """The recipe of a painting: as it was written, where that was noted, and what its record says."""
    project = find_project(Path.cwd(), config)
    store = Store(project.folder / project.settings.cache_dir)
    found = Layers(store, [Store(project.folder / project.settings.frozen)]).beginning(given)
    records = {record.key: record for record in found if isinstance(record.data.get("recipe"), dict)}
    log = History(store.root, project.docs) if project.docs else ()
    noted = {key: shown for shown in log for key in (shown.final, shown.draft) if key.startswith(given) and shown.text}
    if len(keys := {*records, *noted}) != 1:
        said = f"is how {len(keys)} keys begin: write more digits" if keys else "is no key of this project"
        raise click.ClickException(f'"{given}" {said}; `deepartist history` and `paintings` list them')
    (key,) = keys
    shown, record = noted.get(key), records.get(key)
    passport = {"key": key, **({word: record.data.get(word) for word in ("recipe", "quality")} if record else {})}
    if shown:
        passport |= {"written": shown.text, "page": shown.page, "time": shown.time}
    return (shown.text.strip("\n") if shown else ""), passport


@click.command()
def schema() -> None:
    """Print the JSON Schema of recipes, for editors.

    With it an editor completes and checks recipe files while you type:

    \b
        deepartist schema > recipe.schema.json
        # first line of a recipe file, for the YAML extension of VS Code:
        # yaml-language-server: $schema=recipe.schema.json
    """
    print_json(recipe_schema())


@click.command()
def reference() -> None:
    """Print a page of every operator, view, pipeline, optimiser and source there is, in Markdown.

    With their parameters, formulas and papers; your own parts are among them. The site's page is made by

    \b
        deepartist reference > site_src/reference.md
    """
    click.echo(all_parts(), nl=False)


@click.command()
@config_option
@json_option
@click.option("--cache-dir", type=click.Path(path_type=Path, file_okay=False), help="Look into this cache folder.")
def doctor(config_file: Path | None, as_json: bool, cache_dir: Path | None) -> None:
    """Say what this machine can paint with: versions, devices, networks, cache.

    Have a look at it when painting is slow (is the GPU found?) or a network is missing (where would its weights be?).
    """
    project = find_project(Path.cwd(), config_file)
    update = {"cache_dir": cache_dir.absolute()} if cache_dir else {}
    settings = project.settings.model_copy(update=update)
    own = {name: project.folder / each.file for name, each in settings.weight_files().items()}
    report = {
        "project": str(project.config) if project.config else None,
        "versions": _versions(),
        "devices": _devices(),
        "weights": {name: _weights(name, own.get(name)) for name in sorted(parts("pipeline"))},
        "cache": _cache(Store(project.folder / settings.cache_dir)),
    }
    if as_json:
        print_json(report)
    else:
        _tell(report)


def _versions() -> dict[str, str]:
    from importlib.metadata import version

    libraries = {name: version(name) for name in ("torch", "torchvision", "mkdocs")}
    return {"deepartist": __version__, "python": platform.python_version(), **libraries}


def _devices() -> list[dict[str, str]]:
    """What torch can use, the one that ``device: auto`` takes first."""
    from deepartist.jobs.execute import choose_device, device_name

    found = []
    for name in ("cuda", "mps", "cpu"):
        try:
            found.append({"device": name, "name": device_name(choose_device(name))})
        except RuntimeError:
            continue
    return found


def _weights(name: str, own: Path | None) -> dict[str, Any]:
    """Where the weights of a pipeline are, or would be."""
    from deepartist.pipelines.torchvision_weights import TORCHVISION

    if own is not None:
        return {"source": "own file", "file": str(own), "found": own.is_file()}
    if name not in TORCHVISION:
        return {"source": "part of its package", "file": None, "found": True}
    import torch
    import torchvision

    weights, megabytes = TORCHVISION[name]
    url = str(getattr(torchvision.models, weights).IMAGENET1K_V1.url)
    file = Path(torch.hub.get_dir(), "checkpoints", url.rsplit("/", 1)[-1])
    return {"source": "torchvision", "file": str(file), "found": file.is_file(), "megabytes": megabytes}


def _cache(store: Store) -> dict[str, Any]:
    problem = _unwritable(store)
    records = [record for key in list(store.keys()) if (record := store.get(key))]
    return {
        "folder": str(store.root),
        "writable": problem is None,
        "problem": problem,
        "paintings": sum(record.data.get("kind") == "picture" for record in records),
        "results": len(records),
        "bytes": store.size(),
    }


def _unwritable(store: Store) -> str | None:
    """Why nothing can be stored; looking makes no folder."""
    if not store.root.exists():
        there = next(folder for folder in store.root.absolute().parents if folder.exists())
        return None if there.is_dir() and os.access(there, os.W_OK) else f"{there} cannot be written"
    try:
        store.check_writable()
    except StoreError as error:
        return str(error)
    return None


def _tell(report: Mapping[str, Any]) -> None:
    click.echo("versions  " + ", ".join(f"{name} {version}" for name, version in report["versions"].items()))
    click.echo(f"project   {report['project'] or 'no mkdocs.yml here or above'}")
    for number, each in enumerate(report["devices"]):
        label, chosen = ("devices" if number == 0 else ""), ("   ← device: auto" if number == 0 else "")
        click.echo(f"{label:<9} {each['device']}: {each['name']}{chosen}")
    for number, (name, each) in enumerate(report["weights"].items()):
        label = "networks" if number == 0 else ""
        click.echo(f"{label:<9} {name}: {_weights_line(each)}")
    cache = report["cache"]
    click.echo(f"cache     {cache['folder']}")
    if cache["problem"]:
        click.echo(f"          {cache['problem']}")
    megabytes = cache["bytes"] / 1_000_000
    click.echo(
        f"          {counted(cache['paintings'], 'painting')}, {megabytes:.1f} MB with the stages they can go on from"
    )


def _weights_line(each: Mapping[str, Any]) -> str:
    if each["source"] == "torchvision":
        there = f"downloaded, {each['file']}"
        return there if each["found"] else f"not here; the first use downloads {each['megabytes']} MB to {each['file']}"
    if each["file"]:
        return f"{each['file']}" if each["found"] else f"{each['file']} does not exist"
    return "ready, needs no download"
