"""Intervals: worked by hand, and proven to hold whatever the true figures were."""

from __future__ import annotations

import math
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pagemill.errors import ParameterError
from pagemill.intervals import (
    Bounds,
    Interval,
    bounds,
    difference_bounds,
    growth_bounds,
    ratio_bounds,
    share_bounds,
    share_of_sum_bounds,
)

# A published figure: a number of units, the unit, and where in its rounding the true one lies.
UNITS = st.sampled_from([1, 1000, 10**7, 10**8, 10**9])
PUBLISHED = st.tuples(st.integers(0, 5000), UNITS, st.fractions(-0.5, 0.5, max_denominator=997))


def printed(figure: tuple[int, int, Fraction]) -> Interval:
    count, unit, _ = figure
    return Interval.of_rounded(count * unit, unit)


def true(figure: tuple[int, int, Fraction]) -> Fraction:
    count, unit, offset = figure
    return (count + offset) * unit


def column(*intervals: Interval) -> Bounds:
    return Bounds(pd.Series([i.low for i in intervals]), pd.Series([i.high for i in intervals]))


def assert_within(exact: Fraction, low: float, high: float) -> None:
    """The bounds hold the exact result, but for a float's own rounding."""
    slack = 1e-12 * max(1.0, abs(low), abs(high))
    assert low - slack <= float(exact) <= high + slack


@settings(deadline=None)
@given(PUBLISHED, PUBLISHED)
def test_every_operation_holds_the_exact_result(a, b):
    x, y = printed(a), printed(b)
    for result, exact in [
        (x + y, true(a) + true(b)),
        (x - y, true(a) - true(b)),
        (x * y, true(a) * true(b)),
        (-x, -true(a)),
    ]:
        assert_within(exact, result.low, result.high)
    if y.low > 0:
        quotient = x / y
        assert_within(true(a) / true(b), quotient.low, quotient.high)


@settings(deadline=None)
@given(PUBLISHED, PUBLISHED)
def test_columns_hold_the_exact_result(a, b):
    x, y = column(printed(a)), column(printed(b))
    gap = difference_bounds(x, y)
    assert_within(true(a) - true(b), gap.low[0], gap.high[0])
    assume(printed(b).low > 0)
    for found, exact in [
        (ratio_bounds(x, y), true(a) / true(b)),
        (ratio_bounds(difference_bounds(x, y), y), (true(a) - true(b)) / true(b)),
        (growth_bounds(x, y), true(a) / true(b) - 1),
    ]:
        assert_within(exact, found.low[0], found.high[0])


@settings(deadline=None)
@given(st.lists(PUBLISHED, min_size=1, max_size=6))
def test_shares_of_a_sum_hold_the_exact_shares(figures):
    parts = [Interval(max(printed(f).low, 0.0), printed(f).high) for f in figures]
    truth = [max(true(f), Fraction(0)) for f in figures]
    assume(all(p.low > 0 for p in parts))
    whole = sum(parts[1:], parts[0])
    found = share_of_sum_bounds(column(*parts), column(*[whole] * len(parts)))
    wide = share_bounds(column(*parts), column(*[whole] * len(parts)))
    for i, part in enumerate(truth):
        assert_within(part / sum(truth), found.low[i], found.high[i])
        assert 0 <= found.low[i] <= found.high[i] <= 1
        # Knowing that the part is in the total never makes the interval wider.
        assert wide.low[i] <= found.low[i] + 1e-12
        assert wide.high[i] >= found.high[i] - 1e-12


def test_a_lone_part_is_all_of_its_sum_however_rounded():
    only = column(Interval(5, 15))
    found = share_of_sum_bounds(only, only)
    assert (found.low[0], found.high[0]) == (1.0, 1.0)
    assert share_bounds(only, only).low[0] == pytest.approx(1 / 3)


def test_share_of_sum_by_hand():
    # Parts 10±1 and 30±2: lowest share of the first 9/(9+32) = 0.2195, highest 11/(11+28) = 0.2821.
    parts = column(Interval(9, 11), Interval(28, 32))
    found = share_of_sum_bounds(parts, column(Interval(37, 43), Interval(37, 43)))
    assert found.low[0] == pytest.approx(9 / 41)
    assert found.high[0] == pytest.approx(11 / 39)
    # The second one's are what is left: 1 − 11/39 and 1 − 9/41.
    assert found.low[1] == pytest.approx(28 / 39)
    assert found.high[1] == pytest.approx(32 / 41)


