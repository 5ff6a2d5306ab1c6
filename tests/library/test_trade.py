"""What `ct.trade` gives: whom one asks for, in which order, and who has no figure."""

import pandas as pd
import pytest

import catrade as ct


def test_the_default_counts_nothing_twice():
    """The announcement: 71.2 of exports and 35.1 of imports, 106.3 in all."""
    flows = ct.trade("CA5", start=2025, end=2025)
    assert flows["flow"].tolist() == ["export", "import"]
    assert flows["value"].sum() == pytest.approx(106.3, abs=0.05)


def test_what_an_analyst_looks_for_stands_first():
    first = ["country", "year", "flow", "value", "growth"]
    assert list(ct.trade("KAZ", "total", 2024))[:5] == first
    assert {"mirror", "share", "record_since"} <= {*ct.trade("KAZ", full=True)}


def test_a_list_of_partners_loses_nobody():
    suppliers = ["China", "Russia", "Germany", "South Korea"]
    imports = ct.trade(suppliers, "import", 2019, 2020, reporter="KAZ")
    assert imports["country"].unique().tolist() == suppliers
    held = imports.dropna(subset="value")
    assert {*held["country"]} == {"China", "Russia"}


def test_a_span_loses_no_month_and_no_year():
    """Of November and December 2023 no month is held, of 2030 no year."""
    months = ct.trade("UZB", "export", "2023-11", "2024-02")
    assert months["period"].tolist() == ["2023-11", "2023-12", "2024-01", "2024-02"]
    assert months["value"].isna().tolist() == [True, True, False, False]
    years = ct.trade("KAZ", "export", 2024, 2030)
    assert years["year"].tolist() == [*range(2024, 2031)]
    assert years["value"].isna().tolist() == [False] * 2 + [True] * 5


def test_a_year_a_month_and_a_date_say_the_frequency():
    months = ct.trade("Uzbekistan", "export", start="2026-05")
    assert months.attrs["freq"] == "month"
    assert ct.trade("UZB", "export", pd.Timestamp("2026-05-01")).equals(months)
    years = ct.trade("KAZ", "export", range(2018, 2021))
    assert years.equals(ct.trade("KAZ", "export", 2018.0, "2020.0"))


def test_all_of_a_year_is_its_year():
    """Sums from January to December are held as years: no row of NaN says otherwise."""
    sums = ct.trade("KAZ", "total", 2025, 2025, freq="ytd")
    assert "2025-12M" not in {*sums["period"]}
    assert "2025-9M" in {*sums["period"]}


def test_each_country_counts_its_own_trade_with_china():
    own = ct.trade("KAZ", "total", 2024, 2024, reporter="partner")
    assert own[["country", "reporter", "partner"]].to_numpy().tolist() == [
        ["Kazakhstan", "KAZ", "CHN"]
    ]
    assert own.equals(ct.trade("Kazakhstan", "total", 2024, 2024, reporter="KAZ"))
    assert own.equals(ct.trade(None, "total", 2024, 2024, reporter="kaz"))
    # Turkmenistan publishes none, so of all five there are four.
    five = ct.trade(None, "total", 2024, 2024, reporter="partner")
    assert five["reporter"].tolist() == ["KAZ", "KGZ", "TJK", "UZB"]


def test_a_region_counts_without_who_publishes_nothing():
    own = ct.trade("Central Asia", "total", 2024, 2024, reporter="partner")
    assert own["reporter"].tolist() == ["CA4"]
    assert {*ct.trade("Central Asia")["partner"]} == {"CA5"}


def test_all_is_every_single_country_with_a_word_on_how_much_that_is():
    """A region, a union and the world hold others: their sum would count these twice."""
    with pytest.warns(UserWarning, match="Kazakhstan’s export of 2022 is held with 7"):
        everyone = ct.trade("all", "export", 2022, 2022, reporter="KAZ")
    assert {"CHN", "RUS"} <= {*everyone["partner"]}
    assert not {"CA5", "EU27", "WLD"} & {*everyone["partner"]}


def test_figures_are_in_the_money_of_who_prints_them():
    """Customs print yuan, Eurostat euros, Russia dollars."""
    money = {}
    for reporter in ("China", "EU", "RUS"):
        rows = ct.trade("KAZ", "export", 2015, reporter=reporter, currency="own")
        money[reporter] = {*rows.dropna(subset="value")["currency"]}
    assert money == {"China": {"CNY"}, "EU": {"EUR"}, "RUS": {"USD"}}
