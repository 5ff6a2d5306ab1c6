"""The car market in figures: shares of sales, growth over a year, registrations, with intervals."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from catrade.load.trade import described
from pagemill.errors import choice_error
from pagemill.intervals import Bounds, bounds, difference_bounds, growth_bounds, share_bounds
from pagemill.periods import parse_period

#: The series of `load_market` that the policy report shows for China.
SHOWN = (
    *("nev_sales", "nev_production", "nev_exports", "auto_sales", "nev_share_of_sales"),
    *("iea_ev_car_sales_share", "bev_passenger_registrations", "passenger_car_registrations"),
    "nev_registrations",
)


def nev_share(market: pd.DataFrame) -> pd.DataFrame:
    """Return the share of NEVs in vehicle sales: NEV sales over all sales, and as published.

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
    >>> from catrade.load.nev import load_market
    >>> shares = nev_share(load_market(jurisdiction="CHN", frequency="annual"))
    >>> row = shares[shares["period"] == "2025"].iloc[0]
    >>> f"{row['low']:.4f} to {row['high']:.4f}, published {row['published']}"
    '0.4785 to 0.4802, published 0.479'
    """
    nev, cars, printed = (
        one_row_a_period(market, name) for name in ("nev_sales", "auto_sales", "nev_share_of_sales")
    )
    periods = sorted((set(nev.index) & set(cars.index)) | set(printed.index), key=_order)
    nev, cars, printed = (frame.reindex(periods) for frame in (nev, cars, printed))
    computed = share_bounds(Bounds(nev["low"], nev["high"]), Bounds(cars["low"], cars["high"]))
    both = nev["value"].notna() & computed.low.notna()
    ids = nev["source_id"].fillna("") + ";" + cars["source_id"].fillna("")
    published = printed["value"].notna()
    meet = (computed.low <= printed["high"]) & (printed["low"] <= computed.high)
    frame = pd.DataFrame(
        {
            "share": (nev["value"] / cars["value"].where(both)).where(both, printed["value"]),
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
    frame = frame[frame["share"].notna()].reset_index(drop=True)
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
    >>> from catrade.load.nev import load_market
    >>> grown = growth_over_year(load_market(jurisdiction="CHN"), "nev_exports")
    >>> row = grown[grown["period"] == "2025"].iloc[0]
    >>> row["base_period"], f"{row['growth']:.3f}"
    ('2024', '1.037')
    """
    names = sorted(market["series"].unique())
    if series not in names:
        error = choice_error("series", series, names)
        raise error
    return _growth(market, series)


def growth_of(market: pd.DataFrame, series: Iterable[str]) -> pd.DataFrame:
    """Return `growth_over_year` of several series, below each other; an absent one has none."""
    frame = pd.concat([_growth(market, name) for name in series], ignore_index=True)
    return described(frame, "market_series", "fraction", "source_ids")


def _growth(market: pd.DataFrame, series: str) -> pd.DataFrame:
    now = one_row_a_period(market, series)
    base_periods = _year_before(now.index)
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


def at_home(market: pd.DataFrame) -> pd.DataFrame:
    """Return NEV sales in China as market rows: all sales of a period less its exports.

    The makers' association counts what leaves the works; what it exports of that is no sale to a
    buyer in China. Stocks at dealers are still in the difference.

    Parameters
    ----------
    market
        Rows of `load_market()` of one jurisdiction with `nev_sales` and `nev_exports`.

    Returns
    -------
    DataFrame
        Rows as of `load_market` of the series `nev_at_home`, one a period that has both.

    Examples
    --------
    >>> from catrade.load.nev import load_market
    >>> home = at_home(load_market(jurisdiction="CHN")).set_index("period")
    >>> home.loc["2025", ["value", "low", "high"]].tolist()
    [13875000.0, 13869500.0, 13880500.0]
    """
    sold, sent = (one_row_a_period(market, name) for name in ("nev_sales", "nev_exports"))
    sold = sold.loc[sold.index.isin(sent.index)]
    sent = sent.loc[sold.index]
    apart = difference_bounds(bounds(sold, "low", "high"), bounds(sent, "low", "high"))
    rows = sold.assign(
        series="nev_at_home",
        value=sold["value"] - sent["value"],
        low=apart.low,
        high=apart.high,
        precision=apart.high - apart.low,
        rounding="nearest",
        derived=True,
        quality=sold["quality"].where(sold["quality"] != "ok", sent["quality"]),
        source_id=sold["source_id"] + ";" + sent["source_id"],
    )
    return rows.rename_axis("period").reset_index()


