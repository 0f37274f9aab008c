"""Commands import what they need and no more."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest
from fakes import Run

from deepartist.cli import main


def test_every_command_is_there_under_its_name() -> None:
    context = click.Context(main)
    names = main.list_commands(context)
    assert {"new", "paint", "check", "status", "freeze", "prune", "publish", "doctor", "texnet"} <= set(names)
    for name in names:
        command = main.get_command(context, name)
        assert command is not None
        assert command.name == name
    assert main.get_command(context, "nothing") is None


def test_help_and_unknown_commands(run: Run) -> None:
    listed = run("--help").stdout
    assert "publish " in listed
    assert "Send the built site to TARGET" in listed
    assert "No such command 'pubish'" in run("pubish", code=2).stderr


def test_publishing_reads_no_recipes(tmp_path: Path) -> None:
    """A run without a change is over in a second: models of all parts, the planner and the painter stay at home."""
    (tmp_path / "mkdocs.yml").write_text("plugins: [{deepartist: {publish: {live: {url: 's3://gallery'}}}}]")
    code = "import sys\nfrom deepartist.cli import main\nmain(['publish'], standalone_mode=False)\nprint(*sys.modules)"
    line = [sys.executable, "-c", code]
    done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "there is no site" in done.stderr
    loaded = done.stdout.split()
    assert "deepartist.publish.publisher" in loaded
    unwanted = ("deepartist.plan", "deepartist.recipe.read", "deepartist.jobs.session", "deepartist.sources")
    assert not [name for name in loaded if name.startswith((*unwanted, "torch", "PIL", "numpy"))]


@pytest.mark.parametrize("name", ["deepartist.recipe", "deepartist.jobs"])
def test_packages_offer_what_they_announce(name: str) -> None:
    package = import_module(name)
    for each in package.__all__:
        assert callable(getattr(package, each)) or each == "Event"
    with pytest.raises(AttributeError, match=f"module '{name}' has no attribute 'nothing'"):
        package.nothing  # noqa: B018
