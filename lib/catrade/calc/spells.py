"""The rules that turn the stages of a measure into spells of being in force.

A date known only to its month or year may be any day of it, so each question is answered twice:
with the dates most in favour of "in force" (`generous`) and with those most against it. Where the
two answers differ, the status is `unknown`.

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
from dataclasses import dataclass
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
        return self.start[0 if generous == (self.kind in STARTS) else 1]

    def has_ended(self, day: dt.date, generous: bool) -> bool:
        """Say whether its own end is past, read for or against being in force."""
        return self.end is not None and day > self.end[1 if generous else 0]


class Spell(NamedTuple):
    """Days on which the status stays the same, and the stage that governs; no last day is open."""

    status: str
    first: dt.date
    last: dt.date | None
    stage: Stage


def stages_of(events: pd.DataFrame) -> dict[str, list[Stage]]:
    """Return the stages of each measure that has any, in the order they were decided."""
    found: dict[str, list[Stage]] = {name: [] for name in events["measure_id"].unique()}
    for event in events.to_dict("records"):
        kind, effect, last = event["stage"], event["effective_date"], event["end_date"]
        start = date_interval(effect) if effect else None
        end = date_interval(last) if last else None
        brings = []
        if kind in (*STARTS, "suspended") and start:
            brings.append((event["measure_id"], kind, start, end))
        elif kind == "ended" and end:
            day_after = (end[0] + _ONE_DAY, end[1] + _ONE_DAY)
            brings.append((event["measure_id"], kind, day_after, None))
        if start:  # what it replaces ends
            others = event["supersedes"].split(";")
            brings += [(other, "ended", start, None) for other in others]
        decided = date_interval(event["issued_date"] or event["date"])[0]
        for measure, what, begin, over in brings:
            if measure in found:
                stage = Stage(event["event_id"], what, decided, begin, over)
                found[measure].append(stage)
    return {
        measure: sorted(stages, key=lambda stage: (stage.decided, stage.start))
        for measure, stages in found.items()
        if stages
    }


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
                over = earlier.end[1] < governing.start[0]
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
    days = {day for stage in stages for day in stage.start}
    days |= {day + _ONE_DAY for stage in stages for day in stage.end or ()}
    firsts = sorted(days)
    lasts = [*(day - _ONE_DAY for day in firsts[1:]), None]
    spells: list[Spell] = []
    for first, last in zip(firsts, lasts, strict=True):
        status, stage = _status(stages, first)
        if stage is None:
            continue
        before = spells[-1] if spells else Spell("no", first, None, stage)
        goes_on = (before.status, before.last) == (status, first - _ONE_DAY)
        if goes_on and before.stage == stage:
            spells[-1] = before._replace(last=last)
        else:
            spells.append(Spell(status, first, last, stage))
    return spells
