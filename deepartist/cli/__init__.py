"""``deepartist …``: paint a recipe, check and list the recipes of a site, look at the machine."""

from __future__ import annotations

import errno
import os

import click

from deepartist import __version__
from deepartist.cli.about import doctor, recipe, reference, schema
from deepartist.cli.new import new
from deepartist.cli.paint import paint
from deepartist.cli.pictures import paintings, pin
from deepartist.cli.publish import publish
from deepartist.cli.results import freeze, prune
from deepartist.cli.site import check, status
from deepartist.cli.texnet import texnet
from deepartist.jobs import WorkerDied
from deepartist.jobs.project import ProjectError
from deepartist.store import StoreError

BAD_INPUT, FAILED, INTERRUPTED = 2, 1, 130


class _Commands(click.Group):
    """Turns whatever goes wrong into one sentence and an exit code; DEEPARTIST_DEBUG=1 shows the traceback."""

    def invoke(self, ctx: click.Context) -> None:
        try:
            super().invoke(ctx)
            return
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except KeyboardInterrupt:
            click.echo("stopped; what is finished is kept", err=True)
            code = INTERRUPTED
        except ProjectError as error:
            click.echo(str(error), err=True)
            code = BAD_INPUT
        except (StoreError, WorkerDied) as error:
            click.echo(str(error), err=True)
            code = FAILED
        except Exception as error:
            if os.environ.get("DEEPARTIST_DEBUG") or (isinstance(error, OSError) and error.errno == errno.EPIPE):
                raise
            click.echo(f"internal error: {type(error).__name__}: {error} (DEEPARTIST_DEBUG=1 shows where)", err=True)
            code = FAILED
        ctx.exit(code)


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


_COMMANDS = (
    new, paint, check, status, pin, paintings, freeze, prune, publish, recipe, schema, reference, doctor, texnet,
)  # fmt: skip

for _command in _COMMANDS:
    main.add_command(_command)
