"""Tests of claims on rank: the largest trading partner, and since when.

A rank is judged against the rivals the claim names (`terms`). With the subject's books every
partner's own statistics are compared (China's of its trade, Russia's of its trade); with the books
`partner` the country's own, which alone measure all partners alike. The computed interval is the
subject's total less the largest rival's; the claim asserts that it is above zero.

Which of two is the larger partner is known of a year, and since when, from one of two sets of
statistics, never mixed in one comparison: `partner`, where a country's own give its trade with all
its partners (a region's are the sum of those members' that publish); and `each`, where every
partner's own statistics give its trade with that country (China's against Russia's). A comparison
is of totals, exports plus imports, that count the same things. Where members of a region lack their
figure, the others' sum is a lower bound (`Facts.at_least`): a lead that no
missing figure can undo counts, any other is not known. A partner the data hold no figure of may be
larger than all.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

from catrade_build.claims.core import (
    FAILS,
    HOLDS,
    RISES,
    UNKNOWN,
    WITHIN,
    Claim,
    Ends,
    Outcome,
    Row,
    judge,
    least,
    members,
)
from catrade_build.claims.evidence import (
    PART,
    WITH_SERVICES,
    amount,
    other_than_goods,
    told_figure,
)
from catrade_build.claims.facts import Facts, dollars, ends_of, is_bound
from catrade_build.tables.names import in_sentence, name_of, names_of, publishing
from catrade_build.words import capital
from catrade_build.words import years as year_words
from rounding.dates import parse_period
from rounding.formats import format_percent_range, join
from rounding.formats import period as when
from rounding.rounded import Rounded


class Lead(NamedTuple):
    """Which of two is the larger partner of a country in a period, or that they are too close."""

    period: str
    subject: str
    rival: str
    leader: str
    ours: Row
    theirs: Row

    @property
    def year(self) -> int:
        """The year that the period is in."""
        return parse_period(self.period).year


def leads(
    claim: Claim,
    facts: Facts,
    countries: Sequence[str],
    first: int,
    last: int,
    freq: str = "year",
) -> list[Lead]:
    """Compare the subject with each rival as partner of each country, in time.

    A period counts in which it can be told who is ahead, or that the two are too close: of a bound,
    and of two that do not count the same, only the former.

    Parameters
    ----------
    claim
        Whose partner, who is asked about, with whom it is compared, and by which books.
    facts
        What to compare by.
    countries
        Codes of countries or groups.
    first, last
        First and last year.
    freq
        `year`, or `ytd` for parts of a year that begin in January.
    """
    found = []
    for country, rival in product(countries, claim.named):
        two = (claim.subject, rival)
        if {*two} & {*members(country)}:
            continue
        periods: set[str] = set()
        for code in two:
            pair = _pair(claim, country, code)
            periods.update(facts.periods(*pair, "total", freq=freq))
        for period in sorted(periods, key=parse_period):
            if not first <= parse_period(period).year <= last:
                continue
            ours, theirs = _totals(claim, facts, country, two, period)
            leader = _leader(*two, ours, theirs) if ours and theirs else ""
            if ours and theirs and leader:
                found.append(Lead(period, *two, leader, ours, theirs))
    return sorted(found, key=lambda lead: lead.year)


def _leader(subject: str, rival: str, ours: Row, theirs: Row) -> str:
    """Return who of two is surely ahead, `too close`, or "" where nothing can be told."""
    low, high = _gap(ours, theirs)
    if low > 0:
        return subject
    if high < 0:
        return rival
    is_open = is_bound(ours) or is_bound(theirs) or not _alike(ours, theirs)
    return "" if is_open else "too close"


def _gap(ours: Row, theirs: Row) -> Ends:
    """Return all that one total less another may be, in dollars: of goods, if not both count alike.

    Examples
    --------
    >>> goods = {"low": 2.0, "high": 2.0, "coverage": "goods"}
    >>> with_services = {"low": 3.0, "high": 3.0, "coverage": "mixed"}
    >>> _gap(with_services, goods)
    (-2000000000.0, 1000000000.0)
    """
    ends = [ends_of(row) for row in (ours, theirs)]
    if not _alike(ours, theirs):
        ends = [_of_goods(row) for row in (ours, theirs)]
    (low, high), (their_low, their_high) = ends
    return low - their_high, high - their_low


def _alike(ours: Row, theirs: Row) -> bool:
    """Return whether two totals count the same: goods, a part of them, or services besides."""
    return other_than_goods(ours) == other_than_goods(theirs)


def _of_goods(row: Row) -> Ends:
    """Return what the goods may be that a total has with services, or has a part of."""
    low, high = ends_of(row)
    bounds = {WITH_SERVICES: (0.0, high), PART: (low, math.inf)}
    return bounds.get(other_than_goods(row), (low, high))


def _pair(claim: Claim, country: str, other: str) -> tuple[str, str]:
    """Return reporter and partner of the trade of a country with another in a claim's books."""
    if claim.books == "partner":
        return publishing(country), other
    return other, country


