"""What was in force when: hand-worked measures, and facts of the real tables."""

from __future__ import annotations

import calendar
import datetime as dt

import pandas as pd
import pytest

import catrade.nev_policy.policy as policy
from catrade.dates import as_day, date_interval, weekday
from catrade.load.nev import load_policy_events, load_purchase_tax
from pagemill.errors import ParameterError

_BLANK = dict.fromkeys(
    ("issued_date", "effective_date", "end_date", "supersedes", "reported_weekday",
     "reported_weekday_source"), "",
)  # fmt: skip


def events(*rows: dict[str, str]) -> pd.DataFrame:
    """Build a small events table: each row needs measure_id, date and stage."""
    full = []
    for number, row in enumerate(rows):
        first, last = date_interval(row["date"])
        full.append(
            {
                **_BLANK,
                "event_id": f"{row['date'][:4]}-e{number}",
                "measure_title": row["measure_id"].upper(),
                "jurisdiction": "CHN",
                "theme": "trade",
                "instrument": "tax",
                "title_en": "x",
                "source_ids": "s",
                "year": first.year,
                "first_day": pd.Timestamp(first),
                "last_day": pd.Timestamp(last),
                **row,
            }
        )
    return pd.DataFrame(full)


def status(frame: pd.DataFrame, day: str, measure: str = "m") -> str:
    found = policy.policies_in_force(frame, day)
    found = found[found["measure_id"] == measure]
    return "no" if found.empty else str(found["status"].item())


@pytest.fixture(scope="module")
def real() -> pd.DataFrame:
    return load_policy_events()


# -- dates ---------------------------------------------------------------------------------------


def test_a_year_and_a_month_cover_all_their_days() -> None:
    assert date_interval("2024") == (dt.date(2024, 1, 1), dt.date(2024, 12, 31))
    assert date_interval("2023-02") == (dt.date(2023, 2, 1), dt.date(2023, 2, 28))


@pytest.mark.parametrize("text", ["2026-13", "2026-02-30", "14.01.2026", "", "26-01-14"])
def test_what_is_no_date_is_refused_by_name(text: str) -> None:
    with pytest.raises(ParameterError, match="must look like 2026-01-14, 2026-01 or 2026"):
        date_interval(text)


def test_a_question_about_one_day_needs_a_day() -> None:
    with pytest.raises(ParameterError, match="a day must look like 2026-01-14; got '2026-01'"):
        as_day("2026-01")


# -- rules, by hand ------------------------------------------------------------------------------


def test_first_and_last_day_count_and_the_days_around_them_do_not() -> None:
    frame = events(
        {"measure_id": "m", "date": "2020-01-10", "stage": "in_force",
         "effective_date": "2020-02-01", "end_date": "2020-02-29"},
    )  # fmt: skip
    days = ["2020-01-31", "2020-02-01", "2020-02-29", "2020-03-01"]
    assert [status(frame, day) for day in days] == ["no", "yes", "yes", "no"]


def test_a_start_known_to_the_month_leaves_that_month_open_until_its_last_day() -> None:
    frame = events(
        {"measure_id": "m", "date": "2024-04", "stage": "in_force", "effective_date": "2024-04"},
    )
    days = ["2024-03-31", "2024-04-01", "2024-04-29", "2024-04-30", "2024-05-01"]
    assert [status(frame, day) for day in days] == ["no", "unknown", "unknown", "yes", "yes"]


def test_an_end_known_to_the_year_leaves_that_year_open_after_its_first_day() -> None:
    frame = events(
        {"measure_id": "m", "date": "2019-01-01", "stage": "in_force",
         "effective_date": "2019-01-01", "end_date": "2020"},
    )  # fmt: skip
    days = ["2019-12-31", "2020-01-01", "2020-01-02", "2020-12-31", "2021-01-01"]
    assert [status(frame, day) for day in days] == ["yes", "yes", "unknown", "unknown", "no"]


