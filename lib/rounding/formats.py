"""How a page writes numbers, dates and periods, with no more digits than the data bear.

One rule for all: a value is printed with the most decimals at which both ends of its interval,
rounded, are within one unit of the rounded value; so the last digit printed is right to within one.
Where not even whole numbers (of per cent, of billions) pass, a value whose interval stays within a
quarter of it is "about" so much, and anything wider is given as "between" its ends, or as "at most"
the higher of them where the lower is nothing.

These functions take fractions and dollars, as the tables hold them, and give per cent, billions and
millions, as a page shows them. Halves are rounded away from zero; the minus is a true minus sign.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

from rounding.dates import date_interval, parse_period
from rounding.errors import ParameterError
from rounding.unknown import MARK as MARK

_MINUS = "−"
#: What is said of a figure that was not rounded to the nearest unit.
SAID = {
    "floor": "over",
    "ceiling": "almost",
    "about": "about",
    "at_least": "at least",
}
#: From here on a float has no decimals to round.
_LARGE = 1e15
#: Scales of dollars: smallest absolute value, divisor, word, most decimals.
#: The limits are where the scale below would print a thousand of its own.
BILLION = 999.95e6
_SCALES = (
    (BILLION, 1e9, " billion", 2),
    (999_999.5, 1e6, " million", 1),
    (0.0, 1.0, "", 0),
)


def digits(value: float, low: float, high: float, most: int = 2) -> int | None:
    """Return how many decimals `value` bears, or None if not even whole numbers.

    Parameters
    ----------
    value, low, high
        The value and its interval, in the unit it will be printed in.
    most
        Never more decimals than this.

    Examples
    --------
    >>> digits(106.3, 106.25, 106.35), digits(94.82, 94.815, 94.825), digits(11, 9, 13)
    (1, 2, None)
    """
    for decimals in range(most, -1, -1):
        middle = _rounded(value, decimals)
        unit = Decimal(1).scaleb(-decimals)
        above = _rounded(high, decimals) - middle
        below = middle - _rounded(low, decimals)
        if max(above, below) <= unit:
            return decimals
    return None


def format_percent_range(low: float, high: float) -> str:
    """Write the interval itself in per cent, at most two decimals, each end rounded to nearest.

    Decimals: the finest whose unit is at most half the interval's width.

    Examples
    --------
    >>> format_percent_range(0.120485, 0.121658), format_percent_range(0.09, 0.13)
    ('12.05 to 12.17%', '9 to 13%')
    """
    decimals = range_digits(low * 100, high * 100)
    ends = dict.fromkeys(decimal(100 * end, decimals) for end in (low, high))
    return f"{' to '.join(ends)}%"


def write_number(number: float, most: int, rounding: str) -> str:
    """Write a number with the decimals it has; more than `most` are cut so that the word holds."""
    way = {"floor": ROUND_FLOOR, "ceiling": ROUND_CEILING}.get(rounding, ROUND_HALF_UP)
    cut = _rounded(number, most, way)
    return f"{cut.normalize():,f}"


def scale(value: float) -> tuple[float, str, int]:
    """Return what dollars are divided by to be written, the word for that, and most decimals."""
    _finite(value)
    return next(
        (by, word, most) for least, by, word, most in _SCALES if abs(value) >= least
    )


def _finite(value: float) -> None:
    if not math.isfinite(value):
        raise ParameterError(
            f"a value to be written must be a finite number; got {value!r}"
        )


def range_digits(low: float, high: float) -> int:
    """Return the decimals of a printed interval: the finest unit at most half its width, to two."""
    width = high - low
    if width == 0:
        return 2
    places = math.ceil(-math.log10(width / 2) - 1e-9)
    return min(2, max(0, places))


def worded(
    value: float, low: float, high: float, most: int, template: str, signed: bool
) -> str:
    """Write a number with the digits its interval bears; "about" it, "at most", "between" its ends.

    Parameters
    ----------
    value, low, high
        The number and its interval, in the unit it is written in.
    most
        Never more decimals than this.
    template
        What stands around the number, such as `${} billion`.
    signed
        Whether to write a plus, too.

    Examples
    --------
    >>> worded(11, 9, 13, 1, "{}%", signed=False), worded(1, -2, 12, 1, "{}%", signed=False)
    ('about 11%', 'between −2% and 12%')
    >>> worded(979, 929, 1029, 0, "${} million", signed=False)
    'about $980 million'
    >>> worded(0, 0, 500, 0, "${}", signed=False)
    'at most $500'
    """
    _finite(value)
    decimals = digits(value, low, high, most)

    def write(number: float, places: int) -> str:
        return decimal(number, places, template, signed=signed)

    if decimals is not None:
        return write(value, decimals)
    if max(value - low, high - value) <= abs(value) / 4:
        two_digits = float(f"{value:.2g}")  # it is not known to more
        return f"about {write(two_digits, 0)}"
    places = 1 if max(abs(low), abs(high)) < 10 and most else 0
    first, last = write(low, places), write(high, places)
    if low == 0 and not signed:
        return f"at most {last}"
    # "between 1 and 12 points": a word is said once, a sign of per cent each time.
    unit = template.format("").rstrip()
    if unit.startswith(" ") and unit.strip().isalpha():
        first = first.removesuffix(unit)
    return f"between {first} and {last}"


def decimal(
    number: float, decimals: int, template: str = "{}", *, signed: bool = False
) -> str:
    """Return a number with so many decimals, separators of thousands and a true minus.

    Its sign stands before all that is around it; a plus only if asked for, and none of nothing.

    Examples
    --------
    >>> decimal(-5.24, 1, "${} billion"), decimal(0.31, 1, signed=True), decimal(-0.01, 1)
    ('−$5.2 billion', '+0.3', '0.0')
    """
    size = abs(number)
    exact = _rounded(size, decimals) if size < _LARGE else size
    written = f"{exact:,.{decimals}f}"
    sign = _MINUS if number < 0 else "+" if signed else ""
    return (sign if written.strip("0.") else "") + template.format(written)


def _rounded(number: float, decimals: int, way: str = ROUND_HALF_UP) -> Decimal:
    # Through the shortest decimal that names the float: 0.35 * 100 must not round as 34.99….
    exact = Decimal(repr(round(float(number), 9)))
    unit = Decimal(1).scaleb(-decimals)
    return exact.quantize(unit, way)


MISSING = "–"
#: English whatever the locale, which `calendar.month_name` follows.
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
    return MISSING if is_missing(value) else decimal(float(value), decimals)


def with_sign(value: Any, decimals: int) -> str:
    """Return a number with its sign, a rise too.

    Examples
    --------
    >>> with_sign(0.31, 1), with_sign(-0.31, 1), with_sign(0.01, 1)
    ('+0.3', '−0.3', '0.0')
    """
    return (
        MISSING if is_missing(value) else decimal(float(value), decimals, signed=True)
    )


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
    return MISSING if is_missing(value) else with_sign(100 * float(value), 1)


def period(text: Any) -> str:
    """Return a period in words.

    Examples
    --------
    >>> [period(p) for p in ("2025", "2025-03", "2025-Q1", "2025-H1", "2025-10M")]
    ['2025', 'March 2025', 'Q1 2025', 'the first half of 2025', 'January–October 2025']
    """
    if is_missing(text):
        return MISSING
    if str(text) == MARK:
        return MARK
    read = parse_period(str(text))
    first, last = _MONTHS[read.first_month - 1], _MONTHS[read.last_month - 1]
    half = "first" if read.last_month == 6 else "second"
    words = {
        "annual": "",
        "quarterly": f"Q{read.last_month // 3} ",
        "half": f"the {half} half of ",
        "monthly": f"{last} ",
        "ytd": f"{first}–{last} " if last != first else f"{last} ",
    }
    return f"{words[read.frequency]}{read.year}"


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
    day = str(text)[:10]
    try:
        first, _ = date_interval(day)
    except ParameterError:
        return str(text)
    words = [str(first.day), _MONTHS[first.month - 1], str(first.year)]
    return " ".join(words[2 - day.count("-") :])


def join(words: list[str]) -> str:
    """Return `a`, `a and b`, or `a, b and c`.

    Examples
    --------
    >>> join(["a", "b", "c"])
    'a, b and c'
    """
    *first, last = words or [""]
    return f"{', '.join(first)} and {last}" if first else last
