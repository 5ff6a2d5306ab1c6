"""Tests of claims on rank: the largest trading partner, and since when.

A rank is judged against the rivals the claim names (`terms`). With the subject's books every
partner's own statistics are compared (China's of its trade, Russia's of its trade); with the books
`partner` the country's own, which alone measure all partners alike. The computed interval is the
subject's total less the largest rival's; the claim asserts that it is above zero.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from catrade.claim_check.core import (
    FAILS,
    HOLDS,
    UNKNOWN,
    WITHIN,
    Claim,
    Facts,
    Figure,
    Outcome,
    Span,
    judge,
    members,
    publishing,
)
from catrade.claim_check.evidence import evidence_frame, trade_evidence, trade_rows
from catrade.claim_check.leaders import (
    describe,
    lead_history,
    newest_decided,
    part_year,
    with_article,
)
from catrade.names import name_of
from pagemill.formats import join
from pagemill.formats import period as when
from pagemill.intervals import Interval
from pagemill.numbers import format_percent_range

_LEADS = Span(0.0, math.inf)
#: When several countries must all pass: the first of these that any of them has.
_WORST = (FAILS, UNKNOWN, WITHIN, HOLDS)


def rank_among_partners(claim: Claim, facts: Facts, books: str) -> Outcome:
    """Judge "the largest trading partner", of a region as a whole or of each of its members."""
    region, rivals = str(claim["partner"]), _terms(claim)
    if claim["scope"] != "each":
        return _rank(claim, facts, books, region, rivals)
    found = {code: _rank(claim, facts, books, code, rivals) for code in members(region)}
    verdict = next(v for v in _WORST if any(o.verdict == v for o in found.values()))
    groups = {
        text: [name_of(code) for code, o in found.items() if o.verdict in wanted]
        for text, wanted in (
            ("ahead in {}", (HOLDS,)),
            ("too close to tell in {}", (WITHIN,)),
            ("behind in {}", (FAILS,)),
            ("figures are missing for {}", (UNKNOWN,)),
        )
    }
    parts = [text.format(join(names)) for text, names in groups.items() if names]
    reason = (
        f"By {_whose(claim, books, region, rivals)} figures for {when(claim['period'])}, "
        f"{name_of(str(claim['subject']))} against {_names(rivals)}: {'; '.join(parts)}."
    )
    evidence = pd.concat([o.evidence for o in found.values()], ignore_index=True)
    return Outcome(verdict, reason, evidence, None, _LEADS, "USD")


def first_year_of_lead(claim: Claim, facts: Facts, books: str) -> Outcome:
    """Judge "was ahead of … for the first time": no earlier year may show the subject ahead.

    Only an earlier year with all figures can refute it; only a full record can prove it.
    """
    region, rivals, year = str(claim["partner"]), _terms(claim), int(str(claim["period"])[:4])
    codes = list(members(region)) if claim["scope"] == "each" else [region]
    history = lead_history(
        facts,
        codes,
        subject=str(claim["subject"]),
        rivals=rivals,
        books=_history_books(claim, books),
        end=year,
    )
    known = history[history["lead"] != "unknown"]
    needed = len(codes) * len([r for r in rivals if r not in codes])
    years = (known["year"], known.loc[known["lead"] == "subject", "year"])
    full, ahead = (sorted(y for y, n in Counter(of).items() if n == needed) for of in years)
    earlier = [y for y in ahead if y < year]
    whose = _whose(claim, books, region, rivals)
    subject, who = name_of(str(claim["subject"])), _names(rivals)
    where = f"each of {_listed(codes)}" if len(codes) > 1 else _place(region, books)
    span = None
    if earlier:
        verdict, span = FAILS, Span(earlier[0], earlier[0])
        reason = (
            f"By {whose} figures {subject} was ahead of {who} in {where} before {year}: "
            f"in {_years(earlier)}."
        )
    elif year in ahead and set(range(min(full), year)) <= set(full):
        verdict, span = HOLDS, Span(year, year)
        reason = (
            f"By {whose} figures {subject} was first ahead of {who} in {where} in {year}, "
            f"the records going back to {min(full)}."
        )
    else:
        verdict = UNKNOWN
        reason = _no_record(known, codes, rivals, full, year, whose, subject, who, where)
    rows = known[known["year"].isin([*earlier[:1], *earlier[-1:]] or [known["year"].max()])]
    evidence = evidence_frame(_history_rows(facts, rows))
    return Outcome(verdict, reason, evidence, span, Span(year, year), "year")


def became_largest(claim: Claim, facts: Facts, books: str) -> Outcome:
    """Judge "became the largest partner" as it is written, against all partners.

    To have been ahead of one rival before does not show that the subject was the largest before,
    so only being behind in the year itself, or a full record without a lead before it, decides.
    What the rivals that can be compared do show is said.
    """
    now = rank_among_partners(claim, facts, books)
    if now.verdict == FAILS:
        return now
    lead = first_year_of_lead(claim, facts, books)
    if lead.verdict != FAILS:
        return lead
    who = _names(_terms(claim))
    reason = (
        f"{lead.reason.rstrip('.')}. So being ahead of {who} was not new in {claim['period']}; "
        "whether another partner was larger then, the figures held here do not tell."
    )
    return Outcome(UNKNOWN, reason, lead.evidence, None, lead.asserted, "year")


def _rank(claim: Claim, facts: Facts, books: str, country: str, rivals: Sequence[str]) -> Outcome:
    subject, period = str(claim["subject"]), str(claim["period"])
    wanted = [subject, *rivals]
    own = books == "partner"
    pairs = [(publishing(country), c) if own else (c, country) for c in wanted]
    found = facts.alike(*((*pair, "total", period) for pair in pairs))
    figures = dict(zip(wanted, found, strict=True))
    mine = figures[subject]
    others = {c: f for c in rivals if (f := figures[c]) is not None}
    roles: dict[str, Figure | None] = {"subject": mine}
    roles |= {f"rival {code}": figure for code, figure in others.items()}
    missing = [code for code in wanted if figures[code] is None]
    start = f"By {_whose(claim, books, country, rivals)} figures for {when(period)},"
    if mine is None or not others:
        return _unknown(claim, facts, books, country, rivals, missing, roles)
    low = mine.interval.low - max(f.interval.high for f in others.values())
    high = mine.interval.high - max(f.interval.low for f in others.values())
    span = Span(low, high)
    verdict = judge(span, _LEADS)
    if missing and verdict != FAILS:
        return _unknown(claim, facts, books, country, rivals, missing, roles)
    top = max(others, key=lambda code: others[code].value)
    word = {HOLDS: "ahead of", WITHIN: "too close to tell from"}.get(verdict, "behind")
    reason = (
        f"{start} trade of {_place(country, books)} with {name_of(subject)}, {mine.usd}, was "
        f"{word} that with {with_article(top)}, {others[top].usd}."
    )
    return Outcome(verdict, reason, trade_evidence(facts, roles), span, _LEADS, "USD")


def _unknown(
    claim: Claim,
    facts: Facts,
    books: str,
    country: str,
    rivals: Sequence[str],
    missing: Sequence[str],
    roles: dict[str, Figure | None],
) -> Outcome:
    """Say which figure is missing, and what the newest year with both figures shows."""
    subject, year = str(claim["subject"]), int(str(claim["period"])[:4])
    history = lead_history(
        facts,
        [country],
        subject=subject,
        rivals=rivals,
        books=_history_books(claim, books),
        end=year - 1,
    )
    rows = newest_decided(history, year)
    needed = _needed(roles["subject"], rows[rows["rival"].isin(missing)], year)
    part = part_year(
        facts,
        country,
        year,
        subject=subject,
        rivals=rivals,
        books=_history_books(claim, books),
    )
    rows = pd.concat([frame for frame in (rows, part) if len(frame)] or [rows])
    ending = f"; {join([describe(row) for row in rows.to_dict('records')])}{needed}"
    if not len(rows):
        ending = "; nor do they for any of the ten years before"
    reason = (
        f"{_capital(_whose(claim, books, country, rivals))} figures for {when(claim['period'])} "
        f"do not give trade of {_place(country, books)} with {_names(missing)}{ending}."
    )
    evidence = evidence_frame([*trade_rows(facts, roles), *_history_rows(facts, rows)])
    return Outcome(UNKNOWN, reason, evidence)


def _needed(mine: Figure | None, newest: pd.DataFrame, year: int) -> str:
    """Say by how much the trade of the rivals without a figure would have had to rise."""
    parts = []
    for row in newest.to_dict("records") if mine else []:
        assert mine is not None
        rise = mine.interval / Interval(row["rival_low_usd"], row["rival_high_usd"]) - 1
        if rise.low <= 0:
            continue
        since = "in one year" if row["year"] == year - 1 else f"since {row['year']}"
        parts.append(
            f"{with_article(str(row['rival']))}'s would have had to rise by "
            f"{format_percent_range(rise.low, rise.high)} {since}"
        )
    return f"; to draw level {join(parts)}" if parts else ""


def _history_rows(facts: Facts, history: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of evidence of a history, as `lead_history` returns it."""
    found = []
    for row in history.to_dict("records"):
        own = row["books"] == "partner"
        roles: dict[str, Figure | None] = {}
        for code in (row["subject"], row["rival"]):
            pair = (publishing(row["country"]), code) if own else (code, row["country"])
            roles[f"earlier, {code}"] = facts.figure((*pair, "total", str(row["period"])))
        found += trade_rows(facts, roles)
    return found


