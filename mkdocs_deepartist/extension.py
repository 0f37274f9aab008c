"""DeepArtist without MkDocs: an extension for Python-Markdown, and for what builds on it, as Zensical.

It shows what is painted already and paints nothing: `deepartist paint --site` does that beforehand.
"""

from __future__ import annotations

import logging
import posixpath
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor

from deepartist.recipe.fences import LANGUAGE
from deepartist.store.copying import copy_whole
from mkdocs_deepartist.blocks import messages_of
from mkdocs_deepartist.build import Build, Site
from mkdocs_deepartist.fence import Fences, restore_header
from mkdocs_deepartist.figure import HERE, SCRIPT, STYLE
from mkdocs_deepartist.lists import LANGUAGES
from mkdocs_deepartist.memory import Choices, Memory
from mkdocs_deepartist.pages import SourcePage
from mkdocs_deepartist.recipe_file import SCHEMA
from mkdocs_deepartist.report import present

if TYPE_CHECKING:
    from deepartist.jobs import Session
    from deepartist.jobs.project import Project

log = logging.getLogger("deepartist")
UNPAINTED = "this picture is not painted yet: run `deepartist paint --site` to paint it"
SUPERFENCES = "fenced_code_block"
"""Under this name superfences registers itself, and so does the extension that it replaces."""


class DeepArtist(Extension):
    """``deepartist`` blocks as figures.

    >>> markdown.markdown(text, extensions=["deepartist"])  # doctest: +SKIP

    The options of the project are those of the plugin in ``mkdocs.yml``, where there is one. Raises ValueError for
    options that do not exist, and with ``on_error: raise`` for mistakes in recipes.
    """

    def __init__(self, **options: Any) -> None:
        self.config = {
            "project": [".", "folder of mkdocs.yml, else of .cache and frozen"],
            "page": ["", "file of the page: pictures are looked for beside it, and messages name it"],
            "site_dir": ["site", "folder of the site: pictures go into its assets/deepartist"],
            "root": ["", "what leads from the page to the root of the site, as in ../"],
        }
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Python-Markdown's name
        fences = SUPERFENCES in md.preprocessors and md.preprocessors[SUPERFENCES]
        if not hasattr(fences, "extension"):
            md.registerExtensions(["pymdownx.superfences"], {})
        self._host = _Host(self.getConfigs())
        self._fences = Fences(self._host.build(), lambda _: self._page)
        self._fences.extendMarkdown(md)
        md.preprocessors.register(_Begin(md, self), "deepartist-begin", 1000)  # sees the page as it was written
        md.postprocessors.register(_End(md, self), "deepartist-end", -1000)
        md.registerExtension(self)

    def reset(self) -> None:
        """Another page, perhaps much later: look again at what is painted."""
        self._fences.build = self._host.build()

    def begin(self, text: str, md: Markdown) -> None:
        """A page begins."""
        self._page = page = self._host.page(text, md)
        self._fences.build.site = self._host.about
        docs = self._host.docs
        self._fences.build.root = docs if page.folder.resolve().is_relative_to(docs.resolve()) else page.folder
        superfences: Any = getattr(md.preprocessors[SUPERFENCES], "extension", None)
        if superfences is None:
            raise ValueError('"deepartist" has to stand behind "extra" and "fenced_code" in the list of extensions')
        if not any(each["name"] == LANGUAGE for each in superfences.superfences):
            superfences.extend_super_fences(LANGUAGE, self._format, self._validate, None)
            for language in LANGUAGES:  # what lists the whole site, of which a page knows nothing
                superfences.extend_super_fences(language, self._nothing, lambda *_: True, None)

    def _validate(self, language: str, inputs: dict[str, str], options: dict[str, Any], *rest: Any) -> bool:
        rest[-1].preprocessors[SUPERFENCES].get_hl_settings()
        return self._fences.validator(language, inputs, options)

    def _format(self, src: str, language: str, options: dict[str, Any], md: Markdown, **more: Any) -> str:
        return self._fences.formatter(src, language, LANGUAGE, options, md, **more)

    @staticmethod
    def _nothing(*_: Any, md: Markdown, **__: Any) -> str:
        restore_header(md)
        return ""

    def end(self, html: str) -> None:
        """A page is rendered: bring its pictures to the site, and say what is wrong with it."""
        page, build = self._page, self._fences.build
        page.closed = True
        blocks = present(page.blocks, html)
        for block in blocks:
            self._host.bring(block.files)
        if blocks and build.site.url:
            self._host.bring({SCHEMA: build.memory.schema()})
        build.memory.save()
        assert build.memory.choices is not None
        messages = sorted([*messages_of(blocks), *page.unread()])
        if messages and build.memory.choices.on_error == "raise":
            raise ValueError("\n".join(map(str, messages)))
        for note in dict.fromkeys(build.notes):
            log.warning(note)
        for message in messages:
            log.log(logging.INFO if build.memory.choices.on_error == "box" else logging.WARNING, str(message))


