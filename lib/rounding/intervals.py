"""Arithmetic on [low, high]: what a calculation may be, given how its inputs were rounded.

A figure published as 106.3 billion is anything from 106.25 to 106.35 billion. The rules here are
those of interval arithmetic (Moore, Kearfott and Cloud, *Introduction to Interval Analysis*, 2009):
whatever the true figures were within their bounds, the exact result lies within the result's bounds
(up to floating-point error, about one part in 10^15).

`rounding.rounded.Rounded` is for single numbers, `Bounds` for two columns of a frame. A quotient
whose divisor may be zero has no bounds: `Rounded` raises, the column helpers give NaN in both
columns, and the functions that make tables leave such a row out. There is never an infinity.
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


def bounds(frame: pd.DataFrame, low: str = "low_bn", high: str = "high_bn") -> Bounds:
    """Take two columns of a frame as bounds (floats)."""
    return Bounds(frame[low].astype(float), frame[high].astype(float))


def difference_bounds(a: Bounds, b: Bounds) -> Bounds:
    """Bound a − b for independent a and b."""
    return Bounds(a.low - b.high, a.high - b.low)


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
    positive = b.low > 0
    low = a.low / b.high.where(a.low >= 0, b.low).where(positive)
    high = a.high / b.low.where(a.high >= 0, b.high).where(positive)
    return Bounds(low, high)


def growth_bounds(new: Bounds, base: Bounds) -> Bounds:
    """Bound new / base − 1; NaN where the base may be zero or less."""
    ratio = ratio_bounds(new, base)
    return Bounds(ratio.low - 1, ratio.high - 1)


def share_bounds(part: Bounds, total: Bounds) -> Bounds:
    """Bound part / total where the total was published on its own.

    A part of a total is between none and all of it, so bounds are cut to [0, 1], unless even the
    lower one is above 1: then the two published figures contradict each other, and that must show.
    """
    ratio = ratio_bounds(part, total)
    low = ratio.low.clip(lower=0.0)
    return Bounds(low, ratio.high.where(low > 1, ratio.high.clip(upper=1.0)))


def share_of_sum_bounds(part: Bounds, total: Bounds) -> Bounds:
    """Bound the share of a part in the sum of parts, `total` being that sum's bounds.

    The part is in the total, so when it is at its low end the total is not at its high end because
    of this part: the lowest share of part i is l_i / (l_i + sum of the others' h), the highest
    h_i / (h_i + sum of the others' l). This is tighter than `share_bounds` and always within
    [0, 1]. NaN where the sum may be zero.
    """
    at_low = (part.low + (total.high - part.high)).where(lambda x: x > 0)
    at_high = (part.high + (total.low - part.low)).where(lambda x: x > 0)
    low, high = part.low / at_low, part.high / at_high
    return Bounds(low.where(high.notna()), high.where(low.notna()))
