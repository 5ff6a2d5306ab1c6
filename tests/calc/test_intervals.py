"""Intervals: worked by hand, and proven to hold whatever the true figures were."""

import math
from fractions import Fraction

import pandas as pd
import pytest
from fetch_files import cases
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rounding import intervals
from rounding.intervals import (
    Bounds,
    difference_bounds,
    growth_bounds,
    ratio_bounds,
)
from rounding.rounded import Rounded

# A published figure: a number of units, the unit, and where in its rounding the true one lies.
UNITS = st.sampled_from([1, 1000, 10**7, 10**8, 10**9])
PUBLISHED = st.tuples(
    st.integers(0, 5000), UNITS, st.fractions(-0.5, 0.5, max_denominator=997)
)


def printed(figure: tuple[int, int, Fraction]) -> Rounded:
    count, unit, _ = figure
    return Rounded.printed(count * unit, unit)


def true(figure: tuple[int, int, Fraction]) -> Fraction:
    count, unit, offset = figure
    return (count + offset) * unit


def column(*numbers: Rounded) -> Bounds:
    return ends(*((number.low, number.high) for number in numbers))


def ends(*pairs: tuple[float, float]) -> Bounds:
    return Bounds(*(pd.Series(end) for end in zip(*pairs, strict=True)))


def assert_within(exact: Fraction, low: float, high: float) -> None:
    """The bounds hold the exact result, but for a float's own rounding."""
    slack = 1e-12 * max(1.0, abs(low), abs(high))
    assert low - slack <= float(exact) <= high + slack


@settings(deadline=None)
@given(PUBLISHED, PUBLISHED)
def test_every_result_holds_the_exact_one(a, b):
    x, y = printed(a), printed(b)
    for result, exact in [
        (x + y, true(a) + true(b)),
        (x - y, true(a) - true(b)),
        (x * y, true(a) * true(b)),
        (-x, -true(a)),
    ]:
        assert_within(exact, result.low, result.high)
    gap = difference_bounds(column(x), column(y))
    assert_within(true(a) - true(b), gap.low[0], gap.high[0])
    assume(y.low > 0)
    assert_within(true(a) / true(b), (x / y).low, (x / y).high)
    for bounds, exact in [
        (ratio_bounds(column(x), column(y)), true(a) / true(b)),
        (ratio_bounds(gap, column(y)), (true(a) - true(b)) / true(b)),
        (growth_bounds(column(x), column(y)), true(a) / true(b) - 1),
    ]:
        assert_within(exact, bounds.low[0], bounds.high[0])


#: Function | the ends of two | what comes of them. A divisor below one is still above zero; what is
#: less than one, but not than zero, is least where the divisor is greatest; 2 of 2 at the least is
#: all of it; a conflict must show. Of parts 10±1 and 30±2 the first is 9/(9+32) to 11/(11+28); a
#: lone part is all, however rounded. No infinity where a divisor may be zero.
COLUMNS = """
ratio -1 2 4 5 | -0.25, 0.5
ratio 1 2 0.5 1 | 1, 4
ratio 0.5 0.75 1 2 | 0.25, 0.75
ratio -0.5 -0.25 1 2 | -0.5, -0.125
share -1 1 2 4 | 0, 0.5
share 2 4 1 2 | 1, 1
share 12 12 10 11 | 12 / 11, 1.2
share_of_sum 9 11 37 43 | 9 / 41, 11 / 39
share_of_sum 0.2 0.4 0.5 0.8 | 0.2 / 0.6, 0.4 / 0.7
share_of_sum 5 15 5 15 | 1, 1
ratio 1 2 0 1 | nan, nan
growth 1 2 -2 -1 | nan, nan
share_of_sum 0 0 0 0 | nan, nan
"""


@pytest.mark.parametrize(("asked", "expected"), cases(COLUMNS))
def test_columns_by_hand(asked, expected):
    name, *numbers = asked.split()
    a, b, c, d = map(float, numbers)
    bounds = getattr(intervals, f"{name}_bounds")(ends((a, b)), ends((c, d)))
    assert (bounds.low[0], bounds.high[0]) == pytest.approx(
        eval(expected, {"nan": math.nan}), nan_ok=True
    )
