"""Which target is meant: one of ``mkdocs.yml`` by its name, or an address."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import ValidationError

from deepartist.jobs.project import PLUGIN, Project, ProjectError, compose
from deepartist.jobs.targets import Target
from deepartist.recipe.problems import did_you_mean

HOW = f"""\
plugins:
  - {PLUGIN}:
      publish:
        live: {{url: s3://my-bucket}}"""


def choose_target(project: Project, asked: str | None) -> tuple[str, Target]:
    """The name and the target that `asked` means; without it the only one there is.

    Raises ProjectError with a sentence that says what to write instead.
    """
    if project.config is not None:
        _check_twice(project.config)
    targets = project.settings.publish
    if asked is not None and "://" in asked:
        same = [(name, each) for name, each in targets.items() if each.url == asked.rstrip("/")]
        return same[0] if len(same) == 1 else (asked, _from_url(asked))
    if asked is None:
        if len(targets) == 1:
            return next(iter(targets.items()))
        if targets:
            raise ProjectError(f"which target? There are {', '.join(targets)}")
        raise ProjectError(f"no target is named: give one, as in s3://my-bucket, or add it to mkdocs.yml:\n{HOW}")
    if asked not in targets:
        hint = did_you_mean(asked, targets) or ": mkdocs.yml names none, and an address begins with s3://"
        raise ProjectError(f'there is no target "{asked}"{hint}')
    return asked, targets[asked]


def _from_url(url: str) -> Target:
    try:
        return Target(url=url)
    except ValidationError as error:
        raise ProjectError(error.errors(include_url=False)[0]["msg"]) from None


def _check_twice(config: Path) -> None:
    """YAML readers silently take the last of two equal names; of targets that would be the wrong place."""
    seen: dict[str, int] = {}
    for name, line in _named(compose(config)):
        if name in seen:
            raise ProjectError(f'{config}:{line}: the target "{name}" stands twice: it is on line {seen[name]} too')
        seen[name] = line


def _named(node: yaml.Node | None) -> list[tuple[str, int]]:
    """The names under plugins → deepartist → publish with their lines."""
    for word in ("plugins", PLUGIN, "publish"):
        node = _below(node, word)
    if not isinstance(node, yaml.MappingNode):
        return []
    return [(str(key.value), key.start_mark.line + 1) for key, _ in node.value]


def _below(node: yaml.Node | None, word: str) -> yaml.Node | None:
    """The value of `word` in a mapping, or in one of the mappings of a list."""
    if isinstance(node, yaml.SequenceNode):
        found = (_below(each, word) for each in node.value)
        return next((each for each in found if each is not None), None)
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in reversed(node.value) if key.value == word), None)
    return None
