"""A notebook's Markdown as HTML that runs and loads nothing."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Any

from markupsafe import Markup
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from pagemill import inert, provenance
from pagemill.errors import ReportError

_PAGE_IDS = ("content", "title", "code-switch", "about", provenance.SCRIPT_ID)
_TAG = re.compile(r"<[^>]+>")
_BARE_TABLE = re.compile(r'<table\b(?<!overflow-x:auto"><table).*?</table>', re.DOTALL)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


class Text(IPythonRenderer):
    """nbconvert's Markdown renderer with raw HTML inert, safe links and stable heading ids."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        super().__init__(
            escape=True, allow_harmful_protocols=False, exclude_anchor_links=True
        )
        #: (id, HTML) of the headings of level 2, for the contents list.
        self.contents: list[tuple[str, Markup]] = []
        self._ids: set[str] = {*_PAGE_IDS, *taken}

    def to_html(self, source: str) -> Markup:
        """Return Markdown as HTML."""
        made = MarkdownWithMath(renderer=self).render(source).strip()
        return safe(made, "the text", source)

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        """Return a heading with an id made from its words; the page has the only h1."""
        level = max(level, 2)
        base = re.sub(r"\W+", "-", plain(text).lower()).strip("-") or "section"
        name, number = base, 1
        while name in self._ids:
            number += 1
            name = f"{base}-{number}"
        self._ids.add(name)
        if level == 2:
            self.contents.append((name, Markup(text)))
        return f'<h{level} id="{html.escape(name)}">{text}</h{level}>\n'

    def block_html(self, html: str) -> str:
        """Return raw HTML as text, comments as nothing."""
        seen = _COMMENT.sub("", html)
        return str(super().block_html(seen)) if seen.strip() else ""

    def block_mermaidjs(self, code: str) -> str:
        """Return a diagram's source as code: nbconvert would write it unescaped."""
        return str(super().block_code(code, info="text"))

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Embed only pictures that are in the text; link to others, since nothing is loaded."""
        if self.safe_url(url).startswith("data:image/"):
            return str(super().image(text, url, title))
        return str(self.link(text or html.escape(url), url, title))


def plain(fragment: str) -> str:
    """Return the text of a piece of HTML.

    Examples
    --------
    >>> plain("It <b>grew</b> &amp; grew")
    'It grew & grew'
    """
    return " ".join(html.unescape(_TAG.sub("", fragment)).split())


def safe(fragment: str, what: str, source: str) -> Markup:
    """Return HTML as nh3 writes it, or raise ReportError for what may not be on a page."""
    if found := inert.fault(fragment):
        raise ReportError(
            f"{what} that begins {first_line(source)!r} holds {found}: "
            "a page may not run code of its own or load anything from elsewhere"
        )
    # A wide table scrolls in its own box, so that the page does not.
    boxed = r'<div class="ct-scroll">\g<0></div>'
    return Markup(_BARE_TABLE.sub(boxed, inert.clean(fragment)))


def first_line(source: str) -> str:
    """Return what a message calls a cell by."""
    return source.strip().splitlines()[0][:60]