def _totals(
    claim: Claim, facts: Facts, country: str, codes: Sequence[str], period: str
) -> list[Row | None]:
    """Return the totals of a country's trade with some partners, counting alike if possible.

    Where a region's total is missing it is a lower bound, unless that counts services and another
    total does not.
    """
    cells = [(*_pair(claim, country, code), "total", period) for code in codes]
    totals = facts.alike(cells)
    of_goods = any(row and row["coverage"] == "goods" for row in totals)
    for place, cell in enumerate(cells):
        bound = None if totals[place] else facts.at_least(cell)
        if bound and (bound["coverage"] == "goods" or not of_goods):
            totals[place] = bound
    return totals


def lead_words(lead: Lead) -> str:
    """Return a comparison of two in words.

    Examples
    --------
    >>> alike = {"coverage": "goods", "quality": "ok", "currency": "USD", "rounding": "nearest"}
    >>> ours = alike | {"value": 3.0, "low": 2.95, "high": 3.05}
    >>> theirs = alike | {"value": 2.0, "low": 1.95, "high": 2.05}
    >>> lead_words(Lead("2024", "CHN", "EU27", "CHN", ours, theirs))
    'in 2024 China ($3.0 billion) was ahead of the EU ($2.0 billion)'
    """
    rows = [lead.ours, lead.theirs]
    first, second = (f"{amount(row)}{other_than_goods(row)}" for row in rows)
    verbs = {lead.subject: "was ahead of", lead.rival: "was behind"}
    verb = verbs.get(lead.leader, "was too close to tell from")
    is_doubtful = any(row["quality"] == "doubtful" for row in rows)
    return (
        f"in {when(lead.period)} {in_sentence(lead.subject)} ({first}) {verb} "
        f"{in_sentence(lead.rival)} ({second}){' (a doubtful figure)' if is_doubtful else ''}"
    )


_BESIDE = {
    HOLDS: "ahead of",
    WITHIN: "too close to tell from",
    FAILS: "behind",
}
#: Of several countries, best first: together they are as good as the worst of them.
_EACH = {
    HOLDS: "ahead in {}",
    WITHIN: "too close to tell in {}",
    UNKNOWN: "figures are missing for {}",
    FAILS: "behind in {}",
}


def rank_among_partners(claim: Claim, facts: Facts) -> Outcome:
    """Judge "the largest trading partner", of a region as a whole or of each of its members."""
    region = claim.partner
    if claim.scope != "each":
        return _rank(claim, facts, region)
    outcomes = {code: _rank(claim, facts, code) for code in members(region)}
    parts, worst = [], HOLDS
    for verdict, text in _EACH.items():
        codes = [code for code in outcomes if outcomes[code].verdict == verdict]
        if codes:
            worst = verdict
            parts.append(text.format(names_of(codes)))
    reason = (
        f"By {_whose(claim, region)} figures for {when(claim.period)}, "
        f"{name_of(claim.subject)} beside {names_of(claim.named)}: {'; '.join(parts)}."
    )
    used = [figure for outcome in outcomes.values() for figure in outcome.used]
    return Outcome(worst, reason, used, asserted=RISES, unit="USD")


def _rank(claim: Claim, facts: Facts, country: str) -> Outcome:
    """Compare the subject with all rivals that have a figure; one missing leaves it open."""
    codes = [claim.subject, *claim.named]
    used = _totals(claim, facts, country, codes, claim.period)
    rows = {code: row for code, row in zip(codes, used, strict=True) if row}
    missing = [code for code in codes if code not in rows]
    mine = rows.pop(claim.subject, None)
    unsure = [code for code in rows if is_bound(rows[code])]
    if mine:
        unsure += [claim.subject] * is_bound(mine)
        unsure += [code for code in rows if not _alike(mine, rows[code])]
    place = _place(claim, country)
    by = f"{_whose(claim, country)} figures for {when(claim.period)}"

    if mine and rows:
        gap = least([_gap(mine, row) for row in rows.values()])
        verdict = judge(gap, RISES)
        # What is a bound, or counts other things, can show who is ahead, not that two are close.
        if verdict == WITHIN:
            missing += unsure
        # To be behind one is enough; to be ahead of all, all must be known.
        if verdict == FAILS or not missing:
            top = max(rows, key=lambda code: rows[code]["low"])
            reason = (
                f"By {by}, trade of {place} with {name_of(claim.subject)}, {told_figure(mine)}, "
                f"was {_BESIDE[verdict]} that with {in_sentence(top)}, {told_figure(rows[top])}."
            )
            return Outcome(verdict, reason, used, gap, RISES, "USD")

    ending, shown = _newest(claim, facts, country, mine, missing)
    reason = (
        f"{capital(by)} do not give trade of {place} with {names_of(missing)}{ending}."
    )
    return Outcome(UNKNOWN, reason, [*used, *shown])


