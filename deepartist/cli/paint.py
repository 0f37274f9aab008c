"""``deepartist paint``: one recipe, one picture, or all pictures of a site."""

from __future__ import annotations

import hashlib
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from deepartist.cli.changes import Changes, SizeType, fitting, format_of, valid
from deepartist.cli.common import (
    config_option,
    json_option,
    located,
    opened,
    print_json,
    read_text,
    say,
    show_problems,
)
from deepartist.cli.paint_site import paint_site
from deepartist.finishing import as_png
from deepartist.jobs import Found, Outcome, Session, WorkerDied
from deepartist.jobs.progress import progress
from deepartist.jobs.project import Project, find_project
from deepartist.plan import Plan
from deepartist.recipe import Problem, RecipeError, Resolved, read_recipe
from deepartist.recipe.parts import parts
from deepartist.recipe.problems import did_you_mean
from deepartist.store import Record, StoreError
from deepartist.store.copying import copy_whole

FROM_STDIN = Path("-")


@click.command()
@click.argument("recipe", required=False, type=click.Path(path_type=Path, allow_dash=True, exists=True))
@click.option("--site", is_flag=True, help="Paint all recipes of a site's pages that are not painted yet.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where the picture goes; .webp or .png decides the format. Films: .gif, .mp4 or .webm, and as .webp or .png "
    "the sheet of a survey, else a poster. Else beside the recipe.",
)
@click.option(
    "--size",
    type=SizeType(),
    callback=valid,
    metavar="N|WxH",
    help="Long side in pixels, or width x height; the stages are scaled along.",
)
@click.option("--seed", type=int, callback=valid, help="Another seed: another painting of the same kind.")
@click.option("--steps", type=click.IntRange(1, 20_000), help="Steps of each stage.")
@click.option("--pipeline", callback=valid, metavar="NAME", help="Paint with this network: texnet, vgg19, …")
@click.option(
    "--quality",
    type=click.Choice(["draft", "final", "auto"]),
    help="draft: long side at most 256, fewer steps. auto: final with a GPU, else a draft; "
    "final also where --size is given.",
)
@click.option(
    "--device",
    type=click.Choice(["auto", "cpu", "cuda", "mps"]),
    help="cuda is an NVIDIA or AMD GPU, mps an Apple one; auto takes the best there is.",
)
@click.option("--weights", multiple=True, metavar="NAME=FILE", help="Own weights of a network; may be repeated.")
@click.option(
    "--minutes",
    type=click.FloatRange(0, min_open=True),
    help="Stop after so many minutes; the same command goes on from the last finished stage.",
)
@click.option("--again", is_flag=True, help="Paint even what the cache has.")
@click.option(
    "--cache-dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of finished work. Else the project's, or .cache/deepartist beside the recipe.",
)
@config_option
@json_option
@click.pass_context
def paint(ctx: click.Context, /, recipe: Path | None, site: bool, output: Path | None, as_json: bool,
          config_file: Path | None, **options: Any) -> None:  # fmt: skip
    """Paint the recipe in a YAML file, or all recipes of a site.

    Pictures that the recipe names are looked for beside the recipe file, then in the pages folder of the project
    that it belongs to. With - as RECIPE it is read from standard input. What the cache has is never painted again.

    \b
        deepartist paint first.yml                         first.webp
        deepartist paint first.yml -o wall.png --size 1024
        deepartist paint first.yml --seed 7 --quality draft
        echo "style: sample:marble" | deepartist paint - -o marble.webp

    With --site it paints what the pages of the project here lack (or the pages in a folder, named instead of RECIPE),
    as `mkdocs build` would, and builds nothing.

    \b
        deepartist paint --site --minutes 60

    \b
    Exit codes: 0 painted, 1 painting failed or ran out of --minutes, 2 the recipe or an option is wrong,
    130 stopped with ctrl-C (finished stages are kept).
    """
    try:
        if site:
            code = _paint_site(recipe, output, as_json, config_file, options)
        elif recipe is None:
            raise click.UsageError("name a recipe, or say --site for all those of the pages here")
        elif recipe.is_dir():
            raise click.UsageError(f"{recipe} is a folder: name a recipe, or say --site for all recipes of its pages")
        else:
            code = _Job(recipe, output, as_json, options).run(config_file)
    except KeyboardInterrupt:
        say("stopped: finished stages are kept, and the same command goes on from there")
        code = 130
    ctx.exit(code)


