"""The worker as seen from the build: a child process that speaks JSON lines, one painting at a time.

A process of its own keeps torch out of the build, frees all GPU memory at the end, and turns a crash or an
out-of-memory kill into one failed painting. ``python -m`` instead of a fork: CUDA and OpenMP survive no fork, and
instead of multiprocessing: its spawn re-imports the caller's main module.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from deepartist.jobs.orders import order_of
from deepartist.plan import Plan

Event = dict[str, Any]


class WorkerDied(RuntimeError):
    """The worker ended before it answered; the message says how."""


class WorkerProcess:
    """One child process on one device."""

    def __init__(self, device: str, store: Path, weights: Mapping[str, tuple[Path, str | None]]) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        options = {
            "device": device,
            "store": str(store.absolute()),
            "weights": {name: [str(path.absolute()), sha256] for name, (path, sha256) in weights.items()},
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "deepartist.jobs.worker", json.dumps(options)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            # cuBLAS is deterministic only with a workspace of fixed size, to be named before CUDA starts.
            env={"CUBLAS_WORKSPACE_CONFIG": ":4096:8", **os.environ, "PYTHONIOENCODING": "utf-8"},
            text=True,
            encoding="utf-8",
        )
        ready = self._read()
        if ready["event"] != "ready":
            self.close()
            raise WorkerDied(str(ready.get("message", ready)))
        self.device: str = ready["device"]
        self.device_name: str = ready["name"]

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        return self._process.pid

    def paint(self, plan: Plan, seconds: float | None, report: Callable[[Event], None], again: bool = False) -> Event:
        """Paint one plan, passing every event to `report`; returns the last one (``done``, ``failed``, ``stopped``).

        `seconds` is the time left, None for no limit. Raises WorkerDied where the process ends before that.
        """
        try:
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(order_of(plan, seconds, again)) + "\n")
            self._process.stdin.flush()
        except OSError:
            raise WorkerDied(self._epitaph()) from None
        while True:
            event = self._read()
            report(event)
            if event["event"] in ("done", "failed", "stopped"):
                return event

    def _read(self) -> Event:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise WorkerDied(self._epitaph())
        event: Event = json.loads(line)
        return event

    def _epitaph(self) -> str:
        code = self._process.wait()
        if code < 0:
            name = signal.Signals(-code).name if -code in signal.valid_signals() else str(-code)
            hint = ": most likely out of memory, try a smaller size" if name == "SIGKILL" else ""
            return f"the painting process was killed ({name}){hint}"
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return f"the painting process ended with code {code}" + (f": {lines[-1]}" if lines else "")

    def close(self) -> None:
        """End the process: it notices that its input is closed; what it is painting continues another day."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()
