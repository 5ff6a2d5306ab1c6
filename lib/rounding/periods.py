"""Periods as tables write them: years, months, quarters, halves, January to some month."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from rounding.errors import ParameterError

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
