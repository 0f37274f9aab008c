"""``deepartist texnet train``: the embedded network again from nothing, or one of your own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deepartist.cli.common import counted, say

if TYPE_CHECKING:
    from torch import Tensor

    from deepartist.training.pool import Bytes

STEPS, PICTURES, PER_SAMPLE = 5600, 800, 16
"""What the network in the package was trained with."""


@click.group()
def texnet() -> None:
    """The network that paints by default: train it again, or on pictures of your own."""


@texnet.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "-o", "--output", default="texnet.safetensors", show_default=True, metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False), help="Where the weights go.",
)  # fmt: skip
@click.option("--steps", default=STEPS, show_default=True, type=click.IntRange(1, 1_000_000), help="Training steps.")
@click.option(
    "--pictures", default=PICTURES, show_default=True, type=click.IntRange(1, 100_000),
    help="Drawn pictures that are learned from, beside those of FOLDER.",
)  # fmt: skip
@click.option("--seed", default=1, show_default=True, help="Another seed, another network.")
@click.option("--device", default="auto", type=click.Choice(["auto", "cpu", "cuda", "mps"]), help="What to train on.")
def train(folder: Path | None, output: Path, steps: int, pictures: int, seed: int, device: str) -> None:
    """Train texnet, from nothing, on pictures that are drawn and on those in FOLDER.

    Without FOLDER this makes the network of the package again. With a folder of your own pictures (20 or more, at
    least 200 pixels a side) it also learns to tell them apart, and so learns what they are made of. On two processor
    cores it takes a little over an hour; ctrl-C ends it early and keeps what was learned.

    \b
        deepartist texnet train my-paintings -o mine.safetensors

    Then paint with it, by the option of the plugin or of `deepartist paint`:

    \b
        plugins:
          - deepartist:
              weights: {texnet: mine.safetensors}
    """
    if not output.absolute().parent.is_dir():
        raise click.UsageError(f"the folder {output.parent} does not exist")
    from deepartist.training.export import weights_file
    from deepartist.training.pool import draw_pool

    own = _own(folder) if folder else []
    say(f"drawing {counted(pictures, 'picture')} and the samples")
    pool = [*own, *draw_pool(pictures, PER_SAMPLE, os.cpu_count() or 1)]
    learned = _trained(pool, steps, seed, device)
    content = weights_file(learned)
    try:
        output.write_bytes(content)
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written: {error.strerror or error}") from None
    click.echo(f"{output}  {len(content) / 1e6:.1f} MB")


def _own(folder: Path) -> list[Bytes]:
    from deepartist.recipe import InputError
    from deepartist.training.pool import read_folder

    try:
        own = read_folder(folder)
    except InputError as error:
        raise click.ClickException(str(error)) from None
    if not own:
        raise click.UsageError(f"{folder} holds no pictures of at least 200 pixels a side (PNG, JPEG, WebP, TIFF)")
    say(f"{counted(len(own), 'picture')} of your own")
    return own


def _trained(pool: list[Bytes], steps: int, seed: int, device: str) -> dict[str, Tensor]:
    """The trained branch, or what was learned of it when ctrl-C was pressed."""
    from deepartist.jobs.execute import choose_device
    from deepartist.training.train import Progress, train

    last: Progress | None = None
    try:
        chosen = choose_device(device).type
    except RuntimeError as error:
        raise click.UsageError(str(error)) from None
    with click.progressbar(length=steps, label="training", item_show_func=lambda text: text) as bar:

        def report(progress: Progress) -> None:
            nonlocal last
            bar.update(progress.step - (last.step if last else 0), f"{progress.recognised:.0%} recognised")
            last = progress

        try:
            return train(pool, steps, seed, report, chosen)
        except KeyboardInterrupt:
            if last is None:
                raise
    say(f"stopped after {last.step} steps")
    return last.state
