"""What was in force when: the stages of measures turned into spells, honestly about dates.

An event is one stage of a measure. A date known only to its month or year may be any day of it, so
the answer to "was it in force on this day?" is `yes`, `no` or `unknown`: each question is answered
twice, once with the dates most in favour of "in force" and once with those most against it, and
where the two differ the answer is `unknown`.

`no` means that the table holds no stage in force, not that there was no such policy; `yes` of a
measure without a set end means that it had begun and that no end of it is known. Only rules are in
force: a factory, a pledge or a platform may exist, and a meeting may have been held, but
`NOT_RULES` leaves them out.

The rules
---------
- A measure is in force from the effective date of an event whose stage is `in_force` or `amended`,
  or `announced` for a set day, to the end date that event sets.
- Of the events that have taken effect, the one decided last governs.
- A stage that sets no end leaves an end set before it that was still to come; after that end the
  status is `unknown`. What begins anew after an end is over has none.
- A measure stops with an event of stage `ended`, and on the day before another replaces it. While
  `suspended` it is not in force; after the suspension the status is `unknown`.
- Drafts, meetings and single acts put nothing into force.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from itertools import zip_longest
from operator import attrgetter
from typing import NamedTuple

import pandas as pd

from rounding.dates import date_interval

#: Stages that can put a measure into force.
STARTS = ("in_force", "amended", "announced")

_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Stage:
    """One event as the rules see it: pairs are the earliest and the latest day possible.

    The start of a stage of kind `ended` is the first day the measure is no longer in force.
    """

    event_id: str
    kind: str
    decided: dt.date
    start: tuple[dt.date, dt.date]
    end: tuple[dt.date, dt.date] | None

    def begins(self, generous: bool) -> dt.date:
        """Return the first day of its effect, read for or against being in force."""
        earliest, latest = self.start
        starts = self.kind in STARTS
        return earliest if generous == starts else latest

    def has_ended(self, day: dt.date, generous: bool) -> bool:
        """Say whether its own end is past, read for or against being in force."""
        if self.end is None:
            return False
        earliest, latest = self.end
        return day > (latest if generous else earliest)


class Spell(NamedTuple):
    """Days on which the status stays the same, and the stage that governs; no last day is open."""

    status: str
    first: dt.date
    last: dt.date | None
    stage: Stage


def stages_of(events: pd.DataFrame) -> dict[str, list[Stage]]:
    """Return the stages of each measure that has any, in the order they were decided."""
    stages: dict[str, list[Stage]] = defaultdict(list)
    for event in events.to_dict("records"):
        own, kind = event["measure_id"], event["stage"]
        effect, last = event["effective_date"], event["end_date"]
        start = date_interval(effect) if effect else None
        end = date_interval(last) if last else None
        decided, _ = date_interval(event["issued_date"] or event["date"])

        event_id = event["event_id"]
        if start and kind in (*STARTS, "suspended"):
            stages[own].append(Stage(event_id, kind, decided, start, end))
        elif end and kind == "ended":
            first, latest = end
            day_after = (first + _ONE_DAY, latest + _ONE_DAY)
            stages[own].append(Stage(event_id, kind, decided, day_after, None))
        if start and kind in STARTS:  # what it replaces ends
            for other in event["supersedes"].split(";"):
                stages[other].append(Stage(event_id, "ended", decided, start, None))

    asked = [name for name in events["measure_id"].unique() if name in stages]
    in_time = attrgetter("decided", "start")
    return {measure: sorted(stages[measure], key=in_time) for measure in asked}


def _judge(
    stages: list[Stage], day: dt.date, generous: bool
) -> tuple[bool, Stage | None]:
    begun = [stage for stage in stages if stage.begins(generous) <= day]
    if not begun:
        return False, None
    governing = begun[-1]
    if governing.kind == "ended":
        return False, governing
    if governing.kind == "suspended":
        return generous and governing.has_ended(day, generous=False), governing
    if governing.has_ended(day, generous):
        return False, governing
    if governing.end is None and not generous:
        for earlier in reversed(begun[:-1]):
            if earlier.kind not in STARTS:
                break
            if earlier.end is not None:
                _, latest = earlier.end
                first, _ = governing.start
                over = latest < first
                return over or not earlier.has_ended(day, generous), governing
    return True, governing


def _status(stages: list[Stage], day: dt.date) -> tuple[str, Stage | None]:
    """Return the status on a day, and the stage that governs while there is one."""
    likely, generous = _judge(stages, day, generous=True)
    certain, strict = _judge(stages, day, generous=False)
    if likely and certain:
        return "yes", strict
    if likely or certain:
        return "unknown", strict if certain else generous
    return "no", None


def spells_of(stages: list[Stage]) -> list[Spell]:
    """Return the spells of one measure from first to last; their status is `yes` or `unknown`.

    Examples
    --------
    >>> month = date_interval("2024-03")
    >>> found = spells_of([Stage("x", "in_force", month[0], month, date_interval("2024-12-31"))])
    >>> [(spell.status, spell.first.isoformat(), spell.last.isoformat()) for spell in found]
    [('unknown', '2024-03-01', '2024-03-30'), ('yes', '2024-03-31', '2024-12-31')]
    """
    # Between two days on which something may change the status stays what it is on the first.
    days: set[dt.date] = set()
    for stage in stages:
        days.update(stage.start)
        days.update(day + _ONE_DAY for day in stage.end or ())
    firsts = sorted(days)
    lasts = [day - _ONE_DAY for day in firsts[1:]]
    spells: list[Spell] = []
    for first, last in zip_longest(firsts, lasts):
        status, governing = _status(stages, first)
        if governing is None:
            continue
        spell = Spell(status, first, last, governing)
        before = spells[-1] if spells else spell
        alike = (before.status, before.stage) == (status, governing)
        if alike and before.last == first - _ONE_DAY:
            spells[-1] = before._replace(last=last)
        else:
            spells.append(spell)
    return spells


#: Instruments that put no rule into force.
NOT_RULES = ("meeting", "summit", "statement", "pledge", "platform", "investment")

_HEAD = ["measure_id", "measure_title", "jurisdiction", "theme", "instrument"]
_SPELL = ["measure_id", "status", "start", "end", "event_id", "basis"]


def in_force_spans(events: pd.DataFrame) -> pd.DataFrame:
    """Return the spells in which rules were, or may have been, in force.

    Parameters
    ----------
    events
        Rows of `load_policy_events()`: all events of the measures asked about, since a measure cut
        off in time would look as if it never ended.

    Returns
    -------
    DataFrame
        measure_id, measure_title, jurisdiction, theme, instrument, status (`yes` or `unknown`),
        start, end (datetime64; NaT is open), event_id (the event that governs the spell), basis
        (`event`, or `announcement` where no event yet confirms that it took effect), sources
        (of that event).

    Examples
    --------
    >>> from catrade_build.tables.policy import load_policy_events
    >>> events = load_policy_events().query("measure_id == 'battery-whitelist'")
    >>> spans = in_force_spans(events)
    >>> [(s.date().isoformat(), e.date().isoformat()) for s, e in zip(spans["start"], spans["end"])]
    [('2015-05-01', '2019-06-21')]
    """
    staged = events.query("stage not in ('held', 'one_off')")
    heads = staged[_HEAD].drop_duplicates("measure_id")
    heads = heads.query("instrument not in @NOT_RULES")
    stages = stages_of(events.query("measure_id in @heads.measure_id"))
    rows = []
    for measure, its_stages in stages.items():
        for spell in spells_of(its_stages):
            stage = spell.stage
            basis = "announcement" if stage.kind == "announced" else "event"
            rows.append([measure, *spell[:3], stage.event_id, basis])
    spells = pd.DataFrame(rows, columns=_SPELL)
    spells = spells.astype({"start": "datetime64[s]", "end": "datetime64[s]"})
    sources = events[["event_id", "sources"]]
    return heads.merge(spells).merge(sources)
