"""``mkdocs gh-deploy`` sends exactly the built site, pictures included, to a repository."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from sites import Site, tree

Make = Callable[..., Site]


def test_the_branch_is_the_site(site: Make, tmp_path: Path) -> None:
    made = site({"index.md": "```deepartist\nstyle: sample:strokes\n```\n"})
    made.paint()
    names = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org"}
    names |= {"GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org"}
    environment = {**os.environ, **names, "NO_MKDOCS_2_WARNING": "1"}

    def run(*line: str) -> None:
        subprocess.run(line, cwd=made.root, env=environment, check=True, capture_output=True)

    run("git", "init", "-q", "-b", "main", ".")
    run("git", "init", "-q", "--bare", "remote.git")
    run("git", "remote", "add", "origin", "remote.git")
    run("git", "commit", "-q", "--allow-empty", "-m", "start")
    run(sys.executable, "-m", "mkdocs", "gh-deploy", "--strict", "-q", "-m", "site")
    run("git", "clone", "-q", "-b", "gh-pages", "remote.git", "sent")
    sent = {name: content for name, content in tree(made.root / "sent").items() if not name.startswith(".git/")}
    assert sent.pop(".nojekyll") == b""
    assert sent == tree(made.out)
    assert any(name.endswith(".webp") for name in sent)
