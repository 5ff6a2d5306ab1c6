"""What has become known between two days, by hand; and that it adds up."""

import datetime as dt
import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import catrade as ct
from catrade_build.changes import as_clause, differences, other_release_of
from catrade_build.columns import columns_of
from catrade_build.edition import table
from catrade_build.tables import as_of
from catrade_build.things import KEY

ROOT = Path(__file__).parents[2]
#: Before and after Kazakhstan revised, and 31 days after the first.
DAYS = ["2026-09-15", "2026-09-16", "2026-10-16"]


@pytest.fixture(scope="module")
def steps() -> dict[tuple[str, str], pd.DataFrame]:
    """What has changed between each two of the days."""
    return {pair: ct.changes(*pair) for pair in itertools.combinations(DAYS, 2)}


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
    # What a reader works out of 6.01 and 5.76, to the digits that these bear.
    assert april["told"] == "$6.01 billion, was $5.76 billion (+4%)"
    assert april["day"] == pd.Timestamp("2026-09-16")
    assert april["sources"] == "kaz-bns-revisions-2026"
    assert april["why"] == "a revision larger than nine in ten"


def test_nothing_is_told_that_was_known_before_or_became_known_later(steps):
    """And of trade nothing is known no more."""
    for (since, until), changes in steps.items():
        assert (changes["day"] > pd.Timestamp(since)).all()
        assert (changes["day"] <= pd.Timestamp(until)).all()
        assert "withdrawn" not in set(changes.query("table == 'trade'")["kind"])


def test_the_other_side_of_a_trade_has_a_release_of_its_own():
    rows = [
        ("trade", "KAZ"),
        ("highlights", "UZB"),
        ("trade", "WLD"),
        ("claims", "KAZ"),
    ]
    changes = pd.DataFrame(rows, columns=["table", "partner"]).assign(
        reporter="CHN", id=""
    )
    others = other_release_of(changes).tolist()
    assert others == ["kaz-trade", "uzb-trade", "", ""]


def test_by_default_it_is_the_month_before_the_day_that_holds(steps):
    with ct.as_of(DAYS[-1]):
        by_default = ct.changes()
    by_default = by_default.drop(columns="known_on")
    pd.testing.assert_frame_equal(by_default, steps[DAYS[0], DAYS[-1]])


#: Before and after: value, low, high, stated, publisher, basis; what has happened, and by how much
#: beyond rounding: 5.95 less 5.05 is 0.9, of 5.0.
STATES = """
trade  | 5.0 4.95 5.05 - a published | 6.0 5.95 6.05 - a published   | revised | 0.18
trade  | 5.0 4.95 5.05 - a published | 5.04 5.03 5.05 - a published  | refined | 0.0
trade  | 5.0 4.95 5.05 - a published | 6.0 5.95 6.05 - b published   | other source | 0.18
trade  | 5.0 4.95 5.05 - a;b published | 6.0 5.95 6.05 - a;b published | other source |
trade  | 5.0 4.95 5.05 - a computed  | 6.0 5.95 6.05 - a published   | new |
trade  | 5.0 4.95 5.05 - a published | 6.0 5.95 6.05 - a computed    | worked out |
trade  |                             | 6.0 5.95 6.05 - a computed    | worked out |
trade  |                             | 6.0 5.95 6.05 - a published   | new |
trade  |                             | 6.0 5.95 6.05 - a published late | added |
trade  | 5.0 4.95 5.05 - a published |                               | withdrawn |
claims | nan nan nan holds a published | nan nan nan fails a published | verdict changed |
in_force | nan nan nan begun a published |                           | ended |
trade  | 5.0 4.95 5.05 - a published | 5.0 4.95 5.05 - a published   | |
"""


