"""Whose file is it? Recognised by sheets, columns and members, never by the file's name."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from catrade.errors import FetchError
from catrade.fetch.grids import Content, Grid
from pagemill.errors import one_line


@dataclass(frozen=True)
class Kind:
    """A kind of file: its short name, what it is, and what reads it or what to do instead."""

    name: str
    what: str
    advice: str


_ADVICE = {
    "reads": "catrade fetch file reads it",
    "ask": "catrade fetch comtrade brings the same trade from its publisher",
    "workbook": "catrade fetch file reads the workbook Exports and Imports by Areas and Countries",
    "zip": "give the zip as downloaded, or the whole folder, to catrade fetch baci",
}
#: What tables are, what to do with them, and columns that one of their first rows holds.
with Path(__file__).with_name("kinds.csv").open(encoding="utf-8", newline="") as _file:
    _KINDS = [
        (Kind(row["name"], row["what"], _ADVICE[row["advice"]]), {*row["columns"].split("|")})
        for row in csv.DictReader(_file)
    ]
_IMF = Kind("imf", "an IMF workbook of exports and imports by partner", _ADVICE["reads"])
_RELEASE = Kind("baci", "a release of CEPII's BACI", "catrade fetch baci reads it")
_CUSTOMS = Kind("gacc", "a table of Chinese customs by country", _ADVICE["reads"])
_JSON = Kind("", "JSON", "answers of UN Comtrade's API are asked for by catrade fetch comtrade")
_FORMATS = {"html": "a page without such a table", "csv": "text"}
#: What `catrade fetch file` reads.
READ = (
    "tables of Chinese customs by country, releases of CEPII's BACI, CSVs of UN Comtrade Plus, and"
    " workbooks of the IMF and of WITS by partner"
)
#: Headings of the label column of a customs table, and what another heading of its row says.
LABEL = r"国别|原产国|目的国|地区|countr|region|origin|import source|destination"
_FLOWS = r"出口|export"


def heading(grid: Grid) -> tuple[int, int] | None:
    """Return row and label column of the heading of a customs table, or None if it is none.

    Examples
    --------
    >>> heading([["title"], ["Country (Region)", "Total", "Exports", "Imports"]])
    (1, 0)
    """
    for number, row in enumerate(grid[:15]):
        if len({cell for cell in row if cell}) < 3 or not re.search(_FLOWS, " ".join(row), re.I):
            continue
        for column, cell in enumerate(row):
            if re.search(LABEL, cell, re.IGNORECASE):
                return number, column
    return None


def kind(content: Content) -> Kind | None:
    """Return what a file is, or None if it is not known."""
    if content.format in (".rar", ".7z", ".gz"):
        advice = f"unpack it; of a BACI release {_ADVICE['zip']}"
        return Kind("", f"a {content.format} file", advice)
    if any(re.match(r"(.*/)?BACI_HS", name) for name in content.members):
        return _RELEASE
    for name, grid in content.sheets.items():
        if grid and grid[0][:1] and grid[0][0].lstrip().startswith(("{", "[")):
            return _JSON
        if re.match(r"(Exports|Imports), (FOB|CIF)", name):
            return _IMF
        for row in grid[:10]:
            cells = {cell.strip() for cell in row}
            for found, columns in _KINDS:
                if columns <= cells:
                    return found
    if content.format != "csv" and any(heading(grid) for grid in content.sheets.values()):
        return _CUSTOMS
    return None


def refuse(content: Content, path: Path, wanted: str = "") -> FetchError:
    """Return the error for a file that is not what a command reads, with what it is instead.

    Parameters
    ----------
    wanted
        What the command reads, with an article; nothing for a command that reads whatever it can.
    """
    found, grid = kind(content), content.sheets.get("", [])
    widths = [len(row) for row in grid[:20]]
    head = next((row for row in grid if len(row) > 2 and widths.count(len(row)) > 1), None)
    what = _FORMATS.get(content.format, f"a {content.format}")
    if found:
        what = found.what
    elif head:
        few = ", ".join(cell.strip()[:30] for cell in head[:6])
        what = f"a table with the columns {few}{' …' if len(head) > 6 else ''}"
    elif content.format == "csv" and not grid:
        what = "empty, or no text"
    message = f"{path.name} is {what}" + (f", not {wanted}" if wanted else "")
    if found:
        message += f": {found.advice}"
    elif not wanted:
        message += f", which is none of those read: {READ}"
    return FetchError(one_line(message))
