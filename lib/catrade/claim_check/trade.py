"""Tests of claims on trade figures: level, growth, difference in growth, sum.

The formulas are those of `catrade.trade_growth.growth`; the intervals are those of
`pagemill.intervals`, each published figure taken as independent of the others unless it stands in a
formula twice.
"""

from __future__ import annotations

from collections.abc import Callable

from catrade.cells.frames import earlier
from catrade.claim_check.core import (
    PUBLISHING,
    UNKNOWN,
    WITHIN,
    Cell,
    Claim,
    Facts,
    Figure,
    Outcome,
    Span,
    allowed,
    asserted_span,
    books_name,
    cell_of,
    judge,
    publishing,
)
from catrade.claim_check.evidence import trade_evidence
from catrade.names import GROUPS, MIRROR_FLOW, name_of
from pagemill.errors import ParameterError
from pagemill.formats import period as when
from pagemill.intervals import Interval
from pagemill.numbers import (
    format_percent,
    format_percent_range,
    format_points,
    format_usd,
    format_usd_range,
)

_FLOWS = {"total": "trade with", "export": "exports to", "import": "imports from"}


def level(claim: Claim, facts: Facts, books: str) -> Outcome:
    """Judge a figure such as "trade was 106.3 billion"."""
    cell = cell_of(claim, books, str(claim["flow"]), str(claim["period"]))
    figure = facts.figure(cell)
    if figure is None:
        return _missing(claim, facts, books, [cell])
    span = Span(figure.interval.low, figure.interval.high)
    asserted = asserted_span(claim)
    verdict = judge(span, asserted)
    said = figure.usd
    asked = allowed(asserted, format_usd, float(claim["value"]))
    ending = {
        "holds": f"; the claim says {asked}",
        WITHIN: f", whose rounding only overlaps with that of the {asked} claimed",
    }.get(verdict, f", but the claim says {asked}")
    start = f"{_by(claim, books)} {_what(claim)} in {when(claim['period'])}"
    reason = f"{start} {_were(claim)} {said}{ending}."
    return Outcome(
        verdict, reason, trade_evidence(facts, {"figure": figure}), span, asserted, "USD"
    )


def growth(claim: Claim, facts: Facts, books: str) -> Outcome:
    """Judge a rate of growth such as "12 per cent more than the year before"."""
    period = str(claim["period"])
    base_period = str(claim.get("base_period") or "") or earlier(period, 1)
    found = _rate(claim, facts, books, period, base_period)
    if isinstance(found, list):
        return _missing(claim, facts, books, found)
    new, base, rate = found
    asserted, span = asserted_span(claim), Span(rate.low, rate.high)
    verdict = judge(span, asserted)
    value = new.value / base.value - 1
    words = (
        f"{_by(claim, books)} {_what(claim)} went from {base.usd} in {when(base_period)} to "
        f"{new.usd} in {when(period)}, a change of "
        f"{format_percent(value, rate.low, rate.high, signed=True)} (rounding allows "
        f"{format_percent_range(rate.low, rate.high)})"
    )
    reason = f"{words}{_against(verdict, asserted, 'per cent')}."
    evidence = trade_evidence(facts, {"figure": new, "base": base})
    return Outcome(verdict, reason, evidence, span, asserted, "fraction")


def growth_difference(claim: Claim, facts: Facts, books: str) -> Outcome:
    """Judge how much faster trade grew than in another year, in percentage points.

    The year between is in both rates; the bounds take it twice, which can only widen them.
    """
    period, other = str(claim["period"]), str(claim["base_period"])
    rates = []
    for one in (period, other):
        found = _rate(claim, facts, books, one, earlier(one, 1))
        if isinstance(found, list):
            return _missing(claim, facts, books, found)
        rates.append(found)
    (new, base, fast), (new0, base0, slow) = rates
    gap = fast - slow
    asserted, span = asserted_span(claim), Span(gap.low, gap.high)
    verdict = judge(span, asserted)
    now, then = new.value / base.value - 1, new0.value / base0.value - 1
    room = format_percent_range(gap.low, gap.high).removesuffix("%")
    points = format_points(now - then, gap.low, gap.high, signed=True)
    reason = (
        f"{_by(claim, books)} {_what(claim)} grew {format_percent(now, fast.low, fast.high)} in "
        f"{when(period)} and {format_percent(then, slow.low, slow.high)} in {when(other)}, a "
        f"difference of {points} (rounding allows {room})"
        f"{_against(verdict, asserted, 'points')}."
    )
    figures: dict[str, Figure | None] = {"figure": new, "base": base, "base of the base": base0}
    if new0.cell != base.cell:
        figures = {"figure": new, "base": base, "other year": new0, "its base": base0}
    evidence = trade_evidence(facts, figures)
    return Outcome(verdict, reason, evidence, span, asserted, "points")


