"""From published values to one cell a (reporter, partner, period, flow), gaps left as gaps.

A *cell frame* has one row a cell and these columns:

reporter, partner, period, year, flow
    As in `trade.csv`; flow may also be `balance` (exports − imports), seen from the reporter.
value_usd, low_usd, high_usd
    The figure and the interval its rounding allows, in US dollars.
basis
    `published`; `converted` (published in another currency); `sum_of_flows` (exports + imports);
    `difference_of_flows` (a balance, or a flow got as total less the other);
    `sum_of_partners` (the region as the sum of its members).
source_ids, n_sources, disagrees
    Sources of the value, joined with `;`. How many sources publish the cell, or, for a computed
    one, how many different sources it is made of. Whether sources differ beyond rounding, here or
    in any figure the cell is made of.
quality, frequency
    The worst quality among the figures used; annual, monthly, … as in `load_trade`.

A published figure wins over a computed one, with two exceptions that do not contradict it: where
it is doubtful and the computed one is not, and where the computed one lies within its rounding
(46 billion for 2012, of which the sum of the five, 45.94 billion, is the same with more digits).
The region's total is first its exports + imports (so the three fit), then its members' totals.
A cell nobody published and nothing can be computed for has no row; a published zero is a row with
the value 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import add, itemgetter
from typing import Any, NamedTuple, get_type_hints

import numpy as np
import pandas as pd

from catrade.data import SourceIds
from catrade.errors import ParameterError, choice_error
from catrade.frames import VALUE_COLUMNS, join_ids, require_columns, require_unique, text_sequence
from catrade.names import CENTRAL_ASIA, FLOWS, GROUPS, MIRROR_FLOW, NAMES, is_known, parse_period
from catrade.selection import select_published


class _Row(NamedTuple):
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


CELL_COLUMNS = [*_Row._fields]
_CELL_KEY = ["reporter", "partner", "period", "flow"]
_QUALITIES = ("ok", "doubtful", "rejected")


def cells(selected: pd.DataFrame) -> pd.DataFrame:
    """Turn what `select_published` returns into a cell frame.

    Raises
    ------
    ParameterError
        If a column is missing or a cell has several rows (select first).
    """
    needed = [*_CELL_KEY, "year", *VALUE_COLUMNS]
    needed += ["converted", "source_id", "n_sources", "disagrees", "quality", "frequency"]
    require_columns(selected, needed, "cells")
    require_unique(selected, _CELL_KEY, "cells")
    frame = _frame(_published(selected))
    frame.attrs = dict(selected.attrs)
    return frame


def complete_flows(cells: pd.DataFrame, *, missing_flow: bool = False) -> pd.DataFrame:
    """Add total = exports + imports where both flows are published and no (better) total is.

    Parameters
    ----------
    missing_flow
        Also add a flow as total less the other flow, where only that one is missing and the
        difference cannot be negative (basis `difference_of_flows`; its interval is wide, because
        it bears the rounding of both).
    """
    require_columns(cells, CELL_COLUMNS, "complete_flows")
    return _with_others(_frame(_with_totals(_rows(cells), missing_flow=missing_flow)), cells)


def add_region(cells: pd.DataFrame, region: str = "CA5", *, side: str = "partner") -> pd.DataFrame:
    """Add the region as the sum of its members, where no (better) regional figure is published.

    Parameters
    ----------
    cells
        Cell frame that holds the members.
    region
        `CA5`, or `CA4` (without Turkmenistan, which publishes no statistics).
    side
        Whether the region is the `partner` (China's figures with each of the five) or the
        `reporter` (each one's own figures with China).

    Returns
    -------
    Cell frame; a sum is added only for a (period, flow) for which every member has a figure.
    """
    require_columns(cells, CELL_COLUMNS, "add_region")
    for name, value, choices in (("region", region, GROUPS), ("side", side, _SIDES)):
        if value not in choices:
            error = choice_error(name, value, choices)
            raise error
    rows = _rows(cells)
    found = _with_region(rows, region, side)
    return cells if found is rows else _with_others(_frame(found), cells)


def add_balance(cells: pd.DataFrame) -> pd.DataFrame:
    """Add rows with flow `balance`: the reporter's exports less its imports.

    The definition is that of UN, *International Merchandise Trade Statistics: Concepts and
    Definitions 2010*; valuations (exports f.o.b., imports usually c.i.f.) are the reporter's.
    """
    require_columns(cells, CELL_COLUMNS, "add_balance")
    return _with_others(_frame(_with_balance(_rows(cells))), cells)


def with_country(cells: pd.DataFrame) -> pd.DataFrame:
    """Add `country` (the Central Asian side) and `china_flow`, so that both books line up.

    `china_flow` is the flow as China sees it: what Kazakhstan reports as imports from China is
    China's `export`. It is empty where China is on neither side. The values do not change, so a
    `balance` keeps the reporter's sign. Where no side is Central Asian, `country` is the partner.
    """
    require_columns(cells, ["reporter", "partner", "flow"], "with_country")
    home = {*CENTRAL_ASIA, *GROUPS}
    sides = [*zip(*(cells[name].tolist() for name in ("reporter", "partner", "flow")), strict=True)]
    country = [reporter if reporter in home else partner for reporter, partner, _ in sides]
    flows = [
        flow if reporter == "CHN" else _MIRRORED.get(flow) if partner == "CHN" else ""
        for reporter, partner, flow in sides
    ]
    return cells.assign(country=pd.array(country, dtype=str), china_flow=pd.array(flows, dtype=str))


def partner_reported(frame: pd.DataFrame, counterpart: str = "CHN") -> pd.DataFrame:
    """Keep what the Central Asian states report of their trade with `counterpart`.

    Works on a cell frame as on raw `load_trade` rows; adds the columns of `with_country`.
    """
    require_columns(frame, ["reporter", "partner", "flow"], "partner_reported")
    home = frame["reporter"].isin([*CENTRAL_ASIA, *GROUPS])
    return with_country(frame[home & (frame["partner"] == counterpart)])


def trade_cells(
    trade: pd.DataFrame,
    *,
    reporter: str = "CHN",
    partner: str | Sequence[str] | None = None,
    counterpart: str = "CHN",
    frequency: str = "annual",
    start: int | None = None,
    end: int | None = None,
) -> pd.DataFrame:
    """Do all of it: choose a source a cell, complete flows, add the region and the balance.

    Parameters
    ----------
    trade
        Rows of `load_trade` (several a cell), with the members of any region asked for.
    reporter
        Whose statistics: a code, or `partner` for each Central Asian state's own.
    partner
        Trading partner or partners of `reporter`; with reporter `partner`, the Central Asian side.
        By default the five and CA5. `CA5` and `CA4` are summed where not published.
    counterpart
        The other side when reporter is `partner`: `CHN`, `RUS`, `WLD`, …
    frequency
        `annual`, `monthly` or `ytd` (January to some month; quarters and halves that start in
        January count, so `2025-H1` becomes `2025-6M`).
    start, end
        First and last year of the result. Leave `start` open where growth is computed next: the
        first year's growth needs the year before.

    Returns
    -------
    Cell frame with the columns of `with_country`, sorted; `attrs` names table, unit and sources.

    Raises
    ------
    ParameterError
        For an unknown code or frequency, or a start after the end.
    """
    wanted = text_sequence(partner) if partner is not None else [*CENTRAL_ASIA, "CA5"]
    _check_request(reporter, [*wanted, counterpart], frequency, start, end)
    side = "reporter" if reporter == "partner" else "partner"
    needed = {*wanted, *(m for code in wanted for m in GROUPS.get(code, ()))}
    require_columns(trade, ["reporter", "partner", "period", "frequency", "flow"], "trade_cells")
    fixed = trade["partner"] == counterpart if side == "reporter" else trade["reporter"] == reporter
    published = _of_frequency(trade[fixed & trade[side].isin(needed)], frequency)
    published.attrs = {}  # pandas copies them at every step of a calculation
    rows = _with_totals(_published(select_published(published)))
    for region in GROUPS:
        if region in wanted:
            rows = _with_region(rows, region, side)
    first, last = -math.inf if start is None else start, math.inf if end is None else end
    rows = [
        row
        for row in _with_balance(rows)
        if getattr(row, side) in wanted and first <= row.year <= last
    ]
    result = with_country(_frame(rows))
    ids = SourceIds(source for row in rows for source in row.source_ids.split(";"))
    result.attrs = {"table": "trade", "unit": "USD", "sources": ids}
    return result


def all_cells(trade: pd.DataFrame, frequency: str = "annual") -> pd.DataFrame:
    """Return the cells of every pair in `trade`, the regions as partner and as reporter included.

    The same as `trade_cells` for each pair, at the price of one.

    Raises
    ------
    ParameterError
        For an unknown frequency or a missing column.
    """
    _check_request("partner", [], frequency, None, None)
    rows = _with_totals(_published(select_published(_of_frequency(trade, frequency))))
    for side in _SIDES:
        for region in GROUPS:
            rows = _with_region(rows, region, side)
    return with_country(_frame(_with_balance(rows)))


def annual(
    trade: pd.DataFrame,
    *,
    reporter: str = "CHN",
    partner: str | Sequence[str] | None = None,
    counterpart: str = "CHN",
    start: int | None = None,
    end: int | None = None,
) -> pd.DataFrame:
    """Return yearly cells; parameters as in `trade_cells`."""
    return trade_cells(
        trade, reporter=reporter, partner=partner, counterpart=counterpart, start=start, end=end
    )


_SIDES = ("partner", "reporter")
_MIRRORED = {**MIRROR_FLOW, "balance": "balance"}
_FREQUENCIES = ("annual", "monthly", "ytd")
_FLOW_ORDER = {"export": 0, "import": 1, "total": 2, "balance": 3}
_CODE_ORDER = {code: place for place, code in enumerate([*CENTRAL_ASIA, *GROUPS])}


def _check_request(
    reporter: str, codes: Sequence[str], frequency: str, start: int | None, end: int | None
) -> None:
    checks = [("reporter", reporter, [*NAMES, "partner"]), ("frequency", frequency, _FREQUENCIES)]
    for name, value, choices in [*checks, *(("partner", code, list(NAMES)) for code in codes)]:
        if value not in choices and (name == "frequency" or not is_known(value)):
            error = choice_error(name, value, choices)
            raise error
    if start is not None and end is not None and start > end:
        message = f"start must not be after end; got start={start}, end={end}"
        raise ParameterError(message)


def _of_frequency(trade: pd.DataFrame, frequency: str) -> pd.DataFrame:
    if frequency != "ytd":
        return trade[trade["frequency"] == frequency]
    periods = {text: parse_period(text) for text in trade["period"].unique()}
    cumulative = {
        text: f"{period.year}-{period.last_month}M"
        for text, period in periods.items()
        if period.frequency in {"ytd", "half", "quarterly"} and period.first_month == 1
    }
    rows = trade[trade["period"].isin(list(cumulative))]
    return rows.assign(period=rows["period"].map(cumulative).astype(str), frequency="ytd")


def _published(selected: pd.DataFrame) -> list[_Row]:
    columns: dict[str, Any] = {name: selected[name] for name in CELL_COLUMNS if name in selected}
    columns["basis"] = np.where(selected["converted"], "converted", "published")
    columns["source_ids"] = selected["source_id"]
    return [row for row in _rows(columns) if not math.isnan(row.value_usd)]


def _rows(cells: Mapping[str, Any] | pd.DataFrame) -> list[_Row]:
    return [*map(_Row._make, zip(*(cells[name].tolist() for name in CELL_COLUMNS), strict=True))]


def _frame(rows: Sequence[_Row]) -> pd.DataFrame:
    """Return a cell frame in order: by reporter, partner and flow, then in time."""
    columns = dict(zip(CELL_COLUMNS, zip(*_ordered(rows), strict=True), strict=False))
    return pd.DataFrame(
        {name: pd.array(columns.get(name, []), dtype=kind) for name, kind in _TYPES.items()}
    )


def _with_others(frame: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Add what columns `cells` has besides those of a cell frame; computed rows have none."""
    others = [name for name in cells if name not in CELL_COLUMNS]
    return frame.merge(cells[[*_CELL_KEY, *others]], how="left") if others else frame


def _ordered(rows: Sequence[_Row]) -> list[_Row]:
    periods = sorted({row.period for row in rows}, key=parse_period)
    in_time = {text: place for place, text in enumerate(periods)}
    ranks = [
        [in_time[row.period] for row in rows],
        [_FLOW_ORDER.get(row.flow, len(_FLOW_ORDER)) for row in rows],
        [_CODE_ORDER.get(row.partner, len(_CODE_ORDER)) for row in rows],
        [_CODE_ORDER.get(row.reporter, len(_CODE_ORDER)) for row in rows],
    ]
    return [rows[place] for place in np.lexsort(ranks).tolist()]


def _with_totals(rows: list[_Row], *, missing_flow: bool = False) -> list[_Row]:
    computed = _sums(rows, "flow", ("export", "import"), "total", "sum_of_flows")
    if missing_flow:
        for flow, other in (("export", "import"), ("import", "export")):
            terms = [row for row in rows if row.flow == "total"] + _negated(rows, other)
            rest = _sums(terms, "flow", ("total", other), flow, "difference_of_flows")
            computed += [row for row in rest if row.low_usd >= 0]
    return _with_new(rows, computed)


def _with_region(rows: list[_Row], region: str, side: str) -> list[_Row]:
    parts = [row for row in rows if row.flow in FLOWS]
    sums = _sums(parts, side, GROUPS[region], region, "sum_of_partners")
    home = [row for row in rows if getattr(row, side) == region]
    if not sums and not home:
        return rows
    others = [row for row in rows if getattr(row, side) != region]
    home = _with_totals(_with_new(home, [row for row in sums if row.flow != "total"]))
    return _with_new([*others, *home], [row for row in sums if row.flow == "total"])


def _with_balance(rows: list[_Row]) -> list[_Row]:
    terms = [row for row in rows if row.flow == "export"] + _negated(rows, "import")
    balances = _sums(terms, "flow", ("export", "import"), "balance", "difference_of_flows")
    return _with_new(rows, balances)


def _negated(rows: Iterable[_Row], flow: str) -> list[_Row]:
    return [
        row._replace(value_usd=-row.value_usd, low_usd=-row.high_usd, high_usd=-row.low_usd)
        for row in rows
        if row.flow == flow
    ]


def _sums(
    rows: Iterable[_Row], column: str, parts: Sequence[str], name: str, basis: str
) -> list[_Row]:
    """Sum over `column`, whose values are `parts` and become `name`, where all parts are there."""
    part_of = itemgetter(CELL_COLUMNS.index(column))
    group_of = itemgetter(*(CELL_COLUMNS.index(key) for key in _CELL_KEY if key != column))
    groups: dict[tuple[str, ...], dict[str, _Row]] = {}
    for row in rows:
        if part_of(row) in parts:
            groups.setdefault(group_of(row), {})[part_of(row)] = row
    return [
        _sum([group[part] for part in parts], **{column: name, "basis": basis})
        for _, group in sorted(groups.items(), key=itemgetter(0))
        if len(group) == len(parts)
    ]


def _sum(terms: Sequence[_Row], **named: Any) -> _Row:
    ids = join_ids(row.source_ids for row in terms)
    return terms[0]._replace(
        value_usd=_added(row.value_usd for row in terms),
        low_usd=_added(row.low_usd for row in terms),
        high_usd=_added(row.high_usd for row in terms),
        source_ids=ids,
        n_sources=ids.count(";") + 1,
        disagrees=any(row.disagrees for row in terms),
        quality=max((row.quality for row in terms), key=_QUALITIES.index),
        **named,
    )


def _added(values: Iterable[float]) -> float:
    return reduce(add, values)  # the built-in sum rounds otherwise from Python 3.12 on


def _with_new(rows: list[_Row], computed: Iterable[_Row]) -> list[_Row]:
    """Add computed rows where there is none, or where they are the better statement of the same."""
    there = {_cell_of(row): row for row in rows}
    added = {_cell_of(row): row for row in computed if _is_better(row, there.get(_cell_of(row)))}
    return [*added.values(), *(row for row in rows if _cell_of(row) not in added)]


def _is_better(row: _Row, than: _Row | None) -> bool:
    if than is None:
        return True
    sounder = than.quality == "doubtful" and row.quality == "ok"
    # Finer, but not by a hair: two sums of the same figures differ by float noise.
    finer = (
        row.low_usd >= than.low_usd
        and row.high_usd <= than.high_usd
        and row.high_usd - row.low_usd < 0.99 * (than.high_usd - than.low_usd)
    )
    return sounder or (finer and (row.quality == "ok" or than.quality != "ok"))


_TYPES = get_type_hints(_Row)
_cell_of = itemgetter(*(CELL_COLUMNS.index(key) for key in _CELL_KEY))
