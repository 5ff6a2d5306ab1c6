"""Series over time, frame in and frame out: growth, CAGR, index of what `ct.trade` returns.

Any frame with a value (`value_bn`, `value_usd` or `value`) and a time (period, date or year) will
do; bounds are taken from `low_…` and `high_…` where it has them, and must hold the value: a figure
without them is exact. What tells series apart is called as in `ct.trade`, or `series`. Rates are
fractions.
"""

from __future__ import annotations

import pandas as pd

from catrade.face.convert import cells_of, keys_of, place_beside
from catrade.face.frames import with_names
from catrade_build.calc import vintages
from catrade_build.calc.growth import cagr_between, cell_growth, index_to_base
from catrade_build.cells.frames import whole_number, with_sources
from catrade_build.tables.trade import described
from rounding.errors import ParameterError

_RATE = ["growth", "growth_low", "growth_high", "growth_basis"]
#: What a rate is measured on, where the chosen figures are known.
_BASE = ["base_bn", "base_low_bn", "base_high_bn", "growth_computed", "base_revised"]


def growth(
    frame: pd.DataFrame, years: int = 1, *, doubtful: bool = False
) -> pd.DataFrame:
    """Compare each figure with that of the same part of the year before.

    Of what `ct.trade` returns, growth is taken within one release: where the two levels are of two
    releases, the growth that the publisher prints is used, who knows the year before as revised. Of
    any other frame, and over several years, it is the quotient of the two levels across releases.

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
        `frame` plus growth, growth_low, growth_high (fractions; NaN of a balance, without a base,
        where another statistic begins, and where a rate may be a rise or a fall and is known to no
        better than 20 points), growth_basis (`one release`, `two releases`, `printed`, `printed in
        yuan`, `worked out in yuan`: see `catrade_build.calc.vintages`; of any other frame
        `computed`). Of what `ct.trade` returns also base_bn, base_low_bn, base_high_bn (what the
        rate is measured on), growth_computed (the quotient of the levels) and base_revised
        (whether the printed rate contradicts it). In `sources` stand those of both figures, and the
        one that a printed rate is from.

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
    cells = cells_of(frame, "growth", doubtful=doubtful)
    # It does in frames of `ct.as_printed`, and of sums.
    has_growth = {"growth", "base_bn"} <= {*frame} and {"currency", "missing"} & {
        *frame
    }
    if years == 1 and has_growth:
        raise ParameterError(
            "growth stands in this frame already, as its publisher prints it or of each "
            "part's own release: take its column growth"
        )
    _require_releases(frame, cells)
    rates = rates_of(cells, years, "growth", doubtful=doubtful)
    result = place_beside(frame, rates, _RATE)
    result["growth_basis"] = result["growth_basis"].fillna("")
    if are_trade(frame):
        result = place_beside(result, rates, _BASE)
        result["base_revised"] = result["base_revised"].eq(True)
    return result


def are_trade(frame: pd.DataFrame) -> bool:
    """Say whether these are figures of pairs, of which the release may be known."""
    return {"reporter", "partner", "flow", "value_bn"} <= {*frame}


def _require_releases(frame: pd.DataFrame, cells: pd.DataFrame) -> None:
    """Raise one sentence if these were figures of `ct.trade`, of which no release is known now."""
    if frame.attrs.get("table") == "trade" and not are_trade(cells):
        raise ParameterError(
            "growth cannot tell of which release these figures are: they are no single "
            "figures of ct.trade any more; keep its columns reporter, partner and flow, or "
            "say frame.attrs.clear() if they are your own"
        )


def rates_of(
    cells: pd.DataFrame, years: int, function: str, *, doubtful: bool
) -> pd.DataFrame:
    """Return the growth of cells, with `row`: within one release where it is known, else across.

    Chosen figures of trade have the rate of one release, or the printed one, on the year before;
    all others, and all over several years, have the quotient of two levels of whatever releases.
    """
    rates = _across_releases(cells, years, function)
    if years == 1 and are_trade(cells):
        within = _within_release(cells, rates, doubtful=doubtful)
        others = rates.drop(within.index, errors="ignore")
        rates = pd.concat([within, others])
    return rates[~vintages.is_vague(rates)].rename_axis("row").reset_index()


def _across_releases(cells: pd.DataFrame, years: int, function: str) -> pd.DataFrame:
    keys = keys_of(cells, function)
    rates = cell_growth(cells, years, keys, function).set_index("row")
    rates = rates.assign(
        growth_computed=rates["growth"],
        growth_basis="computed",
        base_revised=False,
    )
    return rates.filter([*_RATE, *_BASE, "sources"])


def _within_release(
    cells: pd.DataFrame, quotients: pd.DataFrame, *, doubtful: bool
) -> pd.DataFrame:
    """Return the rates of chosen figures; none on a doubtful base or over a break but printed ones.

    Sources are those of both figures, and of who prints the rate.
    """
    rates = vintages.of_chosen(cells)
    is_sound = ~rates["begins"].eq(True)
    if not doubtful:
        is_sound &= rates["quality_base"] != "doubtful"
    is_printed = rates["growth_basis"].isin(vintages.PRINTED)
    rates = rates[is_sound | is_printed]
    if "sources" not in cells:
        return rates[[*_RATE, *_BASE]]
    ids = cells["sources"][rates.index]
    ids.update(quotients["sources"])
    rates = with_sources(rates.assign(sources=ids), "said_by")
    return rates[[*_RATE, *_BASE, "sources"]]


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
    rates = cagr_between(yearly, first, last, keys_of(cells, "cagr"))
    if rates.empty:
        has_begun = "statistic" in cells and cells["statistic"].any()
        of_one = " of one statistic" if has_begun else ""
        raise ParameterError(
            f"no series of the frame, balances aside, has a figure above zero{of_one} for both"
            f" {first} and {last}; its figures run from {years.min()} to {years.max()}"
        )
    rates = with_names(rates)
    return described(rates, "trade", None) if "sources" in rates else rates


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
    indices = index_to_base(cells, base, keys_of(cells, "index_to"))
    return place_beside(frame, indices, ["index", "index_low", "index_high"])
