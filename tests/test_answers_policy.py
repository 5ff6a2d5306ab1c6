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
    if last["kind"] == "suspended":
        # Whether it came back after the suspension is not known.
        return willing and bool(last["end_date"]) and day > days_of(last["end_date"])[0]
    if last["end_date"]:
        return day <= read(days_of(last["end_date"]), early=False)
    if willing:
        return True
    # A stage that sets no end leaves the one before it, unless that was over when it began.
    for event in reversed(begun[:-1]):
        if event["kind"] in ("ended", "suspended"):
            return True
        if event["end_date"]:
            over = days_of(event["end_date"])[1] < days_of(last["from"])[0]
            return over or day <= read(days_of(event["end_date"]), early=False)
    return True


def _stages(everything: Iterable[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    """Return what begins or ends each measure, with the day it does so."""
    stages: dict[str, list[dict[str, str]]] = defaultdict(list)
    what: dict[str, str] = {}
    for event in everything:
        if event["stage"] not in ("held", "one_off"):
            what.setdefault(event["measure_id"], event["instrument"])
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
    return {m: events for m, events in stages.items() if what[m] not in NO_RULES}


#: What is no rule cannot be in force.
NO_RULES = {"meeting", "summit", "statement", "pledge", "platform", "investment"}

NEV = re.compile(
    r"From (\d+) to (\d+) the tables hold (\d+) events in (\d+) measures\. On (\d+ \w+ \d+) (\d+)"
    r" measures had begun and were not known to have ended \((\d+) without a set end\); for (\d+)"
    r" more the sources leave it open\. A buyer of an NEV in China then had half the"
    r" purchase tax waived, up to ([\d,]+) yuan\. NEVs were ([\d.]+)% of vehicle sales"
    r" \(wholesale, exports included\) in (\d+)\. In January–June (\d+) NEV sales were"
    r" ([\d.]+) million, up ([\d.]+)% on a year before and ([\d.]+)% of vehicle sales; exports"
    r" ([\d.]+) million, up (\d+)%; sales at home \(the difference\) ([\d.]+) million, down"
    r" ([\d.]+)%\."
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
    newest = max(days_of(event["date"])[0] for event in everything)
    day = min(newest, dt.date(years[1], 12, 31))
    assert match[5] == f"{day.day} {day:%B %Y}"
    # In force are also measures without an event in these years.
    stages = _stages(everything)
    likely = [m for m, events in stages.items() if _in_force(events, day, willing=True)]
    certain = [m for m, events in stages.items() if _in_force(events, day, willing=False)]
    assert set(certain) <= set(likely)
    assert int(match[6]) == len(certain)
    assert int(match[7]) == sum(not _governing(stages[m], day)["end_date"] for m in certain)
    assert int(match[8]) == len(likely) - len(certain)
    (tax,) = (
        row
        for row in rows_of("purchase_tax_schedule")
        if row["period_start"] <= day.isoformat() <= row["period_end"]
    )
    assert (tax["rule"], float(tax["relief_share"])) == ("half_to_cap", 0.5)
    assert match[9] == f"{int(tax['cap_cny']):,}"
    nev, cars = (_cars(name, match[11]) for name in ("nev_sales", "auto_sales"))
    borne(match[10], _over(nev, cars), Fraction(100), about=False)
    newest_year = max(r["period"] for r in rows_of("market_series") if r["series"] == "nev_sales")
    assert (match[11], match[12]) == ("2025", newest_year[:4])


def _over(part: Figure, whole: Figure) -> Figure:
    return Figure(part.value / whole.value, part.low / whole.high, part.high / whole.low)


def _governing(events: list[dict[str, str]], day: dt.date) -> dict[str, str]:
    """Return the stage that was decided last of those that had surely begun."""
    begun = [event for event in events if days_of(event["from"])[1] <= day]
    return max(begun, key=lambda e: (days_of(e["issued_date"] or e["date"])[0], e["from"]))


def test_the_running_year() -> None:
    match = NEV.fullmatch(answer("nev_policy_timeline", "2009", "2026"))
    assert match
    now, before = f"{match[12]}-6M", f"{int(match[12]) - 1}-6M"
    later = [r["period"] for r in rows_of("market_series") if r["series"] == "nev_sales"]
    assert not [p for p in later if p.startswith(match[12]) and p.endswith("M") and p > now]
    sold, sent = (
        [_cars(name, period) for period in (now, before)] for name in ("nev_sales", "nev_exports")
    )
    home = [
        Figure(a.value - b.value, a.low - b.high, a.high - b.low)
        for a, b in zip(sold, sent, strict=True)
    ]
    million, percent = Fraction(1, 10**6), Fraction(100)
    for place, (new, old), sign in ((13, sold, 1), (16, sent, 1), (18, home, -1)):
        borne(match[place], new, million, about=False)
        grown = _over(new, old)
        ends = sorted(sign * (end - 1) for end in (grown.low, grown.high))
        value = sign * (grown.value - 1)
        borne(match[place + 1], Figure(value, *ends), percent, about=False)
    borne(match[15], _cars("nev_share_of_sales", now), percent, about=False)


def _cars(series: str, period: str) -> Figure:
    rows = [
        row
        for row in rows_of("market_series")
        if (row["series"], row["jurisdiction"], row["period"]) == (series, "CHN", period)
    ]
    best = min(rows, key=lambda row: (row["quality"] != "ok", Fraction(row["precision"])))
    return Figure(*rounded(best["value"], best["precision"], best["rounding"]))