class _Host:
    """Where pages come from and where their pictures go: what the options say, and what Zensical does."""

    def __init__(self, options: dict[str, Any]) -> None:
        from deepartist.jobs.project import find_project

        self._options = options
        self.project: Project = find_project(Path(options["project"]))
        self.docs = self.project.docs or self.project.folder
        self.site, self.about = Path(options["site_dir"]), Site()

    def build(self) -> Build:
        """What is known of recipes and results now."""
        settings, folder = self.project.settings, self.project.folder
        memory = Memory(folder, settings.model_dump(mode="json", exclude_unset=True))
        memory.choices = Choices.of(settings)
        build = Build(self._session, memory, self.docs, "never")
        build.unpainted, build.settled = UNPAINTED, True
        return build

    def _session(self) -> Session:
        from deepartist.jobs import Session

        return Session(self.project.settings.model_copy(update={"render": "never"}), self.project.folder)

    def page(self, text: str, md: Markdown) -> SourcePage:
        """The page that `md` renders, as far as that is known."""
        if "rendering_context" in md.preprocessors:
            return self._zensical_page(text, md.preprocessors["rendering_context"])
        name, root = self._options["page"], self._options["root"]
        folder = Path(name).parent if name else self.docs
        return SourcePage(name or "page", folder.absolute(), text, text, lambda path: root + path)

    def _zensical_page(self, text: str, context: Any) -> SourcePage:
        """Zensical leaves page and configuration in a preprocessor. What lies in its docs comes into the site."""
        page, config = context.page, context.config
        if self.project.settings.cache_dir.parts[:1] == (".cache",):
            _warn_of_clean(self.project.settings.cache_dir)
        self.docs, self.site = Path(config["docs_dir"]).absolute(), Path(config["site_dir"]).absolute()
        self.about = Site(config.get("site_name") or "", config.get("site_url") or "")
        here = (
            posixpath.dirname(page.path) or "."
        )  # what it writes of relative URLs counts from the file, as in Markdown
        return SourcePage(page.path, (self.docs / page.path).parent, text, text, partial(posixpath.relpath, start=here))

    def bring(self, files: dict[str, Path | bytes]) -> None:
        """Copy files to where the site has them. Pictures are named by their bytes: one that is there is the same."""
        ours = {name: HERE / "assets" / posixpath.basename(name) for name in (STYLE, SCRIPT)} if files else {}
        for name, source in {**files, **ours}.items():
            target = self.site / name
            size = len(source) if isinstance(source, bytes) else source.stat().st_size
            same = target.is_file() and target.stat().st_size == size
            if not same or (name in ours and target.read_bytes() != ours[name].read_bytes()):
                copy_whole(source, target)  # two pages may bring the same picture at once


@cache
def _warn_of_clean(folder: Path) -> None:
    log.warning(f"`zensical build --clean` empties .cache, and paintings are in {folder}: name another cache_dir")


class _Begin(Preprocessor):
    def __init__(self, md: Markdown, extension: DeepArtist) -> None:
        super().__init__(md)
        self.extension = extension

    def run(self, lines: list[str]) -> list[str]:
        self.extension.begin("\n".join(lines), self.md)
        return lines


class _End(Postprocessor):
    def __init__(self, md: Markdown, extension: DeepArtist) -> None:
        super().__init__(md)
        self.extension = extension

    def run(self, text: str) -> str:
        self.extension.end(text)
        return text


def makeExtension(**options: Any) -> DeepArtist:  # noqa: N802 - Python-Markdown's name
    """What Python-Markdown calls for ``mkdocs_deepartist.extension``."""
    return DeepArtist(**options)
