"""The running year estimated: by hand."""

import math

import pandas as pd
import pytest
from fetch_files import cases

from catrade_build.nowcast import (
    broke_off,
    estimates,
    newest_estimates,
    sum_estimates,
)


def pair(
    period: str, value: float, base: float, country: str = "KAZ"
) -> dict[str, object]:
    about = {"country": country, "flow": "total", "sources": f"{country};both"}
    about |= {"currency": "USD", "is_own": False, "other": "CHN"}
    return {**about, "period": period, "value": value, "base": base}


def estimated(to_date: list, years: list) -> pd.DataFrame:
    return estimates(pd.DataFrame(to_date), pd.DataFrame(years))


def test_the_estimate_is_the_mean_of_both_methods_by_hand():
    # 60 of 100 a year before, now 66: 66 · 100 / 60 = 110 and 66 + 100 − 60 = 106; it became 104.
    row = estimated([pair("2025-7M", 66, 60)], [pair("2025", 104, 100)]).iloc[0]
    assert row["ratio"] == pytest.approx(110)
    assert row["additive"] == pytest.approx(106)
    assert row["estimate"] == pytest.approx(108)
    assert row["error"] == pytest.approx(math.log(108 / 104))


def errors_of(*factors: float, months: tuple[int, ...] = (7,)) -> tuple[list, list]:
    """Years from 2020 on whose estimates were these multiples of what they became, and the next.

    Half of 100 a year before is known of each, and again half: the estimate is 100.
    """
    to_date = [
        pair(f"{2020 + n}-{month}M", 50, 50)
        for n in range(len(factors) + 1)
        for month in months
    ]
    years = [pair(str(2020 + n), 100 / factor, 100) for n, factor in enumerate(factors)]
    return to_date, years


def test_the_interval_is_what_four_past_errors_in_five_stay_within():
    # Of nine, 0.8 · 10 = 8: the eighth smallest of 1 to 9 per cent, up or down, is 1.08.
    factors = (1.05, 1 / 1.02, 1.09, 1.01, 1 / 1.08, 1.03, 1.07, 1 / 1.04, 1.06)
    now = newest_estimates(estimated(*errors_of(*factors))).iloc[0]
    base = 100 / 1.06  # the year before, as it became
    assert now["estimate"] == pytest.approx(base)
    assert now["estimate_high"] == pytest.approx(base * 1.08)
    assert now["estimate_low"] == pytest.approx(base / 1.08)
    assert now["n"] == 9
    # The newest, 1.06 of 2028, against the ⌈0.8 · 9⌉ = eighth of the eight before: 1.09.
    assert (now["held"], now["tried"], now["tried_year"]) == (1, 1, 2028)
    assert (now["since"], now["years"]) == (2020, 9)


def test_a_record_is_of_years_and_the_newest_is_tried_by_those_before():
    """The months of a year are one trial, and no month of the year tried makes its interval."""
    months = (5, 6, 7, 8, 9)  # of the middle three four are no more than two away
    first, then = errors_of(1.02, 1.05, months=months)
    one = newest_estimates(estimated(first, then)).iloc[0]
    # Errors of 2 per cent give 1.02: none of those of 5 per cent lies inside, though in the
    # interval made of both years, 1.05, they all would.
    assert (one["held"], one["tried"], one["tried_year"]) == (0, 3, 2021)
    assert one["estimate_high"] / one["estimate"] == pytest.approx(1.05)
    assert (one["since"], one["years"]) == (2020, 2)
    better, then = errors_of(1.05, 1.02, months=months)
    assert newest_estimates(estimated(better, then))["held"].tolist() == [3]
    # Of the first year of all there is nothing to try it by.
    alone = newest_estimates(estimated(*errors_of(1.02, months=months))).iloc[0]
    assert (alone["held"], alone["tried"], alone["years"]) == (0, 0, 1)


def test_errors_count_from_months_at_most_two_away_of_every_country():
    near, far = errors_of(1.01, months=(5, 9)), errors_of(1.5, months=(4, 10))
    to_date = [row for row in near[0] + far[0] if not row["period"].startswith("2021")]
    to_date += [pair("2020-7M", 50, 50, "UZB"), pair("2021-7M", 50, 50)]
    years = [*near[1], pair("2020", 50, 100, "UZB")]
    now = newest_estimates(estimated(to_date, years)).iloc[0]
    # Kazakhstan's of May and September, and Uzbekistan's of July: three, too few for an interval.
    assert now["n"] == 3
    assert math.isnan(now["estimate_low"])
    assert math.isnan(now["estimate_high"])


#: Period, its figure and its base | the year before: a base of zero, none, January alone, no year.
NONE = """
2026-7M 66 0 | 2025 100 90
2026-7M 66 nan | 2025 100 90
2026-1M 66 60 | 2025 100 90
2026-7M 66 60 | 2024 100 90
"""


@pytest.mark.parametrize("two", cases(NONE))
def test_what_cannot_be_estimated_has_no_row(two):
    rows = []
    for period, value, base in map(str.split, two):
        rows.append([pair(period, float(value), float(base))])
    assert newest_estimates(estimated(*rows))[["country", "n", "estimate_high"]].empty


def test_a_flow_that_broke_off_or_sprang_up_is_not_estimated():
    figures = pd.Series([9, 10, 1000, 1001]), pd.Series([100] * 4)
    assert broke_off(*figures).tolist() == [True, False, False, True]
    to_date = [pair("2026-7M", 5, 60), pair("2026-7M", 30, 25, "UZB")]
    years = [pair("2025", 100, 90), pair("2025", 50, 50, "UZB")]
    sums = sum_estimates(estimated(to_date, years), ("KAZ", "UZB"), "CA5")
    assert sums.index.is_unique
    now = newest_estimates(sums).set_index("country")["estimate"]
    assert now.isna().to_dict() == {"KAZ": True, "UZB": False, "CA5": True}