def test_drafts_meetings_and_single_acts_put_nothing_into_force() -> None:
    frame = events(
        {"measure_id": "m", "date": "2020-01-01", "stage": "draft", "end_date": "2020-12-31"},
        {"measure_id": "m", "date": "2020-02-01", "stage": "held"},
        {"measure_id": "m", "date": "2020-03-01", "stage": "one_off"},
    )
    assert policy.in_force_spans(frame).empty


def test_an_announced_day_counts_but_is_marked_as_announcement() -> None:
    frame = events(
        {"measure_id": "m", "date": "2026-02-02", "stage": "announced",
         "effective_date": "2027-01-01"},
    )  # fmt: skip
    assert status(frame, "2026-12-31") == "no"
    found = policy.policies_in_force(frame, "2027-01-01")
    assert found[["status", "basis", "since"]].iloc[0].tolist() == [
        "yes", "announcement", "2027-01-01",
    ]  # fmt: skip


def test_the_next_change_is_one_already_decided_then() -> None:
    frame = events(
        {"measure_id": "m", "date": "2020-01-01", "stage": "in_force",
         "effective_date": "2020-01-01", "end_date": "2020-12-31"},
        {"measure_id": "m", "date": "2020-06-01", "stage": "amended",
         "effective_date": "2021-01-01", "end_date": "2021-12-31"},
    )  # fmt: skip
    before = policy.policies_in_force(frame, "2020-05-31").iloc[0]
    after = policy.policies_in_force(frame, "2020-06-01").iloc[0]
    assert (before["until"], before["next_change"]) == ("2020-12-31", "")
    assert (after["until"], after["next_change"]) == ("2020-12-31", "2021-01-01")
    assert status(frame, "2021-12-31") == "yes"
    assert status(frame, "2022-01-01") == "no"


def test_since_reaches_back_through_amendments_but_not_through_a_gap() -> None:
    frame = events(
        {"measure_id": "m", "date": "2020-01-01", "stage": "in_force",
         "effective_date": "2020-01-01", "end_date": "2020-06-30"},
        {"measure_id": "m", "date": "2020-07-02", "stage": "in_force",
         "effective_date": "2020-07-02", "end_date": "2020-12-31"},
        {"measure_id": "m", "date": "2020-12-01", "stage": "amended",
         "effective_date": "2021-01-01", "end_date": "2021-12-31"},
    )  # fmt: skip
    assert status(frame, "2020-07-01") == "no"
    row = policy.policies_in_force(frame, "2021-05-05").iloc[0]
    assert (row["since"], row["last_amended"]) == ("2020-07-02", "2021-01-01")


def test_an_amendment_without_an_end_leaves_the_old_end_then_nobody_knows() -> None:
    frame = events(
        {"measure_id": "m", "date": "2014-07-13", "stage": "in_force",
         "effective_date": "2014-07-13", "end_date": "2016-12-31"},
        {"measure_id": "m", "date": "2016-02-24", "stage": "amended",
         "effective_date": "2016-02-24"},
    )  # fmt: skip
    assert status(frame, "2016-12-31") == "yes"
    assert status(frame, "2017-01-01") == "unknown"
    assert policy.measure_history(frame)["open"].item() == "unknown"


def test_a_measure_stops_the_day_before_another_replaces_it() -> None:
    frame = events(
        {"measure_id": "old", "date": "2024-07-05", "stage": "in_force",
         "effective_date": "2024-07-05"},
        {"measure_id": "new", "date": "2024-10-30", "stage": "in_force",
         "effective_date": "2024-10-30", "supersedes": "old"},
    )  # fmt: skip
    assert status(frame, "2024-10-29", "old") == "yes"
    assert status(frame, "2024-10-30", "old") == "no"
    old = policy.measure_history(frame).set_index("measure_id").loc["old"]
    assert (old["ended"], old["superseded_by"], old["open"]) == ("2024-10-29", "new", "no")


