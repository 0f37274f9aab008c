"""A bucket to look into, and a small site to send there."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import yaml
from bucket import Remote
from click.testing import CliRunner, Result

from deepartist.cli import main

__all__ = ["MANIFEST", "PLACE", "SITE", "Project", "Remote"]

SITE: dict[str, bytes] = {
    "index.html": b"<h1>Paintings</h1>",
    "404.html": b"<h1>Nothing</h1>",
    "waves/index.html": b"<h1>Waves</h1>",
    "sitemap.xml": b"<urlset/>",
    "search/search_index.json": b"{}",
    "assets/site.css": b"body {}",
    "assets/deepartist/0123456789abcdef0123.webp": b"RIFF....WEBP",
    "assets/javascripts/bundle.79ae519e.min.js": b"let a",
}
PLACE = "s3://gallery/art"
MANIFEST = ".deepartist-published.json"


class Project:
    """A folder with mkdocs.yml and a site as `mkdocs build` leaves it."""

    def __init__(self, root: Path, endpoint: str) -> None:
        self.root, self.site, self.endpoint = root, root / "site", endpoint
        (root / "docs").mkdir()
        self.target()
        for name, content in SITE.items():
            self.write(name, content)
        self.figures("ready")

    def target(self, name: str = "live", **options: Any) -> None:
        target = {"url": PLACE, "endpoint_url": self.endpoint, **options}
        self.configure({name: target})

    def configure(self, targets: dict[str, Any]) -> None:
        config = {"site_name": "Test", "plugins": ["search", {"deepartist": {"publish": targets}}]}
        (self.root / "mkdocs.yml").write_text(yaml.safe_dump(config, sort_keys=False))
        os.utime(self.root / "mkdocs.yml", (0, 0))

    def write(self, name: str, content: bytes) -> None:
        path = self.site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def figures(self, *states: str) -> None:
        """The report of a build."""
        figures = [{"page": f"page-{number}.md", "state": state} for number, state in enumerate(states)]
        self.write("deepartist.json", json.dumps({"figures": figures}).encode())

    def publish(self, *arguments: str, code: int = 0) -> Result:
        result = CliRunner().invoke(main, ["publish", *arguments])
        assert result.exit_code == code, result.output
        for secret in ("very-secret-key", "AKIATEST", "Traceback"):
            assert secret not in result.output
        return result

    def facts(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        """What --json says: the whole of stdout."""
        facts: dict[str, Any] = json.loads(self.publish("--json", "--yes", *arguments, code=code).stdout)
        return facts
