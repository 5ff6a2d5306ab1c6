"""Tests of claims on trade figures: level, growth, difference in growth, sum.

The formulas are those of `catrade.trade_growth.growth`; the intervals are those of
`pagemill.intervals`, each published figure taken as independent of the others unless it stands in a
formula twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from catrade.cells.frames import earlier
from catrade.claim_check import core
from catrade.claim_check.core import Cell, Claim, Facts, Figure, Outcome, Span
from catrade.names import GROUPS, MIRROR_FLOW, name_of
from pagemill.errors import ParameterError
from pagemill.formats import join
from pagemill.formats import period as when
from pagemill.numbers import format_percent_range, format_usd_range
from pagemill.rounded import Rounded

_FLOWS = {"total": "trade with", "export": "exports to", "import": "imports from"}
_NOUNS = {"total": "total", "export": "exports", "import": "imports"}
_ENDINGS = {
    core.HOLDS: "; the claim says {}.",
    core.WITHIN: ", which rounding cannot tell from the {} claimed.",
    core.FAILS: ", but the claim says {}.",
}
Found = Mapping[str, Figure]


def level(claim: Claim, facts: Facts, books: str) -> Outcome:
    """Judge a figure such as "trade was 106.3 billion"."""
    flow, period = str(claim["flow"]), str(claim["period"])

    def words(found: Found, number: Rounded) -> str:
        verb = "was" if flow == "total" else "were"
        return f"{_what(claim)} in {when(period)} {verb} {number:usd}"

    wanted = {"figure": (flow, period)}
    return _tested(
        claim, facts, books, wanted, lambda f: f["figure"].number, words, "USD"
    )


def growth(claim: Claim, facts: Facts, books: str) -> Outcome:
    """Judge a rate of growth such as "12 per cent more than the year before"."""
    flow, period = str(claim["flow"]), str(claim["period"])
    base_period = str(claim.get("base_period") or "") or earlier(period, 1)

    def words(found: Found, rate: Rounded) -> str:
        return (
            f"{_what(claim)} changed by {rate:+percent} (rounding allows "
            f"{format_percent_range(rate.low, rate.high)}), from {found['base']} in "
            f"{when(base_period)} to {found['figure']} in {when(period)}"
        )

    wanted = {"figure": (flow, period), "base": (flow, base_period)}
    return _tested(
        claim, facts, books, wanted, lambda f: _rate(*f.values()), words, "fraction"
    )


def growth_difference(claim: Claim, facts: Facts, books: str) -> Outcome:
    """Judge how much faster trade grew than in another year, in percentage points.

    The year between is in both rates; the bounds take it twice, which can only widen them.
    """
    flow, period, other = (
        str(claim[name]) for name in ("flow", "period", "base_period")
    )
    years = {"figure": period, "base": earlier(period, 1), "other year": other}
    years["its base"] = earlier(other, 1)

    def rates(found: Found) -> tuple[Rounded, Rounded]:
        new, base, then, before = found.values()
        return _rate(new, base), _rate(then, before)

    def words(found: Found, gap: Rounded) -> str:
        fast, slow = rates(found)
        room = format_percent_range(gap.low, gap.high).removesuffix("%")
        return (
            f"{_what(claim)} grew {fast:percent} in {when(period)} and {slow:percent} in "
            f"{when(other)}, a difference of {gap:+points} (rounding allows {room})"
        )

    def gap(found: Found) -> Rounded:
        fast, slow = rates(found)
        return fast - slow

    wanted = {role: (flow, year) for role, year in years.items()}
    return _tested(claim, facts, books, wanted, gap, words, "points")


def exports_plus_imports(claim: Claim, facts: Facts, books: str) -> Outcome:
    """Judge whether exports and imports add up to the total claimed."""
    period = str(claim["period"])

    def both(found: Found) -> Rounded:
        # As printed: their intervals in the data are narrowed by the very total that is judged.
        exports, imports = (_as_printed(facts, figure) for figure in found.values())
        return exports + imports

    def words(found: Found, total: Rounded) -> str:
        return (
            f"exports of {found['exports']} and imports of {found['imports']} in {when(period)} "
            f"make {total:usd} (rounding allows {format_usd_range(total.low, total.high)})"
        )

    wanted = {"exports": ("export", period), "imports": ("import", period)}
    return _tested(claim, facts, books, wanted, both, words, "USD")


def _tested(
    claim: Claim,
    facts: Facts,
    books: str,
    wanted: Mapping[str, tuple[str, str]],
    compute: Callable[[Found], Rounded],
    words: Callable[[Found, Rounded], str],
    unit: str,
) -> Outcome:
    """Compute from the figures wanted (role: flow and period) and compare with the claim."""
    cells = {role: core.cell_of(claim, books, *at) for role, at in wanted.items()}
    found = {
        role: figure for role, cell in cells.items() if (figure := facts.figure(cell))
    }
    if missing := [cell for role, cell in cells.items() if role not in found]:
        return _missing(claim, facts, books, list(dict.fromkeys(missing)))
    number, asserted = compute(found), core.asserted_span(claim)
    verdict = core.judge(number, asserted)
    start = f"By {core.books_name(claim, books)} figures, {words(found, number)}"
    reason = start + _ENDINGS[verdict].format(core.claimed(claim))
    # A year that stands in both rates is one piece of evidence.
    once = {figure.cell: role for role, figure in reversed(found.items())}
    evidence = core.trade_evidence(
        facts, {r: f for r, f in found.items() if once[f.cell] == r}
    )
    return Outcome(
        verdict, reason, evidence, Span(number.low, number.high), asserted, unit
    )


def _rate(new: Figure, base: Figure) -> Rounded:
    if base.number.low <= 0:
        raise ParameterError(
            f"growth needs a base above zero; {base.cell[3]} may be zero"
        )
    return new.number / base.number - 1


def _as_printed(facts: Facts, figure: Figure) -> Rounded:
    rows = facts.published(figure.cell)
    value = figure.number.value
    printed = rows[
        (rows["low_usd"] <= value) & (value <= rows["high_usd"]) & ~rows["converted"]
    ]
    if printed.empty:
        return figure.number
    return Rounded(value, printed["low_usd"].iloc[0], printed["high_usd"].iloc[0])


def _missing(claim: Claim, facts: Facts, books: str, cells: list[Cell]) -> Outcome:
    """Say which figure is missing, and the newest that is there."""
    reporter, partner, flow, period = cells[0]
    absent = ""
    if reporter in GROUPS:
        own = {c: facts.figure((c, partner, flow, period)) for c in GROUPS[reporter]}
        names = [name_of(code) for code, figure in own.items() if figure is None]
        absent = f" (without one: {join(names)})" if 0 < len(names) < len(own) else ""
    known = facts.figures(core.publishing(reporter), partner)
    newest = known.get(
        (flow, max((year for one, year in known if one == flow), default=""))
    )
    few = " of the four that publish" if reporter in core.PUBLISHING else ""
    tail = f"; the newest{few} is {newest} for {newest.cell[3]}" if newest else ""
    here = None
    if newest and books == "partner":
        subject = str(claim["subject"])
        here = facts.figure(
            (
                subject,
                core.publishing(str(claim["partner"])),
                MIRROR_FLOW[flow],
                newest.cell[3],
            )
        )
        tail += f", where {name_of(subject)} has {here}" if here else ""
    whose = core.books_name(claim, books)
    periods = join(list(dict.fromkeys(when(cell[3]) for cell in cells)))
    reason = f"{whose} figures give no {_NOUNS[flow]} for {periods}{absent}{tail}."
    evidence = core.trade_evidence(
        facts, {"newest": newest, "newest, the other side's": here}
    )
    return Outcome(core.UNKNOWN, reason[:1].upper() + reason[1:], evidence)


def _what(claim: Claim) -> str:
    flow = _FLOWS[str(claim["flow"] or "total")]
    return f"{name_of(str(claim['subject']))}’s {flow} {name_of(str(claim['partner']))}"


TESTS: dict[str, Callable[[Claim, Facts, str], Outcome]] = {
    "level": level,
    "growth": growth,
    "growth_difference": growth_difference,
    "sum": exports_plus_imports,
}
