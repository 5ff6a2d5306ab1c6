"""The rows of a cell frame and the steps of its calculation; see `catrade.cells.series`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import add, itemgetter
from typing import Any, NamedTuple, get_type_hints

import pandas as pd

from catrade.cells.frames import join_ids
from catrade.cells.selection import KIND_RANK, finer
from catrade.names import CENTRAL_ASIA, FLOWS, GROUPS
from pagemill.periods import parse_period


class Row(NamedTuple):
    """A row of a cell frame: a step of the calculation adds a few, too few for frames to pay."""

    reporter: str
    partner: str
    period: str
    year: int
    flow: str
    value_usd: float
    low_usd: float
    high_usd: float
    basis: str
    source_ids: str
    n_sources: int
    disagrees: bool
    quality: str
    frequency: str
    coverage: str = "goods"
    rounding: str = "nearest"
    source_kind: str = ""
    converted: bool = False


#: Columns of a cell frame, and those of them that one made by hand must have.
ALL_COLUMNS = [*Row._fields]
CELL_COLUMNS = [name for name in ALL_COLUMNS if name not in Row._field_defaults]
CELL_KEY = ["reporter", "partner", "period", "flow"]
_WITH_SERVICES = {"goods_and_services", "mixed"}
_QUALITIES = ("ok", "doubtful", "rejected")

#: Returns the four that make a cell.
cell_of = itemgetter(*(ALL_COLUMNS.index(key) for key in CELL_KEY))
#: Figures that nobody published and that are no sum of published ones; weakest last.
NOT_PUBLISHED = ("share_of_total", "sum_of_chapters", "implied_by_growth")


def published_rows(selected: pd.DataFrame) -> list[Row]:
    """Return the rows of what `select_published` returns; columns it lacks get their defaults."""
    how = selected["converted"].map({True: "converted", False: "published"})
    if (
        "basis" in selected
    ):  # figures that `implied.with_computed` added say what they are
        how = selected["basis"].mask(selected["basis"] == "published", how)
    lacking = {
        name: value
        for name, value in Row._field_defaults.items()
        if name not in selected
    }
    frame = selected.assign(basis=how, **lacking)
    known = frame.loc[frame["value_usd"].notna(), ALL_COLUMNS]
    return [*map(Row._make, known.itertuples(index=False, name=None))]


def frame_of(rows: Sequence[Row]) -> pd.DataFrame:
    """Return a cell frame in order: by reporter, partner and flow, then in time."""
    frame = pd.DataFrame(rows, columns=ALL_COLUMNS).astype(get_type_hints(Row))
    codes = [*CENTRAL_ASIA, *GROUPS]
    order = {"reporter": codes, "partner": codes, "flow": [*FLOWS, "balance"]}
    order["period"] = sorted(frame["period"].unique(), key=parse_period)
    places = {
        column: {one: n for n, one in enumerate(order[column])} for column in order
    }
    return frame.sort_values(
        [*order], key=lambda c: c.map(places[str(c.name)]), ignore_index=True
    )


def with_totals(rows: list[Row]) -> list[Row]:
    """Add exports + imports where no total is, or where they are the better statement of it."""
    settled = {cell_of(total): better for total, _, better in contradicted(rows)}
    return [
        settled.get(cell_of(row), row)._replace(disagrees=True)
        if cell_of(row) in settled
        else row
        for row in _with_new(rows, flow_sums(rows))
    ]


def flow_sums(rows: Iterable[Row]) -> list[Row]:
    """Return exports + imports wherever both are there."""
    return _sums(rows, "flow", ("export", "import"), "total", "sum_of_flows")


def contradicted(rows: Sequence[Row]) -> list[tuple[Row, Row, Row]]:
    """Return published totals that published flows contradict: total, sum, and which is used.

    A first release of a total, relayed by the press, beside revised flows of an official table: it
    belongs to other flows, and the sum is used, as it is where only the total is doubtful. Else
    the total stays.
    """
    totals = {
        cell_of(row): row
        for row in rows
        if row.flow == "total" and row.basis == "published"
    }
    sums = flow_sums(row for row in rows if row.basis in {"published", "converted"})
    return [
        (total, row, row if _overrules(row, total) else total)
        for row in sums
        if (total := totals.get(cell_of(row))) and misses(row, total)
    ]


def _overrules(row: Row, total: Row) -> bool:
    better = _kind_rank(row.source_kind) < _kind_rank(total.source_kind)
    better = better and (row.quality == "ok" or total.quality != "ok")
    return better or _is_better(row, total)


def misses(row: Row, other: Row) -> bool:
    """Say whether two figures that count the same have no number in common.

    Exports of goods and services plus imports of goods (`mixed`) are what Uzbekistan's totals,
    marked as goods and services, are made of.
    """
    apart = row.low_usd > other.high_usd or row.high_usd < other.low_usd
    return apart and (
        row.coverage == other.coverage
        or {row.coverage, other.coverage} <= _WITH_SERVICES
    )


def _kind_rank(kind: str) -> int:
    return KIND_RANK.get(kind, len(KIND_RANK))


def with_region(rows: list[Row], region: str, side: str) -> list[Row]:
    """Add a region, on one side, as the sum of its members; the same list if there is nothing."""
    parts = [row for row in rows if row.flow in FLOWS]
    sums = _sums(parts, side, GROUPS[region], region, "sum_of_partners")
    home = [row for row in rows if getattr(row, side) == region]
    if not sums and not home:
        return rows
    others = [row for row in rows if getattr(row, side) != region]
    home = with_totals(_with_new(home, [row for row in sums if row.flow != "total"]))
    return _with_new([*others, *home], [row for row in sums if row.flow == "total"])


def with_balance(rows: list[Row]) -> list[Row]:
    """Add the reporter's exports less its imports.

    The definition is that of UN, *International Merchandise Trade Statistics: Concepts and
    Definitions 2010*; valuations (exports f.o.b., imports usually c.i.f.) are the reporter's.
    """
    terms = [row for row in rows if row.flow == "export"]
    terms += [
        row._replace(
            value_usd=-row.value_usd, low_usd=-row.high_usd, high_usd=-row.low_usd
        )
        for row in rows
        if row.flow == "import"
    ]
    balances = _sums(
        terms, "flow", ("export", "import"), "balance", "difference_of_flows"
    )
    return _with_new(rows, balances)


def _sums(
    rows: Iterable[Row], column: str, parts: Sequence[str], name: str, basis: str
) -> list[Row]:
    """Sum over `column`, whose values are `parts` and become `name`, where all parts are there."""
    part_of = itemgetter(ALL_COLUMNS.index(column))
    group_of = itemgetter(
        *(ALL_COLUMNS.index(key) for key in CELL_KEY if key != column)
    )
    groups: dict[tuple[str, ...], dict[str, Row]] = {}
    for row in rows:
        if part_of(row) in parts:
            groups.setdefault(group_of(row), {})[part_of(row)] = row
    return [
        _sum([group[part] for part in parts], **{column: name, "basis": basis})
        for _, group in sorted(groups.items(), key=itemgetter(0))
        if len(group) == len(parts)
    ]


def _sum(terms: Sequence[Row], **named: Any) -> Row:
    ids = join_ids(row.source_ids for row in terms)
    if any(row.basis == "implied_by_growth" for row in terms):
        named["basis"] = "implied_by_growth"  # of its vintage, too
    return terms[0]._replace(
        value_usd=_added(row.value_usd for row in terms),
        low_usd=_added(row.low_usd for row in terms),
        high_usd=_added(row.high_usd for row in terms),
        source_ids=ids,
        n_sources=ids.count(";") + 1,
        disagrees=any(row.disagrees for row in terms),
        quality=max((row.quality for row in terms), key=_QUALITIES.index),
        coverage=_coverage_of(terms),
        rounding="nearest",
        source_kind=max((row.source_kind for row in terms), key=_kind_rank),
        converted=any(row.converted for row in terms),
        **named,
    )


def _coverage_of(terms: Sequence[Row]) -> str:
    """Return what a sum counts: what its parts count, or `mixed`."""
    kinds = {row.coverage for row in terms}
    return kinds.pop() if len(kinds) == 1 else "mixed"


def _added(values: Iterable[float]) -> float:
    return reduce(add, values)  # the built-in sum rounds otherwise from Python 3.12 on


def _with_new(rows: list[Row], computed: Iterable[Row]) -> list[Row]:
    """Add computed rows where there is none, or where they are the better statement of the same."""
    there = {cell_of(row): row for row in rows}
    added = {
        cell_of(row): row
        for row in computed
        if _is_better(row, there.get(cell_of(row)))
    }
    return [*added.values(), *(row for row in rows if cell_of(row) not in added)]


def _is_better(row: Row, than: Row | None) -> bool:
    if than is None:
        return True
    if than.basis in NOT_PUBLISHED:
        return row.basis not in NOT_PUBLISHED
    if than.quality == "doubtful" and row.quality == "ok":
        return True
    ours, theirs = (row.low_usd, row.high_usd), (than.low_usd, than.high_usd)
    in_dollars = than.converted and not row.converted and not finer(theirs, ours)
    return (in_dollars or finer(ours, theirs)) and (
        row.quality == "ok" or than.quality != "ok"
    )
