"""The rows of a cell frame and the steps of its calculation; see `catrade.cells.chosen`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import add
from typing import Any, NamedTuple, get_type_hints

import pandas as pd

from catrade.cells.frames import join_ids, sort_rows
from catrade.cells.selection import KIND_RANK, finer
from catrade.tables.names import CENTRAL_ASIA, FLOWS, GROUPS
from rounding.dates import parse_period


class CellRow(NamedTuple):
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
    sources: str
    n_sources: int
    disagrees: bool
    quality: str
    frequency: str
    coverage: str = "goods"
    rounding: str = "nearest"
    source_kind: str = ""
    converted: bool = False
    published: str = ""
    #: sources of each published figure in it, these joined with `+`
    releases: str = ""


#: Columns of a cell frame.
ALL_COLUMNS = [*CellRow._fields]
WITH_SERVICES = {"goods_and_services", "mixed"}
_QUALITIES = ("ok", "doubtful", "rejected")
FLOWS_OF_TOTAL = ("export", "import")
_PUBLISHED = ("published", "converted")
#: Figures that nobody published and that are no sum of published ones; weakest last.
NOT_PUBLISHED = ("share_of_total", "sum_of_chapters", "implied_by_growth")


class Cell(NamedTuple):
    """The four that make a cell."""

    reporter: str
    partner: str
    period: str
    flow: str


def cell_of(row: CellRow) -> Cell:
    """Return the cell that a row is the figure of."""
    return Cell(row.reporter, row.partner, row.period, row.flow)


def shared_sources(releases: Iterable[str]) -> set[str]:
    """Return the sources that give every figure, and every part of it; see `Row.releases`."""
    parts = "+".join(releases).split("+")
    sources = [set(part.split(";")) for part in parts]
    return set.intersection(*sources)


def published_rows(selected: pd.DataFrame) -> list[CellRow]:
    """Return the rows of what `select_published` returns; columns it lacks get their defaults."""
    how = selected["converted"].map({True: "converted", False: "published"})
    # Figures that `implied.with_computed` added say what they are.
    if "basis" in selected:
        basis = selected["basis"]
        how = basis.mask(basis == "published", how)
    frame = selected.assign(basis=how, releases=selected["sources"])
    for name, value in CellRow._field_defaults.items():
        if name not in frame:
            frame[name] = value
    known = frame[ALL_COLUMNS].dropna(subset="value_usd")
    rows = known.itertuples(index=False, name=None)
    return [CellRow(*cells) for cells in rows]


def frame_of(rows: Sequence[CellRow]) -> pd.DataFrame:
    """Return a cell frame in order: by reporter, partner and flow, then in time."""
    frame = pd.DataFrame(rows, columns=ALL_COLUMNS)
    frame = frame.astype(get_type_hints(CellRow))
    codes = [*CENTRAL_ASIA, *GROUPS]
    orders = {
        "reporter": codes,
        "partner": codes,
        "flow": [*FLOWS, "balance"],
        "period": sorted(frame["period"].unique(), key=parse_period),
    }
    return sort_rows(frame, list(orders), orders)


class Sum(NamedTuple):
    """A computed row, and the rows it is made of."""

    row: CellRow
    parts: list[CellRow]


class Contradiction(NamedTuple):
    """A published figure, a sum that has no number in common with it, and which is used."""

    published: CellRow
    total: CellRow
    used: CellRow


def completed(rows: Sequence[CellRow]) -> tuple[list[CellRow], list[Contradiction]]:
    """Add totals and regions, or put them in the place of what they say better.

    Flow by flow first, so that a region's exports and imports make up its total; what nobody
    published of a region is then the sum of its members.

    Returns
    -------
    All rows, and the published figures that such a sum contradicts; the row that is used is marked
    `disagrees`.
    """
    apart: list[Contradiction] = []
    found = _with_sums(rows, _flow_sums(rows), apart)
    for side in ("partner", "reporter"):
        for region, members in GROUPS.items():
            sums = _sums(found, side, members, region, "sum_of_partners")
            flows = [one for one in sums if one.row.flow in FLOWS_OF_TOTAL]
            totals = [one for one in sums if one.row.flow == "total"]
            found = _with_sums(found, flows, apart)
            home = [row for row in found if getattr(row, side) == region]
            found = _with_sums(found, _flow_sums(home), apart)
            found = _with_sums(found, totals, apart)
    return found, apart


def _flow_sums(rows: Iterable[CellRow]) -> list[Sum]:
    """Return exports + imports wherever both are there."""
    return _sums(rows, "flow", FLOWS_OF_TOTAL, "total", "sum_of_flows")


def misses(row: CellRow, other: CellRow) -> bool:
    """Say whether two figures have no number in common, though they count the same.

    Exports of goods and services plus imports of goods (`mixed`) are what Uzbekistan's totals,
    marked as goods and services, are made of.
    """
    counts = {row.coverage, other.coverage}
    alike = len(counts) == 1 or counts <= WITH_SERVICES
    return alike and _are_apart(row, other)


def _are_apart(row: CellRow, other: CellRow) -> bool:
    """Say whether two figures have no number in common, whatever they count."""
    return row.low_usd > other.high_usd or row.high_usd < other.low_usd


def _kind_rank(kind: str) -> int:
    return KIND_RANK.get(kind, len(KIND_RANK))


def with_balance(rows: Sequence[CellRow]) -> list[CellRow]:
    """Add the reporter's exports less its imports.

    The definition is that of UN, *International Merchandise Trade Statistics: Concepts and
    Definitions 2010*; valuations (exports f.o.b., imports usually c.i.f.) are the reporter's.
    """
    terms = []
    for row in rows:
        if row.flow == "export":
            terms.append(row)
        elif row.flow == "import":
            less = row._replace(
                value_usd=-row.value_usd,
                low_usd=-row.high_usd,
                high_usd=-row.low_usd,
            )
            terms.append(less)
    balances = _sums(terms, "flow", FLOWS_OF_TOTAL, "balance", "difference_of_flows")
    return [*(one.row for one in balances), *rows]


def _sums(
    rows: Iterable[CellRow], column: str, parts: Sequence[str], name: str, basis: str
) -> list[Sum]:
    """Sum over `column`, whose values are `parts` and become `name`, where all parts are there."""
    groups: dict[Cell, dict[str, CellRow]] = {}
    for row in rows:
        part = getattr(row, column)
        if part in parts:
            whole = cell_of(row)._replace(**{column: name})
            groups.setdefault(whole, {})[part] = row
    found = []
    for whole in sorted(groups):
        group = groups[whole]
        if len(group) == len(parts):
            terms = [group[part] for part in parts]
            total = _sum(terms, **{column: name, "basis": basis})
            found.append(Sum(total, terms))
    return found


def _sum(terms: Sequence[CellRow], **named: Any) -> CellRow:
    ids = join_ids(row.sources for row in terms)
    counts = {row.coverage for row in terms}
    qualities = [row.quality for row in terms]
    kinds = [row.source_kind for row in terms]
    if any(row.basis == "implied_by_growth" for row in terms):
        named["basis"] = "implied_by_growth"  # of its vintage, too
    return terms[0]._replace(
        value_usd=_added(row.value_usd for row in terms),
        low_usd=_added(row.low_usd for row in terms),
        high_usd=_added(row.high_usd for row in terms),
        sources=ids,
        n_sources=ids.count(";") + 1,
        disagrees=any(row.disagrees for row in terms),
        quality=max(qualities, key=_QUALITIES.index),
        coverage=counts.pop() if len(counts) == 1 else "mixed",
        rounding="nearest",
        source_kind=max(kinds, key=_kind_rank),
        published=max(row.published for row in terms),
        releases="+".join(row.releases for row in terms),
        converted=any(row.converted for row in terms),
        **named,
    )


def _added(values: Iterable[float]) -> float:
    return reduce(add, values)  # the built-in sum rounds otherwise from Python 3.12 on


def _with_sums(
    rows: Sequence[CellRow], sums: Iterable[Sum], apart: list[Contradiction]
) -> list[CellRow]:
    """Add sums where there is no figure, or where they are the better statement of it."""
    there = {cell_of(row): row for row in rows}
    for one in sums:
        cell, used = cell_of(one.row), one.row
        held = there.get(cell, one.row)
        if held is not used and not _is_better(one, held):
            used = held
        if held.basis in _PUBLISHED and misses(one.row, held):
            apart.append(Contradiction(held, one.row, used))
            used = used._replace(disagrees=True)
            # What nobody published is not shown beside a total that it contradicts.
            for part in one.parts:
                if part.basis in NOT_PUBLISHED:
                    there.pop(cell_of(part), None)
        there[cell] = used
    return list(there.values())


def _is_better(total: Sum, than: CellRow) -> bool:
    """Say whether a sum takes the place of a figure; see `selection.RULE`."""
    row = total.row
    if than.basis in NOT_PUBLISHED:
        return row.basis not in NOT_PUBLISHED
    if than.basis == row.basis:
        return True  # made of the flows as they stand now
    if row.quality != than.quality:
        return row.quality == "ok"
    ours = (row.low_usd, row.high_usd)
    theirs = (than.low_usd, than.high_usd)
    if than.converted and not row.converted and not finer(theirs, ours):
        return True
    if _are_apart(row, than):
        return than.basis in _PUBLISHED and _overrules(total.parts, than)
    return finer(ours, theirs)


def _overrules(parts: Sequence[CellRow], than: CellRow) -> bool:
    """Say whether parts are all of a better kind, or one of no weaker kind is newer."""
    if any(part.basis in NOT_PUBLISHED for part in parts):
        return False
    kind = _kind_rank(than.source_kind)
    kinds = [_kind_rank(part.source_kind) for part in parts]
    # A later total in the currency that all parts were printed in is the office's revision.
    in_one_currency = than.converted and all(part.converted for part in parts)
    is_revision = than.published > max(part.published for part in parts)
    if max(kinds) < kind and not (in_one_currency and is_revision):
        return True
    for part, rank in zip(parts, kinds, strict=True):
        if part.published > than.published and rank <= kind:
            return True
    return False
