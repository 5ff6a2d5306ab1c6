"""Builders for schema columns: each says what it holds, its unit, and what may stand in it.

A check's `error` text completes the sentence "must be …", so that a fault reads like one.
`metadata` keys: `unit` (for the dictionary) and `refers_to` (the table whose key it repeats).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable

import pandera.pandas as pa

from pagemill.errors import ParameterError
from pagemill.periods import parse_period

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


def is_date(text: str) -> bool:
    """Say whether `text` is a real date: YYYY, YYYY-MM or YYYY-MM-DD.

    Examples
    --------
    >>> is_date("2024-02-29"), is_date("2023-02-29"), is_date("29.02.2024")
    (True, False, False)
    """
    match = _DATE.fullmatch(text)
    if match is None:
        return False
    try:
        dt.date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        return False
    return True


def is_period(text: str) -> bool:
    """Say whether `text` is a period such as 2025, 2025-03, 2025-Q1, 2025-H1 or 2025-10M.

    Examples
    --------
    >>> is_period("2025-10M"), is_period("2025-13")
    (True, False)
    """
    try:
        parse_period(text)
    except ParameterError:
        return False
    return True


def each(test: Callable[[str], bool], must_be: str) -> pa.Check:
    """Return a check of single values; `must_be` says what would be right."""
    return pa.Check(test, element_wise=True, error=must_be)


def text(
    description: str,
    *checks: pa.Check,
    empty: bool = False,
    unit: str | None = None,
    refers_to: str | None = None,
) -> pa.Column:
    """Return a text column; `refers_to` names the table whose key the values must be in."""
    return pa.Column(
        str,
        checks=list(checks),
        nullable=empty,
        description=description,
        metadata={"unit": unit, "refers_to": refers_to},
    )


def number(description: str, *checks: pa.Check, empty: bool = False, unit: str) -> pa.Column:
    """Return a column of plain decimal numbers."""
    return pa.Column(
        float,
        checks=list(checks),
        nullable=empty,
        description=description,
        metadata={"unit": unit, "refers_to": None},
    )


def choice(description: str, allowed: Iterable[str], *, empty: bool = False) -> pa.Column:
    """Return a text column with a closed vocabulary."""
    return text(description, pa.Check.isin(list(allowed)), empty=empty)


def country(description: str) -> pa.Column:
    """Return a column of country or group codes of `countries.csv`."""
    return text(description, refers_to="countries")


def period(description: str) -> pa.Column:
    """Return a column of period texts."""
    return text(
        description,
        each(is_period, "a period such as 2025, 2025-03, 2025-Q1, 2025-H1 or 2025-10M"),
        unit="period",
    )


def date(description: str, *, empty: bool = False) -> pa.Column:
    """Return a column of dates known to the day, the month or the year."""
    must_be = "a date written YYYY-MM-DD, YYYY-MM or YYYY"
    return text(description, each(is_date, must_be), empty=empty, unit="date")


def schema(**columns: pa.Column) -> pa.DataFrameSchema:
    """Return a strict schema whose columns stand in the order given."""
    return pa.DataFrameSchema(columns, strict=True)
