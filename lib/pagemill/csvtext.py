"""Frames as CSV that a spreadsheet opens without running anything."""

from __future__ import annotations

import csv
import io
import math
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from rounding.formats import MARK

if TYPE_CHECKING:
    import pandas as pd

# A spreadsheet reads a cell that begins with one of these as a formula or skips into one
# (OWASP, "CSV injection"); the wide forms are read as the plain ones by some, and where its list
# separator is a semicolon, a new cell begins after that.
_FORMULA = re.compile(r"(^|[;\t])(?=\s*[=+\-@\t\r\n＝＋－＠])")
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
#: What stands in a `data:` address as it is; the rest is percent-encoded.
SAFE = ",;:/-._~()!*"


def safe_cell(value: object) -> str:
    """Return one value as CSV text; text that could become a formula gets an apostrophe.

    Negative numbers stay numbers. A line end is LF: the csv module leaves a lone CR unquoted, and
    what follows it would be a cell of its own.

    Examples
    --------
    >>> safe_cell("=1+1"), safe_cell("a;=1+1"), safe_cell(-2.5), safe_cell("-2.5")
    ("'=1+1", "a;'=1+1", '-2.5', '-2.5')
    """
    if isinstance(value, (bool, float)):
        return str(value).lower() if isinstance(value, bool) else f"{value:.15g}"
    text = str(value)
    return text if NUMBER.fullmatch(text) else guarded(text)


def guarded(text: str) -> str:
    """Return a text with an apostrophe before what could become a formula; lines end by LF."""
    return _FORMULA.sub(r"\1'", text).replace("\r\n", "\n").replace("\r", "\n")


def plain_cell(value: object) -> object:
    """Return a cell of such a CSV as what it stands for: a number, a text, or nothing.

    Codes keep their leading zeros.

    Examples
    --------
    >>> plain_cell("106300000000"), plain_cell("0.5"), plain_cell("01"), plain_cell("'=1+1")
    (106300000000, 0.5, '01', '=1+1')
    """
    if not isinstance(value, str):
        return value
    if NUMBER.fullmatch(value) and not re.match(r"[+-]?0\d", value):
        number = int(value) if re.fullmatch(r"[+-]?\d{1,15}", value) else float(value)
        return number if math.isfinite(number) else value
    return _GUARD.sub(r"\1", value) or None


_GUARD = re.compile(r"(^|[;\t])'(?=\s*[=+\-@\t\r\n＝＋－＠])")


def csv_text(frame: pd.DataFrame) -> str:
    """Return a frame as CSV without its index, numbers in full, lines ended by LF.

    Missing values are empty, dates are written as `2026-01-14`.

    Examples
    --------
    >>> import pandas as pd
    >>> print(csv_text(pd.DataFrame({"day": [pd.Timestamp("2026-01-14")], "note": ["@x"]})), end="")
    day,note
    2026-01-14,'@x
    """
    heads, columns = [], []
    for name, column in frame.items():
        # A cell that holds the mark of a missing figure is empty, a column called so is left out.
        head = safe_cell(name)
        if MARK in head:
            continue
        # Days without their hour where all have none.
        shown = column.astype(str) if column.dtype.kind == "M" else column
        pairs = zip(shown.tolist(), column.isna().tolist(), strict=True)
        cells = ["" if is_gone else safe_cell(cell) for cell, is_gone in pairs]
        heads.append(head)
        columns.append(["" if MARK in cell else cell for cell in cells])
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows(zip(*columns, strict=True))
    return target.getvalue()


def csv_href(frame: pd.DataFrame) -> str:
    """Return the CSV as a `data:` address; the mark at its start tells Excel it is UTF-8."""
    return "data:text/csv;charset=utf-8," + quote("\ufeff" + csv_text(frame), safe=SAFE)
