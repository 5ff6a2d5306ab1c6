"""Dates known to the day, the month or the year: the days they may stand for."""

from __future__ import annotations

import calendar
import contextlib
import datetime as dt
import re

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
    if isinstance(day, dt.datetime):
        return day.date()
    if isinstance(day, dt.date):
        return day
    first, last = date_interval(str(day))
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
