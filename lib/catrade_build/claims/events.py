"""Tests of claims on events: when, on which weekday, by whom, how many, what was said.

Each kind of claim has a function of a few lines that says how the record puts it, and either all
that a number may be or the verdict; `judge_event` makes a verdict and a sentence of that.
"""

from __future__ import annotations

from collections.abc import Callable

from catrade_build.claims.core import (
    FAILS,
    HOLDS,
    UNKNOWN,
    Claim,
    Ends,
    Outcome,
    Row,
    judge,
)
from catrade_build.claims.evidence import TELLS
from catrade_build.claims.facts import Facts
from catrade_build.tables import as_of
from catrade_build.tables.definitions import choices, meanings
from catrade_build.tables.trade import load_sources, published_by, refuse_unknown
from catrade_build.words import capital
from rounding.dates import date_interval, weekday
from rounding.formats import date as written
from rounding.formats import is_missing, join

#: What the record says of an event, its number or the verdict, and what is claimed instead.
Recorded = tuple[str, Ends | str, str]


def judge_event(claim: Claim, facts: Facts) -> Outcome:
    """Judge a claim on an event of the record; a gap is that since an earlier event (`terms`).

    As of a day in the past (`ct.as_of`) an event may not be on record yet.
    """
    if as_of.current() and claim.event_id not in facts.events:
        return Outcome(UNKNOWN, "No such event was on record by then.")
    ids = (
        [claim.terms, claim.event_id] if claim.kind == "event_gap" else [claim.event_id]
    )
    refuse_unknown("event of policy_events.csv", ids, facts.events)
    events = [facts.events[name] for name in ids]
    says, recorded, asked = _KINDS[claim.kind](claim, *events)
    used = [{"item": _item(event), "sources": event["sources"]} for event in events]
    start = f"{capital(events[-1]['title_en'])}{says}"
    if isinstance(recorded, str):
        return Outcome(recorded, start + _ending(recorded, asked), used)
    verdict = judge(recorded, claim.allows)
    reason = start + _ending(verdict, claim.announced)
    return Outcome(verdict, reason, used, recorded, claim.allows, claim.unit)


def _ending(verdict: str, asked: str) -> str:
    endings = {HOLDS: ", as claimed.", UNKNOWN: "."}
    return endings.get(verdict, f"; the claim has {asked}.")


def _item(event: Row) -> str:
    """Return `Roundtable of 17 automakers, 14 January 2026: 17 automakers`."""
    number = event["value"]
    told = "" if is_missing(number) else f": {number:,.10g} {event['value_unit']}"
    return f"{event['title_en']}, {written(event['date'])}{told}"


def not_checkable(claim: Claim, facts: Facts) -> Outcome:
    """Say why no published figure can judge the claim, as its note does.

    Its `terms` may name the sources of the figures that the note tells: as of a day before one of
    them (`ct.as_of`) the note is not told.
    """
    sources = load_sources()["source_id"].tolist()
    for name in claim.named:
        refuse_unknown("source of sources.csv", name, sources)
    day = as_of.current()
    if day and {*claim.named} - {*published_by(day).index}:
        return Outcome(UNKNOWN, "No figure published by then can judge it.")
    tells = {"item": TELLS, "sources": ";".join(claim.named)}
    return Outcome(UNKNOWN, f"{capital(claim.note.rstrip('.'))}.", [tells])


def _weekday(claim: Claim, event: Row) -> Recorded:
    """Compare the weekday, which follows from the date."""
    refuse_unknown("weekday", claim.terms, choices("weekdays"))
    day, actual = written(event["date"]), weekday(event["date"])
    if not actual:
        return f" is dated {day}, without a day", UNKNOWN, ""
    verdict = HOLDS if actual == claim.terms else FAILS
    return f" was on {day}, a {actual}", verdict, claim.terms


def _issuer(claim: Claim, event: Row) -> Recorded:
    """Look for every body the claim names among those who held or issued it."""
    names = meanings("issuers")
    refuse_unknown("issuer", claim.named, names)
    issuers = event["issuers"].split(";")
    absent = [names[code] for code in claim.named if code not in issuers]
    says = f" was held or issued by {join([names[code] for code in issuers])}"
    return says, FAILS if absent else HOLDS, f"{join(absent)} as well"


def _issuer_count(claim: Claim, event: Row) -> Recorded:
    """Count the bodies that held or issued it."""
    names = meanings("issuers")
    listed = [names[code] for code in event["issuers"].split(";")]
    number = len(listed)
    return f": {number} bodies ({join(listed)})", (number, number), ""


def _number(claim: Claim, event: Row) -> Recorded:
    """Compare the event's headline number, such as 17 automakers."""
    number = event["value"]
    if is_missing(number):
        return ": no number is on record", UNKNOWN, ""
    return f": {number:.15g} {event['value_unit']}", (number, number), ""


def _mentions(claim: Claim, event: Row) -> Recorded:
    """Look for what the claim names in the quotation stored, or in the record of ours.

    Either is shorter than what was said: what it does not mention may still have happened.
    """
    columns = ("title_en", "summary", "note", "value_unit")
    ours = " ".join(event[column] for column in columns)
    quoted, summary = event["quote"], event["summary"]
    if absent := _absent(claim, f"{ours} {quoted}"):
        missing = f"; what is quoted of it does not mention {join(absent)}"
        return f": “{(quoted or summary).rstrip('.')}”{missing}", UNKNOWN, ""
    shown = quoted if _absent(claim, ours) else summary
    return f": “{shown.rstrip('.')}”", HOLDS, ""


def _absent(claim: Claim, text: str) -> list[str]:
    text = text.casefold()
    return [word for word in claim.named if word.casefold() not in text]


def _gap(claim: Claim, before: Row, event: Row) -> Recorded:
    """Count the days from the earlier event to the later one, of dates known to the month both."""
    first, last = date_interval(event["date"])
    before_first, before_last = date_interval(before["date"])
    low, high = (first - before_last).days, (last - before_first).days
    apart = f"{low} to {high} days after".replace("-", "−")
    if low == high:
        apart = (
            f"{low} day{'' if low == 1 else 's'} after" if low else "the same day as"
        )
    earlier = f"“{before['title_en']}” ({written(before['date'])})"
    return f" is dated {written(event['date'])}, {apart} {earlier}", (low, high), ""


_KINDS: dict[str, Callable[..., Recorded]] = {
    "event_weekday": _weekday,
    "event_issuer": _issuer,
    "event_issuer_count": _issuer_count,
    "event_count": _number,
    "event_mentions": _mentions,
    "event_gap": _gap,
}
TESTS = dict.fromkeys(_KINDS, judge_event) | {"not_checkable": not_checkable}
