"""What several commands share: options, output, the mistakes of recipes."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from deepartist.jobs.project import Project, find_project
from deepartist.recipe.problems import Problem, RecipeError

if TYPE_CHECKING:
    from deepartist.jobs import Session
    from deepartist.recipe import Inputs, Resolved
    from deepartist.store import Record, Shown

PAGES = {".md", ".markdown", ".mdown", ".mkdn", ".mkd"}
"""What MkDocs takes for Markdown."""
RECIPES = {".yml", ".yaml"}

config_option = click.option(
    "-f", "--config-file", type=click.Path(path_type=Path, dir_okay=False, exists=True), metavar="FILE",
    help="The project's mkdocs.yml. Else the nearest one above is taken.",
)  # fmt: skip
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout; all else goes to stderr.")


def say(message: str) -> None:
    """One line for the reader, on stderr."""
    click.echo(message, err=True)


def counted(number: int, noun: str) -> str:
    """``1 recipe``, ``2 recipes``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def local_time(time: str) -> str:
    """``2026-05-03 18:20`` here, of a time in ISO 8601."""
    try:
        return datetime.fromisoformat(time).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return time


def print_json(data: Any) -> None:
    click.echo(json.dumps(data, indent=2, ensure_ascii=False))


def opened(given: tuple[Path, ...], config: Path | None) -> tuple[Project, list[Path]]:
    """The project, and what to look through: what was named, else the project's pages."""
    near = given[0] if given else Path.cwd()
    project = find_project(near if near.is_dir() else near.parent, config)
    paths = list(given)
    if not paths:
        if project.docs is None or not project.docs.is_dir():
            raise click.UsageError("there is no mkdocs.yml here: name the folder of the pages, or the files")
        paths = [project.docs]
    here = Path.cwd()
    return project, [path.relative_to(here) if path.is_relative_to(here) else path for path in paths]


@dataclass(frozen=True, eq=False)
class Block:
    """One recipe of a page or a file: where it stands, what it resolves to, or what is wrong with it."""

    file: str
    line: int
    """Of the opening fence; 1 for a recipe file."""
    resolved: Resolved | None
    problems: tuple[dict[str, Any], ...] = ()
    """With those of its fence line; where there are only such, it is read all the same, so that its result is kept."""
    text: str = ""

    @property
    def waits(self) -> bool:
        """It cannot be read, perhaps because the painting that it is made from is not there yet."""
        from deepartist.recipe.inputs import PAINTED

        return self.resolved is None and any(word in self.text for word in PAINTED)


def located(problem: Problem, file: str, first_line: int = 1, indent: int = 0) -> dict[str, Any]:
    """A problem with its place in the file."""
    line, column = first_line + problem.line - 1, problem.column + indent
    return {"file": file, "line": line, "column": column, "message": problem.message}


def show_problems(problems: Iterable[dict[str, Any]]) -> None:
    """``file:line:column: message``, one line each, on stderr."""
    for each in problems:
        say(f"{each['file']}:{each['line']}:{each['column']}: {each['message']}")


