"""Numbers that know their rounding: bounds that hold, and never more digits than the data bear."""

import math
import re
from fractions import Fraction

import pandas as pd
import pytest
from fetch_files import cases
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rounding import intervals
from rounding.errors import ParameterError
from rounding.formats import digits
from rounding.intervals import Bounds, growth_bounds
from rounding.rounded import Rounded
from rounding.told import MARK, Unknown, told

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
    assume(y.low > 0)
    assert_within(true(a) / true(b), (x / y).low, (x / y).high)
    rate = growth_bounds(column(x), column(y))
    assert_within(true(a) / true(b) - 1, rate.low[0], rate.high[0])


#: Function | the ends of two | what comes of them. A divisor below one is still above zero; what is
#: less than one, but not than zero, is least where the divisor is greatest; 2 of 2 at the least is
#: all of it; a conflict must show. Of parts 10±1 and 30±2 the first is 9/(9+32) to 11/(11+28); a
#: lone part is all, however rounded. No infinity where a divisor may be zero.
COLUMNS = """
difference 10 12 1 2 | 8, 11
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


# --- in words -----------------------------------------------------------------------------------

TOTAL = Rounded(106.3e9, 106.25e9, 106.35e9)
BASE = Rounded(94.82e9, 94.815e9, 94.825e9)


#: Value, its ends and how it was rounded | format | what is written. −6.1 may be −6.5 or −5.6: the
#: first decimal is not known to within one. 12.25 is rounded away from zero. A width of 0.1 bears a
#: unit of 0.05 at most, so two decimals of a range. More decimals than are shown are cut so that
#: "over" and "almost" stay true; "nearest" would say 49 of what is over 48.5.
WRITTEN = """
0.1211 0.1201 0.1222 | percent | 12.1%
0.11 0.09 0.13 | percent | about 11%
0.05 -0.02 0.12 | percent | between −2% and 12%
0.016 0.003 0.029 | percent | between 0.3% and 2.9%
0.0 -0.0004 0.0004 | percent | 0.0%
0.1225 0.1225 0.1225 | percent | 12.3%
0 0 0 | +percent | 0.0%
0.047 0.0465 0.0475 | points | 4.7 points
106.3e9 106.25e9 106.35e9 |  | $106.3 billion
106.3e9 106.25e9 106.35e9 | usd range | $106.30 billion (106.25 to 106.35)
94.82e9 94.815e9 94.825e9 | usd | $94.82 billion
45e9 40e9 50e9 | usd | about $45 billion
45e9 30e9 60e9 | usd | between $30 billion and $60 billion
22451234567 22451234566.5 22451234567.5 | usd | $22.45 billion
999999 999998.5 999999.5 | usd | $999,999
-3e9 -3.05e9 -2.95e9 | +usd | −\u2060$3.0 billion
0 0 0 | usd | $0
48.5e9 48.5e9 49e9 floor | usd | over $48.5 billion
6.1e9 6.0e9 6.1e9 ceiling | usd | almost $6.1 billion
1.2385e9 1.2385e9 1.2386e9 floor | usd | over $1.23 billion
1.2314e9 1.2313e9 1.2314e9 ceiling | usd | almost $1.24 billion
0 0 1e6 floor | usd | at most $1,000,000
-1 -1 -0.9999 | rose | fell nearly 100%
-0.9997 -0.9997 -0.9997 | more | nearly 100% less
-1 -1 -1 | rose | fell 100%
1 1 1 | rose | rose 100.0%
22400 22400 22500 floor | count | over 22,400
2355000 2354500 2355500 | count | 2.36 million
999999 999998.5 999999.5 | count | 999,999
"""


@pytest.mark.parametrize(("number", "kind", "text"), cases(WRITTEN))
def test_what_is_written(number, kind, text):
    value, low, high, *how = number.split()
    made = Rounded(float(value), float(low), float(high), *how)
    assert format(made, kind) == text


#: What is calculated | format | what is written. 106.25 / 94.825 − 1 = 12.048%, 106.35 / 94.815
#: − 1 = 12.166%, middle 12.107%; 11.425 to 11.535.
CALCULATED = """
TOTAL / BASE - 1 | +percent range | +12.11% (12.05 to 12.17)
TOTAL - BASE | usd | $11.5 billion
Rounded(22.7, 22.6, 22.8) / Rounded(5.57, 5.56, 5.58) | times | 4.1 times
"""


@pytest.mark.parametrize(("line", "kind", "text"), cases(CALCULATED))
def test_what_is_calculated(line, kind, text):
    assert format(eval(line), kind) == text


WRONG = r"""
format(TOTAL, "percentage") | did you mean 'percent'
format(TOTAL, "usd rnge") | did you mean .range.
Rounded(1, 2, 3) | a value must lie in its interval
Rounded(1, float("nan"), 1) | finite numbers; got \[nan, 1\]
Rounded(0, 0, float("inf")) | finite numbers; got \[0, inf\]
Rounded.printed(1, 1, "flor") | got 'flor' \(did you mean 'floor'\?\)
"""


@pytest.mark.parametrize(("wrong", "sentence"), cases(WRONG))
def test_what_cannot_be_is_a_sentence(wrong, sentence):
    with pytest.raises(ParameterError, match=sentence) as caught:
        eval(wrong)
    assert isinstance(caught.value, ValueError)


def test_numbers_compare_where_that_is_sure():
    assert (TOTAL > BASE, TOTAL >= 94e9, BASE < TOTAL, TOTAL >= 1e12) == (
        True,
        True,
        True,
        False,
    )
    assert Rounded(2, 2, 2) >= Rounded(2, 2, 2)
    with pytest.raises(
        ParameterError, match=r"is larger is open: .* compare their \.value"
    ):
        assert Rounded(106.3e9, 106.2e9, 106.4e9) < TOTAL
    assert not Unknown() < TOTAL


@given(
    st.floats(-1e12, 1e12),
    st.floats(0, 1e10),
    st.floats(0, 1e10),
    st.sampled_from(["usd", "bn", "percent", "points", "times"]),
)
def test_a_printed_value_lies_in_its_printed_range(value, below, above, kind):
    scale = 1.0 if kind in ("usd", "bn") else 1e-10
    number = Rounded(value * scale, (value - below) * scale, (value + above) * scale)
    written = (
        format(number, f"{kind} range")
        .replace("−\u2060", "-")
        .replace("−", "-")
        .replace(",", "")
        .replace("$", "")
    )
    point, *ends = (float(text) for text in re.findall(r"-?\d+(?:\.\d+)?", written))
    if ends:
        assert ends[0] <= point <= ends[1]


THOUSANDTHS = st.integers(0, 50_000).map(lambda number: number / 1000)


@given(st.integers(-(10**7), 10**7), THOUSANDTHS, THOUSANDTHS, st.integers(0, 3))
def test_the_last_digit_printed_is_right_to_within_one(thousandths, below, above, most):
    value = thousandths / 1000
    decimals = digits(value, value - below, value + above, most)
    if decimals is None:
        # Not even whole numbers: some end is more than half a unit away.
        assert max(below, above) > 0.5
        return
    assert 0 <= decimals <= most
    unit = 10.0**-decimals
    # An end that rounds to within one unit is less than two units from the value.
    assert max(below, above) < 2 * unit + 1e-9
    if decimals < most:
        # One more digit would not be: some end is more than half its unit away.
        assert max(below, above) > 0.5 * unit / 10 - 1e-9


#: What may be zero: from below to above, from zero on, up to zero, zero itself.
MAY_BE_ZERO = [
    Rounded(0.1, -1.0, 1.0),
    Rounded(0.5, 0.0, 1.0),
    Rounded(-0.5, -1.0, 0.0),
    Rounded(0.0, 0.0, 0.0),
    0,
]


@pytest.mark.parametrize("divisor", MAY_BE_ZERO)
def test_a_quotient_whose_divisor_may_be_zero_is_unknown(divisor):
    quotients = [TOTAL / divisor, TOTAL / divisor - 1]
    if isinstance(divisor, Rounded):
        quotients += [1 / divisor, divisor / divisor]
    for quotient in quotients:
        assert repr(quotient) == "unknown"
        assert told("Both agree.", f"It is {quotient:times} that.") == "Both agree."


def test_an_unknown_figure_makes_what_is_calculated_with_it_unknown():
    two, gone = Rounded(2.0, 1.5, 2.5), Unknown()
    made = [two + gone, two - gone, two * gone, two / gone, gone / two - 1]
    assert [f"{result:usd}" for result in made] == [MARK] * 5
    with pytest.raises(TypeError):
        two + "1"  # type: ignore[operator]


def test_a_rise_to_more_than_ten_times_is_told_in_times():
    """34.70 after 0.72: 48.2 times; 2 after 0.2 is ten times, which a percentage still says."""
    grown = Rounded.printed(34.70, 0.01) / Rounded.printed(0.72, 0.01) - 1
    assert f"{grown:rose}" == "rose 48-fold"
    assert f"{grown:more than in 2024}" == "48 times as much as in 2024"
    assert f"{grown:+percent}" == "48-fold"
    assert f"{Rounded(9.0, 9.0, 9.0):rose}" == "rose 900.0%"


def test_a_bound_is_told_of_the_amount_that_was_printed_so_and_of_no_other():
    row = {"value": 45.0, "low": 45.0, "high": 46.0, "rounding": "floor"}
    row |= {"goods_value": 44.0, "goods_low": 43.5, "goods_high": 44.5}
    row |= {
        "goods_rounding": "nearest",
        "base": 42.0,
        "base_low": 42.0,
        "base_high": 43.0,
        "currency": "USD",
    }
    told = [f"{Rounded.of(row, name):usd}" for name in ("value", "goods_value", "base")]
    assert told == ["over $45 billion", "$44 billion", "$42 billion"]
