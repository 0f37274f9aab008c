"""The worker process: ``python -m deepartist.jobs.worker OPTIONS``.

Reads one order per line (JSON) and answers with events, one per line: ``ready`` once, then for every order ``step``
events and a last ``done``, ``failed`` or ``stopped``. When its input is closed it ends; finished stages are safe.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
import time
from contextlib import suppress
from typing import Any

STEP_EVENTS_PER_SECOND = 8


def main() -> None:
    """Run until the input is closed."""
    options = json.loads(sys.argv[1])
    # Whatever a library prints must not end up among the events.
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    with suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # ctrl-C goes to the build, which closes our input

    def send(**event: Any) -> None:
        channel.write(json.dumps(event) + "\n")

    orders: queue.Queue[str | None] = queue.Queue()
    closed = threading.Event()
    threading.Thread(target=_read_orders, args=(orders, closed), daemon=True).start()
    try:
        from deepartist.jobs.execute import Executor

        executor = Executor(options, closed.is_set)
    except Exception as error:
        send(event="failed", message=str(error))
        return
    send(event="ready", device=executor.device.type, name=executor.device_name)
    while (line := orders.get()) is not None:
        order = json.loads(line)
        last = 0.0
        for event in executor.run(order):
            now = time.monotonic()
            if event["event"] == "step" and now - last < 1 / STEP_EVENTS_PER_SECOND:
                continue
            last = now
            send(key=order["key"], **event)


def _read_orders(orders: queue.Queue[str | None], closed: threading.Event) -> None:
    for line in sys.stdin:
        orders.put(line)
    closed.set()
    orders.put(None)


if __name__ == "__main__":
    main()
