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

import pandas as pd

from catrade.calc.spells import STARTS, spells_of, stages_of
from catrade.tables.trade import described
from rounding.dates import Day, as_day, date_interval

#: Instruments that put no rule into force.
NOT_RULES = ("meeting", "summit", "statement", "pledge", "platform", "investment")

_HEAD = ["measure_id", "measure_title", "jurisdiction", "theme", "instrument"]
_SPELL = ["measure_id", "status", "start", "end", "event_id", "basis"]


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
    staged = events.query("stage not in ('held', 'one_off')")
    heads = staged[_HEAD].drop_duplicates("measure_id")
    heads = heads.query("instrument not in @NOT_RULES")
    stages = stages_of(events.query("measure_id in @heads.measure_id"))
    rows = []
    for measure, its_stages in stages.items():
        for status, first, last, stage in spells_of(its_stages):
            basis = "announcement" if stage.kind == "announced" else "event"
            rows.append([measure, status, first, last, stage.event_id, basis])
    spells = pd.DataFrame(rows, columns=_SPELL)
    spells = spells.astype({"start": "datetime64[s]", "end": "datetime64[s]"})
    frame = spells.merge(heads).merge(events[["event_id", "source_ids"]])
    if start is not None:
        ended = frame["end"] < pd.Timestamp(as_day(start))
        frame = frame[~ended]
    if end is not None:
        frame = frame[frame["start"] <= pd.Timestamp(as_day(end))]
    columns = [*_HEAD, *_SPELL[1:], "source_ids"]
    return described(frame, "policy_events", None, "source_ids", columns)


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
        (the end set by the governing event, "" if none), next_change (the next effect already
        decided by then, "" if none), event_id (the governing event), basis (as in
        `in_force_spans`), source_ids (of that event).

    Raises
    ------
    ParameterError
        If `day` is not one day.

    Examples
    --------
    >>> from catrade.tables.policy import load_policy_events
    >>> events = load_policy_events(measure="purchase-tax")
    >>> found = policies_in_force(events, "2024-06-01")
    >>> found[["since", "until", "event_id"]].iloc[0].tolist()
    ['2014-09-01', '2027-12-31', '2023-purchase-tax-extension-2027']
    """
    begun = in_force_spans(events, end=day)
    # The last run of spells without a day between them: its first event says since when.
    before = begun.groupby("measure_id")["end"].shift()
    firsts = begun[begun["start"] != before + pd.Timedelta(days=1)]
    firsts = firsts.drop_duplicates("measure_id", keep="last")
    runs = firsts.set_index("measure_id")["event_id"]
    found = begun[~(begun["end"] < pd.Timestamp(as_day(day)))]
    later = pending(events, as_day(day)).groupby("measure_id")["effective_date"].min()
    by_event = events.set_index("event_id")
    frame = found.assign(
        since=found["measure_id"].map(runs).map(by_event["effective_date"]),
        until=found["event_id"].map(by_event["end_date"]),
        next_change=later.reindex(found["measure_id"], fill_value="").to_numpy(),
    )
    columns = [
        *_HEAD,
        "status",
        "since",
        "until",
        "next_change",
        "event_id",
        "basis",
        "source_ids",
    ]
    return described(frame, "policy_events", None, "source_ids", columns)


def pending(events: pd.DataFrame, day: dt.date) -> pd.DataFrame:
    """Return the events decided by a day whose effect was still to come."""
    known = events[events["first_day"] <= pd.Timestamp(day)]
    known = known[known["stage"].isin(STARTS)].query("effective_date != ''")
    effect = known["effective_date"].map(lambda text: date_interval(text)[0])
    return known[effect > day]
