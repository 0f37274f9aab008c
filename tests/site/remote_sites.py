"""What tests of remotes have in common: a painted site, commands, and what lies where."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from bucket import Remote
from click.testing import CliRunner, Result
from proxy import Proxy
from sites import Site

from deepartist.cli import main

Make = Callable[..., Site]
PLACE = "s3://gallery/results"
AWAY = "http://127.0.0.1:9"
"""Nobody listens there."""
PUSH = [sys.executable, "-c", "from deepartist.cli import main; main()", "push", PLACE, "--endpoint-url"]
"""For processes of their own."""
PAGES = {
    "index.md": "# Home\n\n```deepartist\nstyle: sample:strokes\nsize: 512\n```\n",
    "deep/two.md": "# Two\n\nText.\n\n```deepartist\nstyle: sample:cells\nsize: 64\n```\n",
}


def run(site: Site, *arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(main, [*arguments, "-f", str(site.root / "mkdocs.yml")])
    assert result.exit_code == code, result.output
    for secret in ("very-secret-key", "AKIATEST", "Traceback"):
        assert secret not in result.output
    return result


def told(site: Site, *arguments: str, code: int = 0) -> Any:
    return json.loads(run(site, *arguments, "--json", code=code).stdout)


def push(site: Site, endpoint: str, *arguments: str, code: int = 0) -> Any:
    return told(site, "push", PLACE, "--endpoint-url", endpoint, *arguments, code=code)


def bucket(endpoint: str, url: str = PLACE) -> dict[str, str]:
    return {"url": url, "endpoint_url": endpoint}


def results(site: Site) -> dict[str, bytes]:
    """All files of the cache by their place in it."""
    cache = site.root / ".cache" / "deepartist"
    return {path.relative_to(cache).as_posix(): path.read_bytes() for path in cache.glob("??/*/*")}


def there(remote: Remote) -> dict[str, bytes]:
    return {key.removeprefix("results/"): remote.text(key) for key in remote.list()}


def puts(proxy: Proxy) -> list[str]:
    return [path.rpartition("/")[2] for method, path in proxy.log if method == "PUT"]


def damage(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])
