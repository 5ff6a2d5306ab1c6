"""Sentences of the policy report."""

from __future__ import annotations

import pandas as pd
import pytest

from catrade.load.nev import load_market, load_policy_events, load_purchase_tax
from catrade.load.trade import load_sources
from catrade.nev_policy import policy
from catrade.nev_policy.market import growth_of, nev_share, registrations, same_months
from catrade.nev_policy.say import market as cars
from catrade.nev_policy.say import policy as findings
from catrade.nev_policy.say import tables


@pytest.fixture(scope="module")
def events() -> pd.DataFrame:
    return policy.numbered(load_policy_events())


@pytest.fixture(scope="module")
def china() -> pd.DataFrame:
    return load_market(jurisdiction="CHN")


def answer(events: pd.DataFrame, china: pd.DataFrame, day: str, start: int, end: int) -> str:
    relief = policy.tax_relief_on(load_purchase_tax(), day)
    found = policy.policies_in_force(events, day)
    return findings.answer(
        events, found, relief, china, nev_share(china), day=day, start=start, end=end
    )


def test_answer_tells_events_measures_tax_and_share(
    events: pd.DataFrame, china: pd.DataFrame
) -> None:
    text = answer(events, china, "2026-07-02", 2009, 2026)
    assert f"{len(events)} events in {events['measure_id'].nunique()} measures" in text
    assert "On 2 July 2026 " in text
    assert "had half the purchase tax waived, up to 15,000 yuan" in text
    assert "NEVs were 47.9% of vehicle sales (wholesale, exports included) in 2025. In Jan" in text
    # The makers print 7.3, 122.2 (1.2 times more) and 13.4 percent, and 49.6 percent of sales.
    assert text.endswith(
        "In January–June 2026 NEV sales were 7.45 million, up 7.3% on a year before and 49.6% of"
        " vehicle sales; exports 2.36 million, up 122%; sales at home (the difference)"
        " 5.09 million, down 13.4%."
    )


def test_the_running_year_is_said_only_where_it_is_shown_and_held(china: pd.DataFrame) -> None:
    shares = nev_share(china)
    assert cars.running_year(china, shares, 2025) == ""
    assert cars.running_year(china[:0], shares[:0], 2026) == ""
    bare = china[china["series"] == "nev_sales"]
    text = cars.running_year(bare, shares[:0], 2026)
    assert text == "In January–June 2026 NEV sales were 7.45 million, up 7.3%."


def test_battery_cars_of_the_newest_months(china: pd.DataFrame) -> None:
    rows = same_months(registrations(china))
    text = cars.registered(rows, china)
    # 348 + 278 + 568 + 579 + 637 + 685 thousand, after 442.3 + 427 + 646 + 559 + 589 + 660; the
    # ministry: 5.195 after 5.622 million.
    assert text == (
        "In January–June 2026 3.10 million battery cars were registered, down 7% on a year before;"
        " they were 36% of all passenger cars registered, after 31%. The police register counts"
        " 5.20 million new NEVs of all kinds, down 7.6%."
    )
    assert "police" not in cars.registered(rows, china[china["series"] != "nev_registrations"])
    assert "no unbroken months" in cars.registered(pd.DataFrame(), china)


def test_answer_without_the_tax_says_nothing_of_it(
    events: pd.DataFrame, china: pd.DataFrame
) -> None:
    there = events[events["jurisdiction"] == "UZB"]
    text = answer(there, china, "2026-07-02", 2009, 2026)
    assert "tax waived" not in text
    assert "vehicle sales" not in text


def test_answer_to_an_empty_selection(events: pd.DataFrame, china: pd.DataFrame) -> None:
    text = answer(events[:0], china, "2012-12-31", 2009, 2012)
    assert text == "The tables hold no policy event for this selection from 2009 to 2012."


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2012-01-01", "paid the purchase tax in full."),
        ("2022-06-01", "had the whole purchase tax waived (rule of 1 January 2021"),
        ("2024-06-01", "had the whole purchase tax waived, up to 30,000 yuan"),
        ("2026-03-01", "had half the purchase tax waived, up to 15,000 yuan"),
        ("2028-01-01", "by a rule that was not found"),
    ],
)
def test_relief_in_words(day: str, said: str) -> None:
    assert said in findings.relief_on(policy.tax_relief_on(load_purchase_tax(), day), day)


