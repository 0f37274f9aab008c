"""``deepartist paint --site``: every picture that the pages of a site use, without building the site."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import click

from deepartist.cli.common import Block, blocks_of, counted, noted, pages_of, print_json, say, show_problems
from deepartist.jobs import Outcome, Session
from deepartist.jobs.progress import fetching, progress
from deepartist.jobs.project import Project
from deepartist.recipe import Resolved
from deepartist.store import History

STATES = ("painted", "there", "pending", "failed", "wrong")


def paint_site(project: Project, paths: list[Path], session: Session, as_json: bool) -> int:
    """Paint what the recipes in `paths` lack, say how it went, and return the exit code."""
    blocks = list(blocks_of(paths, project, session))
    told = [problem for block in blocks if not block.waits for problem in block.problems]
    show_problems(told)
    _note(project, blocks, session)
    tried: dict[str, Outcome] = {}
    while lacking := [each for each in _lacking(blocks, session) if _name(each[1], session) not in tried]:
        if fetched := session.fetch([recipe for _, recipe in lacking], fetching):
            say(f"{counted(fetched, 'result')} fetched from remotes")
        lacking = [(block, recipe) for block, recipe in lacking if session.find(recipe).record is None]
        tried |= _paint(lacking, session)
        if any(block.waits for block in blocks):  # what they are made from may be there by now
            blocks = list(blocks_of(paths, project, session))
    show_problems(problem for block in blocks if block.waits for problem in block.problems)
    for note in session.lookup.notes:
        say(note)
    return _tell(blocks, tried, session, as_json)


def _note(project: Project, blocks: Iterable[Block], session: Session) -> None:
    """For ``deepartist history``."""
    if project.docs is not None:
        pages = pages_of(blocks, project.docs)
        noted_pages = {page: [noted(block, session) for block in own] for page, own in pages.items()}
        History(session.store.root, project.docs).note(noted_pages)


def _lacking(blocks: Iterable[Block], session: Session) -> list[tuple[Block, Resolved]]:
    """Recipes without a result."""
    recipes = [(block, block.resolved) for block in blocks if block.resolved and not block.problems]
    return [(block, recipe) for block, recipe in recipes if session.find(recipe).record is None]


def _name(recipe: Resolved, session: Session) -> str:
    """One name for a recipe, whatever the quality that it is painted with."""
    return session.plan(recipe, "final").key


def _paint(lacking: list[tuple[Block, Resolved]], session: Session) -> dict[str, Outcome]:
    """Paint recipes, each once; how each ended."""
    if not lacking:
        return {}
    plans = {_name(recipe, session): session.wanted(recipe) for _, recipe in lacking}
    places = {_name(recipe, session): f"{block.file}:{block.line}" for block, recipe in reversed(lacking)}
    with progress({plan.key: places[name] for name, plan in plans.items()}, say) as report:
        outcomes = session.paint(plans.values(), report)
    return {name: outcomes[plan.key] for name, plan in plans.items()}


def _tell(blocks: list[Block], tried: dict[str, Outcome], session: Session, as_json: bool) -> int:
    """What became of every recipe; returns the exit code."""
    lacking = {id(block): tried[_name(recipe, session)] for block, recipe in _lacking(blocks, session)}
    counts: Counter[str] = Counter()
    for block in blocks:
        if block.problems or block.resolved is None:
            state = "wrong"
        elif outcome := lacking.get(id(block)):
            state = "pending" if outcome.pending else "failed"
        else:
            state = "painted" if _name(block.resolved, session) in tried else "there"
        counts[state] += 1
    for message, places in _messages(blocks, lacking).items():
        say(f"{places[0]}{f' and {len(places) - 1} more' if len(places) > 1 else ''}: {message}")
    if as_json:
        problems = [problem for block in blocks for problem in block.problems]
        print_json({"recipes": len(blocks), **{state: counts[state] for state in STATES}, "problems": problems})
    else:
        words = {"there": "there before", "pending": "not painted yet"}
        parts = [f"{counts[state]} {words.get(state, state)}" for state in STATES if counts[state]]
        click.echo(f"{counted(len(blocks), 'recipe')}{': ' if parts else ''}{', '.join(parts)}")
    return 2 if counts["wrong"] else 1 if lacking else 0


def _messages(blocks: Iterable[Block], lacking: dict[int, Outcome]) -> dict[str, list[str]]:
    """Why pictures are not there: each reason once, with the places of the blocks that show them."""
    reasons: dict[str, list[str]] = {}
    for block in blocks:
        if outcome := lacking.get(id(block)):
            reasons.setdefault(outcome.message, []).append(f"{block.file}:{block.line}")
    return reasons
