"""Dates known to the day, the month or the year: the days they may stand for."""

from __future__ import annotations

import calendar
import datetime as dt
import re

from pagemill.errors import ParameterError

Day = dt.date | str
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


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
    match = _DATE.fullmatch(text)
    if match:
        year, month, day = (int(part) if part else 0 for part in match.groups())
        try:
            first = dt.date(year, month or 1, day or 1)
        except ValueError:
            first = None
        if first is not None:
            if day:
                return first, first
            last_month = month or 12
            last_day = calendar.monthrange(year, last_month)[1]
            return first, dt.date(year, last_month, last_day)
    message = f"a date must look like 2026-01-14, 2026-01 or 2026; got {text!r}"
    raise ParameterError(message)


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
        message = f"a day must look like 2026-01-14; got {day!r}"
        raise ParameterError(message)
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
