"""``deepartist history``: the earlier paintings of the recipes on the pages of a site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from deepartist.cli.common import (
    PAGES,
    Block,
    blocks_of,
    config_option,
    counted,
    json_option,
    local_time,
    noted,
    opened,
    pages_of,
    print_json,
    reading,
    say,
    show_problems,
)  # fmt: skip
from deepartist.jobs import Session
from deepartist.recipe import Inputs, RecipeError, Resolved, read_recipe
from deepartist.recipe.compare import Change, differences
from deepartist.recipe.films.base import WORDS, without_films
from deepartist.store import History, Record, Shown
from deepartist.store.history import Track

TOLD = 4
"""Differences in a line; --json has all."""


@click.command()
@click.argument("page", required=False, metavar="[PAGE[:LINE]]")
@config_option
@json_option
@click.pass_context
def history(ctx: click.Context, page: str | None, config_file: Path | None, as_json: bool) -> None:
    """Show the earlier paintings of each recipe, and what was different.

    Looks at all pages of the project here, at one PAGE, or at the recipe that stands at a LINE of it. The newest comes
    first: when the page first showed it, its key, size and quality, and what its recipe said → what it says now.

    \b
        deepartist history docs/index.md:12
        deepartist recipe 3f9a61c2              that recipe, to be pasted into the page

    Builds (and `paint --site`) note the recipes of pages in the cache, in history.jsonl. A painting that was removed,
    or never finished, is passed over.

    \b
    Exit codes: 0 fine, 2 recipes have mistakes (their earlier paintings are shown all the same).
    """
    path, line = _place(page)
    project, paths = opened((path,) if path else (), config_file)
    if project.docs is None:
        raise click.UsageError("there is no mkdocs.yml here: histories belong to the pages of a site")
    with reading(project) as session:
        blocks = list(blocks_of(paths, project, session))
        wanted = _at(blocks, line, page) if line is not None else blocks
        pages = pages_of(blocks, project.docs)
        past = _Past(session, project.docs, blocks)
        log = History(session.store.root, project.docs)
        tracks = log.tracks({name: [past.now[block] for block in own] for name, own in pages.items()}, past.distance)
        rows = [
            past.row(block, track)
            for name, own in pages.items()
            for block, track in zip(own, tracks[name], strict=True)
            if block in wanted
        ]
    problems = [problem for block in wanted for problem in block.problems]
    show_problems(problems)
    if as_json:
        print_json({"recipes": rows})
    else:
        _tell(rows)
    ctx.exit(2 if problems else 0)


def _place(given: str | None) -> tuple[Path | None, int | None]:
    """Page and line that were named. Raises BadParameter."""
    if given is None:
        return None, None
    name, _, line = given.rpartition(":")
    path, number = (Path(name), int(line)) if name and line.isdecimal() else (Path(given), None)
    if not path.exists():
        raise click.BadParameter(f"{path} does not exist")
    if path.is_file() and path.suffix.lower() not in PAGES:
        raise click.BadParameter(f"{path} is no page: histories belong to the pages of a site")
    return path, number


def _at(blocks: Sequence[Block], line: int, given: str | None) -> list[Block]:
    """The block that stands at a line of a page: its fence, or a line of its recipe."""
    found = [block for block in blocks if block.line <= line <= block.line + block.text.count("\n") + 2]
    if not found:
        lines = ", ".join(str(block.line) for block in blocks)
        raise click.BadParameter(f"{given}: no recipe stands there; this page has {lines or 'none'}")
    return found[-1:]


class _Past:
    """What can be said of earlier recipes: where they are, and how they differ."""

    def __init__(self, session: Session, docs: Path, blocks: Sequence[Block]) -> None:
        self.session, self.docs = session, docs
        self.now = {block: noted(block, session) for block in blocks}
        self._recipes: dict[str, Mapping[str, Any]] = {
            shown.final: _comparable(block.resolved, block.text, self._inputs(Path(block.file).parent))
            for block, shown in self.now.items()
            if shown and block.resolved
        }

    def record(self, shown: Shown) -> Record | None:
        """The better of its paintings."""
        return self.session.results.get(shown.final) or self.session.results.get(shown.draft)

    def distance(self, one: Shown, other: Shown) -> float:
        """In how many words two recipes differ."""
        return float(len(differences(self._recipe(one), self._recipe(other))))

    def _recipe(self, shown: Shown) -> Mapping[str, Any]:
        """The long form of a recipe as it was written, else that of its painting; empty where neither is known."""
        if shown.final not in self._recipes:
            record = self.record(shown)
            self._recipes[shown.final] = self._read(shown) or (record and record.data.get("recipe")) or {}
        return self._recipes[shown.final]

    def _read(self, shown: Shown) -> Mapping[str, Any] | None:
        """Drafts have sizes and steps of their own, so what was written is compared where it can still be read."""
        inputs = self._inputs((self.docs / shown.page).parent)
        try:
            return _comparable(read_recipe(shown.text, inputs), shown.text, inputs) if shown.text else None
        except RecipeError:
            return None

    def _inputs(self, folder: Path) -> Inputs:
        return self.session.inputs([folder, self.docs], root=self.docs)

    def row(self, block: Block, track: Track) -> dict[str, Any]:
        """One block with its earlier paintings, the newest first."""
        found = self.session.find(block.resolved).record if block.resolved else None
        current = self.now[block]
        known = {found.key if found else "", current.final if current else ""}
        there: list[tuple[Shown, Record]] = []
        gone: set[str] = set()
        for shown in reversed(track):
            record = self.record(shown)
            if record and not known & {record.key, shown.final}:  # different recipes may have the same draft
                there.append((shown, record))
                known |= {record.key, shown.final}
            elif not record and shown.final not in known:
                gone.add(shown.final)
        return {
            "file": block.file,
            "line": block.line,
            "key": found.key if found else None,
            "earlier": [self._earlier(shown, record, current or there[0][0]) for shown, record in there],
            "gone": len(gone),
        }

    def _earlier(self, shown: Shown, record: Record, current: Shown) -> dict[str, Any]:
        output = next(iter(record.outputs.values()))
        return {
            "key": record.key,
            "shown": shown.time,
            "created": record.data.get("created"),
            "quality": "final" if record.key == shown.final else "draft",
            "width": output.width,
            "height": output.height,
            "changes": [asdict(each) for each in differences(self._recipe(shown), self._recipe(current))],
        }


def _comparable(resolved: Resolved, text: str, inputs: Inputs) -> Mapping[str, Any]:
    """The long form of the recipe `text`; of a film that of one picture, and what was written of the film."""
    if resolved.film is None:
        return resolved.canonical()
    film = {word: said for word, said in resolved.canonical().items() if word in WORDS}
    try:
        picture = read_recipe(text, inputs, without_films)
    except RecipeError:  # only the film says what it is made from
        picture = resolved.frames[0].resolved if resolved.frames else resolved
    return {**picture.recipe.model_dump(mode="json", by_alias=True, exclude_none=True), **film}


def _tell(rows: list[dict[str, Any]]) -> None:
    """A line for each recipe that has a past, and one for each of its earlier paintings."""
    for row in rows:
        if not row["earlier"]:
            continue
        click.echo(f"{row['file']}:{row['line']}{'  now ' + row['key'][:16] if row['key'] else ''}")
        for each in row["earlier"]:
            time, size = local_time(each["shown"]), f"{each['width']}×{each['height']}"
            words = [time, each["key"][:16], f"{size:>11}", f"{each['quality']:<5}", _differences(each["changes"])]
            click.echo("  " + "  ".join(words))
    known, gone = sum(len(row["earlier"]) for row in rows), sum(row["gone"] for row in rows)
    more = f"; {gone} more not in the cache" if gone else ""
    say(f"{counted(known, 'earlier painting')} of {counted(len(rows), 'recipe')}{more}")


def _differences(changes: list[dict[str, Any]]) -> str:
    told = [str(Change(**each)) for each in changes]
    if len(told) > TOLD:
        told = [*told[: TOLD - 1], f"{len(told) - TOLD + 1} more"]
    return ", ".join(told) or "the same recipe"
