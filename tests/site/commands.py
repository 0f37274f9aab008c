"""The command line, called in the folder of a site."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from sites import Site

from deepartist.cli import main


def run(site: Site, *arguments: str, code: int = 0, stdin: str | None = None) -> Result:
    there = Path.cwd()
    os.chdir(site.root)
    try:
        result = CliRunner().invoke(main, list(arguments), input=stdin)
    finally:
        os.chdir(there)
    assert result.exit_code == code, result.output
    return result


def told(site: Site, *arguments: str, code: int = 0) -> Any:
    return json.loads(run(site, *arguments, "--json", code=code).stdout)
