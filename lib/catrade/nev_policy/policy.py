"""What was in force when: the stages of measures turned into spells, honestly about dates.

An event is one stage of a measure. A date known only to its month or year may be any day of it, so
the answer to "was it in force on this day?" is `yes`, `no` or `unknown`: each question is answered
twice, once with the dates most in favour of "in force" and once with those most against it, and
where the two differ the answer is `unknown`.

`no` means that the table holds no stage in force, not that there was no such policy; `yes` of a
measure without a set end means that it had begun and that no end of it is known. The rules are in
`catrade.nev_policy.spells`. Only rules are in force: a factory, a pledge or a platform may exist,
and a meeting may have been held, but `NOT_RULES` leaves them out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from catrade.dates import Day, as_day, date_interval
from catrade.nev_policy.events import (
    events_by_theme_year,
    focus_day,
    focus_interval,
    in_focus,
    numbered,
    report_day,
    weekday_conflicts,
    with_attrs,
)
from catrade.nev_policy.relief import TaxRelief, tax_relief_on
from catrade.nev_policy.spells import STARTS, spells_of, stages_of

__all__ = [
    "NOT_RULES",
    "TaxRelief",
    "events_by_theme_year",
    "focus_day",
    "focus_interval",
    "in_focus",
    "in_force_spans",
    "measure_history",
    "numbered",
    "policies_in_force",
    "report_day",
    "tax_relief_on",
    "weekday_conflicts",
]

#: Instruments that put no rule into force.
NOT_RULES = ("meeting", "summit", "statement", "pledge", "platform", "investment")

_SPAN_COLUMNS = [
    *("measure_id", "measure_title", "jurisdiction", "theme", "instrument", "status"),
    *("start", "end", "event_id", "basis"),
]

_HISTORY_COLUMNS = [
    *("drafted", "announced", "effective", "last_amended", "amendments", "ended"),
    *("superseded_by", "last_held", "open", "events"),
]


def in_force_spans(
    events: pd.DataFrame,
    start: Day | None = None,
    end: Day | None = None,
    *,
    rules_only: bool = True,
) -> pd.DataFrame:
    """Return the spells in which measures were, or may have been, in force.

    Parameters
    ----------
    events
        Rows of `load_policy_events()`: all events of the measures asked about, since a measure cut
        off in time would look as if it never ended.
    start, end
        Keep spells that overlap these days, uncut; None is open.
    rules_only
        Whether to leave out measures that are no rules (`NOT_RULES`), such as factories.

    Returns
    -------
    DataFrame
        measure_id, measure_title, jurisdiction, theme, instrument, status (`yes` or `unknown`),
        start, end (datetime64; NaT is open), event_id (the event that governs the spell), basis
        (`event`, or `announcement` where no event yet confirms that it took effect).

    Examples
    --------
    >>> from catrade.load.nev import load_policy_events
    >>> spans = in_force_spans(load_policy_events(measure="battery-whitelist"))
    >>> [(s.date().isoformat(), e.date().isoformat()) for s, e in zip(spans["start"], spans["end"])]
    [('2015-05-01', '2019-06-21')]
    """
    heads = _heads(events)
    rows: list[dict[str, Any]] = []
    for measure, stages in stages_of(events).items():
        if rules_only and heads[measure]["instrument"] in NOT_RULES:
            continue
        for status, first, last, stage in spells_of(stages):
            basis = "announcement" if stage.kind == "announced" else "event"
            rows.append(
                {**heads[measure], "status": status, "start": first, "end": last,
                 "event_id": stage.event_id, "basis": basis}
            )  # fmt: skip
    frame = pd.DataFrame(rows, columns=_SPAN_COLUMNS)
    frame = frame.astype({"start": "datetime64[s]", "end": "datetime64[s]"})
    if start is not None:
        frame = frame[frame["end"].isna() | (frame["end"] >= pd.Timestamp(as_day(start)))]
    if end is not None:
        frame = frame[frame["start"] <= pd.Timestamp(as_day(end))]
    return with_attrs(frame.reset_index(drop=True), events)


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
        amendment by that day, "" if none), event_id (the governing event), basis (as in
        `in_force_spans`), next_change (the next effect already decided by then, "" if none).

    Raises
    ------
    ParameterError
        If `day` is not one day.

    Examples
    --------
    >>> from catrade.load.nev import load_policy_events
    >>> events = load_policy_events(measure="purchase-tax")
    >>> found = policies_in_force(events, "2024-06-01")
    >>> found[["since", "until", "last_amended", "event_id"]].iloc[0].tolist()
    ['2014-09-01', '2027-12-31', '2024-01-01', '2023-purchase-tax-extension-2027']
    """
    on = as_day(day)
    stamp = pd.Timestamp(on)
    spans = in_force_spans(events)
    stages = stages_of(events)
    effect = dict(zip(events["event_id"], events["effective_date"], strict=True))
    until = dict(zip(events["event_id"], events["end_date"], strict=True))
    begun = spans[spans["start"] <= stamp]
    spells = dict(iter(begun.groupby("measure_id", sort=False)))
    rows = []
    for span in begun[begun["end"].isna() | (begun["end"] >= stamp)].to_dict("records"):
        known = stages[span["measure_id"]]
        amended = [s for s in known if s.kind == "amended" and s.begins(True) <= on]
        pending = [s for s in known if s.decided <= on < s.begins(True)]
        nearest_change = min(pending, key=lambda s: s.begins(True), default=None)
        rows.append(
            {
                **{name: span[name] for name in _SPAN_COLUMNS[:6]},
                "since": effect[_first_of_run(spells[span["measure_id"]])],
                "until": until[span["event_id"]],
                "last_amended": effect[amended[-1].event_id] if amended else "",
                "event_id": span["event_id"],
                "basis": span["basis"],
                "next_change": nearest_change.begins(True).isoformat() if nearest_change else "",
            }
        )
    columns = [*_SPAN_COLUMNS[:6], "since", "until", "last_amended", "event_id", "basis"]
    frame = pd.DataFrame(rows, columns=[*columns, "next_change"])
    return with_attrs(frame, events[events["event_id"].isin(frame["event_id"])])


