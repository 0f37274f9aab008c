"""``deepartist push`` and ``deepartist pull``: results that travel by a bucket or a web server."""

from __future__ import annotations

from itertools import takewhile
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from deepartist.cli.common import (
    blocks_of,
    config_option,
    counted,
    found_in,
    json_option,
    opened,
    place_of,
    print_json,
    progress_bar,
    reading,
    say,
    show_problems,
    size_of,
)  # fmt: skip
from deepartist.jobs import Session
from deepartist.jobs.progress import fetching
from deepartist.jobs.project import PLUGIN, Project, ProjectError, find_project
from deepartist.recipe import Resolved
from deepartist.remotes.lookup import Lookup
from deepartist.remotes.places import RemotePlace
from deepartist.remotes.remote import BucketRemote
from deepartist.remotes.results import send, unsent
from deepartist.store import Record

EXAMPLE = "s3://my-bucket/results"
HOW = f"""\
plugins:
  - {PLUGIN}:
      remotes: [{EXAMPLE}]"""

_OPTIONS = (
    click.option("--endpoint-url", metavar="URL", help="A server other than Amazon's that speaks the protocol of S3."),
    click.option("--region", metavar="NAME", help="Where the bucket is, if not where your AWS tools say."),
    click.option("--profile", metavar="NAME", help="A section of ~/.aws/config."),
)


def _server_options(command: Any) -> Any:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command()
@click.argument("remote", required=False)
@config_option
@json_option
@_server_options
@click.option("--all", "everything", is_flag=True, help="Send the whole cache, with what painting could go on from.")
@click.option("--force", is_flag=True, help="Send also what is there already: it may be damaged there.")
@click.pass_context
def push(
    ctx: click.Context, /, remote: str | None, config_file: Path | None, as_json: bool, everything: bool, force: bool,
    **server: str | None,
) -> None:  # fmt: skip
    """Send the results that a site uses to REMOTE, as in s3://my-bucket/results.

    Others fetch them from there, with `deepartist pull` or with the option `remotes` of mkdocs.yml, and need not paint.
    What is there already is not sent again, and a run that was stopped is taken up by the next. Without REMOTE the
    bucket among the `remotes` of mkdocs.yml is taken. Nothing is ever deleted.

    \b
        mkdocs build
        deepartist push s3://my-bucket/results

    Credentials are those of the AWS tools: the environment, ~/.aws, or the role of the machine.

    \b
    Exit codes: 0 all pictures are there, 1 some are not painted or could not be sent, 2 recipes have mistakes.
    """
    project, paths = (find_project(Path.cwd(), config_file), []) if everything else opened((), config_file)
    bucket = _bucket(_places(project, remote, server))
    missing: list[dict[str, Any]] = []
    records: dict[str, Record] = {}
    with reading(project) as session:
        if everything:
            records = {key: record for key in list(session.store.keys()) if (record := session.store.get(key))}
        blocks = list(blocks_of(paths, project, session))
        problems = [problem for block in blocks for problem in block.problems]
        for block, record in found_in(blocks, session):
            if record is None:
                missing.append({**place_of(block), "message": "this picture is not painted yet: run `mkdocs build`"})
            else:
                records[record.key] = record
    there = BucketRemote(bucket, patient=True)
    parcels = unsent(there, records.values(), force)
    size = sum(parcel.bytes for parcel in parcels)
    with progress_bar(size) as sent:
        damaged = send(there, parcels, sent)
    show_problems([*problems, *missing])
    for sentence in damaged:
        say(f"{sentence}; it was not sent")
    count = {"sent": len(parcels) - len(damaged), "there": len(records) - len(parcels), "missing": len(missing)}
    if as_json:
        print_json({**count, "damaged": len(damaged), "bytes": size})
    else:
        told = "{there} were there, {missing} missing".format(**count)
        click.echo(f"{counted(count['sent'], 'result')} sent ({size_of(size)}), {told}")
    ctx.exit(2 if problems else 1 if missing or damaged else 0)


