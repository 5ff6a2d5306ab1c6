"""The choice of figures in plain Python with exact fractions, from the CSV files alone.

Which row is used (the rule of data/README.md), sums of flows and of the five, what identities leave
of an interval, and growth. Written from the rule, without a line of the library.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
FIVE = ("KAZ", "KGZ", "TJK", "TKM", "UZB")


@cache
def rows_of(name: str) -> tuple[dict[str, str], ...]:
    with (ROOT / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as source:
        return tuple(csv.DictReader(source))


class Figure(NamedTuple):
    value: Fraction
    low: Fraction
    high: Fraction
    quality: str = "ok"
    converted: bool = False
    kind: int = 3
    coverage: str = "goods"
    rounding: str = "nearest"
    #: reporter, partner, period, flow
    cell: tuple[str, ...] = ()
    #: whether somebody published it, in dollars or another currency
    printed: bool = False

    @property
    def width(self) -> Fraction:
        return self.high - self.low

    def meets(self, other: Figure) -> bool:
        return self.low <= other.high and self.high >= other.low

    def finer(self, than: Figure) -> bool:
        return self.width < Fraction(99, 100) * than.width

    def within(self, other: Figure) -> bool:
        return other.low <= self.low and self.high <= other.high


def rounded(
    value: str, unit: str, rounding: str
) -> tuple[Fraction, Fraction, Fraction]:
    down, up = {"nearest": (1, 1), "floor": (0, 2), "ceiling": (2, 0), "about": (2, 2)}[
        rounding
    ]
    number, half = Fraction(value), Fraction(unit) / 2
    return number, max(Fraction(0), number - down * half), number + up * half


KIND = {"official": 0, "dataset": 1, "official_statement": 2, "research": 2, "press": 2}
MEMBERS = {"CA5": FIVE, "CA4": tuple(code for code in FIVE if code != "TKM")}
FLOWS = ("export", "import", "total")


@cache
def _rows_by_cell() -> dict[tuple[str, ...], list[dict[str, str]]]:
    found: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for row in rows_of("trade"):
        cell = (row["reporter"], row["partner"], row["period"], row["flow"])
        found.setdefault(cell, []).append(row)
    return found


@cache
def _sources() -> dict[str, dict[str, str]]:
    return {row["source_id"]: row for row in rows_of("sources")}


@cache
def _rates() -> dict[tuple[str, str], tuple[Fraction, ...]]:
    return {
        (row["currency"], row["period"]): tuple(
            Fraction(row[k]) for k in ("rate", "low", "high")
        )
        for row in rows_of("exchange_rates")
    }


def _figure(row: dict[str, str], cell: tuple[str, ...]) -> Figure | None:
    """Return a row in dollars; None if there is no rate."""
    value, low, high = rounded(row["value"], row["precision"], row["rounding"])
    foreign = row["currency"] != "USD"
    if foreign:
        if (row["currency"], row["period"]) not in _rates():
            return None
        rate, least, most = _rates()[row["currency"], row["period"]]
        value, low, high = value / rate, low / most, high / least
    kind = KIND[_sources()[row["source_id"]]["kind"]]
    marks = (row["quality"], foreign, kind, row["coverage"], row["rounding"])
    return Figure(value, low, high, *marks, cell, printed=True)


def _published(cell: tuple[str, ...], *, goods: bool) -> Figure | None:
    """Choose among the rows of a cell as `data/README.md` says."""
    found = []
    for row in _rows_by_cell().get(cell, []):
        figure = _figure(row, cell)
        if (
            figure
            and row["quality"] != "rejected"
            and (row["coverage"] == "goods" or not goods)
        ):
            found.append((figure, row))
    # Python's sort keeps the order of equals: the last criterion first.
    found.sort(key=lambda one: one[1]["source_id"])
    found.sort(
        key=lambda one: _sources()[one[1]["source_id"]]["published"], reverse=True
    )
    found.sort(key=lambda one: not one[1]["growth_printed"])
    found.sort(key=lambda one: (one[0].width, one[0].rounding != "nearest"))
    found.sort(key=lambda one: (one[0].quality != "ok", one[0].converted, one[0].kind))
    ranked = [figure for figure, _ in found]
    if not ranked:
        return None
    best = _in_common(ranked)
    if best.converted:
        return best
    same = (best.quality, best.coverage)
    others = [
        one for one in ranked if one.converted and (one.quality, one.coverage) == same
    ]
    if not others:
        return best
    other = _in_common(others)
    least, most = max(best.low, other.low), min(best.high, other.high)
    takes_its_place = other.finer(best) and least <= other.value <= most
    return other._replace(low=least, high=most) if takes_its_place else best


def _in_common(ranked: list[Figure]) -> Figure:
    """Intersect what equals the first, as long as a printed figure stays inside."""

    def class_of(one: Figure) -> tuple[object, ...]:
        return one.quality, one.converted, one.kind, one.coverage

    low, high, held = ranked[0].low, ranked[0].high, [ranked[0]]
    for one in ranked[1:]:
        least, most = max(low, one.low), min(high, one.high)
        inside = any(least <= each.value <= most for each in (*held, one))
        unchanged = (least, most) == (low, high)
        if (
            class_of(one) == class_of(ranked[0])
            and inside
            and (least < most or unchanged)
        ):
            low, high = least, most
            held.append(one)
    first = next(one for one in held if low <= one.value <= high)
    return first._replace(low=low, high=high)


def sum_of(parts: Iterable[Figure | None], cell: tuple[str, ...] = ()) -> Figure | None:
    held = list(parts)
    if not all(held):
        return None
    known = [part for part in held if part]
    worst = "ok" if all(part.quality == "ok" for part in known) else "doubtful"
    counts = {part.coverage for part in known}
    ends = [sum((part[place] for part in known), Fraction(0)) for place in range(3)]
    return Figure(
        *(ends[0], ends[1], ends[2], worst),
        converted=any(part.converted for part in known),
        kind=max(part.kind for part in known),
        coverage=counts.pop() if len(counts) == 1 else "mixed",
        cell=cell,
    )


def _better(there: Figure | None, computed: Figure | None) -> Figure | None:
    """Keep what is there, unless the sum is sounder, in dollars instead of converted, or finer."""
    if there is None or computed is None:
        return there or computed
    if there.quality == "doubtful" and computed.quality == "ok":
        return computed
    if computed.quality != "ok" and there.quality == "ok":
        return there
    says_more = computed.within(there) and computed.finer(there)
    in_dollars = there.converted and not computed.converted
    if in_dollars and there.within(computed) and there.finer(computed):
        in_dollars = False
    return computed if says_more or in_dollars else there


def _with_flows(
    total: Figure | None, flows: list[Figure | None], cell: tuple[str, ...]
) -> Any:
    """Choose between a total and exports + imports, which may overrule it."""
    by_flows = sum_of(flows, cell)
    chosen = _better(total, by_flows)
    if (
        chosen is not total
        or not total
        or not by_flows
        or not total.printed
        or total.converted
    ):
        return chosen
    counts = {by_flows.coverage, total.coverage}
    alike = len(counts) == 1 or counts == {"mixed", "goods_and_services"}
    contradict = not by_flows.meets(total) and alike
    printed = all(flow and flow.printed for flow in flows)
    sound = by_flows.quality == "ok" or total.quality != "ok"
    return (
        by_flows
        if contradict and printed and sound and by_flows.kind < total.kind
        else total
    )


@cache
def _chosen(
    reporter: str, partner: str, period: str, flow: str, *, goods: bool
) -> Figure | None:
    """Return the figure of a cell before anything narrows it."""
    cell = (reporter, partner, period, flow)
    figure = _published(cell, goods=goods)
    region = next((end for end in cell[:2] if end in MEMBERS), None)

    def at(code: str | None, which: str) -> Figure | None:
        ends = [code if end == region and code else end for end in cell[:2]]
        return _chosen(ends[0], ends[1], period, which, goods=goods)

    summed = (
        sum_of((at(one, flow) for one in MEMBERS[region]), cell) if region else None
    )
    if flow != "total":
        return _better(figure, summed)
    figure = _with_flows(figure, [at(None, "export"), at(None, "import")], cell)
    return _better(figure, summed)


@cache
def _narrowed(
    reporter: str, partner: str, period: str, *, goods: bool
) -> dict[Any, Figure]:
    """Return every figure of a period that the pair's identities touch, as narrow as they leave it.

    With China, that is the five and the regions, on the side where the pair has one of them.
    """
    home = (*FIVE, *MEMBERS)
    if partner in home:
        pairs = [(reporter, one) for one in home]
    else:
        pairs = (
            [(one, partner) for one in home]
            if reporter in home
            else [(reporter, partner)]
        )
    figures = {}
    for ends in pairs:
        for flow in FLOWS:
            figure = _chosen(*ends, period, flow, goods=goods)
            if figure:
                figures[*ends, flow] = figure
    rules = [
        ((*ends, "total"), [(*ends, flow) for flow in FLOWS[:2]]) for ends in pairs
    ]
    for region, members in MEMBERS.items():
        for ends in pairs:
            if region in ends:
                parts = [
                    tuple(m if end == region else end for end in ends) for m in members
                ]
                rules += [
                    ((*ends, flow), [(*p, flow) for p in parts]) for flow in FLOWS
                ]
    usable = [rule for rule in rules if _alike([rule[0], *rule[1]], figures)]
    usable = [rule for rule in usable if _tightened(dict(figures), *rule)]
    while True:
        ends = dict(figures)
        broken = _fixed_point(ends, usable)
        if broken is None:
            break
        usable.remove(broken)
    return {
        key: one._replace(low=min(one.low, one.value), high=max(one.high, one.value))
        for key, one in ends.items()
    }


def _alike(keys: list[Any], figures: dict[Any, Figure]) -> bool:
    held = [figures[key] for key in keys if key in figures]
    sound = all(figure.quality == "ok" for figure in held)
    return len(held) == len(keys) and sound and len({one.coverage for one in held}) == 1


def _fixed_point(figures: dict[Any, Figure], rules: list[Any]) -> Any:
    """Tighten until nothing moves; return a rule that turns out to be impossible."""
    for _ in range(50):
        before = {key: one.width for key, one in figures.items()}
        for rule in rules:
            if not _tightened(figures, *rule):
                return rule
        if all(_rests(one.width, before[key]) for key, one in figures.items()):
            return None
    return None


def _rests(width: Fraction, before: Fraction) -> bool:
    """Say whether an interval has lost nothing, or less than a millionth."""
    return width == before or width > before * (1 - Fraction(1, 10**6))


def _tightened(figures: dict[Any, Figure], whole: Any, parts: list[Any]) -> bool:
    """Cut a whole to the sum of its parts, and each part to what the whole and the others leave."""
    low = max(
        figures[whole].low, sum((figures[part].low for part in parts), Fraction(0))
    )
    high = min(
        figures[whole].high, sum((figures[part].high for part in parts), Fraction(0))
    )
    # Exact figures whose sum is a few dollars off go together; rounded ones must overlap.
    slack = Fraction(max(abs(low), abs(high))) / 10**9
    exact = (
        min(figures[whole].width, sum(figures[part].width for part in parts)) <= slack
    )
    if high - low < (-slack if exact else slack):
        return False
    if high < low:
        return True
    figures[whole] = figures[whole]._replace(low=low, high=high)
    sums = [sum((figures[part][end] for part in parts), Fraction(0)) for end in (1, 2)]
    for part in parts:
        one = figures[part]
        least = max(one.low, low - (sums[1] - one.high))
        most = min(one.high, high - (sums[0] - one.low))
        if least <= most:
            figures[part] = one._replace(low=least, high=most)
            sums = [
                sum((figures[each][end] for each in parts), Fraction(0))
                for end in (1, 2)
            ]
    return True


@cache
def cell_of(
    reporter: str, partner: str, period: str, flow: str, *, goods: bool = False
) -> Figure | None:
    """Return the figure of a cell: published, else summed, as narrow as identities leave it.

    `goods` is for what compares two reporters: only figures that count goods.
    """
    return _narrowed(reporter, partner, period, goods=goods).get(
        (reporter, partner, flow)
    )


def growth_of(new: Figure, base: Figure) -> tuple[Figure, bool]:
    """Return growth, and whether it is the publisher's own: it contradicts ours or is finer."""
    ours = Figure(
        new.value / base.value - 1, new.low / base.high - 1, new.high / base.low - 1
    )
    printed = []
    for row in _rows_by_cell().get(new.cell, []):
        figure = _figure(row, new.cell)
        if (
            row["growth_printed"]
            and row["currency"] == "USD"
            and row["quality"] != "rejected"
        ):
            assert figure is not None
            rate, unit = (
                Fraction(row[k]) for k in ("growth_printed", "growth_precision")
            )
            if figure.meets(new):
                printed.append((unit, rate))
    if not printed:
        return ours, False
    unit, rate = min(printed, key=lambda one: one[0])
    theirs = Figure(rate, rate - unit / 2, rate + unit / 2)
    contradict = rate - unit > ours.high or rate + unit < ours.low
    used = contradict or (theirs.meets(ours) and unit < ours.width)
    return (theirs, True) if used else (ours, False)
