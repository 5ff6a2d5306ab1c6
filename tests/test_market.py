"""Shares, growth and what a buyer gets: by hand, and as published; and the words for them."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catrade.load.goods import load_composition
from catrade.load.nev import (
    load_market,
    load_policy_events,
    load_purchase_tax,
    load_subsidies,
)
from catrade.load.trade import load_sources
from catrade.nev_policy import market as cars
from catrade.nev_policy import say
from catrade.nev_policy.relief import highest_support, tax_periods, tax_relief_on
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


BATTERY, CARS = "bev_passenger_registrations", "passenger_car_registrations"


@pytest.fixture(scope="module")
def china() -> pd.DataFrame:
    return load_market(jurisdiction="CHN")


def test_share_is_the_quotient_with_its_interval() -> None:
    rows = market(("nev_sales", "2025", 50, 1), ("auto_sales", "2025", 100, 2))
    row = cars.share_of(rows, "nev_sales", "auto_sales").iloc[0]
    assert row["share"] == 0.5
    assert row["share_low"] == pytest.approx(49 / 102)
    assert row["share_high"] == pytest.approx(51 / 98)
    assert row["source_ids"] == "s-nev_sales;s-auto_sales"
    assert row["date"] == pd.Timestamp("2025-01-01")


def test_the_published_share_stands_in_where_a_count_is_missing() -> None:
    rows = market(
        ("nev_sales", "2022", 50, 1),
        ("nev_share_of_sales", "2022", 0.256, 0.0005),
        ("nev_sales", "2023", 50, 1),
        ("auto_sales", "2023", 100, 1),
        ("nev_share_of_sales", "2023", 0.9, 0.0005),
    )
    found = cars.yearly_shares(rows, 2020, 2025)
    assert found[["year", "share"]].to_numpy().tolist() == [[2022, 0.256], [2023, 0.5]]
    assert found["source_ids"].iloc[0] == "s-nev_share_of_sales"
    assert cars.yearly_shares(rows, 2023, 2025)["year"].tolist() == [2023]


def test_every_published_share_of_the_tables_agrees_with_the_computed_one(
    china: pd.DataFrame,
) -> None:
    computed = cars.share_of(china, "nev_sales", "auto_sales").set_index("period")
    printed = china[(china["series"] == "nev_share_of_sales") & (china["quality"] == "ok")]
    both = printed[printed["period"].isin(computed.index)]
    assert len(both) >= 8
    for row in both.to_dict("records"):
        share = computed.loc[row["period"]]
        assert share["share_low"] <= row["high"], row
        assert share["share_high"] >= row["low"], row


@given(
    nev=st.integers(1_000, 20_000_000),
    extra=st.integers(0, 20_000_000),
    unit=st.sampled_from([1, 100, 1_000]),
)
def test_the_interval_holds_the_share_of_any_counts_that_round_to_the_published(
    nev: int, extra: int, unit: int
) -> None:
    counts = nev, nev + extra
    rounded = [round(count / unit) * unit for count in counts]
    rows = market(("nev", "2025", rounded[0], unit / 2), ("all", "2025", rounded[1], unit / 2))
    row = cars.share_of(rows, "nev", "all").iloc[0]
    assert row["share_low"] - 1e-12 <= counts[0] / counts[1] <= row["share_high"] + 1e-12


def test_growth_compares_with_the_same_month_of_the_year_before() -> None:
    rows = market(("nev_sales", "2024-09", 100, 1), ("nev_sales", "2025-09", 125, 1),
                  ("nev_sales", "2025-10", 130, 1))  # fmt: skip
    grown = cars.growth_over_year(rows, "nev_sales")
    assert grown["period"].tolist() == ["2025-09"]
    row = grown.iloc[0]
    assert (row["base_period"], row["growth"]) == ("2024-09", 0.25)
    assert row["growth_low"] == pytest.approx(124 / 101 - 1)
    assert row["growth_high"] == pytest.approx(126 / 99 - 1)


def test_growth_says_where_it_rests_on_our_arithmetic(china: pd.DataFrame) -> None:
    grown = cars.growth_over_year(china, "nev_sales").set_index("period")
    assert grown.loc["2019", "derived"]  # 2018 is computed from the growth of 2019
    assert not grown.loc["2025", "derived"]


def test_growth_of_an_unknown_series_names_the_series_there_are() -> None:
    with pytest.raises(ParameterError, match="series must be one of"):
        cars.growth_over_year(load_market("nev_sales", "CHN"), "nev_sale")


def test_zero_absent_and_rejected_figures_give_no_share_and_no_growth() -> None:
    rows = market(
        ("nev_sales", "2024", 0, 0), ("nev_sales", "2025", 50, 1), ("auto_sales", "2025", 0, 0)
    )
    assert cars.share_of(rows, "nev_sales", "auto_sales").empty
    assert cars.growth_over_year(rows, "nev_sales").empty
    assert cars.same_months(cars.registrations(rows)).empty
    assert cars.makers(rows) == {}
    assert cars.makers(rows[:0]) == {}
    rows = market(("nev_sales", "2025", 50, 1), ("auto_sales", "2025", 100, 1))
    rows.loc[rows["series"] == "auto_sales", "quality"] = "rejected"
    assert cars.share_of(rows, "nev_sales", "auto_sales").empty
    assert cars.figure(rows, "auto_sales", "2025") is None


def test_registrations_by_hand() -> None:
    rows = market(
        (BATTERY, "2025-01", 40, 1), (CARS, "2025-01", 100, 2),
        (BATTERY, "2025-02", 20, 1), (CARS, "2025-02", 100, 2),
        (BATTERY, "2026-01", 30, 1), (CARS, "2026-01", 60, 2),
        (BATTERY, "2026-02", 24, 1), (CARS, "2026-02", 40, 2),
        (BATTERY, "2026-03", 99, 1),
    )  # fmt: skip
    found = cars.registrations(rows)
    assert found["period"].tolist() == ["2025-01", "2025-02", "2026-01", "2026-02"]
    assert found["share"].iloc[-1] == 0.6
    assert found["share_low"].iloc[-1] == pytest.approx(23 / 42)
    row = cars.same_months(found).iloc[0]
    assert (row["period"], row["value"], row["before"], row["share"]) == ("2026-2M", 54, 0.3, 0.54)
    assert row["growth"] == pytest.approx(-0.1)  # 54 after 60
    assert row["growth_low"] == pytest.approx(52 / 62 - 1)
    assert row["before_high"] == pytest.approx(62 / 196)


@pytest.mark.parametrize("gone", ["2026-01", "2025-02"])
def test_months_with_a_hole_are_not_summed(gone: str) -> None:
    rows = market(*(
        (name, f"{year}-{month:02}", 10.0, 1.0)
        for name in (BATTERY, CARS) for year in (2025, 2026) for month in (1, 2)
    ))  # fmt: skip
    assert cars.same_months(cars.registrations(rows[rows["period"] != gone])).empty


def test_registrations_of_the_tables_are_unbroken(china: pd.DataFrame) -> None:
    periods = cars.registrations(china)["period"]
    wanted = pd.period_range("2018-01", periods.iloc[-1], freq="M").astype(str)
    assert periods.tolist() == wanted.tolist()
    assert len(periods) >= 102


def test_the_newest_months_as_the_makers_and_the_police_print_them(china: pd.DataFrame) -> None:
    # The makers: 7.446 million, up 7.3 percent; 2.355 million abroad, 1.2 times more; at home
    # 5.09 million, down 13.4 percent. The police: 5.195 million, after 5.622 million.
    made = cars.makers(china)
    assert made["period"] == "2026-6M"
    assert (made["sold"].value, made["sent"].value) == (7_446_000, 2_355_000)
    assert 5.085e6 <= made["home"].value <= 5.095e6
    assert [say.moved(made[f"{name}_growth"]) for name in ("sold", "sent", "home")] == [
        "up 7.3%", "up 122%", "down 13.4%",
    ]  # fmt: skip
    assert say.police(china, "2026-6M") == (
        " The police register counts 5.20 million new NEVs, down 7.6%."
    )
    assert say.police(china, "2026-7M") == ""


# -- what a buyer gets ---------------------------------------------------------------------------


def test_the_highest_sum_by_year_end() -> None:
    paid = highest_support(load_subsidies(), 2009, 2026).set_index("year")["amount_cny"]
    assert paid.index[0] == 2010  # nothing was found before
    assert paid[[2011, 2012]].isna().all()  # later years of the pilot were not seen
    # 60,000 less 5 percent; 2018 from June; 18,000 less 30 percent; ended; bonus of 2024 doubled.
    asked = {2014: 57_000, 2018: 50_000, 2022: 12_600, 2023: 0, 2024: 20_000}
    assert paid[list(asked)].to_dict() == asked


def test_tax_periods_follow_each_other_without_a_gap() -> None:
    tax = tax_periods(load_purchase_tax(), 2009, 2026)
    ends = pd.to_datetime(tax["period_end"].iloc[:-1]) + pd.Timedelta(days=1)
    assert ends.tolist() == pd.to_datetime(tax["period_start"].iloc[1:]).tolist()
    assert tax["relief"].tolist() == [
        "the whole purchase tax waived",
        "the whole purchase tax waived, up to 30,000 yuan",
        "half the purchase tax waived, up to 15,000 yuan",
    ]
    assert tax_periods(load_purchase_tax(), 2009, 2013).empty


@pytest.mark.parametrize(
    ("start", "day", "said", "title"),
    [
        (2009, "2009-12-31", "had no relief from purchase tax.",
         "No buyer is paid for an electric car"),
        (2009, "2016-12-31", "had the whole purchase tax waived, and got up to 55,000 yuan.",
         "The highest subsidy: 60,000 yuan, later 55,000 yuan"),
        (2009, "2023-12-31", "tax waived; the subsidy for every buyer ended in 2022.",
         "The highest subsidy: 60,000 yuan, later 12,600 yuan"),
        (2025, "2026-09-07", "up to 15,000 yuan, and got up to 20,000 yuan for scrapping an old"
         " car.", "Scrapping an old car brings up to 20,000 yuan"),
        (2009, "2026-09-07", "for scrapping an old car; the subsidy for every buyer ended in 2022.",
         "The subsidy ended in 2022; a scrapping bonus remains"),
    ],
)  # fmt: skip
def test_what_a_buyer_gets_in_words(start: int, day: str, said: str, title: str) -> None:
    on = dt.date.fromisoformat(day)
    paid = highest_support(load_subsidies(), start, on.year)
    assert say.buyer(tax_relief_on(load_purchase_tax(), on), paid, on).endswith(said)
    assert say.buyer_title(paid) == title


def test_rules_in_force_are_counted_in_words() -> None:
    found = pd.DataFrame({"status": ["yes", "yes", "unknown"], "until": ["", "2026-12-31", ""]})
    assert say.begun(found) == (
        "2 rules had begun and were not known to have ended, 1 of them without a set end; for 1"
        " more the sources leave it open"
    )
    assert say.begun(found[:1]) == "1 rule had begun and was not known to have ended"
    assert say.begun(found[:0]) == "0 rules had begun and were not known to have ended"


def test_central_asia_in_three_sentences() -> None:
    # Kazakhstan, 2015: 3.9 of 100; 2024: 15.3; Uzbekistan: 39,798 of the 40,345 of nine months.
    near = ["KAZ", "UZB"]
    bought = load_composition("CHN", near, reporter=near).query("hs_chapter == '87'")
    rules = pd.DataFrame({"measure_id": ["bev-export-licence"], "since": ["2026-01-01"]})
    told = say.central_asia(near, bought, load_market(jurisdiction=near), rules)
    assert "were 15.3% of what Kazakhstan bought from China in 2024" in told
    assert "3.9% in 2015" in told
    assert "71.2% of all its imported cars (98.6% from China in January–September 2025)" in told
    assert "licensed exports of battery cars since 1 January 2026" in told
    assert told.endswith("Kazakhstan has no duty-free quota for them in 2026, after one of 15,000.")
    assert told.count(". ") == 2
    assert say.central_asia(["TKM"], bought[:0], load_market(jurisdiction=[]), rules[:0]) == ""


def test_the_footnote_on_weekdays_names_who_reports_what() -> None:
    text = say.weekdays(load_policy_events(), load_sources())
    assert "Wednesday 14 January 2026 (Tuesday)" in text
    assert "Daily Mail" in text
    assert say.weekdays(load_policy_events(2009, 2020), load_sources()) == ""
