"""Tests of claims on rank: the largest trading partner, and since when.

A rank is judged against the rivals the claim names (`terms`). With the subject's books every
partner's own statistics are compared (China's of its trade, Russia's of its trade); with the books
`partner` the country's own, which alone measure all partners alike. The computed interval is the
subject's total less the largest rival's; the claim asserts that it is above zero.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from catrade.claim_check import core
from catrade.claim_check.core import Claim, Facts, Figure, Outcome, Span
from catrade.claim_check.leaders import (
    describe,
    lead_history,
    money,
    newest_decided,
    pair_of,
)
from catrade.names import in_sentence, name_of
from catrade.words import capital
from catrade.words import years as year_words
from pagemill.formats import join
from pagemill.formats import period as when
from pagemill.numbers import format_percent_range
from pagemill.periods import parse_period

_LEADS = Span(0.0, math.inf)
_BESIDE = {
    core.HOLDS: "ahead of",
    core.WITHIN: "too close to tell from",
    core.FAILS: "behind",
}
Figures = Mapping[str, Figure]
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
    groups = {
        verdict: [
            name_of(code)
            for code, outcome in found.items()
            if outcome.verdict == verdict
        ]
        for verdict in _WORST
    }
    told = [
        text.format(join(groups[v]))
        for v, text in reversed(_WORST.items())
        if groups[v]
    ]
    reason = (
        f"By {_whose(claim, books, region)} figures for {when(claim['period'])}, "
        f"{_subject(claim)} beside {_rivals(claim)}: {'; '.join(told)}."
    )
    evidence = [row for outcome in found.values() for row in outcome.rows]
    return Outcome(
        next(v for v in _WORST if groups[v]), reason, evidence, None, _LEADS, "USD"
    )


def first_year_of_lead(claim: Claim, facts: Facts, books: str) -> Outcome:
    """Judge "was ahead of … for the first time": no earlier year may show the subject ahead.

    Only an earlier year with all figures can refute it; only a full record can prove it.
    """
    region, year, subject = str(claim["partner"]), _year(claim), _subject(claim)
    codes = list(core.members(region)) if claim["scope"] == "each" else [region]
    history = _history(claim, facts, books, codes, end=year)
    known = history[history["leader"] != "unknown"]
    needed = len(codes) * len(
        [rival for rival in core.terms(claim) if rival not in codes]
    )
    led = known.loc[known["leader"] == known["subject"], "year"]
    full, ahead = (
        sorted(y for y, n in Counter(years).items() if n == needed)
        for years in (known["year"], led)
    )
    earlier = [y for y in ahead if y < year]
    place = _place(region, books) if codes == [region] else f"each of {_listed(codes)}"
    whose, where = _whose(claim, books, region), f"{_rivals(claim)} in {place}"
    rows = known[
        known["year"].isin([*earlier[:1], *earlier[-1:]] or [known["year"].max()])
    ]
    evidence, asserted = _history_evidence(facts, rows), Span(year, year)
    if earlier:
        reason = (
            f"By {whose} figures {subject} was ahead of {where} before {year}: in "
            f"{year_words(earlier)}."
        )
        return Outcome(
            core.FAILS, reason, evidence, Span(earlier[0], earlier[0]), asserted, "year"
        )
    if year in ahead and set(range(min(full), year)) <= set(full):
        reason = (
            f"By {whose} figures {subject} was first ahead of {where} in {year}, the records going "
            f"back to {min(full)}."
        )
        return Outcome(core.HOLDS, reason, evidence, asserted, asserted, "year")
    never = [
        c
        for c in codes
        if c not in set(known.loc[known["year"] > year - 10, "country"])
    ]
    gap = f"; nothing in the last ten years for {_listed(never)}" if never else ""
    newest = (
        known.sort_values("year")
        .drop_duplicates("country", keep="last")
        .to_dict("records")
    )
    shown = "; ".join(
        f"{name_of(str(row['country']))}: {describe(row)}" for row in newest
    )
    if year in full:
        ending = f" for {year}, but not for every year before{gap}"
        reason = f"By {whose} figures {subject} is compared with {where}{ending}."
    else:
        ending = f" for {year}{gap}{f'; newest comparisons: {shown}' if shown else ''}"
        reason = (
            f"{capital(whose)} figures do not compare {subject} with {where}{ending}."
        )
    return Outcome(core.UNKNOWN, reason, evidence, None, asserted, "year")


def became_largest(claim: Claim, facts: Facts, books: str) -> Outcome:
    """Judge "became the largest partner" as it is written, against all partners.

    To have been ahead of one rival before does not show that the subject was the largest before,
    so only being behind in the year itself, or a full record without a lead before it, decides.
    What the rivals that can be compared do show is said.
    """
    now = rank_among_partners(claim, facts, books)
    if now.verdict == core.FAILS:
        return now
    lead = first_year_of_lead(claim, facts, books)
    if lead.verdict != core.FAILS:
        return lead
    reason = (
        f"{lead.reason} So being ahead of {_rivals(claim)} was not new in {claim['period']}; "
        "whether another partner was larger then, the figures found do not tell."
    )
    return Outcome(core.UNKNOWN, reason, lead.rows, None, lead.asserted, "year")


def _rank(claim: Claim, facts: Facts, books: str, country: str) -> Outcome:
    subject, rivals, period = (
        str(claim["subject"]),
        core.terms(claim),
        str(claim["period"]),
    )
    pairs = [pair_of(country, code, books) for code in (subject, *rivals)]
    mine, *theirs = facts.alike(*((*pair, "total", period) for pair in pairs))
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
        f"{_place(country, books)} with {name_of(subject)}, {mine}, was {_BESIDE[verdict]} that "
        f"with {in_sentence(top)}, {others[top]}."
    )
    return Outcome(verdict, reason, _evidence(facts, mine, others), span, _LEADS, "USD")


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
    year, subject = _year(claim), [] if mine else [str(claim["subject"])]
    missing = [*subject, *(code for code in core.terms(claim) if code not in others)]
    newest = newest_decided(_history(claim, facts, books, [country]), year)
    part = _history(
        claim, facts, books, [country], start=year, end=year, frequency="ytd"
    )
    part = part[part["leader"] != "unknown"].drop_duplicates("rival", keep="last")
    shown = [
        describe(row) for frame in (newest, part) for row in frame.to_dict("records")
    ]
    ending = "; nor do they for any of the ten years before"
    if shown:
        lacking = (
            newest[newest["rival"].isin(missing)].to_dict("records") if mine else []
        )
        ending = f"; {join(shown)}{_needed(mine, lacking, year)}"
    reason = (
        f"{capital(_whose(claim, books, country))} figures for {when(claim['period'])} do not give "
        f"trade of {_place(country, books)} with {_names(missing)}{ending}."
    )
    earlier = _history_evidence(facts, pd.concat([newest, part]))
    return Outcome(core.UNKNOWN, reason, _evidence(facts, mine, others) + earlier)


def _needed(mine: Figure | None, rows: Sequence[dict[Any, Any]], year: int) -> str:
    """Say by how much the trade of the rivals without a figure would have had to rise."""
    parts = []
    for row in rows:
        assert mine is not None
        rise = mine.number / money(row, "rival") - 1
        since = "in one year" if row["year"] == year - 1 else f"since {row['year']}"
        if rise.low > 0:
            by = format_percent_range(rise.low, rise.high)
            parts.append(
                f"{in_sentence(row['rival'])}’s would have had to rise by {by} {since}"
            )
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
        roles: dict[str, Figure | None] = {}
        for code in (row["subject"], row["rival"]):
            pair = pair_of(row["country"], code, row["books"])
            roles[f"earlier, {code}"] = facts.figure(
                (*pair, "total", str(row["period"]))
            )
        found += core.trade_evidence(facts, roles)
    return found


def _year(claim: Claim) -> int:
    return parse_period(str(claim["period"])).year


def _subject(claim: Claim) -> str:
    return name_of(str(claim["subject"]))


def _rivals(claim: Claim) -> str:
    return _names(core.terms(claim))


def _whose(claim: Claim, books: str, country: str) -> str:
    if books != "partner":
        owners = [
            in_sentence(code) for code in (str(claim["subject"]), *core.terms(claim))
        ]
        return f"{join([f'{owner}’s' for owner in owners])} own"
    return core.books_name(claim, books, country)


def _place(country: str, books: str) -> str:
    return name_of(core.publishing(country) if books == "partner" else country)


def _names(codes: Sequence[str]) -> str:
    return join([in_sentence(code) for code in codes])


def _listed(codes: Sequence[str]) -> str:
    return join([name_of(code) for code in codes])


TESTS: dict[str, Callable[[Claim, Facts, str], Outcome]] = {
    "rank_among_partners": rank_among_partners,
    "first_year_of_lead": first_year_of_lead,
    "became_largest": became_largest,
}
