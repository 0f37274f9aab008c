"""Copying pictures into the site while MkDocs renders its pages.

Every build empties the site and copies every picture again. For hundreds of them that takes as long as rendering, so a
child process does it meanwhile. A thread would not do: it would wait for the interpreter at every file.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

FEW = 32
"""So many files are copied before a process has started."""
_PROGRAM = "import json, shutil, sys\nfor pair in json.load(sys.stdin.buffer): shutil.copyfile(*pair)"


class Copies:
    """Files on their way into the site."""

    def __init__(self) -> None:
        self._waiting: list[tuple[str, str]] = []
        self._process: subprocess.Popen[str] | None = None

    def add(self, source: str, target: str) -> None:
        self._waiting.append((source, target))

    def launch(self) -> None:
        """Copy what was added. Raises OSError for a few files; for many, `finish` does."""
        waiting, self._waiting = self._waiting, []
        for folder in {Path(target).parent for _, target in waiting}:
            folder.mkdir(parents=True, exist_ok=True)
        if len(waiting) <= FEW:
            for source, target in waiting:
                shutil.copyfile(source, target)
            return
        self.finish()
        with tempfile.TemporaryFile() as orders:
            orders.write(json.dumps(waiting).encode())
            orders.seek(0)
            command = [sys.executable, "-I", "-S", "-c", _PROGRAM]
            self._process = subprocess.Popen(command, stdin=orders, stderr=subprocess.PIPE, text=True)

    def finish(self) -> None:
        """Wait until everything is copied. Raises OSError."""
        if self._waiting:
            self.launch()
        process, self._process = self._process, None
        if process is not None:
            _, errors = process.communicate()
            if process.returncode:
                raise OSError(errors.strip().splitlines()[-1] if errors.strip() else "the copying process died")

    def cancel(self) -> None:
        """The build has failed: stop."""
        self._waiting = []
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None