def read_text(path: Path) -> str | Problem:
    """The text of a file, or why there is none."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return Problem(line, 1, "this is not UTF-8 text: save the file with the encoding UTF-8")
    except OSError as error:
        return Problem(1, 1, f"this file cannot be read: {error.strerror or error}")


def blocks_of(given: Iterable[Path], project: Project, session: Session) -> Iterator[Block]:
    """Every recipe in the given files and folders. Mistakes come with the block, never as an exception."""
    for path, folder in _files(given):
        if path.suffix.lower() in PAGES:
            yield from _page(path, _root(folder, project), session)
        else:
            folders = [path.parent, *([project.docs] if project.docs else [])]
            yield _block(str(path), read_text(path), session.inputs(folders))


def fence_problems(given: Iterable[Path]) -> Iterator[dict[str, Any]]:
    """What is wrong with blocks that are no recipes, or are not read: misnamed, unclosed, wrong words of lists."""
    from deepartist.recipe.page import page_problems
    from deepartist.recipe.parts import Kind, parts

    def known(kind: str) -> Collection[str] | None:
        # Plugins may give pages their tags: only a build knows them.
        return None if kind == "tag" else parts(cast(Kind, kind))

    for path, _ in _files(given):
        text = read_text(path) if path.suffix.lower() in PAGES else ""
        for each in page_problems(text, known) if isinstance(text, str) else ():
            yield located(each, str(path))


def _files(given: Iterable[Path]) -> Iterator[tuple[Path, Path]]:
    """Pages and recipe files, each with the folder that was named, or its own."""
    for path in given:
        if not path.is_dir():
            yield path, path.parent
            continue
        for page in sorted(path.rglob("*")):
            hidden = any(part.startswith(".") for part in page.relative_to(path).parts)
            if page.suffix.lower() in PAGES and not hidden and page.is_file():
                yield page, path


def _root(folder: Path, project: Project) -> Path:
    """The folder below which the recipes of a page may read pictures."""
    inside = project.docs is not None and folder.resolve().is_relative_to(project.docs.resolve())
    return project.docs if inside and project.docs is not None else folder


def _page(page: Path, root: Path, session: Session) -> Iterator[Block]:
    from deepartist.recipe import Inputs, find_fences
    from deepartist.recipe.page import header_problems

    text = read_text(page)
    if isinstance(text, Problem):
        yield _block(str(page), text, Inputs([]))
        return
    inputs = session.inputs([page.parent, root], root=root)
    for fence in find_fences(text):
        if fence.closed and not fence.commented:
            block = _block(str(page), fence.text, inputs, fence.line, fence.first_line, fence.indent)
            own = tuple(located(each, str(page)) for each in header_problems(fence))
            yield replace(block, problems=(*own, *block.problems)) if own else block


def _block(
    file: str, text: str | Problem, inputs: Inputs, line: int = 1, first_line: int = 1, indent: int = 0
) -> Block:
    from deepartist.recipe import read_recipe

    try:
        if isinstance(text, Problem):
            raise RecipeError([text])
        return Block(file, line, read_recipe(text, inputs), text=text)
    except RecipeError as error:
        problems = tuple(located(each, file, first_line, indent) for each in error.problems)
        return Block(file, line, None, problems, text if isinstance(text, str) else "")


def page_name(file: str, docs: Path) -> str | None:
    """What the site calls a page, None for a file that is not among its pages."""
    path, root = Path(file).resolve(), docs.resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else None


def pages_of(blocks: Iterable[Block], docs: Path) -> dict[str, list[Block]]:
    """Blocks by the page on which they stand; recipe files are no pages."""
    found: dict[str, list[Block]] = {}
    for block in blocks:
        name = page_name(block.file, docs)
        if name is not None and Path(name).suffix.lower() in PAGES:
            found.setdefault(name, []).append(block)
    return found


def noted(block: Block, session: Session) -> Shown | None:
    """A block as the history of its page knows it."""
    from deepartist.store import Shown

    if block.resolved is None:
        return None
    final, draft = (session.plan(block.resolved, quality).key for quality in ("final", "draft"))
    return Shown(final, draft, block.text)


def reading(project: Project) -> Session:
    """Either quality will do, and nothing is painted."""
    from deepartist.jobs import Session

    session = Session(project.settings.model_copy(update={"render": "never"}), project.folder)
    try:
        _ = session.weights
    except ValueError as error:  # a weights file that is not there
        raise click.UsageError(str(error)) from None
    return session


def found_in(blocks: Iterable[Block], session: Session) -> Iterator[tuple[Block, Record | None]]:
    for block in blocks:
        if block.resolved is not None:
            yield block, session.find(block.resolved).record


def place_of(block: Block) -> dict[str, Any]:
    return {"file": block.file, "line": block.line, "column": 1}


@contextmanager
def progress_bar(total: int, word: str = "uploading") -> Iterator[Callable[[int], None]]:
    """A bar of `total` bytes where somebody looks on; what it gives hears of those that are done."""
    if not sys.stderr.isatty() or not total:
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    columns = (TextColumn(word), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(word, total=total)
        yield lambda number: bar.advance(task, number)


def size_of(number: float) -> str:
    """``12 B``, ``3.4 MB``."""
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000 or unit == "GB":
            break
        number /= 1000
    return f"{number:.0f} {unit}" if unit == "B" or number >= 100 else f"{number:.1f} {unit}"
