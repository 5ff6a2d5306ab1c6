"""The car market in figures: the newest sum of a series, and a share without its season."""

from __future__ import annotations

import numpy as np
import pandas as pd

#: Before this year the share grew too fast to tell what the months of the year do.
_SEASON_SINCE = 2021
_SEASONS = 3  # of each month at least


def without_season(shares: pd.DataFrame) -> pd.DataFrame:
    """Return monthly shares without what each month of the year is higher or lower as a rule.

    The log odds of the share, less the median of how far that month lay from the centred mean of
    its twelve months, since 2021: a classical decomposition (ratio to moving average).

    Parameters
    ----------
    shares
        A row a month without a gap, with `date` and `share` (between 0 and 1).

    Returns
    -------
    DataFrame
        `shares` with adjusted (fraction; NaN where three years do not tell what is usual).

    Examples
    --------
    >>> days = pd.date_range("2021-01-01", "2025-12-01", freq="MS")
    >>> usual = pd.DataFrame({"date": days, "share": np.where(days.month == 1, 0.2, 0.3)})
    >>> without_season(usual)["adjusted"].round(2).unique().tolist()
    [0.29]
    """
    odds: pd.Series[float] = (shares["share"] / (1 - shares["share"])).map(np.log)
    # A mean of twelve months lies between two of them: the mean of both is that of one.
    mean = odds.rolling(12).mean().rolling(2).mean().shift(-6)
    apart = (odds - mean)[shares["date"].dt.year >= _SEASON_SINCE]
    months = apart.groupby(shares["date"].dt.month)
    of_month = months.median().where(months.count() >= _SEASONS)
    season = shares["date"].dt.month.map(of_month - of_month.mean())
    return shares.assign(adjusted=1 / (1 + np.exp(season - odds)))


def best_first(market: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that may be used; by the alphabet "ok" is after "doubtful"."""
    rows = market[market["quality"] != "rejected"]
    order = ["quality", "precision"]
    return rows.sort_values(order, ascending=[False, True])
