"""The car market in figures: the newest sum of a series, and a share without its season."""

from __future__ import annotations

import numpy as np
import pandas as pd

from catrade_build.cells.frames import earlier, join_ids
from rounding import formats
from rounding.dates import parse_period
from rounding.rounded import Rounded
from rounding.told import Row, Unknown

#: Before this year the share grew too fast to tell what the months of the year do.
_SEASON_SINCE = 2021
_SEASONS = 3  # of each month at least


def figure(
    market: pd.DataFrame, series: str, period: str | Unknown
) -> Rounded | Unknown:
    """Return the figure of a series in a period with its rounding, an unknown if there is none.

    Parameters
    ----------
    market
        Rows of `load_market()` of one jurisdiction.
    series, period
        Such as `nev_sales` and `2026-6M`.

    Examples
    --------
    >>> from catrade_build.tables.policy import load_market
    >>> china = load_market(["nev_sales", "nev_exports"], "CHN")
    >>> sold, sent = (figure(china, name, "2025") for name in ("nev_sales", "nev_exports"))
    >>> (sold - sent).value, (sold - sent).low, (sold - sent).high  # bought in China
    (13875000.0, 13869500.0, 13880500.0)
    """
    rows = one_row_a_period(market[market["period"] == period], series)
    return Unknown() if rows.empty else Rounded.of(rows.iloc[0], "value")


def beside_year_before(
    market: pd.DataFrame, series: str, period: str | Unknown
) -> tuple[Rounded | Unknown, Rounded | Unknown]:
    """Return the figure of a period and that of the same period a year before."""
    if isinstance(period, Unknown):
        return period, period
    before = earlier(period, 1)
    return figure(market, series, period), figure(market, series, before)


def newest_period(market: pd.DataFrame, series: str, frequency: str) -> str:
    """Return the newest period of a series, "" if there is none.

    Examples
    --------
    >>> from catrade_build.tables.policy import load_market
    >>> newest_period(load_market(jurisdiction="CHN"), "nev_sales", "annual")
    '2025'
    """
    rows = one_row_a_period(market[market["frequency"] == frequency], series)
    return max(rows.index, key=parse_period, default="")


def newest_sum(market: pd.DataFrame, series: str) -> Row:
    """Return a series in its newest year, or in the months of the year after it.

    Parameters
    ----------
    market
        Rows of `load_market()` of one jurisdiction.
    series
        Such as `cpca_nev_retail_sales`.

    Returns
    -------
    Row
        period, year, when (in words), value, before (a year before) and growth as `Rounded`,
        sources; unknown where there is none.

    Examples
    --------
    >>> from catrade_build.tables.policy import load_market
    >>> sent = newest_sum(load_market(jurisdiction="CHN", end=2025), "nev_exports")
    >>> sent.when, f"{sent.value:count}, {sent.growth:up}"
    ('2025', '2.62 million, up 104%')
    """
    full = newest_period(market, series, "annual")
    months = newest_period(market, series, "ytd")
    period = months if months[:4] > full else full
    if not period:
        return Row({})
    value, before = beside_year_before(market, series, period)
    return Row(
        {
            "period": period,
            "year": int(period[:4]),
            "when": formats.period(period),
            "value": value,
            "before": before,
            "growth": _growth(value, before),
            "sources": _sources(market, period, series),
        }
    )


def _sources(market: pd.DataFrame, period: str, *series: str) -> str:
    """Return the sources of some series in a period and a year before it."""
    is_then = market["period"].isin([period, earlier(period, 1)])
    return join_ids(market.loc[is_then & market["series"].isin(series), "sources"])


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


def to_date(months: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the newest year's months and the same months a year before, from January on.

    Neither has a row if any of these months is missing.

    Parameters
    ----------
    months
        A row a month, with `date`.
    """
    newest = months["date"].max()
    is_early = months["date"].dt.month <= newest.month
    months = months[is_early]
    year = months["date"].dt.year
    now, ago = months[year == newest.year], months[year == newest.year - 1]
    if not len(now) == len(ago) == newest.month:
        return months[:0], months[:0]
    return now, ago


def since_january(year: int, months: int) -> str:
    """Return the period of a year's first months; all twelve are the year.

    Examples
    --------
    >>> since_january(2026, 6), since_january(2025, 12)
    ('2026-6M', '2025')
    """
    return str(year) if months == 12 else f"{year}-{months}M"


def _growth(new: Rounded | Unknown, base: Rounded | Unknown) -> Rounded | Unknown:
    """Return the growth on a base that is surely above zero."""
    if not base or base.low <= 0:
        return Unknown()
    return new / base - 1


def one_row_a_period(market: pd.DataFrame, series: str) -> pd.DataFrame:
    """Return the rows of a series by period: ok before doubtful, then the finest rounding."""
    rows = best_first(market[market["series"] == series])
    rows = rows.drop_duplicates("period").set_index("period")
    return rows.loc[sorted(rows.index, key=parse_period)]


def best_first(market: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that may be used; by the alphabet "ok" is after "doubtful"."""
    rows = market[market["quality"] != "rejected"]
    order = ["quality", "precision"]
    return rows.sort_values(order, ascending=[False, True])
