"""Recipe blocks as Python-Markdown meets them: a custom fence for superfences. Knows nothing of MkDocs.

Superfences swallows every exception of a formatter and turns the block into a garbled paragraph, so nothing may escape
from here: whatever goes wrong becomes an error box and a message.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from html import escape
from typing import Any
from urllib.parse import quote, unquote

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor

from deepartist.recipe.fences import LANGUAGE, LANGUAGES, all_fences
from deepartist.recipe.header import Options, read_header, read_options
from mkdocs_deepartist.blocks import Block, Entry
from mkdocs_deepartist.build import Build
from mkdocs_deepartist.figure import figure
from mkdocs_deepartist.memory import Memory
from mkdocs_deepartist.pages import SourcePage

RAW = "deepartist_header"
"""Option under which a header is handed to superfences."""
_ANY_BLOCK = 987_650_123
"""Stands in remembered HTML for the number of the code block, which ids of lines contain."""


class Fences(Extension):
    """The blocks of one build; give it to Markdown as an extension, and `custom_fence` to superfences.

    >>> Markdown(
    ...     extensions=["pymdownx.superfences", fences],
    ...     extension_configs={"pymdownx.superfences": {"custom_fences": [fences.custom_fence]}},
    ... )  # doctest: +SKIP
    """

    def __init__(self, build: Build, locate: Callable[[Markdown], SourcePage]) -> None:
        """`locate` names the page that a Markdown instance is rendering."""
        super().__init__()
        self.build, self.locate = build, locate

    @property
    def custom_fence(self) -> dict[str, Any]:
        return {"name": LANGUAGE, "class": LANGUAGE, "validator": self.validator, "format": self.formatter}

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Python-Markdown's name
        # After snippets (32) and white space (30), before superfences (25).
        md.preprocessors.register(_Headers(md, self), LANGUAGE, 26)

    @staticmethod
    def validator(_language: str, inputs: dict[str, str], options: dict[str, Any], *_: Any) -> bool:
        """Take any header: a refused one would become a paragraph; what is wrong with it is said by the formatter."""
        options["header"] = dict(inputs)
        return True

    def formatter(
        self, source: str, _language: str, _class: str, options: dict[str, Any], md: Markdown, **kwargs: Any
    ) -> str:
        """The figure of a painting that is there, the box of a mistake, or a marker for what has to be painted."""
        page: SourcePage | None = None
        occurrence = 0
        try:
            page = self.locate(md)
            occurrence = page.occurrence(source)
            classes, id_value = kwargs.get("classes") or (), kwargs.get("id_value") or ""
            block = self._block(page, source, occurrence, options, md, classes, id_value)
            page.blocks.append(block)
            return marker(block) if block.state == "missing" else figure(block, self.build)
        except Exception as error:
            return self._crashed(page, source, occurrence, error)

    def _block(
        self,
        page: SourcePage,
        source: str,
        occurrence: int,
        given: dict[str, Any],
        md: Markdown,
        classes: Sequence[str],
        id_value: str,
    ) -> Block:
        restore_header(md)
        header = given.get("header", {})
        read = read_header(unquote(header[RAW])) if RAW in header else read_options(header, tuple(classes), id_value)
        options, problems = read
        entry = self.build.entry(page.written(source, occurrence), page.folder)
        name = page.unique_id(
            options.id or (f"deepartist-{entry.facts.final[:10]}" if entry.facts else "deepartist-recipe")
        )
        return Block(
            page=page,
            text=source,
            entry=entry,
            options=options,
            highlighted=highlighted(source, md, self.build.memory),
            id=name,
            first=not page.blocks,
            occurrence=occurrence,
            header_problems=problems,
        )

    def _crashed(self, page: SourcePage | None, source: str, occurrence: int, error: Exception) -> str:
        message = f"internal error: {type(error).__name__}: {error}"
        if page is not None:
            entry = Entry("failed", message=message)
            name = page.unique_id("deepartist-recipe")
            plain = f"<pre><code>{escape(source)}</code></pre>"
            block = Block(page, source, entry, Options(), plain, name, first=False, occurrence=occurrence)
            page.blocks.append(block)
            try:
                return figure(block, self.build)
            except Exception:
                message += " (and the error box failed too)"
        text = escape(f"{message}\n\n{source}")
        return f'<figure class="deepartist" data-state="failed"><pre>{text}</pre></figure>'


class _Headers(Preprocessor):
    """Notes that a page begins, and hands the headers of our fences to us as they are: superfences would refuse some,
    as ``layout=tabs`` unquoted, and take the last of two titles."""

    def __init__(self, md: Markdown, fences: Fences) -> None:
        super().__init__(md)
        self.fences = fences

    def run(self, lines: list[str]) -> list[str]:
        try:
            page = self.fences.locate(self.md)
            if page.closed:
                page.restart()
            if any(LANGUAGE in line for line in lines):
                return _accepted(lines, self.md)
        except Exception:  # the formatter meets the same trouble and reports it
            return lines
        return lines


def _accepted(lines: list[str], md: Markdown) -> list[str]:
    """The page with the headers of our fences in the one form that superfences always accepts."""
    rewritten, originals = list(lines), {}
    for fence in all_fences("\n".join(lines)):
        if fence.language in LANGUAGES and fence.header:
            original = lines[fence.line - 1][fence.indent :]
            ticks = original[: len(original) - len(original.lstrip(original[0]))]
            header = f'{RAW}="{quote(fence.header, safe=" ")}"'
            rewritten[fence.line - 1] = f"{lines[fence.line - 1][: fence.indent]}{ticks}{fence.language} {header}"
            originals[header] = original
    md.deepartist_headers = originals  # type: ignore[attr-defined]
    return rewritten


def restore_header(md: Markdown) -> None:
    """Give superfences the author's own fence line, which it shows where the block turns out to be indented code."""
    fenced: Any = md.preprocessors["fenced_code_block"]
    first = str(getattr(fenced, "first", ""))
    for header, original in getattr(md, "deepartist_headers", {}).items():
        if first.endswith(header):
            fenced.first = first[: len(first) - len(first.lstrip(" >"))] + original


def highlighted(source: str, md: Markdown, memory: Memory) -> str:
    """The recipe as a code block of this site: Pygments, its theme, its copy button."""
    fenced: Any = md.preprocessors["fenced_code_block"]
    settings = fenced.highlight_ext.get_pymdownx_highlight_settings()
    style = json.dumps([settings, fenced.css_class, repr(fenced.highlighter)], sort_keys=True, default=str)
    html, counter = memory.recall_html(source, style), fenced.highlight_ext
    count = counter.pygments_code_block + 1
    if html is None:
        counter.pygments_code_block = _ANY_BLOCK - 1
        html = fenced.highlight(src=source, language="yaml", options={}, md=md, classes=[], id_value="", attrs={})
        memory.learn_html(source, style, html)
    counter.pygments_code_block = count
    return html.replace(f"-{_ANY_BLOCK}-", f"-{count}-")


def marker(block: Block) -> str:
    """Stands for a figure until its picture is painted; unchanged where another plugin rewrites the page."""
    return f'<figure class="deepartist" id="{block.id}" data-deepartist="{block.id}"></figure>'
