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
_KINDS = [
    (Kind(one.get("name", ""), one["what"], group["advice"]), {*one.get("columns", ())})
    for group in _GROUPS
    for one in group["kinds"]
]
_NAMED = {kind.name: kind for kind, _ in _KINDS if kind.name}
_ZIP = "give the zip as downloaded, or the whole folder, to catrade fetch baci"
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
        if len({cell for cell in row if cell}) < 3 or not re.search(
            _FLOWS, " ".join(row), re.I
        ):
            continue
        for column, cell in enumerate(row):
            if re.search(LABEL, cell, re.IGNORECASE):
                return number, column
    return None


def kind(content: Content) -> Kind | None:
    """Return what a file is, or None if it is not known."""
    if content.format in (".rar", ".7z", ".gz"):
        return Kind(
            "", f"a {content.format} file", f"unpack it; of a BACI release {_ZIP}"
        )
    if any(re.match(r"(.*/)?BACI_HS", name) for name in content.members):
        return _NAMED["baci"]
    for name, grid in content.sheets.items():
        if grid and grid[0][:1] and grid[0][0].lstrip().startswith(("{", "[")):
            return _NAMED["json"]
        if re.match(r"(Exports|Imports), (FOB|CIF)", name):
            return _NAMED["imf"]
        for row in grid[:10]:
            cells = {cell.strip() for cell in row}
            for found, columns in _KINDS:
                if columns and columns <= cells:
                    return found
    if content.format != "csv" and any(
        heading(grid) for grid in content.sheets.values()
    ):
        return _NAMED["gacc"]
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
    head = next(
        (row for row in grid if len(row) > 2 and widths.count(len(row)) > 1), None
    )
    what = _FORMATS.get(content.format, f"a {content.format}")
    if found:
        what = found.what
    elif head:
        few = ", ".join(cell.strip()[:30] for cell in head[:6])
        what = f"a table with the columns {few}{' …' if len(head) > 6 else ''}"
    elif content.format == "csv" and not grid:
        what = "empty, or no text"
    says = f"is {what}" + (f", not {wanted}" if wanted else "")
    if found:
        says += f": {found.advice}"
    elif not wanted:
        says += f", which is none of those read: {READ}"
    return door.fault(path.name, says)
