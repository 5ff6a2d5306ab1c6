"""Growth, compound growth and index, with the interval that rounding allows.

Functions on frames take cell frames (`catrade_build.cells.chosen`) or any frame with a period and
`value_bn`, `low_bn`, `high_bn`; rates are fractions. Periods are compared with the same part
of an earlier year (`2025-10M` with `2024-10M`), so seasons do not matter. A row that cannot be
computed (no base, or a base that may be zero) is left out: there is no NaN and no infinity.
Balances (flow `balance`) have no growth rate and are left out, too.

Sources of the formulas: growth and compound growth, World Bank, *Growth Rates* (notes on data and
statistics); balance, Mikic and Gilbert, *Trade Statistics in Policymaking* (UN ESCAP, revised
edition 2009).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from catrade_build.cells.frames import (
    KEYS,
    VALUE_COLUMNS,
    added,
    base_bounds,
    beside_base,
    month_of,
    prepared,
    present,
    with_base,
)
from rounding.dates import parse_period
from rounding.errors import ParameterError
from rounding.intervals import bounds, growth_bounds, ratio_bounds

#: A flow of which less is left since a year before has broken off.
_LEFT = 0.1


def cell_growth(
    cells: pd.DataFrame,
    years: int = 1,
    keys: Sequence[str] = KEYS,
    function: str = "growth",
) -> pd.DataFrame:
    """Compare each cell with the same part of the year so many `years` before.

    Parameters
    ----------
    cells
        One row for each of `keys` and period.
    keys
        Columns that identify a series (for chapters add `hs_chapter`).
    function
        What an error says was called.

    Returns
    -------
    The rows that have a base (not `implied_by_growth`: that would mix two vintages in one rate),
    plus base_period, base_bn, base_low_bn, base_high_bn, growth, growth_low, growth_high;
    sources are those of both figures.

    Examples
    --------
    >>> cells = pd.DataFrame({"period": ["2024", "2025"], "value_bn": [94.82, 106.3],
    ...                       "low_bn": [94.815, 106.25], "high_bn": [94.825, 106.35]})
    >>> cell_growth(cells)[["period", "growth", "growth_low", "growth_high"]].round(4)
      period  growth  growth_low  growth_high
    0   2025  0.1211      0.1205       0.1217
    """
    pairs = with_base(cells, years, keys, function)
    rate = growth_bounds(bounds(pairs), base_bounds(pairs))
    result = pairs.assign(
        growth=pairs["value_bn"] / pairs["base_bn"] - 1,
        growth_low=rate.low,
        growth_high=rate.high,
    )
    # A base that may be zero gives no rate.
    return result.dropna(subset="growth_low", ignore_index=True)


def broke_off(value: pd.Series[float], base: pd.Series[float]) -> pd.Series[bool]:
    """Say of each figure whether it is less than a tenth of its base, or more than ten times it.

    Examples
    --------
    >>> broke_off(pd.Series([0.9, 60.0]), pd.Series([34.7, 50.0])).tolist()
    [True, False]
    """
    has_gone = value < _LEFT * base
    has_come = _LEFT * value > base
    return has_gone | has_come


def cagr_between(
    cells: pd.DataFrame, start: int, end: int, keys: Sequence[str] = KEYS
) -> pd.DataFrame:
    """Return each series' compound annual growth rate, (x1 / x0) ** (1 / years) − 1.

    Parameters
    ----------
    cells
        One row for each of `keys` and period.
    start, end
        The two years.
    keys
        Columns that identify a series.

    Returns
    -------
    keys, sources, start, end, years, cagr, cagr_low, cagr_high (fractions); no row for a series
    without both years, or with a base that is not above zero.

    Raises
    ------
    ParameterError
        If the end is not after the start, a column is missing or a cell has several rows.

    Examples
    --------
    >>> cells = pd.DataFrame({"period": ["2013", "2015"], "value_bn": [100.0, 121.0],
    ...                       "low_bn": [99.0, 120.0], "high_bn": [101.0, 122.0]})
    >>> cagr_between(cells, 2013, 2015)[["cagr", "cagr_low", "cagr_high"]].round(3)
       cagr  cagr_low  cagr_high
    0   0.1      0.09       0.11
    """
    if not end > start:
        raise ParameterError(f"end must be after start; got start={start}, end={end}")
    years = end - start
    rates = cell_growth(cells, years, keys, "cagr")
    rates = rates[rates["period"] == str(end)]
    # Less than all cannot be lost.
    rates["growth_low"] = rates["growth_low"].clip(lower=-1)
    series = rates.filter([*keys, "sources"])
    result = series.assign(start=str(start), end=str(end), years=years)
    for bound in ("", "_low", "_high"):
        result[f"cagr{bound}"] = (1 + rates[f"growth{bound}"]) ** (1 / years) - 1
    return result.dropna(subset="cagr", ignore_index=True)


def index_to_base(
    cells: pd.DataFrame,
    base: str | int | None = None,
    keys: Sequence[str] = KEYS,
) -> pd.DataFrame:
    """Express each series as an index, base period = 100.

    Parameters
    ----------
    base
        Period whose figure is 100; of months also a year, the mean of its twelve. By default the
        first for which every series has a figure above zero or, where there is none, the first of
        those for which most have one.

    Returns
    -------
    cells plus index, index_low, index_high, base_period, base_bn and its bounds; series without a
    figure above zero in the base period are left out. The base row itself is exactly 100: it is
    compared with itself. Empty, with these columns, if no series has a figure above zero.

    Raises
    ------
    ParameterError
        If no series has a figure in the base period asked for; the sentence names the nearest that
        has one.

    Examples
    --------
    >>> cells = pd.DataFrame({"partner": ["KAZ", "KAZ", "TJK"], "period": ["2023", "2024", "2024"],
    ...     "value_bn": [40.0, 44.0, 0.0], "low_bn": [40.0, 44.0, 0.0],
    ...     "high_bn": [40.0, 44.0, 0.0]})
    >>> found = index_to_base(cells)
    >>> found[["partner", "period", "index"]].round(1).values.tolist()  # Tajikistan has no base
    [['KAZ', '2023', 100.0], ['KAZ', '2024', 110.0]]
    """
    frame = prepared(cells, keys, "index_to")
    own = frame["period"].unique()
    if base is None:
        base = _shared_base(frame)
    else:
        base = str(base).removesuffix(".0")
        frame = _with_mean(frame, base, keys)
        _require_base(base, frame["period"])
    merged = beside_base(frame.assign(base_period=base), keys)
    ratio = ratio_bounds(bounds(merged), base_bounds(merged))
    is_base = merged["period"] == base
    result = merged.assign(
        index=100 * (merged["value_bn"] / merged["base_bn"]),
        index_low=(100 * ratio.low).mask(is_base, 100.0),
        index_high=(100 * ratio.high).mask(is_base, 100.0),
    )
    result = result[(result["base_low_bn"] > 0) & result["period"].isin(own)]
    return result.reset_index(drop=True)


def _with_mean(frame: pd.DataFrame, year: str, keys: Sequence[str]) -> pd.DataFrame:
    """Add a year's mean of each series of months that has all twelve.

    Raises
    ------
    ParameterError
        If there are months of the year, and no series has all.
    """
    months = frame[frame["period"].str.fullmatch(rf"{re.escape(year)}-\d\d")]
    if not re.fullmatch(r"\d{4}", year) or months.empty:
        return frame
    series = [*present([*keys, "statistic"], months), "period"]
    of_year = months.assign(period=year, sources=months.get("sources", ""))
    mean = added(of_year, series, VALUE_COLUMNS, 12)
    if mean.empty:
        raise ParameterError(
            f"base {year!r} of months is the mean of its twelve, and no series has all; "
            f"a month may be the base, such as {months['period'].iloc[-1]!r}"
        )
    mean[list(VALUE_COLUMNS)] /= 12
    return pd.concat([frame, mean], ignore_index=True).fillna({"sources": ""})


def _shared_base(frame: pd.DataFrame) -> str:
    """Return the first of the periods in which most series are above zero; "" if none is."""
    counts = frame.loc[frame["low_bn"] > 0].groupby("period").size()
    most = [str(period) for period in counts.index[counts == counts.max()]]
    return min(most, key=parse_period, default="")


def _require_base(base: str, periods: pd.Series[str]) -> None:
    month = month_of(base)
    if base in set(periods):
        return
    message = f"base {base!r} has no figure in any series, balances aside"
    if len(periods):
        in_time = sorted(periods, key=parse_period)
        nearest = min(in_time, key=lambda text: abs(month_of(text) - month))
        message += f"; the nearest period that has one is {nearest!r}"
    raise ParameterError(message)
