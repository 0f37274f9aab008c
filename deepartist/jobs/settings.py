"""What a project says once for all its recipes: the options of the plugin, shared by the command line."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from deepartist.jobs.targets import Target, check_targets
from deepartist.recipe.parts import parts
from deepartist.recipe.problems import did_you_mean
from deepartist.recipe.words import Number, friendly_errors
from deepartist.remotes.places import RemotePlace

Device = Literal["auto", "cpu", "cuda", "mps"]


def _sha256(value: str) -> str:
    if not re.fullmatch("[0-9a-f]{64}", value):
        raise ValueError(f'"{value}" is no sha256: 64 digits 0-9a-f')
    return value


class WeightsFile(BaseModel):
    """An own file of weights for a pipeline."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    _friendly = friendly_errors()

    file: Path
    sha256: Annotated[str, AfterValidator(_sha256)] | None = None
    """Declared, keys can be computed on machines that do not have the file."""

    def digest(self) -> str:
        """The declared digest, else that of the file. Raises ValueError where there is neither."""
        if self.sha256:
            return self.sha256
        try:
            stat = self.file.stat()
        except OSError as error:
            raise ValueError(f"the weights file {self.file} cannot be read: {error.strerror}") from None
        return _file_digest(self.file, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=16)
def _file_digest(path: Path, _mtime_ns: int, _size: int) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _weights(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    for name in value:
        if name not in parts("pipeline"):
            raise ValueError(f'there is no pipeline "{name}"{did_you_mean(str(name), parts("pipeline"))}')
    return {name: {"file": each} if isinstance(each, str | Path) else each for name, each in value.items()}


def _hosts(value: Any) -> Any:
    """``example.org``, ``example.org:8080`` or ``s3://bucket``, one or several; nothing else of an address."""
    if value is None or isinstance(value, str):
        value = [value] if value else []
    if not isinstance(value, list | tuple) or any(not isinstance(each, str) for each in value):
        raise ValueError("hosts is a list of names, as in [upload.wikimedia.org, s3://my-bucket]")
    for each in value:
        if not re.fullmatch(r"(s3://)?[\w.-]+(:\d+)?/?|\[[0-9a-fA-F:]+\](:\d+)?", each):
            raise ValueError(f'"{each}" is no host: write only its name, as in upload.wikimedia.org or s3://my-bucket')
    return tuple(each.rstrip("/").lower() for each in value)


def _remotes(value: Any) -> Any:
    """One or several addresses, each alone or with its options."""
    if value is None or isinstance(value, str | Mapping):
        value = [value] if value else []
    if not isinstance(value, list | tuple):
        raise ValueError("remotes is a list of addresses, as in [s3://my-bucket/results, https://example.org/results]")
    return value


class Settings(BaseModel):
    """Options of a project, from ``mkdocs.yml`` or the command line."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    _friendly = friendly_errors()

    render: Literal["missing", "never", "all"] = "missing"
    quality: Literal["auto", "draft", "final"] = "auto"
    device: Device = "auto"
    budget: Annotated[Number, Field(gt=0)] | None = None
    """Minutes of painting per build."""
    cache_dir: Path = Path(".cache/deepartist")
    frozen: Path = Path("frozen")
    """A folder of results that is committed with the site: `deepartist freeze` writes it."""
    remotes: Annotated[tuple[RemotePlace, ...], BeforeValidator(_remotes)] = ()
    """Where results that no folder has are fetched from, the first that has one: ``https://…`` and ``s3://…``."""
    weights: Annotated[dict[str, WeightsFile], BeforeValidator(_weights)] = Field(default_factory=dict)
    hosts: Annotated[tuple[str, ...], BeforeValidator(_hosts)] = ()
    """Where recipes may take pictures from: hosts of the web, and buckets as ``s3://bucket``."""
    on_error: Literal["warn", "raise", "box"] = "warn"
    publish: Annotated[dict[str, Target], AfterValidator(check_targets)] = Field(default_factory=dict)
    """Targets of ``deepartist publish`` by name."""

    def weight_files(self) -> dict[str, WeightsFile]:
        """Own weights by pipeline: the option's, else those that ``DEEPARTIST_WEIGHTS_<PIPELINE>`` names."""
        found = dict(self.weights)
        for name in parts("pipeline"):
            path = os.environ.get(f"DEEPARTIST_WEIGHTS_{name.upper()}")
            if path and name not in found:
                found[name] = WeightsFile(file=Path(path).expanduser().absolute())
        return found
