"""Tests of claims on events: when, on which weekday, by whom, how many, what was said.

Each kind of claim has a function of a few lines that says whether it is so and how the record puts
it; `_test` makes a verdict and a sentence of that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from catrade.claims import core
from catrade.claims.core import Claim, Facts, Outcome, Span
from catrade.tables.definitions import choices, meanings
from rounding.dates import date_interval, weekday
from rounding.errors import ParameterError, choice_error, did_you_mean
from rounding.formats import date as written
from rounding.formats import is_missing, join

Event = Mapping[Any, Any]


class _Found(NamedTuple):
    """What the record says of an event, the verdict, and what was claimed instead."""

    says: str
    verdict: str
    asked: str = ""
    computed: Span | None = None
    asserted: Span | None = None
    unit: str = ""


def _weekday(claim: Claim, event: Event, facts: Facts) -> _Found:
    """Compare the weekday, which follows from the date."""
    asked, actual = _known(claim, choices("weekdays"))[0], weekday(str(event["date"]))
    if not actual:
        return _Found(
            f" is dated {written(event['date'])}, without a day", core.UNKNOWN
        )
    verdict = core.HOLDS if actual == asked else core.FAILS
    return _Found(f" was on {written(event['date'])}, a {actual}", verdict, asked)


def _issuer(claim: Claim, event: Event, facts: Facts) -> _Found:
    """Look for every body the claim names among those who held or issued it."""
    names, issuers = meanings("issuers"), str(event["issuers"]).split(";")
    absent = join([names[code] for code in _known(claim, names) if code not in issuers])
    says = f" was held or issued by {join([names[code] for code in issuers])}"
    return _Found(says, core.FAILS if absent else core.HOLDS, f"{absent} as well")


def _issuer_count(claim: Claim, event: Event, facts: Facts) -> _Found:
    """Count the bodies that held or issued it."""
    issuers = str(event["issuers"]).split(";")
    names = join([meanings("issuers").get(code, code) for code in issuers])
    return _counted(claim, len(issuers), f": {len(issuers)} bodies ({names})")


def _number(claim: Claim, event: Event, facts: Facts) -> _Found:
    """Compare the event's headline number, such as 17 automakers."""
    if is_missing(event["value"]):
        return _Found(": no number is on record", core.UNKNOWN)
    value = float(event["value"])
    return _counted(claim, value, f": {value:.15g} {event['value_unit']}")


def _mentions(claim: Claim, event: Event, facts: Facts) -> _Found:
    """Look for what the claim names in the quotation stored, or in the record of ours.

    Either is shorter than what was said: what it does not mention may still have happened.
    """
    record = [event[name] for name in ("title_en", "summary", "note", "value_unit")]
    ours, quoted = " ".join(map(str, record)).casefold(), str(event.get("quote") or "")
    asked = core.terms(claim)
    both = f"{ours} {quoted.casefold()}"
    if absent := [word for word in asked if word.casefold() not in both]:
        text = f"; what is quoted of it does not mention {join(absent)}"
        return _Found(f": “{_bare(quoted or event['summary'])}”{text}", core.UNKNOWN)
    told = [word.casefold() in ours for word in asked]
    return _Found(f": “{_bare(event['summary'] if all(told) else quoted)}”", core.HOLDS)


def _bare(text: str) -> str:
    return text.rstrip(".")


def _gap(claim: Claim, event: Event, facts: Facts) -> _Found:
    """Count the days between the earlier event (`terms`) and the later one."""
    before = _find(facts, str(claim["terms"]), "terms")
    new, old = _days(str(event["date"])), _days(str(before["date"]))
    span = Span(new.low - old.high, new.high - old.low)
    days = f"{span.low:.0f}".replace("-", "−")
    if span.low != span.high:
        days += f" to {span.high:.0f}".replace("-", "−")
    apart = f"{days} day{'' if days == '1' else 's'} after"
    if days == "0":
        apart = "the same day as"
    says = (
        f" is dated {written(event['date'])}, {apart} “{before['title_en']}” "
        f"({written(before['date'])})"
    )
    return _compared(says, core.claimed(claim), span, core.asserted_span(claim), "days")


def _counted(claim: Claim, value: float, says: str) -> _Found:
    return _compared(
        says,
        core.claimed(claim),
        Span(value, value),
        core.asserted_span(claim),
        "count",
    )


def _compared(
    says: str, asked: str, computed: Span, asserted: Span, unit: str
) -> _Found:
    return _Found(says, core.judge(computed, asserted), asked, computed, asserted, unit)


def _test(
    find: Callable[[Claim, Event, Facts], _Found],
) -> Callable[[Claim, Facts, str], Outcome]:
    def test(claim: Claim, facts: Facts, books: str) -> Outcome:
        event = _find(facts, str(claim["event_id"]), "event_id")
        found = find(claim, event, facts)
        asked = f"; the claim has {found.asked}"
        ending = {core.HOLDS: ", as claimed", core.UNKNOWN: ""}.get(
            found.verdict, asked
        )
        title = str(event["title_en"])
        reason = f"{title[:1].upper()}{title[1:]}{found.says}{ending}."
        used = [event]
        if claim["kind"] == "event_gap":
            used.insert(0, _find(facts, str(claim["terms"]), "terms"))
        rows = [_evidence(one) for one in used]
        return Outcome(
            found.verdict, reason, rows, found.computed, found.asserted, found.unit
        )

    test.__doc__ = find.__doc__
    return test


def _known(claim: Claim, known: Any) -> list[str]:
    """Return what the claim names, if a list of the tables has it."""
    for code in core.terms(claim):
        if code not in known:
            raise choice_error("terms", code, known)
    return core.terms(claim)


def _find(facts: Facts, event_id: str, column: str) -> Event:
    rows = facts.events[facts.events["event_id"] == event_id]
    if rows.empty:
        hint = did_you_mean(event_id, facts.events["event_id"])
        raise ParameterError(
            f"{column} must be an event of policy_events.csv; got {event_id!r}{hint}"
        )
    found: Event = rows.iloc[0].to_dict()
    return found


def _days(text: str) -> Span:
    first, last = date_interval(text)
    return Span(first.toordinal(), last.toordinal())


def _evidence(event: Event) -> dict[str, Any]:
    value = float("nan") if is_missing(event["value"]) else float(event["value"])
    named = {"period": event["date"], "item": event["title_en"]}
    how = {name: event[name] for name in ("quality", "source_ids")}
    number = {"value": value, "unit": event["value_unit"], "basis": "record"}
    return core.evidence_row(role="event", **named, **number, **how)


TESTS: dict[str, Callable[[Claim, Facts, str], Outcome]] = {
    "event_weekday": _test(_weekday),
    "event_issuer": _test(_issuer),
    "event_issuer_count": _test(_issuer_count),
    "event_count": _test(_number),
    "event_mentions": _test(_mentions),
    "event_gap": _test(_gap),
}
