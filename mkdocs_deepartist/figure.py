"""The HTML of one painting, its mistake, or its place while it is not painted. Plain strings in, plain strings out."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs_deepartist.blocks import Block, Picture
from mkdocs_deepartist.build import Build
from mkdocs_deepartist.chart import chart
from mkdocs_deepartist.derived import half
from mkdocs_deepartist.film import FRAME, STILLS, film, shown
from mkdocs_deepartist.recipe_file import file_name, recipe_file
from mkdocs_deepartist.words import duration, picture_name

if TYPE_CHECKING:
    from jinja2 import Environment, Template
    from markupsafe import Markup

    from deepartist.store import Output, Record

HERE = Path(__file__).parent
SITE_FOLDER = "assets/deepartist"
STYLE, SCRIPT = f"{SITE_FOLDER}/deepartist.css", f"{SITE_FOLDER}/deepartist.js"
MOST_INPUTS = 6
"""Pictures in the strip before the result: of a folder, the first ones."""


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        auto_reload=False,
    )
    environment.filters["commands"] = _commands
    return environment


def _commands(text: str) -> Markup:
    """Escaped text in which what stands between backticks is set as code."""
    from markupsafe import Markup, escape

    parts = str(escape(text)).split("`")
    return Markup("".join(f"<code>{part}</code>" if index % 2 else part for index, part in enumerate(parts)))


@cache
def template(name: str) -> Template:
    """One of the folder ``templates``."""
    return _environment().get_template(name)


def figure(block: Block, build: Build) -> str:
    """The figure of a block as things stand: painting, placeholder or error box."""
    common = {
        "id": block.id,
        "key": block.entry.key,
        "state": block.state,
        "options": block.options,
        "source": block.highlighted,
    }
    if block.state == "failed":
        return template("error.html").render(common, messages=block.messages)
    facts = block.entry.facts
    assert facts is not None
    alt = block.options.alt if block.options.alt is not None else facts.alt
    common |= {"alt": alt, "first": block.first, "strip": [], "seed": facts.seed}
    if block.options.layout == "compare":
        common["strip"] = _inputs(block, [each.root for each in build.memory.results.stores], facts.pictures)
    record = block.entry.record
    if record is None:
        width, height = facts.size
        return template("placeholder.html").render(common, width=width, height=height, message=block.entry.message)
    common |= {"picture": _picture(block, record, build), "tabs": f"__tabbed_{block.id}"}
    return template("figure.html").render(common, recipe=_recipe(block, build), **_details(record))


def _recipe(block: Block, build: Build) -> dict[str, str]:
    """URL and name of the recipe as a file."""
    content = recipe_file(block, build.site)
    name = f"{SITE_FOLDER}/{hashlib.sha256(content).hexdigest()[:20]}.yml"
    return {"url": _publish(block, name, content), "name": f"{file_name(block)}.yml"}


def _picture(block: Block, record: Record, build: Build) -> dict[str, Any]:
    """URLs and size of a painting: WebP for all who can, PNG for the rest and for keeping; whichever is there. Of a
    film whatever there is of it."""
    urls = {}
    for role in shown(record):
        if block.options.layout == "source" and role.startswith(FRAME):
            continue
        output = record.outputs[role]
        urls[role] = _publish(block, file_of(output), record.path(role))
    block.outputs = tuple(f"{SITE_FOLDER}/{posixpath.basename(url)}" for url in dict.fromkeys(urls.values()))
    front, *_ = urls
    return {
        "webp": urls["webp"] if "webp" in urls and "png" in urls else None,
        "widths": _widths(block, record, front, urls[front], build),
        "src": urls.get("png") or urls[front],
        "full": urls[front],
        "width": record.outputs[front].width,
        "height": record.outputs[front].height,
        "cut": record.data.get("cut", ""),
        "film": (moving := film(record, urls, file_name(block))),
        "tile": moving is None and block.entry.facts is not None and block.entry.facts.tile,
    }


def _widths(block: Block, record: Record, front: str, url: str, build: Build) -> str:
    """The ``srcset`` of a picture that is there in two sizes; empty for one that is small enough for all."""
    if block.options.layout == "source" or front not in STILLS:
        return ""
    output = record.outputs[front]
    small = half(output, record.path(front), build.memory.results.stores[0].root)
    if small is None:
        return ""
    less = _publish(block, f"{SITE_FOLDER}/{small.sha256[:20]}.webp", small.path)
    return f"{less} {(output.width + 1) // 2}w, {url} {output.width}w"


def file_of(output: Output) -> str:
    """The site path of a painting's file. Named by its bytes, it may be cached for ever."""
    return f"{SITE_FOLDER}/{output.sha256[:20]}{posixpath.splitext(output.name)[1]}"


def _publish(block: Block, name: str, file: Path | bytes) -> str:
    """Note a file that the site needs, or what shall be in it; its URL from the page."""
    block.files[name] = file
    return block.page.relative(name)


def _details(record: Record) -> dict[str, Any]:
    facts = record.data
    seconds, device = facts.get("seconds"), facts.get("device_name") or facts.get("device") or ""
    versions = facts.get("versions") or {}
    return {
        "time": duration(float(seconds)) if isinstance(seconds, int | float) else "",
        "device": str(device),
        "versions": ", ".join(f"{name} {version}" for name, version in versions.items()),
        "chart": chart(facts.get("losses") or ()),
    }


def _inputs(block: Block, stores: Sequence[Path], pictures: Iterable[Picture]) -> list[dict[str, Any]]:
    """The recipe's own pictures, content first, for the strip beside the result."""
    from mkdocs_deepartist.inputs import published

    found: list[dict[str, Any]] = []
    for each in pictures:
        if each.role and len(found) < MOST_INPUTS:
            try:
                file = published(each, stores)
            except (OSError, ValueError, SyntaxError):  # damaged: the recipe's own mistake is reported elsewhere
                continue
            url = _publish(block, f"{SITE_FOLDER}/{file.sha256[:20]}{file.path.suffix.lower()}", file.path)
            name = picture_name(each.reference)
            found.append({"role": each.role, "name": name, "src": url, "width": each.width, "height": each.height})
    return found
