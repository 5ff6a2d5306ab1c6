"""Tests of claims on events: when, on which weekday, by whom, how many, what was said.

Each kind of claim has a function of a few lines that says how the record puts it, and either the
number or the verdict that follows; `judged` makes a verdict and a sentence of that.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import pandas as pd

from catrade.claims import core
from catrade.claims.core import Claim, Outcome, Row
from catrade.claims.facts import Facts
from catrade.tables.definitions import choices, meanings
from catrade.tables.trade import load_sources
from catrade.words import capital, exact
from rounding.dates import date_interval, weekday
from rounding.errors import ParameterError, choice_error, did_you_mean
from rounding.formats import date as written
from rounding.formats import is_missing, join
from rounding.rounded import Rounded

#: What the record says of an event, the number or the verdict, and what is claimed instead.
Found = tuple[str, Rounded | str, str]
#: What the evidence calls a source of what a reason tells, by which nothing is judged.
TELLS = "What the reason tells"


def judged(claim: Claim, facts: Facts) -> Outcome:
    """Judge a claim on an event of the record; a gap is that since an earlier event (`terms`)."""
    event = _find(facts, "event_id", claim.event_id)
    events = [event]
    if claim.kind == "event_gap":
        events.insert(0, _find(facts, "terms", claim.terms))
    used = [("event", _evidence(one)) for one in events]
    says, found, asked = _KINDS[claim.kind](claim, *events)
    endings = {core.HOLDS: ", as claimed", core.UNKNOWN: ""}
    start = f"{capital(str(event['title_en']))}{says}"
    if not isinstance(found, Rounded):
        ending = endings.get(found, f"; the claim has {asked}")
        return Outcome(found, f"{start}{ending}.", used)
    verdict = core.judge(found, claim.allows)
    reason = f"{start}{endings.get(verdict, f'; the claim has {claim.said}')}."
    return Outcome(verdict, reason, used, found, claim.allows, claim.unit)


def not_checkable(claim: Claim, facts: Facts) -> Outcome:
    """Say why no published figure can judge the claim, as its note does.

    Its `terms` may name the sources of the figures that the note tells.
    """
    for one in claim.named:
        _refuse_unknown("terms", "a source of sources.csv", one, load_sources())
    reason = f"{capital(claim.note.rstrip('.'))}."
    tells: Row = {"item": TELLS, "unit": ""}
    tells |= {"source_ids": ";".join(claim.named)}
    return Outcome(core.UNKNOWN, reason, [("note", tells if claim.named else None)])


def _weekday(claim: Claim, event: Row) -> Found:
    """Compare the weekday, which follows from the date."""
    asked = _known(claim, choices("weekdays"))[0]
    day, actual = written(event["date"]), weekday(str(event["date"]))
    if not actual:
        return f" is dated {day}, without a day", core.UNKNOWN, ""
    return f" was on {day}, a {actual}", _true(actual == asked), asked


def _issuer(claim: Claim, event: Row) -> Found:
    """Look for every body the claim names among those who held or issued it."""
    names, issuers = meanings("issuers"), event["issuers"].split(";")
    absent = [names[code] for code in _known(claim, names) if code not in issuers]
    says = f" was held or issued by {join([names[code] for code in issuers])}"
    return says, _true(not absent), f"{join(absent)} as well"


def _issuer_count(claim: Claim, event: Row) -> Found:
    """Count the bodies that held or issued it."""
    names, issuers = meanings("issuers"), event["issuers"].split(";")
    listed = join([names.get(code, code) for code in issuers])
    return f": {len(issuers)} bodies ({listed})", exact(len(issuers)), ""


def _number(claim: Claim, event: Row) -> Found:
    """Compare the event's headline number, such as 17 automakers."""
    if is_missing(event["value"]):
        return ": no number is on record", core.UNKNOWN, ""
    value = float(event["value"])
    return f": {value:.15g} {event['value_unit']}", exact(value), ""


def _mentions(claim: Claim, event: Row) -> Found:
    """Look for what the claim names in the quotation stored, or in the record of ours.

    Either is shorter than what was said: what it does not mention may still have happened.
    """
    record = [event[name] for name in ("title_en", "summary", "note", "value_unit")]
    ours, quoted = " ".join(map(str, record)), str(event.get("quote") or "")
    if absent := _absent(claim, f"{ours} {quoted}"):
        says = f"{quoted or event['summary']}".rstrip(".")
        missing = f"; what is quoted of it does not mention {join(absent)}"
        return f": “{says}”{missing}", core.UNKNOWN, ""
    says = quoted if _absent(claim, ours) else event["summary"]
    return f": “{says.rstrip('.')}”", core.HOLDS, ""


def _absent(claim: Claim, text: str) -> list[str]:
    return [word for word in claim.named if word.casefold() not in text.casefold()]


def _gap(claim: Claim, before: Row, event: Row) -> Found:
    """Count the days from the earlier event to the later one, of dates known to the month both."""
    first, last = date_interval(str(event["date"]))
    before_first, before_last = date_interval(str(before["date"]))
    low, high = (first - before_last).days, (last - before_first).days
    apart = f"{low} to {high} days after".replace("-", "−")
    if low == high:
        days = f"{low} day{'' if low == 1 else 's'} after"
        apart = days if low else "the same day as"
    says = (
        f" is dated {written(event['date'])}, {apart} "
        f"“{before['title_en']}” ({written(before['date'])})"
    )
    return says, Rounded(low, low, high), ""


_KINDS: dict[str, Callable[..., Found]] = {
    "event_weekday": _weekday,
    "event_issuer": _issuer,
    "event_issuer_count": _issuer_count,
    "event_count": _number,
    "event_mentions": _mentions,
    "event_gap": _gap,
}
TESTS = dict.fromkeys(_KINDS, judged) | {"not_checkable": not_checkable}


def _known(claim: Claim, known: Collection[str]) -> list[str]:
    """Return what the claim names, if a list of the tables has it."""
    for code in claim.named:
        if code not in known:
            raise choice_error("terms", code, known)
    return claim.named


def _find(facts: Facts, column: str, event_id: str) -> dict[Any, Any]:
    events = facts.events
    _refuse_unknown(column, "an event of policy_events.csv", event_id, events)
    return events[events["event_id"] == event_id].iloc[0].to_dict()


def _refuse_unknown(column: str, what: str, asked: str, table: pd.DataFrame) -> None:
    """Raise if a table has no row of that id; its first column holds the ids."""
    ids = table.iloc[:, 0]
    if asked not in set(ids):
        hint = did_you_mean(asked, ids)
        raise ParameterError(f"{column} must be {what}; got {asked!r}{hint}")


def _evidence(event: Row) -> dict[str, Any]:
    return {
        "period": event["date"],
        "item": event["title_en"],
        "value": event["value"],
        "unit": event["value_unit"],
        "quality": event["quality"],
        "source_ids": event["source_ids"],
    }


def _true(fits: bool) -> str:
    return core.HOLDS if fits else core.FAILS
