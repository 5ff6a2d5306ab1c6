"""Files of Chinese customs as a grid of texts: html and xlsx, whatever the file is called."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from catrade.errors import FetchError

#: Rows of cell texts; merged cells repeat their text (html) or are empty (xlsx).
Grid = list[list[str]]
_OLE = b"\xd0\xcf\x11\xe0"


def read_grid(file: Path) -> tuple[Grid, str]:
    """Return the largest table of a file and the text that stands around it.

    Raises
    ------
    FetchError
        If there is no file, it is an old binary Excel workbook, or it holds no table.
    """
    if not file.is_file():
        message = f"there is no file {file}"
        raise FetchError(message)
    content = file.read_bytes()
    if content.startswith(_OLE):
        message = (
            f"{file.name} is an old binary Excel workbook (.xls); open it in a spreadsheet"
            " program, save it as .xlsx and fetch that"
        )
        raise FetchError(message)
    if content.startswith(b"PK"):
        grid, text = _xlsx(file), ""
    elif re.search(rb"<\s*(table|html|body|tr)\b", content[:200_000], re.IGNORECASE):
        grid, text = _html(content)
    else:
        message = f"{file.name} is neither an html page nor an xlsx workbook"
        raise FetchError(message)
    if not grid:
        message = f"{file.name} holds no table"
        raise FetchError(message)
    return grid, text


def _xlsx(file: Path) -> Grid:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with file.open("rb") as stream:
            book = load_workbook(stream, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        message = f"{file.name} cannot be read as an xlsx workbook: it is damaged or another format"
        raise FetchError(message) from error
    grids = [[[_text(cell) for cell in row] for row in sheet.values] for sheet in book.worksheets]
    return max(grids, key=len, default=[])


def _html(content: bytes) -> tuple[Grid, str]:
    from bs4 import BeautifulSoup

    page = BeautifulSoup(content, "html.parser")
    for element in page(["script", "style"]):
        element.decompose()
    # Layout tables hold the data table: the innermost ones count.
    inner = [table for table in page("table") if not table("table")]
    best: Grid = []
    for table in inner:
        grid: Grid = []
        hanging: dict[int, tuple[int, str]] = {}  # column -> rows still to fill, text
        for row in table("tr"):
            line: list[str] = []

            def fill(line: list[str] = line, hanging: dict[int, tuple[int, str]] = hanging) -> None:
                while len(line) in hanging:
                    rows, text = hanging.pop(len(line))
                    if rows > 1:
                        hanging[len(line)] = (rows - 1, text)
                    line.append(text)

            for cell in row(["td", "th"]):
                fill()
                text = cell.get_text(" ").strip("\r\n\t ")
                for _ in range(_span(cell.get("colspan"))):
                    if (down := _span(cell.get("rowspan"))) > 1:
                        hanging[len(line)] = (down - 1, text)
                        line.append(text)
                    else:
                        line.append(text)
            fill()
            grid.append(line)
        if len(grid) > len(best):
            best = grid
    return best, page.get_text("|", strip=True)


def _span(value: object) -> int:
    text = str(value or "1")
    return min(int(text), 100) if text.isdigit() and text != "0" else 1


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(round(cell, 8))
    return str(cell)
