"""Whose file is it? Recognised by sheets, columns and members, never by the file's name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from catrade.errors import FetchError
from catrade.fetch import door
from catrade.fetch.grids import Content, Grid


@dataclass(frozen=True)
class Kind:
    """A kind of file: its short name, what it is, and what reads it or what to do instead."""

    name: str
    what: str
    advice: str


_GROUPS = yaml.safe_load(
    Path(__file__).with_name("kinds.yaml").read_text(encoding="utf-8")
)
_OF_GROUPS = [
    (one, Kind(one.get("name", ""), one["what"], group["advice"]))
    for group in _GROUPS
    for one in group["kinds"]
]
_KINDS = [(kind, {*one["columns"]}) for one, kind in _OF_GROUPS if "columns" in one]
_NAMED = {kind.name: kind for _, kind in _OF_GROUPS}
_OF_FORMAT = {one.get("format", ""): kind for one, kind in _OF_GROUPS}
_FORMATS = {"html": "a page without such a table", "csv": "text"}
#: What `catrade fetch file` reads.
READ = (
    "tables of Chinese customs by country, releases of CEPII's BACI, CSVs of UN Comtrade Plus,"
    " workbooks of the IMF and of WITS by partner, and CSVs of one's own with the columns of"
    " trade.csv"
)
#: Sheets of the IMF's workbooks.
IMF_SHEET = r"(Exports|Imports), (FOB|CIF)"
#: Headings of the label column of a customs table, and what another heading of its row says.
LABEL = re.compile(
    "(?i)国别|原产国|目的国|地区|countr|region|origin|import source|destination"
)
_FLOWS = re.compile("(?i)出口|export")


def heading(grid: Grid) -> tuple[int, int] | None:
    """Return row and label column of the heading of a customs table, or None if it is none.

    Examples
    --------
    >>> heading([["title"], ["Country (Region)", "Total", "Exports", "Imports"]])
    (1, 0)
    """
    for number, row in enumerate(grid[:15]):
        if len({*row} - {""}) > 2 and _FLOWS.search(" ".join(row)):
            for column, cell in enumerate(row):
                if LABEL.search(cell):
                    return number, column
    return None


def kind(content: Content) -> Kind | None:
    """Return what a file is, or None if it is not known."""
    if content.format in _OF_FORMAT:
        return _OF_FORMAT[content.format]
    if any(re.match(r"(.*/)?BACI_HS", name) for name in content.members):
        return _NAMED["baci"]
    for name, grid in content.sheets.items():
        if grid and grid[0][:1] and grid[0][0].startswith(("{", "[")):
            return _NAMED["json"]
        if re.fullmatch(IMF_SHEET, name):
            return _NAMED["imf"]
        for row in grid[:10]:
            for found, columns in _KINDS:
                if columns <= {*row}:
                    return found
    if content.format != "csv" and any(map(heading, content.sheets.values())):
        return _NAMED["gacc"]
    return None


def refuse(content: Content, path: Path, wanted: str = "") -> FetchError:
    """Return the error for a file that is not what a command reads, with what it is instead.

    Parameters
    ----------
    wanted
        What the command reads, with an article; nothing for a command that reads whatever it can.
    """
    found = kind(content)
    says = f"is {found.what if found else _looks(content)}"
    if wanted:
        says += f", not {wanted}"
    if found:
        says += f": {found.advice}"
    elif not wanted:
        says += f", which is none of those read: {READ}"
    return door.fault(path.name or str(path.resolve()), says)


def _looks(content: Content) -> str:
    """Say what stands in a file that is not known: its columns, and its sheets if it has many."""
    what = _FORMATS.get(content.format, f"a {content.format}")
    filled = {name: grid for name, grid in content.sheets.items() if grid}
    if content.format == "csv" and not filled:
        return "empty, or no text"
    for name, grid in filled.items():
        head = _columns(grid, any_row=content.format == "workbook")
        if head and content.format == "workbook":
            others = [other for other in filled if other != name]
            more = f" (other sheets: {_few(others, 4)})" if others else ""
            return f"{what} whose sheet {name!r} has the columns {_few(head, 6)}{more}"
        if head:
            return f"a table with the columns {_few(head, 6)}"
    if content.format == "workbook":
        return f"{what} without a table (sheets: {_few(list(content.sheets), 4)})"
    return what


def _columns(grid: Grid, *, any_row: bool) -> list[str]:
    """Return the first row of three cells that has the width of others, or else of three cells."""
    rows = [list(filter(None, row)) for row in grid[:20]]
    widths = [len(row) for row in grid[:20]]
    for row, width in zip(rows, widths, strict=True):
        if len(row) > 2 and widths.count(width) > 1:
            return row
    return next((row for row in rows if len(row) > 2 and any_row), [])


def _few(texts: list[str], most: int) -> str:
    shown = ", ".join(" ".join(text.split())[:30] for text in texts[:most])
    return f"{shown}{' …' if len(texts) > most else ''}"