def test_a_suspension_before_the_first_day_keeps_a_measure_out_of_force() -> None:
    frame = events(
        {"measure_id": "m", "date": "2025-10-09", "stage": "announced",
         "effective_date": "2025-11-08"},
        {"measure_id": "m", "date": "2025-11-07", "stage": "suspended",
         "effective_date": "2025-11-07", "end_date": "2026-11-10"},
    )  # fmt: skip
    assert status(frame, "2025-11-08") == "no"
    assert status(frame, "2026-11-10") == "no"
    assert status(frame, "2026-11-11") == "unknown"
    assert policy.measure_history(frame)["effective"].item() == ""


def test_an_ended_measure_can_begin_again() -> None:
    frame = events(
        {"measure_id": "m", "date": "2022-05-17", "stage": "in_force",
         "effective_date": "2022-05-17", "end_date": "2025-12-31"},
        {"measure_id": "m", "date": "2025-09-25", "stage": "ended", "end_date": "2025-09-25"},
        {"measure_id": "m", "date": "2026-01-01", "stage": "in_force",
         "effective_date": "2026-01-01", "end_date": "2026-12-31"},
    )  # fmt: skip
    days = ["2025-09-25", "2025-09-26", "2025-12-31", "2026-01-01", "2027-01-01"]
    assert [status(frame, day) for day in days] == ["yes", "no", "no", "yes", "no"]


def test_spans_do_not_overlap_and_agree_with_single_days(real: pd.DataFrame) -> None:
    spans = policy.in_force_spans(real)
    for _, mine in spans.groupby("measure_id"):
        ends = mine["end"].iloc[:-1]
        assert ends.notna().all()
        assert (ends.to_numpy() < mine["start"].iloc[1:].to_numpy()).all()
    for span in spans.sample(25, random_state=1).to_dict("records"):
        found = policy.policies_in_force(real, span["start"].date()).set_index("measure_id")
        assert found.loc[span["measure_id"], "status"] == span["status"]


@pytest.mark.parametrize("instrument", policy.NOT_RULES)
def test_a_factory_or_a_pledge_is_not_in_force_but_has_a_history(instrument: str) -> None:
    frame = events(
        {"measure_id": "m", "date": "2024-01-25", "stage": "in_force", "instrument": instrument,
         "effective_date": "2024-01-25"},
    )  # fmt: skip
    assert status(frame, "2025-01-01") == "no"
    assert policy.in_force_spans(frame).empty
    assert policy.measure_history(frame)["effective"].item() == "2024-01-25"


def test_what_begins_anew_after_an_end_has_no_end() -> None:
    frame = events(
        {"measure_id": "m", "date": "2025-06-03", "stage": "in_force",
         "effective_date": "2025-06-03", "end_date": "2025-12-31"},
        {"measure_id": "m", "date": "2026-06-19", "stage": "in_force",
         "effective_date": "2026-06-19"},
    )  # fmt: skip
    days = ["2025-12-31", "2026-01-01", "2026-06-18", "2026-06-19", "2026-12-31"]
    assert [status(frame, day) for day in days] == ["yes", "no", "no", "yes", "yes"]


def test_nothing_that_is_no_rule_is_in_force(real: pd.DataFrame) -> None:
    found = policy.policies_in_force(real, "2026-07-02")["measure_id"]
    assert not {
        "uzb-byd-plant", "payment-pledge", "china-ca-mechanism", "strategic-emerging-industries",
    } & set(found)  # fmt: skip


def test_history_of_a_measure_in_all_its_stages() -> None:
    frame = events(
        {"measure_id": "m", "date": "2019-12-03", "stage": "draft"},
        {"measure_id": "m", "date": "2020-10-09", "stage": "announced"},
        {"measure_id": "m", "date": "2020-11-02", "stage": "in_force", "issued_date": "2020-10",
         "effective_date": "2020-11-02"},
        {"measure_id": "m", "date": "2022-01", "stage": "amended", "effective_date": "2022-02"},
        {"measure_id": "m", "date": "2023-05-05", "stage": "ended", "end_date": "2023-05-04"},
    )  # fmt: skip
    row = policy.measure_history(frame).iloc[0]
    dates = row[["drafted", "announced", "effective", "last_amended", "ended"]].tolist()
    assert dates == ["2019-12-03", "2020-10", "2020-11-02", "2022-02", "2023-05-04"]
    assert (row["amendments"], row["open"], row["events"]) == (1, "no", 5)