def _no_record(
    known: pd.DataFrame,
    codes: Sequence[str],
    rivals: Sequence[str],
    full: Sequence[int],
    year: int,
    whose: str,
    subject: str,
    who: str,
    where: str,
) -> str:
    never = [c for c in codes if c not in set(known.loc[known["year"] > year - 10, "country"])]
    newest = known.sort_values("year").drop_duplicates("country", keep="last")
    latest = [f"{name_of(str(r['country']))}: {describe(r)}" for r in newest.to_dict("records")]
    gap = f"; nothing in the last ten years for {_listed(never)}" if never else ""
    if year in full:
        return (
            f"By {whose} figures {subject} is compared with {who} in {where} for {year}, but not "
            f"for every year before{gap}."
        )
    shown = f"; newest comparisons: {'; '.join(latest)}" if latest else ""
    return (
        f"{_capital(whose)} figures do not compare {subject} with {who} in {where} for {year}"
        f"{gap}{shown}."
    )


def _history_books(claim: Claim, books: str) -> str:
    return "partner" if books == "partner" else "each"


def _terms(claim: Claim) -> list[str]:
    return [part.strip() for part in str(claim["terms"]).split(";") if part.strip()]


def _whose(claim: Claim, books: str, country: str, rivals: Sequence[str]) -> str:
    if books != "partner":
        return f"{_names([str(claim['subject']), *rivals], possessive=True)} own"
    return "the countries' own" if len(members(country)) > 1 else f"{name_of(country)}'s own"


def _place(country: str, books: str) -> str:
    return name_of(publishing(country) if books == "partner" else country)


def _names(codes: Sequence[str], *, possessive: bool = False) -> str:
    names = [with_article(code) for code in codes]
    return join([f"{name}'s" for name in names] if possessive else names)


def _listed(codes: Sequence[str]) -> str:
    return join([name_of(code) for code in codes])


def _years(years: Sequence[int]) -> str:
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return join([f"{r[0]} to {r[-1]}" if len(r) > 1 else str(r[0]) for r in runs])


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


TESTS: dict[str, Callable[[Claim, Facts, str], Outcome]] = {
    "rank_among_partners": rank_among_partners,
    "first_year_of_lead": first_year_of_lead,
    "became_largest": became_largest,
}
