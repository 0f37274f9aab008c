"""Copies that nobody ever sees half of."""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path


def copy_whole(source: Path | bytes, target: Path) -> None:
    """Copy a file, or write what shall be in it, under a temporary name, then rename it.

    Folders on the way are made. Raises OSError.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        if isinstance(source, bytes):
            temporary.write_bytes(source)
        else:
            shutil.copyfile(source, temporary)
        temporary.replace(target)
    finally:
        with suppress(OSError):
            temporary.unlink()
