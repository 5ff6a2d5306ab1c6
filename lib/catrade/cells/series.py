"""From published values to one cell a (reporter, partner, period, flow), gaps left as gaps.

A *cell frame* has one row a cell and these columns:

reporter, partner, period, year, flow
    As in `trade.csv`; flow may also be `balance` (exports − imports), seen from the reporter.
value_usd, low_usd, high_usd
    The figure and the interval its rounding allows, in US dollars; `trade_cells` and `all_cells`
    narrow it by what must hold (`catrade.cells.identities`).
basis
    `published`; `converted` (published in another currency); `sum_of_flows` (exports + imports);
    `difference_of_flows` (a balance, or a flow got as total less the other);
    `sum_of_partners` (the region as the sum of its members); and what `implied.with_computed`
    adds where nothing is published: `share_of_total`, `sum_of_chapters`, `implied_by_growth` (also
    a sum with such a figure in it).
source_ids, n_sources, disagrees
    Sources of the value, joined with `;`. How many sources publish the cell, or, for a computed
    one, how many different sources it is made of. Whether sources differ beyond rounding, here or
    in any figure the cell is made of.
quality, frequency
    The worst quality among the figures used; annual, monthly, … as in `load_trade`.
coverage
    What the figure counts, as in `load_trade`; a sum counts what its parts do, `mixed` if these
    differ.
rounding, source_kind, converted
    How the publisher rounded (a sum is `nearest`); the weakest kind of source; whether anything in
    it was converted from another currency. A frame made by hand may lack these and coverage: then
    the figures are goods, rounded to the nearest and published in dollars.

A published figure wins over a computed one unless it is doubtful, converted (and the computed one
is not) or the same less finely (46 billion for 2012, of which the sum of the five, 45.94 billion,
says more); flows of a better kind of source overrule a total they contradict: `selection.RULE`.
The region's total is first its exports + imports (so the three fit), then its members' totals.
A cell nobody published and nothing can be computed for has no row; a published zero is a row with
the value 0.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from catrade.cells.frames import VALUE_COLUMNS, require_columns, require_unique, text_sequence
from catrade.cells.identities import narrowed
from catrade.cells.rows import (
    CELL_COLUMNS,
    CELL_KEY,
    frame_of,
    published_rows,
    rows_of,
    with_balance,
    with_others,
    with_region,
    with_totals,
)
from catrade.cells.selection import select_published
from catrade.load.trade import SourceIds
from catrade.names import CENTRAL_ASIA, GROUPS, MIRROR_FLOW, NAMES, is_known
from pagemill.errors import ParameterError, choice_error
from pagemill.periods import parse_period


def cells(selected: pd.DataFrame) -> pd.DataFrame:
    """Turn what `select_published` returns into a cell frame.

    Raises
    ------
    ParameterError
        If a column is missing or a cell has several rows (select first).
    """
    needed = [*CELL_KEY, "year", *VALUE_COLUMNS]
    needed += ["converted", "source_id", "n_sources", "disagrees", "quality", "frequency"]
    require_columns(selected, needed, "cells")
    require_unique(selected, CELL_KEY, "cells")
    frame = frame_of(published_rows(selected))
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
    return with_others(frame_of(with_totals(rows_of(cells), missing_flow=missing_flow)), cells)


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
    rows = rows_of(cells)
    found = with_region(rows, region, side)
    return cells if found is rows else with_others(frame_of(found), cells)


def add_balance(cells: pd.DataFrame) -> pd.DataFrame:
    """Add rows with flow `balance`: the reporter's exports less its imports.

    The definition is that of UN, *International Merchandise Trade Statistics: Concepts and
    Definitions 2010*; valuations (exports f.o.b., imports usually c.i.f.) are the reporter's.
    """
    require_columns(cells, CELL_COLUMNS, "add_balance")
    return with_others(frame_of(with_balance(rows_of(cells))), cells)


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
    # All of the region, whoever is asked for: what it leaves a member narrows that one's interval.
    needed = {*wanted, *CENTRAL_ASIA, *GROUPS}
    require_columns(trade, ["reporter", "partner", "period", "frequency", "flow"], "trade_cells")
    fixed = trade["partner"] == counterpart if side == "reporter" else trade["reporter"] == reporter
    published = _of_frequency(trade[fixed & trade[side].isin(needed)], frequency)
    published.attrs = {}  # pandas copies them at every step of a calculation
    rows = with_totals(published_rows(select_published(published)))
    for region in GROUPS:
        rows = with_region(rows, region, side)
    first, last = -math.inf if start is None else start, math.inf if end is None else end
    rows = [
        row
        for row in with_balance(narrowed(rows))
        if getattr(row, side) in wanted and first <= row.year <= last
    ]
    result = with_country(frame_of(rows))
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
    rows = with_totals(published_rows(select_published(_of_frequency(trade, frequency))))
    for side in _SIDES:
        for region in GROUPS:
            rows = with_region(rows, region, side)
    return with_country(frame_of(with_balance(narrowed(rows))))


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
