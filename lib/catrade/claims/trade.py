"""Tests of claims on trade figures: a level, growth, a sum, a run of years.

Each kind has a formula of a few lines: the cells it needs, and what they give. One comparison then
looks up the cells, computes and judges. The formulas are those of `catrade.trade_growth`, growth
within one vintage; the intervals those of `rounding.intervals`, each figure taken as independent of
the others, which can only widen the result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise

from catrade.calc.vintages import PRINTED
from catrade.cells.frames import earlier
from catrade.claims import core
from catrade.claims.core import Cell, Claim, Facts, Figure, Outcome, Span
from catrade.tables.names import GROUPS, MIRROR_FLOW, in_sentence, name_of
from catrade.words import capital
from rounding.errors import ParameterError
from rounding.formats import join
from rounding.formats import period as when
from rounding.rounded import Rounded

FLOWS = {"total": "trade with", "export": "exports to", "import": "imports from"}
_NOUNS = {"total": "total", "export": "exports", "import": "imports"}
_ENDINGS = {
    core.HOLDS: "; the claim says {}.",
    core.WITHIN: ", which rounding cannot tell from the {} claimed.",
    core.FAILS: ", but the claim says {}.",
}
_RISES = Span(0.0, float("inf"))
Found = Mapping[str, Figure]
#: The number a claim is about, and the sentence that says it.
Computed = tuple[Rounded, str]


def _level(claim: Claim, found: Found, facts: Facts) -> Computed:
    verb = "was" if claim["flow"] == "total" else "were"
    figure = found["figure"]
    return figure.number, f"{_what(claim)} in {when(claim['period'])} {verb} {figure}"


def _growth(claim: Claim, found: Found, facts: Facts) -> Computed:
    figure, base = found["figure"], found["base"]
    rate, basis = _rate(facts, figure, base)
    said = (
        f"{_what(claim)} changed by {rate:+percent range}, from "
        f"{base} in {when(base.cell[3])} to {figure} in {when(figure.cell[3])}"
    )
    if basis in PRINTED:  # the base is another than the one shown
        said += f"; the rate is {basis}, on the year before as revised"
    return rate, said


def _growth_difference(claim: Claim, found: Found, facts: Facts) -> Computed:
    fast, _ = _rate(facts, found["figure"], found["base"])
    slow, _ = _rate(facts, found["other year"], found["its base"])
    gap = fast - slow
    said = (
        f"{_what(claim)} grew {fast:percent} in {when(claim['period'])} and "
        f"{slow:percent} in {when(claim['base_period'])}, a difference of "
        f"{gap:+points range}"
    )
    return gap, said


def _sum(claim: Claim, found: Found, facts: Facts) -> Computed:
    exports, imports = found["exports"], found["imports"]
    total = exports.number + imports.number
    said = (
        f"exports of {exports} and imports of {imports} in {when(claim['period'])} make "
        f"{total:usd range}"
    )
    return total, said


def _growth_run(claim: Claim, found: Found, facts: Facts) -> Computed:
    rates = [_rate(facts, new, base)[0] for base, new in pairwise(found.values())]
    told = join([f"{rate:+percent}" for rate in rates])
    first = when(list(found)[1])
    years = f"{first} to {when(claim['period'])}"
    return _least(rates), f"{_what(claim)} changed in {years} by {told}"


def _share_run(claim: Claim, found: Found, facts: Facts) -> Computed:
    all_trade = [f.number for role, f in found.items() if role.startswith("all")]
    parts = [f.number for role, f in found.items() if not role.startswith("all")]
    shares = [part / whole for part, whole in zip(parts, all_trade, strict=True)]
    told = join(
        [
            f"{share:percent range} in {when(year)}"
            for share, year in zip(shares, found, strict=False)
        ]
    )
    whose = in_sentence(next(iter(found.values())).cell[0])
    said = f"of all of {whose}’s trade, that with {name_of(str(claim['partner']))} was {told}"
    return _least([new - old for old, new in pairwise(shares)]), said


def _least(numbers: list[Rounded]) -> Rounded:
    """Return the smallest of several numbers, and all that it may be."""
    return Rounded(
        min(number.value for number in numbers),
        min(number.low for number in numbers),
        min(number.high for number in numbers),
    )


def _cells(claim: Claim, books: str) -> dict[str, Cell]:
    """Return the cells a claim is computed from, by the role each plays."""
    flow, period = str(claim["flow"]), str(claim["period"])
    other = str(claim.get("base_period") or "")
    kind = claim["kind"]
    wanted = {"figure": (flow, period)}
    if kind == "growth":
        wanted["base"] = (flow, other or earlier(period, 1))
    elif kind == "growth_difference":
        wanted["base"] = (flow, earlier(period, 1))
        wanted["other year"] = (flow, other)
        wanted["its base"] = (flow, earlier(other, 1))
    elif kind == "sum":
        wanted = {"exports": ("export", period), "imports": ("import", period)}
    elif kind in ("growth_run", "share_run"):
        years = [earlier(period, n) for n in range(int(claim["value"]), -1, -1)]
        wanted = {year: (flow, year) for year in years}
    cells = {role: core.cell_of(claim, books, *at) for role, at in wanted.items()}
    if kind == "share_run":
        for role, (reporter, _, seen, year) in list(cells.items()):
            cells[f"all {role}"] = (reporter, "WLD", seen, year)
    return cells


_FORMULAS: dict[str, Callable[[Claim, Found, Facts], Computed]] = {
    "level": _level,
    "growth": _growth,
    "growth_difference": _growth_difference,
    "sum": _sum,
    "growth_run": _growth_run,
    "share_run": _share_run,
}


def figures(claim: Claim, facts: Facts, books: str) -> Outcome:
    """Compute what a claim is about from the cells it needs, and compare."""
    kind = str(claim["kind"])
    cells = _cells(claim, books)
    # A base that is only implied by printed growth gives back that growth, and no other.
    found = {
        role: figure
        for role, figure in zip(cells, facts.alike(*cells.values()), strict=True)
        if figure and (kind == "level" or figure.basis != "implied_by_growth")
    }
    if missing := [cell for role, cell in cells.items() if role not in found]:
        return _missing(claim, facts, books, list(dict.fromkeys(missing)))
    if kind == "sum":
        # As printed: their intervals were narrowed by the very total that is judged.
        found = {role: _as_printed(facts, figure) for role, figure in found.items()}
    number, said = _FORMULAS[kind](claim, found, facts)
    runs = kind.endswith("_run")
    asserted = _RISES if runs else core.asserted_span(claim)
    verdict = core.judge(number, asserted)
    claims = "a rise in each year" if runs else core.claimed(claim)
    ending = _ENDINGS[verdict].format(claims)
    reason = f"By {core.books_name(claim, books)} figures, {said}{ending}"
    # A year that stands in both rates is one piece of evidence.
    once = {figure.cell: role for role, figure in reversed(found.items())}
    used = {role: figure for role, figure in found.items() if once[figure.cell] == role}
    evidence = core.trade_evidence(facts, used)
    return Outcome(verdict, reason, evidence, number, asserted, _UNITS[kind])


_UNITS = {
    "level": "USD",
    "sum": "USD",
    "growth": "fraction",
    "growth_difference": "points",
    "growth_run": "fraction",
    "share_run": "points",
}


def _rate(facts: Facts, new: Figure, base: Figure) -> tuple[Rounded, str]:
    if base.number.low <= 0:
        raise ParameterError(
            f"growth needs a base above zero; {base.cell[3]} may be zero"
        )
    return facts.growth(new, base)


def _as_printed(facts: Facts, figure: Figure) -> Figure:
    value = figure.number.value
    for row in facts.published(figure.cell).to_dict("records"):
        if row["low_usd"] <= value <= row["high_usd"] and not row["converted"]:
            number = Rounded(value, row["low_usd"], row["high_usd"])
            return replace(figure, number=number)
    return figure


def _missing(claim: Claim, facts: Facts, books: str, cells: list[Cell]) -> Outcome:
    """Say which figure is missing, and the newest that is there."""
    reporter, partner, flow, period = cells[0]
    absent = ""
    if reporter in GROUPS:
        own = {c: facts.figure((c, partner, flow, period)) for c in GROUPS[reporter]}
        names = [name_of(code) for code, figure in own.items() if figure is None]
        absent = f" (without one: {join(names)})" if 0 < len(names) < len(own) else ""
    publisher = core.publishing(reporter)
    known = facts.periods(publisher, partner, flow)
    newest = facts.figure((publisher, partner, flow, known[-1])) if known else None
    few = " of the four that publish" if reporter in core.PUBLISHING else ""
    tail = f"; the newest{few} is {newest} for {newest.cell[3]}" if newest else ""
    here = None
    if newest and books == "partner":
        subject, other = str(claim["subject"]), core.publishing(str(claim["partner"]))
        here = facts.figure((subject, other, MIRROR_FLOW[flow], newest.cell[3]))
        tail += f", where {name_of(subject)} has {here}" if here else ""
    whose = core.books_name(claim, books)
    periods = join(list(dict.fromkeys(when(cell[3]) for cell in cells)))
    reason = f"{whose} figures give no {_NOUNS[flow]} for {periods}{absent}{tail}."
    evidence = core.trade_evidence(
        facts, {"newest": newest, "newest, the other side's": here}
    )
    return Outcome(core.UNKNOWN, capital(reason), evidence)


def _what(claim: Claim) -> str:
    flow = FLOWS[str(claim["flow"] or "total")]
    return f"{name_of(str(claim['subject']))}’s {flow} {name_of(str(claim['partner']))}"


TESTS = dict.fromkeys(_FORMULAS, figures)