@click.command()
@click.argument("remote", required=False)
@config_option
@json_option
@_server_options
@click.pass_context
def pull(
    ctx: click.Context, /, remote: str | None, config_file: Path | None, as_json: bool, **server: str | None
) -> None:
    """Fetch the results that a site uses and that are not here from REMOTE.

    REMOTE is what somebody has filled with `deepartist push`: s3://bucket/folder, or https://host/folder where the
    bucket is public. Without REMOTE all `remotes` of mkdocs.yml are asked. Every file is checked before it is taken;
    final paintings take the place of drafts.

    \b
        deepartist pull s3://my-bucket/results
        deepartist pull https://results.example.org
        mkdocs build

    \b
    Exit codes: 0 all pictures are here, 1 some are nowhere or a remote failed, 2 recipes have mistakes.
    """
    project, paths = opened((), config_file)
    places = _places(project, remote, server)
    fetched: list[Record] = []
    with reading(project) as session:
        lookup, new = Lookup(places, session.store), True
        while new:  # once more: recipes may be made from paintings that have just come
            blocks = list(blocks_of(paths, project, session))
            wanted = dict.fromkeys(_wanted(block.resolved, session) for block in blocks if block.resolved)
            missing = [keys for keys in wanted if keys]
            if missing and not fetched:
                say(f"asking {', '.join(place.name for place in places)} for {counted(len(missing), 'result')}")
            with fetching(len(missing)) as done:
                records = lookup.fetch(missing, done)
            fetched, new = [*fetched, *records], bool(records)
        lookup.close()
        found = list(found_in(blocks, session))
    problems = [problem for block in blocks for problem in block.problems]
    nowhere = "this picture is neither here nor at a remote: run `mkdocs build` where it can be painted"
    lacking = [{**place_of(block), "message": nowhere} for block, record in found if record is None]
    for note in lookup.notes:
        say(note)
    show_problems([*problems, *lacking])
    size = sum(output.bytes for record in fetched for output in record.outputs.values())
    there = {record.key for _, record in found if record} - {record.key for record in fetched}
    if as_json:
        print_json({"fetched": len(fetched), "there": len(there), "missing": len(lacking), "bytes": size})
    else:
        told = f"{len(there)} were there, {len(lacking)} missing"
        click.echo(f"{counted(len(fetched), 'result')} fetched ({size_of(size)}), {told}")
    ctx.exit(2 if problems else 1 if lacking or lookup.notes else 0)


def _wanted(resolved: Resolved, session: Session) -> tuple[str, ...]:
    """What would be better than the best that is here."""
    return tuple(takewhile(lambda key: session.results.get(key) is None, session.keys(resolved)))


def _places(project: Project, asked: str | None, server: dict[str, str | None]) -> list[RemotePlace]:
    """The remotes that are meant. Raises ProjectError with a sentence that says what to write instead."""
    configured = project.settings.remotes
    if asked is None and not configured:
        raise ProjectError(f"no remote is named: give one, as in {EXAMPLE}, or add it to mkdocs.yml:\n{HOW}")
    same = [each for each in configured if asked is None or each.url == asked.rstrip("/")]
    given = {word: value for word, value in server.items() if value is not None}
    try:
        return [
            RemotePlace.model_validate({**each.model_dump(), **(given if each.is_bucket else {})}) for each in same
        ] or [RemotePlace.model_validate({"url": asked, **given})]
    except ValidationError as error:
        raise ProjectError(error.errors(include_url=False)[0]["msg"]) from None


def _bucket(places: list[RemotePlace]) -> RemotePlace:
    """The one that can be written."""
    buckets = [place for place in places if place.is_bucket]
    if not buckets:
        raise ProjectError(f"{places[0].url} can only be read: results are sent to an address like {EXAMPLE}")
    if len(buckets) > 1:
        raise ProjectError(f"which remote? There are {', '.join(place.name for place in buckets)}")
    return buckets[0]
