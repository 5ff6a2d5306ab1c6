"""The car market in figures: NEV share of sales and growth over a year, with their intervals."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from catrade.data import described
from catrade.errors import choice_error
from catrade.intervals import Bounds, growth_bounds, share_bounds
from catrade.names import parse_period


def nev_share(market: pd.DataFrame) -> pd.DataFrame:
    """Return the share of NEVs in car sales: NEV sales divided by car sales, and as published.

    Parameters
    ----------
    market
        Rows of `load_market()` that include the series `nev_sales`, `auto_sales` and
        `nev_share_of_sales`, of one jurisdiction.

    Returns
    -------
    DataFrame
        period, year, frequency, share, low, high (fractions; the computed share where both counts
        exist, else the published one), basis (`computed` or `published`), published,
        published_low, published_high (NaN where not published), agrees (whether the two intervals
        meet; NA unless both exist), source_ids. Periods with neither are left out.

    Notes
    -----
    Both counts come from the makers' association: wholesale, all vehicle types, exports included,
    so this is not the share among new cars on China's roads.

    Examples
    --------
    >>> from catrade.data_nev import load_market
    >>> shares = nev_share(load_market(jurisdiction="CHN", frequency="annual"))
    >>> row = shares[shares["period"] == "2025"].iloc[0]
    >>> f"{row['low']:.4f} to {row['high']:.4f}, published {row['published']}"
    '0.4787 to 0.4801, published 0.479'
    """
    nev, cars, printed = (
        _one_row_a_period(market, name)
        for name in ("nev_sales", "auto_sales", "nev_share_of_sales")
    )
    periods = sorted((set(nev.index) & set(cars.index)) | set(printed.index), key=_order)
    nev, cars, printed = (frame.reindex(periods) for frame in (nev, cars, printed))
    computed = share_bounds(Bounds(nev["low"], nev["high"]), Bounds(cars["low"], cars["high"]))
    both = nev["value"].notna() & cars["value"].notna()
    ids = nev["source_id"].fillna("") + ";" + cars["source_id"].fillna("")
    published = printed["value"].notna()
    meet = (computed.low <= printed["high"]) & (printed["low"] <= computed.high)
    frame = pd.DataFrame(
        {
            "share": (nev["value"] / cars["value"]).where(both, printed["value"]),
            "low": computed.low.where(both, printed["low"]),
            "high": computed.high.where(both, printed["high"]),
            "basis": both.map({True: "computed", False: "published"}),
            "published": printed["value"],
            "published_low": printed["low"],
            "published_high": printed["high"],
            "agrees": meet.astype("boolean").mask(~(both & published)),
            "source_ids": ids.where(both, "") + ";" + printed["source_id"].fillna(""),
        },
        index=pd.Index(periods, name="period"),
    ).reset_index()
    frame["source_ids"] = frame["source_ids"].map(_tidy)
    frame.insert(1, "year", frame["period"].map(lambda text: parse_period(text).year))
    frame.insert(2, "frequency", frame["period"].map(lambda text: parse_period(text).frequency))
    return described(frame, "market_series", "fraction", "source_ids")


def growth_over_year(market: pd.DataFrame, series: str) -> pd.DataFrame:
    """Return the growth of a series on the same period of the year before, with its interval.

    Parameters
    ----------
    market
        Rows of `load_market()` of one jurisdiction.
    series
        Name of a series in `market`, such as `nev_exports`.

    Returns
    -------
    DataFrame
        series, period, year, frequency, value, low, high, base_period, growth, growth_low,
        growth_high (fractions), derived (whether either figure is our arithmetic), source_ids. Only
        periods whose base exists and cannot be zero.

    Raises
    ------
    ParameterError
        If `market` has no such series.

    Examples
    --------
    >>> from catrade.data_nev import load_market
    >>> grown = growth_over_year(load_market(jurisdiction="CHN"), "nev_exports")
    >>> row = grown[grown["period"] == "2025"].iloc[0]
    >>> row["base_period"], f"{row['growth']:.3f}"
    ('2024', '1.037')
    """
    names = sorted(market["series"].unique())
    if series not in names:
        error = choice_error("series", series, names)
        raise error
    now = _one_row_a_period(market, series)
    base_periods = pd.Index([f"{int(text[:4]) - 1}{text[4:]}" for text in now.index])
    base = now.reindex(base_periods).set_axis(now.index)
    grown = growth_bounds(Bounds(now["low"], now["high"]), Bounds(base["low"], base["high"]))
    frame = pd.DataFrame(
        {
            "series": series,
            "year": now["year"],
            "frequency": now["frequency"],
            "value": now["value"],
            "low": now["low"],
            "high": now["high"],
            "base_period": base_periods,
            "growth": now["value"] / base["value"] - 1,
            "growth_low": grown.low,
            "growth_high": grown.high,
            "derived": now["derived"]
            | base["derived"].astype("boolean").fillna(False).astype(bool),
            "source_ids": now["source_id"] + ";" + base["source_id"].fillna(""),
        }
    )
    frame = frame[frame["growth_low"].notna()].rename_axis("period").reset_index()
    frame["source_ids"] = frame["source_ids"].map(_tidy)
    frame = frame[["series", "period", *[c for c in frame if c not in ("series", "period")]]]
    return described(frame, "market_series", "fraction", "source_ids")


def growth_of(market: pd.DataFrame, series: Iterable[str]) -> pd.DataFrame:
    """Return `growth_over_year` of several series, one below the other."""
    frame = pd.concat([growth_over_year(market, name) for name in series], ignore_index=True)
    return described(frame, "market_series", "fraction", "source_ids")


def _order(text: str) -> tuple[int, int, int]:
    period = parse_period(text)
    return period.year, period.last_month, period.first_month


def _one_row_a_period(market: pd.DataFrame, series: str) -> pd.DataFrame:
    """Return the rows of a series by period: ok before doubtful, then the finest rounding."""
    rows = market[market["series"] == series]
    doubtful = rows["quality"] != "ok"
    rows = rows.assign(_doubtful=doubtful).sort_values(["_doubtful", "precision"], kind="stable")
    rows = rows.drop_duplicates("period").set_index("period")
    return rows.loc[sorted(rows.index, key=_order)]


def _tidy(ids: str) -> str:
    return ";".join(dict.fromkeys(part for part in ids.split(";") if part))
