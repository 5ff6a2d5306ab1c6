"""Pieces of HTML that charts, tables and lists share. Everything passed in is escaped."""

from __future__ import annotations

import functools
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from pagemill.csvtext import csv_href
from pagemill.project import current
from rounding import formats
from rounding.errors import ParameterError, one_line

TEMPLATES = Path(__file__).parent / "template"

#: What JupyterLab needs and a rendered report does not: the report's template takes it out.
LAB_STYLE = (
    f"<style>{''.join((TEMPLATES / 'lab.css').read_text('utf-8').splitlines())}</style>"
)

#: Around every output: JupyterLab would read what stands between two dollar signs as a formula.
#: The report's template takes this out, too.
LAB_OPEN, LAB_CLOSE = '<div class="mathjax_ignore">', "</div>"

# What Markdown reads as HTML or as a link; what ends a text may go on in the next.
_MARKUP = re.compile(r"<(?=[A-Za-z/!?]|\Z)|\](?=\()")
# A blank between a figure and its unit.
_UNIT = re.compile(r"(?<=[\d$]) (?=(?:tr|b|m)illion|points)")
_SLUG = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


def slug(text: str) -> str:
    """Return a text as an id: lower case letters, digits and hyphens.

    Examples
    --------
    >>> slug("Waves: 3 & 5, 2025")
    'waves-3-5-2025'
    """
    words = re.findall(r"[a-z0-9]+", text.lower())
    joined = "-".join(words) or "item"
    return joined if joined[0].isalpha() else f"n-{joined}"


def checked_name(name: str) -> str:
    """Return the name if it can be an id, else raise ParameterError."""
    if not _SLUG.fullmatch(name):
        raise ParameterError(
            f"name must be lower case letters, digits and single hyphens and begin with a "
            f"letter; got {name!r} (try {slug(name)!r})"
        )
    return name


def prose(text: str) -> str:
    """Return a sentence escaped, with figures kept on one line with their unit.

    Examples
    --------
    >>> prose("up 12.1% to $106.3 billion & more")
    'up 12.1% to $106.3&nbsp;billion &amp; more'
    """
    return _UNIT.sub("&nbsp;", escape(text))


def unparted(text: str) -> str:
    r"""Return a text with figures kept on one line with their unit.

    Examples
    --------
    >>> unparted("up 12.1% to $106.3 billion")
    'up 12.1% to $106.3\xa0billion'
    """
    return _UNIT.sub("\N{NO-BREAK SPACE}", text)


def in_markdown(text: str) -> str:
    r"""Return a text as Markdown that stays a text: no HTML in it is any, and no link leads away.

    Examples
    --------
    >>> print(in_markdown("a <b> [c](d) 1 < 2"))
    a \<b> [c\](d) 1 < 2
    """
    return _MARKUP.sub(r"\\\g<0>", text)


def curled(text: str) -> str:
    """Return a text with typographic apostrophes; quotation marks stay as they are.

    Examples
    --------
    >>> curled("Anna's and her sisters' own"), curled("They say 'yes'")
    ('Anna’s and her sisters’ own', "They say 'yes'")
    """
    text = re.sub(r"(?<=\w)'(?=\w)", "’", text)
    return text if re.search(r"(?<!\w)'", text) else re.sub(r"(?<=s)'(?=\s)", "’", text)


def fill(template: str, **values: Any) -> str:
    """Return one of our templates filled in; everything is escaped unless marked as HTML."""
    return _environment().get_template(template).render(values).strip()


@functools.cache
def _environment() -> Environment:
    loader = FileSystemLoader(TEMPLATES)
    made = Environment(
        loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    made.filters["prose"] = lambda text: Markup(prose(text))
    made.filters["date"] = formats.date
    made.filters["csv_href"] = csv_href
    made.filters["one_line"] = one_line
    made.globals["current"] = current
    return made


class Shown(ABC):
    """What a notebook shows: HTML, and its text for terminals and tests."""

    @abstractmethod
    def _repr_html_(self) -> str:
        """Return the HTML."""

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        html = f"{LAB_OPEN}{self._repr_html_()}{LAB_CLOSE}"
        return {"text/html": html, "text/plain": str(self)}


@dataclass(frozen=True)
class Html(Shown):
    """A short piece of text with its HTML.

    Examples
    --------
    >>> Html("<p>From $1 to $2.</p>", "From $1 to $2.")._repr_mimebundle_()["text/html"]
    '<div class="mathjax_ignore"><p>From $1 to $2.</p></div>'
    """

    html: str
    text: str

    def _repr_html_(self) -> str:
        return self.html

    def __str__(self) -> str:
        return self.text
