"""A rendered page read back: its record, its answer, its sentences and the data it offers."""

from __future__ import annotations

import copy
import functools
import io
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pandas as pd
from bs4 import BeautifulSoup, ParserRejectedMarkup

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
    number
        What the page calls it, such as `Table 1`.
    frame
        The embedded CSV, as text.
    labels
        Words for columns of the CSV that the table shows.
    rates
        Columns that hold fractions, shown as per cent.
    """

    name: str
    title: str
    number: str
    frame: pd.DataFrame
    labels: Mapping[str, str]
    rates: frozenset[str]

    @property
    def part(self) -> str:
        """What the part of the page is called that it is (see `parts`)."""
        return f"“{self.name}”"

    @property
    def called(self) -> str:
        """Its number, if it has one, and its title."""
        return ", ".join(filter(None, (self.number, self.title)))


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
    def _words(self) -> dict[str, list[str]]:
        """What a reader takes from a page: the sentences of its answer, and all others."""
        soup = copy.copy(self._soup)
        for silent in soup.select(_SILENT):
            silent.decompose()
        words: dict[str, list[str]] = defaultdict(list)
        for tag in (soup.body or soup).find_all(_TEXT):
            own = [text for text in tag.strings if text.find_parent(_TEXT) is tag]
            if sentence := _plain("".join(own)):
                is_answer = "lead" in tag.get_attribute_list("class")
                words["answer" if is_answer else "text"].append(sentence)
        return words

    @property
    def answer(self) -> str:
        """The answer at the head of the page, or ""."""
        return "".join(self._words["answer"][-1:])

    @property
    def sentences(self) -> list[str]:
        """Headings, titles of figures and paragraphs, in order, without the answer."""
        return self._words["text"]

    @functools.cached_property
    def items(self) -> dict[str, Item]:
        """The figures and tables that offer data, by their id."""
        items = {}
        for link in self._soup.select('a.ct-csv[href^="data:text/csv"]', limit=_MOST):
            name = str(link.get("download", "")).removesuffix(".csv")
            try:
                frame = read_csv(str(link["href"]))
            except ValueError as error:
                raise ParameterError(
                    f"{self.file}: the data of {name!r} cannot be read as CSV: {error}"
                ) from error
            figure = link.find_parent("figure") or BeautifulSoup("", "html.parser")
            number, caption = (
                _plain(tag.get_text()) if tag else ""
                for tag in (figure.select_one(".ct-number"), figure.find(_TITLES))
            )
            heads = figure.select("th[data-ct-column]")
            items[name] = Item(
                name,
                caption.removeprefix(number).strip() or name,
                number,
                frame,
                {str(th["data-ct-column"]): _plain(th.get_text()) for th in heads},
                frozenset(
                    str(th["data-ct-column"])
                    for th in heads
                    if "data-ct-rate" in th.attrs
                ),
            )
        return items

    @property
    def sources(self) -> list[str]:
        """The sources that the page lists, in its order."""
        return [_plain(item.get_text()) for item in self._soup.select(".ct-sources li")]


def _plain(text: str) -> str:
    return " ".join(text.split())


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


def read_csv(address: str) -> pd.DataFrame:
    """Return the CSV in a `data:` address, all of it text; the guard apostrophe stays.

    Examples
    --------
    >>> read_csv("data:text/csv;charset=utf-8,%EF%BB%BFyear,value%0A2025,1%0A").to_dict("records")
    [{'year': '2025', 'value': '1'}]
    """
    text = unquote(address.partition(",")[2]).removeprefix("\ufeff")
    return pd.read_csv(
        io.StringIO(text), dtype=object, keep_default_na=False, index_col=False
    )
