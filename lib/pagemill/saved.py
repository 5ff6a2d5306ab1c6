"""A rendered page read back: its record, its answer, its sentences and the data it offers."""

from __future__ import annotations

import copy
import csv
import functools
import io
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from bs4 import BeautifulSoup, ParserRejectedMarkup, Tag

from pagemill import provenance
from pagemill.project import current
from rounding.errors import ParameterError

# Where a sentence begins and ends.
_TITLES = ["figcaption", "caption"]
_TEXT = [*_TITLES, "p", "li", "h1", "h2", "h3", "h4", "blockquote"]
# What is no sentence: code, drawings, cells, and lines that say where figures come from.
_SILENT = (
    "details.code, .ct-description, svg, style, script, thead, tbody, nav, dl, footer, .ct-links,"
    " .ct-number, .ct-sources"
)
# A page has some dozens of figures and tables.
_MOST = 300


@dataclass(frozen=True)
class Item:
    """A figure or table of a page and the data it offers.

    Attributes
    ----------
    name
        Its id on the page.
    title
        Title of the figure or caption of the table.
    header, rows
        The embedded CSV, as text.
    number
        What the page calls it, such as `Table 1`.
    labels
        Words for columns of the CSV that the table shows.
    rates
        Columns that hold fractions, shown as per cent.
    """

    name: str
    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    number: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    rates: frozenset[str] = frozenset()

    @property
    def part(self) -> str:
        """What the part of the page is called that it is (see `parts`)."""
        return f"“{self.name}”"

    @property
    def called(self) -> str:
        """Its number, if it has one, and its title."""
        return ", ".join(filter(None, (self.number, self.title)))

    @functools.cached_property
    def records(self) -> list[dict[str, str]]:
        """The rows by their columns; of columns of one name the first."""
        header, rows = self.header[::-1], self.rows
        return [dict(zip(header, row[::-1], strict=True)) for row in rows]


@dataclass(frozen=True)
class Saved:
    """A page of ours, as read from a file; see `open_page`."""

    file: Path
    text: str
    block: dict[str, Any]

    @property
    def inputs(self) -> dict[str, Any]:
        """What the page says it was made from."""
        return dict(self.block["inputs"])

    @functools.cached_property
    def _soup(self) -> BeautifulSoup:
        try:
            return BeautifulSoup(self.text, "html.parser")
        except ParserRejectedMarkup as error:
            raise ParameterError(
                f"{self.file} cannot be read as HTML: {error}"
            ) from error

    @functools.cached_property
    def _words(self) -> dict[str, list[tuple[str, str]]]:
        """What a reader takes from a page: of each kind of text its figure's id and words."""
        soup = copy.copy(self._soup)
        for silent in soup.select(_SILENT):
            silent.decompose()
        words: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for tag in (soup.body or soup).find_all(_TEXT):
            own = [text for text in tag.strings if text.find_parent(_TEXT) is tag]
            sentence = _plain("".join(own))
            if not sentence:
                continue
            figure = tag.find_parent("figure")
            place = str(figure.get("id", "")) if figure else ""
            is_answer = "lead" in tag.get_attribute_list("class")
            words["answer" if is_answer else "text"].append((place, sentence))
            if figure and tag.name in _TITLES:
                words["title"].append((place, sentence))
        return words

    @property
    def answer(self) -> str:
        """The answer at the head of the page, or ""."""
        return "".join(sentence for _, sentence in self._words["answer"][-1:])

    @property
    def sentences(self) -> list[str]:
        """Headings, titles of figures and paragraphs, in order, without the answer."""
        return [sentence for _, sentence in self._words["text"]]

    @functools.cached_property
    def items(self) -> dict[str, Item]:
        """The figures and tables that offer data, by their id."""
        items = {}
        titles = dict(reversed(self._words["title"]))
        for link in self._soup.select('a.ct-csv[href^="data:text/csv"]', limit=_MOST):
            name = str(link.get("download", "")).removesuffix(".csv")
            try:
                header, *rows = read_csv(str(link["href"]))
            except csv.Error as error:
                raise ParameterError(
                    f"{self.file}: the data of {name!r} cannot be read as CSV: {error}"
                ) from error
            # As long as their head.
            even = ((*row, *[""] * len(header))[: len(header)] for row in rows)
            items[name] = Item(
                name,
                titles.get(name, name),
                header,
                tuple(even),
                **_shown(link),
            )
        return items

    @property
    def sources(self) -> list[str]:
        """The sources that the page lists, in its order."""
        return [_plain(item.get_text()) for item in self._soup.select(".ct-sources li")]


def _plain(text: str) -> str:
    return " ".join(text.split())


def _shown(link: Tag) -> dict[str, Any]:
    """Return what else than data a page shows of the figure or table that a link stands in."""
    figure = link.find_parent("figure")
    if figure is None:
        return {}
    number = figure.select_one(".ct-number")
    columns = {
        str(th["data-ct-column"]): th for th in figure.select("th[data-ct-column]")
    }
    return {
        "number": _plain(number.get_text()) if number else "",
        "labels": {name: _plain(th.get_text()) for name, th in columns.items()},
        "rates": frozenset(
            n for n, th in columns.items() if th.has_attr("data-ct-rate")
        ),
    }


def open_page(file: Path) -> Saved:
    """Read a page that `pagemill render` made.

    Raises
    ------
    ParameterError
        If the file cannot be read, is not a page of ours, or its record is damaged.
    """
    text = provenance.page_text(file)
    if f'id="{provenance.SCRIPT_ID}"' not in text:
        raise ParameterError(
            f"{file} is not a report of {current().name}: it has no record of what it was made from"
            " (an index page has none either)"
        )
    block = provenance.from_html(text) or {}
    if fault := provenance.fault_of_record(block) if block else "it is no valid JSON":
        raise ParameterError(
            f"{file}: the record of what it was made from is damaged: {fault}"
        )
    return Saved(file, text, block)


def read_csv(address: str) -> list[tuple[str, ...]]:
    """Return the rows of a CSV in a `data:` address, header first; the guard apostrophe stays.

    Examples
    --------
    >>> read_csv("data:text/csv;charset=utf-8,%EF%BB%BFyear,value%0A2025,1%0A")
    [('year', 'value'), ('2025', '1')]
    """
    text = unquote(address.partition(",")[2]).removeprefix("\ufeff")
    return [tuple(row) for row in csv.reader(io.StringIO(text, newline=""))] or [()]
