"""What was in force when: hand-worked measures, and facts of the real tables."""

import datetime as dt
from typing import Any

import pandas as pd
import pytest

import catrade as ct
from catrade_build import in_force as policy
from catrade_build.edition import table
from catrade_build.tables.policy import load_policy_events
from catrade_build.tables.trade import read_table
from rounding.dates import date_interval

_EMPTY = "issued_date effective_date end_date supersedes landmark value_unit "
_EMPTY += "reported_weekday reported_weekday_source"
_BLANK = dict.fromkeys(_EMPTY.split(), "") | {
    "jurisdiction": "CHN",
    "theme": "trade",
    "instrument": "tax",
    "title_en": "x",
    "value": float("nan"),  # type: ignore[dict-item]
    "quality": "ok",
    "quality_reason": "",
    "sources": "s",
}


def events(*rows: dict[str, Any]) -> pd.DataFrame:
    """Build a small events table: each row needs measure_id, date and stage."""
    frame = pd.DataFrame([_BLANK | row for row in rows])
    days = [date_interval(date) for date in frame["date"]]
    return frame.assign(
        event_id=[f"{row['date'][:4]}-e{n}" for n, row in enumerate(rows)],
        measure_title=frame["measure_id"].str.upper(),
        first_day=pd.to_datetime([first for first, _ in days]),
        last_day=pd.to_datetime([last for _, last in days]),
    )


def stage(text: str, **more: Any) -> dict[str, Any]:
    """Return an event of measure `m`: its stage, date, first and last day."""
    names = ("stage", "date", "effective_date", "end_date")
    told = dict(zip(names, text.replace(" -", " ").split(" "), strict=False))
    return {"measure_id": "m", **told, **more}


def on(frame: pd.DataFrame, day: str, measure: str = "m") -> pd.DataFrame:
    """Return the spell of a measure that holds a day, if there is one."""
    spans = policy.in_force_spans(frame)
    has_begun = spans["start"] <= pd.Timestamp(day)
    is_over = spans["end"] < pd.Timestamp(day)
    return spans[has_begun & ~is_over & (spans["measure_id"] == measure)]


def status(frame: pd.DataFrame, day: str, measure: str = "m") -> str:
    spell = on(frame, day, measure)
    return "no" if spell.empty else str(spell["status"].item())


@pytest.fixture(scope="module")
def real() -> pd.DataFrame:
    return load_policy_events()


# -- rules, by hand ------------------------------------------------------------------------------

#: A rule | the stages of a measure (kind, date, first and last day) | when it is in force.
BY_HAND = """
first and last day count |
 in_force 2020-01-10 2020-02-01 2020-02-29 |
 2020-01-31 no, 2020-02-01 yes, 2020-02-29 yes, 2020-03-01 no
a start known to the month leaves it open until its last day |
 in_force 2024-04 2024-04 |
 2024-03-31 no, 2024-04-01 unknown, 2024-04-29 unknown, 2024-04-30 yes
a measure that ended in a month may have ended on its first day or its last |
 in_force 2020-01-01 2020-01-01; ended 2020-06-15 - 2020-06 |
 2020-06-01 yes, 2020-06-02 unknown, 2020-06-30 unknown, 2020-07-01 no
an end known to the year leaves it open after its first day |
 in_force 2019-01-01 2019-01-01 2020 |
 2020-01-01 yes, 2020-01-02 unknown, 2020-12-31 unknown, 2021-01-01 no
drafts, meetings and single acts put nothing into force |
 draft 2020-01-01 - 2020-12-31; held 2020-02-01; one_off 2020-03-01 |
 2020-06-01 no, 2021-06-01 no
an announced day counts |
 announced 2026-02-02 2027-01-01 |
 2026-12-31 no, 2027-01-01 yes
a prolongation moves the end |
 in_force 2020-01-01 2020-01-01 2020-12-31; amended 2020-06-01 2020-12-01 2021-12-31 |
 2020-12-31 yes, 2021-12-31 yes, 2022-01-01 no
what was decided in a month was decided before the days after its first |
 in_force 2020-03 2020-06-01 2020-12-31; amended 2020-03-10 2020-06-01 2021-12-31 |
 2021-12-31 yes, 2022-01-01 no
an amendment without an end leaves the old end, then nobody knows |
 in_force 2014-07-13 2014-07-13 2016-12-31; amended 2016-02-24 2016-02-24 |
 2016-12-31 yes, 2017-01-01 unknown
an amendment without an end leaves the newest end |
 in_force 2014-01-01 2014-01-01 2016-12-31; amended 2016-06-01 2016-07-01 2018-12-31; amended
 2017-02-01 2017-02-01 |
 2018-12-31 yes, 2019-01-01 unknown
an end that may be on the day of the amendment, or after it, was still to come |
 in_force 2025-01-01 2025-01-01 2025-12; amended 2025-11-01 2025-12-31 |
 2026-01-01 unknown
an amendment that may begin before the end leaves it |
 in_force 2025-01-01 2025-01-01 2025-12-15; amended 2025-11-01 2025-12 |
 2026-01-01 unknown
a suspension to a month may be over after its first day |
 announced 2025-10-09 2025-11-08; suspended 2025-11-07 2025-11-07 2026-11 |
 2026-11-01 no, 2026-11-02 unknown, 2026-12-01 unknown
a suspension before the first day keeps it out of force |
 announced 2025-10-09 2025-11-08; suspended 2025-11-07 2025-11-07 2026-11-10 |
 2025-11-08 no, 2026-11-10 no, 2026-11-11 unknown
an ended measure can begin again |
 in_force 2022-05-17 2022-05-17 2025-12-31; ended 2025-09-25 - 2025-09-25; in_force 2026-01-01
 2026-01-01 2026-12-31 |
 2025-09-25 yes, 2025-09-26 no, 2026-01-01 yes, 2027-01-01 no
what begins anew after an end has no end |
 in_force 2025-06-03 2025-06-03 2025-12-31; in_force 2026-06-19 2026-06-19 |
 2025-12-31 yes, 2026-06-18 no, 2026-06-19 yes, 2027-12-31 yes
"""


