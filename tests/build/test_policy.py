"""Policy and the market, by hand: growth, shares, spells, schemes, what comes next."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

import catrade as ct
from catrade import policy
from catrade_build import market as cars
from catrade_build.columns import columns_of, definitions
from catrade_build.edition import table
from catrade_build.market import without_season
from catrade_build.tables import as_of
from rounding.dates import parse_period
from rounding.errors import ParameterError

TABLES = ["market", "events", "spells", "support", "after"]


def made(monkeypatch, *rows):
    """The table of figures of our own: series, period, value, half the width of its interval."""
    frame = pd.DataFrame(rows, columns=["series", "period", "value", "half"])
    frame = frame.assign(
        jurisdiction="CHN",
        year=frame["period"].str[:4].astype(int),
        frequency=frame["period"].map(lambda text: parse_period(text).frequency),
        low=frame["value"] - frame["half"],
        high=frame["value"] + frame["half"],
        unit="vehicles",
        precision=2 * frame["half"],
        basis="published",
        quality="ok",
        quality_reason="",
        sources="of-" + frame["period"],
    )
    monkeypatch.setattr(cars, "load_market", lambda: frame)
    return cars.market().set_index(["series", "period"])


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_the_columns_that_are_defined_and_a_row_a_key(name):
    rows = table(name)
    assert list(rows.columns) == columns_of(name)
    assert not rows.duplicated(definitions()[name]["key"]).any()


@pytest.mark.parametrize("name", TABLES)
def test_a_table_of_a_day_before_most_is_made_all_the_same(name):
    with as_of.holding(pd.Timestamp("2010-01-01").date()):
        assert list(table(name).columns) == columns_of(name)


# -- the market ----------------------------------------------------------------------------------


def test_sales_at_home_are_sales_less_exports_of_one_period(monkeypatch):
    rows = made(
        monkeypatch,
        ("nev_sales", "2024", 100, 5),
        ("nev_exports", "2024", 20, 0.5),
        ("nev_sales", "2025", 150, 5),
        ("nev_exports", "2025", 50, 0.5),
        ("nev_exports", "2026-7M", 70, 0.5),
    )
    home = rows.loc["nev_sales_at_home"]
    assert home["value"].to_dict() == {"2024": 80, "2025": 100}
    # On the same period a year before: 150 less 50, at least 145 less 50.5; 100 less 20, at most
    # 105 less 19.5. Of January to July nothing is held a year before.
    year = home.loc["2025"]
    assert (year["base"], year["growth"]) == (80, 0.25)
    assert year["growth_low"] == pytest.approx(94.5 / 85.5 - 1)
    assert np.isnan(rows.loc[("nev_exports", "2026-7M"), "growth"])


def test_a_share_is_of_what_holds_it_and_of_nothing_zero(monkeypatch):
    battery, every = "bev_passenger_registrations", "passenger_car_registrations"
    rows = made(
        monkeypatch,
        (battery, "2026-01", 30, 1),
        (every, "2026-01", 60, 2),
        (battery, "2026-02", 24, 1),
        (every, "2026-02", 0, 0),
        (battery, "2026-03", 24, 1),
    )
    own = rows.loc[battery]
    assert own.loc["2026-01", ["whole", "share"]].tolist() == [every, 0.5]
    assert own.loc["2026-01", "share_low"] == pytest.approx(29 / 62)
    assert own.loc[["2026-02", "2026-03"], "share"].isna().all()


def test_the_season_is_taken_out_and_a_fall_is_left():
    # Log odds that rise by a hundredth a month; each January is 1 below, one of them 1.5.
    days = pd.date_range("2021-01-01", "2025-12-01", freq="MS")
    odds = pd.Series(range(len(days))) / 100 - 1.0
    lows = odds.mask(days.month == 1, odds - 1.0)
    lows = lows.mask(days == "2025-01-01", lows - 0.5)
    shares = pd.DataFrame({"date": days, "share": 1 / (1 + np.exp(-lows))})
    adjusted = without_season(shares).set_index("date")["adjusted"]
    left = np.log(adjusted / (1 - adjusted)).diff()
    # A usual January goes on as the months before it, that of 2025 falls by its own half.
    assert left["2023-01-01"] == pytest.approx(0.01, abs=0.005)
    assert left["2025-01-01"] == pytest.approx(0.01 - 0.5, abs=0.005)
    assert without_season(shares[:24])["adjusted"].isna().all()


def test_home_and_abroad_as_the_makers_print_them():
    # 7.446 million, up 7.3 per cent; 2.355 million abroad, 1.2 times more; at home 5.09 million,
    # down 13.4 per cent.
    names = ["nev_sales", "nev_exports", "nev_sales_at_home"]
    rows = ct.market(names, 2026, 2026, freq="ytd", full=True).query(
        "period == '2026-6M'"
    )
    rows = rows.set_index("series")
    assert rows.loc[names, "growth"].round(3).tolist() == [0.073, 1.222, -0.134]
    assert rows.loc["nev_sales_at_home", "value"] == 7_446_000 - 2_355_000


# -- what is in force ----------------------------------------------------------------------------


def test_a_rule_is_in_force_since_its_first_day_however_often_it_was_prolonged():
    """The fifth false sentence: a bar from January 2026, of a relief that began in 2014."""
    rules = ct.events("CHN", on="2026-06-01", full=True).set_index("measure")
    tax = rules.loc["purchase-tax"]
    days = [f"{tax[name]:%Y-%m-%d}" for name in ("since", "start", "until", "ends")]
    assert days == ["2014-09-01", "2026-01-01", "2027-12-31", "2027-12-31"]


def test_what_is_prolonged_already_ends_with_the_last_that_is_decided():
    rules = ct.events(on="2023-07-01", full=True).set_index("measure")
    tax = rules.loc["purchase-tax"]
    assert f"{tax['until']:%Y-%m-%d}" == "2023-12-31"
    assert f"{tax['ends']:%Y-%m-%d}" == "2027-12-31"
    changes = policy.next_changes("2023-07-01", jurisdiction="CHN")
    assert changes[["when", "change"]].to_numpy().tolist() == [
        ["2024-01-01", "changes"]
    ]


def test_a_step_that_was_decided_early_is_told_before_it_comes():
    """Announcement 10 of 21 June 2023: exempt until the end of 2025, half from 2026 on."""
    with as_of.holding(dt.date(2024, 3, 1)):
        changes = policy.next_changes("2024-03-01", jurisdiction="CHN")
    tax = changes[changes["title"] == "Purchase tax relief for NEVs"]
    assert tax[["when", "change"]].to_numpy().tolist() == [["2026-01-01", "changes"]]


def test_a_suspension_that_ends_is_told():
    """Announcement 70 of 7 November 2025 suspends the controls until 10 November 2026."""
    first = policy.next_changes("2026-09-30", jurisdiction="CHN").iloc[0]
    assert first["title"] == "Export control on batteries and anodes"
    assert (first["when"], first["change"]) == ("2026-11-10", "suspension ends")
    after = policy.next_changes("2026-11-10", jurisdiction="CHN")
    assert "suspension ends" not in set(after["change"])


def test_an_end_that_one_of_two_decisions_sets_for_sure_is_no_rumour():
    """Decision 111 of December 2025 rests on one small outlet, the heads of state's does not."""
    changes = policy.next_changes("2026-09-30", jurisdiction="EAEU")
    (end,) = changes[changes["title"].str.contains("quotas")].itertuples()
    assert (end.when, end.change, end.quality) == ("2026-12-31", "ends", "ok")
    rules = ct.events("EAEU", on="2026-09-30").set_index("measure")
    assert rules.loc["eaeu-ev-quotas", "quality"] == "doubtful"


