"""A notebook's Markdown as HTML that runs and loads nothing."""

from __future__ import annotations

import base64
import html
import importlib
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

from markupsafe import Markup
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from pagemill import inert, provenance
from rounding.errors import ReportError, some

_PAGE_IDS = ("content", "title", "code-switch", "about", provenance.SCRIPT_ID)
_TAG = re.compile(r"<[^>]+>")
_BARE_TABLE = re.compile(r'<table\b(?<!overflow-x:auto"><table).*?</table>', re.DOTALL)
_PICTURE = re.compile(r"""(<img\b[^>]*?\bsrc=["']?)([^"'\s>]+)""", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


@dataclass
class Rules:
    """What a page may show, and what of a notebook it therefore has lost, in words."""

    alternatives: str
    interactive: str
    lost: list[str] = field(default_factory=list)
    #: What many outputs lack, and what would be better: their cells are told in one sentence.
    noted: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    #: Styles of outputs, each for its own alone.
    styles: list[str] = field(default_factory=list)
    #: The heading or text before an output, and the numbers of pictures.
    near: str = ""
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def note(self, what: str, better: str, source: str, more: str = "") -> None:
        """Note what the output of a cell, told by its first line, lacks."""
        cells = self.noted.setdefault((what, better), [])
        cells.append(f"{first_line(source)!r}{more}")

    def told(self) -> list[str]:
        """Return what is lost, sentence by sentence."""
        return self.lost + [
            f"{what}, in the cells that begin {', '.join(some(cells))}: {better}"
            for (what, better), cells in self.noted.items()
        ]

    def safe(self, fragment: str, what: str, source: str) -> Markup:
        """Return HTML as nh3 writes it; what may not be on a page is refused, or left out.

        Raises
        ------
        ReportError
            If it is to be refused.
        """
        kept, fault = inert.made_inert(fragment)
        if fault:
            strange = f"{what} that begins {first_line(source)!r} holds {fault}"
            if self.interactive == "refused":
                raise ReportError(
                    f"{strange}: a page may not run code of its own or load anything from"
                    " elsewhere"
                )
            self.lost.append(f"{strange}, which is left out")
        # A wide table scrolls in its own box, so that the page does not.
        return Markup(_BARE_TABLE.sub(r'<div class="ct-scroll">\g<0></div>', kept))


class Text(IPythonRenderer):
    """nbconvert's Markdown renderer with raw HTML inert, safe links and stable heading ids."""

    def __init__(self, taken: Iterable[str], rules: Rules, folder: Path | None) -> None:
        self._rules = rules
        super().__init__(
            # What would run is taken out of raw HTML below, as it is out of outputs.
            escape=rules.interactive == "refused",
            allow_harmful_protocols=False,
            exclude_anchor_links=True,
        )
        self._folder = folder
        self._attached: dict[str, Any] = {}
        #: (id, HTML) of the headings of level 2, for the contents list.
        self.contents: list[tuple[str, Markup]] = []
        self._ids: set[str] = {*_PAGE_IDS, *taken}

    def to_html(self, source: str, attached: Mapping[str, Any] | None = None) -> Markup:
        """Return Markdown as HTML, with the pictures attached to its cell."""
        self._attached = dict(attached or {})
        made = MarkdownWithMath(renderer=self).render(source).strip()
        return self._rules.safe(made, "the text", source)

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        """Return a heading with an id made from its words; the page has the only h1."""
        level = max(level, 2)
        base = re.sub(r"\W+", "-", plain(text).lower()).strip("-") or "section"
        name = unused(base, self._ids)
        if level == 2:
            # What stands on the page is cleaned with all of its text; the contents are apart.
            words = Markup(inert.line(text))
            self.contents.append((name, words or Markup.escape(plain(text) or name)))
        return f'<h{level} id="{html.escape(name)}">{text}</h{level}>\n'

    def block_html(self, html: str) -> str:
        """Return raw HTML as text, comments as nothing."""
        seen = self.with_pictures(_COMMENT.sub("", html))
        return str(super().block_html(seen)) if seen.strip() else ""

    def inline_html(self, html: str) -> str:
        """Return raw HTML in a line."""
        return str(super().inline_html(self.with_pictures(html)))

    def with_pictures(self, html: str) -> str:
        """Return HTML in which the pictures that are in the project are inside."""
        if self._rules.interactive == "refused":  # it is shown as text
            return html
        return _PICTURE.sub(
            lambda tag: tag[1] + (self._embedded(tag[2]) or tag[2]), html
        )

    def block_mermaidjs(self, code: str) -> str:
        """Return a diagram's source as code: nbconvert would write it unescaped."""
        return str(super().block_code(code, info="text"))

    def inline_math(self, body: str) -> str:
        """Return a formula in a line."""
        return _formula(body, "inline") or str(super().inline_math(body))

    def block_math(self, body: str) -> str:
        """Return a formula that stands alone."""
        return _formula(body, "block") or str(super().block_math(body))

    def latex_environment(self, name: str, body: str) -> str:
        """Return an environment of LaTeX."""
        whole = f"\\begin{{{name}}}{body}\\end{{{name}}}"
        return _formula(whole, "block") or str(super().latex_environment(name, body))

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Embed pictures that are in the text or beside it; link to others: nothing is loaded."""
        inside = self._embedded(url) or str(self.safe_url(url))
        if inside.startswith("data:image/"):
            return str(super().image(text, inside, title))
        if self._rules.interactive != "refused":
            self._rules.lost.append(
                f"the picture {url} is a link: it is not in the project"
            )
        return str(self.link(text or html.escape(url), url, title))

    def _embedded(self, url: str) -> str:
        """Return a picture that is attached to the cell, or a file below the notebook's folder."""
        name = unquote(url)
        for kind, content in self._attached.get(
            name.removeprefix("attachment:"), {}
        ).items():
            return f"data:{kind};base64,{''.join(content)}"
        kind = provenance.PICTURES.get(PurePosixPath(name).suffix.lower(), "")
        if not kind or self._folder is None or ":" in name:
            return ""
        folder = self._folder.resolve()
        file = (folder / name).resolve()
        if not (file.is_relative_to(folder) and file.is_file()):
            return ""
        return f"data:{kind};base64,{base64.b64encode(file.read_bytes()).decode()}"


def _formula(tex: str, display: str) -> str:
    """Return a formula as MathML, or "" where it cannot be read or nothing here reads it."""
    try:
        reader = importlib.import_module("latex2mathml.converter")
        formula = str(reader.convert(tex.strip(), display=display))
    except Exception:  # it is not installed, or does not know this: the source is shown
        return ""
    # Its \text lets HTML through and its \href links: then the source is shown as well.
    return "" if inert.made_inert(formula)[1] else formula


def unused(name: str, taken: set[str]) -> str:
    """Take a name, or where it is taken the first of its numbers that is not."""
    own, number = name, 1
    while own in taken:
        number += 1
        own = f"{name}-{number}"
    taken.add(own)
    return own


def plain(fragment: str) -> str:
    """Return the text of a piece of HTML.

    Examples
    --------
    >>> plain("It <b>grew</b> &amp; grew")
    'It grew & grew'
    """
    return " ".join(html.unescape(_TAG.sub("", fragment)).split())


def first_line(source: str) -> str:
    """Return what a message calls a cell by."""
    return source.strip().splitlines()[0][:60]
