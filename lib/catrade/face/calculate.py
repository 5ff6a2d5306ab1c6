"""Calculations, frame in and frame out: each takes what `ct.trade` or `ct.goods` returns.

Any frame with a value (`value_bn`, `value_usd` or `value`) and a time (date, year or period) will
do; bounds are taken from `low_…` and `high_…` where it has them. Rates and shares are fractions.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from catrade.face.frames import (
    beside,
    cells_of,
    described_as,
    in_billions,
    keys_of,
    with_names,
)
from catrade.trade_composition import concentration
from catrade.trade_composition.composition import share as share_of_flow
from catrade.trade_growth import vintages
from catrade.trade_growth.growth import cagr_between, index_to_base
from catrade.trade_growth.growth import growth as growth_of_cells
from catrade.trade_growth.shares import contribution_to_growth, share_of
from pagemill.errors import ParameterError

__all__ = ["cagr", "contributions", "growth", "hhi", "index_to", "share"]

_GOODS = ("hs_chapter", "section", "group", "wits_group")
_BY = ("partner", "country", "reporter", *_GOODS, "series", "flow")


def growth(frame: pd.DataFrame, years: int = 1) -> pd.DataFrame:
    """Compare each figure with that of the same part of the year before.

    Of what `ct.trade` returns, growth is taken within one vintage: where the two levels are of two
    releases, the growth that the publisher prints is used, who knows the year before as revised.

    Parameters
    ----------
    frame
        One figure a series and date.
    years
        How many years before.

    Returns
    -------
    DataFrame
        `frame` plus growth, growth_low, growth_high (fractions; NaN without a base, where another
        statistic begins, and where a rate may be a rise or a fall and is known to no better than 20
        points), growth_basis (`one release`, `two releases`, `printed`, `printed in yuan`: see
        `catrade.trade_growth.vintages`; of any other frame `computed`).

    Raises
    ------
    ParameterError
        If there is no figure or no time, or several figures a series and date.

    Examples
    --------
    >>> from catrade.face.figures import trade
    >>> growth(trade("CA5", "total", 2024)).tail(1)[["year", "growth"]].round(3).values.tolist()
    [[2025.0, 0.123]]
    """
    cells = cells_of(frame, "growth")
    quotients = growth_of_cells(cells, years, keys_of(cells))
    columns = ["growth", "growth_low", "growth_high", "growth_basis"]
    result = beside(frame, quotients.assign(growth_basis="computed"), columns)
    if years == 1 and {"reporter", "partner", "flow"} <= set(cells):
        known = vintages.of_chosen(cells.assign(partner=_counterpart(cells)))
        result.loc[known.index, columns] = known[columns]
    result["growth_basis"] = result["growth_basis"].fillna("")
    if "begins" in result:
        printed = result["growth_basis"].isin(vintages.PRINTED)
        other = result["begins"].eq(True) & ~printed
        result.loc[other, columns[:3]] = float("nan")
        result.loc[other, "growth_basis"] = ""
    return result


def _counterpart(cells: pd.DataFrame) -> pd.Series[str]:
    """Name the partner as the table of published figures does where it reports itself."""
    return cells["partner"].mask(cells["reporter"] == cells["partner"], "CHN")


def cagr(
    frame: pd.DataFrame, start: int | None = None, end: int | None = None
) -> pd.DataFrame:
    """Return each series' compound annual growth rate between two years.

    Parameters
    ----------
    frame
        One figure a series and year.
    start, end
        The two years; by default the first and the last of the frame.

    Returns
    -------
    DataFrame
        The columns that tell series apart (partner, flow, …), start, end, years, cagr, cagr_low,
        cagr_high (fractions), sources. No row for a series without both years.

    Examples
    --------
    >>> frame = pd.DataFrame({"year": [2020, 2022], "value": [100.0, 121.0]})
    >>> cagr(frame)[["start", "end", "cagr"]].round(4).values.tolist()
    [['2020', '2022', 0.1]]
    """
    cells = cells_of(frame, "cagr")
    yearly = cells[cells["period"].str.fullmatch(r"\d{4}")]
    if yearly.empty:
        raise ParameterError(
            "cagr needs yearly figures, such as ct.trade('KAZ') returns"
        )
    years = yearly["period"].astype(int)
    first, last = (
        (years.min() if start is None else start),
        (years.max() if end is None else end),
    )
    found = cagr_between(yearly, int(first), int(last), keys_of(cells))
    found = found.rename(columns={"source_ids": "sources"})
    if "partner" in found:
        found = with_names(found, "partner")
    return found if "sources" not in found else described_as(found, "trade", None)


def share(
    frame: pd.DataFrame, of: pd.DataFrame | None = None, by: str | None = None
) -> pd.DataFrame:
    """Return each part's share of a whole.

    Parameters
    ----------
    frame
        One figure a part and date (and flow).
    of
        The whole, one figure a date (and flow); by default the sum of the parts that are there.
    by
        Column that names the parts; by default the first of partner, reporter, hs_chapter, section,
        group, series and flow that has several values.

    Returns
    -------
    DataFrame
        `frame` plus share, share_low, share_high (fractions; NaN where the whole is missing).

    Examples
    --------
    China's trade with Kazakhstan in all its trade:

    >>> from catrade.face.figures import trade
    >>> found = share(trade("KAZ", "total", 2024, 2024), of=trade("World", "total", 2024, 2024))
    >>> found["share"].round(4).tolist()
    [0.0071]
    """
    cells = cells_of(frame, "share")
    if of is None and any(item in cells for item in _GOODS) and "exporter" in cells:
        found = share_of_flow(cells)
    else:
        part = by or _parts(cells)
        whole = None if of is None else cells_of(of, "share")
        found = share_of(cells, whole, part)
    return beside(frame, found, ["share", "share_low", "share_high"])


def _parts(cells: pd.DataFrame) -> str:
    several = [name for name in _BY if name in cells and len(cells[name].unique()) > 1]
    alone = [name for name in _BY if name in cells]
    if not alone:
        raise ParameterError(
            f"share needs a column that names the parts, such as {', '.join(_BY)}; say by="
        )
    return (several or alone)[0]


def contributions(
    frame: pd.DataFrame, of: pd.DataFrame, by: str = "partner", years: int = 1
) -> pd.DataFrame:
    """Split a whole's growth into what each part brought to it.

    Parameters
    ----------
    frame
        The parts, one figure a part and date (and flow).
    of
        The whole, one figure a date (and flow).
    by
        Column that names the parts.
    years
        How many years before.

    Returns
    -------
    DataFrame
        by, flow, period, contribution with contribution_low and contribution_high (fractions of the
        whole's base: times 100 they are percentage points), change_bn, missing, sources. Each
        period also has a row `not allocated`, so that its rows sum to the whole's growth.

    Examples
    --------
    >>> from catrade.face.figures import trade
    >>> found = contributions(trade(flow="total", start=2024), of=trade("CA5", "total", 2024))
    >>> found[found["period"] == "2025"].set_index("partner")["contribution"].round(3)["KAZ"].item()
    0.051
    """
    parts, whole = (cells_of(one, "contributions") for one in (frame, of))
    found = contribution_to_growth(parts, whole, by, years)
    found = in_billions(found.rename(columns={"source_ids": "sources"}))
    if by == "partner":
        found = with_names(found, "partner")
    return (
        found if "sources" not in found else described_as(found, "trade", "USD billion")
    )


def index_to(frame: pd.DataFrame, base: int | str | None = None) -> pd.DataFrame:
    """Express each series as an index, its figure of the base period = 100.

    Parameters
    ----------
    frame
        One figure a series and date.
    base
        Year or period that is 100; by default the first in which most series have a figure.

    Returns
    -------
    DataFrame
        `frame` plus index, index_low, index_high (NaN for a series without a figure in the base).

    Raises
    ------
    ParameterError
        If no series has a figure in the base period; the sentence names the nearest that has.

    Examples
    --------
    >>> frame = pd.DataFrame({"year": [2020, 2021], "value": [50.0, 60.0]})
    >>> index_to(frame, 2020)["index"].tolist()
    [100.0, 120.0]
    """
    cells = cells_of(frame, "index_to")
    found = index_to_base(cells, base, keys_of(cells))
    return beside(frame, found, ["index", "index_low", "index_high"])


def hhi(goods: pd.DataFrame | Iterable[float]) -> pd.DataFrame | float:
    """Return how concentrated trade is: the Herfindahl–Hirschman index and its kin.

    Parameters
    ----------
    goods
        What `ct.goods` returns, or the amounts of the items of one whole.

    Returns
    -------
    DataFrame or float
        Of a frame one row a flow and year: hhi with hhi_low and hhi_high, hhi_normalised,
        concentration_index (UNCTAD's), equivalent_items (1/HHI), largest and largest_share. Of
        amounts the index alone, from 1/n (all equal) to 1.

    Raises
    ------
    ParameterError
        If the frame does not list goods, or an amount is negative.

    Examples
    --------
    >>> hhi([5, 3, 2])
    0.38
    """
    if isinstance(goods, pd.DataFrame):
        if not any(item in goods for item in _GOODS):
            has = ", ".join(map(str, goods.columns))
            message = (
                "hhi needs goods, such as ct.goods('KAZ', 'CHN') returns, or amounts; "
            )
            raise ParameterError(message + f"the frame has {has}")
        found = concentration.concentration(
            cells_of(goods, "hhi").rename(columns=_AS_LOADED)
        )
        found = found.rename(columns={"source_ids": "sources"})
        return described_as(found, "composition", None, freq="year")
    return concentration.hhi(goods)


_AS_LOADED = {"source_ids": "source_id"}
