"""The car market in figures: shares of sales and registrations, growth over a year, intervals."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from catrade_build.cells.frames import earlier, join_ids, with_sources
from rounding import formats
from rounding.dates import parse_period
from rounding.intervals import bounds, share_bounds
from rounding.rounded import Rounded
from rounding.told import Row, Unknown

_PART = ["value", "low", "high"]
_WHOLE = ["whole", "whole_low", "whole_high"]
_SHARE = ["share", "share_low", "share_high"]
#: Columns of a share that is printed, by their names in the table.
_AS_SHARE = {
    "value": "share",
    "low": "share_low",
    "high": "share_high",
}
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


def share_of_series(market: pd.DataFrame, part: str, whole: str) -> pd.DataFrame:
    """Return the share of one series in another, for the periods that have both.

    Parameters
    ----------
    market
        Rows of `load_market()` of one jurisdiction.
    part, whole
        Names of series, such as `nev_sales` and `auto_sales`.

    Returns
    -------
    DataFrame
        period, date (datetime64, the first day), year, frequency, value, low, high (the part),
        whole, whole_low, whole_high, share, share_low, share_high (fractions), sources.

    Examples
    --------
    >>> from catrade_build.tables.policy import load_market
    >>> shares = share_of_series(load_market(jurisdiction="CHN"), "nev_sales", "auto_sales")
    >>> row = shares[shares["period"] == "2025"].iloc[0]
    >>> f"{row['share_low']:.4f} to {row['share_high']:.4f}"
    '0.4785 to 0.4802'
    """
    wholes = one_row_a_period(market, whole).query("value > 0").add_prefix("whole_")
    wholes = wholes.rename(columns={"whole_value": "whole"})
    rows = one_row_a_period(market, part).join(wholes, how="inner").reset_index()

    share = share_bounds(
        bounds(rows, "low", "high"), bounds(rows, "whole_low", "whole_high")
    )
    periods = rows["period"].map(parse_period)
    days = [f"{period.year}-{period.first_month:02}-01" for period in periods]
    frame = rows.assign(
        date=pd.to_datetime(days),
        share=rows["value"] / rows["whole"],
        share_low=share.low,
        share_high=share.high,
    )
    frame = with_sources(frame, "whole_sources")
    when = ["period", "date", "year", "frequency"]
    return frame[[*when, *_PART, *_WHOLE, *_SHARE, "sources"]]


def registrations(market: pd.DataFrame) -> pd.DataFrame:
    """Return battery cars registered by month and their share of all passenger cars.

    Parameters
    ----------
    market
        Rows of `load_market()` of one jurisdiction that include `bev_passenger_registrations` and
        `passenger_car_registrations`.

    Returns
    -------
    DataFrame
        As of `share_of`; only months that have both counts.

    Examples
    --------
    >>> from catrade_build.tables.policy import load_market
    >>> newest = registrations(load_market(jurisdiction="CHN")).iloc[-1]
    >>> newest["period"], f"{newest['value']:,.0f}", f"{newest['share']:.2f}"
    ('2026-06', '685,000', '0.43')
    """
    months = market.query("frequency == 'monthly'")
    battery, cars = "bev_passenger_registrations", "passenger_car_registrations"
    return share_of_series(months, battery, cars)


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
    >>> from catrade_build.tables.policy import load_market
    >>> months = without_season(registrations(load_market(jurisdiction="CHN", end="2026-06")))
    >>> months.set_index("period").loc[["2025-12", "2026-01"], ["share", "adjusted"]].round(2)
             share  adjusted
    period
    2025-12   0.35      0.36
    2026-01   0.23      0.30
    """
    odds: pd.Series[float] = (shares["share"] / (1 - shares["share"])).map(np.log)
    # A mean of twelve months lies between two of them: the mean of both is that of one.
    mean = odds.rolling(12).mean().rolling(2).mean().shift(-6)
    apart = (odds - mean)[shares["date"].dt.year >= _SEASON_SINCE]
    months = apart.groupby(shares["date"].dt.month)
    of_month = months.median().where(months.count() >= _SEASONS)
    season = shares["date"].dt.month.map(of_month - of_month.mean())
    return shares.assign(adjusted=1 / (1 + np.exp(season - odds)))