def _first_of_run(spells: pd.DataFrame) -> str:
    """Return the event that began the last run of spells without a day between them."""
    starts, ends = spells["start"].tolist(), spells["end"].tolist()
    place = len(starts) - 1
    while place > 0 and ends[place - 1] + pd.Timedelta(days=1) == starts[place]:
        place -= 1
    return str(spells["event_id"].iloc[place])


def measure_history(events: pd.DataFrame) -> pd.DataFrame:
    """Return one row a measure with its dates told apart, each as exact as it is known.

    Parameters
    ----------
    events
        Rows of `load_policy_events()`, not cut off in time.

    Returns
    -------
    DataFrame
        measure_id, measure_title, jurisdiction, theme, drafted, announced (first decision, issue
        or announcement), effective (first effect; "" if it never had any), last_amended,
        amendments (count), ended (last day in force, or last possible month; "" while open),
        superseded_by (measure id), last_held (last meeting), open (`yes` if no end is known,
        `unknown` if it may have ended, else `no`), events (count). Dates are text; "" is none.

    Examples
    --------
    >>> from catrade.load.nev import load_policy_events
    >>> row = measure_history(load_policy_events()).set_index("measure_id").loc["dual-credit"]
    >>> row[["drafted", "announced", "effective", "last_amended"]].tolist()
    ['2016-09-22', '2017-09-27', '2018-04-01', '2023-08-01']
    """
    spells = _by_measure(in_force_spans(events, rules_only=False))
    groups = _by_measure(events)
    replaced = {
        other: measure
        for measure, group in groups.items()
        for row in group
        for other in filter(None, row["supersedes"].split(";"))
    }
    rows = []
    for measure, group in groups.items():
        mine = spells.get(measure, [])
        last = mine[-1] if mine else None
        is_open = last is not None and pd.isna(last["end"])
        acts = [row for row in group if row["stage"] in (*STARTS, "suspended")]
        first = [r for r in group if mine and r["event_id"] == mine[0]["event_id"]]
        amended = [row["effective_date"] for row in group if row["stage"] == "amended"]
        rows.append(
            {
                **{name: group[0][name] for name in _SPAN_COLUMNS[:4]},
                "drafted": _earliest(row["date"] for row in group if row["stage"] == "draft"),
                "announced": _earliest(row[day] for day in ("issued_date", "date") for row in acts),
                "effective": _earliest(r["effective_date"] for r in first if r["stage"] in STARTS),
                "last_amended": _latest(amended),
                "amendments": len(amended),
                "ended": "" if last is None or is_open else _last_day(last),
                "superseded_by": replaced.get(measure, ""),
                "last_held": _latest(row["date"] for row in group if row["stage"] == "held"),
                "open": str(last["status"]) if last is not None and is_open else "no",
                "events": len(group),
            }
        )
    columns = [*_SPAN_COLUMNS[:4], *_HISTORY_COLUMNS]
    return with_attrs(pd.DataFrame(rows, columns=columns), events)


def _by_measure(frame: pd.DataFrame) -> dict[str, list[dict[Any, Any]]]:
    found: dict[str, list[dict[Any, Any]]] = {}
    for row in frame.to_dict("records"):
        found.setdefault(str(row["measure_id"]), []).append(row)
    return found


def _last_day(spell: Mapping[Any, Any]) -> str:
    day = spell["end"].date().isoformat()
    return str(day if spell["status"] == "yes" else day[:7])


def _earliest(dates: Iterable[str]) -> str:
    return min(filter(None, dates), key=lambda text: date_interval(text), default="")


def _latest(dates: Iterable[str]) -> str:
    return max(filter(None, dates), key=lambda text: date_interval(text), default="")


def _heads(events: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Return what each measure is: title, jurisdiction, theme and instrument of its first stage."""
    names = _SPAN_COLUMNS[:5]
    staged = events.loc[~events["stage"].isin(("held", "one_off")), names]
    return {
        str(row["measure_id"]): {n: str(row[n]) for n in names}
        for row in staged.drop_duplicates("measure_id").to_dict("records")
    }
