from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sites import Site


@pytest.fixture
def site(tmp_path: Path) -> Callable[..., Site]:
    """Makes a site in the test's own folder."""
    return lambda pages, **config: Site(tmp_path, pages, **config)


@pytest.fixture(autouse=True)
def _no_real_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests are about sites: what they forget to fake fails at once instead of painting for a minute."""
    from deepartist.jobs import Session

    def refuse(_session: Session) -> None:
        raise AssertionError("this test paints")

    monkeypatch.setattr(Session, "worker", property(refuse))


@pytest.fixture
def painter(monkeypatch: pytest.MonkeyPatch) -> Painter:
    """Paintings without painting: the session's worker is replaced."""
    return Painter(monkeypatch)


class Painter:
    """Stands in for the worker; remembers what it was asked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from paintings import put

        from deepartist.jobs import Outcome, Session

        self.keys: list[str] = []
        self.refuse: dict[int, dict[str, Any]] = {}
        """By order number: how the outcome of that painting differs from a picture."""

        def paint(session: Session, plans: Any, report: Any = None) -> dict[str, Outcome]:
            outcomes = {}
            for plan in plans:
                self.keys.append(plan.key)
                failure = self.refuse.get(len(self.keys))
                outcomes[plan.key] = Outcome(plan, **failure) if failure else Outcome(plan, put(session, plan))
            return outcomes

        monkeypatch.setattr(Session, "paint", paint)
        monkeypatch.setattr(Session, "wanted", lambda session, resolved: session.plan(resolved, "draft"))