def test_no_events_give_empty_frames_with_their_columns() -> None:
    none = load_policy_events()[:0]
    assert list(policy.in_force_spans(none)["measure_id"]) == []
    assert "until" in policy.policies_in_force(none, "2026-01-01").columns
    assert "superseded_by" in policy.measure_history(none).columns
    assert policy.weekday_conflicts(none).empty


# -- facts of the real tables --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "rule", "share", "cap"),
    [
        ("2014-08-31", "full_tax", 0.0, None),
        ("2014-09-01", "exempt", 1.0, None),
        ("2022-06-01", "exempt", 1.0, None),
        ("2024-06-01", "exempt_to_cap", 1.0, 30_000.0),
        ("2025-12-31", "exempt_to_cap", 1.0, 30_000.0),
        ("2026-03-01", "half_to_cap", 0.5, 15_000.0),
        ("2028-01-01", "unknown", None, None),
    ],
)
def test_purchase_tax_relief_by_day(
    day: str, rule: str, share: float | None, cap: float | None
) -> None:
    relief = policy.tax_relief_on(load_purchase_tax(), day)
    assert (relief.rule, relief.relief_share, relief.cap_cny) == (rule, share, cap)


def test_the_purchase_tax_exemption_was_announced_in_force_extended_capped_and_halved(
    real: pd.DataFrame,
) -> None:
    row = policy.measure_history(real).set_index("measure_id").loc["purchase-tax"]
    dates = row[["announced", "effective", "last_amended", "ended"]].tolist()
    assert dates == ["2014-07-09", "2014-09-01", "2026-01-01", "2027-12-31"]
    on = policy.policies_in_force(real, "2022-06-01").set_index("measure_id").loc["purchase-tax"]
    assert (on["since"], on["until"]) == ("2014-09-01", "2022-12-31")
    assert on["event_id"] == "2020-purchase-tax-extension-2022"


def test_the_tax_schedule_and_the_events_tell_the_same_story(real: pd.DataFrame) -> None:
    ends = real.set_index("event_id")[["effective_date", "end_date"]]
    for row in load_purchase_tax().to_dict("records"):
        assert ends.loc[row["event_id"], "effective_date"] == row["period_start"]
        # The cap of 2024-2025 and the half rate of 2026-2027 were decided together.
        assert ends.loc[row["event_id"], "end_date"] >= row["period_end"]


@pytest.mark.parametrize(
    ("measure", "day", "expected"),
    [
        ("purchase-subsidy", "2016-06-01", "yes"),  # 2016 to 2020 scheme
        ("purchase-subsidy", "2022-12-31", "yes"),
        ("purchase-subsidy", "2023-01-01", "no"),
        ("pilot-city-subsidy", "2012-01-01", "yes"),
        ("pilot-city-subsidy", "2013-09-15", "unknown"),  # replaced some day of that month
        ("dual-credit", "2018-03-31", "no"),  # issued in September 2017
        ("dual-credit", "2018-04-01", "yes"),
        ("battery-whitelist", "2019-06-22", "no"),
        ("kaz-ev-quota", "2025-10-14", "yes"),
        ("kaz-ev-quota", "2025-10-15", "no"),
        ("kaz-ev-quota", "2026-06-01", "no"),
        ("kgz-ev-quota", "2025-10-01", "no"),
        ("kgz-ev-quota", "2026-06-01", "yes"),
        ("eu-provisional-duties", "2024-10-30", "no"),
        ("eu-countervailing-duties", "2024-10-30", "yes"),
        ("battery-graphite-export-control", "2026-01-14", "no"),
        ("nev-plan-2012-2020", "2021-01-01", "no"),
        ("nev-plan-2021-2035", "2030-01-01", "yes"),
        ("uzb-ev-excise", "2020-08-01", "no"),
    ],
)
def test_real_measures_on_real_days(
    real: pd.DataFrame, measure: str, day: str, expected: str
) -> None:
    assert measure in set(real["measure_id"])
    assert status(real, day, measure) == expected


