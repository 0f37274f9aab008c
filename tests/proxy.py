"""A proxy between the command and the server that misbehaves as it is told."""

from __future__ import annotations

import http.client
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

RESET = "reset"
"""The connection is cut without an answer."""

Fault = Callable[[str, str, int], "tuple[int, str] | str | None"]
"""Given method, path and how many such methods came before: (status, code), RESET, or None to let it through."""


def _through(method: str, path: str, number: int) -> None:
    return None


@dataclass
class Proxy:
    """Forwards to `endpoint`; `log` holds (method, path) of all that was let through."""

    endpoint: str
    fault: Fault = _through
    delay: float = 0.0
    """Seconds before each answer, as on a long way."""
    ahead: float = 0.0
    """Seconds that the server's clock seems to be ahead."""
    headers: dict[str, str] = field(default_factory=dict)
    """Added to refusals."""
    log: list[tuple[str, str]] = field(default_factory=list)
    lost: Callable[[str, str, int], bool] = lambda *_: False
    """Whether a request arrives and the connection is cut before its answer; given what `fault` is given."""
    refuse: Callable[[set[str]], tuple[int, str] | None] = lambda _: None
    """A fault by the names of a request's headers, in small letters."""

    def __enter__(self) -> Proxy:
        self._counts: dict[str, int] = {}
        self._lock = threading.Lock()
        self._server = _Quiet(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def count(self, method: str) -> int:
        with self._lock:
            self._counts[method] = self._counts.get(method, 0) + 1
            return self._counts[method] - 1

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy, upstream = self, urlsplit(self.endpoint)
        connections = threading.local()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def log_message(self, *_: Any) -> None:
                pass

            def handle_all(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                number = proxy.count(self.command)
                fault = proxy.fault(self.command, self.path, number)
                fault = fault or proxy.refuse({name.lower() for name in self.headers})
                time.sleep(proxy.delay)
                lost = fault is None and proxy.lost(self.command, self.path, number)
                if lost:
                    self._forward(body, answer=False)
                if fault == RESET or lost:
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    self.connection.close()
                    self.close_connection = True
                elif fault is not None:
                    self._refuse(*fault)
                else:
                    self._forward(body)

            def _refuse(self, status: int, code: str) -> None:
                text = f"<Error><Code>{code}</Code><Message>StringToSign: very-secret-key</Message></Error>".encode()
                content = b"" if self.command == "HEAD" else text
                self._answer(status, {"Content-Type": "application/xml", **proxy.headers}, content)

            def _forward(self, body: bytes, answer: bool = True) -> None:
                if not hasattr(connections, "it"):
                    connections.it = http.client.HTTPConnection(upstream.netloc)
                connections.it.request(self.command, self.path, body, dict(self.headers))
                received = connections.it.getresponse()
                content = received.read()
                headers = {name: value for name, value in received.getheaders() if name.lower() not in _OWN}
                headers["Date"] = formatdate(time.time() + proxy.ahead, usegmt=True)
                length = received.getheader("Content-Length") if self.command == "HEAD" else None
                proxy.log.append((self.command, self.path))
                if answer:
                    self._answer(received.status, headers, content, length)

            def _answer(self, status: int, headers: dict[str, str], content: bytes, length: str | None = None) -> None:
                self.send_response_only(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", length or str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = handle_all  # noqa: N815

        return Handler


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Clients that were killed, connections that were cut."""


_OWN = {"content-length", "transfer-encoding", "connection", "date"}
