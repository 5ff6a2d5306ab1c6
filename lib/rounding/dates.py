"""Periods as tables write them, and dates known to the day, the month or the year."""

from __future__ import annotations

import calendar
import contextlib
import datetime as dt
import functools
import re
from dataclasses import dataclass

from rounding.errors import ParameterError

Day = dt.date | str
_DATE = re.compile(r"\d{4}(-\d{2}){0,2}", re.ASCII)


def date_interval(text: str) -> tuple[dt.date, dt.date]:
    """Return the first and the last day a date may stand for.

    Parameters
    ----------
    text
        `2026-01-14`, `2026-01` or `2026`.

    Raises
    ------
    ParameterError
        If it is none of these, or no day of the calendar.

    Examples
    --------
    >>> first, last = date_interval("2024-02")
    >>> first.isoformat(), last.isoformat()
    ('2024-02-01', '2024-02-29')
    """
    if _DATE.fullmatch(text):
        with contextlib.suppress(ValueError):
            first = dt.date.fromisoformat(f"{text}-01-01"[:10])
            month = first.month if len(text) > len("2026") else 12
            days = calendar.monthrange(first.year, month)[1]
            return first, first if len(text) == 10 else dt.date(first.year, month, days)
    raise ParameterError(
        f"a date must look like 2026-01-14, 2026-01 or 2026; got {text!r}"
    )


def as_day(day: Day) -> dt.date:
    """Return a day given as a date or as `2026-01-14`.

    Raises
    ------
    ParameterError
        If it is a month or a year: a question about one day needs one.

    Examples
    --------
    >>> as_day("2026-01-14").isoformat()
    '2026-01-14'
    """
    text = day.isoformat()[:10] if isinstance(day, dt.date) else str(day)
    first, last = date_interval(text)
    if first != last:
        raise ParameterError(f"a day must look like 2026-01-14; got {day!r}")
    return first


def weekday(text: str) -> str:
    """Return the weekday of a date, or "" if its day is not known.

    Examples
    --------
    >>> weekday("2026-01-14"), weekday("2026-01")
    ('Wednesday', '')
    """
    first, last = date_interval(text)
    return first.strftime("%A") if first == last else ""


_PERIOD = re.compile(
    r"(\d{4})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])|H([12])|(1[0-2]|[1-9])M))?", re.ASCII
)


@dataclass(frozen=True, order=True)
class Period:
    """A period as text says it: first and last month of one year, and its frequency."""

    year: int
    last_month: int
    first_month: int
    frequency: str


@functools.lru_cache(maxsize=4096)
def parse_period(text: str) -> Period:
    """Read `2025`, `2025-03`, `2025-Q1`, `2025-H1` or `2025-10M` (January to October).

    Raises
    ------
    ParameterError
        If the text is none of these.

    Examples
    --------
    >>> parse_period("2025-10M")
    Period(year=2025, last_month=10, first_month=1, frequency='ytd')
    """
    match = _PERIOD.fullmatch(text)
    if match is None:
        raise ParameterError(
            f"period must look like 2025, 2025-03, 2025-Q1, 2025-H1 or 2025-10M; got {text!r}"
        )
    year, month, quarter, half, months = (int(part or 0) for part in match.groups())
    if month:
        return Period(year, month, month, "monthly")
    if quarter:
        return Period(year, 3 * quarter, 3 * quarter - 2, "quarterly")
    if half:
        return Period(year, 6 * half, 6 * half - 5, "half")
    return Period(year, months or 12, 1, "ytd" if months else "annual")


def last_day(period: str) -> dt.date:
    """Return the last day of a period.

    Examples
    --------
    >>> last_day("2024-02").isoformat(), last_day("2025-10M").isoformat()
    ('2024-02-29', '2025-10-31')
    """
    of = parse_period(period)
    return date_interval(f"{of.year:04}-{of.last_month:02}")[1]
