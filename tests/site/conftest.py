from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from bucket import Remote
from remote_sites import PAGES, Make
from servers import folder_server
from sites import Site


@pytest.fixture
def site(tmp_path: Path) -> Callable[..., Site]:
    """Makes a site in the test's own folder."""
    return lambda pages, **config: Site(tmp_path, pages, **config)


@pytest.fixture
def made(site: Make, remote: Remote) -> Site:
    """A painted site beside an empty bucket."""
    painted = site(PAGES)
    painted.paint()
    return painted


@pytest.fixture
def fork(tmp_path: Path) -> Callable[..., Site]:
    """What a clone has: pages, and options; no cache."""

    def clone(made: Site, name: str = "fork", **options: Any) -> Site:
        (tmp_path / name).mkdir()
        copy = Site(tmp_path / name, {})
        for page in made.docs.rglob("*.md"):
            copy.write(str(page.relative_to(made.docs)), page.read_text())
        copy.options(**{"render": "never", **options})
        return copy

    return clone


@pytest.fixture
def web(made: Site) -> Iterator[tuple[str, list[str]]]:
    """The cache of the painted site, on a web server."""
    with folder_server(made.root / ".cache" / "deepartist") as server:
        yield server


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
