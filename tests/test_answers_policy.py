"""Every figure of the policy pages' answers, computed again from the CSV files alone."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from fractions import Fraction

import pytest
from by_hand import (
    NAMES,
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
        if (
            read(days_of(event["from"]), early=not ends)
            + dt.timedelta(int(event["wait"]))
            <= day
        ):
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
            stages[event["measure_id"]].append(
                {**event, "kind": kind, "from": effect, "wait": "0"}
            )
        elif kind == "ended" and event["end_date"]:
            ended = {
                **event,
                "kind": kind,
                "from": event["end_date"],
                "wait": "1",
                "end_date": "",
            }
            stages[event["measure_id"]].append(ended)
        for other in filter(None, event["supersedes"].split(";")):
            if effect:
                over = {
                    **event,
                    "kind": "ended",
                    "from": effect,
                    "wait": "0",
                    "end_date": "",
                }
                stages[other].append(over)
    return {m: events for m, events in stages.items() if what[m] not in NO_RULES}


#: What is no rule cannot be in force.
NO_RULES = {"meeting", "summit", "statement", "pledge", "platform", "investment"}

REGISTER = re.compile(
    r"(\d+) events in (\d+) measures from (\d+) to (\d+) \((?P<events>[^)]+)\)\. On"
    r" (\d+ \w+ \d+), (\d+) rules had begun and were not known to have ended \((?P<rules>[^)]+)\),"
    r" (\d+) of them without a set end; for (\d+) more the sources leave it open\."
)
TIMELINE = re.compile(
    r"Chinese makers sold (?P<home>[\d.]+) million new-energy vehicles at home in January–June"
    r" (?P<year>\d+), down (?P<fall>[\d.]+)% on a year before, and (?P<sent>[\d.]+) million abroad,"
    r" up (?P<rise>\d+)%\. By the police register new-energy vehicles were (?P<share>[\d.]+)% of"
    r" new cars, after (?P<before>[\d.]+)% a year before; by trade reports battery cars were"
    r" (?P<now>[\d.]+)% of passenger cars, after (?P<ago>[\d.]+)%\. On (?P<day>\d+ \w+ \d+) a buyer"
    r" had half the purchase tax waived, up to (?P<cap>[\d,]+) yuan, and got (?P<part>\d+)% of the"
    r" price, at most (?P<most>[\d,]+) yuan, for scrapping an old car \((?P<part2>\d+)% of the"
    r" price, at most (?P<most2>[\d,]+) yuan, for trading it in\)"
    r"(?P<ended>; the subsidy for every buyer ended in 2022)?\."
)


def test_register() -> None:
    match = REGISTER.fullmatch(answer("nev_policy_register"))
    assert match
    everything = rows_of("policy_events")
    assert int(match[1]) == len(everything)
    assert int(match[2]) == len({event["measure_id"] for event in everything})
    assert (match[3], match[4]) == ("2009", "2026")
    day = max(days_of(event["date"])[0] for event in everything)
    assert match[6] == f"{day.day} {day:%B %Y}"
    stages = _stages(everything)
    likely = [m for m, events in stages.items() if _in_force(events, day, willing=True)]
    certain = [
        m for m, events in stages.items() if _in_force(events, day, willing=False)
    ]
    assert set(certain) <= set(likely)
    assert int(match[7]) == len(certain)
    assert int(match[9]) == sum(
        not _governing(stages[m], day)["end_date"] for m in certain
    )
    assert int(match[10]) == len(likely) - len(certain)
    # Whose they are adds up, and none is called China's or Central Asia's that is not.
    where: dict[str, str] = {}
    for event in everything:
        if event["stage"] not in ("held", "one_off"):
            where.setdefault(event["measure_id"], event["jurisdiction"])
    assert _told(match["events"]) == Counter(e["jurisdiction"] for e in everything)
    assert _told(match["rules"]) == Counter(where[m] for m in certain)


def _told(text: str) -> dict[str, int]:
    """Read `China 2 and the EU 1`."""
    codes = {name: code for code, name in NAMES.items()} | {
        "China": "CHN",
        "the EU": "EU",
    }
    codes["the Eurasian Economic Union"] = "EAEU"
    parts = re.split(r", | and ", text)
    return {codes[one.rpartition(" ")[0]]: int(one.rpartition(" ")[2]) for one in parts}


@pytest.mark.parametrize("years", [(2009, 2026), (2025, 2026)])
def test_timeline(years: tuple[int, int]) -> None:
    match = TIMELINE.fullmatch(answer("nev_policy_timeline", *map(str, years)))
    assert match
    percent, year = Fraction(100), int(match["year"])
    sold, sent = (
        [_printed(f"nev_{n}", y) for y in (year, year - 1)]
        for n in ("sales", "exports")
    )
    home = [_less(*both) for both in zip(sold, sent, strict=True)]
    borne(match["home"], home[0], Fraction(1, 10**6), about=False)
    borne(match["sent"], sent[0], Fraction(1, 10**6), about=False)
    down, up = _over(*home), _over(*sent)
    borne(
        match["fall"],
        Figure(1 - down.value, 1 - down.high, 1 - down.low),
        percent,
        about=False,
    )
    borne(
        match["rise"],
        Figure(up.value - 1, up.low - 1, up.high - 1),
        percent,
        about=False,
    )
    for name, when in (("share", year), ("before", year - 1)):
        borne(
            match[name],
            _printed("nev_share_of_registrations", when),
            percent,
            about=False,
        )
    for name, when in (("now", year), ("ago", year - 1)):
        battery, cars = _months("bev_passenger", when), _months("passenger_car", when)
        borne(match[name], _over(battery, cars), percent, about=False)
    day = max(days_of(event["date"])[0] for event in rows_of("policy_events"))
    assert match["day"] == f"{day.day} {day:%B %Y}"
    (tax,) = (
        row
        for row in rows_of("purchase_tax_schedule")
        if row["period_start"] <= day.isoformat() <= row["period_end"]
    )
    assert (tax["rule"], float(tax["relief_share"])) == ("half_to_cap", 0.5)
    assert match["cap"] == f"{int(tax['cap_cny']):,}"
    for scheme, end in (("scrappage_bonus", ""), ("trade_in_bonus", "2")):
        (row,) = (
            row
            for row in rows_of("subsidy_schedule")
            if (row["scheme"], row["period_end"]) == (scheme, f"{day.year}-12-31")
        )
        assert match[f"most{end}"] == f"{int(row['amount_cny']):,}"
        assert row["note"] == f"{match[f'part{end}']} percent of the price"
    # Only where the subsidy is in the window.
    assert bool(match["ended"]) == (years[0] < 2023)


def _months(series: str, year: int) -> Figure:
    """Sum January to June of a series of registrations."""
    rows = [
        Figure(*rounded(row["value"], row["precision"], row["rounding"]))
        for row in rows_of("market_series")
        if row["series"] == f"{series}_registrations"
        and row["period"][:5] == f"{year}-"
        if int(row["period"][5:]) <= 6
    ]
    assert len(rows) == 6
    return Figure(
        *(
            sum((getattr(one, end) for one in rows), Fraction(0))
            for end in ("value", "low", "high")
        )
    )


def _printed(series: str, year: int) -> Figure:
    """Return what is printed of January to June."""
    (row,) = [
        row
        for row in rows_of("market_series")
        if (row["series"], row["period"]) == (series, f"{year}-6M")
        and row["quality"] == "ok"
    ]
    return Figure(*rounded(row["value"], row["precision"], row["rounding"]))


def _less(one: Figure, other: Figure) -> Figure:
    return Figure(one.value - other.value, one.low - other.high, one.high - other.low)


def _over(part: Figure, whole: Figure) -> Figure:
    return Figure(
        part.value / whole.value, part.low / whole.high, part.high / whole.low
    )


def _governing(events: list[dict[str, str]], day: dt.date) -> dict[str, str]:
    """Return the stage that was decided last of those that had surely begun."""
    begun = [event for event in events if days_of(event["from"])[1] <= day]
    return max(
        begun, key=lambda e: (days_of(e["issued_date"] or e["date"])[0], e["from"])
    )
