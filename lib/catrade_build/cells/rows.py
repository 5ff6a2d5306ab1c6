"""The rows of a cell frame: sums of them, and intervals narrowed by what sums must hold.

The steps of `catrade_build.cells.chosen`: total = exports + imports, region = sum of its members.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import add, attrgetter
from typing import Any, NamedTuple, get_type_hints

import pandas as pd

from catrade_build.cells.selection import KIND_RANK, finer
from catrade_build.frames import join_ids, sort_rows
from catrade_build.tables.names import CENTRAL_ASIA, FLOWS, GROUPS
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
    quality: str
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
    rows = frame[ALL_COLUMNS].dropna(subset="value_usd").astype(object)
    return [CellRow(*row) for row in rows.itertuples(index=False, name=None)]


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


#: A computed row, and the rows it is made of.
Sum = tuple[CellRow, list[CellRow]]


def completed(rows: Iterable[CellRow]) -> list[CellRow]:
    """Add totals and regions, or put them in the place of what they say better.

    Flow by flow first, so that a region's exports and imports make up its total; what nobody
    published of a region is then the sum of its members.
    """
    figures = {cell_of(row): row for row in rows}
    _put_sums(figures, _flow_sums(figures.values()))
    for side in ("partner", "reporter"):
        for region, members in GROUPS.items():
            sums = _sums(figures.values(), side, members, region, "sum_of_partners")
            _put_sums(figures, [one for one in sums if one[0].flow in FLOWS_OF_TOTAL])
            home = [row for row in figures.values() if getattr(row, side) == region]
            _put_sums(figures, _flow_sums(home))
            _put_sums(figures, [one for one in sums if one[0].flow == "total"])
    return list(figures.values())


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
    return [*(balance for balance, _ in balances), *rows]


def _sums(
    rows: Iterable[CellRow], column: str, parts: Sequence[str], name: str, basis: str
) -> list[Sum]:
    """Sum over `column`, whose values are `parts` and become `name`, where all parts are there."""
    part_of = attrgetter(column)
    others_of = attrgetter(*(field for field in Cell._fields if field != column))
    groups: dict[tuple[str, ...], dict[str, CellRow]] = {}
    for row in rows:
        part = part_of(row)
        if part in parts:
            groups.setdefault(others_of(row), {})[part] = row
    sums = []
    for _, group in sorted(groups.items()):
        if len(group) == len(parts):
            terms = [group[part] for part in parts]
            sums.append((_sum(terms, **{column: name, "basis": basis}), terms))
    return sums


def _sum(terms: Sequence[CellRow], **named: Any) -> CellRow:
    counts = {row.coverage for row in terms}
    qualities = [row.quality for row in terms]
    kinds = [row.source_kind for row in terms]
    if any(row.basis == "implied_by_growth" for row in terms):
        named["basis"] = "implied_by_growth"  # of its vintage, too
    return terms[0]._replace(
        value_usd=_added(row.value_usd for row in terms),
        low_usd=_added(row.low_usd for row in terms),
        high_usd=_added(row.high_usd for row in terms),
        sources=join_ids(row.sources for row in terms),
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


def _put_sums(figures: dict[Cell, CellRow], sums: Iterable[Sum]) -> None:
    """Put sums where there is no figure, or where they are the better statement of it."""
    for total, parts in sums:
        cell = cell_of(total)
        held = figures.get(cell)
        used = total if held is None or _is_better(total, parts, held) else held
        if held and held.basis in _PUBLISHED and misses(total, held):
            # What nobody published is not shown beside a total that it contradicts.
            for part in parts:
                if part.basis in NOT_PUBLISHED:
                    figures.pop(cell_of(part), None)
        figures[cell] = used


def _is_better(row: CellRow, parts: Sequence[CellRow], than: CellRow) -> bool:
    """Say whether a sum of parts takes the place of a figure; see `selection.RULE`."""
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
        return than.basis in _PUBLISHED and _overrules(parts, than)
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
    return any(
        part.published > than.published and rank <= kind
        for part, rank in zip(parts, kinds, strict=True)
    )


Ends = tuple[float, float]

#: A change smaller than this part of the figure is float noise.
_NOISE = 1e-9
#: What a whole is made of, by the column that names it.
_MADE_OF: dict[str, dict[str, tuple[str, ...]]] = {
    "flow": {"total": FLOWS_OF_TOTAL},
    "partner": GROUPS,
    "reporter": GROUPS,
}
#: A whole and its parts.
_Identity = tuple[Cell, list[Cell]]


def narrowed(rows: Sequence[CellRow]) -> list[CellRow]:
    """Return the rows with intervals contracted over both identities to a fixed point.

    Each published figure stands for every number that rounds to it. Together they leave less: of a
    total, exports and imports each is also what the other two leave for it; of a region and its
    members likewise. This is interval constraint propagation for sums, with the narrowing of Hansen
    and Walster, *Global Optimization Using Interval Analysis* (2nd edition 2004), chapter 10, and
    Moore, Kearfott and Cloud, *Introduction to Interval Analysis* (2009).

    Only figures of one release are held together: what an office revised in one of them and not yet
    in the others would else be cut away. Within a release the true figures stay inside.

    Only figures without doubt are used, and only where all of an identity count the same and one
    source gives them all. Where they contradict the identity, it narrows nothing. A published value
    stays inside its interval. The order of the rows makes no difference.

    Examples
    --------
    Kyrgyzstan 2025: 22 (rounded to 1) of 27.2 (rounded to 0.1) are what 5.2 leaves, 21.9 to 22.1.

    >>> seen = {"export": (22.0, 21.5, 22.5), "import": (5.2, 5.15, 5.25),
    ...         "total": (27.2, 27.15, 27.25)}
    >>> rows = [CellRow("CHN", "KGZ", "2025", 2025, flow, *ends, "published", "a", "ok")
    ...         for flow, ends in seen.items()]
    >>> [(round(row.low_usd, 2), round(row.high_usd, 2)) for row in narrowed(rows)]
    [(21.9, 22.1), (5.15, 5.25), (27.15, 27.25)]
    """
    sound = {}
    for row in rows:
        is_sound = row.quality == "ok" and row.basis not in NOT_PUBLISHED
        if is_sound and row.flow in FLOWS:
            sound[cell_of(row)] = row

    by_period: dict[str, list[_Identity]] = {}
    for whole, parts in sorted(_identities(sound)):
        by_period.setdefault(whole.period, []).append((whole, parts))
    ends: dict[Cell, Ends] = {}
    for identities in by_period.values():
        ends |= _contracted(identities, sound)
    return [_within(row, ends.get(cell_of(row))) for row in rows]


def _identities(sound: dict[Cell, CellRow]) -> Iterable[_Identity]:
    """Yield the identities of sound figures that count the same and are of one release."""
    for whole, row in sound.items():
        for column, groups in _MADE_OF.items():
            names = groups.get(getattr(row, column), ())
            parts = [whole._replace(**{column: name}) for name in names]
            members = [sound[part] for part in parts if part in sound]
            if not parts or len(members) < len(parts):
                continue
            figures = (row, *members)
            counts = {figure.coverage for figure in figures}
            # One source gives all these figures, and all that sums among them are made of.
            releases = [figure.releases or figure.sources for figure in figures]
            if len(counts) == 1 and shared_sources(releases):
                yield whole, parts


def _contracted(
    identities: Sequence[_Identity], sound: dict[Cell, CellRow]
) -> dict[Cell, Ends]:
    """Return the narrowed intervals of one period; identities that cannot hold are left out."""
    given = {}
    for whole, parts in identities:
        for cell in (whole, *parts):
            row = sound[cell]
            given[cell] = (row.low_usd, row.high_usd)
    usable = []
    for whole, parts in identities:
        own = {cell: given[cell] for cell in (whole, *parts)}
        if _narrow((whole, parts), own) is not None:
            usable.append((whole, parts))
    ends = dict(given)
    while True:
        changes = [_narrow(identity, ends) for identity in usable]
        if None in changes:
            del usable[changes.index(None)]
            ends = dict(given)
        elif not any(changes):
            return ends


def _narrow(identity: _Identity, ends: dict[Cell, Ends]) -> bool | None:
    """Narrow the intervals of one identity in `ends`; None if the figures contradict it."""
    whole, cells = identity
    parts = [ends[cell] for cell in cells]
    least = sum(low for low, _ in parts)
    most = sum(high for _, high in parts)
    low, high = ends[whole]
    both = min(high, most) - max(low, least)
    noise = _NOISE * max(abs(high), abs(most))
    exact = min(high - low, most - least) <= noise
    # Intervals that only touch are those of neighbouring figures, not of one.
    if both < (-noise if exact else noise):
        return None
    changed = _cut(ends, whole, (least, most), noise)
    low, high = ends[whole]
    for cell, (part_low, part_high) in zip(cells, parts, strict=True):
        # What the whole leaves beside the most and the least of the others.
        left = (low - (most - part_high), high - (least - part_low))
        changed = _cut(ends, cell, left, noise) or changed
    return changed


def _cut(ends: dict[Cell, Ends], cell: Cell, within: Ends, noise: float) -> bool:
    """Cut an interval to what lies within another; say whether that is more than noise."""
    low, high = ends[cell]
    least = max(low, within[0])
    most = min(high, within[1])
    gain = max(least - low, high - most)
    if gain <= noise or least > most:
        return False
    ends[cell] = (least, most)
    return True


def _within(row: CellRow, ends: Ends | None) -> CellRow:
    if ends is None:
        return row
    low, high = ends
    return row._replace(
        low_usd=min(low, row.value_usd),
        high_usd=max(high, row.value_usd),
    )
