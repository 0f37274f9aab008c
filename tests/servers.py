"""A web server of this computer that behaves as badly as it is told to."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from PIL import Image


def picture(color: str = "navy", size: tuple[int, int] = (40, 20), kind: str = "PNG") -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, color).save(stream, kind)
    return stream.getvalue()


@dataclass
class Server:
    """`answers` maps paths to (status, headers, body); a body may be a list, in which numbers are seconds to wait."""

    answers: dict[str, tuple[int, dict[str, str], Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    port: int = 0
    fail_first: int = 0
    """So many requests are answered by 503 before the others."""

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def put(self, path: str, body: Any, status: int = 200, **headers: str) -> str:
        self.answers[path] = (status, headers, body)
        return self.url(path)

    def redirect(self, path: str, to: str) -> str:
        return self.put(path, b"", 302, Location=to)

    def start(self) -> ThreadingHTTPServer:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append(self.path)
                status, headers, body = server.answers.get(self.path, (404, {}, b"nothing here"))
                if server.fail_first > 0:
                    server.fail_first -= 1
                    status, headers, body = 503, {"Retry-After": "3600"}, b""
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if isinstance(body, bytes) and "Content-Length" not in headers:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    for each in [body] if isinstance(body, bytes) else body:
                        if isinstance(each, bytes):
                            self.wfile.write(each)
                            self.wfile.flush()
                        else:
                            time.sleep(each)
                except OSError:
                    pass

            def log_message(self, *_: Any) -> None:
                pass

        http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        http.daemon_threads = True
        self.port = http.server_address[1]
        threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return http


@contextmanager
def folder_server(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Any web server with files: its address, and the requests that it has answered, as in ``GET /a.png``."""
    asked: list[str] = []

    class Handler(SimpleHTTPRequestHandler):
        def log_request(self, *_: Any) -> None:
            asked.append(f"{self.command} {self.path}")

        def log_message(self, *_: Any) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    http.daemon_threads = True
    threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"http://127.0.0.1:{http.server_address[1]}", asked
    http.shutdown()
    http.server_close()