def test_in_force_names_what_is_not_settled_and_what_comes_next(events: pd.DataFrame) -> None:
    found = policy.policies_in_force(events, "2026-01-31")
    text = findings.in_force_on(found, "2026-01-31")
    assert text.startswith("On 31 January 2026 ")
    assert " measures had begun and were not known to have ended (" in text
    assert (
        "Whether the rule on NEVs in government fleets still applied is unclear from the sources."
        in text
    )
    assert "The next change already decided was that of 1 April 2026" in text


def test_sales_with_growth(china: pd.DataFrame) -> None:
    grown = growth_of(china, ["nev_sales", "nev_exports"])
    text = cars.sales(china, grown, 2009, 2026)
    assert text.startswith("NEV sales were 16.49 million in 2025, up 28.2%")
    assert cars.sales(china, grown, 2019, 2019) == ("NEV sales were 1.21 million in 2019, down 4%.")
    assert "no yearly figure" in cars.sales(china[:0], grown[:0], 2009, 2010)


def test_shares_are_compared(china: pd.DataFrame) -> None:
    shares = nev_share(china)
    assert "agrees with the published one within rounding" in cars.share_check(shares, 2009, 2026)
    shares.loc[shares["period"] == "2025", "agrees"] = False
    assert cars.share_check(shares, 2025, 2025).endswith("it does not for 2025.")
    assert "No period has both" in cars.share_check(shares, 2009, 2010)


def test_meetings_name_who_reports_what(events: pd.DataFrame) -> None:
    text = findings.january_meetings(policy.weekday_conflicts(events), load_sources())
    assert "Wednesday 14 January 2026 (it says Tuesday)" in text
    assert "Daily Mail" in text
    assert text.endswith("All weekdays reported are one day early.")


def test_central_asia_says_what_is_missing(events: pd.DataFrame) -> None:
    near = load_market(jurisdiction=["KAZ", "UZB"])
    text = findings.central_asia(events, near)
    assert "Kazakhstan 16,108 in 2025" in text
    assert "no import figure was found" in findings.central_asia(events, near[:0])


def test_weak_sources_are_counted(events: pd.DataFrame) -> None:
    weak = events[events["quality"] != "ok"]
    assert f"{len(weak)} rest on weak sources" in findings.doubtful(events)
    assert set(weak["event_id"]) <= set(tables.weak_rows(events)["event_id"])
    assert (tables.weak_rows(events)["why"] != "").all()


def test_stage_in_words_gives_the_dates_that_differ(events: pd.DataFrame) -> None:
    steps = tables.event_rows(events).set_index("event_id")["step"]
    assert steps["2017-dual-credit-rule"] == "announced, from 1 April 2018"
    assert steps["2025-pricing-law-draft"] == "draft, comments to 23 August 2025"
    assert steps["2009-demonstration-meeting"] == "meeting held"


def test_measures_in_force_are_counted_in_words() -> None:
    found = pd.DataFrame(
        {
            "measure_id": list("abcd"),
            "measure_title": ["Rule on boats", "EU duties", "Plan for carts", "Tax relief"],
            "theme": ["trade", "trade", "safety", "trade"],
            "status": ["yes", "yes", "unknown", "unknown"],
            "since": ["2020-01-01", "2021", "2026-06", "2019"],
            "until": ["", "2026-12-31", "", ""],
            "next_change": "",
        }
    )
    assert findings.in_force_on(found, "2026-06-10") == (
        "On 10 June 2026 2 measures had begun and were not known to have ended (1 without a set"
        " end): trade 2. Whether the tax relief still applied and whether the plan for carts had"
        " begun by then is unclear from the sources."
    )
    assert findings.begun(found).endswith("; for 2 more the sources leave it open")


def test_a_column_that_says_nothing_is_left_out() -> None:
    rows = pd.DataFrame({"a": ["", ""], "b": ["", "x"]})
    assert tables.filled({"a": "A", "b": "B"}, rows) == {"b": "B"}


def test_history_in_words(events: pd.DataFrame) -> None:
    rows = tables.lasting(policy.measure_history(events)).set_index("measure_id")
    assert rows.loc["purchase-tax", "amended"] == "6 times, last 1 January 2026"
    title = rows.loc["eu-provisional-duties", "measure_title"]
    assert title.endswith("(replaced by: EU countervailing duties on battery cars)")
    assert "nev-joint-conference" not in rows.index  # a meeting has no dates to tell apart
