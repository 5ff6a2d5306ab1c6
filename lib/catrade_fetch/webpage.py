"""Reads the tables of a web page as browsers do: end tags of rows and cells may be left out.

One pass over its tags: the work grows with the page's length, whatever stands on it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from catrade_fetch import door

_HEADLINES = ("title", "caption", "h1", "h2", "h3", "h4")
_ROWS = ("tr", "thead", "tbody", "tfoot")
_CELLS = ("td", "th")
#: What a page may say that it is in, and what that is called here.
_CHARSET = re.compile(
    rb"(?i)(?:charset|encoding)\s*=\s*[\"']?"
    rb"(gb|big5|windows-125\d|iso-8859-\d\d?|koi8-[ru])"
)
_GB = {"gb": "gb18030"}
#: At comments that do not end the parser looks again and again, at Excel's `<![if !mso]>` it stops.
_UNREAD = re.compile(r"<!--.*?(?:-->|\Z)|<![^<>]*>?|<\?[^<>]*>?", re.DOTALL)
_Attributes = list[tuple[str, str | None]]


@dataclass
class _Cell:
    wide: int
    tall: int
    texts: list[str] = field(default_factory=list)


@dataclass
class _Table:
    """A table as far as it was read; `holds` says whether other tables are in it."""

    rows: list[list[_Cell]] = field(default_factory=list)
    row: list[_Cell] | None = None
    cell: _Cell | None = None
    holds: bool = False

    def begin_row(self) -> list[_Cell]:
        self.row, self.cell = [], None
        self.rows.append(self.row)
        return self.row


class Page(HTMLParser):
    """What stands on a page.

    Parameters
    ----------
    content
        The page's bytes.
    most_cells
        How many cells its tables may have, all together.

    Attributes
    ----------
    texts
        All its texts.
    headlines
        The texts of its titles: its own, its headlines and its tables' captions.
    links
        Addresses of frames and of workbooks that it shows or offers.
    is_whole
        Whether all its tables end.

    Raises
    ------
    Odd
        If it has more cells.
    """

    def __init__(self, content: bytes, most_cells: int) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.headlines: list[list[str]] = []
        self.links: list[str] = []
        self._tables: list[_Table] = []
        self._open: list[_Table] = []
        self._tag = ""
        self._most_cells = most_cells
        self._room = door.Room(most_cells)
        text, end, rest = _UNREAD.sub("", _decoded(content)).rpartition(">")
        self.feed(text + end + rest.replace("<", " "))
        self.close()
        self.is_whole = not self._open

    def grids(self) -> list[list[list[str]]]:
        """Return the innermost tables as grids: layout tables hold the data table.

        What spans columns or rows stands in each of them.
        """
        room = door.Room(self._most_cells)
        return [_grid(table.rows, room) for table in self._tables if not table.holds]

    def handle_data(self, data: str) -> None:
        """Take a text, which is of the table that was opened last."""
        text = data.strip()
        if not text or self._tag in ("script", "style"):
            return
        self.texts.append(text)
        if self._tag in _HEADLINES:
            self.headlines[-1].append(text)
        if self._open and self._open[-1].cell:
            self._open[-1].cell.texts.append(text)

    def handle_starttag(self, tag: str, attrs: _Attributes) -> None:
        """Open a table, a row or a cell; note where a frame or a link leads to."""
        told = {name: value or "" for name, value in attrs}
        table = self._open[-1] if self._open else None
        if tag in (*_HEADLINES, "script", "style"):
            self._tag = tag
            self.headlines.append([])
        elif tag == "iframe":
            self.links.append(told.get("src", "").strip())
        elif tag == "a" and re.search(r"(?i)\.xlsx?\b", told.get("href", "")):
            self.links.append(told["href"].strip())
        elif tag == "table":
            if table:
                table.holds = True
            self._room.take(1)
            self._open.append(_Table())
            self._tables.append(self._open[-1])
        elif table and tag == "tr":
            self._room.take(1)
            table.begin_row()
        elif table and tag in _ROWS:
            table.row = table.cell = None
        elif table and tag in _CELLS:
            cell = _Cell(_span(told.get("colspan")), _span(told.get("rowspan")))
            self._room.take(cell.wide * cell.tall)
            row = table.begin_row() if table.row is None else table.row
            row.append(cell)
            table.cell = cell

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag: str) -> None:
        """Close a table, a row or a cell, or a headline."""
        if tag == self._tag:
            self._tag = ""
        elif self._open and tag == "table":
            self._open.pop()
        elif self._open and tag in _ROWS:
            self._open[-1].row = self._open[-1].cell = None
        elif self._open and tag in _CELLS:
            self._open[-1].cell = None


def _grid(rows: list[list[_Cell]], room: door.Room) -> list[list[str]]:
    lines: list[dict[int, str]] = [{} for _ in rows]
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while column in lines[number]:
                column += 1
            columns = range(column, column + cell.wide)
            for line in lines[number : number + cell.tall]:
                line |= dict.fromkeys(columns, " ".join(cell.texts))
    grid = []
    for line in lines:
        width = max(line, default=-1) + 1
        room.take(width)
        grid.append([line.get(place, "") for place in range(width)])
    return grid


def _decoded(content: bytes) -> str:
    """Return a page's text: UTF-8, or what it says that it is in.

    Examples
    --------
    >>> _decoded("<meta charset='gb2312'>进口".encode("gbk"))
    "<meta charset='gb2312'>进口"
    """
    said = _CHARSET.search(content[:4096])
    charset = said[1].decode().lower() if said else "latin-1"
    return door.decoded(content, _GB.get(charset, charset))


def _span(text: str | None) -> int:
    """Return a span; a number that cannot be one counts as 1.

    Examples
    --------
    >>> [_span(text) for text in ("3", "²", "9" * 5000, "0", None)]
    [3, 1, 1, 1, 1]
    """
    is_span = re.fullmatch(r"[1-9]\d?", text or "", re.ASCII)
    return int(text) if text and is_span else 1