def test_a_rule_says_of_which_year_its_newest_source_is():
    """Kazakhstan's fee of 2021 is told by pages of that year alone."""
    rules = ct.events(on="2026-09-30").set_index("measure")
    assert rules.loc["kaz-ev-recycling-fee", "source_year"] == "2021"
    assert rules.loc["kgz-ev-quota", "source_year"] == "2026"


def test_what_ends_of_a_cut_by_steps_is_what_it_has_left():
    changes = policy.next_changes("2026-09-30", jurisdiction="CHN")
    told = changes.set_index("title")["change"]
    assert (
        told["Stepwise cut of the battery export rebate"] == "6% export VAT rebate ends"
    )
    assert told["Door handle standard GB 48001-2026"] == "begins"
    endings = table("spells")["ending"]
    assert not endings.str.contains("cut|by 20").any()


def test_a_theme_does_not_cut_a_rule_s_history():
    """Of the relief from purchase tax one amendment stands under technology."""
    rules = ct.events(theme="technology", on="2026-06-01", full=True).set_index(
        "measure"
    )
    assert f"{rules.loc['purchase-tax', 'since']:%Y-%m-%d}" == "2014-09-01"
    assert ct.events("TKM", "trade", on="2009-01-01").empty
    with pytest.raises(ParameterError, match="did you mean 'safety'"):
        ct.events(theme="saftey", on="2026-06-01")


