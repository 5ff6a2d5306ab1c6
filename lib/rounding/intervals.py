"""Arithmetic on [low, high]: what a calculation may be, given how its inputs were rounded.

A figure published as 106.3 billion is anything from 106.25 to 106.35 billion. The rules here are
those of interval arithmetic (Moore, Kearfott and Cloud, *Introduction to Interval Analysis*, 2009):
whatever the true figures were within their bounds, the exact result lies within the result's bounds
(up to floating-point error, about one part in 10^15).

`Interval` is for single numbers, `Bounds` for two columns of a frame. A quotient whose divisor may
be zero has no bounds: `Interval` raises, the column helpers give NaN in both columns, and the
functions that make tables leave such a row out. There is never an infinity.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from rounding.errors import ParameterError, choice_error

if TYPE_CHECKING:
    import pandas as pd

#: How far below and above a printed value the true one may lie, in rounding units.
ROUNDING = {
    "nearest": (0.5, 0.5),
    "floor": (0.0, 1.0),
    "ceiling": (1.0, 0.0),
    "about": (1.0, 1.0),
}


@dataclass(frozen=True)
class Interval:
    """All numbers from `low` to `high`, both included.

    Raises
    ------
    ParameterError
        If `low` is above `high`, if a bound is not a finite number, or on division by an interval
        that contains zero.

    Examples
    --------
    >>> Interval(106.25, 106.35) - Interval(94.75, 94.85)
    Interval(low=11.400000000000006, high=11.599999999999994)
    >>> Interval(1, 2) / Interval(-1, 1)
    Traceback (most recent call last):
    rounding.errors.ParameterError: cannot divide by [-1, 1]: it contains zero
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high)):
            raise ParameterError(
                f"bounds must be finite numbers; got [{self.low}, {self.high}]"
            )
        if self.low > self.high:
            raise ParameterError(
                f"low must not be above high; got low={self.low}, high={self.high}"
            )

    @classmethod
    def of_rounded(
        cls, value: float, unit: float, rounding: str = "nearest"
    ) -> Interval:
        """Return where the true figure lies behind a printed one.

        Parameters
        ----------
        value, unit
            The printed figure and its rounding unit, in the same unit of measure.
        rounding
            `nearest`; `floor` ("over"); `ceiling` ("almost"); `about` (a unit either side).

        Examples
        --------
        >>> Interval.of_rounded(48.5, 0.5, "floor")
        Interval(low=48.5, high=49.0)
        """
        if rounding not in ROUNDING:
            raise choice_error("rounding", rounding, ROUNDING)
        if not unit >= 0:
            raise ParameterError(
                f"the rounding unit must be zero or more; got {unit!r}"
            )
        below, above = ROUNDING[rounding]
        return cls(value - below * unit, value + above * unit)

    @property
    def width(self) -> float:
        """Distance between the bounds."""
        return self.high - self.low

    def contains(self, value: float) -> bool:
        """Say whether `value` is within the bounds."""
        return self.low <= value <= self.high

    def overlaps(self, other: Interval) -> bool:
        """Say whether any number is in both."""
        return self.low <= other.high and other.low <= self.high

    def inside(self, other: Interval) -> bool:
        """Say whether every number of this interval is in `other`."""
        return other.low <= self.low and self.high <= other.high

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low)

    def __add__(self, other: Interval | float) -> Interval:
        other = _interval(other)
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Interval | float) -> Interval:
        return self + -_interval(other)

    def __mul__(self, other: Interval | float) -> Interval:
        other = _interval(other)
        ends = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(ends), max(ends))

    def __truediv__(self, other: Interval | float) -> Interval:
        other = _interval(other)
        if other.contains(0):
            raise ParameterError(
                f"cannot divide by [{other.low}, {other.high}]: it contains zero"
            )
        ends = [a / b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(ends), max(ends))

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other: float) -> Interval:
        return _interval(other) - self

    def __rtruediv__(self, other: float) -> Interval:
        return _interval(other) / self


def _interval(value: Interval | float) -> Interval:
    return value if isinstance(value, Interval) else Interval(value, value)


class Bounds(NamedTuple):
    """Lower and upper bounds as two columns with the same index."""

    low: pd.Series[float]
    high: pd.Series[float]


def bounds(frame: pd.DataFrame, low: str = "low_usd", high: str = "high_usd") -> Bounds:
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
