"""A report as one Excel workbook: a sheet a figure or table, the sources last."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pagemill.csvtext import plain_cell
from pagemill.saved import Saved
from pagemill.unfinished import replacing

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

#: Letters that Excel takes as the name of a sheet.
_NAME = 31
_WIDEST = 60


def write_workbook(page: Saved, target: Path) -> Path:
    """Write what a page shows into a workbook: numbers as numbers, nothing as a formula.

    Parameters
    ----------
    page
        A rendered page (`saved.open_page`).
    target
        The file; it is replaced when the new one is complete.

    Raises
    ------
    ReportError
        If it cannot be written.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, title, rows in _sheets(page):
        sheet = book.create_sheet(name[:_NAME])
        _fill(sheet, [[title], [], *rows])
    with replacing(target, f"the workbook {target}") as file:
        book.save(file)
    return target


def _sheets(page: Saved) -> Iterator[tuple[str, str, list[list[Any]]]]:
    """Return name, title and rows of each sheet: first what the page says."""
    texts = [[text] for text in (page.answer, *page.sentences) if text]
    yield "Text", str(page.block.get("title", page.file.stem)), texts
    for number, item in enumerate(page.items.values(), 1):
        header = [item.labels.get(name, name) for name in item.header]
        yield (
            item.number or f"Data {number}",
            item.title,
            [header, *map(list, item.rows)],
        )
    yield "Sources", "Sources", [[n, text] for n, text in enumerate(page.sources, 1)]


def _fill(sheet: Worksheet, rows: list[list[Any]]) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    for row in rows:
        sheet.append(list(map(plain_cell, row)))
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # text that begins with = is no formula
    sheet["A1"].font = Font(bold=True, size=13)
    for cell in sheet[3]:
        cell.font = Font(bold=sheet.title not in ("Text", "Sources"))
    sheet.freeze_panes = "A4"
    for number, texts in enumerate(zip_longest(*rows[2:], fillvalue=""), 1):
        width = min(_WIDEST, max(8, *(len(str(text)) for text in texts)) + 2)
        sheet.column_dimensions[get_column_letter(number)].width = width