def test_a_page_looks_from_no_day_that_the_register_does_not_cover():
    newest = table("events")["date"].max()
    assert policy.newest_day() == newest.date()
    assert policy.newest_day(2020).isoformat() == "2020-12-31"
    with as_of.holding(pd.Timestamp("2026-01-18").date()):
        # A rule that begins in July was told of by then; the day is in January all the same.
        assert policy.newest_day().isoformat() == "2026-01-18"


def test_the_register_holds_every_event_in_words():
    events = table("events")
    words = events[["text", "stage_name", "theme_name", "place", "issued_by", "source"]]
    assert not words.eq("").any().any()
    told = events.set_index("event_id")["text"]
    assert "From 1 April 2018." in told["2017-dual-credit-rule"]
    assert "Comments to 23 August 2025." in told["2025-pricing-law-draft"]
    weak = events["quality"] != "ok"
    assert events.loc[weak, "text"].str.contains(" Reported, not confirmed: ").all()
    assert not events.loc[weak, "is_decision"].any()


def test_a_rule_is_only_announced_on_the_day_it_was_issued_if_it_begins_later():
    """No. 648 of 14 November 2025 applies from 1 January 2026."""
    events = table("events").set_index("event_id")
    rule = events.loc["2025-used-car-export-rule"]
    assert (rule["when"], rule["stage_name"]) == ("2025-11-14", "announced")
    assert rule["begins"] == pd.Timestamp("2026-01-01")


# -- what a buyer gets ---------------------------------------------------------------------------


def test_a_subsidy_and_a_bonus_are_two_series():
    """The sixth false sentence: a buyer got 60,000 yuan in 2010, and 20,000 in 2026."""
    paid = table("support").set_index(["scheme", "start_when"])["amount"]
    # 60,000 less 5 per cent; from June 2018; 18,000 less 30 per cent; ended; doubled in July 2024.
    asked = {
        ("purchase_subsidy", "2014-01-01"): 57_000,
        ("purchase_subsidy", "2018-06-12"): 50_000,
        ("purchase_subsidy", "2022-01-01"): 12_600,
        ("purchase_subsidy", "2023-01-01"): 0,
        ("scrappage_bonus", "2024-07-25"): 20_000,
        ("trade_in_bonus", "2026-01-01"): 15_000,
    }
    assert paid[list(asked)].to_dict() == asked
    terms = policy.support("2026-09-30").set_index("scheme")["terms"].to_dict()
    assert terms == {
        "purchase_tax": "half the purchase tax waived, up to 15,000 yuan",
        "scrappage_bonus": "12% of the price, at most 20,000 yuan",
        "trade_in_bonus": "8% of the price, at most 15,000 yuan",
    }
    assert policy.support("2023-06-01")["scheme"].tolist() == ["purchase_tax"]
    assert policy.support("2026-09-30", jurisdiction="KAZ").empty
