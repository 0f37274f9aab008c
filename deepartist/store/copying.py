"""Copies that nobody ever sees half of."""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path


def copy_whole(source: Path, target: Path) -> None:
    """Copy a file under a temporary name, then rename it; folders on the way are made. Raises OSError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        shutil.copyfile(source, temporary)
        temporary.replace(target)
    finally:
        with suppress(OSError):
            temporary.unlink()