def _newest(
    claim: Claim, facts: Facts, country: str, mine: Row | None, missing: list[str]
) -> tuple[str, list[Row]]:
    """Say what the newest year with both shows, and by how much a rival's would have to rise."""
    year = parse_period(claim.period).year
    years = leads(claim, facts, [country], year - 10, year - 1)
    months = leads(claim, facts, [country], year, year, "ytd")
    newest = _last_of_each(years)
    both = [*newest, *_last_of_each(months)]
    if not both:
        return "; nor do they for any of the ten years before", []
    text = f"; {join([*map(lead_words, both)])}"
    for lead in newest:
        is_asked = lead.rival in missing and lead.year == year - 1
        if not (mine and is_asked) or is_bound(mine) or is_bound(lead.theirs):
            continue
        rise = dollars(mine) / dollars(lead.theirs) - 1
        if isinstance(rise, Rounded) and rise.low > 0:
            text += (
                f"; to draw level {in_sentence(lead.rival)}’s would have had to rise "
                f"by {format_percent_range(rise.low, rise.high)} in one year"
            )
    return text, _figures(both)


def _last_of_each(history: Sequence[Lead]) -> list[Lead]:
    """Return the last comparison with each rival, in time."""
    last = {lead.rival: lead for lead in history}
    return [lead for lead in history if lead is last[lead.rival]]


def became_largest(claim: Claim, facts: Facts) -> Outcome:
    """Judge "became the largest partner" as it is written, against all partners.

    To have been ahead of one rival before does not show that the subject was the largest before.
    So only being behind in the year itself refutes it, and only a record without a gap, in which
    another surely led in every year before, proves it. What the rivals that can be compared do
    show is said, and what the claim's note adds.
    """
    now = rank_among_partners(claim, facts)
    if now.verdict == FAILS:
        return now
    region, year = claim.partner, parse_period(claim.period).year
    codes = list(members(region)) if claim.scope == "each" else [region]
    history = leads(claim, facts, codes, 0, year)
    rivals = [rival for rival in claim.named if rival not in codes]
    # Of each year in which all can be compared, whether the subject leads in all of them.
    by_year: dict[int, list[bool]] = {}
    for lead in history:
        by_year.setdefault(lead.year, []).append(lead.leader == lead.subject)
    every = len(codes) * len(rivals)
    full = {other: all(led) for other, led in by_year.items() if len(led) == every}
    before = sorted(other for other, led in full.items() if led and other < year)
    earlier = set(range(min(full, default=year), year))
    behind = {lead.year for lead in history if lead.leader == lead.rival}
    first = bool(full.get(year) and earlier) and earlier <= behind

    place = f"each of {names_of(codes)}"
    if codes == [region]:
        place = _place(claim, region)
    beside = f"{names_of(claim.named)} in {place}"
    if before:
        shows = f"was ahead of {beside} in {year_words(before)} already; other partners"
        shows += " were not compared"
    elif first:
        shows = f"was first ahead of {beside} in {year}, with records since {min(full)}"
    elif year in full and earlier and earlier <= set(full):
        shows = f"is too close to {beside} to tell, in {year} or a year before"
    elif year in full:
        shows = f"is compared with {beside} for {year}, but not for every year before"
    else:
        shows = f"is not compared with {beside} for {year}"
    reason = f"By {_whose(claim, region)} figures {name_of(claim.subject)} {shows}."
    if claim.note and not first:
        reason += f" {claim.note.rstrip('.')}."

    # The first and the last of the years led before, else the newest year known.
    shown = [before[0], before[-1]] if before else [lead.year for lead in history[-1:]]
    used = _figures([lead for lead in history if lead.year in shown])
    verdict = HOLDS if first else UNKNOWN
    computed = (year, year) if first else (math.nan, math.nan)
    return Outcome(verdict, reason, used, computed, (year, year), "year")


def _figures(history: Sequence[Lead]) -> list[Row]:
    """Return the figures of a history as evidence."""
    return [row for lead in history for row in (lead.ours, lead.theirs)]


def _whose(claim: Claim, country: str) -> str:
    if claim.books == "partner":
        return claim.whose(country)
    owners = [f"{in_sentence(code)}’s" for code in (claim.subject, *claim.named)]
    return f"{join(owners)} own"


def _place(claim: Claim, country: str) -> str:
    return name_of(publishing(country) if claim.books == "partner" else country)


TESTS = {"rank_among_partners": rank_among_partners, "became_largest": became_largest}