@pytest.mark.parametrize("case", STATES.strip().splitlines())
def test_kinds_by_hand(case):
    whence, before, after, kind, beyond = [cell.strip() for cell in case.split("|")]

    def side(cells: str) -> pd.DataFrame:
        row = dict.fromkeys(columns_of("things"), np.nan)
        texts = ["what", "short", "deed", "unit", "sources", "event", "measure", "when"]
        row |= dict.fromkeys([*KEY, *texts], "x")
        row |= {"table": whence, "quality": "ok", "day": pd.NaT}
        if not cells:
            return pd.DataFrame(columns=[*row])
        value, low, high, stated, publisher, basis, *late = cells.split()
        row |= {"value": float(value), "low": float(low), "high": float(high)}
        row |= {"stated": stated, "publisher": publisher, "basis": basis}
        return pd.DataFrame([row | {"is_late": bool(late)}])

    change = differences(side(before), side(after))
    assert change["kind"].tolist() == ([kind] if kind else [])
    if beyond:
        assert change["beyond"].item() == pytest.approx(float(beyond))


#: Billions of dollars before and after with their ends, and what is said: a rate is of the two
#: figures as they stand there. 3.486 on 3.557 is −2.0%, but a reader has 3.49 and 3.6, which leaves
#: 3.485/3.65 to 3.495/3.55 open. 1.115 on 1.105 is 0.9%; of 1.12 on 1.11 it may be 0 to 1.8%.
TOLD = """
3.557 3.517 3.596 | 3.486 3.4855 3.4865 | $3.49 billion, was $3.6 billion (between −4.5% and −1.5%)
1.105 1.105 1.105 | 1.115 1.115 1.115 | $1.12 billion, was $1.11 billion (+1%)
143.89 143.885 143.895 | 144.66 144.655 144.665 | $144.66 billion, was $143.89 billion (+0.5%)
9.54523 9.54523 9.54523 | 9.55186 9.55186 9.55186 | $9.55 billion, $6.6 million more than before
9.5452 9.5447 9.5457 | 9.5454 9.5449 9.5459 | $9.55 billion
"""


@pytest.mark.parametrize("case", TOLD.strip().splitlines())
def test_a_rate_is_of_the_figures_that_stand_beside_it(case):
    before, after, told = case.split(" | ")
    row = {"kind": "revised", "unit": "USD billion", "was": "", "now": ""}
    for name, numbers in (("before", before), ("after", after)):
        names = (name, f"{name}_low", f"{name}_high")
        row |= dict(zip(names, map(float, numbers.split()), strict=True))
    assert as_clause(row) == told


def test_the_day_of_each_cell_is_the_newest_of_its_own_sources():
    """All cells of trade that are known, the day worked out of the files alone."""
    data = ROOT / "data"
    texts = {"dtype": str, "keep_default_na": False}
    published = pd.read_csv(data / "sources.csv", **texts).set_index("source_id")
    releases = pd.read_csv(data / "release_days.csv", **texts)
    # Sums from January on are called by their months: 2026-H1 is 2026-6M, 2026-Q1 is 2026-3M.
    names = releases["period"].str.replace("H1", "6M").str.replace("Q1", "3M")
    released = dict(
        zip(
            zip(releases["source_id"], names, strict=True),
            releases["released"],
            strict=True,
        )
    )

    def last(text: str) -> pd.Timestamp:
        # Of a month or a year the last day.
        return pd.Period(text).end_time.normalize()

    every = ct.changes("2008-09-08").query("table == 'trade'")
    assert len(every) > 5000
    wrong = []
    for row in every.itertuples():
        ids = row.sources.replace("+", ";").split(";")
        dates = [
            released.get((name, row.period), published.loc[name, "published"])
            for name in ids
        ]
        days = [last(date) for date in dates if date]
        if max(days) != row.day:
            wrong.append((row.what, row.period, row.day, max(days)))
    assert wrong == []


def test_there_is_one_row_a_thing():
    with as_of.holding(dt.date.fromisoformat(DAYS[-1])):
        frame = table("things")
    assert not frame.duplicated([*KEY]).any()
    assert set(frame["table"]) >= {"trade", "market_series", "policy_events", "claims"}
