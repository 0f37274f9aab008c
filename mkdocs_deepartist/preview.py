"""The picture that stands for a page elsewhere: in feeds, and where somebody sends its address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from urllib.parse import urljoin

from mkdocs_deepartist.blocks import Block
from mkdocs_deepartist.figure import file_of
from mkdocs_deepartist.film import still


@dataclass(frozen=True)
class Preview:
    """A picture of the site."""

    path: str
    """From the root of the site."""
    width: int
    height: int
    alt: str

    @classmethod
    def of(cls, blocks: Iterable[Block]) -> Preview | None:
        """The first painting of a page that has one."""
        for block in blocks:
            record, facts = block.entry.record, block.entry.facts
            if record and facts and block.state in ("ready", "draft") and (picture := still(record)):
                alt = facts.alt if block.options.alt is None else block.options.alt
                return cls(file_of(picture), picture.width or 0, picture.height or 0, alt)
        return None

    def announced(self, html: str, site_url: str) -> str:
        """The page with this said in its head, in the words of Open Graph; one that names a picture itself as it is."""
        head, end, body = html.partition("</head>")
        if not end or "og:image" in head:
            return html
        said = {
            "og:image": urljoin(f"{site_url.rstrip('/')}/", self.path),
            "og:image:width": self.width,
            "og:image:height": self.height,
            "og:image:alt": self.alt,
        }
        lines = [f'<meta property="{name}" content="{escape(str(said[name]))}">' for name in said if said[name]]
        if "twitter:card" not in head:
            lines.append('<meta name="twitter:card" content="summary_large_image">')
        return "".join([head, *lines, end, body])
