"""What was in force when: the stages of measures turned into spells, honestly about dates.

An event is one stage of a measure. A date known only to its month or year may be any day of it, so
the answer to "was it in force on this day?" is `yes`, `no` or `unknown`: each question is answered
twice, once with the dates most in favour of "in force" and once with those most against it, and
where the two differ the answer is `unknown`.

`no` means that the table holds no stage in force, not that there was no such policy; `yes` of a
measure without a set end means that it had begun and that no end of it is known. The rules are in
`catrade.calc.spells`. Only rules are in force: a factory, a pledge or a platform may exist,
and a meeting may have been held, but `NOT_RULES` leaves them out.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from catrade.calc.events import THEME_NAMES
from catrade.calc.spells import STARTS, spells_of, stages_of
from catrade.tables.trade import described
from rounding.dates import Day, as_day, date_interval

__all__ = [
    "NOT_RULES",
    "in_force_spans",
    "main_rules",
    "next_changes",
    "policies_in_force",
]

#: Instruments that put no rule into force.
NOT_RULES = ("meeting", "summit", "statement", "pledge", "platform", "investment")

_HEAD = ["measure_id", "measure_title", "jurisdiction", "theme", "instrument"]


def in_force_spans(
    events: pd.DataFrame, start: Day | None = None, end: Day | None = None
) -> pd.DataFrame:
    """Return the spells in which rules were, or may have been, in force.

    Parameters
    ----------
    events
        Rows of `load_policy_events()`: all events of the measures asked about, since a measure cut
        off in time would look as if it never ended.
    start, end
        Keep spells that overlap these days, uncut; None is open.

    Returns
    -------
    DataFrame
        measure_id, measure_title, jurisdiction, theme, instrument, status (`yes` or `unknown`),
        start, end (datetime64; NaT is open), event_id (the event that governs the spell), basis
        (`event`, or `announcement` where no event yet confirms that it took effect), source_ids
        (of that event).

    Examples
    --------
    >>> from catrade.tables.policy import load_policy_events
    >>> spans = in_force_spans(load_policy_events(measure="battery-whitelist"))
    >>> [(s.date().isoformat(), e.date().isoformat()) for s, e in zip(spans["start"], spans["end"])]
    [('2015-05-01', '2019-06-21')]
    """
    staged = events.loc[~events["stage"].isin(("held", "one_off")), _HEAD]
    heads = staged.drop_duplicates("measure_id").set_index("measure_id", drop=False)
    heads = heads[~heads["instrument"].isin(NOT_RULES)]
    rows: list[dict[str, Any]] = []
    for measure, stages in stages_of(
        events[events["measure_id"].isin(heads.index)]
    ).items():
        for status, first, last, stage in spells_of(stages):
            basis = "announcement" if stage.kind == "announced" else "event"
            spell = {"status": status, "start": first, "end": last}
            spell |= {"event_id": stage.event_id, "basis": basis}
            rows.append({**heads.loc[measure], **spell})
    frame = pd.DataFrame(
        rows, columns=[*_HEAD, "status", "start", "end", "event_id", "basis"]
    )
    frame = frame.astype({"start": "datetime64[s]", "end": "datetime64[s]"})
    frame = frame.merge(events[["event_id", "source_ids"]], how="left")
    if start is not None:
        frame = frame[
            frame["end"].isna() | (frame["end"] >= pd.Timestamp(as_day(start)))
        ]
    if end is not None:
        frame = frame[frame["start"] <= pd.Timestamp(as_day(end))]
    return described(frame.reset_index(drop=True), "policy_events", None, "source_ids")


def policies_in_force(events: pd.DataFrame, day: Day) -> pd.DataFrame:
    """Return the rules that had begun by a day and are not known to have ended, or perhaps so.

    Parameters
    ----------
    events
        Rows of `load_policy_events()`, not cut off in time.
    day
        A date or `2026-01-14`.

    Returns
    -------
    DataFrame
        One row a measure: measure_id, measure_title, jurisdiction, theme, instrument, status
        (`yes` or `unknown`), since (start of the spell without a break, as exact as known), until
        (the end set by the governing event, "" if none), last_amended (effect of the newest
        amendment by that day, "" if none), next_change (the next effect already decided by then,
        "" if none), event_id (the governing event), basis (as in `in_force_spans`), source_ids (of
        that event).

    Raises
    ------
    ParameterError
        If `day` is not one day.

    Examples
    --------
    >>> from catrade.tables.policy import load_policy_events
    >>> events = load_policy_events(measure="purchase-tax")
    >>> found = policies_in_force(events, "2024-06-01")
    >>> found[["since", "until", "last_amended", "event_id"]].iloc[0].tolist()
    ['2014-09-01', '2027-12-31', '2024-01-01', '2023-purchase-tax-extension-2027']
    """
    on = pd.Timestamp(as_day(day))
    by_event = events.set_index("event_id")
    begun = in_force_spans(events, end=day)
    runs = {
        measure: _start_of_run(rows) for measure, rows in begun.groupby("measure_id")
    }
    found = begun[begun["end"].isna() | (begun["end"] >= on)].reset_index(drop=True)
    changed = events[events["stage"] == "amended"]
    begins = changed["effective_date"].map(lambda text: date_interval(text)[0])
    changed = changed[begins <= on.date()]
    # The amendment decided last, which need not be the last to take effect.
    decided = changed["issued_date"].where(
        changed["issued_date"] != "", changed["date"]
    )
    changed = changed.assign(decided=decided).sort_values(["decided", "effective_date"])
    amended = changed.groupby("measure_id")["effective_date"].last()
    pending = _pending(events, on.date()).groupby("measure_id")["effective_date"].min()
    frame = found.assign(
        since=found["measure_id"].map(runs).map(by_event["effective_date"]),
        until=found["event_id"].map(by_event["end_date"]),
        last_amended=amended.reindex(found["measure_id"], fill_value="").to_numpy(),
        next_change=pending.reindex(found["measure_id"], fill_value="").to_numpy(),
    )
    columns = [
        *_HEAD,
        "status",
        "since",
        "until",
        "last_amended",
        "next_change",
        "event_id",
    ]
    columns += ["basis", "source_ids"]
    return described(frame, "policy_events", None, "source_ids", columns)


def _start_of_run(spells: pd.DataFrame) -> str:
    """Return the event that began the last run of spells without a day between them."""
    breaks = spells["start"] != spells["end"].shift() + pd.Timedelta(days=1)
    return str(spells.loc[breaks, "event_id"].iloc[-1])


def main_rules(
    found: pd.DataFrame, events: pd.DataFrame, most: int = 12
) -> pd.DataFrame:
    """Return some rules in force by theme: our landmarks first, then the most often changed.

    Parameters
    ----------
    found
        Result of `policies_in_force`.
    events
        The rows it was found in.
    most
        How many.

    Returns
    -------
    DataFrame
        As `found`, with start and end (datetime64; NaT where no end is set) and lane (the theme in
        words).

    Examples
    --------
    >>> from catrade.tables.policy import load_policy_events
    >>> events = load_policy_events(theme="safety")
    >>> main_rules(policies_in_force(events, "2026-08-01"), events, 1)["measure_id"].tolist()
    ['gb38031-2025']
    """
    weight = (
        events.assign(marked=events["landmark"] != "")
        .groupby("measure_id")
        .agg(
            marked=("marked", "max"),
            stages=("event_id", "size"),
            newest=("first_day", "max"),
        )
        .reindex(found["measure_id"])
        .reset_index(drop=True)
        .sort_values(["marked", "stages", "newest"], ascending=False, kind="stable")
    )
    rows = found.loc[sorted(weight.index[:most])]
    ends = [
        date_interval(text)[1].isoformat() if text else "" for text in rows["until"]
    ]
    rows = rows.assign(
        start=pd.to_datetime([date_interval(text)[0] for text in rows["since"]]),
        end=pd.to_datetime(ends),
        lane=pd.Categorical(rows["theme"].map(THEME_NAMES), list(THEME_NAMES.values())),
    )
    rows = rows.sort_values(["lane", "start"], kind="stable", ignore_index=True)
    return rows.astype({"lane": str})


def next_changes(
    events: pd.DataFrame, found: pd.DataFrame, day: dt.date, years: int = 2
) -> pd.DataFrame:
    """Return what is decided for later: rules that will begin or change, and ends that are set.

    Parameters
    ----------
    events
        Rows of `load_policy_events()`, not cut off in time.
    found
        The rules whose ends are asked for, a result of `policies_in_force` or `main_rules`.
    day
        The day looked from.
    years
        How far to look.

    Returns
    -------
    DataFrame
        date, measure_title, jurisdiction, change (`begins`, `changes` or `ends`, the last with what
        ends where its event says so in per cent: `6% export VAT rebate ends`), source_ids.

    Examples
    --------
    >>> from catrade.tables.policy import load_policy_events
    >>> events = load_policy_events(measure="purchase-tax")
    >>> day = dt.date(2023, 7, 1)
    >>> next_changes(events, policies_in_force(events, day), day)["date"].tolist()
    ['2023-12-31', '2024-01-01']
    """
    later = _pending(events, day)
    begins = later.assign(
        date=later["effective_date"],
        change=later["stage"].map({"amended": "changes"}).fillna("begins"),
    )
    ends = found[found["until"] != ""]
    said = events.set_index("event_id").loc[ends["event_id"], ["value", "value_unit"]]
    ends = ends.assign(date=ends["until"], change=[*map(_ending, *said.T.to_numpy())])
    rows = pd.concat([begins, ends], ignore_index=True)
    first = rows["date"].map(lambda text: date_interval(text)[0])
    horizon = day.replace(year=day.year + years, day=min(day.day, 28))
    rows = rows[(first > day) & (first <= horizon)].sort_values("date", kind="stable")
    rows = rows.drop_duplicates(["date", "measure_title", "change"])
    columns = ["date", "measure_title", "jurisdiction", "change", "source_ids"]
    return rows[columns].reset_index(drop=True)


def _ending(value: float, unit: str) -> str:
    """Say that something ends: of a cut by steps not the cut, but what is left after it."""
    if not unit.startswith("percent "):
        return "ends"
    return f"{value:g}% {unit.removeprefix('percent ')} ends"


def _pending(events: pd.DataFrame, day: dt.date) -> pd.DataFrame:
    """Return the events decided by a day whose effect was still to come."""
    known = events[events["stage"].isin(STARTS) & (events["effective_date"] != "")]
    known = known[known["first_day"] <= pd.Timestamp(day)]
    return known[known["effective_date"].map(lambda text: date_interval(text)[0]) > day]
