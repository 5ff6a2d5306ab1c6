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

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from catrade.data import SourceIds
from catrade.errors import ParameterError, choice_error
from catrade.frames import VALUE_COLUMNS, join_ids, require_columns, require_unique, text_sequence
from catrade.names import CENTRAL_ASIA, FLOWS, GROUPS, MIRROR_FLOW, NAMES, is_known, parse_period
from catrade.selection import select_published

CELL_COLUMNS = [
    *("reporter", "partner", "period", "year", "flow", "value_usd", "low_usd", "high_usd"),
    *("basis", "source_ids", "n_sources", "disagrees", "quality", "frequency"),
]
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
    frame = selected[selected["value_usd"].notna()]
    converted = frame["converted"].astype(bool)
    basis = converted.map({True: "converted", False: "published"}).astype(str)
    frame = frame.assign(basis=basis, source_ids=frame["source_id"])
    return _ordered(frame[CELL_COLUMNS])


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
    pair = cells[cells["flow"].isin(["export", "import"])]
    added = [_sums(pair, "flow", "total", "sum_of_flows", members=2)]
    if missing_flow:
        for flow, other in (("export", "import"), ("import", "export")):
            terms = pd.concat([cells[cells["flow"] == "total"], _negated(cells, other)])
            rest = _sums(terms, "flow", flow, "difference_of_flows", members=2)
            added.append(rest[rest["low_usd"] >= 0])
    return _ordered(_with_new(cells, added))


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
    parts = cells[cells[side].isin(GROUPS[region]) & cells["flow"].isin(FLOWS)]
    sums = _sums(parts, side, region, "sum_of_partners", members=len(GROUPS[region]))
    if sums.empty and region not in set(cells[side]):
        return cells
    is_total = sums["flow"] == "total"
    frame = _with_new(cells, [sums[~is_total]])
    is_home = frame[side] == region
    frame = pd.concat([frame[~is_home], complete_flows(frame[is_home])])
    return _ordered(_with_new(frame, [sums[is_total]]))


def add_balance(cells: pd.DataFrame) -> pd.DataFrame:
    """Add rows with flow `balance`: the reporter's exports less its imports.

    The definition is that of UN, *International Merchandise Trade Statistics: Concepts and
    Definitions 2010*; valuations (exports f.o.b., imports usually c.i.f.) are the reporter's.
    """
    require_columns(cells, CELL_COLUMNS, "add_balance")
    terms = pd.concat([cells[cells["flow"] == "export"], _negated(cells, "import")])
    balances = _sums(terms, "flow", "balance", "difference_of_flows", members=2)
    return _ordered(_with_new(cells, [balances]))


def with_country(cells: pd.DataFrame) -> pd.DataFrame:
    """Add `country` (the Central Asian side) and `china_flow`, so that both books line up.

    `china_flow` is the flow as China sees it: what Kazakhstan reports as imports from China is
    China's `export`. It is empty where China is on neither side. The values do not change, so a
    `balance` keeps the reporter's sign. Where no side is Central Asian, `country` is the partner.
    """
    require_columns(cells, ["reporter", "partner", "flow"], "with_country")
    home = [*CENTRAL_ASIA, *GROUPS]
    country = cells["partner"].where(~cells["reporter"].isin(home), cells["reporter"])
    mirrored = cells["flow"].map({**MIRROR_FLOW, "balance": "balance"})
    flow = cells["flow"].where(cells["reporter"] == "CHN", mirrored)
    involved = (cells["reporter"] == "CHN") | (cells["partner"] == "CHN")
    return cells.assign(country=country, china_flow=flow.where(involved, ""))


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
    rows = _of_frequency(trade[fixed & trade[side].isin(needed)], frequency)
    rows.attrs = {}  # pandas copies them at every step of a calculation
    frame = complete_flows(cells(select_published(rows)))
    for region in GROUPS:
        if region in wanted:
            frame = add_region(frame, region, side=side)
    frame = add_balance(frame)
    frame = frame[frame[side].isin(wanted)]
    if start is not None:
        frame = frame[frame["year"] >= start]
    if end is not None:
        frame = frame[frame["year"] <= end]
    result = with_country(frame).reset_index(drop=True)
    ids = {source for text in result["source_ids"].unique() for source in text.split(";")}
    result.attrs = {"table": "trade", "unit": "USD", "sources": SourceIds(ids)}
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
    frame = complete_flows(cells(select_published(_of_frequency(trade, frequency))))
    for side in _SIDES:
        for region in GROUPS:
            frame = add_region(frame, region, side=side)
    return with_country(add_balance(frame))


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
_COMPARED = ("low_usd", "high_usd", "quality")
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


