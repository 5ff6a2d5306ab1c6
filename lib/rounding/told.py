"""Sentences over figures that may be missing: what lacks a figure is not said.

A newcomer writes f-strings over rows. `newest` hands the newest row of a frame over, with every
figure as a `Rounded`. Where the row or the figure is missing, an `Unknown` stands in: calculating
with it gives an `Unknown` again, and in an f-string it writes a mark that no reader sees, since
`told` drops each sentence that holds it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from rounding.dates import parse_period
from rounding.errors import ParameterError, choice_error
from rounding.formats import is_missing
from rounding.rounded import Rounded, ends_of
from rounding.unknown import MARK as MARK
from rounding.unknown import Unknown as Unknown

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z“(])")


class Row:
    """One row of a figure frame: figures as `Rounded`, the rest as it is, missing as `Unknown`.

    A column is a figure if it holds a number and has an interval (`growth` with `growth_low` and
    `growth_high`, `value_bn` with `low_bn` and `high_bn`). `row.value` is `value_bn` in dollars.

    Examples
    --------
    >>> row = Row({"year": 2025, "growth": 0.12, "growth_low": 0.119, "growth_high": 0.121})
    >>> f"In {row.year}: {row.growth:+percent}", f"{row.share:percent}" == MARK
    ('In 2025: +12.0%', True)
    >>> "growth" in row, "share" in row
    (True, False)
    """

    __iter__ = None  # what is got by [0], [1] … would have no end

    def __init__(self, cells: Mapping[Any, Any]) -> None:
        self._cells = {str(name): cell for name, cell in cells.items()}

    def __contains__(self, name: str) -> bool:
        return not isinstance(self[name], Unknown)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self[name]

    def __getitem__(self, name: str) -> Any:
        if name not in self._cells and f"{name}_bn" in self._cells:
            name = f"{name}_bn"
        cell = self._cells.get(name)
        if is_missing(cell):
            return Unknown()
        if ends_of(name)[0] in self._cells:
            return Rounded.of(self._cells, name)
        return cell

    def __bool__(self) -> bool:
        return bool(self._cells)

    def __repr__(self) -> str:
        return repr(self._cells)


def newest(frame: pd.DataFrame, **where: Any) -> Row:
    """Return the newest row with a figure, of those that fit; without one, a row of unknowns.

    Parameters
    ----------
    frame
        Rows with a `date`, `period` or `year`, one at each time once they fit.
    **where
        Values that columns must have: `flow="total"`.

    Raises
    ------
    ParameterError
        If the frame has no such column, or several rows are the newest: which of them is meant, no
        rule can know.

    Examples
    --------
    >>> frame = pd.DataFrame({"year": [2024, 2025], "flow": "total", "value_bn": [94.8, 106.3]})
    >>> newest(frame, flow="total").year, newest(frame, flow="export").year
    (2025, unknown)
    >>> newest(frame, flw="total")
    Traceback (most recent call last):
    rounding.errors.ParameterError: column must be one of year, flow, value_bn; got 'flw' (did you
    mean 'flow'?)
    >>> newest(pd.DataFrame({"year": 2025, "flow": ["export", "import"], "value_bn": 1.0}))
    Traceback (most recent call last):
    rounding.errors.ParameterError: 2 rows are of 2025; say which flow: newest(frame, flow='export')
    """
    if any(isinstance(value, Unknown) for value in where.values()):
        return Row({})  # of what is not known there is no row
    last = frame
    for column, value in where.items():
        if column not in frame:
            raise choice_error("column", column, frame.columns)
        if not np.isscalar(value) and np.iterable(value):
            raise ParameterError(f"{column} must be one value; got {value!r}")
        last = last[last[column] == value]
    for value in {"value_bn", "value"} & {*frame.columns}:
        last = last[last[value].notna()]
    time = next((name for name in ("date", "period", "year") if name in frame), "")
    if len(last) > 1 and time:
        times = last[time].map(parse_period) if time == "period" else last[time]
        last = last[times == times.max()]
    if len(last) > 1:
        raise _several(last, time)
    return rows(last)[0] if len(last) else Row({})


def _several(rows: pd.DataFrame, time: str) -> ParameterError:
    """Return the error for several newest rows: the column that tells them apart."""
    texts: pd.DataFrame = rows.select_dtypes(["object", "str", "category"])
    apart = [str(name) for name in texts if len(rows[name].unique()) > 1]
    first = str(rows[time].iloc[0])[:10] if time else "no date or year"
    message = f"{len(rows)} rows are of {first}"
    if not apart:
        return ParameterError(f"{message}; choose one of them")
    code = apart[0].removesuffix("_name")
    which = code if code in rows else apart[0]
    value = rows[which].iloc[0]
    return ParameterError(
        f"{message}; say which {which}: newest(frame, {which}={value!r})"
    )


def rows(frame: pd.DataFrame) -> list[Row]:
    """Return each row of a frame as a `Row`, in its order.

    Parameters
    ----------
    frame
        Any table.

    Examples
    --------
    >>> [row.year for row in rows(pd.DataFrame({"year": [2024, 2025]}))]
    [2024, 2025]
    """
    return [Row(cells) for cells in frame.to_dict("records")]


def told(*sentences: str, by: str = " ") -> str:
    """Join sentences; one that holds an unknown figure, or nothing, is left out.

    Parameters
    ----------
    *sentences
        f-strings over rows (`newest`).
    by
        What stands between them.

    Examples
    --------
    >>> told("Trade rose 12%.", f"It was {Unknown():usd}.", "", "So it goes.")
    'Trade rose 12%. So it goes.'
    """
    return by.join(text for text in sentences if text and MARK not in text)


def known_only(text: str, otherwise: str = "") -> str:
    """Return a text without its sentences that hold an unknown figure.

    Whatever shows a text asks this, so that the mark never reaches a reader.

    Parameters
    ----------
    text
        One or several sentences.
    otherwise
        What is returned where nothing is left.

    Examples
    --------
    >>> known_only(f"Trade rose. It was {Unknown():usd} in 2025. So it goes.")
    'Trade rose. So it goes.'
    >>> known_only(f"Record of {Unknown():bn}", "Trade")
    'Trade'
    """
    if MARK not in text:
        return text
    return told(*_SENTENCE_END.split(text)) or otherwise


def either(*texts: str) -> str:
    """Return the first text that lacks no figure, such as the title of a chart; else nothing.

    Parameters
    ----------
    *texts
        f-strings over rows (`newest`), the fullest first.

    Examples
    --------
    >>> either(f"Record of {Unknown():bn}", "Trade with Central Asia")
    'Trade with Central Asia'
    """
    return next((text for text in texts if text and MARK not in text), "")
