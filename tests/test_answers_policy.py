"""Every figure of the policy report's answer, computed again from the CSV files alone."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction

import pytest
from by_hand import (
    Figure,
    answer,
    borne,
    days_of,
    rounded,
    rows_of,
)


def _in_force(events: list[dict[str, str]], day: dt.date, *, willing: bool) -> bool:
    """Say whether a measure is in force, every inexact date read for it (willing) or against it."""

    def read(dates: tuple[dt.date, dt.date], early: bool) -> dt.date:
        return dates[0 if early == willing else 1]

    begun = []
    for event in sorted(
        events, key=lambda e: (days_of(e["issued_date"] or e["date"])[0], e["from"])
    ):
        ends = event["kind"] in ("ended", "suspended")
        if read(days_of(event["from"]), early=not ends) + dt.timedelta(int(event["wait"])) <= day:
            begun.append(event)
    if not begun or begun[-1]["kind"] == "ended":
        return False
    last = begun[-1]
    until = [event["end_date"] for event in reversed(begun)]
    if last["kind"] == "suspended":
        # Whether it came back after the suspension is not known.
        return willing and bool(last["end_date"]) and day > days_of(last["end_date"])[0]
    if last["end_date"]:
        return day <= read(days_of(last["end_date"]), early=False)
    if willing:
        return True
    # An amendment that sets no end leaves the one before it.
    for event, end in zip(reversed(begun), until, strict=True):
        if event["kind"] in ("ended", "suspended"):
            return True
        if end:
            return day <= read(days_of(end), early=False)
    return True


def _stages(everything: Iterable[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    """Return what begins or ends each measure, with the day it does so."""
    stages: dict[str, list[dict[str, str]]] = defaultdict(list)
    for event in everything:
        kind, effect = event["stage"], event["effective_date"]
        if kind in ("in_force", "amended", "announced", "suspended") and effect:
            stages[event["measure_id"]].append({**event, "kind": kind, "from": effect, "wait": "0"})
        elif kind == "ended" and event["end_date"]:
            ended = {**event, "kind": kind, "from": event["end_date"], "wait": "1", "end_date": ""}
            stages[event["measure_id"]].append(ended)
        for other in filter(None, event["supersedes"].split(";")):
            if effect:
                over = {**event, "kind": "ended", "from": effect, "wait": "0", "end_date": ""}
                stages[other].append(over)
    return stages


NEV = re.compile(
    r"From (\d+) to (\d+) the tables hold (\d+) events in (\d+) measures; on (\d+ \w+ \d+) (\d+)"
    r" measures and perhaps (\d+) more were in force, and a buyer of an NEV in China had half the"
    r" purchase tax waived, up to ([\d,]+) yuan\. NEVs were ([\d.]+) % of car sales in (\d+)\."
)


@pytest.mark.parametrize("years", [(2009, 2026), (2025, 2026)])
def test_policy(years: tuple[int, int]) -> None:
    match = NEV.fullmatch(answer("nev_policy_timeline", *map(str, years)))
    assert match
    assert (int(match[1]), int(match[2])) == years
    everything = rows_of("policy_events")
    shown = [event for event in everything if years[0] <= int(event["date"][:4]) <= years[1]]
    assert int(match[3]) == len(shown)
    measures = {event["measure_id"] for event in shown}
    assert int(match[4]) == len(measures)
    newest = max(days_of(event["date"])[1] for event in everything)
    day = min(newest, dt.date(years[1], 12, 31))
    assert match[5] == f"{day.day} {day:%B %Y}"
    # In force are also measures without an event in these years.
    stages = _stages(everything)
    likely = [m for m, events in stages.items() if _in_force(events, day, willing=True)]
    certain = [m for m, events in stages.items() if _in_force(events, day, willing=False)]
    assert set(certain) <= set(likely)
    assert int(match[6]) == len(certain)
    assert int(match[7]) == len(likely) - len(certain)
    (tax,) = (
        row
        for row in rows_of("purchase_tax_schedule")
        if row["period_start"] <= day.isoformat() <= row["period_end"]
    )
    assert (tax["rule"], float(tax["relief_share"])) == ("half_to_cap", 0.5)
    assert match[8] == f"{int(tax['cap_cny']):,}"
    nev, cars = (_cars(name, match[10]) for name in ("nev_sales", "auto_sales"))
    share = Figure(nev.value / cars.value, nev.low / cars.high, nev.high / cars.low)
    borne(match[9], share, Fraction(100), about=False)
    later = [
        r for r in rows_of("market_series") if r["series"] == "nev_sales" and r["period"] == "2026"
    ]
    assert match[10] == "2025"
    assert not later


def _cars(series: str, period: str) -> Figure:
    rows = [
        row
        for row in rows_of("market_series")
        if (row["series"], row["jurisdiction"], row["period"]) == (series, "CHN", period)
    ]
    best = min(rows, key=lambda row: (row["quality"] != "ok", Fraction(row["precision"])))
    return Figure(*rounded(best["value"], best["precision"], best["rounding"]))
