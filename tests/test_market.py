"""NEV share, growth over a year and subsidy by range: by hand, and against published figures."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catrade.data_nev import load_market, load_purchase_tax, load_subsidies
from catrade.errors import ParameterError
from catrade.market import growth_of, growth_over_year, nev_share
from catrade.relief import subsidy_by_range


def market(*rows: tuple[str, str, float, float]) -> pd.DataFrame:
    """Build market rows from (series, period, value, half width of the interval)."""
    frame = pd.DataFrame(rows, columns=["series", "period", "value", "half"])
    return frame.assign(
        year=frame["period"].str[:4].astype(int),
        frequency=frame["period"].map(lambda p: "monthly" if len(p) == 7 else "annual"),
        low=frame["value"] - frame["half"],
        high=frame["value"] + frame["half"],
        precision=2 * frame["half"],
        derived=False,
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
