"""Numbers on a page: never more digits than the data bear."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagemill.numbers import (
    digits,
    format_percent_range,
    format_usd_range,
)
from pagemill.rounded import Rounded


@pytest.mark.parametrize(
    ("value", "low", "high", "text"),
    [
        (0.1211, 0.1201, 0.1222, "12.1%"),
        (0.12107, 0.12048, 0.12166, "12.1%"),
        (0.11, 0.09, 0.13, "about 11%"),
        # −6.1 may be −6.5 or −5.6: the first decimal is not known to within one.
        (-0.061, -0.065, -0.056, "−6%"),
        (0.166, 0.160, 0.171, "17%"),
        (0.05, -0.02, 0.12, "between −2% and 12%"),
        (0.016, 0.003, 0.029, "between 0.3% and 2.9%"),
        (0.0, -0.0004, 0.0004, "0.0%"),
        (-0.0001, -0.0001, -0.0001, "0.0%"),
        (0.0167, 0.01666, 0.01681, "1.7%"),
        (0.125, 0.125, 0.125, "12.5%"),
        # 12.25 is rounded away from zero, not to the even digit.
        (0.1225, 0.1225, 0.1225, "12.3%"),
    ],
)
def test_percent(value, low, high, text):
    assert f"{Rounded(value, low, high):percent}" == text


@pytest.mark.parametrize(
    ("value", "low", "high", "text"),
    [
        (106.3e9, 106.25e9, 106.35e9, "$106.3 billion"),
        (94.82e9, 94.815e9, 94.825e9, "$94.82 billion"),
        (46e9, 45.5e9, 46.5e9, "$46 billion"),
        (45e9, 40e9, 50e9, "about $45 billion"),
        (45e9, 30e9, 60e9, "between $30 billion and $60 billion"),
        (2.5e9, 1e9, 4e9, "between $1.0 billion and $4.0 billion"),
        (22_451_234_567, 22_451_234_566.5, 22_451_234_567.5, "$22.45 billion"),
        (964e6, 963.5e6, 964.5e6, "$964 million"),
        (999.96e6, 999.955e6, 999.965e6, "$1.00 billion"),
        (999_999, 999_998.5, 999_999.5, "$999,999"),
        (-2.5e9, -2.55e9, -2.45e9, "−$2.5 billion"),
        (0.0, 0.0, 0.0, "$0"),
    ],
)
def test_usd(value, low, high, text):
    assert f"{Rounded(value, low, high):usd}" == text


@pytest.mark.parametrize(
    ("value", "low", "high", "rounding", "text"),
    [
        (45e9, 45e9, 46e9, "floor", "over $45 billion"),
        (49.5e9, 49.5e9, 49.6e9, "floor", "over $49.5 billion"),
        # nearest would say 49: over 49 is not what was printed
        (48.5e9, 48.5e9, 49e9, "floor", "over $48.5 billion"),
        (50e9, 50e9, 60e9, "floor", "over $50 billion"),
        (6.1e9, 6.0e9, 6.1e9, "ceiling", "almost $6.1 billion"),
        # more decimals than are shown are cut so that the word stays true
        (1.2385e9, 1.2385e9, 1.2386e9, "floor", "over $1.23 billion"),
        (1.2314e9, 1.2313e9, 1.2314e9, "ceiling", "almost $1.24 billion"),
        (27.2e9, 27.1e9, 27.3e9, "about", "about $27.2 billion"),
        (1234e6, 1233e6, 1234e6, "ceiling", "almost $1.24 billion"),
        (0.0, 0.0, 1e6, "floor", "between $0 and $1,000,000"),
    ],
)
def test_over_almost_and_about(value, low, high, rounding, text):
    assert f"{Rounded(value, low, high, rounding):usd}" == text


def test_signs_and_points():
    assert f"{Rounded(0.12, 0.1195, 0.1205):+percent}" == "+12.0%"
    assert f"{Rounded(-3e9, -3.05e9, -2.95e9):+usd}" == "−$3.0 billion"
    assert f"{Rounded(0.0, 0.0, 0.0):+percent}" == "0.0%"
    assert f"{Rounded(0.0473, 0.0471, 0.0475):+points}" == "+4.7 points"


def test_ranges():
    # 0.12 wide: two decimals are the finest whose unit (0.01) is at most half of it (0.06).
    assert format_percent_range(0.120485, 0.121658) == "12.05 to 12.17%"
    assert format_percent_range(-0.02, 0.13) == "−2 to 13%"
    assert format_percent_range(0.1, 0.1) == "10.00%"
    assert format_usd_range(106.2e9, 106.4e9) == "$106.2 to 106.4 billion"
    assert format_usd_range(-3e8, 2e8) == "−$300 million to $200 million"


@given(
    st.floats(-1e4, 1e4).map(lambda x: round(x, 3)),
    st.floats(0, 50).map(lambda x: round(x, 3)),
    st.floats(0, 50).map(lambda x: round(x, 3)),
    st.integers(0, 3),
)
def test_the_last_digit_printed_is_right_to_within_one(value, below, above, most):
    low, high = value - below, value + above
    decimals = digits(value, low, high, most)
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
