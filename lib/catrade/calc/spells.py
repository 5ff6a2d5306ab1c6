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


_USED = [
    *(
        "event_id",
        "measure_id",
        "stage",
        "effective_date",
        "end_date",
        "issued_date",
        "date",
    ),
    "supersedes",
]


def stages_of(events: pd.DataFrame) -> dict[str, list[Stage]]:
    """Return the stages of each measure that has any, in the order they were decided."""
    found: dict[str, list[Stage]] = {
        measure: [] for measure in events["measure_id"].unique()
    }
    for event in events[_USED].to_dict("records"):
        kind, effect, last = event["stage"], event["effective_date"], event["end_date"]
        decided = date_interval(event["issued_date"] or event["date"])[0]
        end = date_interval(last) if last else None
        if kind in (*STARTS, "suspended") and effect:
            stage = Stage(event["event_id"], kind, decided, date_interval(effect), end)
            found[event["measure_id"]].append(stage)
        elif kind == "ended" and end:
            after = (end[0] + _ONE_DAY, end[1] + _ONE_DAY)
            found[event["measure_id"]].append(
                Stage(event["event_id"], kind, decided, after, None)
            )
        for other in filter(None, event["supersedes"].split(";")):
            if other in found and effect:
                found[other].append(
                    Stage(
                        event["event_id"], "ended", decided, date_interval(effect), None
                    )
                )
    return {
        m: sorted(s, key=lambda x: (x.decided, x.start)) for m, s in found.items() if s
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


def spells_of(stages: list[Stage]) -> list[tuple[str, dt.date, dt.date | None, Stage]]:
    """Return the spells of one measure from first to last.

    Returns
    -------
    list of (status, first day, last day or None, governing stage)
        Status is `yes` or `unknown`; a last day of None is open.

    Examples
    --------
    >>> month = date_interval("2024-03")
    >>> found = spells_of([Stage("x", "in_force", month[0], month, date_interval("2024-12-31"))])
    >>> [(status, first.isoformat(), last.isoformat()) for status, first, last, _ in found]
    [('unknown', '2024-03-01', '2024-03-30'), ('yes', '2024-03-31', '2024-12-31')]
    """
    days = {day for stage in stages for day in stage.start}
    days |= {day + _ONE_DAY for stage in stages for day in stage.end or ()}
    ordered = sorted(days)
    spells: list[tuple[str, dt.date, dt.date | None, Stage]] = []
    for number, first in enumerate(ordered):
        last = ordered[number + 1] - _ONE_DAY if number + 1 < len(ordered) else None
        likely, generous_stage = _judge(stages, first, generous=True)
        certain, strict_stage = _judge(stages, first, generous=False)
        stage = (strict_stage if certain else None) or generous_stage
        if stage is None or not (likely or certain):
            continue
        status = "yes" if likely and certain else "unknown"
        before = spells[-1] if spells else None
        if (
            before
            and before[0] == status
            and before[3] == stage
            and before[2] == first - _ONE_DAY
        ):
            spells[-1] = (status, before[1], last, stage)
        else:
            spells.append((status, first, last, stage))
    return spells
