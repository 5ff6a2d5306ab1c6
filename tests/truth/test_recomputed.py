"""Every yearly figure and growth of the edition, against one worked out anew here.

The twin is written from the text of the rule in `data/README.md` alone; it takes nothing of the
library, so that a fault there and the same fault here would be two accidents. Left out is what no
yearly figure needs today: sums of chapters. Of growth it has every rate that the rows bear, and
that the edition's is one of the basis it names: which of them is taken, build/test_growth.py tells.
Shares test_rule_columns.py has by hand.
"""

from __future__ import annotations

from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest

from catrade_build.edition import table as of_edition

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


@cache
def figures(*, goods: bool = False) -> dict[Cell, Figure]:
    """Return the figure of every yearly cell, among figures of goods alone if so asked."""
    rows = in_dollars(published())
    shares = shares_of_totals(chosen_rows(rows))
    computed = pd.concat([shares, lacking(implied(), shares)])
    if goods:
        rows = rows[rows["coverage"] == "goods"]
        computed = computed[computed["coverage"] == "goods"]
    computed = lacking(computed, rows[~rows["doubt"]])
    return narrowed(with_sums(chosen_rows(pd.concat([rows, computed]))))


# --- growth: every rate that the rows bear ------------------------------------------------------

RATE = ["growth", "growth_low", "growth_high"]


def quotients(new: pd.DataFrame, on: list[str]) -> pd.DataFrame:
    """Return each level over that of the year before, with the ends of both."""
    base = new.assign(year=new["year"] + 1)
    both = new.merge(base, on=on, suffixes=("", "_base"))
    both = both[both["low_base"] > 0]
    return both.assign(
        growth=both["value"] / both["value_base"] - 1,
        growth_low=both["low"] / both["high_base"] - 1,
        growth_high=both["high"] / both["low_base"] - 1,
    )


def of_releases() -> pd.DataFrame:
    """Return growth within each source; one that has both flows has said their sum."""
    rows = published()
    rows = rows[(rows["currency"] == "USD") & ~rows["doubt"]]
    series = ["source_id", "coverage", *CELL]
    flows = rows[rows["flow"].isin(FLOWS)]
    by_pair = flows.groupby([name for name in series if name != "flow"])
    sums = by_pair[["value", "low", "high"]].sum()[by_pair.size() == 2].reset_index()
    every = pd.concat([rows, sums.assign(flow="total")]).drop_duplicates(series)
    return quotients(every[[*series, "value", "low", "high"]], series)


def in_dollars_of(year: pd.Series, rates: pd.DataFrame) -> pd.DataFrame:
    """Return what growth in yuan is in dollars: g$ = (1 + g) e(t-1) / e(t) - 1."""
    yuan = table("exchange_rates").query("currency == 'CNY'").set_index("period")
    yuan = yuan[["rate", "low", "high"]].astype(float)
    now = yuan.reindex(year.astype(str)).set_axis(rates.index)
    then = yuan.reindex((year - 1).astype(str)).set_axis(rates.index)
    return rates.assign(
        growth=(1 + rates["growth"]) * then["rate"] / now["rate"] - 1,
        growth_low=(1 + rates["growth_low"]) * then["low"] / now["high"] - 1,
        growth_high=(1 + rates["growth_high"]) * then["high"] / now["low"] - 1,
    )


def rates() -> pd.DataFrame:
    """Return all growth that the rows bear, by cell and basis."""
    levels = [(*cell, *figure[:3]) for cell, figure in figures().items()]
    levels = quotients(
        pd.DataFrame(levels, columns=[*CELL, "value", "low", "high"]), CELL
    )
    rows = published().dropna(subset="growth")
    half = rows["unit"] / 2
    printed = rows.assign(
        growth_low=rows["growth"] - half, growth_high=rows["growth"] + half
    )
    yuan = printed[printed["currency"] == "CNY"]
    every = {
        "printed": printed[printed["currency"] == "USD"],
        "printed in yuan": in_dollars_of(yuan["year"], yuan),
        "one release": pd.concat([levels, of_releases()]),
        "two releases": levels,
    }
    told = [
        rows[[*CELL, *RATE]].assign(growth_basis=basis) for basis, rows in every.items()
    ]
    return pd.concat(told)


# --- the edition beside it ----------------------------------------------------------------------

#: Who has no statistics of its own in the edition.
WITHOUT = ("WLD", "TKM", "CA5")


@pytest.fixture(scope="module")
def edition():
    rows = of_edition("figures").query("freq == 'year' and currency == 'USD'")
    return rows[rows["flow"] != "balance"].set_index(CELL).sort_index()


def held(**asked):
    every = figures(**asked)
    return {cell: figure for cell, figure in every.items() if cell[0] not in WITHOUT}


def in_billions(figure):
    ends = [end / 1e9 for end in figure[:3]]
    return pytest.approx(ends, rel=2e-9, abs=1e-9)


def test_every_level(edition):
    ours = held()
    assert len(ours) > 2500
    assert {*edition.index} == {*ours}
    told = edition[["basis", "coverage", "quality", "value", "low", "high"]]
    for cell, *how, value, low, high in told.itertuples(name=None):
        figure = ours[cell]
        quality = "doubtful" if figure.doubt else "ok"
        assert how == [figure.basis, figure.coverage, quality], cell
        assert [value, low, high] == in_billions(figure), cell


def test_every_level_of_goods(edition):
    goods = edition.dropna(subset="goods_value")
    ours = held(goods=True)
    assert {*goods.index} == {*ours}
    told = goods[["goods_basis", "goods_value", "goods_low", "goods_high"]]
    for cell, basis, *ends in told.itertuples(name=None):
        assert basis == ours[cell].basis, cell
        assert ends == in_billions(ours[cell]), cell


def test_every_growth_is_a_rate_of_the_basis_it_names(edition):
    """But for a region's that is worked out in yuan, which rule_columns and as_of have by hand."""
    told = edition.dropna(subset="growth").reset_index()
    told = told[told["growth_basis"] != "worked out in yuan"]
    assert len(told) > 2500
    both = told.merge(rates(), on=[*CELL, "growth_basis"], suffixes=("", "_ours"))
    gaps = [(both[name] - both[f"{name}_ours"]).abs() for name in RATE]
    same = both[pd.concat(gaps, axis=1).max(axis=1) < 2e-6]
    borne = same.set_index(CELL).index
    assert told.loc[
        ~told.set_index(CELL).index.isin(borne), [*CELL, "growth_basis"]
    ].empty


def test_growth_is_missing_only_where_there_is_a_reason(edition):
    """A doubt of either level, another statistic, a base that growth implies, or none at all."""
    levels = held()
    for cell in edition.index[edition["growth"].isna()]:
        reporter, partner, year, flow = cell
        new, base = levels[cell], levels.get((reporter, partner, year - 1, flow))
        if base is None or base.low <= 0 or new.doubt or base.doubt:
            continue
        low, high = new.low / base.high - 1, new.high / base.low - 1
        is_vague = low < 0 < high and high - low > 0.2
        is_implied = "implied_by_growth" in (new.basis, base.basis)
        assert is_vague or is_implied or edition.at[cell, "break"], cell