def test_a_share_of_a_published_total_stays_possible_or_shows_the_conflict():
    # 9.5 to 10.5 of 9.6 to 10.6 can be at most all of it; 12 of 10 to 11 contradicts it.
    found = share_bounds(
        column(Interval(9.5, 10.5), Interval(12, 12)), column(Interval(9.6, 10.6), Interval(10, 11))
    )
    assert found.high[0] == 1.0
    assert found.low[0] == pytest.approx(9.5 / 10.6)
    assert found.low[1] == pytest.approx(12 / 11)
    assert found.high[1] == pytest.approx(1.2)


def test_no_infinity_where_a_divisor_may_be_zero():
    x = column(Interval(1, 2), Interval(1, 2), Interval(0, 0))
    y = column(Interval(0, 1), Interval(-2, -1), Interval(0, 0))
    for found in (ratio_bounds(x, y), growth_bounds(x, y)):
        assert found.low.isna().all()
        assert found.high.isna().all()
    zero = column(Interval(0, 0))
    assert math.isnan(share_of_sum_bounds(zero, zero).low[0])
    with pytest.raises(ParameterError, match=r"cannot divide by \[0, 1\]: it contains zero"):
        Interval(1, 2) / Interval(0, 1)


def test_growth_of_the_region_by_hand():
    # 106.25/94.825 = 1.120485 and 106.35/94.815 = 1.121658 (94.825·1.12 = 106.204, rest 0.046;
    # 94.815·1.12 = 106.1928, rest 0.1572).
    rate = Interval.of_rounded(106.3, 0.1) / Interval.of_rounded(94.82, 0.01) - 1
    assert rate.low == pytest.approx(0.12 + 0.046 / 94.825, abs=1e-9)
    assert rate.high == pytest.approx(0.12 + 0.1572 / 94.815, abs=1e-9)
    assert rate.contains(0.121)
    assert rate.inside(Interval.of_rounded(0.12, 0.01))


def test_numbers_on_either_side():
    assert 1 - Interval(0.25, 0.5) == Interval(0.5, 0.75)
    assert 2 * Interval(1, 2) == Interval(2, 4)
    assert 1 + Interval(1, 2) == Interval(2, 3)
    assert 6 / Interval(2, 3) == Interval(2, 3)
    assert Interval(-1, 2) * Interval(-3, 4) == Interval(-6, 8)
    assert Interval(-6, 8) / Interval(-2, -1) == Interval(-8, 6)
    assert Interval(1, 4).width == 3


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [
        ("nearest", Interval(48.0, 49.0)),
        ("floor", Interval(48.5, 49.5)),
        ("ceiling", Interval(47.5, 48.5)),
        ("about", Interval(47.5, 49.5)),
    ],
)
def test_words_decide_where_the_true_figure_lies(rounding, expected):
    assert Interval.of_rounded(48.5, 1, rounding) == expected


@pytest.mark.parametrize(
    ("a", "b", "overlap", "inside"),
    [
        (Interval(2, 3), Interval(1, 4), True, True),
        (Interval(1, 4), Interval(2, 3), True, False),
        (Interval(1, 2), Interval(2, 3), True, False),
        (Interval(1, 2), Interval(2.1, 3), False, False),
        (Interval(1, 2), Interval(1, 2), True, True),
    ],
)
def test_how_two_intervals_lie(a, b, overlap, inside):
    assert a.overlaps(b) is b.overlaps(a) is overlap
    assert a.inside(b) is inside


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Interval(2, 1), "low must not be above high; got low=2, high=1"),
        (lambda: Interval(math.nan, 1), r"bounds must be finite numbers; got \[nan, 1\]"),
        (lambda: Interval(0, math.inf), r"bounds must be finite numbers; got \[0, inf\]"),
        (lambda: Interval.of_rounded(1, -1), "the rounding unit must be zero or more; got -1"),
        (lambda: Interval.of_rounded(1, 1, "flor"), r"got 'flor' \(did you mean 'floor'\?\)"),
    ],
)
def test_an_impossible_interval_says_why(make, sentence):
    with pytest.raises(ParameterError, match=sentence):
        make()
    with pytest.raises(ValueError, match=sentence):
        make()


def test_bounds_come_from_columns():
    frame = pd.DataFrame({"low_usd": [1, 2], "high_usd": [3, 4]})
    taken = bounds(frame)
    assert taken.low.tolist() == [1.0, 2.0]
    assert taken.high.dtype == float
