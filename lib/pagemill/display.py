"""What a notebook shows: charts, tables, the answer, notes and sources.

Each object displays as HTML that is complete without the report's style sheet (JupyterLab) and
without JavaScript, and as plain text for terminals and tests. Everything that comes from data or
parameters is escaped; the same input gives the same bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import InitVar, dataclass
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup
from matplotlib.figure import Figure

from pagemill import cites
from pagemill.cites import Sources, sources
from pagemill.csvtext import csv_text
from pagemill.htmlparts import (
    LAB_STYLE,
    Html,
    Shown,
    checked_name,
    fill,
    prose,
    slug,
)
from pagemill.linked import linked
from pagemill.svg import INK, PAPER, figure_svg
from pagemill.tables import (
    FORMATTERS,
    Interval,
    Opens,
    Register,
    Table,
    register,
    table,
)
from rounding.errors import ParameterError, choice_error
from rounding.formats import MARK
from rounding.told import known_only

__all__ = [
    "FORMATTERS",
    "LAB_STYLE",
    "Chart",
    "Html",
    "Interval",
    "Opens",
    "Register",
    "Sources",
    "Table",
    "answer",
    "folded",
    "linked",
    "note",
    "numbers",
    "register",
    "sources",
    "table",
    "text",
]

# Texts that fill the place of a text alternative without being one.
_PLACEHOLDER = re.compile(
    r"(?i)\s*(?:no description.*|(?:alt(?:ernative)?[ -]?text|image|picture|figure|chart|plot|graph"
    r"|todo|tbd|description|none|nan|untitled)\b[\s\d.:…]*|<?figure size .*)"
)


@dataclass
class Chart(Shown):
    """A figure with its finding, text alternative, data and source.

    Parameters
    ----------
    figure
        matplotlib figure not registered with pyplot.
    title
        The finding, one sentence.
    alt
        What the figure shows, its extremes with value and date, and the latest value.
    table
        The numbers behind it; offered as CSV.
    source
        One line naming the publishers. Where it ends `(listed under Sources)`, as the page has a
        list, a picture that is saved names the first of them in its place.
    note
        What a reader must know to read it rightly.
    name
        Slug: the figure's id on the page and the name of its downloads.
    subtitle
        What is measured, its unit and whose statistics; it stands below the title.

    Raises
    ------
    ParameterError
        If `alt` is empty or a placeholder, the title is empty, or the name is not a slug.
    """

    figure: Figure
    title: str
    alt: str
    table: pd.DataFrame
    source: str = ""
    note: str = ""
    name: str = ""
    subtitle: str = ""
    narrow: InitVar[Any] = None

    def __post_init__(self, narrow: Any) -> None:
        if narrow is not None:
            raise ParameterError(
                "Chart(narrow=…) is no more: one drawing shrinks with the window; draw it 6.7"
                " inches wide in letters of 12.75 points"
            )
        if not self.title.strip():
            raise ParameterError(
                "title of a chart must state its finding in one sentence; got an empty text"
            )
        self.name = checked_name(self.name or slug(self.title)[:48].strip("-"))
        named = self.name.replace("-", " ").capitalize()
        self.title = known_only(self.title, named)
        self.alt = known_only(self.alt, f"Figure {named}, without its newest figures")
        self.note, self.source = known_only(self.note), known_only(self.source)
        self.subtitle = known_only(self.subtitle)
        if len(self.alt.split()) < 4 or _PLACEHOLDER.fullmatch(self.alt):
            raise ParameterError(
                f"alt of chart {self.name!r} must say in words what the figure shows; "
                f"got {self.alt!r}"
            )

    def svg(self, *, standalone: bool = False) -> str:
        """Return the figure as SVG: for the page, or with title and source as its own file."""
        return figure_svg(
            self.figure,
            self.name,
            alt=self.alt,
            title=self.title,
            foot=self.foot,
            standalone=standalone,
        )

    @property
    def widest(self) -> str:
        """The CSS width that the drawing has at most: its own."""
        return f"{96 * self.figure.get_figwidth():.0f}px"

    @property
    def credit(self) -> str:
        """Its source line where no list of sources is: who published, by name."""
        credit = cites.credit(self.source, self.table)
        return credit and f"Source: {credit}"

    @property
    def foot(self) -> list[str]:
        """What stands below it in a file of its own: what is measured, sources, note, day."""
        told_below = (self.subtitle, self.credit, self.note, cites.newest(self.table))
        return [*filter(None, told_below)]

    def csv(self) -> str:
        """Return the table behind the figure as spreadsheet-safe CSV."""
        return csv_text(self.table)

    def save(self, path: str | Path) -> Path:
        """Write the figure to a `.svg`, `.png` or `.csv` file and return its path.

        Raises
        ------
        ParameterError
            If the name ends otherwise.
        """
        target = Path(path)
        if target.suffix == ".svg":
            target.write_text(self.svg(standalone=True), "utf-8")
        elif target.suffix == ".csv":
            target.write_text(self.csv(), encoding="utf-8-sig", newline="")
        elif target.suffix == ".png":
            self.figure.savefig(
                target, facecolor=PAPER, edgecolor=INK, metadata={"Software": None}
            )
        else:
            raise choice_error(
                "file name ending", target.suffix, [".svg", ".png", ".csv"]
            )
        return target

    def _repr_html_(self) -> str:
        marks = Markup(cites.place_of_marks(self.table))
        return LAB_STYLE + fill("figure.html.j2", chart=self, marks=marks)

    def __str__(self) -> str:
        return f"{self.title}\n{self.alt}"


def answer(
    sentence: str,
    *,
    question: str = "",
    title: str = "",
    figure: str = "",
    change: str = "",
    noun: str = "",
    row: Mapping[str, str] | None = None,
    size: float = 0,
    headline: str = "",
    shows: str = "",
    news: Iterable[Sequence[str]] = (),
) -> Html:
    """Return the report's answer, two or three computed sentences for the head of its page.

    Parameters
    ----------
    sentence
        The answer.
    question
        What is asked, where its words depend on parameters; else it is the notebook's first
        paragraph.
    title
        The page's title, where it is a finding; else it is that of the plan or of the parameters
        (`Parameters.heading`), and at last the notebook's own.
    figure, change
        The one big number of the report's card on the index page (`$106.3bn`), and how it has
        changed (`+12.1%`).
    noun
        What the number is of, where it stands by itself on the front page; else the page's title.
    row
        Cells of the front page's table by their columns; the row is called what the index is
        filtered by, such as the country.
    size
        By which rows of that table are sorted, the largest first, each with a bar as long.
    headline
        What stands over the page's story on the front page, where that has room for more, or
        shows something else; else the title.
    shows
        Name of the figure that stands for the page on the front page; else its first.
    news
        What is new, for the front page: a number or a few words, what it is, its day, and perhaps
        where it leads: `#figure` of this page, or `other-page.html#figure`.

    Examples
    --------
    >>> print(answer("Height < 1 & rising.").html.removeprefix(LAB_STYLE))
    <p class="ct-answer">Height &lt; 1 &amp; rising.</p>
    """
    # A cell whose column or figure is missing is none.
    cells = {
        head: cell for head, cell in (row or {}).items() if MARK not in head + cell
    }
    items = [item for item in news if MARK not in "".join(item)]
    sentence = known_only(sentence)
    for_card = {
        "question": question,
        "title": title,
        "figure": figure,
        "change": change,
        "noun": noun,
        "row": json.dumps(cells, ensure_ascii=False) if cells else "",
        "size": f"{size:.6g}" if size > 0 else "",
        "headline": headline,
        "shows": shows,
        "news": json.dumps(items, ensure_ascii=False) if items else "",
    }
    card = {name: known_only(told) for name, told in for_card.items()}
    html = fill("answer.html.j2", card=card, sentence=sentence)
    return Html(f"{LAB_STYLE}{html}", sentence)


def note(text: str) -> Html:
    """Return a note to the reader, such as what is missing and how to get it; without text, none.

    Examples
    --------
    >>> note("").html
    ''
    """
    text = known_only(text)
    html = f'<p class="ct-note" role="note">{prose(text)}</p>' if text else ""
    return Html(html, text)


@dataclass(frozen=True)
class Folded(Html):
    """Items shown together; see `folded`."""

    items: tuple[Any, ...] = ()


def numbers(*items: tuple[str, str]) -> Html:
    """Return big numbers beside each other, each with the words that say what it is.

    What lacks a figure, in the number or in its words, is left out; without any nothing is shown.

    Parameters
    ----------
    *items
        A number as it is written, and its words.

    Examples
    --------
    >>> numbers(("7", "days"), ("24", "hours < 1 day")).html
    '<ul class="ct-numbers"><li><b>7</b> days</li><li><b>24</b> hours &lt; 1 day</li></ul>'
    >>> numbers().html
    ''
    """
    held = [(big, words) for big, words in items if big and MARK not in big + words]
    shown = [f"<li><b>{escape(big)}</b> {prose(words)}</li>" for big, words in held]
    html = f'<ul class="ct-numbers">{"".join(shown)}</ul>' if held else ""
    return Html(html, "\n".join(map(" ".join, held)))


def text(sentences: str) -> Html:
    """Return sentences as a paragraph of the page, such as those whose words are computed.

    Without a sentence nothing is shown.

    Examples
    --------
    >>> text("Cars < trucks.").html
    '<p>Cars &lt; trucks.</p>'
    """
    sentences = known_only(sentences)
    return Html(f"<p>{prose(sentences)}</p>" if sentences else "", sentences)


def folded(summary: str, *items: Any) -> Folded:
    """Return tables or texts that only the reader who asks sees, under a line that says what it is.

    Empty texts, tables without rows, no sources and None are left out;
    where nothing is left, there is no line.

    Examples
    --------
    >>> print(folded("More", "Words & numbers", ""))
    More
    Words & numbers
    >>> folded("More", "", None).html
    ''
    """
    shown = [text(item) if isinstance(item, str) else item for item in items]
    held = tuple(item for item in shown if item is not None and not _is_empty(item))
    if not held:
        return Folded("", "")
    summary = known_only(summary, "More")
    inside = "".join(item._repr_html_() for item in held)
    html = f"<details><summary>{escape(summary)}</summary>{inside}</details>"
    return Folded(html, "\n".join([summary, *map(str, held)]), held)


def _is_empty(item: Any) -> bool:
    if isinstance(item, Table | Sources):
        return item.frame.empty
    return isinstance(item, Html) and not item.html


#: What 0.4 had, and what does it now.
_GONE = {
    "beside": "figures stand one below the other, and several that only some readers want in"
    " display.folded",
    "heading": "show IPython.display.Markdown",
    "NoChart": "show a display.note that says why there is nothing to draw",
}


def __getattr__(name: str) -> Any:
    if name in _GONE:
        raise AttributeError(f"display.{name} is no more: {_GONE[name]}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
