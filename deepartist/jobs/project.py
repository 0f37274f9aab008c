"""A project as the command line sees it: what ``mkdocs.yml`` says, read without MkDocs.

MkDocs configurations may hold tags that only MkDocs and its extensions understand (``!!python/name``, ``!relative``).
Such values are read as nothing: no tag ever constructs anything here, except ``!ENV``, which reads variables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from yaml_env_tag import construct_env_tag

from deepartist.jobs.settings import Settings

NAMES = ("mkdocs.yml", "mkdocs.yaml", "properdocs.yml", "properdocs.yaml")
PLUGIN = "deepartist"
MAX_PARENTS = 16

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    """Plain data; what it does not know is None."""


_Loader.add_constructor(None, lambda _loader, _node: None)
_Loader.add_constructor("!ENV", construct_env_tag)


class ProjectError(ValueError):
    """The configuration of the project cannot be used; the message names the file."""


@dataclass(frozen=True)
class Project:
    """Where a project lives and what it says for all its recipes."""

    folder: Path
    """The folder of its configuration: relative paths in `settings` count from here."""
    docs: Path | None
    """The folder of its pages; None where there is no configuration."""
    settings: Settings
    config: Path | None = None
    site: Path | None = None
    """The folder of the built site; None where there is no configuration."""
    painted: bool = False
    """Its sites are built with our plugin."""


def find_project(near: Path, config: Path | None = None) -> Project:
    """The project of `config`, else of the first configuration in the folder `near` or above it, else defaults.

    Raises ProjectError where the configuration is not there, cannot be read, or has options that do not exist.
    """
    near = near.absolute()
    if config is None:
        folders = [near, *near.parents][:MAX_PARENTS]
        config = next((path for folder in folders for name in NAMES if (path := folder / name).is_file()), None)
        if config is None:
            return Project(near, None, Settings())
    config = config.absolute()
    data = _read(config)
    docs, site = data.get("docs_dir") or "docs", data.get("site_dir") or "site"
    for word, value in (("docs_dir", docs), ("site_dir", site)):
        if not isinstance(value, str):
            raise ProjectError(f"{config}: {word} is the name of a folder")
    settings, painted = _settings(data, config), _options(data.get("plugins")) is not None
    return Project(config.parent, config.parent / docs, settings, config, config.parent / site, painted)


def _read(config: Path, above: tuple[Path, ...] = ()) -> dict[str, Any]:
    """The data of a configuration and of what it inherits from, the nearer one winning."""
    try:
        data = yaml.load(config.read_text(encoding="utf-8-sig"), Loader=_Loader)
    except OSError as error:
        raise ProjectError(f"{config} cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise ProjectError(f"{config} is not UTF-8 text") from None
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{config}:{mark.line + 1}:{mark.column + 1}" if mark else str(config)
        raise ProjectError(f"{place}: this is not YAML: {getattr(error, 'problem', None) or error}") from None
    if not isinstance(data, dict):
        raise ProjectError(f"{config}: a configuration is a list of 'word: value' lines")
    parent = data.pop("INHERIT", None)
    if isinstance(parent, str):
        path = (config.parent / parent).absolute()
        if path in (*above, config):
            raise ProjectError(f"{config}: INHERIT goes round in a circle")
        return _merged(_read(path, (*above, config)), data)
    return data


def compose(config: Path) -> yaml.Node | None:
    """The configuration as nodes with their lines, nothing constructed; it has been read before."""
    return yaml.compose(config.read_text(encoding="utf-8-sig"), Loader=_Loader)


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    result = {**below, **above}
    for word in below.keys() & above.keys():
        if isinstance(below[word], Mapping) and isinstance(above[word], Mapping):
            result[word] = _merged(below[word], above[word])
    return result


def _settings(data: Mapping[str, Any], config: Path) -> Settings:
    options = _options(data.get("plugins")) or {}
    try:
        return Settings.model_validate({name: value for name, value in options.items() if name != "enabled"})
    except ValidationError as error:
        lines = []
        for each in error.errors(include_url=False):
            place = ".".join(map(str, each["loc"]))
            lines.append(f"{config}: plugins: {PLUGIN}: {place + ': ' if place else ''}{each['msg']}")
        raise ProjectError("\n".join(lines)) from None


def _options(plugins: Any) -> Mapping[str, Any] | None:
    """The options of our plugin, None where it is not used; MkDocs takes plugins as a list or as one mapping."""
    entries = [plugins] if isinstance(plugins, Mapping) else plugins if isinstance(plugins, list) else []
    for entry in entries:
        if isinstance(entry, Mapping) and PLUGIN in entry:
            options = entry[PLUGIN]
            return options if isinstance(options, Mapping) else {}
    return {} if PLUGIN in entries else None
