"""NEV share, growth over a year and subsidy by range: by hand, and against published figures."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catrade.load.nev import load_market, load_purchase_tax, load_subsidies
from catrade.nev_policy.market import (
    at_home,
    growth_of,
    growth_over_year,
    nev_share,
    registrations,
    same_months,
)
from catrade.nev_policy.relief import subsidy_by_range
from pagemill.errors import ParameterError
from pagemill.periods import parse_period


def market(*rows: tuple[str, str, float, float]) -> pd.DataFrame:
    """Build market rows from (series, period, value, half width of the interval)."""
    frame = pd.DataFrame(rows, columns=["series", "period", "value", "half"])
    return frame.assign(
        year=frame["period"].str[:4].astype(int),
        frequency=frame["period"].map(lambda p: parse_period(p).frequency),
        low=frame["value"] - frame["half"],
        high=frame["value"] + frame["half"],
        precision=2 * frame["half"],
        derived=False,
        rounding="nearest",
        quality="ok",
        source_id="s-" + frame["series"],
    )


def test_share_is_the_quotient_with_its_interval() -> None:
    shares = nev_share(market(("nev_sales", "2025", 50, 1), ("auto_sales", "2025", 100, 2)))
    row = shares.iloc[0]
    assert row["share"] == 0.5
    assert row["low"] == pytest.approx(49 / 102)
    assert row["high"] == pytest.approx(51 / 98)
    assert row["basis"] == "computed"
    assert row["source_ids"] == "s-nev_sales;s-auto_sales"
    assert pd.isna(row["agrees"])


def test_the_published_share_stands_in_where_a_count_is_missing() -> None:
    rows = market(("nev_sales", "2022", 50, 1), ("nev_share_of_sales", "2022", 0.256, 0.0005))
    row = nev_share(rows).iloc[0]
    assert (row["basis"], row["share"]) == ("published", 0.256)
    assert row["source_ids"] == "s-nev_share_of_sales"


def test_a_contradiction_between_computed_and_published_shows() -> None:
    rows = market(
        ("nev_sales", "2025", 50, 0.5),
        ("auto_sales", "2025", 100, 0.5),
        ("nev_share_of_sales", "2025", 0.55, 0.0005),
    )
    assert not nev_share(rows)["agrees"].item()


def test_every_published_share_of_the_tables_agrees_with_the_computed_one() -> None:
    shares = nev_share(load_market(jurisdiction="CHN"))
    both = shares[shares["agrees"].notna()]
    assert len(both) >= 8
    assert both["agrees"].all()


@given(
    nev=st.integers(1_000, 20_000_000),
    extra=st.integers(0, 20_000_000),
    unit=st.sampled_from([1, 100, 1_000]),
)
def test_the_interval_holds_the_share_of_any_counts_that_round_to_the_published(
    nev: int, extra: int, unit: int
) -> None:
    cars = nev + extra
    rounded = [round(count / unit) * unit for count in (nev, cars)]
    rows = market(
        ("nev_sales", "2025", rounded[0], unit / 2), ("auto_sales", "2025", rounded[1], unit / 2)
    )
    row = nev_share(rows).iloc[0]
    assert row["low"] - 1e-12 <= nev / cars <= row["high"] + 1e-12


def test_growth_compares_with_the_same_month_of_the_year_before() -> None:
    rows = market(("nev_sales", "2024-09", 100, 1), ("nev_sales", "2025-09", 125, 1),
                  ("nev_sales", "2025-10", 130, 1))  # fmt: skip
    grown = growth_over_year(rows, "nev_sales")
    assert grown["period"].tolist() == ["2025-09"]
    row = grown.iloc[0]
    assert (row["base_period"], row["growth"]) == ("2024-09", 0.25)
    assert row["growth_low"] == pytest.approx(124 / 101 - 1)
    assert row["growth_high"] == pytest.approx(126 / 99 - 1)


def test_growth_of_exports_in_2025_as_published() -> None:
    # The association: NEV exports of 2.615 million in 2025, "up 1-fold" on 1.284 million.
    row = (
        growth_over_year(load_market(jurisdiction="CHN"), "nev_exports")
        .set_index("period")
        .loc["2025"]
    )
    assert row["growth_low"] < 2.615 / 1.284 - 1 < row["growth_high"]


def test_growth_says_where_it_rests_on_our_arithmetic() -> None:
    grown = growth_over_year(load_market(jurisdiction="CHN"), "nev_sales").set_index("period")
    assert grown.loc["2019", "derived"]  # 2018 is computed from the growth of 2019
    assert not grown.loc["2025", "derived"]


def test_growth_of_an_unknown_series_names_the_series_there_are() -> None:
    with pytest.raises(ParameterError, match="series must be one of"):
        growth_over_year(load_market("nev_sales", "CHN"), "nev_sale")


def test_growth_of_several_series_is_stacked() -> None:
    frame = growth_of(load_market(jurisdiction="CHN"), ["nev_sales", "nev_exports"])
    assert list(dict.fromkeys(frame["series"])) == ["nev_sales", "nev_exports"]


def test_a_rejected_figure_is_never_used() -> None:
    rows = market(("nev_sales", "2025", 50, 1), ("auto_sales", "2025", 100, 1))
    rows.loc[rows["series"] == "auto_sales", "quality"] = "rejected"
    assert nev_share(rows).empty


def test_zero_and_absent_series_give_no_share_and_no_growth() -> None:
    rows = market(
        ("nev_sales", "2024", 0, 0), ("nev_sales", "2025", 50, 1), ("auto_sales", "2025", 0, 0)
    )
    assert nev_share(rows).empty
    assert growth_over_year(rows, "nev_sales").empty
    assert growth_of(rows, ["nev_sales", "nev_exports"]).empty
    assert registrations(rows).empty
    assert same_months(registrations(rows)).empty


BATTERY, CARS = "bev_passenger_registrations", "passenger_car_registrations"


def test_registrations_by_hand() -> None:
    rows = market(
        (BATTERY, "2025-01", 40, 1), (CARS, "2025-01", 100, 2),
        (BATTERY, "2025-02", 20, 1), (CARS, "2025-02", 100, 2),
        (BATTERY, "2026-01", 30, 1), (CARS, "2026-01", 60, 2),
        (BATTERY, "2026-02", 24, 1), (CARS, "2026-02", 40, 2),
        (BATTERY, "2026-03", 99, 1),
    )  # fmt: skip
    found = registrations(rows).set_index("period")
    assert found.index.tolist() == ["2025-01", "2025-02", "2026-01", "2026-02"]
    row = found.loc["2026-02"]
    assert (row["share"], row["growth"]) == (0.6, pytest.approx(0.2))
    assert row["share_low"] == pytest.approx(23 / 42)
    assert row["growth_high"] == pytest.approx(25 / 19 - 1)
    assert pd.isna(found.loc["2025-01", "growth"])
    before, now = (r for _, r in same_months(registrations(rows)).iterrows())
    assert (before["period"], now["period"]) == ("2025-2M", "2026-2M")
    assert (now["value"], before["value"]) == (54, 60)
    assert now["growth"] == pytest.approx(-0.1)
    assert now["growth_low"] == pytest.approx(52 / 62 - 1)
    assert (before["share"], now["share"]) == (0.3, 0.54)


@pytest.mark.parametrize("gone", ["2026-01", "2025-02"])
def test_months_with_a_hole_are_not_summed(gone: str) -> None:
    rows = market(*(
        (name, f"{year}-{month:02}", 10.0, 1.0)
        for name in (BATTERY, CARS) for year in (2025, 2026) for month in (1, 2)
    ))  # fmt: skip
    assert same_months(registrations(rows[rows["period"] != gone])).empty


def test_registrations_of_the_tables_are_unbroken() -> None:
    periods = registrations(load_market(jurisdiction="CHN"))["period"]
    wanted = pd.period_range("2018-01", periods.iloc[-1], freq="M").astype(str)
    assert periods.tolist() == wanted.tolist()
    assert len(periods) >= 102


def test_sales_at_home_are_sales_less_exports() -> None:
    rows = market(
        ("nev_sales", "2025", 50, 1), ("nev_sales", "2024", 40, 1), ("nev_exports", "2025", 20, 2)
    )
    home = at_home(rows)
    assert home[["period", "value", "low", "high"]].to_numpy().tolist() == [["2025", 30, 27, 33]]


def test_sales_at_home_agree_with_those_the_makers_print() -> None:
    # The association: 5.09 million at home in the first half of 2026, down 13.4 percent.
    china = load_market(jurisdiction="CHN")
    home = at_home(china).set_index("period")
    assert home.loc["2026-6M", "low"] < 5.095e6
    assert home.loc["2026-6M", "high"] > 5.085e6
    grown = growth_over_year(at_home(china), "nev_at_home").set_index("period").loc["2026-6M"]
    assert grown["growth_low"] < -0.1335
    assert grown["growth_high"] > -0.1345


@pytest.mark.parametrize(
    ("example", "start", "amount"),
    [
        ("160 km", "2016-01-01", 45_000),
        ("160 km", "2018-06-12", 15_000),
        ("160 km", "2019-06", 0),
        ("260 km", "2018-06-12", 34_000),
        ("320 km", "2021-01-01", 13_000),
        ("420 km", "2018-02-12", 30_800),  # 70 percent of 44,000
        ("420 km", "2022-01-01", 12_600),  # 18,000 less 30 percent
        ("plug-in hybrid", "2020-04-23", 8_500),
        ("highest amount", "2014-01-01", 57_000),  # 60,000 less 5 percent
        ("420 km", "2023-01-01", 0),
    ],
)
def test_subsidy_of_example_cars(example: str, start: str, amount: float) -> None:
    paid = subsidy_by_range(load_subsidies())
    row = paid[(paid["example"] == example) & (paid["period_start"] == start)]
    assert row["amount_cny"].tolist() == [amount]


def test_a_band_that_was_not_found_has_no_row() -> None:
    paid = subsidy_by_range(load_subsidies())
    at_320 = paid[(paid["example"] == "320 km") & (paid["period_start"] == "2019-06")]
    assert at_320.empty


def test_no_car_has_two_amounts_at_one_time() -> None:
    for _, rows in subsidy_by_range(load_subsidies()).groupby("example"):
        rows = rows.sort_values("period_start")
        ends, starts = rows["period_end"].iloc[:-1], rows["period_start"].iloc[1:]
        assert all(end < start for end, start in zip(ends, starts, strict=True))


def test_tax_periods_follow_each_other_without_a_gap() -> None:
    tax = load_purchase_tax()
    ends = pd.to_datetime(tax["period_end"].iloc[:-1]) + pd.Timedelta(days=1)
    assert ends.tolist() == pd.to_datetime(tax["period_start"].iloc[1:]).tolist()
