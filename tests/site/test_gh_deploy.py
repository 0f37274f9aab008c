"""``mkdocs gh-deploy`` sends exactly the built site, pictures included, to a repository."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from sites import Site, tree

Make = Callable[..., Site]

NAMES = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org"}
NAMES |= {"GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org"}
NO_HISTORY = ("--force", "--no-history")
"""What the page about GitHub Pages says to add."""


def run(site: Site, *line: str) -> str:
    environment = {**os.environ, **NAMES, "NO_MKDOCS_2_WARNING": "1"}
    return subprocess.run(line, cwd=site.root, env=environment, check=True, capture_output=True, text=True).stdout


def deploy(site: Site, *flags: str) -> None:
    run(site, sys.executable, "-m", "mkdocs", "gh-deploy", "--strict", "-q", "-m", "site", *flags)


def sent(site: Site, folder: str = "sent") -> dict[str, bytes]:
    """The files of the branch, cloned anew."""
    run(site, "git", "clone", "-q", "-b", "gh-pages", "remote.git", folder)
    return {name: content for name, content in tree(site.root / folder).items() if not name.startswith(".git/")}


@pytest.fixture
def repository(site: Make) -> Site:
    """A painted site in a repository whose remote is a bare one on disk."""
    made = site({"index.md": "```deepartist\nstyle: sample:strokes\n```\n"})
    made.paint()
    run(made, "git", "init", "-q", "-b", "main", ".")
    run(made, "git", "init", "-q", "--bare", "remote.git")
    run(made, "git", "remote", "add", "origin", "remote.git")
    run(made, "git", "commit", "-q", "--allow-empty", "-m", "start")
    return made


def test_the_branch_is_the_site(repository: Site) -> None:
    deploy(repository)
    branch = sent(repository)
    assert branch.pop(".nojekyll") == b""
    assert branch == tree(repository.out)
    assert any(name.endswith(".webp") for name in branch)


def test_the_history_does_not_grow(repository: Site) -> None:
    """Or every picture that ever was would stay in the repository."""
    for number in range(3):
        repository.write("second.md", f"# Version {number}\n")
        deploy(repository, *NO_HISTORY)
    assert run(repository, "git", "--git-dir=remote.git", "rev-list", "--count", "gh-pages") == "1\n"
    branch = sent(repository)
    assert branch.pop(".nojekyll") == b""
    assert branch == tree(repository.out)
    assert b"Version 2" in branch["second/index.html"]
