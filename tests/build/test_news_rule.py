"""The rule for news, clause by clause: a change that may be printed, and what keeps it out."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from catrade_build.columns import columns_of
from catrade_build.news import base_words, why_not
from catrade_build.things import beside_its_past, with_growth

#: Sales of September that became known on 10 October; told after 9 September.
SALES = {
    "table": "market_series", "id": "sales", "reporter": "CHN", "partner": "", "flow": "",
    "period": "2026-09", "kind": "new", "when": "2026-10-10", "quality": "ok", "unit": "vehicles",
    "now": "", "measure": "", "event": "", "growth": -0.12, "surprise": np.nan,
    "has_tonnes": False, "tonnes_growth": np.nan,
}  # fmt: skip
RULE = SALES | {
    "table": "policy_events", "id": "e", "event": "e", "measure": "m", "kind": "decided",
    "now": "in_force", "period": "2026-09-28", "when": "2026-09-28", "unit": "",
}  # fmt: skip
SINCE = dt.date(2026, 9, 9)


def why(*changes: dict) -> list[str]:
    return why_not(pd.DataFrame([*changes]), SINCE).tolist()


def test_what_may_be_printed_is():
    assert why(SALES, RULE) == ["", ""]


#: What makes a change no news, and the clause that says so.
PLANTED = [
    (SALES, {"quality": "doubtful"}, "doubtful"),
    (RULE, {"quality": "doubtful"}, "doubtful"),
    (RULE, {"when": "2026-08"}, "its day is not known"),
    (SALES, {"when": ""}, "its day is not known"),
    (RULE, {"now": "draft"}, "decides nothing"),
    (SALES, {"kind": "added"}, "older than its release comes"),
    (SALES, {"kind": "worked out"}, "not printed by its publisher"),
    (SALES, {"kind": "other source"}, "not printed by its publisher"),
    (SALES, {"kind": "revised"}, "no larger than usual"),
    (SALES, {"kind": "revised", "surprise": 0.9}, "no larger than usual"),
    (SALES, {"unit": "USD", "has_tonnes": True}, "money without its tonnes"),
]


@pytest.mark.parametrize(("like", "planted", "clause"), PLANTED)
def test_each_clause_keeps_its_case_out(like, planted, clause):
    assert why(like | planted) == [clause]


def test_of_a_month_its_last_day_counts():
    # Of September some days are before the 9th: pages of two periods tell it once.
    assert why(RULE | {"when": "2026-09"}) == [""]
    later = pd.DataFrame([RULE | {"when": "2026-09"}])
    assert why_not(later, dt.date(2026, 9, 30)).tolist() == ["its day is not known"]


def test_what_begins_in_the_unknown_day_of_its_decision_is_told_with_it():
    # The plan for heavy trucks is of June 2026, by policy_events.csv, and of no day.
    begun = RULE | {"table": "in_force", "kind": "begun", "when": "2026-06"}
    known = pd.DataFrame([begun | {"event": "2026-heavy-truck-plan"}])
    assert why_not(known, dt.date(2026, 6, 15)).tolist() == ["told as decided"]


def test_a_large_revision_and_money_with_its_tonnes_are_told():
    assert why(SALES | {"kind": "revised", "surprise": 1.1}) == [""]
    with_tonnes = {"unit": "USD", "has_tonnes": True, "tonnes_growth": -0.125}
    assert why(SALES | with_tonnes) == [""]


def test_a_rule_decided_and_begun_is_one_thing():
    begun = RULE | {"table": "in_force", "id": "m", "kind": "begun", "now": "in force"}
    assert why(RULE, begun) == ["", "told as decided"]
    # Decided before, it has begun now; and of two decisions the newer stands.
    assert why(begun) == [""]
    amended = RULE | {"id": "e2", "event": "e2", "period": "2026-09-30"}
    assert why(RULE, amended) == ["told as decided", ""]


def test_of_a_series_the_month_is_told_and_not_the_sum_or_its_flows():
    to_date = SALES | {"period": "2026-9M"}
    assert why(to_date, SALES) == ["told by another of its series", ""]
    trade = SALES | {
        "table": "trade",
        "id": "",
        "partner": "KAZ",
        "unit": "USD billion",
    }
    both = why(trade | {"flow": "export"}, trade | {"flow": "total"})
    assert both == ["told by another of its series", ""]


def test_of_two_months_that_come_together_their_sum_is_told():
    # Customs print January with February's trade: the spring festival moves between the two.
    trade = SALES | {
        "table": "trade",
        "id": "",
        "partner": "KAZ",
        "unit": "USD billion",
    }
    february, both = (trade | {"period": period} for period in ("2026-02", "2026-2M"))
    assert why(february, both) == ["told by another of its series", ""]
    march, to_march = (trade | {"period": period} for period in ("2026-03", "2026-Q1"))
    assert why(march, to_march) == ["", "told by another of its series"]


def test_what_is_doubtful_does_not_hide_what_is_sure():
    doubtful = SALES | {"period": "2026-10", "quality": "doubtful"}
    assert why(doubtful, SALES) == ["doubtful", ""]


def test_a_base_that_is_a_boom_is_said():
    # 24, 329 and 250 millions: the fall of a quarter is from a rise of thirteen times.
    assert base_words(250 / 329 - 1, 329 / 24 - 1).startswith(
        "from a base that had itself risen"
    )
    assert base_words(0.2, 0.6) == ""
    assert base_words(float("nan"), 0.6) == ""


def figures(values: list[float], first: int, part: str = "-07") -> pd.DataFrame:
    """A series of the same month of several years."""
    rows = pd.DataFrame({"value": values, "low": values, "high": values})
    rows["period"] = [f"{year}{part}" for year in range(first, first + len(values))]
    rows["table"], rows["quality"], rows["basis"] = "market_series", "ok", "published"
    rows["unit"], rows["what"] = "vehicles", "sales"
    rows["id"], rows["reporter"], rows["partner"], rows["flow"] = "sales", "CHN", "", ""
    return rows.reindex(columns=columns_of("things"))


def test_growth_is_unusual_beside_the_same_month_of_earlier_years():
    # Growth by 10, 20, 10, 20, 10 and then 50 per cent: the middle is ln 1.1, the furthest from it
    # ln 1.2 - ln 1.1 = 0.0870, and ln 1.5 - ln 1.1 = 0.3102 is 3.56 times as far.
    rates = [1.1, 1.2, 1.1, 1.2, 1.1, 1.5]
    grown = with_growth(figures([*np.cumprod([100.0, *rates])], 2020))
    beside = beside_its_past(grown)
    assert beside["unusual"].iloc[-1] == pytest.approx(0.3102 / 0.0870, rel=1e-3)
    assert beside["past"].iloc[-1] == 5
    # A level that is a record year by year is none, nor is growth beside four years.
    assert beside["unusual"].iloc[:-1].isna().all()


def test_years_are_compared_in_their_order_wherever_they_stand():
    # As above, the newest year first.
    rates = [1.1, 1.2, 1.1, 1.2, 1.1, 1.5]
    rows = figures([*np.cumprod([100.0, *rates])], 2020)[::-1].reset_index(drop=True)
    newest = beside_its_past(with_growth(rows)).iloc[0]
    assert newest["unusual"] == pytest.approx(0.3102 / 0.0870, rel=1e-3)
    assert newest["past"] == 5
