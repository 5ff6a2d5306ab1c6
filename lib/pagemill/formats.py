"""How a page writes single values: missing ones, columns of one unit, dates and periods.

Numbers whose digits depend on their interval are written by `pagemill.numbers`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from pagemill import numbers
from pagemill.periods import parse_period

MISSING = "–"
_SIZES = {"trillion": 1e12, "billion": 1e9, "million": 1e6}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
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
    if is_missing(value):
        return MISSING
    text = f"{abs(float(value)):,.{decimals}f}"
    return f"−{text}" if float(value) < 0 and text.strip("0.,") else text


def signed(value: float, decimals: int) -> str:
    """Return a number with its sign, a rise too.

    Examples
    --------
    >>> signed(0.31, 1), signed(-0.31, 1), signed(0.01, 1)
    ('+0.3', '−0.3', '0.0')
    """
    text = fixed(value, decimals)
    return text if text[0] in f"−{MISSING}" or not text.strip("0.") else f"+{text}"


def usd_in(unit: str) -> Formatter:
    """Return a formatter that writes dollars in one fixed unit, for a column of a table.

    Parameters
    ----------
    unit
        `"trillion"`, `"billion"` or `"million"`.

    Examples
    --------
    >>> usd_in("billion")(71.2e9), usd_in("billion")(0.0052e9)
    ('71.2', '0.0052')
    """

    def write(value: Any) -> str:
        if is_missing(value):
            return MISSING
        scaled = float(value) / _SIZES[unit]
        # A flow far below the unit keeps two significant digits instead of turning into 0.0.
        small = 0 < abs(scaled) < 0.1
        return fixed(scaled, 1 - math.floor(math.log10(abs(scaled))) if small else 1)

    return write


def usd(value: Any) -> str:
    """Return dollars in a readable unit, as exact as given.

    Examples
    --------
    >>> usd(964e6), usd(0)
    ('$964.0 million', '$0')
    """
    if is_missing(value):
        return MISSING
    return numbers.format_usd(float(value), float(value), float(value))


def percent(value: Any) -> str:
    """Return a fraction as per cent with one decimal.

    Examples
    --------
    >>> percent(-0.061)
    '−6.1%'
    """
    return MISSING if is_missing(value) else f"{fixed(100 * float(value), 1)}%"


def percent_interval(value: Any, low: Any, high: Any) -> str:
    """Return a fraction as per cent with its interval.

    Examples
    --------
    >>> percent_interval(0.1213, 0.1202, 0.1224), percent_interval(0.02, -0.3, 0.4)
    ('12.1% (12.0 to 12.2)', 'between −30% and 40%')
    >>> percent_interval(0.2838, 0.281, 0.287)  # the point has the digits of the ends
    '28.4% (28.1 to 28.7)'
    """
    if any(is_missing(part) for part in (value, low, high)):
        return percent(value)
    main = numbers.format_percent(float(value), float(low), float(high))
    # The last digit shown says as much as an interval narrower than it; "between" has said both.
    if 100 * (float(high) - float(low)) < 0.1 or main.startswith("between"):
        return main
    return f"{percent(value)} ({fixed(100 * float(low), 1)} to {fixed(100 * float(high), 1)})"


def usd_interval(value: Any, low: Any, high: Any) -> str:
    """Return dollars in billions, without the unit, with their interval.

    Examples
    --------
    >>> usd_interval(106.3e9, 106.25e9, 106.35e9), usd_interval(-0.61e9, -0.615e9, -0.605e9)
    ('106.3 (106.25 to 106.35)', '−0.61 (−0.615 to −0.605)')
    """
    if any(is_missing(part) for part in (value, low, high)):
        return usd_in("billion")(value)
    main, least, most = (float(part) / 1e9 for part in (value, low, high))
    width = most - least
    if width < 1e-3:
        return usd_in("billion")(value) if abs(main) >= 10 else fixed(main, 2)
    decimals = min(3, max(0, math.ceil(-math.log10(width) - 1e-9)))
    ends = " to ".join(fixed(end, decimals + 1) for end in (least, most))
    return f"{fixed(main, decimals)} ({ends})"


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
    if read.frequency == "annual":
        return str(read.year)
    if read.frequency == "quarterly":
        return f"Q{read.last_month // 3} {read.year}"
    if read.frequency == "half":
        return f"{'first' if read.last_month == 6 else 'second'} half of {read.year}"
    last = _MONTHS[read.last_month - 1]
    first = "" if read.first_month == read.last_month else f"{_MONTHS[read.first_month - 1]}–"
    return f"{first}{last} {read.year}"


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
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
