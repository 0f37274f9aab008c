"""The workflows of the repository: what GitHub would only say after a push."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from deepartist.cli import main

FOLDER = Path(__file__).parents[2] / ".github" / "workflows"
FILES = sorted(FOLDER.glob("*.yml"))
NAMES = {f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


def read(name: str) -> dict[Any, Any]:
    return dict(yaml.safe_load((FOLDER / name).read_text(encoding="utf-8")))


def steps(name: str) -> list[dict[str, Any]]:
    return [step for job in read(name)["jobs"].values() for step in job["steps"]]


def test_they_are_workflows() -> None:
    """Against GitHub's own schema, which the package brings along."""
    line = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", *map(str, FILES)]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {path.name for path in FILES} >= {"ci.yml", "site.yml", "paint.yml"}


@pytest.mark.parametrize("name", [path.name for path in FILES])
def test_versions_and_permissions(name: str) -> None:
    for step in steps(name):
        if "uses" in step:
            assert re.fullmatch(r"actions/[\w/-]+@v\d+", step["uses"])
    jobs = read(name)["jobs"].values()
    given = [read(name)["permissions"], *(job.get("permissions", {}) for job in jobs)]
    written = {word for each in given for word, right in each.items() if right == "write"}
    assert written == {"ci.yml": set(), "site.yml": {"pages", "id-token"}, "paint.yml": {"contents"}}[name]


def test_cached_paintings_are_found_by_their_prefix() -> None:
    """A key is never overwritten, so each run has one of its own."""
    caches = [
        step["with"] for name in ("site.yml", "paint.yml") for step in steps(name) if "cache/" in step.get("uses", "")
    ]
    assert len(caches) == 3
    for each in caches:
        assert each["path"] == ".cache/deepartist"
        assert re.fullmatch(r"paintings-\$\{\{ github\.run_id \}\}(-\$\{\{ github\.run_attempt \}\})?", each["key"])
        assert each.get("restore-keys", "paintings-") == "paintings-"


def test_pull_requests_are_built_and_not_shown() -> None:
    site = read("site.yml")
    assert "pull_request" in site[True]  # YAML reads "on" as true
    assert "github.event_name != 'pull_request'" in site["jobs"]["deploy"]["if"]
    assert site["jobs"]["deploy"]["needs"] == "build"
    assert site["jobs"]["build"]["env"]["DEEPARTIST_RENDER"] == "never"
    assert site[True]["workflow_run"]["workflows"] == [read("paint.yml")["name"]]


def test_our_commands_and_their_options_exist() -> None:
    lines = [line for path in FILES for step in steps(path.name) for line in step.get("run", "").splitlines()]
    ours = [shlex.split(line) for line in lines if line.startswith("deepartist ")]
    assert [words[1] for words in ours] == ["paint", "push", "freeze"]
    for words in ours:
        command = main.get_command(click.Context(main), words[1])
        assert command is not None
        known = {name for each in command.params if isinstance(each, click.Option) for name in each.opts}
        assert {word for word in words if word.startswith("--")} <= known


def test_new_pictures_are_committed_beside_what_others_have_pushed(tmp_path: Path) -> None:
    """The step itself, in a repository on disk."""
    script = next(step["run"] for step in steps("paint.yml") if step.get("name") == "Commit")

    def git(folder: str, *words: str) -> str:
        line = ["git", "-C", str(tmp_path / folder), *words]
        return subprocess.run(line, env={**os.environ, **NAMES}, check=True, capture_output=True, text=True).stdout

    git(".", "init", "-q", "--bare", "-b", "main", "remote.git")
    for folder in ("first", "runner"):
        git(".", "clone", "-q", "remote.git", folder)
        if folder == "first":
            git(folder, "commit", "-q", "--allow-empty", "-m", "start")
            git(folder, "push", "-q", "origin", "HEAD:main")
    git("first", "commit", "-q", "--allow-empty", "-m", "meanwhile")
    git("first", "push", "-q", "origin", "HEAD:main")
    shell = ["bash", "-e", "-c", script]
    (tmp_path / "runner" / "frozen").mkdir()
    (tmp_path / "runner" / "frozen" / "a.webp").write_bytes(b"RIFF")
    for _ in range(2):  # the second time there is nothing new
        subprocess.run(shell, cwd=tmp_path / "runner", check=True, capture_output=True)
    log = git("remote.git", "log", "--format=%s", "main").splitlines()
    assert log == ["Pictures painted by the workflow", "meanwhile", "start"]
    assert git("remote.git", "ls-tree", "-r", "--name-only", "main") == "frozen/a.webp\n"
