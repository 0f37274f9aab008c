"""Many requests at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def at_once(work: Callable[[T], R], items: Iterable[T], workers: int) -> list[R]:
    """`work` on all items in `workers` threads, results in order. At the first error nothing more is begun."""
    given: Sequence[T] = list(items)
    if not given:
        return []
    with ThreadPoolExecutor(workers) as pool:
        futures = [pool.submit(work, item) for item in given]
        try:
            wait(futures, return_when=FIRST_EXCEPTION)
        finally:  # also ctrl-C: what runs ends, what waits is dropped
            pool.shutdown(wait=True, cancel_futures=True)
    failed = next((error for each in futures if not each.cancelled() and (error := each.exception())), None)
    if failed is not None:
        raise failed
    return [each.result() for each in futures]
