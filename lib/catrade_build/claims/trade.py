"""Tests of claims on trade figures: a level, growth, a run of years.

Each kind has a formula of a few lines; one comparison looks up the cells it needs, computes and
judges. Growth is that of the growth pages, within one vintage; each figure is taken as independent
of the others, which can only widen the result.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import cast

from catrade_build.claims.core import (
    FAILS,
    HOLDS,
    RISES,
    UNKNOWN,
    WITHIN,
    Cell,
    Claim,
    Ends,
    Outcome,
    Row,
    interval_of,
    judge,
    least,
)
from catrade_build.claims.evidence import amount, told_figure, told_parts
from catrade_build.claims.facts import Facts, cell_of, dollars, ends_of, is_bound
from catrade_build.frames import earlier, whole_number
from catrade_build.tables.names import (
    FLOW_WORDS,
    GROUPS,
    MIRROR_FLOW,
    PUBLISHING,
    flow_with,
    in_sentence,
    name_of,
    possessive,
    publishing,
)
from catrade_build.vintages import PRINTED
from catrade_build.words import NUMBERS, capital
from rounding.dates import parse_period
from rounding.formats import join
from rounding.formats import period as when
from rounding.rounded import Rounded

_NOUNS = {**FLOW_WORDS, "total": "total"}
_ENDINGS = {
    HOLDS: "; the claim says {}.",
    WITHIN: ", which rounding cannot tell from the {} claimed.",
    FAILS: ", but the claim says {}.",
}
#: All that the number a claim is about may be, and the sentence that says it.
Computed = tuple[Ends, str]


def judge_figures(claim: Claim, facts: Facts) -> Outcome:
    """Compute what a claim is about from the cells it needs, and compare."""
    cells = _cells(claim)
    rows: list[Row] = []
    missing: list[Cell] = []
    for cell, row in zip(cells, facts.alike(cells), strict=True):
        if row and _can_tell(claim, row):
            rows.append(row)
        else:
            missing.append(cell)
    if missing:
        return _missing(claim, facts, missing)

    computed, text = _FORMULAS[claim.kind](claim, rows, facts)

    asserted, words, unit = claim.allows, claim.announced, claim.unit
    if claim.kind in _RUNS:
        asserted, words, unit = RISES, "a rise in each year", _RUNS[claim.kind]
    verdict = judge(computed, asserted)
    reason = f"By {claim.whose()} figures, {text}{_ENDINGS[verdict].format(words)}"
    return Outcome(verdict, reason, rows, computed, asserted, unit)


def _can_tell(claim: Claim, row: Row) -> bool:
    if claim.kind == "level":
        # A bound can show that a figure is larger, and not that it is as large.
        return not is_bound(row) or judge(ends_of(row), claim.allows) != WITHIN
    # A base that is only implied by printed growth gives back that growth, and no other.
    return not is_bound(row) and row["basis"] != "implied_by_growth"


def _cells(claim: Claim) -> list[Cell]:
    """Return the cells a claim is computed from, as its formula takes them."""
    periods = [claim.period]
    match claim.kind:
        case "growth":
            periods += [claim.base_period or earlier(claim.period, 1)]
        case "growth_difference":
            bases = [earlier(claim.period, 1), earlier(claim.base_period, 1)]
            periods = [claim.period, bases[0], claim.base_period, bases[1]]
        case "growth_run" | "share_run":
            last = whole_number("value, a number of years,", claim.value)
            periods = [earlier(claim.period, back) for back in range(last, -1, -1)]
    cells = [claim.cell(claim.flow, period) for period in periods]
    if claim.kind == "share_run":
        cells += [(reporter, "WLD", flow, year) for reporter, _, flow, year in cells]
    return cells


def _level(claim: Claim, rows: Sequence[Row], facts: Facts) -> Computed:
    (row,) = rows
    verb = "was" if claim.flow == "total" else "were"
    text = f"{_what(claim)} in {when(claim.period)} {verb} {told_figure(row)}"
    return ends_of(row), text


def _growth(claim: Claim, rows: Sequence[Row], facts: Facts) -> Computed:
    row, base = rows
    rate, basis = facts.growth(row, base)
    # Level and rate of one release: a rate on a revised base stands on that base.
    revised = facts.revised(base) if basis in PRINTED else None
    now = f"to {told_figure(row)} in {when(row['period'])}"
    levels = f"from {told_figure(base)} in {when(base['period'])} {now}"
    if revised:
        levels = f"{now} on {_since(revised, base)}"
    how = _printed(claim, basis)
    text = f"{_what(claim)} changed by {rate:+percent range}{how}, {levels}"
    return interval_of(rate), text


def _since(revised: Rounded, first: Row) -> str:
    then = when(first["period"])
    return (
        f"{revised:usd range} for {then} as revised since (first {told_figure(first)})"
    )


def _printed(claim: Claim, basis: str) -> str:
    """Say who printed a rate: of a region's countries customs prints one each, in yuan."""
    if basis not in PRINTED:
        return ""
    if basis == "worked out in yuan":
        # The region may be the partner, or who counts.
        (region,) = {claim.partner, claim.subject} & {*GROUPS}
        many = NUMBERS[len(GROUPS[region])]
        return f", worked out from customs’ rates in yuan for the {many}"
    return ", as printed" if basis == "printed" else ", printed in yuan and converted"


