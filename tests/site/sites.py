"""Small sites, built by the real command lines."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlparse

import yaml
from paintings import paint_site

from deepartist.jobs import Session, Settings


@dataclass
class Built:
    """How a build ended."""

    code: int
    log: str

    @property
    def warnings(self) -> list[str]:
        """The sentences of all warnings of the plugin, in order."""
        return re.findall(r"WARNING +- +deepartist: (.*)", self.log)


class Site:
    """A folder with mkdocs.yml and docs/."""

    def __init__(self, root: Path, pages: dict[str, str | bytes], **config: Any) -> None:
        self.root, self.docs, self.out = root, root / "docs", root / "site"
        self.config: dict[str, Any] = {"site_name": "Test", "theme": "mkdocs", "plugins": ["search", "deepartist"]}
        for name, text in pages.items():
            self.write(name, text)
        self.configure(**config)

    def configure(self, **config: Any) -> None:
        self.config.update(config)
        (self.root / "mkdocs.yml").write_text(yaml.safe_dump(self.config))

    def options(self, **options: Any) -> None:
        """Options of the plugin."""
        self.configure(plugins=["search", {"deepartist": options}])

    def write(self, name: str, text: str | bytes) -> None:
        path = self.docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)

    def paint(self, quality: Any = "final") -> None:
        """Put a picture for every valid recipe into the cache."""
        paint_site(self.docs, self.session(), quality)

    def session(self, **settings: Any) -> Session:
        return Session(Settings(**settings), self.root)

    def build(self, *arguments: str, command: str = "mkdocs") -> Built:
        """Build in a process of its own."""
        environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "COLUMNS": "400"}
        line = [sys.executable, "-m", command, "build", "-f", "mkdocs.yml", *arguments]
        done = subprocess.run(line, cwd=self.root, env=environment, capture_output=True, text=True, check=False)
        return Built(done.returncode, done.stderr + done.stdout)

    def build_here(self, *arguments: str) -> Built:
        """Build in this process: quicker, and what is monkeypatched stays so."""
        from click.testing import CliRunner
        from mkdocs.__main__ import cli

        with contextlib.chdir(self.root):
            result = CliRunner(env={"COLUMNS": "400"}).invoke(cli, ["build", *arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Built(result.exit_code, result.output)

    def html(self, name: str = "index.html") -> str:
        return (self.out / name).read_text(encoding="utf-8")

    @property
    def index(self) -> dict[str, Any]:
        """deepartist.json."""
        return json.loads((self.out / "deepartist.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]

    @property
    def states(self) -> list[str]:
        return [each["state"] for each in self.index["figures"]]


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


def elements(html: str, tag: str, **attributes: str) -> list[dict[str, str]]:
    """The attributes of all elements of a kind; `class_` matches one of the classes."""
    parser = _Elements()
    parser.feed(html)
    chosen = [each for name, each in parser.found if name == tag]
    if "class_" in attributes:
        wanted = attributes.pop("class_")
        chosen = [each for each in chosen if wanted in each.get("class", "").split()]
    return [each for each in chosen if all(each.get(name) == value for name, value in attributes.items())]


def figures(html: str) -> list[dict[str, str]]:
    return elements(html, "figure", class_="deepartist")


def targets(site: Site) -> list[tuple[Path, str, Path]]:
    """Everything of ours that a page points to: the page, the URL as written, the file that it means."""
    found = []
    for page in sorted(site.out.rglob("*.html")):
        if page.name == "404.html":
            continue
        html = page.read_text(encoding="utf-8")
        urls = [each["src"] for each in elements(html, "img")]
        sets = [each["srcset"] for tag in ("img", "source") for each in elements(html, tag) if "srcset" in each]
        urls += [each.split()[0] for listed in sets for each in listed.split(",")]
        urls += [each["href"] for kind in ("off-glb", "glightbox") for each in elements(html, "a", class_=kind)]
        urls += [each["href"] for each in elements(html, "link") if "deepartist" in each.get("href", "")]
        urls += [each["src"] for each in elements(html, "script") if "deepartist" in each.get("src", "")]
        here = "/" + page.relative_to(site.out).as_posix()
        found += [(page, url, site.out / urlparse(urljoin(here, url)).path.lstrip("/")) for url in urls]
    return found


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
