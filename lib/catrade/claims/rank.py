"""Tests of claims on rank: the largest trading partner, and since when.

A rank is judged against the rivals the claim names (`terms`). With the subject's books every
partner's own statistics are compared (China's of its trade, Russia's of its trade); with the books
`partner` the country's own, which alone measure all partners alike. The computed interval is the
subject's total less the largest rival's; the claim asserts that it is above zero.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from catrade.claims import core
from catrade.claims.core import Claim, Facts, Figure, Outcome, Span
from catrade.claims.leaders import (
    describe,
    known,
    lead_history,
    led_everywhere,
    money,
    newest_decided,
    pair_of,
)
from catrade.tables.names import in_sentence, name_of
from catrade.words import capital
from catrade.words import years as year_words
from rounding.formats import join
from rounding.formats import period as when
from rounding.numbers import format_percent_range
from rounding.periods import parse_period

_LEADS = Span(0.0, math.inf)
_BESIDE = {
    core.HOLDS: "ahead of",
    core.WITHIN: "too close to tell from",
    core.FAILS: "behind",
}
Figures = Mapping[str, Figure | None]
#: When several countries must all pass: the first of these that any of them has.
_WORST = {
    core.FAILS: "behind in {}",
    core.UNKNOWN: "figures are missing for {}",
    core.WITHIN: "too close to tell in {}",
    core.HOLDS: "ahead in {}",
}


def rank_among_partners(claim: Claim, facts: Facts, books: str) -> Outcome:
    """Judge "the largest trading partner", of a region as a whole or of each of its members."""
    region = str(claim["partner"])
    if claim["scope"] != "each":
        return _rank(claim, facts, books, region)
    found = {code: _rank(claim, facts, books, code) for code in core.members(region)}
    groups: dict[str, list[str]] = {verdict: [] for verdict in _WORST}
    for code, outcome in found.items():
        groups[outcome.verdict].append(name_of(code))
    told = [
        text.format(join(groups[verdict]))
        for verdict, text in reversed(_WORST.items())
        if groups[verdict]
    ]
    reason = (
        f"By {_whose(claim, books, region)} figures for {when(claim['period'])}, "
        f"{_subject(claim)} beside {_rivals(claim)}: {'; '.join(told)}."
    )
    evidence = [row for outcome in found.values() for row in outcome.rows]
    worst = next(verdict for verdict in _WORST if groups[verdict])
    return Outcome(worst, reason, evidence, None, _LEADS, "USD")


def became_largest(claim: Claim, facts: Facts, books: str) -> Outcome:
    """Judge "became the largest partner" as it is written, against all partners.

    To have been ahead of one rival before does not show that the subject was the largest before.
    So only being behind in the year itself refutes it, and only a record without a gap, in which
    the subject led nowhere before and another led in the year before, proves it. What the rivals
    that can be compared do show is said, and what the claim's note adds.
    """
    now = rank_among_partners(claim, facts, books)
    if now.verdict == core.FAILS:
        return now
    region, year = str(claim["partner"]), _year(claim)
    codes = list(core.members(region)) if claim["scope"] == "each" else [region]
    rows = known(_history(claim, facts, books, codes, end=year))
    rivals = [rival for rival in core.terms(claim) if rival not in codes]
    full = led_everywhere(rows, len(codes) * len(rivals))
    before = sorted(one for one, led in full.items() if led and one < year)
    whole = full and set(range(min(full), year)) <= set(full)
    first = bool(full.get(year) and whole and len(full) > 1 and not before)
    place = _place(region, books) if codes == [region] else f"each of {_listed(codes)}"
    beside = f"{_rivals(claim)} in {place}"
    start = f"By {_whose(claim, books, region)} figures {_subject(claim)} "
    if before:
        reason = f"{start}was ahead of {beside} in {year_words(before)} already; other "
        reason += "partners were not compared"
    elif first:
        reason = f"{start}was first ahead of {beside} in {year}, with records since {min(full)}"
    elif year in full:
        reason = f"{start}is compared with {beside} for {year}, but not for every year before"
    else:
        reason = f"{start}is not compared with {beside} for {year}{_nearest(rows, codes, year)}"
    note = str(claim["note"]).rstrip(".")
    told = f"{reason}. {note}." if note and not first else f"{reason}."
    shown = [before[0], before[-1]] if before else [rows["year"].max()]
    return Outcome(
        core.HOLDS if first else core.UNKNOWN,
        told,
        _history_evidence(facts, rows[rows["year"].isin(shown)]),
        Span(year, year) if first else None,
        Span(year, year),
        "year",
    )


def _nearest(rows: pd.DataFrame, codes: Sequence[str], year: int) -> str:
    """Say what the newest of the last ten years show of each country, and of which nothing."""
    recent = rows[rows["year"] > year - 10]
    newest = recent.drop_duplicates("country", keep="last").sort_index()
    told = [
        f"{name_of(str(row['country']))}: {describe(row)}"
        for row in newest.to_dict("records")
    ]
    said = f"; newest comparisons: {'; '.join(told)}" if told else ""
    never = [code for code in codes if code not in set(recent["country"])]
    if never:
        said = f"; nothing in the last ten years for {_listed(never)}{said}"
    return said


def _rank(claim: Claim, facts: Facts, books: str, country: str) -> Outcome:
    rivals, period = core.terms(claim), str(claim["period"])
    codes = (str(claim["subject"]), *rivals)
    cells = [(*pair_of(country, code, books), "total", period) for code in codes]
    mine, *theirs = facts.alike(*cells)
    others = {code: f for code, f in zip(rivals, theirs, strict=True) if f is not None}
    if mine is None or not others:
        return _unknown(claim, facts, books, country, mine, others)
    span = Span(
        mine.number.low - max(figure.number.high for figure in others.values()),
        mine.number.high - max(figure.number.low for figure in others.values()),
    )
    verdict = core.judge(span, _LEADS)
    if len(others) < len(rivals) and verdict != core.FAILS:
        return _unknown(claim, facts, books, country, mine, others)
    top = max(others, key=lambda code: others[code].number.value)
    reason = (
        f"By {_whose(claim, books, country)} figures for {when(period)}, trade of "
        f"{_place(country, books)} with {_subject(claim)}, {mine}, was {_BESIDE[verdict]} "
        f"that with {in_sentence(top)}, {others[top]}."
    )
    rows = _evidence(facts, mine, others)
    return Outcome(verdict, reason, rows, span, _LEADS, "USD")


def _evidence(
    facts: Facts, mine: Figure | None, others: Figures
) -> list[dict[str, Any]]:
    rivals = {f"rival {code}": figure for code, figure in others.items()}
    return core.trade_evidence(facts, {"subject": mine, **rivals})


def _unknown(
    claim: Claim,
    facts: Facts,
    books: str,
    country: str,
    mine: Figure | None,
    others: Figures,
) -> Outcome:
    """Say which figure is missing, and what the newest year with both figures shows."""
    year = _year(claim)
    missing = [] if mine else [str(claim["subject"])]
    missing += [code for code in core.terms(claim) if code not in others]
    newest = newest_decided(_history(claim, facts, books, [country]), year)
    near = {"start": year, "end": year, "frequency": "ytd"}
    months = known(_history(claim, facts, books, [country], **near))
    both = pd.concat([newest, months.drop_duplicates("rival", keep="last")])
    ending = "; nor do they for any of the ten years before"
    if len(both):
        ending = f"; {join([describe(row) for row in both.to_dict('records')])}"
        lacking = newest[newest["rival"].isin(missing)].to_dict("records")
        ending += _needed(mine, lacking, year) if mine else ""
    reason = (
        f"{capital(_whose(claim, books, country))} figures for {when(claim['period'])} do not give "
        f"trade of {_place(country, books)} with {_names(missing)}{ending}."
    )
    rows = _evidence(facts, mine, others) + _history_evidence(facts, both)
    return Outcome(core.UNKNOWN, reason, rows)


def _needed(mine: Figure, rows: Sequence[dict[Any, Any]], year: int) -> str:
    """Say by how much the trade of the rivals without a figure would have had to rise."""
    parts = []
    for row in rows:
        rise = mine.number / money(row, "rival") - 1
        since = "in one year" if row["year"] == year - 1 else f"since {row['year']}"
        if rise.low > 0:
            by = format_percent_range(rise.low, rise.high)
            whose = f"{in_sentence(row['rival'])}’s"
            parts.append(f"{whose} would have had to rise by {by} {since}")
    return f"; to draw level {join(parts)}" if parts else ""


def _history(
    claim: Claim, facts: Facts, books: str, countries: Sequence[str], **asked: Any
) -> pd.DataFrame:
    whose = "partner" if books == "partner" else "each"
    subject, rivals = str(claim["subject"]), core.terms(claim)
    return lead_history(
        facts, countries, subject=subject, rivals=rivals, books=whose, **asked
    )


def _history_evidence(facts: Facts, history: pd.DataFrame) -> list[dict[str, Any]]:
    found = []
    for row in history.to_dict("records"):
        codes = (row["subject"], row["rival"])
        pairs = [pair_of(row["country"], code, row["books"]) for code in codes]
        figures = facts.alike(*((*pair, "total", str(row["period"])) for pair in pairs))
        roles = {f"earlier, {code}": figures[n] for n, code in enumerate(codes)}
        found += core.trade_evidence(facts, roles)
    return found


def _year(claim: Claim) -> int:
    return parse_period(str(claim["period"])).year


def _subject(claim: Claim) -> str:
    return name_of(str(claim["subject"]))


def _rivals(claim: Claim) -> str:
    return _names(core.terms(claim))


def _whose(claim: Claim, books: str, country: str) -> str:
    if books == "partner":
        return core.books_name(claim, books, country)
    owners = [str(claim["subject"]), *core.terms(claim)]
    return f"{join([f'{in_sentence(owner)}’s' for owner in owners])} own"


def _place(country: str, books: str) -> str:
    return name_of(core.publishing(country) if books == "partner" else country)


def _names(codes: Sequence[str]) -> str:
    return join([in_sentence(code) for code in codes])


def _listed(codes: Sequence[str]) -> str:
    return join([name_of(code) for code in codes])


TESTS: dict[str, Callable[[Claim, Facts, str], Outcome]] = {
    "rank_among_partners": rank_among_partners,
    "became_largest": became_largest,
}