def registrations(market: pd.DataFrame) -> pd.DataFrame:
    """Return battery cars registered by month, their share, and both against a year before.

    Parameters
    ----------
    market
        Rows of `load_market()` of one jurisdiction that include `bev_passenger_registrations` and
        `passenger_car_registrations`.

    Returns
    -------
    DataFrame
        period, year, frequency, value, low, high, rounding (battery cars), cars, cars_low,
        cars_high (all passenger cars), share, share_low, share_high, base (the same month a year
        before), growth, growth_low, growth_high (fractions; NaN without a base), source_ids. Only
        months that have both counts.

    Examples
    --------
    >>> from catrade.load.nev import load_market
    >>> newest = registrations(load_market(jurisdiction="CHN")).iloc[-1]
    >>> newest["period"], f"{newest['value']:,.0f}", f"{newest['share']:.2f}"
    ('2026-06', '685,000', '0.43')
    """
    battery, cars = (
        one_row_a_period(market[market["frequency"] == "monthly"], name)
        for name in ("bev_passenger_registrations", "passenger_car_registrations")
    )
    battery = battery.loc[battery.index.isin(cars.index)]
    cars = cars.loc[battery.index]
    base = battery.reindex(_year_before(battery.index)).set_axis(battery.index)
    count = bounds(battery, "low", "high")
    parts = share_bounds(count, bounds(cars, "low", "high"))
    grown = growth_bounds(count, bounds(base, "low", "high"))
    ids = battery["source_id"] + ";" + cars["source_id"]
    frame = battery[["year", "frequency", "value", "low", "high", "rounding"]].assign(
        cars=cars["value"],
        cars_low=cars["low"],
        cars_high=cars["high"],
        share=battery["value"] / cars["value"].where(cars["value"] > 0),
        share_low=parts.low,
        share_high=parts.high,
        base=base["value"],
        growth=(battery["value"] / base["value"] - 1).where(grown.low.notna()),
        growth_low=grown.low,
        growth_high=grown.high,
        source_ids=ids.map(_tidy),
    )
    frame = frame.rename_axis("period").reset_index()
    return described(frame, "market_series", "vehicles", "source_ids")


def same_months(registered: pd.DataFrame) -> pd.DataFrame:
    """Return sums over the months of the newest year, and over the same months a year before.

    Parameters
    ----------
    registered
        Result of `registrations`.

    Returns
    -------
    DataFrame
        Two rows, the year before first: period (such as `2026-6M`), value, low, high, share,
        share_low, share_high, growth, growth_low, growth_high (NaN in the first). No row if the
        newest year does not begin with January or a month of either year is missing.

    Examples
    --------
    >>> from catrade.load.nev import load_market
    >>> rows = same_months(registrations(load_market(jurisdiction="CHN")))
    >>> rows["period"].tolist(), [f"{share:.3f}" for share in rows["share"]]
    (['2025-6M', '2026-6M'], ['0.307', '0.357'])
    """
    by_period = registered.set_index("period")
    newest = by_period[by_period["year"] == by_period["year"].max()]
    base = by_period.reindex(_year_before(newest.index))
    months = [f"{text[:4]}-{n:02}" for n, text in enumerate(newest.index, start=1)]
    if newest.empty or list(newest.index) != months or base["value"].isna().any():
        return pd.DataFrame()
    names = ["value", "low", "high", "cars", "cars_low", "cars_high"]
    sums = pd.DataFrame([half[names].sum() for half in (base, newest)])
    sums.insert(0, "period", [f"{half.index[0][:4]}-{len(half)}M" for half in (base, newest)])
    grown = growth_bounds(bounds(sums, "low", "high"), bounds(sums.shift(), "low", "high"))
    parts = share_bounds(bounds(sums, "low", "high"), bounds(sums, "cars_low", "cars_high"))
    return sums.assign(
        share=sums["value"] / sums["cars"].where(sums["cars"] > 0),
        share_low=parts.low,
        share_high=parts.high,
        growth=(sums["value"] / sums["value"].shift() - 1).where(grown.low.notna()),
        growth_low=grown.low,
        growth_high=grown.high,
    )


def _year_before(periods: Iterable[str]) -> pd.Index:
    return pd.Index([f"{int(text[:4]) - 1}{text[4:]}" for text in periods])


def _order(text: str) -> tuple[int, int, int]:
    period = parse_period(text)
    return period.year, period.last_month, period.first_month


def one_row_a_period(market: pd.DataFrame, series: str) -> pd.DataFrame:
    """Return the rows of a series by period: ok before doubtful, then the finest rounding."""
    rows = market[(market["series"] == series) & (market["quality"] != "rejected")]
    doubtful = rows["quality"] != "ok"
    rows = rows.assign(_doubtful=doubtful).sort_values(["_doubtful", "precision"], kind="stable")
    rows = rows.drop_duplicates("period").set_index("period")
    return rows.loc[sorted(rows.index, key=_order)]


def _tidy(ids: str) -> str:
    return ";".join(dict.fromkeys(part for part in ids.split(";") if part))
