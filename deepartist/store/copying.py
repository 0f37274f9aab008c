"""Files that nobody ever sees half of."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """A path beside `target` to write to, which is renamed to it in the end; folders on the way are made.

    Two may do the same at once. Raises OSError; whatever goes wrong leaves `target` as it was, and nothing beside it.
    """
    temporary = target.with_name(f".{target.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        temporary.replace(target)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def copy_whole(source: Path | bytes, target: Path) -> None:
    """Copy a file, or write what shall be in it, as a whole; folders on the way are made. Raises OSError."""
    import shutil

    with whole(target) as temporary:
        if isinstance(source, bytes):
            temporary.write_bytes(source)
        else:
            shutil.copyfile(source, temporary)
