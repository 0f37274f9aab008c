"""``deepartist freeze`` and ``deepartist prune``: results that travel with a site, and those that nothing uses."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterable, Iterator
from itertools import compress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deepartist.cli.common import (
    Block,
    blocks_of,
    config_option,
    counted,
    found_in,
    json_option,
    opened,
    place_of,
    print_json,
    reading,
    say,
    show_problems,
    size_of,
)  # fmt: skip
from deepartist.jobs import Session
from deepartist.jobs.freeze import WEB_SIZE, freeze_samples, sample_files
from deepartist.jobs.freeze import freeze as put
from deepartist.jobs.project import Project, find_project
from deepartist.store import INPUTS, SMALL, History, Store, StoreError

if TYPE_CHECKING:
    from deepartist.recipe.inputs import ImageInput

DAY = 24 * 3600
PAINT = "run `mkdocs build` where it can be painted"


@click.command()
@click.argument("docs", nargs=-1, type=click.Path(exists=True, path_type=Path))
@config_option
@json_option
@click.option("--web-size", type=click.IntRange(64, 16_383), default=WEB_SIZE, show_default=True, metavar="PIXELS",
              help="Make larger pictures smaller: their long side.")  # fmt: skip
@click.pass_context
def freeze(ctx: click.Context, docs: tuple[Path, ...], config_file: Path | None, as_json: bool, web_size: int) -> None:
    """Copy the results that a site uses into a folder to be committed.

    Who has that folder (`frozen` beside mkdocs.yml) builds the site with all its pictures, without painting and without
    a GPU: a fork, a preview of a pull request, a workflow. Each result is a small folder of its own, so that branches
    merge. Final paintings are taken before drafts; what is frozen already stays as it is.

    \b
    Exit codes: 0 all pictures are frozen, 1 some are not painted yet, 2 recipes have mistakes.
    """
    project, paths = opened(docs, config_file)
    new, there, missing = [], 0, []
    with reading(project) as session:
        blocks = list(blocks_of(paths, project, session))
        problems = [problem for block in blocks for problem in block.problems]
        for block, record in found_in(blocks, session):
            if record is None:
                missing.append({**place_of(block), "message": "this picture is not painted yet: run `mkdocs build`"})
            elif session.frozen.get(record.key):
                there += 1
            else:
                new.append(put(record, session.frozen, web_size))
        freeze_samples(_images(blocks), session.store, session.frozen)
    size = sum(output.bytes for record in new for output in record.outputs.values())
    show_problems([*problems, *missing])
    if as_json:
        print_json({"frozen": len(new), "there": there, "missing": len(missing), "bytes": size})
    else:
        click.echo(
            f"{counted(len(new), 'result')} frozen ({size_of(size)}), {there} were there, {len(missing)} missing"
        )
    ctx.exit(2 if problems else 1 if missing else 0)


def _images(blocks: Iterable[Block]) -> list[ImageInput]:
    return [image for each in blocks if each.resolved for image in each.resolved.images.values()]


def not_frozen(blocks: Iterable[Block], project: Project) -> list[dict[str, Any]]:
    """What a build from frozen results and remotes alone would lack, as problems with their places."""
    with reading(project) as session:
        keys = [(block, session.keys(block.resolved)) for block in blocks if block.resolved is not None]
        damaged = {block: said for block, each in keys if (said := _damaged(each, session))}
        absent = {
            block: each for block, each in keys if block not in damaged and not any(map(session.frozen.get, each))
        }
        elsewhere = set(compress(absent, session.lookup.has(absent.values())))
        notes = session.lookup.notes
    said, mend = f"this picture is not in {session.settings.frozen}", "`deepartist freeze`"
    if project.settings.remotes:
        said, mend = "; ".join([f"{said} and at no remote", *notes]), f"{mend} or `deepartist push`"
    absent_here = dict.fromkeys(absent.keys() - elsewhere, f"{said}; {PAINT}, then {mend}")
    wrong = {**damaged, **absent_here}
    return [{**place_of(block), "message": wrong[block]} for block, _ in keys if block in wrong]


def _damaged(keys: Iterable[str], session: Session) -> str:
    """What is wrong with the frozen result of these keys and what mends it; empty where it is whole or not there."""
    record = next((found for key in keys if (found := session.frozen.get(key))), None)
    if record is None:
        reasons = [reason for key in keys for reason in session.results.wrong(key)]
        return f"{reasons[0]}; {PAINT}, then `deepartist freeze`" if reasons else ""
    try:
        for role in record.outputs:
            record.content(role)
    except StoreError as error:
        return f"{error}; remove it and run `deepartist freeze`"
    return ""


@click.command()
@config_option
@json_option
@click.option("--branch", "branches", multiple=True, metavar="NAME", help="Keep what this git branch uses as well.")
@click.option("--days", type=click.FloatRange(min=0), default=1.0, show_default=True,
              help="Keep what is younger: a build may be about to use it.")  # fmt: skip
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def prune(
    ctx: click.Context, config_file: Path | None, as_json: bool, branches: tuple[str, ...], days: float, yes: bool
) -> None:
    """Show which results nothing uses any more, and remove them.

    Looks at the cache and at the frozen results, never at remotes, which others use too. What a recipe of a page uses
    stays, as final and as draft, with the stages that a changed recipe would go on from. The earlier paintings that
    `deepartist history` shows are used by no page: they go, and their recipes stay.

    \b
        deepartist prune                       what the pages here do not use
        deepartist prune --branch gallery      nor those of another branch

    \b
    Exit codes: 0 fine, 2 recipes have mistakes (then nothing is removed: what they use is not known).
    """
    project, paths = opened((), config_file)
    used: set[str] = set()
    samples: set[str] = set()
    with reading(project) as session, tempfile.TemporaryDirectory() as folder:
        problems = _collect(project, paths, session, used, samples)
        for branch in branches:
            other = _checked_out(project, branch, Path(folder, branch.replace("/", "-")))
            problems += _collect(other, [other.docs] if other.docs else [], session, used, samples)
    if problems:
        show_problems(problems)
        say("nothing is removed: what these recipes use is not known")
        ctx.exit(2)
    earlier = _earlier(project, session)
    unused = [found for store in (session.store, session.frozen) for found in _unused(store, used, days)]
    size = sum(path.stat().st_size for store, key in unused for path in store.folder(key).iterdir())
    if as_json and not yes:
        print_json({"unused": len(unused), "removed": 0, "bytes": size})
        return
    for store, key in [] if as_json else unused:
        click.echo(f"{store.root.name}/{key[:2]}/{key}")
    if unused and not yes:
        kept = sum(key in earlier for _, key in unused)
        among = f", {counted(kept, 'earlier painting')} of `deepartist history` among them" if kept else ""
        yes = click.confirm(f"Remove {counted(len(unused), 'result')} ({size_of(size)}){among}?")
    for store, key in unused if yes else ():
        store.remove(key)
    if yes:
        _clear_small(session)
        _clear_samples(session.frozen, samples)
    if as_json:
        print_json({"unused": len(unused), "removed": len(unused), "bytes": size})
    else:
        click.echo(f"{counted(len(unused) if yes else 0, 'result')} removed, {len(used)} keys in use")


def _collect(
    project: Project, paths: list[Path], session: Session, used: set[str], samples: set[str]
) -> list[dict[str, Any]]:
    """Add every key that the recipes use, and the files of their samples; returns what is wrong with them."""
    problems: list[dict[str, Any]] = []
    blocks = list(blocks_of(paths, project, session))
    samples |= sample_files(_images(blocks))
    for block in blocks:
        problems += block.problems
        if block.resolved is not None:
            for quality in ("final", "draft"):
                plan = session.plan(block.resolved, quality)
                used |= plan.keys
    return problems


def _checked_out(project: Project, branch: str, folder: Path) -> Project:
    """The project as it stands in another branch, in `folder`."""
    if project.config is None:
        raise click.UsageError("--branch needs a mkdocs.yml in a git repository")
    git = ["git", "-C", str(project.folder)]
    try:
        prefix = subprocess.run([*git, "rev-parse", "--show-prefix"], check=True, capture_output=True, text=True)
        archive = subprocess.run(
            [*git, "archive", f"{branch}:{prefix.stdout.strip()}"], check=True, capture_output=True
        )
    except FileNotFoundError:
        raise click.UsageError("--branch needs git") from None
    except subprocess.CalledProcessError as error:
        said = (error.stderr if isinstance(error.stderr, str) else error.stderr.decode()).strip().splitlines()
        raise click.UsageError(f'the branch "{branch}" cannot be read: {said[-1] if said else "git failed"}') from None
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as opened_archive:
        opened_archive.extractall(folder, filter="data")
    return find_project(folder, folder / project.config.name)


def _earlier(project: Project, session: Session) -> set[str]:
    """The keys of what the pages here have shown."""
    log = History(session.store.root, project.docs) if project.docs else ()
    return {key for shown in log for key in (shown.final, shown.draft)}


def _clear_small(session: Session) -> None:
    """Remove the smaller copies of pictures that are no more."""
    stores = (session.store, session.frozen)
    records = (store.get(key) for store in stores for key in list(store.keys()))
    there = {output.sha256[:32] for record in records if record for output in record.outputs.values()}
    for path in (session.store.root / SMALL).glob("*-*.webp"):
        if path.name.partition("-")[0] not in there:
            path.unlink(missing_ok=True)


def _clear_samples(frozen: Store, used: set[str]) -> None:
    """Remove the frozen samples that no recipe names any more."""
    for path in (frozen.root / INPUTS).glob("*.webp"):
        if f"{INPUTS}/{path.name}" not in used:
            path.unlink(missing_ok=True)


def _unused(store: Store, used: set[str], days: float) -> Iterator[tuple[Store, str]]:
    before = time.time() - days * DAY
    for key in list(store.keys()):
        if key not in used and store.folder(key).stat().st_mtime <= before:
            yield store, key
