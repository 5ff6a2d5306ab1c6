"""How a page writes single values: missing ones, columns of one unit, dates and periods.

Numbers whose digits depend on their interval are written by `rounding.numbers`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rounding import numbers
from rounding.periods import parse_period

MISSING = "–"
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

Formatter = Callable[[Any], str]


def is_missing(value: Any) -> bool:
    """Return True for None, NaN, NaT, NA and an empty text.

    Examples
    --------
    >>> is_missing(float("nan")), is_missing(0)
    (True, False)
    """
    if value is None or isinstance(value, str):
        return not value
    different = value != value  # NaN and NaT differ from themselves; NA answers NA
    return different is not False and str(different) in {"True", "<NA>"}


def fixed(value: Any, decimals: int) -> str:
    """Return a number with thousands separators and a true minus sign.

    Examples
    --------
    >>> fixed(-1234.56, 1), fixed(-0.01, 1), fixed(None, 1)
    ('−1,234.6', '0.0', '–')
    """
    return MISSING if is_missing(value) else numbers.text(float(value), decimals)


def signed(value: float, decimals: int) -> str:
    """Return a number with its sign, a rise too.

    Examples
    --------
    >>> signed(0.31, 1), signed(-0.31, 1), signed(0.01, 1)
    ('+0.3', '−0.3', '0.0')
    """
    text = fixed(value, decimals)
    return text if text[0] in f"−{MISSING}" or not text.strip("0.") else f"+{text}"


def percent(value: Any) -> str:
    """Return a fraction as per cent with one decimal.

    Examples
    --------
    >>> percent(-0.061)
    '−6.1%'
    """
    return MISSING if is_missing(value) else f"{fixed(100 * float(value), 1)}%"


def points(value: Any) -> str:
    """Return a fraction as signed percentage points.

    Examples
    --------
    >>> points(0.061), points(-0.004), points(0)
    ('+6.1', '−0.4', '0.0')
    """
    return MISSING if is_missing(value) else signed(100 * float(value), 1)


def period(text: Any) -> str:
    """Return a period in words.

    Examples
    --------
    >>> [period(p) for p in ("2025", "2025-03", "2025-Q1", "2025-H1", "2025-10M")]
    ['2025', 'March 2025', 'Q1 2025', 'first half of 2025', 'January–October 2025']
    """
    if is_missing(text):
        return MISSING
    read = parse_period(str(text))
    first, last = _MONTHS[read.first_month - 1], _MONTHS[read.last_month - 1]
    words = {
        "annual": f"{read.year}",
        "quarterly": f"Q{read.last_month // 3} {read.year}",
        "half": f"{'first' if read.last_month == 6 else 'second'} half of {read.year}",
        "monthly": f"{last} {read.year}",
        "ytd": f"{first}{f'–{last}' if last != first else ''} {read.year}",
    }
    return words[read.frequency]


def month(number: int) -> str:
    """Return the name of month 1 to 12, cut to three letters."""
    return _MONTHS[number - 1][:3]


def date(text: Any) -> str:
    """Return `2026-01-14`, `2026-01` or `2026` in words; any other text as it is.

    Examples
    --------
    >>> date("2026-01-14"), date("2026-01"), date("2026"), date("no date")
    ('14 January 2026', 'January 2026', '2026', 'no date')
    """
    if is_missing(text):
        return MISSING
    parts = str(text)[:10].split("-")
    if not all(part.isdigit() for part in parts) or len(parts) > 3:
        return str(text)
    names = [str(int(part)) for part in reversed(parts)]
    if len(parts) > 1:
        if not 1 <= int(parts[1]) <= 12:
            return str(text)
        names[-2] = _MONTHS[int(parts[1]) - 1]
    return " ".join(names)


def join(words: list[str]) -> str:
    """Return `a`, `a and b`, or `a, b and c`.

    Examples
    --------
    >>> join(["a", "b", "c"])
    'a, b and c'
    """
    return (
        " and ".join([", ".join(words[:-1]), words[-1]])
        if len(words) > 1
        else "".join(words)
    )
