"""``deepartist new``: a site to begin with."""

from __future__ import annotations

import json
from pathlib import Path

import click

from deepartist.cli.common import say

CONFIG = """\
site_name: {name}

theme:
  name: material
  font: false # no fonts from elsewhere: the site works offline

plugins:
  - search
  - deepartist:
      render: !ENV [DEEPARTIST_RENDER, missing] # "never" where nothing may be painted

markdown_extensions:
  - admonition
  - attr_list
  - pymdownx.highlight
  - pymdownx.superfences
"""
PAGE = """\
# {name}

A recipe becomes a painting:

```deepartist title="Marble" caption="Grown from noise"
style: sample:marble
size: 256
```

Change a word of it, or put a picture of your own beside this page and write its name: `style: waves.jpg`.
"""
IGNORED = """\
/.cache/
/site/
"""


@click.command()
@click.argument("path", type=click.Path(path_type=Path, file_okay=False))
def new(path: Path) -> None:
    """Start a site in the new folder PATH: mkdocs.yml and one page with one recipe.

    \b
        deepartist new gallery
        cd gallery
        mkdocs build                       paints the picture
        mkdocs serve                       shows the site at http://127.0.0.1:8000

    \b
    Exit codes: 0 fine, 2 the folder holds something already, or cannot be written.
    """
    name = path.absolute().name.replace("-", " ").replace("_", " ").strip().capitalize() or "Gallery"
    files = {
        "mkdocs.yml": CONFIG.format(name=json.dumps(name, ensure_ascii=False)),
        "docs/index.md": PAGE.format(name=name),
        ".gitignore": IGNORED,
    }
    try:
        if path.exists() and any(path.iterdir()):
            raise click.UsageError(f"{path} is not empty: name a new folder")
        for each, text in files.items():
            (path / each).parent.mkdir(parents=True, exist_ok=True)
            (path / each).write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"{path} cannot be written: {error.strerror or error}") from None
    for each in files:
        click.echo(path / each)
    say(f"Your site is in {path}: go there, and `mkdocs build` paints its first picture")
