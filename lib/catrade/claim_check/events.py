"""Tests of claims on events: when, on which weekday, by whom, how many, what was said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from catrade.claim_check.core import (
    FAILS,
    HOLDS,
    UNKNOWN,
    Claim,
    Facts,
    Outcome,
    Span,
    asserted_span,
    judge,
)
from catrade.claim_check.evidence import evidence_frame
from catrade.dates import date_interval, weekday
from catrade.definitions import choices, meanings
from pagemill.errors import ParameterError, choice_error, nearest
from pagemill.formats import date as written
from pagemill.formats import join

Event = Mapping[Any, Any]


def event_date(claim: Claim, facts: Facts, books: str) -> Outcome:
    """Judge a date: the days the event may have been on, against those the claim allows."""
    event = _event(claim, facts)
    asked = str(claim["terms"])
    computed, asserted = (_days(text) for text in (str(event["date"]), asked))
    verdict = judge(computed, asserted)
    word = "as claimed" if verdict == HOLDS else f"where the claim has {written(asked)}"
    reason = f"{_title(event)} is dated {written(event['date'])}, {word}."
    return Outcome(verdict, reason, _evidence([event]), computed, asserted, "date")


def event_weekday(claim: Claim, facts: Facts, books: str) -> Outcome:
    """Judge the weekday, which follows from the date; other sources' weekdays are evidence."""
    event = _event(claim, facts)
    asked = str(claim["terms"])
    if asked not in choices("weekdays"):
        error = choice_error("terms", asked, choices("weekdays"))
        raise error
    actual = weekday(str(event["date"]))
    if not actual:
        reason = f"{_title(event)} is dated {written(event['date'])}, without a day."
        return Outcome(UNKNOWN, reason, _evidence([event]))
    verdict = HOLDS if actual == asked else FAILS
    end = ", as claimed" if verdict == HOLDS else f", not a {asked}"
    reason = f"{_title(event)} was on {written(event['date'])}, a {actual}{end}."
    return Outcome(verdict, reason, _evidence([event]))


def event_issuer(claim: Claim, facts: Facts, books: str) -> Outcome:
    """Judge who issued or held it: every body the claim names must be among the issuers."""
    event = _event(claim, facts)
    asked, known = _terms(claim), meanings("issuers")
    for code in asked:
        if code not in known:
            error = choice_error("terms", code, known)
            raise error
    issuers = str(event["issuers"]).split(";")
    absent = [code for code in asked if code not in issuers]
    verdict = FAILS if absent else HOLDS
    names = join([known[code] for code in issuers])
    tail = f", without {join([known[code] for code in absent])}" if absent else ", as claimed"
    reason = f"{_title(event)} was held or issued by: {names}{tail}."
    return Outcome(verdict, reason, _evidence([event]))


def event_issuer_count(claim: Claim, facts: Facts, books: str) -> Outcome:
    """Judge how many bodies issued or held it."""
    event = _event(claim, facts)
    issuers = str(event["issuers"]).split(";")
    names = join([meanings("issuers").get(code, code) for code in issuers])
    return _count(claim, event, float(len(issuers)), f"{len(issuers)} bodies ({names})")


def event_count(claim: Claim, facts: Facts, books: str) -> Outcome:
    """Judge the event's headline number, such as 17 automakers."""
    event = _event(claim, facts)
    value = event["value"]
    if value is None or value != value:
        reason = f"The table of events gives no number for: {_title(event)}."
        return Outcome(UNKNOWN, reason, _evidence([event]))
    return _count(claim, event, float(value), f"{float(value):.15g} {event['value_unit']}")


def event_mentions(claim: Claim, facts: Facts, books: str) -> Outcome:
    """Judge whether the event's title, summary or note says what the claim names.

    The table holds a summary, so what it does not mention may still have happened.
    """
    event = _event(claim, facts)
    text = " ".join(str(event[name]) for name in ("title_en", "summary", "note", "value_unit"))
    asked = _terms(claim)
    absent = [word for word in asked if word.casefold() not in text.casefold()]
    says = f"“{event['title_en']}: {str(event['summary']).rstrip('.')}”"
    if absent:
        reason = (
            f"The table of events does not mention {join(absent)}, which is not to say that it was "
            f"not so; it says {says}."
        )
        return Outcome(UNKNOWN, reason, _evidence([event]))
    return Outcome(HOLDS, f"The table of events says {says}.", _evidence([event]))


