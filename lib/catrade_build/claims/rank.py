"""Tests of claims on rank: the largest trading partner, and since when.

A rank is judged against the rivals the claim names (`terms`). With the subject's books every
partner's own statistics are compared (China's of its trade, Russia's of its trade); with the books
`partner` the country's own, which alone measure all partners alike. The computed interval is the
subject's total less the largest rival's; the claim asserts that it is above zero.

What is compared are totals, exports plus imports, that count the same things, by one set of
statistics, never two. Where members of a region lack their figure, the others' sum is a lower bound
(`Facts.at_least`): a lead that no missing figure can undo counts, any other is not known. A partner
the data hold no figure of may be larger than all.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import islice, product
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
)
from catrade_build.claims.evidence import (
    PART,
    WITH_SERVICES,
    amount,
    other_than_goods,
    told_figure,
)
from catrade_build.claims.facts import Facts, dollars, ends_of, is_bound
from catrade_build.frames import earlier
from catrade_build.tables.names import (
    GROUPS,
    in_sentence,
    name_of,
    names_of,
    publishing,
)
from catrade_build.words import capital
from catrade_build.words import years as year_words
from rounding.dates import parse_period
from rounding.formats import format_percent_range, join
from rounding.formats import period as when
from rounding.rounded import Rounded

_BESIDE = {HOLDS: "ahead of", WITHIN: "too close to tell from", FAILS: "behind"}
#: Of several countries, best first: together they are as good as the worst of them.
_EACH = {
    HOLDS: "ahead in {}",
    WITHIN: "too close to tell in {}",
    UNKNOWN: "figures are missing for {}",
    FAILS: "behind in {}",
}


class Ranked(NamedTuple):
    """The subject beside rivals, as partners of a country in a period.

    `rows` are their totals, the subject's first; `missing` is who lacks one that could tell.
    """

    period: str
    verdict: str
    gap: Ends
    rows: dict[str, Row]
    missing: list[str]


def ranked(
    claim: Claim, facts: Facts, country: str, period: str, rivals: Sequence[str]
) -> Ranked:
    """Compare the subject with all rivals that have a figure; one missing leaves it open."""
    codes = [claim.subject, *rivals]
    pairs = [(code, country) for code in codes]
    if claim.books == "partner":
        pairs = [(publishing(country), code) for code in codes]
    totals = facts.alike((*pair, "total", period) for pair in pairs)
    rows = {code: row for code, row in zip(codes, totals, strict=True) if row}
    missing = [code for code in codes if code not in rows]
    if claim.subject in rows and len(rows) > 1:
        mine, *others = rows.values()
        gap = least([_gap(mine, row) for row in others])
        verdict = judge(gap, RISES)
        # What is a bound, or counts other things, can show who is ahead, not that two are close.
        if verdict == WITHIN:
            missing += [
                code
                for code in [*rivals, claim.subject]
                if code in rows
                and (is_bound(rows[code]) or not _alike(mine, rows[code]))
            ]
        # To be behind one is enough; to be ahead of all, all must be known.
        if verdict == FAILS or not missing:
            return Ranked(period, verdict, gap, rows, missing)
    return Ranked(period, UNKNOWN, (math.nan, math.nan), rows, missing)


def _gap(ours: Row, theirs: Row) -> Ends:
    """Return all that one total less another may be, in dollars: of goods, if not both count alike.

    Examples
    --------
    >>> goods = {"low": 2.0, "high": 2.0, "coverage": "goods"}
    >>> with_services = {"low": 3.0, "high": 3.0, "coverage": "mixed"}
    >>> _gap(with_services, goods)
    (-2000000000.0, 1000000000.0)
    """
    ends = ends_of if _alike(ours, theirs) else _of_goods
    (low, high), (their_low, their_high) = ends(ours), ends(theirs)
    return low - their_high, high - their_low


def _alike(ours: Row, theirs: Row) -> bool:
    """Return whether two totals count the same: goods, a part of them, or services besides."""
    return other_than_goods(ours) == other_than_goods(theirs)


def _of_goods(row: Row) -> Ends:
    """Return what the goods may be that a total has with services, or has a part of."""
    low, high = ends_of(row)
    bounds = {WITH_SERVICES: (0.0, high), PART: (low, math.inf)}
    return bounds.get(other_than_goods(row), (low, high))


def rank_among_partners(claim: Claim, facts: Facts) -> Outcome:
    """Judge "the largest trading partner", of a region as a whole or of each of its members."""
    found = _in_each(claim, facts, claim.period)
    verdict = _worst(found)
    newest = {
        code: _newest(claim, facts, code)
        for code, one in found.items()
        if one.verdict == UNKNOWN
    }
    used = [
        row
        for code, one in found.items()
        for told in [one, *newest.get(code, [])]
        for row in told.rows.values()
    ]
    by = f"{_whose(claim)} figures for {when(claim.period)}"
    if claim.scope == "each":
        parts = []
        for each, text in _EACH.items():
            codes = [code for code, one in found.items() if one.verdict == each]
            if codes:
                parts.append(text.format(names_of(codes)))
        beside = f"{name_of(claim.subject)} beside {names_of(claim.named)}"
        reason = f"By {by}, {beside}: {'; '.join(parts)}."
        return Outcome(verdict, reason, used, asserted=RISES, unit="USD")

    (one,) = found.values()
    if verdict == UNKNOWN:
        missing = f"do not give trade of {_place(claim)} with {names_of(one.missing)}"
        before = _before(claim, one, newest[claim.partner])
        return Outcome(UNKNOWN, f"{capital(by)} {missing}; {before}.", used)
    mine, *rivals = one.rows
    top = max(rivals, key=lambda code: one.rows[code]["low"])
    ours = f"{name_of(mine)}, {told_figure(one.rows[mine])}"
    theirs = f"{in_sentence(top)}, {told_figure(one.rows[top])}"
    told = f"with {ours}, was {_BESIDE[verdict]} that with {theirs}"
    reason = f"By {by}, trade of {_place(claim)} {told}."
    return Outcome(verdict, reason, used, one.gap, RISES, "USD")


def _in_each(claim: Claim, facts: Facts, period: str) -> dict[str, Ranked]:
    """Rank the subject in a period in each country that the claim is about."""
    codes: Sequence[str] = [claim.partner]
    if claim.scope == "each":
        codes = GROUPS.get(claim.partner, codes)
    return {code: ranked(claim, facts, code, period, claim.named) for code in codes}


def _worst(found: Mapping[str, Ranked]) -> str:
    return max((one.verdict for one in found.values()), key=[*_EACH].index)


def _whose(claim: Claim) -> str:
    if claim.books == "partner":
        return claim.whose()
    owners = [f"{in_sentence(code)}’s" for code in (claim.subject, *claim.named)]
    return f"{join(owners)} own"


def _place(claim: Claim) -> str:
    is_own = claim.books == "partner"
    return name_of(publishing(claim.partner) if is_own else claim.partner)


def _newest(claim: Claim, facts: Facts, country: str) -> list[Ranked]:
    """Return when last it could be told who of two was ahead, with each rival: year and months."""
    year = parse_period(claim.period).year
    years = [at for at in facts.years if year - 10 <= int(at) < year]
    months = [f"{year}-{month}M" for month in range(12, 0, -1)]
    newest: list[Ranked] = []
    for periods, rival in product((years, months), claim.named):
        found = (ranked(claim, facts, country, at, [rival]) for at in periods)
        newest += islice((one for one in found if one.verdict != UNKNOWN), 1)
    return sorted(newest, key=lambda one: parse_period(one.period).year)


def _before(claim: Claim, now: Ranked, newest: list[Ranked]) -> str:
    """Say what the newest periods with both show, and how far a missing rival would be behind."""
    if not newest:
        return "nor do they for any of the ten years before"
    told = join([_in_brief(one) for one in newest])
    mine = now.rows.get(claim.subject)
    for one in newest:
        rival, theirs = [*one.rows.items()][1]
        is_year_before = one.period == earlier(claim.period, 1)
        if not mine or rival not in now.missing or not is_year_before:
            continue
        if is_bound(mine) or is_bound(theirs):
            continue
        rise = dollars(mine) / dollars(theirs) - 1
        if isinstance(rise, Rounded) and rise.low > 0:
            told += (
                f"; to draw level {in_sentence(rival)}’s would have had to rise "
                f"by {format_percent_range(rise.low, rise.high)} in one year"
            )
    return told


def _in_brief(one: Ranked) -> str:
    """Return a comparison of two in words.

    Examples
    --------
    >>> alike = {"coverage": "goods", "quality": "ok", "currency": "USD", "rounding": "nearest"}
    >>> ours = alike | {"value": 3.0, "low": 2.95, "high": 3.05}
    >>> theirs = alike | {"value": 2.0, "low": 1.95, "high": 2.05}
    >>> _in_brief(Ranked("2024", "holds", (0.9e9, 1.1e9), {"CHN": ours, "EU27": theirs}, []))
    'in 2024 China ($3.0 billion) was ahead of the EU ($2.0 billion)'
    """
    ours, theirs = (
        f"{in_sentence(code)} ({amount(row)}{other_than_goods(row)})"
        for code, row in one.rows.items()
    )
    is_doubtful = any(row["quality"] == "doubtful" for row in one.rows.values())
    doubt = " (a doubtful figure)" if is_doubtful else ""
    return f"in {when(one.period)} {ours} was {_BESIDE[one.verdict]} {theirs}{doubt}"


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
    year = parse_period(claim.period).year
    years = sorted(int(at) for at in facts.years if int(at) <= year)
    history = {at: _in_each(claim, facts, str(at)) for at in years}
    verdicts = {at: _worst(found) for at, found in history.items()}
    known = [at for at in years if verdicts[at] != UNKNOWN]
    led = [at for at in known if verdicts[at] == HOLDS and at < year]
    # From the first year known on, also years of which nothing is.
    before = [verdicts.get(at, UNKNOWN) for at in range(min(known, default=year), year)]
    is_first = {*before} == {FAILS} and verdicts.get(year) == HOLDS

    place = _place(claim)
    if claim.scope == "each" and claim.partner in GROUPS:
        place = f"each of {names_of(GROUPS[claim.partner])}"
    beside = f"{names_of(claim.named)} in {place}"
    if led:
        shows = f"was ahead of {beside} in {year_words(led)} already; other partners"
        shows += " were not compared"
    elif is_first:
        shows = (
            f"was first ahead of {beside} in {year}, with records since {min(known)}"
        )
    elif year not in known:
        shows = f"is not compared with {beside} for {year}"
    elif UNKNOWN in before or not before:
        shows = f"is compared with {beside} for {year}, but not for every year before"
    else:
        shows = f"is too close to {beside} to tell, in {year} or a year before"
    reason = f"By {_whose(claim)} figures {name_of(claim.subject)} {shows}."
    if claim.note and not is_first:
        reason += f" {claim.note.rstrip('.')}."

    # The first and the last of the years led before, else the newest of which anything is known.
    told = {
        at: [one for one in found.values() if one.verdict != UNKNOWN]
        for at, found in history.items()
    }
    shown = [led[0], led[-1]] if led else [at for at in years if told[at]][-1:]
    used = [row for at in shown for one in told[at] for row in one.rows.values()]
    verdict = HOLDS if is_first else UNKNOWN
    computed = (year, year) if is_first else (math.nan, math.nan)
    return Outcome(verdict, reason, used, computed, (year, year), "year")


TESTS = {"rank_among_partners": rank_among_partners, "became_largest": became_largest}
