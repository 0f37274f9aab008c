"""``deepartist check`` and ``deepartist status``: all recipes of a site, without painting."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import click

from deepartist.cli.common import (
    Block,
    blocks_of,
    config_option,
    counted,
    fence_problems,
    json_option,
    opened,
    print_json,
    say,
    show_problems,
)
from deepartist.cli.results import not_frozen
from deepartist.jobs import Session


@click.command()
@click.argument("docs_or_files", nargs=-1, type=click.Path(exists=True, path_type=Path))
@config_option
@json_option
@click.option("--frozen", is_flag=True, help="Fail also where a picture is neither frozen nor at a remote.")
@click.pass_context
def check(
    ctx: click.Context, docs_or_files: tuple[Path, ...], config_file: Path | None, as_json: bool, frozen: bool
) -> None:
    """Find every mistake in recipes, without painting.

    Looks through the recipe blocks of all Markdown pages in the folders and pages named, and through recipe files;
    with nothing named through the pages of the project here. Prints page:line:column and what is wrong.

    \b
        deepartist check                   all pages of this project
        deepartist check docs/gallery.md   one page
        deepartist check first.yml         one recipe file

    With --frozen also every picture has to be there whole in the folder of frozen results, or at one of the `remotes`
    of mkdocs.yml, so that the site can be built where nothing is painted.

    \b
    Exit codes: 0 all is good, 2 there are mistakes.
    """
    project, paths = opened(docs_or_files, config_file)
    blocks = list(blocks_of(paths, project, Session(project.settings, project.folder)))
    problems = [*fence_problems(paths), *(each for block in blocks for each in block.problems)]
    problems.sort(key=lambda each: (each["file"], each["line"], each["column"]))
    if frozen:
        problems += not_frozen(blocks, project)
    show_problems(problems)
    if as_json:
        print_json({"recipes": len(blocks), "problems": problems})
    else:
        mistakes = counted(len(problems), "mistake") if problems else "no mistakes"
        click.echo(f"{counted(len(blocks), 'recipe')}, {mistakes}")
    ctx.exit(2 if problems else 0)


@click.command()
@click.argument("docs", nargs=-1, type=click.Path(exists=True, path_type=Path))
@config_option
@json_option
@click.option("--cache-dir", type=click.Path(path_type=Path, file_okay=False), help="Look into this cache folder.")
@click.pass_context
def status(
    ctx: click.Context, docs: tuple[Path, ...], config_file: Path | None, as_json: bool, cache_dir: Path | None
) -> None:
    """Say which pictures of a site are there.

    For every recipe: where it stands, its state, its size, and the key of its result. The states are

    \b
        ready      the final painting is in the cache
        draft      only a draft is there
        missing    `mkdocs build` will paint it
        wrong      the recipe has mistakes

    \b
    Exit codes: 0 fine (also where pictures are missing), 2 recipes have mistakes.
    """
    project, paths = opened(docs, config_file)
    update: dict[str, Any] = {"render": "never"}  # either quality will do
    if cache_dir is not None:
        update["cache_dir"] = cache_dir.absolute()
    with Session(project.settings.model_copy(update=update), project.folder) as session:
        try:
            rows = [_row(block, session) for block in blocks_of(paths, project, session)]
        except ValueError as error:  # a weights file that is not there
            raise click.UsageError(str(error)) from None
    counts = Counter(row["state"] for row in rows)
    states = ("ready", "draft", "missing", "wrong")
    summary = {"recipes": len(rows), **{state: counts[state] for state in states}}
    problems = list(fence_problems(paths))
    show_problems([*problems, *(problem for row in rows for problem in row["problems"])])
    if as_json:
        print_json({"recipes": rows, "problems": problems, "summary": summary, "cache": str(session.store.root)})
    else:
        _table(rows)
        parts = [f"{counts[state]} {state}" for state in states if counts[state]]
        say(f"{counted(len(rows), 'recipe')}{': ' if parts else ''}{', '.join(parts)}")
    ctx.exit(2 if counts["wrong"] or problems else 0)


def _row(block: Block, session: Session) -> dict[str, Any]:
    row = {"file": block.file, "line": block.line, "state": "wrong", "key": None, "width": None, "height": None}
    if block.resolved is not None and not block.problems:
        found = session.find(block.resolved)
        width, height = found.plan.size
        row.update(state=found.state, key=found.plan.key, width=width, height=height)
    return {**row, "problems": list(block.problems)}


def _table(rows: list[dict[str, Any]]) -> None:
    """One line per recipe in columns, plain text: it is searched and cut by other programs too."""
    width = max((len(f"{row['file']}:{row['line']}") for row in rows), default=0)
    for row in rows:
        size = f"{row['width']}×{row['height']}" if row["key"] else ""
        place = f"{row['file']}:{row['line']}"
        click.echo(f"{place:<{width}}  {row['state']:<7}  {size:>11}  {(row['key'] or '')[:16]}".rstrip())
