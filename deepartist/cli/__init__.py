"""``deepartist …``: paint a recipe, check and list the recipes of a site, look at the machine."""

from __future__ import annotations

import errno
import os
from importlib import import_module
from typing import cast

import click

from deepartist import __version__

BAD_INPUT, FAILED, INTERRUPTED = 2, 1, 130


_HOMES = {
    "new": "new", "paint": "paint", "check": "site", "status": "site", "history": "history",
    "pin": "pictures", "paintings": "pictures",
    "freeze": "results", "prune": "results", "push": "remotes", "pull": "remotes", "publish": "publish",
    "recipe": "about", "schema": "about", "reference": "about", "doctor": "about", "texnet": "texnet",
}  # fmt: skip
"""The commands, and the modules that define them; only that of the command which is called is imported."""


class _Commands(click.Group):
    """Turns whatever goes wrong into one sentence and an exit code; DEEPARTIST_DEBUG=1 shows the traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_HOMES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _HOMES:
            return None
        command = getattr(import_module(f"{__name__}.{_HOMES[cmd_name]}"), cmd_name)
        return cast(click.Command, command)

    def invoke(self, ctx: click.Context) -> None:
        try:
            super().invoke(ctx)
            return
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except KeyboardInterrupt:
            click.echo("stopped; what is finished is kept", err=True)
            code = INTERRUPTED
        except Exception as error:
            code = _tell(error)
        ctx.exit(code)


def _tell(error: Exception) -> int:
    """Say what went wrong; returns the exit code."""
    from deepartist.jobs import WorkerDied
    from deepartist.jobs.project import ProjectError
    from deepartist.remotes.remote import RemoteError
    from deepartist.store import StoreError

    if isinstance(error, ProjectError | StoreError | RemoteError | WorkerDied):
        click.echo(str(error), err=True)
        return BAD_INPUT if isinstance(error, ProjectError) else FAILED
    if os.environ.get("DEEPARTIST_DEBUG") or (isinstance(error, OSError) and error.errno == errno.EPIPE):
        raise error
    click.echo(f"internal error: {type(error).__name__}: {error} (DEEPARTIST_DEBUG=1 shows where)", err=True)
    return FAILED


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="deepartist")
def main() -> None:
    """Paintings from recipes.

    A recipe is a few lines of YAML, in a file or in a fenced `deepartist` block of a Markdown page:

    \b
        style: images/waves.jpg            a texture grown from noise

    \b
        content: images/boat.jpg           the boat, painted like the waves
        style: images/waves.jpg

    Try it without any picture of your own:

    \b
        echo "style: sample:strokes" > first.yml
        deepartist paint first.yml

    `deepartist new` starts a site, `mkdocs build` paints it. `deepartist check` finds its mistakes without painting,
    `deepartist status` says which pictures are there, and `deepartist publish` sends the built site to S3. Nothing is
    ever painted twice.

    \b
    Exit codes: 0 fine, 1 a painting failed, 2 a recipe or an option is wrong, 130 stopped with ctrl-C.
    """
