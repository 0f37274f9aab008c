"""``deepartist publish``: the built site to S3 and all that speaks its protocol."""

from __future__ import annotations

import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from deepartist.cli.common import config_option, counted, json_option, print_json, progress_bar, say, size_of
from deepartist.jobs.project import ProjectError, find_project
from deepartist.jobs.targets import Target
from deepartist.publish import (
    Publisher,
    PublishError,
    check_figures,
    check_site,
    choose_target,
    newer_source,
    read_site,
)
from deepartist.publish.plan import Plan
from deepartist.publish.publisher import WORKERS

SHOWN = 20
"""No more changes are listed before they are applied; ``--dry-run`` lists them all."""


@click.command()
@click.argument("target", required=False)
@config_option
@json_option
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask before anything is changed.")
@click.option("--force", is_flag=True, help="Upload every file, also what is there already.")
@click.option("--workers", default=WORKERS, show_default=True, type=click.IntRange(1, 256), help="Uploads at once.")
@click.option("--max-delete", type=click.IntRange(0), help="If more files are to go, delete none.  [default: 256]")
@click.option("--keep-days", type=click.FloatRange(0), help="Delete files so long after they left.  [default: 7]")
@click.option("--require-final", is_flag=True, help="Refuse a site that shows drafts.")
@click.pass_context
def publish(
    ctx: click.Context, target: str | None, config_file: Path | None, as_json: bool, dry_run: bool, yes: bool,
    force: bool, workers: int, max_delete: int | None, keep_days: float | None, require_final: bool,
) -> None:  # fmt: skip
    """Send the built site to TARGET: a name from mkdocs.yml, or s3://bucket/folder.

    Compares the site with what is there, says what would change, asks, and does it. What is there already is not sent
    again; what others have put there is never deleted; an interrupted run is taken up by the next.

    \b
        plugins:
          - deepartist:
              publish:
                live: {url: s3://my-bucket}

    \b
        mkdocs build
        deepartist publish --dry-run       what would be done
        deepartist publish                 do it, to the only target there is
        deepartist publish live --yes      without being asked, as in CI

    Credentials are those of the AWS tools: the environment, ~/.aws, or the role of the machine.

    \b
    Exit codes: 0 the site is there, 1 it could not be published, 2 an option or mkdocs.yml is wrong.
    """
    changes = {"max_delete": max_delete, "keep_days": keep_days}
    run = _Run(as_json, dry_run, yes, force, workers, require_final)
    try:
        run(config_file, target, {name: value for name, value in changes.items() if value is not None})
    except (PublishError, ProjectError) as error:
        say(str(error))
        if as_json:
            print_json({**run.facts, "error": str(error)})
        ctx.exit(2 if isinstance(error, ProjectError) else 1)


@dataclass
class _Run:
    """One call of the command."""

    as_json: bool
    dry_run: bool
    yes: bool
    force: bool
    workers: int
    require_final: bool

    def __post_init__(self) -> None:
        self.facts: dict[str, Any] = {"uploaded": 0, "skipped": 0, "deleted": 0, "bytes": 0, "dry_run": self.dry_run}
        """What is printed as JSON."""

    def __call__(self, config: Path | None, asked: str | None, changes: dict[str, Any]) -> None:
        begun = time.monotonic()
        project = find_project(Path.cwd(), config)
        name, target = choose_target(project, asked)
        target = target.model_copy(update=changes)
        folder = _relative(project.site or Path.cwd() / "site")
        check_site(folder)
        drafts = check_figures(folder, project, self.require_final)
        newer = newer_source(folder, project)
        if newer is not None:
            say(f"{folder} is older than {_relative(newer)}: `mkdocs build` brings it up to date")
        if drafts:
            say(f"{drafts}: `mkdocs build` with `quality: final` paints them")
        publisher = Publisher(target, self.workers, say)
        plan = publisher.plan(lambda: read_site(folder, target.headers), self.force)
        self.facts |= {"target": name, "url": target.url}
        self._tell(f"{folder} → {target.url}", plan, target)
        if self.dry_run:
            self._count(plan)
        elif plan.written or plan.delete or plan.stale:
            self._ask(plan)
            with progress_bar(plan.bytes) as sent:
                self.facts["invalidated"] = publisher.apply(plan, sent)
            self._count(plan)
        else:
            self._count(plan)
        self._done(plan, publisher.bucket.requests, time.monotonic() - begun)

    def _tell(self, title: str, plan: Plan, target: Target) -> None:
        """What is going to happen, on stderr."""
        changes = [f"  + {each.file.path}  ({each.reason}, {size_of(each.file.bytes)})" for each in plan.uploads]
        changes += [f"  - {path}" for path in plan.delete]
        most = len(changes) if self.dry_run or len(changes) <= SHOWN + 1 else SHOWN
        more = [f"  … and {counted(len(changes) - most, 'more change')}"] if len(changes) > most else []
        say("\n".join([title, *changes[:most], *more]))
        words = [f"{len(plan.uploads)} to upload ({size_of(plan.bytes)})", f"{len(plan.delete)} to delete"]
        say(", ".join([*words, f"{len(plan.unchanged)} unchanged"]))
        if plan.waiting:
            gone = counted(len(plan.waiting), "file")
            say(f"{gone} left the site and will be deleted after {target.keep_days:g} days")
        if plan.capped:
            say(
                f"{plan.capped} files are due to be deleted, more than the {target.max_delete} that are allowed at "
                "once: none was. If that is right, give a higher --max-delete"
            )

    def _ask(self, plan: Plan) -> None:
        if self.yes or not (plan.uploads or plan.delete):
            return
        if not sys.stdin.isatty():
            raise PublishError("nothing was published: where nobody can be asked, --yes is needed")
        if not click.confirm("Publish?", err=True):
            raise PublishError("nothing was published")

    def _count(self, plan: Plan) -> None:
        self.facts |= {
            "uploaded": len(plan.uploads), "skipped": len(plan.unchanged), "deleted": len(plan.delete),
            "bytes": plan.bytes, "waiting": len(plan.waiting), "capped": plan.capped,
        }  # fmt: skip

    def _done(self, plan: Plan, requests: Counter[str], seconds: float) -> None:
        self.facts |= {"seconds": round(seconds, 2), "requests": dict(requests)}
        if self.dry_run and self.as_json:
            self.facts["changes"] = [
                *({"path": each.file.path, "change": each.reason} for each in plan.uploads),
                *({"path": path, "change": "delete"} for path in plan.delete),
            ]
        if self.as_json:
            print_json(self.facts)
            return
        asked = ", ".join(f"{number} {operation}" for operation, number in requests.most_common())
        counts = "{uploaded} uploaded ({size}), {skipped} unchanged, {deleted} deleted".format(
            **self.facts, size=size_of(plan.bytes)
        )
        told = len(self.facts.get("invalidated", ()))
        invalidated = f", {counted(told, 'path')} invalidated" if told else ""
        done = "nothing was done" if self.dry_run else counts
        click.echo(f"{done}{invalidated} in {seconds:.1f} s; requests: {asked}")


def _relative(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
