"""The MkDocs plugin: a thin adapter that turns build events into calls of `blocks`, `fence` and `figure`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from logging import INFO, WARNING
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files
from mkdocs.utils import get_relative_url

from mkdocs_deepartist.blocks import Block, messages_of
from mkdocs_deepartist.build import Build, Report, Site
from mkdocs_deepartist.config import DeepArtistConfig
from mkdocs_deepartist.fence import Fences
from mkdocs_deepartist.figure import HERE, SCRIPT, STYLE
from mkdocs_deepartist.kept import Kept
from mkdocs_deepartist.lists import FENCES, Leaf, Lists
from mkdocs_deepartist.memory import LOCK
from mkdocs_deepartist.pages import Message, SourcePage
from mkdocs_deepartist.preview import Preview
from mkdocs_deepartist.recipe_file import SCHEMA
from mkdocs_deepartist.report import Totals, fill, present

if TYPE_CHECKING:
    from jinja2 import Environment
    from markdown import Markdown
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer
    from mkdocs.structure.nav import Navigation
    from mkdocs.structure.pages import Page

    from deepartist.jobs import Session

log = get_plugin_logger("deepartist")
SUPERFENCES = "pymdownx.superfences"
INDEX = "deepartist.json"


class DeepArtistPlugin(BasePlugin[DeepArtistConfig]):  # type: ignore[no-untyped-call]
    """Paints the ``deepartist`` blocks of a site."""

    def __init__(self) -> None:
        self._serving = self._dirty = False
        self._session: Session | None = None
        self._totals = Totals()

    # -- before the pages ----------------------------------------------------------------------------------------

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """MkDocs uses one instance for all builds of a process, also for those of other sites."""
        self._serving, self._dirty = command == "serve", dirty
        self._totals, self._session = Totals(), None

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        render = "never" if self._serving else self.config.choices.render
        self._build = Build(self._open_session, self.config.memory, Path(config.docs_dir), render)
        self._build.site = Site(config.site_name or "", config.site_url or "")
        if not self._serving and render == "never":
            self._build.unpainted = (
                "this picture is not painted, and `render: never` paints nothing: run `mkdocs build` with "
                "`render: missing` where it can be painted, then `deepartist freeze` or `push` to take it along"
            )
        self._pages: dict[str, SourcePage] = {}
        self._order: dict[str, int] = {}
        self._site_pages: dict[str, Page] = {}
        self._blocks: dict[str, list[Block]] = {}
        self._previews: dict[str, Preview] = {}
        self._current: SourcePage | None = None
        self._session = None if self._serving else self._session
        self._unread: list[Message] = []
        if self._serving:
            self._totals = Totals()
        self._add_fence(config)
        for files, name in ((config.extra_css, STYLE), (config.extra_javascript, SCRIPT)):
            if name not in files:
                files.append(name)
        return config

    def _open_session(self) -> Session:
        """Results of this project; opened when the first recipe has to be read."""
        from deepartist.jobs import Session

        if self._session is None:
            settings = self.config.settings()
            if self._serving:
                settings = settings.model_copy(update={"render": "never", "remotes": ()})  # and nobody asked
            self._session = Session(settings, self.config.base)
        return self._session

    def _add_fence(self, config: MkDocsConfig) -> None:
        """Superfences, our custom fence in it, and our extension; once, however often a configuration is used."""
        fences = Fences(self._build, self._locate)
        extensions: list[Any] = config.markdown_extensions
        extensions[:] = [each for each in extensions if not isinstance(each, Fences)]
        if SUPERFENCES not in extensions:
            extensions.append(SUPERFENCES)
        extensions.append(fences)
        options = config.mdx_configs.setdefault(SUPERFENCES, {})
        own = [fences.custom_fence, *FENCES]
        names = [each["name"] for each in own]
        others = [each for each in options.get("custom_fences") or () if each.get("name") not in names]
        options["custom_fences"] = [*others, *own]

    def on_serve(self, server: LiveReloadServer, **_: Any) -> None:
        """The docs are watched anyway; what pages say of pictures from elsewhere also depends on their pins."""
        lock = self.config.base / LOCK
        if lock.is_file():
            server.watch(str(lock))

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Just before MkDocs empties the site, which it does not when a plugin builds again inside a build."""
        self._kept = Kept(Path(config.site_dir), take=not self._dirty and not self._totals.pages)

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        for name in (STYLE, SCRIPT):
            self._publish(name, HERE / "assets" / Path(name).name, files, config)
        return files

    def on_nav(self, nav: Navigation, **_: Any) -> None:
        self._order = {page.file.src_uri: number for number, page in enumerate(nav.pages)}

    # -- page by page --------------------------------------------------------------------------------------------

    @event_priority(-100)
    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, **_: Any) -> str:
        """Last, so that what other plugins write into the page is seen."""
        file = page.file
        folder = Path(config.docs_dir, file.src_uri).parent
        source = SourcePage(file.src_uri, folder, file.content_string, markdown, _relative_to(file))
        self._pages[file.src_uri] = self._current = source
        return markdown

    def _locate(self, md: Markdown) -> SourcePage:
        """The page that `md` renders: MkDocs leaves its file in the processor of relative links."""
        if "relpath" in md.treeprocessors:
            file = getattr(md.treeprocessors["relpath"], "file", None)
            if file is not None and file.src_uri in self._pages:
                page = self._pages[file.src_uri]
                page.relative = _relative_to(file)  # an excerpt stands on another page than its post
                return page
        if self._current is None:
            raise LookupError("a recipe block outside of any page")
        return self._current

    @event_priority(80)
    def on_page_content(self, html: str, *, page: Page, **_: Any) -> str:
        """Keep only what is really in the page: superfences takes blocks in indented code back."""
        source = self._pages[page.file.src_uri]
        source.closed = True
        self._blocks[page.file.src_uri] = present(source.blocks, html)
        self._site_pages[page.file.src_uri] = page
        if page.present_anchor_ids is not None:  # or links to figures would count as broken
            page.present_anchor_ids |= {block.id for block in self._blocks[page.file.src_uri]}
        self._unread += source.unread()
        return html

    # -- all pages -----------------------------------------------------------------------------------------------

    @event_priority(60)
    def on_env(self, _env: Environment, *, config: MkDocsConfig, files: Files) -> None:
        """Paint, put the pictures into the pages, and say what is wrong, all at once."""
        blocks = [block for page in self._blocks.values() for block in page]
        if not self._serving:
            self._build.note(self._blocks)
        self._build.paint(blocks, _progress)
        for name, own in self._blocks.items():
            page = self._site_pages[name]
            page.content = fill(page.content or "", own, self._build)
        store = self._build.memory.results.stores[0].root
        lists = Lists(self._leaves(), self._build.memory.names, store)
        for name, page in self._site_pages.items():
            page.content, wrong = lists.hang(page.content or "", self._pages[name])
            self._unread += wrong
            if not page.meta.get("image") and (found := Preview.of(self._blocks[name])):
                page.meta["image"] = found.path  # mkdocs-rss-plugin and some themes take it from there
                self._previews[name] = found
        for block in blocks:
            for name, file in block.files.items():
                self._publish(name, file, files, config)
        if blocks and self._build.site.url:
            self._publish(SCHEMA, self._build.memory.schema(), files, config)
        pages = ((self._site_pages[name].file.url, own) for name, own in self._blocks.items())
        self._totals.add(pages, self._build)
        self._totals.read |= set(self._pages)
        self._build.memory.save()
        self._complain(blocks, config.strict)

    def _leaves(self) -> Iterator[Leaf]:
        """Every page, as the navigation has them; then pages that it lacks."""
        for name in sorted(self._blocks, key=lambda name: self._order.get(name, len(self._order))):
            page = self._site_pages[name]
            tags = page.meta.get("tags") or ()
            tags = tuple(map(str, tags)) if isinstance(tags, list | tuple) else (str(tags),)
            yield Leaf(name, page.file.url, str(page.title or ""), tags, page.content or "", self._blocks[name])

    def _complain(self, blocks: list[Block], strict: bool) -> None:
        """Every problem of all pages in reading order, then one line."""
        unpainted = sum(block.state == "pending" for block in blocks)
        if self._serving:  # where nothing is painted, what is missing is no mistake; a half-typed recipe stops nothing
            blocks = [block for block in blocks if block.state != "pending"]
        messages = sorted([*messages_of(blocks), *self._unread])
        on_error = self.config.choices.on_error
        harmless = not messages or on_error == "box"  # a remote that fails is no mistake where nothing is missing
        for note in self._build.trouble:
            log.log(INFO if strict and harmless else WARNING, note)
        if self._build.fetched:
            log.info(f"{self._build.fetched} fetched from remotes")
        if messages and on_error == "raise" and not self._serving:
            raise PluginError("\n".join(["deepartist:", *map(str, messages)]))
        for note in dict.fromkeys(self._build.notes):
            log.warning(note)
        for message in messages:
            log.log(INFO if on_error == "box" else WARNING, str(message))
        if self._serving and unpainted:
            log.info(f"not painted yet: {unpainted}; `mkdocs build` paints what is missing")
        elif self._totals.pages and any(self._totals.pages.values()):
            log.info(self._totals.line())
            if self._build.painted:
                log.info(self._totals.times(self._build.memory.results.stores[0].root))

    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Markers that another plugin carried to another page, as print pages do; and the picture for previews."""
        preview = self._previews.get(page.file.src_uri)
        if preview and config.site_url:
            output = preview.announced(output, config.site_url)
        if "data-deepartist=" not in output:
            return output
        blocks = [block for blocks in self._blocks.values() for block in blocks]
        for block in blocks:
            block.page.relative = _relative_to(page.file)
        return fill(output, blocks, self._build)

    @event_priority(100)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Write the index of all figures; before plugins that build again inside this event."""
        self._kept.drop()
        path, unread = Path(config.site_dir, INDEX), []
        if self._dirty and path.exists():
            unread = json.loads(path.read_text(encoding="utf-8"))["figures"]
        path.write_text(self._totals.text(unread), encoding="utf-8")

    def on_build_error(self, **_: Any) -> None:
        self._close()

    def on_shutdown(self) -> None:
        self._close()

    def _close(self) -> None:
        """End the worker; what it has finished is in the store."""
        if self._session is not None:
            self._session.close()

    def _publish(self, name: str, source: Path | bytes, files: Files, config: MkDocsConfig) -> None:
        """Add a file to the site, or what shall be in it; MkDocs asks it to copy itself."""
        if files.get_file_from_path(name) is None:
            given: Any = {"content": source} if isinstance(source, bytes) else {"abs_src_path": str(source)}
            file = cast("_Picture", _Picture.generated(config, name, **given))
            file.generated_by, file.kept = "deepartist", self._kept
            file.source = source if isinstance(source, bytes) else str(source)
            files.append(file)


class _Picture(File):
    """A file that need not be copied if the site had it before."""

    kept: Kept
    source: str | bytes

    def copy_file(self, dirty: bool = False) -> None:
        if dirty or not self.kept.give_back(self.source, self.abs_dest_path):
            super().copy_file(dirty)


def _relative_to(file: File) -> Callable[[str], str]:
    root = get_relative_url("x", file.url).removesuffix("x")
    return lambda name: root + name


def _progress(names: dict[str, str]) -> AbstractContextManager[Report]:
    from deepartist.jobs.progress import progress

    return progress(names, log.info)
