"""Every verdict that the claim check's answer counts, worked out again without the library."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

import pytest
from by_hand import (
    FIVE,
    Figure,
    answer,
    cell_of,
    days_of,
    growth_of,
    rounded,
    rows_of,
    sum_of,
)

HOLDS, ROUNDING, FAILS, UNKNOWN = "hold", "hold within rounding", "do not hold", "cannot be checked"
ANNOUNCED = "stand as announced, not independently confirmed"


def _against(computed: Figure | None, claim: dict[str, str]) -> str:
    """Compare what the figures allow with what the claim allows."""
    if computed is None:
        return UNKNOWN
    value = Fraction(claim["value"])
    if claim["rounding"] == "above":
        return HOLDS if computed.low > value else ROUNDING if computed.high > value else FAILS
    _, low, high = rounded(claim["value"], claim["precision"], claim["rounding"])
    if claim["unit"] != "USD":
        low = value - (value - low if low else Fraction(claim["precision"]) / 2)
    if low <= computed.low and computed.high <= high:
        return HOLDS
    return ROUNDING if computed.low <= high and low <= computed.high else FAILS


def _change(one: str, other: str, period: str, flow: str) -> Figure | None:
    new = cell_of(one, other, period, flow)
    base = cell_of(one, other, str(int(period) - 1), flow)
    return growth_of(new, base)[0] if new and base else None


def _ahead(reporters: tuple[str, str], partner: str, year: str) -> bool | None:
    """Say whether China's trade with a country was surely above its rival's; None if unknown.

    `reporters` are (CHN, rival) for each partner's own books, (country, country) for the country's.
    """
    if reporters[0] == "CHN":
        china, rival = (cell_of(one, partner, year, "total") for one in reporters)
    else:
        china, rival = (cell_of(partner, one, year, "total") for one in ("CHN", reporters[1]))
    return china.low > rival.high if china and rival else None


def _trade_claim(claim: dict[str, str], books: str) -> str:
    own, flow = books == "partner", claim["flow"]
    partner, year = claim["partner"], claim["period"]
    ends = (partner, "CHN") if own else ("CHN", partner)
    mirrored = {"export": "import", "import": "export"}.get(flow, flow) if own else flow
    rival = claim["terms"].split(";")[0]
    sides = ("own" if own else "CHN", rival)
    match claim["kind"]:
        case "level":
            return _against(cell_of(*ends, year, mirrored), claim)
        case "growth":
            return _against(_change(*ends, year, mirrored), claim)
        case "growth_difference":
            now = _change(*ends, year, mirrored)
            before = _change(*ends, claim["base_period"], mirrored)
            if not (now and before):
                return UNKNOWN
            apart = Figure(now.value - before.value, now.low - before.high, now.high - before.low)
            return _against(apart, claim)
        case "sum":
            return _against(sum_of(cell_of(*ends, year, f) for f in ("export", "import")), claim)
        case "rank_among_partners":
            countries = FIVE if claim["scope"] == "each" else (partner,)
            leads = [_ahead(sides, country, year) for country in countries]
            return UNKNOWN if None in leads else HOLDS if all(leads) else FAILS
        case "became_largest":
            # As written it means all partners; only being behind one in the year itself decides.
            countries = FIVE if claim["scope"] == "each" else (partner,)
            leads = [_ahead(sides, country, year) for country in countries]
            return FAILS if False in leads else UNKNOWN
    return UNKNOWN  # no table of the region's goods in 2025 is held


def _event_claim(claim: dict[str, str]) -> str:
    events = {event["event_id"]: event for event in rows_of("policy_events")}
    event, terms = events.get(claim["event_id"], {}), claim["terms"].split(";")
    match claim["kind"]:
        case "event_weekday":
            true = f"{days_of(event['date'])[0]:%A}" == terms[0]
        case "event_issuer":
            true = set(terms) <= set(event["issuers"].split(";"))
        case "event_issuer_count":
            true = len(event["issuers"].split(";")) == int(claim["value"])
        case "event_count":
            true = Fraction(event["value"]) == Fraction(claim["value"])
        case "event_gap":
            days = (days_of(event["date"])[0] - days_of(events[terms[0]]["date"])[0]).days
            most = int(claim["value"])
            true = 0 <= days <= most if claim["rounding"] == "below" else days == most
        case "event_mentions":
            said = f"{event['title_en']} {event['summary']}".casefold()
            return HOLDS if all(term.casefold() in said for term in terms) else UNKNOWN
        case _:
            return UNKNOWN
    return HOLDS if true else FAILS


def _standings(document: str) -> Iterator[tuple[str, str]]:
    """Yield the topic of each claim and what it comes to, by both sides' statistics."""
    for claim in rows_of("claims"):
        if claim["document"] != document:
            continue
        if not claim["books"]:
            topic = "untestable" if claim["kind"] == "not_checkable" else "meetings"
            yield topic, _event_claim(claim)
            continue
        by = {books: _trade_claim(claim, books) for books in claim["books"].split(";")}
        own, other = by.get("CHN", UNKNOWN), by.get("partner", UNKNOWN)
        if own == UNKNOWN or (claim["kind"] in RANKS and other != UNKNOWN):
            yield "trade", other
        elif own == FAILS or other in (HOLDS, ROUNDING):
            yield "trade", own if other == HOLDS else max(own, other, key=ORDER.index)
        else:
            yield "trade", ANNOUNCED


RANKS = ("rank_among_partners", "became_largest")
ORDER = (HOLDS, ROUNDING, FAILS, UNKNOWN)


@pytest.mark.parametrize("document", ["dailymail-2026-01", "stheadline-mofcom-2026"])
def test_claims(document: str) -> None:
    text = answer("claim_check", document)
    judged = Counter(_standings(document))
    printed: Counter[tuple[str, str]] = Counter()
    for number, topic, told in re.findall(r"(\d+) claims on (\w+) ([^;.]+)", text):
        for count, standing in re.findall(
            r"(\d+) (holds? within rounding|do(?:es)? not hold|cannot be checked"
            r"|stands? as announced, not independently confirmed|holds?)",
            told,
        ):
            printed[topic, NORMAL.get(standing, standing)] = int(count)
        assert int(number) == sum(n for (one, _), n in printed.items() if one == topic)
    if untestable := re.search(r"(\d+) (?:is|are) not testable", text):
        printed["untestable", UNKNOWN] = int(untestable[1])
    assert printed == judged
    assert text.startswith("“")  # the headline claim first
    assert "largest trading partner" in text.split("”")[0]


NORMAL = {
    "holds": HOLDS,
    "holds within rounding": ROUNDING,
    "does not hold": FAILS,
    "stands as announced, not independently confirmed": ANNOUNCED,
}


def test_how_much_russia_would_have_had_to_gain() -> None:
    china = cell_of("CHN", "CA5", "2025", "total")
    russia = cell_of("RUS", "CA5", "2024", "total")
    assert china
    assert russia
    low, high = china.low / russia.high - 1, china.high / russia.low - 1
    text = answer("claim_check", "dailymail-2026-01")
    assert f"would have had to rise by {100 * float(low):.0f} to {100 * float(high):.0f}%" in text
    assert "(over $45 billion)" in text