def printed_share(
    market: pd.DataFrame,
    series: str,
    frequency: str = "monthly",
    quality: Collection[str] = ("ok",),
) -> pd.DataFrame:
    """Return a share as it is printed, of doubtful figures only where these are asked for.

    Parameters
    ----------
    market
        Rows of `load_market()` of one jurisdiction.
    series
        Such as `cpca_nev_retail_penetration`.
    frequency
        `monthly` or `annual`.
    quality
        `ok`, `doubtful` or both.

    Returns
    -------
    DataFrame
        series, period, date (datetime64, the first day), year, share, share_low, share_high
        (fractions), before (the share a year before; NaN if it was not printed), sources.

    Examples
    --------
    >>> from catrade_build.tables.policy import load_market
    >>> china = load_market(jurisdiction="CHN", end="2025-09")
    >>> newest = printed_share(china, "cpca_nev_retail_penetration").iloc[-1]
    >>> f"{newest['period']}: {newest['share']}, after {newest['before']}"
    '2025-09: 0.578, after 0.533'
    """
    rows = market.query("frequency == @frequency and quality in @quality")
    rows = one_row_a_period(rows, series).rename(columns=_AS_SHARE)
    year_ago = [earlier(period, 1) for period in rows.index]
    rows["before"] = rows["share"].reindex(year_ago).to_numpy()
    rows = rows.reset_index()
    rows["date"] = pd.to_datetime(rows["period"])
    return rows[["series", "period", "date", "year", *_SHARE, "before", "sources"]]


def same_months(registered: pd.DataFrame) -> Row:
    """Return the sum over the months of the newest year beside the same months a year before.

    Parameters
    ----------
    registered
        Result of `registrations`.

    Returns
    -------
    Row
        period (such as `2026-6M`), when (in words), sources, and share, before (the share a year
        before), growth (of the number of cars) and all_growth (of cars of all kinds) as `Rounded`;
        all unknown if the newest year does not begin with January, a month of either year is
        missing, or no growth can be told.

    Examples
    --------
    >>> from catrade_build.tables.policy import load_market
    >>> found = same_months(registrations(load_market(jurisdiction="CHN")))
    >>> found.when, f"{found.before:percent}, {found.share:percent}"
    ('January–June 2026', '31%, 36%')
    """
    now, ago = to_date(registered)
    cars = Rounded(*now[_PART].sum())
    before = Rounded(*ago[_PART].sum())
    all_cars = Rounded(*now[_WHOLE].sum())
    all_before = Rounded(*ago[_WHOLE].sum())
    if min(all_cars.low, before.low) <= 0:
        return Row({})
    newest = now["date"].max()
    period = since_january(newest.year, newest.month)
    return Row(
        {
            "period": period,
            "when": formats.period(period),
            "sources": join_ids(now["sources"]),
            "share": cars / all_cars,
            "before": before / all_before,
            "growth": cars / before - 1,
            "all_growth": all_cars / all_before - 1,
        }
    )


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


def makers(market: pd.DataFrame) -> Row:
    """Return what the makers sold, sent abroad and sold at home in the newest period, and growth.

    The association counts what leaves the works: what it exports is no sale to a buyer in China,
    and what stands at dealers is in the difference.

    Parameters
    ----------
    market
        Rows of `load_market()` of one jurisdiction with `nev_sales` and `nev_exports`.

    Returns
    -------
    Row
        period (the months of a running year, or the year), year, when (in words), sources, and
        sold, sent, home, sent_before, home_before (a year before), sold_growth, sent_growth,
        home_growth as `Rounded`; unknown where a figure of the period or of the year before is
        missing.

    Examples
    --------
    >>> from catrade_build.tables.policy import load_market
    >>> found = makers(load_market(jurisdiction="CHN"))
    >>> found.period, f"{found.sent_growth:percent}"
    ('2026-6M', '122%')
    """
    sales = newest_sum(market, "nev_sales")
    if not sales:
        return Row({})
    period = sales.period
    sent, sent_before = beside_year_before(market, "nev_exports", period)
    home = sales.value - sent
    home_before = sales.before - sent_before
    return Row(
        {
            "period": period,
            "year": sales.year,
            "when": sales.when,
            "sources": _sources(market, period, "nev_sales", "nev_exports"),
            "sold": sales.value,
            "sent": sent,
            "home": home,
            "sent_before": sent_before,
            "home_before": home_before,
            "sold_growth": sales.growth,
            "sent_growth": _growth(sent, sent_before),
            "home_growth": _growth(home, home_before),
        }
    )


def home_and_abroad(sales: Row) -> pd.DataFrame:
    """Return what `makers` sold at home and abroad, and a year before, to be drawn.

    Returns
    -------
    DataFrame
        place, year, million, said (the number, of the newer year with its growth), sources; no row
        where a figure is missing.
    """
    rows = []
    for place, name in (("At home", "home"), ("Abroad", "sent")):
        now = sales[name]
        ago = sales[f"{name}_before"]
        growth = sales[f"{name}_growth"]
        if growth:
            label = f"{now:count} ({growth:+percent})"
            rows.append([place, sales.year - 1, ago.value / 1e6, f"{ago:count}"])
            rows.append([place, sales.year, now.value / 1e6, label])
    frame = pd.DataFrame(rows, columns=["place", "year", "million", "said"])
    return frame.assign(sources=str(sales.sources))


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
