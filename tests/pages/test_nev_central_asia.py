"""Claims of the page on electric cars, beside the columns they rest on, by hand from data/*.csv."""

import pandas as pd
import pytest
from computed import displayed

import catrade as ct
from pagemill.display import Chart


@pytest.fixture(scope="module")
def cars() -> pd.DataFrame:
    return ct.read.table("cars")


@pytest.fixture(scope="module")
def electric(cars) -> pd.DataFrame:
    rows = cars.query("goods == 'electric cars' and flow == 'import'")
    return rows.set_index(["country", "partner", "period"])


def test_uzbekistan_imported_more_than_twice_as_many(electric):
    year = electric.loc[("UZB", "WLD", "2025")]
    assert (year["value"], year["before"]) == (56_832, 24_099)
    assert year["growth"] == pytest.approx(56_832 / 24_099 - 1)
    assert year["of_cars"] == 0.712


def test_of_a_year_not_counted_whole_the_least_and_most_of_its_longest_part_are_held(
    electric,
):
    year = electric.loc[("UZB", "WLD", "2023")]
    assert pd.isna(year["value"])
    assert (year["part_low"], year["part_high"]) == (13_460, 22_400)


def test_kazakhstan_imported_more_than_its_quota_and_has_none_for_the_next_year(
    electric,
):
    year = electric.loc[("KAZ", "WLD", "2025")]
    assert year["used"] == 16_108 / 15_000
    assert electric.loc[("KAZ", "WLD", "2026"), "quota"] == 0
    # Of Kyrgyzstan no count is held, so that no part of its quota is told.
    assert electric.loc["KGZ"]["used"].isna().all()


def test_a_price_is_value_by_count_of_one_source(electric):
    chinese = electric.loc[("UZB", "CHN", "2024")]
    # 218,582,536 dollars and 13,090 tonnes of 23,985 cars
    assert chinese["price"] == pytest.approx(218_582_536 / 23_985)
    assert chinese["kilograms"] == pytest.approx(13_090_000 / 23_985)
    assert chinese["price_quality"] == "doubtful"
    # 202.7 million dollars of 20,190 cars
    printed = electric.loc[("UZB", "WLD", "2024-10M")]
    assert printed["price"] == pytest.approx(202_700_000 / 20_190)
    assert electric.loc["KGZ"]["price"].isna().all()


def test_what_importers_declare_without_doubt(cars):
    year = cars.query("partner == 'CHN' and period == '2024' and goods != 'cars'")
    firm = year.query("usd_quality == 'ok'")["usd_bn"].sum() * 1e9
    assert firm == pytest.approx(
        403_879_530 + 331_209_375 + 26_246_804 + 45_447_898 + 14_143_780
    )
    doubtful = year.query("usd_quality == 'doubtful'")["usd_bn"].sum() * 1e9
    assert doubtful == pytest.approx(218_582_536 + 33_210_754 + 866_768)


def test_sums_of_twelve_months_need_each_of_them():
    months = ct.read.table("cleantech").query("kind == 'ev' and freq == 'month'")
    kazakh = months[months["partner"] == "KAZ"].set_index("period")
    # The last ten months of 2025 and the first two of the next year.
    by_hand = kazakh.loc["2025-03":"2026-02", "value_bn"]
    assert len(by_hand) == 12
    assert kazakh.loc["2026-02", "twelve_bn"] == pytest.approx(by_hand.sum())
    since = kazakh.loc[["2026-01", "2026-02"], "value_bn"].sum()
    before = kazakh.loc[["2025-01", "2025-02"], "value_bn"].sum()
    assert kazakh.loc["2026-02", "to_date_growth"] == pytest.approx(since / before - 1)
    five = months[months["period"] == "2026-02"].set_index("partner")["value_bn"]
    members = ["KAZ", "KGZ", "TJK", "TKM", "UZB"]
    assert five["CA5"] == pytest.approx(five[members].sum())


def test_after_the_rule_exports_to_kyrgyzstan_fell_further_than_is_usual():
    after = ct.after()
    told = after[after["told"]]
    assert told["partner"].tolist() == ["KGZ"]
    row = told.iloc[0]
    assert round(row["ratio"] - 1, 3) == -0.837
    assert (round(row["years_low"], 2), round(row["years_high"], 2)) == (2.03, 2.43)
    assert round(row["on_year"], 1) == 1.3


def test_a_title_is_of_a_country_that_is_drawn():
    """On 1 July 2025 Tajikistan alone had counted the whole of 2023, once."""
    shown = displayed("nev_central_asia", as_of="2025-07-01")
    chart = next(item for item in shown if isinstance(item, Chart))
    assert chart.title == "Tajikistan imported about 1,500 electric cars in 2023"
    assert "Tajikistan: 1.5 thousand (2023)" in chart.alt
    assert any(str(item) == f"{chart.title}." for item in shown)


def test_where_no_car_is_counted_nothing_is_said_of_imports():
    words = "\n".join(map(str, displayed("nev_central_asia", partner="TKM")))
    assert words.startswith(
        "China’s customs put electric vehicles sent to Turkmenistan"
    )
    assert "imported" not in words
