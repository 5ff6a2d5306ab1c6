"""What has become known between two days, by hand; and that it adds up."""

import datetime as dt
import itertools

import numpy as np
import pandas as pd
import pytest
from computed import displayed

import catrade as ct
from catrade.cells import memory
from catrade.face.news import KEY, as_clause, differences, state
from catrade.pages import whats_new
from catrade.tables import as_of

#: Before and after Kazakhstan revised, and 31 days after the first.
DAYS = ["2026-09-15", "2026-09-16", "2026-10-16"]
#: Years apart.
FAR = ["2022-06-01", "2024-09-15", "2025-03-31"]


@pytest.fixture(scope="module")
def steps() -> dict[tuple[str, str], pd.DataFrame]:
    """What has changed between each two of the days."""
    return {
        pair: ct.changes(*pair)
        for days in (DAYS, FAR)
        for pair in itertools.combinations(days, 2)
    }


def test_what_kazakhstan_revised_in_september(
    steps,
):
    changes = steps["2026-09-15", "2026-09-16"]
    exports = changes.query(
        "partner == 'WLD' and flow == 'export' and table == 'trade'"
    )
    months = exports[exports["period"].str.fullmatch(r"\d{4}-\d\d")].set_index("period")
    # Six months are in the bureau's log of 16 September, before and after.
    assert len(months) == 6
    assert set(months["kind"]) == {"revised"}
    april = months.loc["2026-04"]
    assert (april["before"], april["after"]) == (5.761887190, 6.008920310)
    assert april["change"] == pytest.approx(0.04287, abs=1e-5)
    assert april["told"] == "$6.01 billion, was $5.76 billion (+4.3%)"
    assert april["day"] == pd.Timestamp("2026-09-16")
    assert april["sources"] == "kaz-bns-revisions-2026"
    assert april["why"] == "a revision larger than nine in ten"


def test_nothing_is_told_that_was_known_before_or_became_known_later(
    steps,
):
    for (since, until), changes in steps.items():
        assert (changes["day"] > pd.Timestamp(since)).all()
        assert (changes["day"] <= pd.Timestamp(until)).all()


def test_the_notebook_is_of_the_days_that_it_is_asked_for(steps):
    answer = displayed("whats_new", since="2026-09-15", until="2026-09-16")[0]
    assert "known after 15 September 2026 and by 16 September 2026" in answer.html


def test_a_growing_day_loses_no_figure(steps):
    for changes in steps.values():
        assert "withdrawn" not in set(changes.query("table == 'trade'")["kind"])


