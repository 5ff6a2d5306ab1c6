"""Ends of intervals worked by hand: neither too narrow nor, what other tests let pass, too wide."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from catrade.trade_growth.growth import cagr_between, growth, index_to_base
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


def _ends(low: float, high: float) -> Bounds:
    return Bounds(pd.Series([low]), pd.Series([high]))


def _pair(found: Bounds) -> tuple[float, float]:
    return found.low[0], found.high[0]


def test_single_intervals() -> None:
    assert Interval(1, 2).overlaps(Interval(2, 3))
    assert Interval(2, 3).overlaps(Interval(1, 2))
    assert not Interval(1, 2).overlaps(Interval(3, 4))
    assert not Interval(3, 4).overlaps(Interval(1, 2))
    assert Interval(1, 2).contains(1)
    assert Interval(1, 2).contains(2)
    assert not Interval(1, 2).contains(2.5)
    assert Interval(1, 2).inside(Interval(1, 2))
    assert not Interval(1, 3).inside(Interval(1, 2))
    assert not Interval(0, 2).inside(Interval(1, 2))
    assert Interval(1, 4).width == 3
    assert Interval(1, 2) / Interval(1, 4) == Interval(0.25, 2)
    assert Interval.of_rounded(5, 0) == Interval(5, 5)
    assert Interval.of_rounded(5, 2, "about") == Interval(3, 7)
    assert Interval.of_rounded(5, 2, "ceiling") == Interval(3, 5)


def test_columns_are_taken_by_their_names() -> None:
    frame = pd.DataFrame({"low_usd": [1.0], "high_usd": [2.0], "l": [3], "h": [4]})
    assert _pair(bounds(frame)) == (1, 2)
    assert _pair(bounds(frame, "l", "h")) == (3, 4)


def test_differences_and_growth() -> None:
    assert _pair(difference_bounds(_ends(3, 5), _ends(1, 2))) == (1, 4)
    low, high = _pair(growth_bounds(_ends(11, 12), _ends(8, 10)))
    assert (low, high) == (pytest.approx(0.1), pytest.approx(0.5))


@pytest.mark.parametrize(
    ("a", "b", "quotient"),
    [
        ((1, 2), (4, 5), (0.2, 0.5)),
        ((-2, -1), (4, 5), (-0.5, -0.2)),
        ((-1, 2), (4, 5), (-0.25, 0.5)),
        ((0.1, 0.5), (4, 5), (0.02, 0.125)),
        ((1, 2), (0.5, 1), (1, 4)),  # a divisor below one is still above zero
    ],
)
def test_quotients(a: tuple[float, float], b: tuple[float, float], quotient: tuple[float, float]):
    found = _pair(ratio_bounds(_ends(*a), _ends(*b)))
    assert found == (pytest.approx(quotient[0]), pytest.approx(quotient[1]))


def test_a_quotient_whose_divisor_may_be_zero_has_no_end() -> None:
    assert all(math.isnan(end) for end in _pair(ratio_bounds(_ends(1, 2), _ends(0, 1))))


def test_shares_stay_between_none_and_all() -> None:
    assert _pair(share_bounds(_ends(-1, 1), _ends(2, 4))) == (0, 0.5)
    assert _pair(share_bounds(_ends(1, 3), _ends(2, 4))) == (0.25, 1)
    # 2 of 2 at the least: exactly all of it, not more
    assert _pair(share_bounds(_ends(2, 4), _ends(1, 2))) == (1, 1)
    low, high = _pair(share_of_sum_bounds(_ends(0.2, 0.4), _ends(0.5, 0.8)))
    assert (low, high) == (pytest.approx(0.2 / 0.6), pytest.approx(0.4 / 0.7))
    assert all(math.isnan(end) for end in _pair(share_of_sum_bounds(_ends(0, 0), _ends(0, 0))))


def _cells(**figures: tuple[float, float, float]) -> pd.DataFrame:
    rows = [(name[1:], *ends) for name, ends in figures.items()]
    return pd.DataFrame(rows, columns=["period", "value_usd", "low_usd", "high_usd"])


def test_rows_of_growth_are_numbered_anew_and_carry_no_helpers() -> None:
    # 2022 has no base, and 2023's may be zero: the first row left is 2024.
    cells = _cells(_2022=(1, 0, 2), _2023=(10, 8, 12), _2024=(20, 16, 24))
    found = growth(cells)
    assert list(found.index) == [0]
    assert found["period"].tolist() == ["2024"]
    assert not {"index", "base_low_usd", "base_high_usd"} & set(found.columns)
    row = found.iloc[0]
    assert (row["growth_low"], row["growth_high"]) == (pytest.approx(1 / 3), pytest.approx(2))
    assert (row["change_usd"], row["change_low_usd"], row["change_high_usd"]) == (10, 4, 16)


def test_compound_growth_from_a_figure_that_may_be_negative_ends_at_minus_all() -> None:
    cells = _cells(_2020=(4, 4, 4), _2021=(5, 5, 5), _2022=(1, -1, 9))
    found = cagr_between(cells, 2020, 2022)
    assert (list(found.index), "index" in found.columns) == ([0], False)
    row = found.iloc[0]
    assert (row["cagr"], row["cagr_low"], row["cagr_high"]) == (-0.5, -1, 0.5)
    assert cagr_between(_cells(_2020=(1, 0, 2), _2022=(1, 1, 1)), 2020, 2022).empty


def test_an_index_starts_at_the_first_figure_above_zero_and_numbers_its_rows_anew() -> None:
    cells = _cells(_2022=(1, 0, 2), _2023=(10, 8, 12), _2024=(20, 16, 24))
    found = index_to_base(cells)
    assert (list(found.index), "level_0" in found.columns) == ([0, 1, 2], False)
    assert found["base_period"].unique().tolist() == ["2023"]
    assert found["index"].tolist() == [10, 100, 200]
    last = found.iloc[2]
    assert (last["index_low"], last["index_high"]) == (pytest.approx(400 / 3), pytest.approx(300))
    # A series without the base period is left out, and leaves no hole in the numbers.
    both = pd.concat([cells[1:].assign(partner="A"), cells[2:].assign(partner="B")])
    both = pd.concat([both[both["partner"] == "B"], both[both["partner"] == "A"]])
    only = index_to_base(both, "2023", keys=("partner",))
    assert (list(only.index), only["partner"].tolist()) == ([0, 1], ["A", "A"])
    # A base that may be nothing carries no index; a small one does.
    assert index_to_base(cells, "2022").empty
    small = _cells(_2023=(0.5, 0.25, 0.75), _2024=(1, 1, 1))
    assert index_to_base(small)["index"].tolist() == [100, 200]


def test_periods_are_ordered_in_time_and_not_as_text() -> None:
    rows = [("2024-10M", 9.0, 9.0, 9.0), ("2024-2M", 3.0, 3.0, 3.0)]
    cells = pd.DataFrame(rows, columns=["period", "value_usd", "low_usd", "high_usd"])
    assert index_to_base(cells)["base_period"].unique().tolist() == ["2024-2M"]
    with pytest.raises(ParameterError, match="the nearest period that has one is '2024-2M'"):
        index_to_base(cells, "2024-6M")


@pytest.mark.parametrize(
    ("known", "wanted", "nearest"),
    [(["2013", "2020"], 2019, "2020"), (["2024-2M", "2024-10M"], "2024-9M", "2024-10M")],
)
def test_the_nearest_period_is_named(known: list[str], wanted: str | int, nearest: str) -> None:
    cells = pd.DataFrame({"period": known, "value_usd": 1.0, "low_usd": 1.0, "high_usd": 1.0})
    with pytest.raises(ParameterError, match=f"the nearest period that has one is '{nearest}'"):
        index_to_base(cells, wanted)
