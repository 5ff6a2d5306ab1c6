"""Growth of each cell on the year before, with the interval that rounding allows.

Cells are rows of a cell frame (`catrade_build.cells.chosen`), or of any frame with a period and
`value_bn`, `low_bn`, `high_bn`; rates are fractions. Periods are compared with the same part of an
earlier year (`2025-10M` with `2024-10M`), so seasons do not matter. A row that cannot be computed
(no base, or a base that may be zero) is left out: there is no NaN and no infinity. Balances (flow
`balance`) have no growth rate and are left out, too.

Sources of the formulas: growth, World Bank, *Growth Rates* (notes on data and statistics); balance,
Mikic and Gilbert, *Trade Statistics in Policymaking* (UN ESCAP, revised edition 2009).
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from catrade_build.cells.frames import (
    KEYS,
    VALUE_COLUMNS,
    present,
    require_columns,
    with_earlier,
    with_sources,
)
from rounding.intervals import bounds, growth_bounds

#: Names of a row's base figures once they stand beside it.
_AS_BASE = {
    "value_bn": "base_bn",
    "low_bn": "base_low_bn",
    "high_bn": "base_high_bn",
}


def cell_growth(
    cells: pd.DataFrame, years: int = 1, keys: Sequence[str] = KEYS
) -> pd.DataFrame:
    """Compare each cell with the same part of the year so many `years` before.

    Parameters
    ----------
    cells
        One row for each of `keys` and period.
    keys
        Columns that identify a series; those that the frame lacks do not count.

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
    require_columns(cells, [*VALUE_COLUMNS, "period"], "growth")
    before = [*_AS_BASE.values(), "base_period"]
    rows = cells.drop(columns=before, errors="ignore")
    if "flow" in rows:
        rows = rows[rows["flow"] != "balance"]
    if "basis" in rows:
        rows = rows[rows["basis"] != "implied_by_growth"]
    series = [*present(keys, rows), "base_period"]
    base = rows.rename(columns={**_AS_BASE, "period": "base_period"})
    base = base.filter([*series, *_AS_BASE.values(), "sources"])
    pairs = with_earlier(rows, years).merge(
        base, on=series, suffixes=("", "_base"), validate="m:1"
    )
    pairs = with_sources(pairs, "sources_base")
    base_ends = bounds(pairs, "base_low_bn", "base_high_bn")
    rate = growth_bounds(bounds(pairs), base_ends)
    result = pairs.assign(
        growth=pairs["value_bn"] / pairs["base_bn"] - 1,
        growth_low=rate.low,
        growth_high=rate.high,
    )
    # A base that may be zero gives no rate.
    return result.dropna(subset="growth_low", ignore_index=True)


def on_base(rows: pd.DataFrame) -> dict[str, pd.Series[float]]:
    """Return growth of value over base, with the bounds that those of both allow.

    Examples
    --------
    >>> rows = pd.DataFrame({"value": [12.0], "low": [11.5], "high": [12.5], "base": [10.0],
    ...                      "base_low": [10.0], "base_high": [10.0]})
    >>> {name: rate.round(2).item() for name, rate in on_base(rows).items()}
    {'growth': 0.2, 'growth_low': 0.15, 'growth_high': 0.25}
    """
    base = bounds(rows, "base_low", "base_high")
    rate = growth_bounds(bounds(rows, "low", "high"), base)
    growth = rows["value"] / rows["base"].where(base.low > 0) - 1
    return {"growth": growth, "growth_low": rate.low, "growth_high": rate.high}
