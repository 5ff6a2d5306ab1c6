"""Shares, growth and what a buyer gets: by hand, and as published; and the words for them."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from catrade.pages import nev_policy as page
from catrade_build.calc import market as cars
from catrade_build.calc import relief
from catrade_build.calc.relief import highest_support, tax_periods, tax_relief_on
from catrade_build.tables.policy import load_market
from catrade_build.tables.trade import read_table
from rounding.dates import parse_period


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
        sources="s-" + frame["series"],
    )


BATTERY, CARS = "bev_passenger_registrations", "passenger_car_registrations"


@pytest.fixture(scope="module")
def china() -> pd.DataFrame:
    return load_market(jurisdiction="CHN")


def test_a_printed_share_has_that_of_the_year_before():
    rows = market(
        ("penetration", "2024-06", 0.4, 0.0005),
        ("penetration", "2025-05", 0.5, 0.0005),
        ("penetration", "2025-06", 0.6, 0.0005),
        ("penetration", "2025-6M", 0.7, 0.0005),
    )
    share = cars.printed_share(rows, "penetration").iloc[-1]
    assert (share["period"], share["share"], share["before"]) == ("2025-06", 0.6, 0.4)
    assert share[["share_low", "share_high"]].tolist() == pytest.approx(
        [0.5995, 0.6005]
    )
    assert cars.printed_share(rows, "penetration", "annual").empty
    # The base is left out where it is in doubt, and used where doubtful ones are asked for.
    rows.loc[0, "quality"] = "doubtful"
    both = cars.printed_share(rows, "penetration", quality=("ok", "doubtful"))
    assert both["before"].iloc[-1] == 0.4
    assert cars.printed_share(rows, "penetration")["before"].isna().all()


def test_of_a_period_the_sound_row_is_used_then_the_finest():
    rows = market(
        ("a", "2025", 101, 5), ("a", "2025", 100, 0.5), ("a", "2025", 102, 0.05)
    )
    rows = rows.assign(quality=["ok", "ok", "doubtful"])
    assert cars.one_row_a_period(rows, "a")["value"].tolist() == [100]


def test_the_season_is_taken_out_and_a_fall_is_left():
    # Log odds that rise by a hundredth a month; each January is 1 below, one of them 1.5.
    days = pd.date_range("2021-01-01", "2025-12-01", freq="MS")
    odds = pd.Series(range(len(days))) / 100 - 1.0
    lows = odds.mask(days.month == 1, odds - 1.0)
    lows = lows.mask(days == "2025-01-01", lows - 0.5)
    shares = pd.DataFrame({"date": days, "share": 1 / (1 + np.exp(-lows))})
    adjusted = cars.without_season(shares).set_index("date")["adjusted"]
    left = np.log(adjusted / (1 - adjusted)).diff()
    # A usual January goes on as the months before it, that of 2025 falls by its own half.
    assert left["2023-01-01"] == pytest.approx(0.01, abs=0.005)
    assert left["2025-01-01"] == pytest.approx(0.01 - 0.5, abs=0.005)
    short = cars.without_season(shares[:24])
    assert short["adjusted"].isna().all()


def test_the_newest_sum_is_of_the_running_year_where_it_has_begun():
    rows = market(
        ("sold", "2024", 100, 1),
        ("sold", "2024-6M", 40, 1),
        ("sold", "2025-2M", 12, 1),
        ("sold", "2025-6M", 50, 1),
    )
    newest = cars.newest_sum(rows, "sold")
    assert (newest.period, newest.growth.value) == ("2025-6M", 0.25)
    of_year = cars.newest_sum(rows[rows["year"] == 2024], "sold")
    assert (of_year.period, bool(of_year.growth)) == ("2024", False)
    assert not cars.newest_sum(rows, "nothing")
    assert not cars.beside_year_before(
        rows, "sold", cars.newest_sum(rows, "nothing").period
    )[0]


def test_zero_absent_and_rejected_figures_give_no_share_and_no_growth():
    sold = [("nev_sales", "2024", 0, 0), ("nev_sales", "2025", 50, 1)]
    rows = market(*sold, ("auto_sales", "2025", 0, 0))
    assert cars.share_of_series(rows, "nev_sales", "auto_sales").empty
    assert not cars.makers(rows).sold_growth
    assert not cars.makers(rows[:0])
    assert cars.home_and_abroad(cars.makers(rows)).empty
    rows = market(*sold, ("auto_sales", "2025", 100, 1))
    rows["quality"] = ["ok", "ok", "rejected"]
    assert cars.share_of_series(rows, "nev_sales", "auto_sales").empty


MONTHS = [
    (BATTERY, "2025-01", 40, 1),
    (BATTERY, "2025-02", 20, 1),
    (BATTERY, "2026-01", 30, 1),
    (BATTERY, "2026-02", 24, 1),
    (CARS, "2025-01", 100, 2),
    (CARS, "2025-02", 100, 2),
    (CARS, "2026-01", 60, 2),
    (CARS, "2026-02", 40, 2),
]


def test_registrations_by_hand():
    shares = cars.registrations(market(*MONTHS, (BATTERY, "2026-03", 99, 1)))
    assert shares["period"].tolist() == ["2025-01", "2025-02", "2026-01", "2026-02"]
    assert shares["share_low"].iloc[-1] == pytest.approx(23 / 42)
    half = cars.same_months(shares)
    assert (half["period"], half["sources"]) == ("2026-2M", f"s-{BATTERY};s-{CARS}")
    assert (half["before"].value, half["share"].value) == (0.3, 0.54)
    assert half["growth"].low == pytest.approx(52 / 62 - 1)  # 54 after 60
    assert half["all_growth"].value == pytest.approx(-0.5)  # 100 after 200
    assert half["before"].high == pytest.approx(62 / 196)


@pytest.mark.parametrize("gone", ["2026-01", "2025-02"])
def test_months_with_a_hole_are_not_summed(gone):
    rows = [row for row in MONTHS if row[1] != gone]
    assert not cars.same_months(cars.registrations(market(*rows)))


def test_home_and_abroad_as_the_makers_print_them(china):
    # 7.446 million, up 7.3 percent; 2.355 million abroad, 1.2 times more; at home 5.09 million,
    # down 13.4 percent.
    made = cars.makers(china)
    assert f"{made.sold:count}, {made.sold_growth:up}" == "7.45 million, up 7.3%"
    drawn = cars.home_and_abroad(made).set_index("year")
    assert drawn["million"].tolist() == pytest.approx(
        [5.88, 5.09, 1.06, 2.355], abs=0.005
    )
    assert drawn["sources"].unique().tolist() == [made.sources]
    assert list(drawn["said"].items()) == [
        (2025, "5.88 million"),
        (2026, "5.09 million (−13.4%)"),
        (2025, "1.06 million"),
        (2026, "2.36 million (+122%)"),
    ]


def test_makers_by_hand_name_the_sources_of_both_years():
    rows = market(
        ("nev_sales", "2024", 100, 5),
        ("nev_exports", "2024", 20, 0.5),
        ("nev_sales", "2025", 150, 5),
        ("nev_exports", "2025", 50, 0.5),
        ("nev_sales", "2023", 70, 5),
        ("nev_registrations", "2025", 90, 5),
    ).assign(sources=["a", "b", "c", "d", "of-2023", "of-the-police"])
    made = cars.makers(rows)
    # At home 150 less 50, at least 145 less 50.5; a year before 100 less 20, at most 105 less 19.5.
    assert (made.home.value, made.home_before.value) == (100, 80)
    assert (made.sold_growth.value, made.sent_growth.value) == (0.5, 1.5)
    assert made.home_growth.low == pytest.approx(94.5 / 85.5 - 1)
    assert made.sources == "a;b;c;d"


# -- what a buyer gets ---------------------------------------------------------------------------


def test_the_highest_sum_by_year_end():
    highest = highest_support(2009, 2026).set_index("year")
    assert list(highest.index) == [*range(2010, 2027)]  # nothing was found before
    assert highest.loc[[2014, 2018], "basis"].tolist() == ["computed", "published"]
    paid = highest["amount_cny"]
    assert paid[[2011, 2012]].isna().all()  # later years of the pilot were not seen
    # 60,000 less 5 percent; 2018 from June; 18,000 less 30 percent; ended; bonus of 2024 doubled.
    asked = {2014: 57_000, 2018: 50_000, 2022: 12_600, 2023: 0, 2024: 20_000}
    assert paid[list(asked)].to_dict() == asked
    # Beside the bonus for scrapping a car stands that for trading it in, which pays less.
    lesser = highest["lesser"]
    assert lesser[2026] == "8% of the price, at most 15,000 yuan"
    assert lesser[lesser != ""].index.tolist() == [2025, 2026]


def test_tax_periods_follow_each_other_without_a_gap():
    tax = tax_periods(2009, 2026)
    ends = pd.to_datetime(tax["period_end"].iloc[:-1]) + pd.Timedelta(days=1)
    assert ends.tolist() == pd.to_datetime(tax["period_start"].iloc[1:]).tolist()
    assert tax["relief"].tolist() == [
        "the whole purchase tax waived",
        "the whole purchase tax waived, up to 30,000 yuan",
        "half the purchase tax waived, up to 15,000 yuan",
    ]
    first = ["justauto-201407", "steelorbis-20220927", "infosur-20200424"]  # each once
    assert tax["sources"].iloc[0].split(";") == first
    assert tax_periods(2009, 2013).empty
    # what began before the first year and ends in it is of that year
    assert tax_periods(2025, 2025)["period_start"].tolist() == ["2024-01-01"]


def test_a_rule_that_ends_in_a_year_holds_until_its_last_day(monkeypatch):
    """Of 2027, no day of it: the last it may be. As text "2027" is before its own first day."""
    tax = read_table("purchase_tax_schedule")
    year_alone = tax.replace({"period_end": {"2027-12-31": "2027"}})
    monkeypatch.setattr(relief, "read_table", lambda _: year_alone)
    half = "half the purchase tax waived, up to 15,000 yuan"
    assert tax_relief_on("2027-12-31") == half
    assert tax_relief_on("2028-01-01") == (
        "relief from purchase tax by a rule that was not found"
    )


def test_a_sum_that_is_rejected_is_paid_to_nobody(monkeypatch):
    paid = read_table("subsidy_schedule")
    wrong = paid[paid["amount_cny"] == paid["amount_cny"].max()]
    wrong = wrong.assign(amount_cny=1e6, quality="rejected")
    every = pd.concat([paid, wrong], ignore_index=True)
    most = highest_support(2010, 2020)["amount_cny"].max()
    monkeypatch.setattr(relief, "read_table", lambda _: every)
    assert highest_support(2010, 2020)["amount_cny"].max() == most == 60_000


#: First year, day, how the sentence ends, title.
BUYERS = """
2009 2009-12-31 | had no relief from purchase tax. | No buyer is paid for an electric car
2009 2012-12-31 | had no relief from purchase tax; the subsidy was up to 60,000 yuan a car in 2010,
 that of 2011–2012 is not held. | Up to 60,000 yuan a car