@dataclass
class _Job:
    """One call of the command."""

    recipe: Path
    output: Path | None
    as_json: bool
    options: dict[str, Any]

    @property
    def name(self) -> str:
        """What the recipe is called in messages."""
        return "<stdin>" if self.recipe == FROM_STDIN else str(self.recipe)

    @property
    def folder(self) -> Path:
        return Path.cwd() if self.recipe == FROM_STDIN else self.recipe.absolute().parent

    def run(self, config: Path | None) -> int:
        """Paint; returns the exit code."""
        format_of(self.output)
        project = find_project(self.folder, config)
        session = _session(project, self.options)
        try:
            resolved = self._read(project, session)
        except RecipeError as error:
            problems = [located(each, self.name) for each in error.problems]
            show_problems(problems)
            if self.as_json:
                print_json({"state": "wrong", "problems": problems})
            return 2
        target = self._target(resolved)
        with session:
            return self._deliver(session, resolved, target)

    def _read(self, project: Project, session: Session) -> Resolved:
        if self.recipe == FROM_STDIN:
            text: str | Problem = sys.stdin.read().removeprefix("\ufeff")
        else:
            text = read_text(self.recipe)
        if isinstance(text, Problem):
            raise RecipeError([text])
        words = {word: self.options[word] for word in ("size", "seed", "pipeline", "steps")}
        inputs = session.inputs([self.folder, *([project.docs] if project.docs else [])])
        return read_recipe(text, inputs, Changes(**words, format=format_of(self.output)))

    def _target(self, resolved: Resolved) -> Path:
        """The file to write; never a picture that the recipe uses, never in a folder that is not there."""
        fitting(self.output, film=resolved.film is not None)
        formats = resolved.recipe.output.format
        suffix = ".webp" if "webp" in formats else ".png"
        if resolved.film is not None:
            suffix = ".webp" if resolved.film.word == "survey" else ".gif"
        beside = Path("painting") if self.recipe == FROM_STDIN else self.recipe
        target = self.output or beside.with_suffix(suffix)
        if not target.absolute().parent.is_dir():
            raise click.UsageError(f"the folder {target.parent} does not exist")
        for image in resolved.images.values():
            if image.path and image.path.exists() and target.exists() and image.path.samefile(target):
                raise click.UsageError(f"{target} is a picture that the recipe uses: name another file with -o")
        return target

    def _deliver(self, session: Session, resolved: Resolved, target: Path) -> int:
        begun = time.monotonic()
        found = session.find(resolved)
        if found.record is not None:
            return self._write(found.plan, found.record, target, resolved, "cached", 0.0)
        try:
            outcome = self._paint(session, found, resolved)
        except (WorkerDied, StoreError) as error:
            outcome = Outcome(found.plan, message=str(error))
        if outcome.record is None:
            state = "stopped" if outcome.pending else "failed"
            say(f"{self.name}: {outcome.message}")
            if self.as_json:
                print_json({"state": state, "message": outcome.message, "key": outcome.plan.key})
            return 1
        return self._write(outcome.plan, outcome.record, target, resolved, "painted", time.monotonic() - begun)

    def _paint(self, session: Session, found: Found, resolved: Resolved) -> Outcome:
        """Paint what was not found."""
        plan = session.wanted(resolved) if session.settings.quality != "final" else found.plan
        with progress({plan.key: self.name}, say) as report:
            return session.paint([plan], report)[plan.key]

    def _write(self, plan: Plan, record: Record, target: Path, resolved: Resolved, state: str, seconds: float) -> int:
        """Copy the result to where it was asked for and say so."""
        role = asked = target.suffix.lower().removeprefix(".")
        if resolved.film is not None and asked == "png" and "png" not in record.outputs:
            role = "webp"  # posters, and sheets of frozen results, are kept as WebP alone
        if role not in record.outputs:
            raise click.ClickException(
                record.data.get("missing") or f"{target}: this result has no such file; --again makes one"
            )
        shown, source = record.outputs[role], record.path(role)
        try:
            copy_whole(source if role == asked else as_png(source), target)
        except OSError as error:
            raise click.ClickException(f"{target} cannot be written: {error.strerror or error}") from None
        sha256 = hashlib.sha256(target.read_bytes()).hexdigest()
        painted = record.data.get("seconds")
        facts = {
            "state": state, "file": str(target), "key": plan.key, "quality": plan.quality, "width": shown.width,
            "height": shown.height, "sha256": sha256, "seconds": round(seconds, 2), "painted_seconds": painted,
            "device": record.data.get("device_name"),
        }  # fmt: skip
        if self.as_json:
            print_json(facts)
            return 0
        how = "from the cache" if state == "cached" else f"painted in {seconds:.0f} s on {facts['device']}"
        click.echo(f"{target}  {shown.width}×{shown.height}, {how}, key {plan.key[:16]}")
        if record.data.get("missing"):
            say(record.data["missing"])
        if record.data.get("cut"):
            say(f"this painting was {record.data['cut']}")
        if plan.quality == "draft":
            same = resolved.size == plan.size  # of the canvas: sheets and finish steps have sizes of their own
            how = "with all its steps" if same else "at {}×{}".format(*resolved.shown_size)
            say(f"this is a draft; --quality final paints it {how}")
        return 0


