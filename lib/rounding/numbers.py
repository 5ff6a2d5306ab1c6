"""Numbers as text, with no more digits than the data bear.

One rule for all: a value is printed with the most decimals at which both ends of its interval,
rounded, are within one unit of the rounded value; so the last digit printed is right to within one.
Where not even whole numbers (of per cent, of billions) pass, a value whose interval stays within a
quarter of it is "about" so much, and anything wider is given as "between" its ends.

These functions take fractions and dollars, as the tables hold them, and give per cent, billions and
millions, as a page shows them. Halves are rounded away from zero; the minus is a true minus sign.
"""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from rounding.errors import ParameterError

_MINUS = "−"
#: What is said of a figure that was not rounded to the nearest unit.
SAID = {"floor": "over", "ceiling": "almost", "about": "about"}
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
        if all(abs(_rounded(end, decimals) - middle) <= unit for end in (low, high)):
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
    ends = dict.fromkeys(text(100 * end, decimals) for end in (low, high))
    return f"{' to '.join(ends)}%"


def as_printed(number: float, most: int, rounding: str) -> str:
    """Write a number with the decimals it has; more than `most` are cut so that the word holds."""
    exact = Decimal(repr(round(float(number), 9)))
    way = {"floor": ROUND_FLOOR, "ceiling": ROUND_CEILING}.get(rounding, ROUND_HALF_UP)
    cut = exact.quantize(Decimal(1).scaleb(-most), way).normalize()
    return f"{cut:,f}"


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
    return 2 if width == 0 else min(2, max(0, math.ceil(-math.log10(width / 2) - 1e-9)))


def worded(
    value: float, low: float, high: float, most: int, template: str, signed: bool
) -> str:
    """Write a number with the digits its interval bears, or "about" it, or "between" its ends.

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
    """
    _finite(value)
    decimals = digits(value, low, high, most)

    def write(number: float, places: int) -> str:
        written = text(abs(number), places)
        nothing = not written.strip("0.")
        sign = "" if nothing else _MINUS if number < 0 else "+" if signed else ""
        return sign + template.format(written)

    if decimals is not None:
        return write(value, decimals)
    if max(value - low, high - value) <= abs(value) / 4:
        return f"about {write(value, 0)}"
    places = 1 if max(abs(low), abs(high)) < 10 and most else 0
    first, last = write(low, places), write(high, places)
    # "between 1 and 12 points": a word is said once, a sign of per cent each time.
    unit = template.format("").rstrip()
    if unit.startswith(" ") and unit.strip().isalpha():
        first = first.removesuffix(unit)
    return f"between {first} and {last}"


def text(number: float, decimals: int) -> str:
    """Return a number with so many decimals, separators of thousands and a true minus."""
    exact = _rounded(number, decimals) if abs(number) < _LARGE else number
    written = f"{exact:,.{decimals}f}"
    return written.replace("-", "" if not written.strip("-0.") else _MINUS)


def _rounded(number: float, decimals: int) -> Decimal:
    # Through the shortest decimal that names the float: 0.35 * 100 must not round as 34.99….
    exact = Decimal(repr(round(float(number), 9)))
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