def exports_plus_imports(claim: Claim, facts: Facts, books: str) -> Outcome:
    """Judge whether exports and imports add up to the total claimed."""
    period = str(claim["period"])
    cells = [cell_of(claim, books, flow, period) for flow in ("export", "import")]
    found = [facts.figure(cell) for cell in cells]
    exports, imports = found
    if exports is None or imports is None:
        missing = [cell for cell, figure in zip(cells, found, strict=True) if figure is None]
        return _missing(claim, facts, books, missing)
    # As printed: their intervals in the data are narrowed by the very total that is judged.
    both = _as_printed(facts, exports) + _as_printed(facts, imports)
    asserted, span = asserted_span(claim), Span(both.low, both.high)
    verdict = judge(span, asserted)
    total = format_usd(exports.value + imports.value, both.low, both.high)
    asked = allowed(asserted, format_usd, float(claim["value"]))
    room = format_usd_range(both.low, both.high)
    end = {
        "holds": f"; the claim says {asked}",
        WITHIN: f", which agrees with the {asked} claimed as far as three rounded figures can",
    }.get(verdict, f", but the claim says {asked}")
    reason = (
        f"{_by(claim, books)} exports of {exports.usd} and imports of {imports.usd} in "
        f"{when(period)} make {total} (rounding allows {room}){end}."
    )
    evidence = trade_evidence(facts, {"exports": exports, "imports": imports})
    return Outcome(verdict, reason, evidence, span, asserted, "USD")


def _as_printed(facts: Facts, figure: Figure) -> Interval:
    rows = [
        Interval(row.low_usd, row.high_usd)
        for row in facts.sources(figure.cell)
        if not row.converted and row.low_usd <= figure.value <= row.high_usd
    ]
    return rows[0] if rows else figure.interval


def _rate(
    claim: Claim, facts: Facts, books: str, period: str, base_period: str
) -> tuple[Figure, Figure, Interval] | list[Cell]:
    flow = str(claim["flow"])
    cells = [cell_of(claim, books, flow, one) for one in (period, base_period)]
    new, base = (facts.figure(cell) for cell in cells)
    if new is None or base is None:
        return [c for c, f in zip(cells, (new, base), strict=True) if f is None]
    if base.interval.low <= 0:
        message = f"growth needs a base above zero; {base_period} may be zero"
        raise ParameterError(message)
    return new, base, new.interval / base.interval - 1


def _missing(claim: Claim, facts: Facts, books: str, cells: list[Cell]) -> Outcome:
    """Say which figure is missing, and the newest that is there."""
    reporter, partner, flow, period = cells[0]
    whose = books_name(claim, books)
    periods = " or ".join(dict.fromkeys(when(c[3]) for c in cells))
    what = f"{whose} figures give no {_noun(flow)} for {periods}"
    absent = ""
    if reporter in GROUPS:
        own = {c: facts.figure((c, partner, flow, period)) for c in GROUPS[reporter]}
        names = [name_of(code) for code, figure in own.items() if figure is None]
        if names and len(names) < len(own):
            absent = f" (without one: {', '.join(names)})"
    known = facts.figures(publishing(reporter), partner)
    years = [year for other, year in known if other == flow]
    newest = known[flow, max(years)] if years else None
    few = " of the four that publish" if reporter in PUBLISHING else ""
    tail = f"; the newest{few} is {newest.usd} for {newest.cell[3]}" if newest else ""
    here = None
    if newest and books == "partner":
        subject, asked = str(claim["subject"]), str(claim["flow"] or MIRROR_FLOW[flow])
        here = facts.figure((subject, publishing(str(claim["partner"])), asked, newest.cell[3]))
    if here:
        tail += f", where {name_of(str(claim['subject']))} has {here.usd}"
    evidence = trade_evidence(facts, {"newest": newest, "newest, other books": here})
    reason = what[:1].upper() + what[1:] + f"{absent}{tail}."
    return Outcome(UNKNOWN, reason, evidence)


def _by(claim: Claim, books: str) -> str:
    return f"By {books_name(claim, books)} figures,"


def _what(claim: Claim) -> str:
    flow = str(claim["flow"] or "total")
    return f"{name_of(str(claim['subject']))}'s {_FLOWS[flow]} {name_of(str(claim['partner']))}"


def _were(claim: Claim) -> str:
    return "was" if str(claim["flow"]) == "total" else "were"


def _noun(flow: str) -> str:
    return {"total": "total"}.get(flow, f"{flow}s")


def _against(verdict: str, asserted: Span, unit: str) -> str:
    open_side = {float("inf"): "any rise", float("-inf"): "any fall"}
    room = next((open_side[end] for end in (asserted.high, asserted.low) if end in open_side), "")
    if not room:
        ends = format_percent_range(asserted.low, asserted.high).removesuffix("%")
        room = f"{ends} {unit}"
    if verdict == WITHIN:
        return f", which only overlaps with what the claim allows, {room}"
    return f", {'inside' if verdict == 'holds' else 'outside'} what the claim allows, {room}"


TESTS: dict[str, Callable[[Claim, Facts, str], Outcome]] = {
    "level": level,
    "growth": growth,
    "growth_difference": growth_difference,
    "sum": exports_plus_imports,
}