2009 2016-12-31 | the whole purchase tax waived and up to 55,000 yuan. | The highest subsidy:
 60,000 yuan, later 55,000 yuan
2009 2023-12-31 | tax waived; the subsidy for every buyer ended in 2022. | The highest subsidy:
 60,000 yuan, later 12,600 yuan
2025 2026-09-07 | had half the purchase tax waived and up to 20,000 yuan for an old car. |
 Scrapping an old car brings up to 20,000 yuan
2009 2026-09-30 | had half the purchase tax waived and up to 20,000 yuan for an old car. | The
 subsidy ended in 2022; a scrapping bonus remains
"""


@pytest.mark.parametrize("case", BUYERS.strip().replace("\n ", " ").splitlines())
def test_what_a_buyer_gets_in_words(case):
    asked, words, title = case.split(" | ")
    start, on = int(asked[:4]), dt.date.fromisoformat(asked[5:])
    paid = highest_support(start, on.year)
    assert page.buyer(tax_relief_on(on), paid, on).endswith(words)
    assert page.buyer_title(paid) == title


def test_rules_in_force_are_counted_in_words():
    rules = pd.DataFrame(
        {
            "status": ["yes", "yes", "yes", "unknown"],
            "until": ["", "2026-12-31", "", ""],
            "jurisdiction": ["CHN", "EU", "CHN", "UZB"],
        }
    )
    assert page.begun(rules) == (
        "3 rules were in force, 2 of them China’s; for 1 more the sources leave it open"
    )
    assert page.begun(rules[:1]) == "1 rule was in force"
    assert page.begun(rules[:0]) == "no rules were in force"
