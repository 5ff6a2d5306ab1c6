"""Frames as CSV that a spreadsheet opens without running anything."""

from __future__ import annotations

import csv
import functools
import io
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from catrade.formats import is_missing

if TYPE_CHECKING:
    import pandas as pd

# A spreadsheet reads a cell that begins with one of these as a formula or skips into one
# (OWASP, "CSV injection"); the wide forms are read as the plain ones by some.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
#: What stands in a `data:` address as it is; the rest is percent-encoded.
SAFE = ",;:/-._~()!*"
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


def safe_cell(value: object) -> str:
    """Return one value as CSV text; text that could become a formula gets an apostrophe.

    Negative numbers stay numbers; missing values are empty.

    Examples
    --------
    >>> safe_cell("=1+1"), safe_cell(-2.5), safe_cell("-2.5"), safe_cell(float("nan"))
    ("'=1+1", '-2.5', '-2.5', '')
    """
    if isinstance(value, str):
        return _safe_text(value)
    if is_missing(value):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.15g}" if isinstance(value, float) else _safe_text(str(value))


@functools.lru_cache(maxsize=4096)
def _safe_text(text: str) -> str:
    if _NUMBER.fullmatch(text):
        return text
    stripped = text.lstrip(" ")
    return f"'{text}" if stripped.startswith(_DANGEROUS) else text


def csv_text(frame: pd.DataFrame) -> str:
    """Return a frame as CSV without its index, numbers in full, lines ended by LF."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([_one_cell(column) for column in frame.columns])
    columns = ([_one_cell(value) for value in column.tolist()] for _, column in frame.items())
    writer.writerows(zip(*columns, strict=True))
    return buffer.getvalue()


def _one_cell(value: object) -> str:
    """Return a safe cell in which no reader sees the end of the row.

    The csv module leaves a lone CR unquoted, and what follows it would be a cell of its own.
    """
    return safe_cell(value).replace("\r\n", "\n").replace("\r", "\n")


def csv_href(frame: pd.DataFrame) -> str:
    """Return the CSV as a `data:` address; the mark at its start tells Excel it is UTF-8."""
    return "data:text/csv;charset=utf-8," + quote("\ufeff" + csv_text(frame), safe=SAFE)
