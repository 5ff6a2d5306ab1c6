"""Arithmetic on [low, high]: what a calculation may be, given how its inputs were rounded.

A figure published as 106.3 billion is anything from 106.25 to 106.35 billion. The rules here are
those of interval arithmetic (Moore, Kearfott and Cloud, *Introduction to Interval Analysis*, 2009):
whatever the true figures were within their bounds, the exact result lies within the result's bounds
(up to floating-point error, about one part in 10^15).

`rounding.rounded.Rounded` is for single numbers, `Bounds` for two columns of a frame. A quotient
whose divisor may be zero has no bounds: of `Rounded` it is unknown, the column helpers give NaN in
both columns, and the functions that make tables leave such a row out. There is never an infinity.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

#: How far below and above a printed value the true one may lie, in rounding units.
ROUNDING = {
    "nearest": (0.5, 0.5),
    "floor": (0.0, 1.0),
    "ceiling": (1.0, 0.0),
    "about": (1.0, 1.0),
}


class Bounds(NamedTuple):
    """Lower and upper bounds as two columns with the same index."""

    low: pd.Series[float]
    high: pd.Series[float]

    def where(self, is_known: pd.Series[bool]) -> Bounds:
        """Return the bounds with NaN in both columns where they are not known."""
        low = self.low.where(is_known)
        high = self.high.where(is_known)
        return Bounds(low, high)


def bounds(frame: pd.DataFrame, low: str = "low", high: str = "high") -> Bounds:
    """Take two columns of a frame as bounds (floats)."""
    lower = frame[low].astype(float)
    upper = frame[high].astype(float)
    return Bounds(lower, upper)


def difference_bounds(a: Bounds, b: Bounds) -> Bounds:
    """Bound a − b for independent a and b."""
    low = a.low - b.high
    high = a.high - b.low
    return Bounds(low, high)


def ratio_bounds(a: Bounds, b: Bounds) -> Bounds:
    """Bound a / b for any a and a positive b; NaN where b may be zero or less.

    Examples
    --------
    >>> import pandas as pd
    >>> a = Bounds(pd.Series([-1.0, 1.0]), pd.Series([2.0, 2.0]))
    >>> b = Bounds(pd.Series([4.0, 0.0]), pd.Series([5.0, 1.0]))
    >>> ratio_bounds(a, b).low.tolist(), ratio_bounds(a, b).high.tolist()
    ([-0.25, nan], [0.5, nan])
    """
    # What is below zero is furthest from it over the smallest divisor.
    largest = b.high.where(a.low >= 0, b.low)
    smallest = b.low.where(a.high >= 0, b.high)

    low = a.low / largest
    high = a.high / smallest
    return Bounds(low, high).where(b.low > 0)


def growth_bounds(new: Bounds, base: Bounds) -> Bounds:
    """Bound new / base − 1; NaN where the base may be zero or less."""
    low, high = ratio_bounds(new, base)
    return Bounds(low - 1, high - 1)


def share_bounds(part: Bounds, total: Bounds) -> Bounds:
    """Bound part / total where the total was published on its own.

    A part of a total is between none and all of it, so bounds are cut to [0, 1], unless even the
    lower one is above 1: then the two published figures contradict each other, and that must show.
    """
    low, high = ratio_bounds(part, total)
    low = low.clip(lower=0.0)
    is_contradicted = low > 1
    high = high.clip(upper=1.0).mask(is_contradicted, high)
    return Bounds(low, high)


def share_of_sum_bounds(part: Bounds, total: Bounds) -> Bounds:
    """Bound the share of a part in the sum of parts, `total` being that sum's bounds.

    The part is in the total, so when it is at its low end the total is not at its high end because
    of this part: the lowest share of part i is l_i / (l_i + sum of the others' h), the highest
    h_i / (h_i + sum of the others' l). This is tighter than `share_bounds` and always within
    [0, 1]. NaN where the sum may be zero.
    """
    most_of_others = total.high - part.high
    least_of_others = total.low - part.low
    at_low = part.low + most_of_others
    at_high = part.high + least_of_others

    low = part.low / at_low
    high = part.high / at_high
    is_known = (at_low > 0) & (at_high > 0)
    return Bounds(low, high).where(is_known)