def _growth_difference(claim: Claim, rows: Sequence[Row], facts: Facts) -> Computed:
    new, base, between, before = rows
    fast, basis = facts.growth(new, base)
    slow, _ = facts.growth(between, before)
    how = ""
    # The year between is in both rates: of one release, as the later rate has it.
    revised = facts.revised(between) if basis in PRINTED else None
    if revised and cell_of(between) == cell_of(base):
        # Its base is above zero: the rate before has been taken of it.
        slow = cast("Rounded", revised / dollars(before) - 1)
        how = f", with {_since(revised, between)}"
    gap = fast - slow
    text = (
        f"{_what(claim)} grew {fast:percent range} in {when(claim.period)} and "
        f"{slow:percent range} in {when(claim.base_period)}{how}, a difference of "
        f"{gap:+points range}"
    )
    return interval_of(gap), text


def _growth_run(claim: Claim, rows: Sequence[Row], facts: Facts) -> Computed:
    rates = [facts.growth(new, base)[0] for base, new in pairwise(rows)]
    by = join([f"{rate:+percent}" for rate in rates])
    years = f"{when(rows[1]['period'])} to {when(claim.period)}"
    text = f"{_what(claim)} changed in {years} by {by}"
    return least([interval_of(rate) for rate in rates]), text


def _share_run(claim: Claim, rows: Sequence[Row], facts: Facts) -> Computed:
    years = len(rows) // 2
    # All of a country's trade is above zero.
    shares = [
        cast("Rounded", dollars(row) / dollars(world))
        for row, world in zip(rows[:years], rows[years:], strict=True)
    ]
    rises = [interval_of(new - old) for old, new in pairwise(shares)]
    words = [
        f"{share:percent range} in {when(row['period'])}"
        for share, row in zip(shares, rows[:years], strict=True)
    ]
    text = (
        f"of all of {in_sentence(claim.subject)}’s trade, that with {name_of(claim.partner)} was "
        f"{join(words)}"
    )
    return least(rises), text


_FORMULAS: dict[str, Callable[[Claim, Sequence[Row], Facts], Computed]] = {
    "level": _level,
    "growth": _growth,
    "growth_difference": _growth_difference,
    "growth_run": _growth_run,
    "share_run": _share_run,
}
#: Claims whose figure is a number of years: they assert a rise in each, in this unit.
_RUNS = {"growth_run": "fraction", "share_run": "points"}
TESTS = dict.fromkeys(_FORMULAS, judge_figures)


def _missing(claim: Claim, facts: Facts, cells: list[Cell]) -> Outcome:
    """Say which figure is missing, and the newest that is there."""
    reporter, partner, flow, _ = cells[0]
    periods = list(dict.fromkeys(when(cell[3]) for cell in cells))
    reason = (
        f"{capital(claim.whose())} figures give no {_NOUNS[flow]} for {join(periods)}"
    )

    # Of a region, what is known of it.
    used: list[Row] = []
    latest = max(cells, key=lambda cell: parse_period(cell[3]))
    if bound := facts.at_least(latest):
        used.append(bound)
        known = f"{amount(bound)} is known for {when(latest[3])} {told_parts(bound)}"
        reason += f"; {known}"

    # The newest figure, and what the subject has of the same period.
    publisher = publishing(reporter)
    figures = (facts.figure((publisher, partner, flow, year)) for year in facts.years)
    if newest := next(filter(None, figures), None):
        few = ""
        if reporter in PUBLISHING:
            few = " of the four countries publishing statistics"
        used.append(newest)
        reason += f"; the newest{few} is {told_figure(newest)} for {newest['period']}"
        mirror = facts.figure((partner, publisher, MIRROR_FLOW[flow], newest["period"]))
        if mirror and claim.books == "partner":
            used.append(mirror)
            reason += f", where {name_of(partner)} has {told_figure(mirror)}"
    return Outcome(UNKNOWN, f"{reason}.", used)


def _what(claim: Claim) -> str:
    flow = flow_with(claim.flow or "total", name_of(claim.partner))
    return f"{possessive(in_sentence(claim.subject))} {flow}"
