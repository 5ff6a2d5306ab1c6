"""The year that is running, estimated from its first months, with the record of the method.

Two estimates of a year's figure X_t from January to month m of it, Y_t(m):

ratio
    Y_t(m) · X_{t−1} / Y_{t−1}(m): the months known are the same share of the year as a year before
    (stable seasonality: Mendoza and de Alba, "Forecasting an accumulated series based on partial
    accumulation: a Bayesian method for short series with seasonal patterns", *International Journal
    of Forecasting* 22, 2006).
additive
    Y_t(m) + X_{t−1} − Y_{t−1}(m): the months to come repeat those of the year before (the seasonal
    naive forecast: Hyndman and Athanasopoulos, *Forecasting: Principles and Practice*, 3rd edition,
    section 5.2).

How far an estimate may be off is read from what the same method missed in earlier years, for the
same country and month; rounding says nothing about it. January and February are never taken apart:
the Chinese New Year moves between them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from catrade.cells.frames import (
    KEYS,
    join_ids,
    present,
    require_columns,
    require_unique,
)
from pagemill.periods import parse_period

METHODS = ("ratio", "additive")
#: A month alone is no base: the New Year falls now into January, now into February.
_FIRST_MONTH = 2


def estimates(
    to_date: pd.DataFrame, years: pd.DataFrame, keys: Sequence[str] = KEYS
) -> pd.DataFrame:
    """Estimate each year from each January-to-month figure, by both methods.

    Parameters
    ----------
    to_date
        Periods such as `2026-7M` with value and base (the same months of the year before), in any
        one currency.
    years
        Whole years: value, and base where a growth rate gives one. A year's base is that
        of its own growth, so that a later revision of the year before is in both; of the running
        year, which has no figure, it is the figure of the year before.
    keys
        Columns that identify a series.

    Returns
    -------
    keys, year, months, value (January to month), before (the whole year before), ratio,
    additive, actual (NaN for the running year), ratio_error, additive_error (estimate over
    actual figure less 1), source_ids where there are any; no row without a year before, with a base
    that is not above zero or of January alone.

    Raises
    ------
    ParameterError
        If a column is missing or a cell has several rows.

    Examples
    --------
    >>> to_date = pd.DataFrame({"period": ["2025-10M"], "value": [39.8], "base": [36.5]})
    >>> years = pd.DataFrame({"period": ["2024", "2025"], "value": [43.8, 48.6]})
    >>> estimates(to_date, years)[["ratio", "additive", "ratio_error"]].round(3)
       ratio  additive  ratio_error
    0      47.76          47.1       -0.017
    """
    require_columns(to_date, ["period", "value", "base"], "estimates")
    require_columns(years, ["period", "value"], "estimates")
    used = present(keys, to_date)
    for frame in (to_date, years):
        require_unique(frame, [*used, "period"], "estimates")
    at = [*used, "year"]
    parsed = [parse_period(text) for text in to_date["period"]]
    part = to_date.assign(
        year=np.array([p.year for p in parsed]),
        months=np.array([p.last_month for p in parsed]),
        source_ids=to_date.get("source_ids", ""),
    )
    part = part.loc[part["months"].between(_FIRST_MONTH, 11)]
    whole = years.assign(year=years["period"].astype(int))
    now = whole.rename(columns={"value": "actual", "base": "own_base"})
    before = whole.assign(year=whole["year"] + 1).rename(columns={"value": "before"})
    found = part[[*at, "months", "value", "base", "source_ids"]]
    found = found.merge(
        now.reindex(columns=[*at, "actual", "own_base"]), on=at, how="left"
    )
    found = found.merge(before[[*at, "before"]], on=at, how="left")
    found["before"] = found["own_base"].fillna(found["before"])
    found = found[found["before"].notna() & (found["base"] > 0)]
    ratio = found["value"] * found["before"] / found["base"]
    additive = found["value"] + found["before"] - found["base"]
    actual = found["actual"].where(found["actual"] > 0)
    found = found.assign(
        ratio=ratio,
        additive=additive,
        ratio_error=ratio / actual - 1,
        additive_error=additive / actual - 1,
    )
    order = [*used, "year", "months"]
    return found.drop(columns="own_base").sort_values(order, ignore_index=True)


def summed(estimated: pd.DataFrame, members: Sequence[str], name: str) -> pd.DataFrame:
    """Add the estimates of a region: those of its members added up, where all have one.

    A region's own ratio would let one member's months stand for another's.

    Parameters
    ----------
    estimated
        What `estimates` returns for the members.
    members, name
        Codes of the members, and the region's, as `partner`.

    Returns
    -------
    estimated with the region's rows below; their errors are those of the sums.

    Examples
    --------
    >>> two = pd.DataFrame({"partner": ["KAZ", "UZB"], "year": 2025, "months": 7, "value": 1.0,
    ...     "base": 1.0, "before": 2.0, "actual": 2.0, "ratio": [2.0, 3.0],
    ...     "additive": 2.0, "source_ids": "a"})
    >>> summed(two, ["KAZ", "UZB"], "CA5").tail(1)[["ratio", "ratio_error"]]
       ratio  ratio_error
    2        5.0         0.25
    """
    parts = estimated[estimated["partner"].isin(members)]
    same = [*present(["reporter", "flow"], parts), "year", "months"]
    amounts = ["value", "base", "before", "actual", "ratio", "additive"]
    groups = parts.groupby(same)
    # The running year has no figure; a sum of none must stay none.
    sums = (
        groups[amounts]
        .sum(min_count=len(members))
        .assign(source_ids=groups["source_ids"].agg(join_ids))
    )
    sums = sums[groups.size() == len(members)].reset_index().assign(partner=name)
    for method in METHODS:
        sums[f"{method}_error"] = sums[method] / sums["actual"] - 1
    return pd.concat([estimated, sums], ignore_index=True)


def nowcast(estimated: pd.DataFrame, keys: Sequence[str] = KEYS) -> pd.DataFrame:
    """Return the newest estimate of each year that is running, with what the method missed before.

    Parameters
    ----------
    estimated
        What `estimates` returns, with regions of `summed`.
    keys
        Columns that identify a series.

    Returns
    -------
    The columns of `estimates`, one row a series, and for each method: `<method>_low` and
    `<method>_high`, the estimate divided and multiplied by the largest factor by which the same
    method missed earlier years of that series from the same month (NaN without a record);
    `<method>_errors`, these errors by year (dict); n, how many there are. No row for a series whose
    newest year is complete.

    Examples
    --------
    >>> to_date = pd.DataFrame({"period": ["2025-7M", "2026-7M"], "value": [55.0, 66.0],
    ...                         "base": [50.0, 55.0]})
    >>> years = pd.DataFrame({"period": ["2024", "2025"], "value": [100.0, 105.0]})
    >>> now = nowcast(estimates(to_date, years)).iloc[0]  # 2025: 110, 4.8% over 105
    >>> int(now["n"]), float(now["ratio"]), round(float(now["ratio_low"]), 2)
    (1, 126.0, 120.27)
    """
    used = present(keys, estimated)
    running = estimated[estimated["actual"].isna()]
    # Of what is known, the latest; a year before the newest that lacks a figure is no nowcast.
    newest = running[running["year"] == estimated["year"].max()].sort_values("months")
    newest = newest.drop_duplicates(used or ["year"], keep="last")
    rows = []
    for row in newest.to_dict("records"):
        same = estimated["months"] == row["months"]
        for key in used:
            same &= estimated[key] == row[key]
        past = estimated[same & estimated["actual"].notna()]
        rows.append({**row, "n": len(past), **_spread(row, past)})
    columns = [
        *estimated.columns,
        "n",
        *(f"{m}_{end}" for m in METHODS for end in _ENDS),
    ]
    return pd.DataFrame(rows, columns=columns)


_ENDS = ("low", "high", "errors")


def _spread(row: dict[str, Any], past: pd.DataFrame) -> dict[str, object]:
    ends: dict[str, object] = {}
    for method in METHODS:
        errors = past.set_index("year")[f"{method}_error"]
        factor = np.exp(np.log((errors + 1).where(errors > -1)).abs().max())
        ends[f"{method}_low"], ends[f"{method}_high"] = (
            row[method] / factor,
            row[method] * factor,
        )
        ends[f"{method}_errors"] = errors.to_dict()
    return ends