def _negated(cells: pd.DataFrame, flow: str) -> pd.DataFrame:
    rows = cells[cells["flow"] == flow]
    return rows.assign(
        value_usd=-rows["value_usd"], low_usd=-rows["high_usd"], high_usd=-rows["low_usd"]
    )


def _sums(terms: pd.DataFrame, column: str, name: str, basis: str, *, members: int) -> pd.DataFrame:
    """Sum `terms` over `column`, whose value becomes `name`, where all `members` are there."""
    keys = [key for key in _CELL_KEY if key != column]
    groups: dict[tuple[str, ...], list[int]] = {}
    for place, key in enumerate(_keys(terms, keys)):
        groups.setdefault(key, []).append(place)
    # Every group is as large, so one row of each array below is one group.
    order = [p for key in sorted(groups) if len(groups[key]) == members for p in groups[key]]

    def grouped(of: str) -> np.ndarray[Any, Any]:
        return terms[of].to_numpy()[order].reshape(-1, members)

    sources = [join_ids(texts) for texts in grouped("source_ids")]
    computed = {
        **{key: grouped(key)[:, 0] for key in [*keys, "year", "frequency"]},
        **{key: grouped(key).sum(axis=1) for key in VALUE_COLUMNS},
        column: name,
        "basis": basis,
        "source_ids": sources,
        "n_sources": [text.count(";") + 1 for text in sources],
        "disagrees": grouped("disagrees").any(axis=1),
        "quality": [max(marks, key=_QUALITIES.index) for marks in grouped("quality")],
    }
    return pd.DataFrame(computed, columns=CELL_COLUMNS)


def _with_new(cells: pd.DataFrame, added: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Add computed rows where there is none, or where they are the better statement of the same."""
    frames = [frame for frame in added if len(frame)]
    if not frames:
        return cells
    computed = pd.concat(frames)
    if cells.empty:
        return computed
    place = {key: number for number, key in enumerate(_keys(cells, _CELL_KEY))}
    at = np.array([place.get(key, -1) for key in _keys(computed, _CELL_KEY)])
    low, high, quality = (computed[name].to_numpy() for name in _COMPARED)
    low_there, high_there, quality_there = (cells[name].to_numpy()[at] for name in _COMPARED)
    sounder = (quality_there == "doubtful") & (quality == "ok")
    # Finer, but not by a hair: two sums of the same figures differ by float noise.
    finer = (low >= low_there) & (high <= high_there)
    finer &= high - low < 0.99 * (high_there - low_there)
    no_worse = (quality == "ok") | (quality_there != "ok")
    wins: np.ndarray[Any, Any] = (at < 0) | sounder | (finer & no_worse)
    beaten = np.zeros(len(cells), dtype=bool)
    beaten[at[wins & (at >= 0)]] = True
    return pd.concat([computed[wins], cells[~beaten]])


def _keys(cells: pd.DataFrame, columns: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return zip(*(cells[name].tolist() for name in columns), strict=True)


def _ordered(cells: pd.DataFrame) -> pd.DataFrame:
    periods = cells["period"].tolist()
    in_time = {text: place for place, text in enumerate(sorted(set(periods), key=parse_period))}
    ranks = [
        [in_time[text] for text in periods],
        [_FLOW_ORDER.get(flow, len(_FLOW_ORDER)) for flow in cells["flow"].tolist()],
        *(
            [_CODE_ORDER.get(code, len(_CODE_ORDER)) for code in cells[side].tolist()]
            for side in _SIDES
        ),
    ]
    return cells.iloc[np.lexsort(ranks)].reset_index(drop=True)
