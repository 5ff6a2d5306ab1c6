"""Series over time, frame in and frame out: growth, CAGR, index of what `ct.trade` returns.

Any frame with a value (`value_bn`, `value_usd` or `value`) and a time (period, date or year) will
do; bounds are taken from `low_…` and `high_…` where it has them, and must hold the value: a figure
without them is exact. What tells series apart is called as in `ct.trade`, or `series`. Rates are
fractions.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from catrade.calc import vintages
from catrade.calc.growth import cagr_between, cell_growth, index_to_base
from catrade.cells.frames import (
    is_in,
    whole_number,
    with_earlier,
    with_sources,
)
from catrade.face.frames import (
    cells_of,
    keys_of,
    place_beside,
    with_names,
)
from catrade.tables.trade import described
from rounding.errors import ParameterError


def growth(
    frame: pd.DataFrame, years: int = 1, *, doubtful: bool = False
) -> pd.DataFrame:
    """Compare each figure with that of the same part of the year before.

    Of what `ct.trade` returns, growth is taken within one vintage: where the two levels are of two
    releases, the growth that the publisher prints is used, who knows the year before as revised.

    Parameters
    ----------
    frame
        One figure a series and date.
    years
        How many years before.
    doubtful
        Whether doubtful figures are taken as well.

    Returns
    -------
    DataFrame
        `frame` plus growth, growth_low, growth_high (fractions; NaN without a base, where another
        statistic begins, and where a rate may be a rise or a fall and is known to no better than 20
        points), growth_basis (`one release`, `two releases`, `printed`, `printed in yuan`, `worked
        out in yuan`: see `catrade.calc.vintages`; of any other frame `computed`). Of what
        `ct.trade` returns also base_bn, base_low_bn, base_high_bn (what the rate is measured on),
        growth_computed (the quotient of the levels) and base_revised (whether the printed rate
        contradicts it). In
        `sources` stand those of both figures, and the one that a printed rate is from.

    Raises
    ------
    ParameterError
        If there is no figure or no time, several figures a series and date, a column of text that
        may tell series apart or not, or if printed growth stands in the frame already.

    Examples
    --------
    >>> from catrade.face.figures import trade
    >>> growth(trade("CA5", "total", 2024)).tail(1)[["year", "growth"]].round(3).values.tolist()
    [[2025.0, 0.123]]
    """
    years = whole_number("years", years)
    if years == 1 and _are_printed(frame):
        raise ParameterError(
            "growth stands in this frame already, as its publisher prints it or of each "
            "part's own release: take its column growth"
        )
    return _with_growth(frame, years, "growth", doubtful=doubtful)


def _with_growth(
    frame: pd.DataFrame, years: int, function: str, *, doubtful: bool
) -> pd.DataFrame:
    # Quotients of the frame, in their place the rates known of chosen figures; less those on a
    # doubtful base, that say hardly more than nothing, or that go over a break.
    cells = cells_of(frame, function, doubtful=doubtful)
    keys = keys_of(cells, function)
    quotients = cell_growth(cells, years, keys, function).set_index("row")
    found = quotients.assign(
        growth_computed=quotients["growth"],
        growth_basis="computed",
        said_by="",
        base_revised=False,
    )
    found = found[vintages.OF_RATE]
    if not _are_trade(cells) and frame.attrs.get("table") == "trade":
        raise ParameterError(
            f"{function} cannot tell of which release these figures are: they are no single "
            "figures of ct.trade any more; keep its columns reporter, partner and flow, or "
            "say frame.attrs.clear() if they are your own"
        )
    if years == 1 and _are_trade(cells):
        known = vintages.of_chosen(cells)[vintages.OF_RATE]
        others = found.drop(known.index, errors="ignore")
        found = pd.concat([known, others])
    if "sources" in cells:
        found = found.join(cells["sources"])
        found.update(quotients[["sources"]])
        found = with_sources(found, "said_by")

    # Figures left out as doubtful are no base; nor is there one where a statistic begins.
    left_out = cells_of(frame, function, doubtful=True).drop(cells.index)
    base = left_out.rename(columns={"period": "base_period"})
    based = with_earlier(cells, years)
    based["none"] = is_in(based, base, [*keys, "base_period"])
    if "begins" in cells:
        based["none"] |= cells["begins"].eq(True)
    is_printed = found["growth_basis"].isin(vintages.PRINTED)
    is_known = is_printed | ~based["none"][found.index]
    found = found[is_known & ~vintages.is_vague(found)]

    found = found.rename_axis("row").reset_index()
    result = place_beside(frame, found, _RATE)
    result["growth_basis"] = result["growth_basis"].fillna("")
    if _are_trade(frame):
        result = place_beside(result, found, _BASE)
        result["base_revised"] = result["base_revised"].eq(True)
    return result


_RATE = ["growth", "growth_low", "growth_high", "growth_basis"]
#: What a rate is measured on, where the chosen figures are known.
_BASE = ["base_bn", "base_low_bn", "base_high_bn", "growth_computed", "base_revised"]


def with_bases(frame: Any, function: str, *, doubtful: bool = False) -> Any:
    """Put beside trade figures the base that their own growth is measured on."""
    is_trade = isinstance(frame, pd.DataFrame) and _are_trade(frame)
    if is_trade and not _are_printed(frame):
        return _with_growth(frame, 1, function, doubtful=doubtful)
    return frame


def _are_printed(frame: pd.DataFrame) -> bool:
    """Say whether growth stands in a frame that is found once: of `ct.as_printed`, of sums."""
    is_once = {"currency", "missing"} & set(frame)
    return bool(is_once) and {"growth", "base_bn"} <= set(frame)


def _are_trade(cells: pd.DataFrame) -> bool:
    """Say whether these are figures of pairs, of which the vintage may be known."""
    return {"reporter", "partner", "flow", "value_bn"} <= set(cells)


def cagr(
    frame: pd.DataFrame,
    start: int | None = None,
    end: int | None = None,
    *,
    doubtful: bool = False,
) -> pd.DataFrame:
    """Return each series' compound annual growth rate between two years.

    Parameters
    ----------
    frame
        One figure a series and year.
    start, end
        The two years; by default the first and the last of the frame.
    doubtful
        Whether doubtful figures are taken as well.

    Returns
    -------
    DataFrame
        The columns that tell series apart (partner, flow, …), start, end, years, cagr, cagr_low,
        cagr_high (fractions), sources. No row for a series without both years, or of which
        another statistic begins between them.

    Raises
    ------
    ParameterError
        If no series has both years; the sentence says from when to when there are figures.

    Examples
    --------
    >>> frame = pd.DataFrame({"year": [2020, 2022], "value": [100.0, 121.0]})
    >>> cagr(frame)[["start", "end", "cagr"]].round(4).values.tolist()
    [['2020', '2022', 0.1]]
    """
    cells = cells_of(frame, "cagr", doubtful=doubtful)
    yearly = cells[cells["period"].str.fullmatch(r"\d{4}")]
    if yearly.empty:
        raise ParameterError(
            "cagr needs yearly figures, such as ct.trade('KAZ') returns"
        )
    years = yearly["period"].astype(int)
    first = whole_number("start", years.min() if start is None else start)
    last = whole_number("end", years.max() if end is None else end)
    found = cagr_between(yearly, first, last, keys_of(cells, "cagr"))
    if found.empty:
        has_begun = "statistic" in cells and cells["statistic"].any()
        one = " of one statistic" if has_begun else ""
        raise ParameterError(
            f"no series of the frame has a figure above zero{one} for both {first} and {last}; "
            f"its figures run from {years.min()} to {years.max()}"
        )
    found = with_names(found)
    return described(found, "trade", None) if "sources" in found else found


def index_to(
    frame: pd.DataFrame, base: int | str | None = None, *, doubtful: bool = False
) -> pd.DataFrame:
    """Express each series as an index, its figure of the base period = 100.

    Parameters
    ----------
    frame
        One figure a series and date.
    base
        Year or period that is 100; a year of months is the mean of its twelve. By default the first
        period in which most series have a figure.
    doubtful
        Whether doubtful figures are taken as well.

    Returns
    -------
    DataFrame
        `frame` plus index, index_low, index_high (NaN for a series without a figure in the base,
        and where the statistic is another than that of the base).

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
    cells = cells_of(frame, "index_to", doubtful=doubtful)
    found = index_to_base(cells, base, keys_of(cells, "index_to"))
    return place_beside(frame, found, ["index", "index_low", "index_high"])
