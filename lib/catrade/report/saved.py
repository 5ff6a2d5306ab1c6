"""A rendered page read back: its record, its answer, its sentences and the data it offers."""

from __future__ import annotations

import csv
import functools
import io
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from catrade.errors import ParameterError
from catrade.report import provenance

_TABLE_NAME = re.compile(r"[a-z0-9_]+")
_CSV = "data:text/csv"
# Where a sentence begins and ends.
_TEXT = frozenset({"p", "li", "h1", "h2", "h3", "h4", "figcaption", "caption", "blockquote"})
# What is no sentence: code, drawings, cells, and lines that say where figures come from.
_SILENT = frozenset({"details", "svg", "style", "script", "thead", "tbody", "nav", "dl", "footer"})
# Numbers of figures and tables shift when one is added above: a title is the same without.
_NUMBER = "ct-number"
_SILENT_CLASSES = frozenset({"ct-links", _NUMBER})


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
    """

    name: str
    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Saved:
    """A page of ours, as read from a file; see `open_page`."""

    file: Path
    content: bytes
    block: dict[str, Any]

    @property
    def inputs(self) -> dict[str, Any]:
        """What the page says it was made from."""
        found: dict[str, Any] = self.block["inputs"]
        return found

    @property
    def text(self) -> str:
        """The page's HTML."""
        return self.content.decode("utf-8")

    @functools.cached_property
    def _reader(self) -> _Reader:
        reader = _Reader()
        reader.feed(self.text)
        reader.close()
        return reader

    @property
    def answer(self) -> str:
        """The answer at the head of the page, or ""."""
        return self._reader.answer

    @property
    def sentences(self) -> list[str]:
        """Headings, titles of figures and paragraphs, in order, without the answer."""
        return self._reader.sentences

    @functools.cached_property
    def items(self) -> dict[str, Item]:
        """The figures and tables that offer data, by their id."""
        titles = self._reader.titles
        found = {}
        for name, address in self._reader.data:
            header, *rows = read_csv(address)
            even = tuple((*row, *[""] * len(header))[: len(header)] for row in rows)
            found[name] = Item(name, titles.get(name, name), header, even)
        return found


def open_page(file: Path) -> Saved:
    """Read a page that `catrade render` made.

    Raises
    ------
    ParameterError
        If the file cannot be read, is not a page of ours, or its record is damaged.
    """
    try:
        content = file.read_bytes()
        text = content.decode("utf-8")
    except OSError as error:
        message = f"{file} cannot be read: {error.strerror}"
        raise ParameterError(message) from error
    except UnicodeDecodeError as error:
        message = f"{file} is not a report of catrade: it is not text in UTF-8"
        raise ParameterError(message) from error
    if f'id="{provenance.SCRIPT_ID}"' not in text:
        message = (
            f"{file} is not a report of catrade: it has no record of what it was made from "
            "(an index page has none either)"
        )
        raise ParameterError(message)
    block = provenance.from_html(text)
    fault = "it is no valid JSON" if block is None else _fault(block)
    if block is None or fault:
        message = f"{file}: the record of what it was made from is damaged: {fault}"
        raise ParameterError(message)
    return Saved(file, content, block)


def read_csv(address: str) -> list[tuple[str, ...]]:
    """Return the rows of a CSV in a `data:` address, header first; the guard apostrophe stays.

    Examples
    --------
    >>> read_csv("data:text/csv;charset=utf-8,%EF%BB%BFyear,value%0A2025,1%0A")
    [('year', 'value'), ('2025', '1')]
    """
    text = unquote(address.partition(",")[2]).removeprefix("\ufeff")
    return [tuple(row) for row in csv.reader(io.StringIO(text, newline=""))] or [()]


def _fault(block: dict[str, Any]) -> str:
    """Return what is wrong with a record, in words, or ""."""
    inputs = block.get("inputs")
    if not isinstance(inputs, dict):
        return "it lacks 'inputs'"
    for name, kind in (("notebook", str), ("page", str), ("tables", str), ("packages", str)):
        group = inputs.get(name)
        if not isinstance(group, dict) or not all(isinstance(v, kind) for v in group.values()):
            return f"it lacks {name!r} or has it in another form"
    if not isinstance(inputs.get("parameters"), dict) or not isinstance(block.get("slug"), str):
        return "it lacks 'parameters' or 'slug'"
    for group, key in (("notebook", "name"), ("page", "title"), ("page", "topic")):
        if key not in inputs[group]:
            return f"it lacks the {key} of the {group}"
    strange = [name for name in inputs["tables"] if not _TABLE_NAME.fullmatch(name)]
    return f"{strange[0]!r} is no name of a table" if strange else ""


@dataclass
class _Open:
    tag: str
    silent: bool
    name: str = ""


@dataclass
class _Reader(HTMLParser):
    """Collects the text a reader takes from a page, and the data of its figures and tables."""

    answer: str = ""
    sentences: list[str] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    data: list[tuple[str, str]] = field(default_factory=list)
    _open: list[_Open] = field(default_factory=list)
    _text: list[str] = field(default_factory=list)
    _is_answer: bool = False
    _inside: bool = False

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        classes = set(values.get("class", "").split())
        if tag == "body":
            self._inside = True
        if tag in _TEXT:
            self._flush(None)
            self._is_answer = "lead" in classes
        address = values.get("href", "")
        if tag == "a" and "ct-csv" in classes and address.startswith(_CSV):
            self.data.append((values.get("download", "").removesuffix(".csv"), address))
        if tag in _TEXT or tag in _SILENT or tag == "figure" or _NUMBER in classes:
            silent = tag in _SILENT or bool(classes & _SILENT_CLASSES)
            self._open.append(_Open(tag, silent, values.get("id", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag in _TEXT:
            self._flush(tag)
        for position in range(len(self._open) - 1, -1, -1):
            if self._open[position].tag == tag:
                del self._open[position:]
                break

    def handle_data(self, data: str) -> None:
        if self._inside and self._open and not any(element.silent for element in self._open):
            self._text.append(data)

    def _flush(self, tag: str | None) -> None:
        sentence = " ".join("".join(self._text).split())
        self._text = []
        if not sentence:
            return
        if self._is_answer:
            self.answer = sentence
        else:
            self.sentences.append(sentence)
        if tag in {"figcaption", "caption"}:
            figures = [element.name for element in self._open if element.tag == "figure"]
            if figures:
                self.titles.setdefault(figures[-1], sentence)
