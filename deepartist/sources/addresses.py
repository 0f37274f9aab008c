"""Pictures from http(s) and s3 addresses: which may be used, and what they were when they were pinned.

No network here: whose pictures may be used is said in ``mkdocs.yml``, what they are in the committed file of pins, so
that a recipe can be read, keyed and found in the store wherever it is built.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Annotated, Any
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from deepartist.recipe.inputs import SUFFIXES, ImageInput, InputError
from deepartist.store.copying import whole

SCHEMES = ("http", "https", "s3")
LOCK = "deepartist.lock"
"""The file of pins, beside ``mkdocs.yml``."""
FOLDER = "downloads"
"""Below the cache folder."""
_HEAD = "# The pictures from elsewhere, as they were when `deepartist pin` looked at them. Commit this file.\n"
_ODD = re.compile(r"[\s\\\x00-\x1f]")
"""What is read in different ways by different readers of addresses."""
_PORTS = {"http": 80, "https": 443}


class Pin(BaseModel):
    """What an address held."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    width: Annotated[int, Field(gt=0)]
    height: Annotated[int, Field(gt=0)]


_Pins: TypeAdapter[dict[str, Pin]] = TypeAdapter(dict[str, Pin])


class Addresses:
    """The addresses that the recipes of a project may use."""

    def __init__(self, hosts: Iterable[str], lock: Path, cache: Path) -> None:
        """`hosts` are those of `Settings`, `lock` is the file of pins, `cache` the cache folder."""
        self.hosts, self.lock, self.folder = frozenset(hosts), lock, cache / FOLDER
        self.asked: dict[str, None] = {}
        """Every allowed address that was looked up, in order."""

    def image(self, address: str) -> ImageInput:
        """The pinned picture; its file need not be there yet. Raises InputError."""
        check_allowed(address, self.hosts)
        self.asked[address] = None
        pin = self.pins.get(address)
        if pin is None:
            raise InputError(f'"{address}" is not pinned yet: `deepartist pin` downloads it and notes what it is')
        path = self.path(address, pin.sha256)
        return ImageInput(address, (("sha256", pin.sha256),), pin.width, pin.height, path, address)

    def path(self, address: str, sha256: str) -> Path:
        """Where the file of an address is kept; named as pictures are, so that it can be published as it is."""
        suffix = PurePosixPath(urlsplit(address).path).suffix.lower()
        return self.folder / f"{sha256}{suffix if suffix in SUFFIXES else ''}"

    @cached_property
    def pins(self) -> Mapping[str, Pin]:
        """All pins by address. Raises InputError where the file of pins is damaged."""
        try:
            data = yaml.safe_load(self.lock.read_text(encoding="utf-8-sig"))
            return _Pins.validate_python(data or {})
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError, ValidationError) as error:
            mark = getattr(error, "problem_mark", None)
            where = f" in line {mark.line + 1}" if mark else ""
            raise InputError(
                f"{self.lock.name} cannot be read{where}: mend it, or delete it and run `deepartist pin`"
            ) from None

    def pin(self, pins: Mapping[str, Pin]) -> None:
        """Note more pins. Raises InputError where the file cannot be written."""
        merged = {**self.pins, **pins}
        data = {address: merged[address].model_dump() for address in sorted(merged)}
        text = _HEAD + yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=10_000)
        write_file(self.lock, text.encode())
        self.__dict__.pop("pins", None)


def check_allowed(address: str, hosts: Iterable[str]) -> None:
    """Raises InputError for an address that is none, or whose host or bucket is not among `hosts`."""
    parts: Any = None
    with suppress(ValueError):
        split = urlsplit(address)
        parts = split if split.port != 0 and not _ODD.search(address) else None
    if parts is None or parts.scheme not in SCHEMES or not parts.hostname or not parts.path.strip("/"):
        raise InputError(f'"{address}" is not an address of a picture: write https://HOST/PATH or s3://BUCKET/PATH')
    if parts.username is not None or parts.password is not None:
        raise InputError("an address with a name or password in it cannot be used: pages are public")
    host = host_of(address)
    if host not in hosts:
        what = "the bucket" if parts.scheme == "s3" else "the host"
        raise InputError(
            f'"{address}": {what} is not allowed here; mkdocs.yml says which are, as in deepartist: {{hosts: [{host}]}}'
        )


def host_of(address: str) -> str:
    """As in the option ``hosts``: ``example.org``, ``example.org:8080`` where the port is not the usual one,
    ``s3://bucket``."""
    parts = urlsplit(address)
    if parts.scheme == "s3":
        return f"s3://{parts.netloc}"
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else str(parts.hostname)
    return host if parts.port in (None, _PORTS.get(parts.scheme)) else f"{host}:{parts.port}"


def write_file(path: Path, content: bytes) -> None:
    """Atomically. Raises InputError."""
    try:
        with whole(path) as temporary:
            temporary.write_bytes(content)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}") from None
