"""Copying in the background."""

from __future__ import annotations

import shutil
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path


class Copies:
    """Files on their way into the site."""

    def __init__(self) -> None:
        self._folders: set[str] = set()
        self._pool: ThreadPoolExecutor | None = None
        self._running: list[Future[None]] = []

    def start(self, source: str, target: str) -> None:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, thread_name_prefix="deepartist-copies")
        folder = str(Path(target).parent)
        if folder not in self._folders:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self._folders.add(folder)
        self._running.append(self._pool.submit(_copy, source, target))

    def finish(self) -> None:
        """Wait for all of them. Raises what went wrong with the first that did."""
        running, self._running = self._running, []
        for each in running:
            each.result()
        self._close()

    def cancel(self) -> None:
        self._running = []
        self._close()

    def _close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


def _copy(source: str, target: str) -> None:
    with Path(source).open("rb", buffering=0) as read, Path(target).open("wb", buffering=0) as written:
        shutil.copyfileobj(read, written, 1 << 20)