def event_gap(claim: Claim, facts: Facts, books: str) -> Outcome:
    """Judge how many days lie between the earlier event (`terms`) and the later one."""
    later = _event(claim, facts)
    earlier = _find(facts, str(claim["terms"]), "terms")
    new, old = _days(str(later["date"])), _days(str(earlier["date"]))
    span = Span(new.low - old.high, new.high - old.low)
    asserted = asserted_span(claim)
    verdict = judge(span, asserted)
    days = f"{span.low:.0f}" if span.low == span.high else f"{span.low:.0f} to {span.high:.0f}"
    asked = _allowed(asserted, "days")
    reason = (
        f"{_title(later)} ({written(later['date'])}) came {days} day{'' if days == '1' else 's'} "
        f"after {_title(earlier, start=False)} ({written(earlier['date'])}); the claim allows "
        f"{asked}."
    )
    return Outcome(verdict, reason, _evidence([earlier, later]), span, asserted, "days")


def not_checkable(claim: Claim, facts: Facts, books: str) -> Outcome:
    """Say why no published figure can judge the claim."""
    note = str(claim["note"]).rstrip(".")
    return Outcome(UNKNOWN, f"{note[:1].upper()}{note[1:]}.", _evidence([]))


def _count(claim: Claim, event: Event, value: float, words: str) -> Outcome:
    span, asserted = Span(value, value), asserted_span(claim)
    verdict = judge(span, asserted)
    end = "as claimed" if verdict == HOLDS else f"where the claim has {float(claim['value']):.15g}"
    reason = f"{_title(event)}: {words}, {end}."
    return Outcome(verdict, reason, _evidence([event]), span, asserted, "count")


def _event(claim: Claim, facts: Facts) -> Event:
    return _find(facts, str(claim["event_id"]), "event_id")


def _find(facts: Facts, event_id: str, column: str) -> Event:
    event = facts.event(event_id)
    if event is None:
        guess = nearest(event_id, facts.events["event_id"])
        hint = f" (did you mean {guess!r}?)" if guess else ""
        message = f"{column} must be an event of policy_events.csv; got {event_id!r}{hint}"
        raise ParameterError(message)
    return event


def _terms(claim: Claim) -> list[str]:
    return [part.strip() for part in str(claim["terms"]).split(";") if part.strip()]


def _days(text: str) -> Span:
    first, last = date_interval(text)
    return Span(first.toordinal(), last.toordinal())


def _allowed(span: Span, unit: str) -> str:
    if span.high == float("inf"):
        return f"{span.low:.0f} {unit} or more"
    if span.low == float("-inf"):
        return f"at most {span.high:.0f} {unit}"
    whole = [n for n in range(int(span.low), int(span.high) + 1) if span.low <= n <= span.high]
    return f"{whole[0]}" if len(whole) == 1 else f"{span.low:g} to {span.high:g}"


def _title(event: Event, *, start: bool = True) -> str:
    title = str(event["title_en"])
    return title[:1].upper() + title[1:] if start else f"“{title}”"


def _evidence(events: Sequence[Event]) -> Any:
    return evidence_frame(
        [
            {
                "role": "event",
                "period": event["date"],
                "item": f"{event['title_en']} ({event['issuers']})",
                "value": float("nan") if event["value"] is None else float(event["value"]),
                "unit": event["value_unit"],
                "basis": "record",
                "quality": event["quality"],
                "used": True,
                "source_ids": event["source_ids"],
            }
            for event in events
        ]
    )


def as_date(ordinal: float) -> str:
    """Return the day of an ordinal, for tables of computed intervals.

    Examples
    --------
    >>> as_date(dt.date(2026, 1, 14).toordinal())
    '14 January 2026'
    """
    return written(dt.date.fromordinal(int(ordinal)).isoformat())


TESTS: dict[str, Callable[[Claim, Facts, str], Outcome]] = {
    "event_date": event_date,
    "event_weekday": event_weekday,
    "event_issuer": event_issuer,
    "event_issuer_count": event_issuer_count,
    "event_count": event_count,
    "event_mentions": event_mentions,
    "event_gap": event_gap,
    "not_checkable": not_checkable,
}
