"""``deepartist pin`` and ``deepartist paintings``: pictures from elsewhere, and those of the cache."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import click

from deepartist.cli.common import blocks_of, config_option, counted, json_option, opened, print_json, say, show_problems
from deepartist.jobs import Session
from deepartist.jobs.project import find_project
from deepartist.recipe import InputError
from deepartist.sources.addresses import Addresses, Pin
from deepartist.sources.downloads import pinned
from deepartist.store import Record


@click.command()
@click.argument("pages", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--again", is_flag=True, help="Download what is pinned already, too, and take what is there now.")
@config_option
@json_option
@click.pass_context
def pin(ctx: click.Context, pages: tuple[Path, ...], again: bool, config_file: Path | None, as_json: bool) -> None:
    """Download the pictures from elsewhere that recipes name, and note what they are.

    Looks through PAGES (pages, recipe files, folders), else through all pages of the project here, and writes
    deepartist.lock beside mkdocs.yml: for each address the sha256, width and height of its picture. Commit that file.
    Which hosts pictures may come from is said in mkdocs.yml:

    \b
        plugins:
          - deepartist:
              hosts: [upload.wikimedia.org, s3://my-bucket]

    \b
    Exit codes: 0 all is pinned, 1 a download failed, 2 a recipe has mistakes.
    """
    project, paths = opened(pages, config_file)
    session = Session(project.settings, project.folder)
    addresses = session.addresses
    try:
        before = dict(addresses.pins)
    except InputError as error:
        raise click.ClickException(str(error)) from None
    for _ in blocks_of(paths, project, session):
        pass  # reading them asks for their addresses
    rows = [_pinned(address, before.get(address), addresses, again) for address in addresses.asked]
    failed = [row for row in rows if row["state"] == "failed"]
    problems = [each for block in blocks_of(paths, project, session) for each in block.problems]
    show_problems(problems)
    if as_json:
        print_json({"lock": str(addresses.lock), "pictures": rows, "problems": problems})
    else:
        counts = Counter(row["state"] for row in rows)
        for row in rows:
            if row["state"] in ("new", "changed"):
                click.echo(f"{row['address']}  {row['width']}×{row['height']}, {row['state']}")
        told = [f"{counts[state]} {state}" for state in ("new", "changed", "pinned", "failed") if counts[state]]
        say(f"{counted(len(rows), 'picture')} from elsewhere{': ' if told else ''}{', '.join(told)}")
    ctx.exit(1 if failed else 2 if problems else 0)


def _pinned(address: str, before: Pin | None, addresses: Addresses, again: bool) -> dict[str, Any]:
    """Pin one address and say what came of it. Each is noted at once: what follows may fail, or be stopped."""
    found, state = before, "pinned"
    if before is None or again:
        try:
            found = pinned(address, addresses)
            state = "new" if before is None else "pinned" if found == before else "changed"
            if found != before:
                addresses.pin({address: found})
        except InputError as error:
            say(str(error))
            return {"address": address, "state": "failed", "message": str(error)}
    assert found is not None
    return {"address": address, "state": state, **found.model_dump()}


@click.command()
@config_option
@json_option
@click.option("--cache-dir", type=click.Path(path_type=Path, file_okay=False), help="Look into this cache folder.")
def paintings(config_file: Path | None, as_json: bool, cache_dir: Path | None) -> None:
    """List every painting in the cache, the latest last: key, size, and what it was painted from.

    A recipe takes one of them where a picture stands, by its key or how that begins (8 digits or more):

    \b
        content: painting:3f9a61c2
    """
    project = find_project(Path.cwd(), config_file)
    update = {"cache_dir": cache_dir.absolute()} if cache_dir else {}
    store = Session(project.settings.model_copy(update=update), project.folder).store
    records = [record for key in list(store.keys()) if (record := store.get(key))]
    found = [record for record in records if record.data.get("kind") == "picture"]
    rows = [_row(record) for record in sorted(found, key=lambda record: str(record.data.get("created")))]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        size, draft = f"{row['width']}×{row['height']}", "draft" if row["quality"] == "draft" else ""
        click.echo(f"{row['key'][:16]}  {size:>11}  {draft:<5}  {', '.join(row['pictures'])}".rstrip())
    say(f"{counted(len(rows), 'painting')} in {store.root}")


def _row(record: Record) -> dict[str, Any]:
    output = next(iter(record.outputs.values()))
    names = [str(each.get("reference")) for each in record.data.get("inputs") or ()]
    return {
        "key": record.key, "width": output.width, "height": output.height, "quality": record.data.get("quality"),
        "created": record.data.get("created"), "pictures": names,
    }  # fmt: skip
