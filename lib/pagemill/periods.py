"""Periods as tables write them: years, months, quarters, halves, January to some month."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from pagemill.errors import ParameterError

_PERIOD = re.compile(r"(\d{4})(?:-(?:(\d{2})|Q([1-4])|H([12])|(1[0-2]|[1-9])M))?", re.ASCII)


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
    month = int(match[2]) if match and match[2] else None
    if match is None or (month is not None and not 1 <= month <= 12):
        message = f"period must look like 2025, 2025-03, 2025-Q1, 2025-H1 or 2025-10M; got {text!r}"
        raise ParameterError(message)
    year = int(match[1])
    if month:
        return Period(year, month, month, "monthly")
    if match[3]:
        return Period(year, 3 * int(match[3]), 3 * int(match[3]) - 2, "quarterly")
    if match[4]:
        return Period(year, 6 * int(match[4]), 6 * int(match[4]) - 5, "half")
    if match[5]:
        return Period(year, int(match[5]), 1, "ytd")
    return Period(year, 12, 1, "annual")