def _session(project: Project, options: dict[str, Any]) -> Session:
    """The project's session with the options of this call. What they name counts from the current folder."""
    render = "all" if options["again"] else "missing"
    update: dict[str, Any] = {"render": render, "budget": options["minutes"]}
    quality = options["quality"] or ("final" if options["size"] is not None else None)
    given = {"quality": quality, "device": options["device"]}
    update |= {word: value for word, value in given.items() if value is not None}
    if options["cache_dir"] is not None:
        update["cache_dir"] = options["cache_dir"].absolute()
    settings = project.settings.model_dump(exclude_none=True)
    settings["weights"] = {**settings["weights"], **_weights(options["weights"])}
    session = Session(type(project.settings).model_validate({**settings, **update}), project.folder)
    try:
        _ = session.weights
    except (ValueError, OSError) as error:
        raise click.UsageError(str(error)) from None
    return session


def _paint_site(
    pages: Path | None, output: Path | None, as_json: bool, config: Path | None, options: dict[str, Any]
) -> int:
    one = {"output": output, **{word: options[word] for word in ("size", "seed", "steps", "pipeline")}}
    if given := [f"--{word}" for word, value in one.items() if value is not None]:
        raise click.UsageError(f"{' and '.join(given)} cannot be with --site: it is for one recipe")
    project, paths = opened((pages,) if pages else (), config)
    with _session(project, {**options, "minutes": options["minutes"] or project.settings.budget}) as session:
        return paint_site(project, paths, session, as_json)


def _weights(given: tuple[str, ...]) -> dict[str, Any]:
    """``NAME=FILE`` of the command line."""
    found = {}
    for each in given:
        name, equals, file = each.partition("=")
        if not equals or not file:
            raise click.BadParameter(f"{each!r} is not NAME=FILE, as in vgg19=vgg19.pth", param_hint="--weights")
        if name not in parts("pipeline"):
            hint = did_you_mean(name, parts("pipeline"))
            raise click.BadParameter(f'there is no pipeline "{name}"{hint}', param_hint="--weights")
        found[name] = {"file": Path(file).absolute()}
    return found
