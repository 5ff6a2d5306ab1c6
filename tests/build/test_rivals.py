"""China and Russia side by side: sums of who publishes both, lower bounds, who overtook whom."""

import pandas as pd
import pytest

from catrade_build.rivals import side_by_side

#: Totals in billions, known to a tenth: 0 is not held.
KAZAKH = {
    2020: (15.0, 18.0),
    2021: (18.0, 24.0),
    2022: (24.0, 27.0),
    2023: (31.0, 26.0),
    2024: (30.0, 28.0),
}
KYRGYZ = {
    2019: (2.0, 2.0),
    2020: (1.0, 1.5),
    2021: (1.5, 2.5),
    2022: (4.0, 3.5),
    2023: (5.0, 3.0),
}


def totals(reporter, years, coverage="goods"):
    rows = [
        {"reporter": reporter, "partner": partner, "year": year, "value": value}
        for year, both in years.items()
        for partner, value in zip(("CHN", "RUS"), both, strict=True)
        if value
    ]
    cells = pd.DataFrame(rows).assign(sources=reporter, quality="ok", coverage=coverage)
    ends = {"low": cells["value"] - 0.05, "high": cells["value"] + 0.05}
    return cells.assign(**ends)


def sums_of(*parts):
    rows = side_by_side(pd.concat(parts, ignore_index=True), "CA4")
    return rows.set_index(["partner", "year"])


def test_a_year_is_the_sum_of_those_that_have_both():
    # Of Tajikistan two years are too few; of 2019 Kazakhstan has none.
    tajik = totals("TJK", {2022: (1.1, 1.7), 2023: (2.0, 1.9)})
    sums = sums_of(totals("KAZ", KAZAKH), totals("KGZ", KYRGYZ), tajik)
    china = sums.loc["CHN", "value"]
    assert china.to_dict() == {2020: 16.0, 2021: 19.5, 2022: 28.0, 2023: 36.0}
    assert sums["countries"].unique().tolist() == ["KAZ;KGZ"]
    # 5.0 and 31.0, each half a tenth less.
    assert sums.loc[("CHN", 2023), "low"] == pytest.approx(35.9)


def test_the_newest_year_may_be_a_lower_bound():
    sums = sums_of(totals("KAZ", KAZAKH), totals("KGZ", KYRGYZ | {2024: (0, 3.0)}))
    last = sums.loc[("CHN", 2024)]
    # 30 less half a tenth is surely 29.9.
    assert [last["value"], last["rounding"]] == [pytest.approx(29.9), "at_least"]
    assert [last["missing"], last["quality"]] == ["KGZ", "estimated"]
    assert sums.loc[("RUS", 2024), "missing"] == ""
    # Not an earlier one: the year before it has both.
    early = KYRGYZ | {2022: (0, 3.5), 2024: (5.0, 3.0)}
    sums = sums_of(totals("KAZ", KAZAKH), totals("KGZ", early | {2018: (1.0, 1.0)}))
    assert 2022 not in sums.loc["CHN"].index


def test_two_lower_bounds_are_not_set_side_by_side():
    # Of 2024 nothing of Kyrgyzstan is held.
    sums = sums_of(totals("KAZ", KAZAKH), totals("KGZ", KYRGYZ))
    assert sums.index.get_level_values("year").max() == 2023


def test_who_overtook_whom_and_when():
    # 16 to 19.5, 19.5 to 26.5, 28 to 30.5, and 36 to 29 in 2023.
    sums = sums_of(totals("KAZ", KAZAKH), totals("KGZ", KYRGYZ))
    since = sums["ahead_since"]
    assert since["CHN"].dropna().to_dict() == {2023: 2023}
    # Russia was ahead from the first year on, so that it overtook nobody.
    assert since["RUS"].isna().all()


def test_what_is_at_least_so_much_is_ahead_only_of_a_whole_sum():
    # At least 30 beside 28 + 3: not surely ahead; nor are 31 of what is at least 30.
    behind = sums_of(totals("KAZ", KAZAKH), totals("KGZ", KYRGYZ | {2024: (0, 3.0)}))
    assert behind["ahead_since"].xs(2024, level="year").isna().all()
    # At least 30 beside 28 + 1: China is ahead, whatever Kyrgyzstan adds.
    ahead = sums_of(totals("KAZ", KAZAKH), totals("KGZ", KYRGYZ | {2024: (0, 1.0)}))
    assert ahead.loc[("CHN", 2024), "ahead_since"] == 2023


def test_who_counts_services_is_named():
    mixed = totals("KGZ", KYRGYZ, coverage="mixed")
    sums = sums_of(totals("KAZ", KAZAKH), mixed)
    assert sums["with_services"].unique().tolist() == ["KGZ"]
    doubtful = mixed.assign(quality="doubtful")
    assert sums_of(totals("KAZ", KAZAKH), doubtful)["countries"].unique() == ["KAZ"]
