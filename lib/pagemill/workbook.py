"""Excel workbooks: frames as sheets, and a report as one, with its sources last."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from pagemill.csvtext import plain_cell
from pagemill.project import current
from pagemill.unfinished import replacing

if TYPE_CHECKING:  # it brings a parser of HTML, which nobody needs to write a frame
    from pagemill.saved import Saved

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
    # Text that begins with = or with https: is no formula and no link.
    as_text = {"options": {"strings_to_formulas": False, "strings_to_urls": False}}
    days = "yyyy-mm-dd"
    with (
        replacing(target, f"the workbook {target}") as file,
        pd.ExcelWriter(
            file, engine="xlsxwriter", datetime_format=days, engine_kwargs=as_text
        ) as book,
    ):
        large = book.book.add_format({"bold": True, "font_size": 13})
        per_cent = book.book.add_format({"num_format": "0.0%"})
        for name, title, frame in sheets:
            told = frame.map(_plain).rename(columns=lambda head: _plain(str(head)))
            above = 2 if title else 0
            called = _free(name, book.sheets)
            told.to_excel(book, sheet_name=called, index=False, startrow=above)
            sheet = book.sheets[called]
            sheet.freeze_panes(above + 1, 0)
            if title:
                sheet.write_string(0, 0, _plain(title), large)
            for place, head in enumerate(map(str, told)):
                cells = told.iloc[:50, place].dropna().tolist()
                widest = max(len(str(cell)) for cell in [head, *cells])
                width = min(max(widest + 2, 9), _WIDEST)
                is_rate = current().is_rate(head) and float in map(type, cells)
                form = per_cent if is_rate else None
                sheet.set_column(place, place, width, form)
    return target


def _free(name: str, taken: Iterable[str]) -> str:
    """Return a name that Excel takes for a sheet, numbered where one is called so."""
    clean = _UNNAMED.sub("-", name)[:_NAME].strip("' ") or "Sheet"
    folded = {other.casefold() for other in taken}
    numbers = (f"{clean}{number or ''}" for number in range(len(folded) + 1))
    return next(free for free in numbers if free.casefold() not in folded)


def write_page(page: Saved, target: Path) -> Path:
    """Write what a page (`saved.open_page`) says, a sheet a figure or table, and its sources."""
    texts = [text for text in (page.answer, *page.sentences) if text]
    title = str(page.block.get("title", page.file.stem))
    sheets = [("Text", title, pd.DataFrame({"Text": texts}))]
    for number, item in enumerate(page.items.values(), 1):
        data = item.frame.map(plain_cell).rename(columns=item.labels)
        sheets.append((item.number or f"Data {number}", item.title, data))
    listed = {"Number": range(1, len(page.sources) + 1), "Source": page.sources}
    return write_sheets([*sheets, ("Sources", "Sources", pd.DataFrame(listed))], target)


def _plain(value: Any) -> Any:
    """Return a value as a cell can hold it: Excel has no time zones and no control characters."""
    if isinstance(value, pd.Timestamp) and value.tzinfo:
        return str(value)
    return _UNSEEN.sub("", value)[:_LONGEST] if isinstance(value, str) else value
