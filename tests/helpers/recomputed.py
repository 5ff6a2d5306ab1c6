"""Every yearly figure and its growth, worked out anew from `data/*.csv`.

Written from the text of the rule in `data/README.md` alone; nothing of the library is imported, so
that a fault there and the same fault here would be two accidents. Left out is what no yearly figure
needs today: sums of chapters, and an interval that allows for revisions of a base.
"""

from __future__ import annotations

from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

DATA = Path(__file__).resolve().parents[2] / "data"
FIVE = ("KAZ", "KGZ", "TJK", "TKM", "UZB")
REGIONS = {"CA5": FIVE, "CA4": ("KAZ", "KGZ", "TJK", "UZB")}
#: How far a figure may lie below and above what is printed, in units of its last digit.
REACH = {"nearest": (0.5, 0.5), "floor": (0, 1), "ceiling": (1, 0), "about": (1, 1)}
KINDS = {
    "official": 0,
    "dataset": 1,
    "research": 2,
    "press": 2,
    "official_statement": 3,
}
IN_DOLLARS, CONVERTED, COMPUTED = 0, 1, 2
FOLLOWS = ("share_of_total", "implied_by_growth")
FLOWS = ("export", "import")

CELL = ["reporter", "partner", "year", "flow"]
CLASS = ["doubt", "derivation", "kind", "coverage"]
#: The order of a cell's rows, and whether less comes first.
ORDER = {"doubt": True, "derivation": True, "kind": True, "date": False}
ORDER |= {"agreeing": False, "width": True, "one_sided": True, "value": True}
Cell = tuple[str, str, int, str]


class Figure(NamedTuple):
    value: float
    low: float
    high: float
    doubt: bool
    derivation: int
    kind: int
    coverage: str
    date: str
    basis: str
    #: the releases each published part rests on, by reporter, partner and flow
    parts: dict[tuple[str, str, str], frozenset[str]]

    @property
    def width(self) -> float:
        return self.high - self.low

    def misses(self, other: Figure) -> bool:
        return self.high < other.low or other.high < self.low

    def within(self, other: Figure) -> bool:
        """Say whether this says the same as another, and more finely."""
        inside = other.low <= self.low and self.high <= other.high
        return inside and self.width < other.width * 0.99


@cache
def table(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / f"{name}.csv", dtype=str, keep_default_na=False)


def rows_of(name: str) -> list[dict[str, str]]:
    return table(name).to_dict("records")


def rounded(value: str, unit: str, rounding: str) -> tuple[float, float, float]:
    """Return a printed number and the ends that its rounding leaves open."""
    number = float(value)
    below, above = (reach * float(unit) for reach in REACH[rounding])
    return number, max(0.0, number - below), number + above