@pytest.mark.parametrize(
    "case",
    BY_HAND.strip().replace("\n ", " ").splitlines(),
    ids=lambda case: case.split(" | ")[0],
)
def test_in_force_by_hand(case):
    _, stages, days = case.split(" | ")
    frame = events(*map(stage, stages.split("; ")))
    wanted = dict(text.split() for text in days.split(", "))
    assert {day: status(frame, day) for day in wanted} == wanted


def test_a_measure_stops_the_day_before_another_replaces_it():
    frame = events(
        stage("in_force 2024-07-05 2024-07-05", measure_id="old"),
        stage(
            "announced 2024-08-01", measure_id="newer", supersedes="old"
        ),  # for no set day
        stage(
            "in_force 2024-10-30 2024-10-30",
            measure_id="new",
            supersedes="old;unknown",
        ),
        stage("draft 2024-08-01 2024-09-30", measure_id="draft", supersedes="old"),
    )
    assert status(frame, "2024-10-29", "old") == "yes"
    assert status(frame, "2024-10-30", "old") == "no"


def test_a_stage_that_does_not_govern_cuts_no_spell():
    frame = events(
        stage("in_force 2018-01-01 2018-01-01 2018-12-31"),
        stage("announced 2019-01-01 2020-06-01 2020-09-30"),
        stage("amended 2019-06-01 2020-01-01 2020-12-31"),
    )
    spans = policy.in_force_spans(frame)[["start", "end"]].astype(str)
    assert spans.to_numpy().tolist() == [
        ["2018-01-01", "2018-12-31"],
        ["2020-01-01", "2020-12-31"],
    ]


# -- facts of the real tables --------------------------------------------------------------------


def test_the_tax_schedule_and_the_events_tell_the_same_story(
    real,
):
    ends = real.set_index("event_id")[["effective_date", "end_date"]]
    for row in read_table("purchase_tax_schedule").to_dict("records"):
        assert ends.loc[row["event_id"], "effective_date"] == row["period_start"]
        # The cap of 2024-2025 and the half rate of 2026-2027 were decided together.
        assert ends.loc[row["event_id"], "end_date"] >= row["period_end"]


#: What is known of real measures: the first and last days of rules, a replacement known to the
#: month, what was issued and not yet in force, what was never a rule (a factory).
REAL = """
purchase-subsidy 2016-06-01 yes
purchase-subsidy 2022-12-31 yes
purchase-subsidy 2023-01-01 no
pilot-city-subsidy 2013-09-15 unknown
dual-credit 2018-03-31 no
dual-credit 2018-04-01 yes
battery-whitelist 2019-06-22 no
kaz-ev-quota 2025-10-14 yes
kaz-ev-quota 2025-10-15 no
kgz-ev-quota 2025-10-01 no
kgz-ev-quota 2026-06-01 yes
eu-provisional-duties 2024-10-30 no
eu-countervailing-duties 2024-10-30 yes
battery-graphite-export-control 2026-01-14 no
nev-plan-2021-2035 2030-01-01 yes
uzb-ev-excise 2020-08-01 no
uzb-byd-plant 2026-07-02 no
"""


@pytest.mark.parametrize("case", REAL.strip().splitlines())
def test_real_measures_on_real_days(real, case):
    measure, day, expected = case.split()
    assert measure in set(real["measure_id"])
    assert status(real, day, measure) == expected


def test_since_does_not_reach_back_through_a_gap():
    gap = table("spells").query("measure == 'kgz-ev-quota'")
    assert gap["since"].nunique() == len(gap) > 1


def test_a_day_after_the_register_is_answered_with_doubt():
    end = dt.date.fromisoformat(max(read_table("policy_events")["date"]))
    on_it = ct.events("CHN", on=end)
    later = ct.events("CHN", on=end + dt.timedelta(days=1))
    assert "ok" in set(on_it["quality"])
    assert set(later["quality"]) == {"doubtful"}
    assert later["doubt"].unique().tolist() == [
        f"the register ends on {end.day} {end:%B %Y}"
    ]