def _then(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Put one list of changes after another: a thing in both was as before the first.

    What is as it was then is no change.
    """
    named = ["before", "before_low", "before_high", "after", "after_low", "after_high"]
    kept = [*named, "was", "now"]
    first = first.set_index([*KEY])[kept]
    second = second.set_index([*KEY])[kept]
    both = first.index.intersection(second.index)
    joined = pd.concat([first.drop(both), second.drop(both)])
    twice = first.loc[both].copy()
    for name in ("after", "after_low", "after_high", "now"):
        twice[name] = second.loc[both, name]
    figures = [
        f"{side}{end}" for side in ("before", "after") for end in ("", "_low", "_high")
    ]
    then = twice[figures[:3]].to_numpy(dtype=float)
    now = twice[figures[3:]].to_numpy(dtype=float)
    same = np.isclose(then, now, rtol=1e-9, atol=0, equal_nan=True).all(axis=1)
    same &= (twice["was"] == twice["now"]).to_numpy()
    return pd.concat([joined, twice[~same]]).sort_index()


@pytest.mark.parametrize(("first", "middle", "last"), [DAYS, FAR])
def test_two_spans_after_each_other_are_the_whole(steps, first, middle, last):
    whole = _then(steps[first, last], steps[first, last][:0])
    parts = _then(steps[first, middle], steps[middle, last])
    pd.testing.assert_frame_equal(parts, whole)


def test_by_default_it_is_the_month_before_the_day_that_holds(steps):
    with ct.as_of(DAYS[-1]):
        by_default = ct.changes()
    pd.testing.assert_frame_equal(by_default, steps[DAYS[0], DAYS[-1]])


def test_what_was_decided_and_what_began(steps):
    # The trade-in money of 30 September 2026 was handed out that day.
    policy = steps[DAYS[1], DAYS[-1]].query("table == 'policy_events'").set_index("id")
    decided = policy.loc["2026-trade-in-fourth-tranche"]
    assert decided["day"] == pd.Timestamp("2026-09-30")
    assert set(policy["kind"]) == {"decided"}


STATES = """
trade   | 5.0 | 4.95 | 5.05 |       | 6.0 | 5.95 | 6.05 |               | revised | 0.18
trade   | 5.0 | 4.95 | 5.05 |       | 5.04 | 5.035 | 5.045 |            | refined | 0.0
trade   |     |      |      |       | 6.0 | 5.95 | 6.05 |               | new     |
trade   | 5.0 | 4.95 | 5.05 |       |     |      |      |               | withdrawn |
claims  |     |      |      | holds |     |      |      | does not hold | verdict changed |
in_force |    |      |      | in force |  |      |      |               | ended   |
trade   | 5.0 | 4.95 | 5.05 |       | 5.0 | 4.95 | 5.05 |               |         |
"""


@pytest.mark.parametrize("case", STATES.strip().splitlines())
def test_kinds_by_hand(case):
    table, *cells, kind, beyond = [cell.strip() for cell in case.split("|")]

    def side(value: str, low: str, high: str, stated: str) -> pd.DataFrame:
        figures = [float(cell or "nan") for cell in (value, low, high)]
        row = dict.fromkeys([*KEY, "what", "unit", "sources"], "x") | {"table": table}
        row |= dict(zip(("value", "low", "high"), figures, strict=True))
        frame = pd.DataFrame([row | {"stated": stated, "day": pd.NaT}])
        return frame if value or stated else frame[:0]

    change = differences(side(*cells[:4]), side(*cells[4:]))
    assert change["kind"].tolist() == ([kind] if kind else [])
    if beyond:
        # 5.95 less 5.05 is 0.9, of 5.0.
        assert change["beyond"].item() == pytest.approx(float(beyond))


def test_words_bear_no_more_digits_than_the_figure():
    row = {"unit": "fraction", "was": "", "now": "", "before": float("nan")}
    row |= {"after": 0.671, "after_low": 0.6705, "after_high": 0.6715}
    assert as_clause(row) == "67.1%"
    assert as_clause(row | {"after": float("nan"), "now": "holds", "was": "open"}) == (
        "holds, was open"
    )
    # 3.486 less 3.557 is 2.0% of it, 3.1% or 0.9% at the ends: a reader has 3.49 and 3.6.
    revised = {"unit": "USD billion", "was": "", "now": ""}
    revised |= {"before": 3.557, "before_low": 3.517, "before_high": 3.596}
    revised |= {"after": 3.486, "after_low": 3.4855, "after_high": 3.4865}
    assert as_clause(revised) == "$3.49 billion, was $3.6 billion (−2%)"
    same = {"before": 9.54523, "before_low": 9.545225, "before_high": 9.545235}
    same |= {"after": 9.55186, "after_low": 9.551855, "after_high": 9.551865}
    assert as_clause(revised | same) == "$9.55 billion (+0.1%)"
    same |= {"after": 9.54524, "after_low": 9.545235, "after_high": 9.545245}
    assert as_clause(revised | same) == "$9.55 billion"


def test_the_front_page_has_what_surprises_about_china_then_decisions_then_others():
    rows = """
    CHN | new     | market_series | 67.1% | China: NEV share, September 2026 | 2.0 | 2026-10-10
    KAZ | new     | trade         | $9.8  | Kazakhstan: exports, June 2026   | 5.7 | 2026-09-16
    CHN | decided | policy_events |       | The last tranche                 |     | 2026-09-30
    CHN | decided | policy_events |       | A draft                          |     | 2026-09-29
    """
    columns = ["reporter", "kind", "table", "told", "what", "surprise", "day"]
    cells = [[c.strip() for c in line.split("|")] for line in rows.strip().splitlines()]
    changes = pd.DataFrame(cells, columns=columns).assign(partner="", why="a record")
    changes["surprise"] = pd.to_numeric(changes["surprise"])
    changes["day"] = pd.to_datetime(changes["day"])
    changes["id"] = ["share", "", "2026-trade-in-fourth-tranche", "2026-battery-draft"]
    changes["now"] = ["", "", "one_off", "draft"]
    news = whats_new.news(changes, whats_new.surprises(changes))
    assert news == [
        ("67.1%", "China: NEV share, September 2026, a record", "2026-10-10"),
        ("The last tranche", "decided in China", "2026-09-30"),
        ("$9.8", "Kazakhstan: exports, June 2026, a record", "2026-09-16"),
    ]
    lead = whats_new.answer(changes, news)
    assert lead.startswith("China: NEV share, September 2026, a record: 67.1%. Decided")


def test_what_decided_nothing_is_counted_apart_and_what_is_usual_surprises_nobody():
    rows = pd.DataFrame(
        {"table": "policy_events", "kind": "decided", "period": ""}, [0, 1, 2]
    )
    rows = rows.assign(
        now=["in_force", "draft", "held"], day=pd.Timestamp("2026-09-12")
    )
    rows = rows.assign(
        reporter="CHN", partner="", what="x", id="x", surprise=[0.58, 1.0, 1.95]
    )
    named = whats_new.named(rows)
    assert whats_new.counted(named) == "1 event decided, 1 draft and 1 meeting held"
    assert whats_new.surprises(named)["surprise"].tolist() == [1.95]


def test_a_rule_dated_to_a_month_is_told_as_decided_on_the_day_it_became_known():
    """Reported on 12 September 2026, in effect some day of that month."""
    row = {
        "id": "2026-icnev-plan-issued",
        "kind": "decided",
        "now": "in_force",
        "what": "x",
    }
    row |= {"reporter": "CHN", "day": pd.Timestamp("2026-09-12")}
    row["what"] = (
        "15th Five-Year development plan for the intelligent connected NEV industry"
    )
    assert whats_new._decided(pd.DataFrame([row])) == [
        ("Five-year plan for connected NEVs", "decided in China", "2026-09-12")
    ]


def test_a_state_has_one_row_a_thing_and_comes_back_from_the_cache():
    with as_of.holding(dt.date.fromisoformat(DAYS[-1])):
        frame = state()
        saved = memory._read(memory._written({("state", None): frame}))
    (again,) = saved.values()
    pd.testing.assert_frame_equal(again, frame)
    assert not frame.duplicated([*KEY]).any()
    assert set(frame["table"]) >= {"trade", "market_series", "policy_events", "claims"}
