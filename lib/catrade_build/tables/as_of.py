"""As known on a day: the one filter that every table goes through once it is read.

A row takes part from the day its source released it (`release_days.csv`), else from the day the
source was published: one dated to a month or a year counts from its last day, one without a date
never. A row of several sources is complete with the last of them. A rule counts from the day it was
decided, a rate of exchange from the end of its period.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator

import pandas as pd

from rounding.dates import date_interval
from rounding.formats import date as in_words

#: The column that says the day, in what a user is given.
KNOWN_ON = "known_on"
#: The day that holds; none is all that is held. A plain list, since every cell of a notebook and
#: every thread of a kernel must see the same one.
_days: list[dt.date] = []


def current() -> dt.date | None:
    """Return the day as of which tables are read; None is all that is held."""
    return _days[-1] if _days else None


def use(day: dt.date | None) -> None:
    """Read tables as of a day from now on; None is all that is held."""
    _days[:] = [] if day is None else [day]


def marked(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose first column says the day as of which it is known, if there is one.

    A column, since pandas keeps it where it drops notes: in a sum of frames, a merge, a file.
    """
    if (day := current()) is None:
        return frame
    others = frame.drop(columns=KNOWN_ON, errors="ignore")
    others.insert(0, KNOWN_ON, pd.Timestamp(day))
    others.attrs = {**frame.attrs, "as_of": day.isoformat()}
    return others


def days_in(frame: pd.DataFrame) -> list[str]:
    """Return the days as of which the rows of a frame are known; "" is all that is held.

    Examples
    --------
    >>> days_in(pd.DataFrame({"known_on": ["2025-02-01", None]})), days_in(pd.DataFrame())
    (['', '2025-02-01'], [''])
    """
    if KNOWN_ON in frame and len(frame):
        return sorted(
            {str(day)[:10] for day in frame[KNOWN_ON].astype(object).fillna("")}
        )
    return [str(frame.attrs.get("as_of", ""))]


def in_words_of(frame: pd.DataFrame) -> str:
    """Return "as known on 1 February 2025" of a frame of that day, else "".

    Examples
    --------
    >>> in_words_of(pd.DataFrame({"known_on": ["2025-02-01"]}))
    'as known on 1 February 2025'
    """
    days = [in_words(day) for day in days_in(frame) if day]
    return f"as known on {' and '.join(days)}" if days else ""


@contextlib.contextmanager
def holding(day: dt.date | None) -> Iterator[None]:
    """Read tables as of a day, and after the block as before it."""
    before = current()
    use(day)
    try:
        yield
    finally:
        use(before)


def _end(date: str) -> dt.date:
    return date_interval(date)[1]


def first_days(texts: pd.Series[str]) -> pd.Series[pd.Timestamp]:
    """Return the first day that each date may stand for; NaT where there is none."""
    return days_of(texts, lambda text: date_interval(text)[0])


def days_of(
    texts: pd.Series[str], last: Callable[[str], dt.date] = _end
) -> pd.Series[pd.Timestamp]:
    """Return the last day that each date may stand for; NaT where there is none."""
    days = {text: last(text) for text in texts.dropna().unique() if text}
    return pd.to_datetime(texts.map(days))
