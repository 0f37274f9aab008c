"""A web server for the tests of several folders."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from servers import Server

from deepartist.sources import downloads


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A web server on this computer; retries do not wait long for it."""
    monkeypatch.setattr(downloads, "BACKOFF", 0.001)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    server = Server()
    http = server.start()
    yield server
    http.shutdown()
    http.server_close()