def with_sources(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the kind of source, 0 the best, and its date; a year or month is its beginning."""
    sources = table("sources").set_index("source_id")
    date = rows["source_id"].map(sources["published"])
    date = date.where(date == "", date + "-01-01").str[:10]
    kind = rows["source_id"].map(sources["kind"]).map(KINDS)
    return rows.assign(kind=kind, date=date)


def in_dollars(rows: pd.DataFrame) -> pd.DataFrame:
    """Turn `value`, `low` and `high` into dollars; rows without a rate are left out."""
    rates = table("exchange_rates").set_index(["currency", "period"])
    rates = rates[["rate", "low", "high"]].astype(float)
    rates = rates.add_prefix("e_")
    rows = rows.join(rates, on=["currency", "period"])
    rows.loc[rows["currency"] == "USD", ["e_rate", "e_low", "e_high"]] = 1.0
    rows = rows.dropna(subset="e_rate")
    return rows.assign(
        value=rows["value"] / rows["e_rate"],
        low=rows["low"] / rows["e_high"],
        high=rows["high"] / rows["e_low"],
    )


@cache
def published() -> pd.DataFrame:
    """Return every yearly row that may be used, as an interval in its own currency."""
    rows = table("trade")
    rows = rows[
        rows["period"].str.fullmatch(r"\d{4}") & (rows["quality"] != "rejected")
    ]
    value, unit = rows["value"].astype(float), rows["precision"].astype(float)
    below, above = (
        rows["rounding"].map(lambda how, i=i: REACH[how][i]) for i in (0, 1)
    )
    return with_sources(rows).assign(
        year=rows["period"].astype(int),
        value=value,
        low=(value - below * unit).clip(lower=0),
        high=value + above * unit,
        doubt=rows["quality"] == "doubtful",
        derivation=(rows["currency"] != "USD").astype(int),
        basis=rows["currency"].map(
            lambda code: "published" if code == "USD" else "converted"
        ),
        growth=pd.to_numeric(rows["growth_printed"]),
        unit=pd.to_numeric(rows["growth_precision"]),
    )


def implied() -> pd.DataFrame:
    """Return the bases that later figures and their printed growth imply."""
    rows = published()
    rows = rows[rows["growth"].notna() & ~rows["doubt"]]
    half = rows["unit"] / 2
    rows = rows.assign(
        year=rows["year"] - 1,
        period=(rows["year"] - 1).astype(str),
        value=rows["value"] / (1 + rows["growth"]),
        low=rows["low"] / (1 + rows["growth"] + half),
        high=rows["high"] / (1 + rows["growth"] - half),
        derivation=COMPUTED,
        basis="implied_by_growth",
    )
    return in_dollars(rows)


def shares_of_totals(chosen: dict[Cell, Figure]) -> pd.DataFrame:
    """Return published shares times trade with the world, of the same release if it prints that."""
    shares = with_sources(table("trade_shares"))
    shares = shares[
        shares["period"].str.fullmatch(r"\d{4}") & (shares["quality"] != "rejected")
    ]
    rows = in_dollars(published())
    own = rows[rows["partner"] == "WLD"].set_index(
        ["reporter", "year", "flow", "source_id"]
    )
    estimates = []
    for share in shares.to_dict("records"):
        key = (share["reporter"], int(share["period"]), share["flow"])
        total = chosen.get((key[0], "WLD", *key[1:]))
        if (*key, share["source_id"]) in own.index:
            total = own.loc[(*key, share["source_id"])]
        if total is None or total.coverage != share["coverage"]:
            continue
        part, half = float(share["share"]), float(share["share_precision"]) / 2
        computed = {
            "year": key[1],
            "value": part * total.value,
            "low": (part - half) * total.low,
            "high": (part + half) * total.high,
            "doubt": share["quality"] == "doubtful" or bool(total.doubt),
            "derivation": COMPUTED,
            "basis": "share_of_total",
            "rounding": "nearest",
        }
        estimates.append(share | computed)
    return pd.DataFrame(estimates)


# --- one row out of several -------------------------------------------------------------


def in_order(rows: pd.DataFrame) -> pd.DataFrame:
    """Sort rows cell by cell, the one that stands for its cell first."""
    rows = rows.reset_index(drop=True)
    ends = rows[[*CELL, *CLASS, "low", "high"]].reset_index()
    pairs = ends.merge(ends, on=[*CELL, *CLASS])
    touch = (pairs["low_x"] <= pairs["high_y"]) & (pairs["low_y"] <= pairs["high_x"])
    return rows.assign(
        width=rows["high"] - rows["low"],
        agreeing=pairs[touch].groupby("index_x").size(),
        one_sided=rows["rounding"] != "nearest",
    ).sort_values([*CELL, *ORDER], ascending=[True] * len(CELL) + [*ORDER.values()])


def of_one_class(rows: list[Any]) -> Figure:
    """Take the first row; those of its class that agree narrow it, and the finest is printed."""
    first = rows[0]
    low, high = first.low, first.high
    agreeing = []
    for row in rows:
        least, most = max(low, row.low), min(high, row.high)
        inside = any(least <= other.value <= most for other in (*agreeing, row))
        if class_of(row) == class_of(first) and least < most and inside:
            low, high = least, most
            agreeing.append(row)
    inside = [row for row in agreeing if low <= row.value <= high]
    # min() keeps the first of equals, which is the newest
    printed = min(inside, key=lambda row: (row.width, row.one_sided))
    ends = [
        row
        for row in agreeing
        if row is first
        or row.low == low != printed.low
        or row.high == high != printed.high
    ]
    releases = frozenset(row.source_id for row in (printed, *ends))
    return Figure(
        printed.value,
        low,
        high,
        *class_of(first),
        printed.date,
        printed.basis,
        {(first.reporter, first.partner, first.flow): releases},
    )


def class_of(row: Any) -> tuple[bool, int, int, str]:
    return row.doubt, row.derivation, row.kind, row.coverage


def of_cell(rows: list[Any]) -> Figure:
    best = of_one_class(rows)
    converted = [
        row
        for row in rows
        if row.derivation == CONVERTED
        and (row.doubt, row.coverage) == (best.doubt, best.coverage)
    ]
    if best.derivation != IN_DOLLARS or not converted:
        return best
    other = of_one_class(converted)
    low, high = max(best.low, other.low), min(best.high, other.high)
    finer = other.width < best.width and low <= other.value <= high
    return other._replace(low=low, high=high) if finer else best


def chosen_rows(rows: pd.DataFrame) -> dict[Cell, Figure]:
    ordered = in_order(rows).itertuples()
    cells = groupby(
        ordered, lambda row: (row.reporter, row.partner, row.year, row.flow)
    )
    return {cell: of_cell(list(group)) for cell, group in cells}


# --- sums -------------------------------------------------------------------------------


def added(parts: list[Figure], basis: str) -> Figure:
    counts = {part.coverage for part in parts}
    if any(part.basis in FOLLOWS for part in parts):
        basis = "implied_by_growth"
    return Figure(
        sum(part.value for part in parts),
        sum(part.low for part in parts),
        sum(part.high for part in parts),
        any(part.doubt for part in parts),
        max(part.derivation for part in parts),
        max(part.kind for part in parts),
        counts.pop() if len(counts) == 1 else "mixed",
        max(part.date for part in parts),
        basis,
        {cell: releases for part in parts for cell, releases in part.parts.items()},
    )


def takes_its_place(total: Figure, figure: Figure, parts: list[Figure]) -> bool:
    """Say whether a sum is used instead of the figure there is."""
    if figure.derivation == COMPUTED or total.derivation == COMPUTED:
        return total.derivation < figure.derivation
    if figure.doubt != total.doubt:
        return figure.doubt
    if figure.derivation > total.derivation:
        return not figure.within(total)
    if figure.misses(total):
        better = all(part.kind < figure.kind for part in parts)
        newer = any(
            part.date > figure.date and part.kind <= figure.kind for part in parts
        )
        return better or newer
    return total.within(figure)


def with_sums(held: dict[Cell, Figure]) -> dict[Cell, Figure]:
    """Add sums of flows and of a region's members, where they take a figure's place."""
    chosen = dict(held)

    def settle(cell: Cell, names: list[Cell], basis: str) -> None:
        if not all(name in chosen for name in names):
            return
        parts = [chosen[name] for name in names]
        total = added(parts, basis)
        figure = chosen.get(cell)
        if figure and figure.derivation < COMPUTED and figure.misses(total):
            for name, part in zip(names, parts, strict=True):
                if part.derivation == COMPUTED:
                    del chosen[name]
        if figure is None or takes_its_place(total, figure, parts):
            chosen[cell] = total

    def with_flows(reporter: str, partner: str, year: int) -> None:
        flows = [(reporter, partner, year, flow) for flow in FLOWS]
        settle((reporter, partner, year, "total"), flows, "sum_of_flows")

    pairs = sorted({cell[:3] for cell in held})
    for pair in pairs:
        with_flows(*pair)
    for region, members in REGIONS.items():
        sides = {(region, b, year) for a, b, year in pairs if a in members}
        sides |= {(a, region, year) for a, b, year in pairs if b in members}
        for reporter, partner, year in sorted(sides):
            home = [
                (m, partner) if reporter == region else (reporter, m) for m in members
            ]
            for flow in (*FLOWS, "total"):
                if flow == "total":
                    with_flows(reporter, partner, year)
                members_flow = [(*pair, year, flow) for pair in home]
                settle((reporter, partner, year, flow), members_flow, "sum_of_partners")
    return chosen


# --- identities -------------------------------------------------------------------------


def narrowed(held: dict[Cell, Figure]) -> dict[Cell, Figure]:
    """Narrow by exports + imports = total and the five = the region, within one release."""
    intervals = dict(held)
    rules = []
    for a, b, year, flow in held:
        if flow == "total":
            rules.append([(a, b, year, name) for name in ("total", *FLOWS)])
        if a in REGIONS:
            rules.append([(code, b, year, flow) for code in (a, *REGIONS[a])])
        if b in REGIONS:
            rules.append([(a, code, year, flow) for code in (b, *REGIONS[b])])

    def usable(rule: list[Cell]) -> bool:
        figures = [held[cell] for cell in rule if cell in held]
        alike = len({figure.coverage for figure in figures}) == 1
        sound = not any(figure.doubt for figure in figures)
        given = all(figure.basis not in FOLLOWS for figure in figures)
        releases = [part for figure in figures for part in figure.parts.values()]
        complete = len(figures) == len(rule)
        shared = bool(frozenset.intersection(*releases))
        return complete and alike and sound and given and shared

    rules = [rule for rule in rules if usable(rule)]
    moved = True
    while moved:
        moved = False
        for whole, *parts in rules:
            low = sum(intervals[part].low for part in parts)
            low = max(intervals[whole].low, low)
            high = sum(intervals[part].high for part in parts)
            high = min(intervals[whole].high, high)
            if low >= high:
                continue
            left = {whole: (low, high)}
            for part in parts:
                rest = [intervals[other] for other in parts if other != part]
                left[part] = (
                    low - sum(figure.high for figure in rest),
                    high - sum(figure.low for figure in rest),
                )
            for cell, ends in left.items():
                least = max(intervals[cell].low, ends[0])
                most = min(intervals[cell].high, ends[1])
                if least < most and most - least < intervals[cell].width - 1:
                    intervals[cell] = intervals[cell]._replace(low=least, high=most)
                    moved = True
    return intervals


def lacking(rows: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of cells that others do not have."""
    cells = pd.MultiIndex.from_frame(rows[CELL])
    return rows[~cells.isin(pd.MultiIndex.from_frame(others[CELL]))]


def with_release_of(rows: pd.DataFrame, part: str) -> pd.DataFrame:
    """Drop, of trade with a partner and with the world, releases that do not know the other.

    Only where the releases that know both give all of it, the total or both flows.
    """
    rows = rows.reset_index(drop=True)
    year = ["reporter", "year"]
    gone: set[int] = set()
    for one, other in (("WLD", part), (part, "WLD")):
        is_one = rows["partner"] == one
        known = rows[rows["partner"] == other]
        keys = {*zip(known["reporter"], known["year"], known["source_id"], strict=True)}
        for _, cell in rows[is_one].groupby(year):
            of_both = [
                row.Index
                for row in cell.itertuples()
                if (row.reporter, row.year, row.source_id) in keys
            ]
            flows = {*rows.loc[of_both, "flow"]}
            if "total" in flows or flows >= {*FLOWS}:
                gone |= {*cell.index} - {*of_both}
    return rows.drop(index=sorted(gone))


@cache
def figures(
    *, goods: bool = False, reporter: str = "", part: str = ""
) -> dict[Cell, Figure]:
    """Return the figure of every yearly cell, among figures of goods alone if so asked.

    Of one reporter alone, if named; with `part`, as its share in the world is of one release.
    """
    rows = in_dollars(published())
    shares = shares_of_totals(chosen_rows(rows))
    computed = pd.concat([shares, lacking(implied(), shares)])
    if goods:
        rows = rows[rows["coverage"] == "goods"]
        computed = computed[computed["coverage"] == "goods"]
    if reporter:
        rows = rows[rows["reporter"] == reporter]
        computed = computed[computed["reporter"] == reporter]
    computed = lacking(computed, rows[~rows["doubt"]])
    every = pd.concat([rows, computed])
    if part:
        every = with_release_of(every, part)
    return narrowed(with_sums(chosen_rows(every)))


# --- growth -----------------------------------------------------------------------------


class Growth(NamedTuple):
    value: float
    low: float
    high: float
    basis: str


@cache
def rate_of(currency: str, year: int) -> tuple[float, float, float]:
    """Return units of a currency for a dollar, and the least and most they may have been."""
    rates = table("exchange_rates").set_index(["currency", "period"])
    return tuple(
        rates.loc[(currency, str(year)), ["rate", "low", "high"]].astype(float)
    )


@cache
def yearly_tables() -> frozenset[str]:
    """Return the sources that print growth of several years: each year is a release of its own."""
    years = published().dropna(subset="growth").groupby("source_id")["year"].nunique()
    return frozenset(years.index[years > 1])


def of_one_release(new: Figure, base: Figure) -> bool:
    """Say whether every part of both figures rests on a release that gives both years."""
    many = yearly_tables()
    if new.parts.keys() == base.parts.keys():
        return all(new.parts[part] & base.parts[part] - many for part in new.parts)
    return bool(
        frozenset.intersection(*new.parts.values(), *base.parts.values()) - many
    )


@cache
def by_release() -> dict[tuple, tuple[float, float, float, str, bool]]:
    """Return value, ends, date and whether growth stands beside it, by source, coverage and cell.

    Of sound figures in dollars; a source that has both flows and no total has said their sum.
    """
    rows = published()
    rows = rows[(rows["currency"] == "USD") & ~rows["doubt"]]
    rows = rows[~rows["source_id"].isin(yearly_tables())]
    held = {
        (r.source_id, r.coverage, r.reporter, r.partner, r.year, r.flow): (
            *(r.value, r.low, r.high, r.date, not pd.isna(r.growth)),
        )
        for r in rows.itertuples()
    }
    for *pair, flow in [*held]:
        total, imports = (*pair, "total"), held.get((*pair, "import"))
        if flow == "export" and imports and total not in held:
            exports = held[(*pair, "export")]
            sums = [a + b for a, b in zip(exports[:3], imports[:3], strict=True)]
            held[total] = (*sums, exports[3], False)
    return held


def within_a_release(cell: Cell, new: Figure, base: Figure) -> Growth | None:
    """Return growth in the newer release of either level that has both years within 5 per cent."""
    reporter, partner, year, flow = cell
    held, rates = by_release(), []
    of_both = [frozenset.intersection(*figure.parts.values()) for figure in (new, base)]
    for source in of_both[0] | of_both[1]:
        pair = (source, new.coverage, reporter, partner)
        now, then = held.get((*pair, year, flow)), held.get((*pair, year - 1, flow))
        if not now or not then or now[4] or then[1] <= 0:
            continue
        gaps = now[0] / new.value - 1, then[0] / base.value - 1
        if max(map(abs, gaps)) <= 0.05:
            ends = now[0] / then[0] - 1, now[1] / then[2] - 1, now[2] / then[1] - 1
            rates.append((now[3], Growth(*ends, "one release")))
    return max(rates, key=lambda dated: dated[0])[1] if rates else None


@cache
def printed_rates() -> dict[Cell, list[Any]]:
    """Return the rows that print growth, in dollars, by cell."""
    rows = published()
    rows = in_dollars(rows[rows["growth"].notna()])
    return {cell: list(group.itertuples()) for cell, group in rows.groupby(CELL)}


def from_yuan(value: float, low: float, high: float, year: int) -> Growth:
    now, before = rate_of("CNY", year), rate_of("CNY", year - 1)
    return Growth(
        (1 + value) * before[0] / now[0] - 1,
        (1 + low) * before[1] / now[2] - 1,
        (1 + high) * before[2] / now[1] - 1,
        "printed in yuan",
    )


def printed_growth(cell: Cell, new: Figure, since: str) -> Growth | None:
    """Return the narrowest growth printed with a figure that agrees, not older than `since`.

    What the release of the figure itself prints is of one vintage, whatever its base has become.
    """
    rates = []
    for row in printed_rates().get(cell, []):
        half = row.unit / 2
        ends = row.growth, row.growth - half, row.growth + half
        rate = Growth(*ends, "printed")
        if row.currency == "CNY":
            rate = from_yuan(*ends, row.year)
        is_own = all(row.source_id in part for part in new.parts.values())
        is_fine = (row.high - row.low) / 2 <= 0.01 * (row.high + row.low) / 2
        is_sound = new.doubt or not row.doubt
        touches = row.low <= new.high and new.low <= row.high
        if touches and (is_fine or is_own) and is_sound:
            slack = half if row.currency == "USD" else 0
            rates.append((rate, row, is_own, slack))

    def is_denied(rate: Growth, row: Any, slack: float) -> bool:
        return any(
            other.high - other.low < (row.high - row.low) / 2
            and (rate.low - slack > finer.high or rate.high + slack < finer.low)
            for finer, other, *_ in rates
        )

    usable = [
        (round(rate.high - rate.low, 9), row.date, rate)
        for rate, row, is_own, slack in rates
        if (row.date >= since or is_own) and not is_denied(rate, row, slack)
    ]
    usable.sort(key=lambda candidate: candidate[1], reverse=True)
    # min() keeps the first of equals, which is the newest
    return min(usable, key=lambda candidate: candidate[0])[2] if usable else None


@cache
def in_yuan() -> dict[Cell, Any]:
    """Return the rows that customs prints in yuan, the best and newest of each cell."""
    rows = published()
    rows = rows[rows["currency"] == "CNY"]
    rows = rows.sort_values(["doubt", "kind", "date"], ascending=[False, False, True])
    return {tuple(getattr(row, k) for k in CELL): row for row in rows.itertuples()}


def yuan_of_members(cell: Cell, since: str) -> Growth | None:
    """Return a region's growth: its members' yuan over the year before as it is known by now."""
    reporter, partner, year, flow = cell
    sums = [0.0] * 6
    for member in REGIONS.get(partner, ()):
        row = in_yuan().get((reporter, member, year, flow))
        if row is None or pd.isna(row.growth) or row.date < since:
            return None
        g, half = row.growth, row.unit / 2
        base = row.value / (1 + g), row.low / (1 + g + half), row.high / (1 + g - half)
        held = in_yuan().get((reporter, member, year - 1, flow))
        if held is not None and held.low <= base[2] and base[1] <= held.high:
            base = held.value, held.low, held.high
        ends = row.value, row.low, row.high, *base
        sums = [total + end for total, end in zip(sums, ends, strict=True)]
    if not sums[0]:
        return None
    value, low, high, base, base_low, base_high = sums
    ends = value / base - 1, low / base_high - 1, high / base_low - 1
    return from_yuan(*ends, year)._replace(basis="worked out in yuan")


def unrevised(reporter: str, year: int, base: Figure) -> bool:
    """Say whether a base is one that China's customs had not revised yet."""
    dates = table("sources").set_index("source_id")["published"]
    releases = frozenset.union(*base.parts.values())
    early = any("" < dates[release] < str(year + 1) for release in releases)
    return reporter == "CHN" and (early or bool(releases & yearly_tables()))


def if_known(rate: Growth | None) -> Growth | None:
    """Return a rate unless it may be a rise or a fall and is known no better than to 20 points."""
    vague = rate and rate.low < 0 < rate.high and rate.high - rate.low > 0.2
    return None if vague else rate


def growth_of(cell: Cell) -> Growth | None:
    """Return growth on the year before, within one vintage where that can be had."""
    reporter, partner, year, flow = cell
    new, base = figures().get(cell), figures().get((reporter, partner, year - 1, flow))
    if not new:
        return None
    quotient = None
    usable = base and "implied_by_growth" not in (new.basis, base.basis)
    if usable and base.low > 0:
        quotient = Growth(
            new.value / base.value - 1,
            new.low / base.high - 1,
            new.high / base.low - 1,
            "one release" if of_one_release(new, base) else "two releases",
        )
        if quotient.basis == "two releases":
            quotient = within_a_release(cell, new, base) or quotient
    since = max(new.date, base.date if base else "")
    both = printed_growth(cell, new, since), yuan_of_members(cell, since)
    printed = [growth for growth in both if growth]
    rate = min(printed, key=lambda growth: growth.high - growth.low, default=None)
    if not rate or not quotient:
        return if_known(rate or quotient)
    apart = rate.low > quotient.high or rate.high < quotient.low
    finer = rate.high - rate.low < quotient.high - quotient.low
    open_base = quotient.basis == "two releases" and unrevised(reporter, year, base)
    return if_known(rate if apart or finer or open_base else quotient)