@pytest.mark.parametrize(
    ("event", "date", "day"),
    [
        ("2026-nev-joint-conference", "2026-01-13", "Tuesday"),
        ("2026-manufacturing-symposium-18", "2026-01-13", "Tuesday"),
        ("2026-nev-roundtable-17-automakers", "2026-01-14", "Wednesday"),
        ("2026-battery-storage-symposium", "2026-01-07", "Wednesday"),
    ],
)
def test_meetings_of_january_2026_have_the_weekdays_of_their_dates(
    real: pd.DataFrame, event: str, date: str, day: str
) -> None:
    row = real.set_index("event_id").loc[event]
    assert row["date"] == date
    # 1 January 2026 was a Thursday; the library's weekday must agree with the calendar module.
    assert calendar.weekday(2026, 1, 1) == calendar.THURSDAY
    assert weekday(row["date"]) == day
    assert row["reported_weekday"] not in ("", day)


def test_the_weekdays_of_the_article_are_one_day_early(real: pd.DataFrame) -> None:
    found = policy.weekday_conflicts(real)
    assert len(found) == 4
    assert set(found["days_off"]) == {-1}
    assert (found["source_id"] == "dailymail-2026-01").sum() == 3


def test_a_reported_weekday_across_the_week_end_counts_the_nearer_way() -> None:
    frame = events(
        {"measure_id": "m", "date": "2026-01-12", "stage": "held", "reported_weekday": "Sunday",
         "reported_weekday_source": "s"},
    )  # fmt: skip
    assert weekday("2026-01-12") == "Monday"
    assert policy.weekday_conflicts(frame)["days_off"].item() == -1


# -- counting, numbering, focus ------------------------------------------------------------------


def test_events_by_theme_and_year_count_every_event_once_and_show_zeros(
    real: pd.DataFrame,
) -> None:
    counts = policy.events_by_theme_year(real, start=2009, end=2026)
    assert counts["events"].sum() == len(real)
    assert len(counts) == real["theme"].nunique() * 18
    assert counts.query("theme == 'heavy_trucks' and year == 2010")["events"].item() == 0


def test_numbers_follow_the_dates(real: pd.DataFrame) -> None:
    frame = policy.numbered(real.sample(frac=1, random_state=3))
    assert frame["number"].tolist() == list(range(1, len(real) + 1))
    assert frame["first_day"].is_monotonic_increasing


def test_focus_on_a_period_and_on_an_event(real: pd.DataFrame) -> None:
    month = policy.in_focus(real, "2014-02")
    assert set(month["event_id"]) == {
        "2014-eaeu-ev-duty-zero", "2014-subsidy-slower-phase-down",
    }  # fmt: skip
    family = policy.in_focus(real, "2026-pricing-guideline")
    assert "2025-pricing-guideline-draft" in set(family["event_id"])
    other = dt.date(2020, 1, 1)
    assert policy.focus_day(real, "2026-pricing-guideline", other) == dt.date(2026, 2, 12)
    assert policy.focus_day(real, "2026-02", other) == dt.date(2026, 2, 28)
    assert policy.focus_day(real, "", other) == other


def test_a_focus_that_is_no_event_names_the_nearest_one(real: pd.DataFrame) -> None:
    with pytest.raises(ParameterError, match="did you mean '2026-pricing-guideline'"):
        policy.in_focus(real, "2026-pricing-guidline")


def test_a_report_does_not_look_past_the_newest_event(real: pd.DataFrame) -> None:
    # The newest known to its day: the payment notice; a plan is known to September only.
    assert policy.report_day(real, 2026) == dt.date(2026, 9, 7)
    assert policy.report_day(real, 2020) == dt.date(2020, 12, 31)
