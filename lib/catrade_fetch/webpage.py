"""Reads the tables of a web page as browsers do: end tags of rows and cells may be left out.

One pass over its tags: the work grows with the page's length, whatever stands on it.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from catrade_fetch import door

#: What is skipped, or a tag: its slash, name and attributes. What is open at the end of the page
#: ends there, so that nothing is looked at twice.
_TOKEN = re.compile(
    r"""
    <!--(?:-?>|.*?(?:-->|\Z))
    | <(?P<hidden>script|style)\b.*?(?:</(?P=hidden)[^>]*>?|\Z)
    | <[!?][^<>]*>?
    | <(?P<slash>/?)(?P<name>[a-z][^\s/<>]*)
      (?P<attributes>(?:=\s*(?:"[^"]*"|'[^']*')|[^<>])*+)>?
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_HEADLINES = ("title", "caption", "h1", "h2", "h3", "h4")
_ROWS = ("tr", "thead", "tbody", "tfoot")
_CELLS = ("td", "th")
#: What a page may say that it is in, and what that is called here.
_CHARSET = re.compile(
    rb"(?i)(?:charset|encoding)\s*=\s*[\"']?"
    rb"(gb|big5|windows-125\d|iso-8859-\d\d?|koi8-[ru])"
)
_GB = {"gb": "gb18030"}


@dataclass
class _Cell:
    texts: list[str]
    wide: int
    tall: int


class _Table:
    def __init__(self) -> None:
        self.rows: list[list[_Cell]] = []
        self.cell: _Cell | None = None
        self.is_in_row = False
        #: Whether it holds other tables.
        self.is_layout = False

    def begin_row(self) -> None:
        self.end_row()
        self.rows.append([])
        self.is_in_row = True

    def end_row(self) -> None:
        self.cell = None
        self.is_in_row = False

    def begin_cell(self, wide: int, tall: int) -> None:
        if not self.is_in_row:
            self.begin_row()
        self.cell = _Cell([], wide, tall)
        self.rows[-1].append(self.cell)


class Page:
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
        self.texts: list[str] = []
        self.headlines: list[list[str]] = []
        self.links: list[str] = []
        self._tables: list[_Table] = []
        self._open: list[_Table] = []
        self._is_headline = False
        self._most_cells = most_cells
        self._room = door.Room(most_cells)
        text, at = _decoded(content), 0
        for token in _TOKEN.finditer(text):
            self._text(text[at : token.start()])
            at = token.end()
            if token["slash"]:
                self._end(token["name"].lower())
            elif token["name"]:
                self._begin(token["name"].lower(), token["attributes"])
        self._text(text[at:])
        self.is_whole = not self._open

    def grids(self) -> list[list[list[str]]]:
        """Return the innermost tables as grids: layout tables hold the data table.

        What spans columns or rows stands in each of them.
        """
        room = door.Room(self._most_cells)
        innermost = [table.rows for table in self._tables if not table.is_layout]
        return [_grid(rows, room) for rows in innermost]

    def _text(self, text: str) -> None:
        text = html.unescape(text)
        if text.strip():
            self.texts.append(text.strip())
            if self._is_headline:
                self.headlines[-1].append(text.strip())
        if text and self._open and (cell := self._open[-1].cell):
            cell.texts.append(text)

    def _begin(self, name: str, attributes: str) -> None:
        table = self._open[-1] if self._open else None
        if name in _HEADLINES:
            self.headlines.append([])
            self._is_headline = True
        elif name == "iframe":
            self.links += _attribute(attributes, "src")
        elif name == "a":
            addresses = _attribute(attributes, "href")
            self.links += [url for url in addresses if re.search(r"(?i)\.xlsx?\b", url)]
        elif name == "table":
            if table:
                table.is_layout = True
            self._open.append(_Table())
            self._tables.append(self._open[-1])
            self._room.take(1)
        elif table and name in _CELLS:
            wide, tall = _span(attributes, "colspan"), _span(attributes, "rowspan")
            table.begin_cell(wide, tall)
            self._room.take(wide * tall)
        elif table and name == "tr":
            table.begin_row()
            self._room.take(1)
        elif table and name in _ROWS:
            table.end_row()

    def _end(self, name: str) -> None:
        if name in _HEADLINES:
            self._is_headline = False
        elif self._open and name == "table":
            self._open.pop()
        elif self._open and name in _ROWS:
            self._open[-1].end_row()
        elif self._open and name in _CELLS:
            self._open[-1].cell = None


def _grid(rows: list[list[_Cell]], room: door.Room) -> list[list[str]]:
    lines: list[dict[int, str]] = [{} for _ in rows]
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            text = " ".join(cell.texts).strip()
            while column in lines[number]:
                column += 1
            for line in lines[number : number + cell.tall]:
                line |= dict.fromkeys(range(column, column + cell.wide), text)
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


def _attribute(attributes: str, name: str) -> list[str]:
    """Return the value of an attribute, if there is one.

    Examples
    --------
    >>> _attribute(" class=x href='/a b.xls?x=1&amp;y'", "href"), _attribute(" data-src=1", "src")
    (['/a b.xls?x=1&y'], [])
    """
    form = rf"(?i)(?<![^\s\"']){name}\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))"
    match = re.search(form, attributes)
    values = match.groups(default="") if match else ()
    return [html.unescape(value).strip() for value in values if value]


def _span(attributes: str, name: str) -> int:
    """Return a span; a number that cannot be one counts as 1.

    Examples
    --------
    >>> [_span(f"colspan='{span}'", "colspan") for span in ("3", "²", "9" * 5000, "0")]
    [3, 1, 1, 1]
    """
    values = [
        int(value)
        for value in _attribute(attributes, name)
        if re.fullmatch(r"[1-9]\d?", value, re.ASCII)
    ]
    return values[0] if values else 1
