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

from collections.abc import Sequence

import pandas as pd

from catrade_build.cells.frames import (
    KEYS,
    base_bounds,
    with_base,
)
from rounding.intervals import bounds, growth_bounds

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
