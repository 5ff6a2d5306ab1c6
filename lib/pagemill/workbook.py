"""Excel workbooks: frames as sheets, and a report as one, with its sources last."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from pagemill.csvtext import plain_cell
from pagemill.project import current
from pagemill.saved import Saved
from pagemill.unfinished import replacing

# Control characters that XML forbids, and the letters that a cell of Excel may have.
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 32_767
# What Excel takes in no name of a sheet, and how long one may be with the number of its twin.
_UNNAMED, _NAME = re.compile(r"[\[\]:*?/\\]"), 28
_WIDEST = 60

#: Name of a sheet, a title above its table or "", and the table.
Sheet = tuple[str, str, pd.DataFrame]


def write_sheets(sheets: Iterable[Sheet], target: Path) -> Path:
    """Write frames into a workbook: numbers as numbers, fractions as per cent, nothing a formula.

    Parameters
    ----------
    sheets
        Name, title or "", and frame of each sheet.
    target
        The file; it is replaced when the new one is complete.

    Raises
    ------
    ReportError
        If it cannot be written.
    """
    from openpyxl.styles import Font

    with (
        replacing(target, f"the workbook {target}") as file,
        pd.ExcelWriter(file, engine="openpyxl") as book,
    ):
        for name, title, frame in sheets:
            clean = _UNNAMED.sub("-", name)[:_NAME].strip("' ") or "Sheet"
            sheet = book.book.create_sheet(clean)  # numbered, where one is called so
            above = 2 if title else 0
            told = frame.map(_plain).rename(columns=lambda head: _plain(str(head)))
            told.to_excel(book, sheet_name=sheet.title, index=False, startrow=above)
            sheet.freeze_panes = f"A{above + 2}"
            if title:
                sheet["A1"] = _plain(title)
                sheet["A1"].font = Font(bold=True, size=13)
            for cells in sheet.columns:
                head, *values = cells[above:]
                is_rate = current().is_rate(str(head.value))
                for cell in cells:
                    if cell.data_type == "f":
                        cell.data_type = "s"  # text that begins with = is no formula
                    if is_rate and cell.data_type == "n":
                        cell.number_format = "0.0%"
                widest = max(
                    len(str(cell.value or "")) for cell in [head, *values[:50]]
                )
                column = sheet.column_dimensions[head.column_letter]
                column.width = min(max(widest + 2, 9), _WIDEST)
    return target


def write_page(page: Saved, target: Path) -> Path:
    """Write what a page (`saved.open_page`) shows into a workbook."""
    return write_sheets(_sheets(page), target)


def _sheets(page: Saved) -> Iterator[Sheet]:
    """Yield what a page says, a sheet a figure or table, and its sources."""
    texts = [text for text in (page.answer, *page.sentences) if text]
    title = str(page.block.get("title", page.file.stem))
    yield "Text", title, pd.DataFrame({"Text": texts})
    for number, item in enumerate(page.items.values(), 1):
        heads = [item.labels.get(name, name) for name in item.header]
        data = pd.DataFrame(item.rows, columns=heads).map(plain_cell)
        yield item.number or f"Data {number}", item.title, data
    listed = pd.DataFrame({"Number": range(1, len(page.sources) + 1)})
    yield "Sources", "Sources", listed.assign(Source=page.sources)


def _plain(value: Any) -> Any:
    """Return a value as a cell can hold it: Excel has no time zones and no control characters."""
    if isinstance(value, pd.Timestamp) and value.tzinfo:
        return str(value)
    return _UNSEEN.sub("", value)[:_LONGEST] if isinstance(value, str) else value
