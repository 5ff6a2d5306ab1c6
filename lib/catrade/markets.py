"""Series of the market and the size of economies, as an analyst asks for them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from catrade.asked import (
    codes_of,
    dated,
    ends_of,
    freq_of,
    with_gaps,
    years_of,
)
from catrade_build.edition import table
from catrade_build.frames import is_in, join_ids
from catrade_build.tables import as_of
from catrade_build.tables.names import CENTRAL_ASIA, GROUPS, UNIONS, name_of
from catrade_build.tables.policy import load_series
from catrade_build.tables.trade import (
    CHOSEN,
    Codes,
    Time,
    described,
    read_table,
    select,
    several,
)
from catrade_build.words import capital
from rounding import formats
from rounding.errors import ParameterError

#: The kind that is the sum of others.
_TOGETHER = "cleantech"
_SERIES = ["series", "jurisdiction", "freq"]
#: What `market` shows first, and alone unless all is asked for.
_SHOWN = """series year {period} value growth low high unit share quality date sources kind partner
    jurisdiction freq"""
_LISTED = "series meaning kind partner jurisdiction freq unit first last n sources"
_ECONOMY = "country year gdp_bn population consumer_prices sources partner"
_INDICATORS = ["gdp", "population", "consumer_prices"]


def market(
    series: str | Sequence[str] | None = None,
    start: int | str | range | None = None,
    end: int | str | None = None,
    *,
    kind: str | Sequence[str] | None = None,
    partner: str | Sequence[str] | None = None,
    jurisdiction: str | Sequence[str] | None = None,
    freq: str | Sequence[str] | None = None,
    full: bool = False,
) -> pd.DataFrame:
    """Return series of the market, one row a period; without a name, what series there are.

    Parameters
    ----------
    series
        Name of a series in any case, such as "nev_sales", or several, or "all".
    start, end
        First and last year (2018) or period ("2024-03"), both included; `range(2018, 2025)` is
        both.
    kind
        What is counted, in place of a name: solar, wind, battery, ev, nev, bev, charger, …, or
        several.
    partner
        With whom it is traded, by code or name, or several: all series of trade with them, but not
        the sum of kinds (cleantech).
    jurisdiction
        Whose market, by code or name, or several, or "all"; by default China's, and of a series
        that China has not all places that have it.
    freq
        year, month or ytd (January to a month), or several; by default months where `start` or
        `end` is one, else years where there are any, else months.
    full
        Whether to return all columns of the edition's table `market` (docs/edition.md).

    Returns
    -------
    DataFrame
        series, year, period unless by year, value in its unit, growth on the same period a year
        before (a fraction), low and high (what rounding allows), unit, share (in the first series
        that holds it), quality (`doubtful` where there is no other), date, sources, kind, partner,
        jurisdiction, freq: of several sources the finest without doubt. A period between without a
        figure is a row with NaN, and so is a series without any in the time asked for. Without
        series, kind and partner: what series there are, a row a series, place and frequency.

    Raises
    ------
    ParameterError
        If there is no such series, or none of that place or frequency.

    Examples
    --------
    >>> import catrade as ct
    >>> sold = ct.market("nev_sales", 2024, 2025)
    >>> sold[["year", "value", "unit"]].to_numpy().tolist()
    [[2024, 12866000.0, 'vehicles'], [2025, 16490000.0, 'vehicles']]
    >>> solar = ct.market(kind="solar", partner="Uzbekistan", start=2025)
    >>> solar[["kind", "partner", "year"]].to_numpy().tolist()
    [['solar', 'UZB', 2025]]
    """
    first, last = ends_of(start, end)
    if series is None and kind is None and partner is None:
        return _among(series_list(), "jurisdiction", jurisdiction)
    with as_of.holding(None):
        listed = _named(series_list(), series, kind, partner)
    if jurisdiction is None:
        is_china = listed["jurisdiction"] == "CHN"
        has_china = is_china.groupby(listed["series"]).transform("any")
        listed = listed[is_china | ~has_china]
    is_named = series is not None and several(series) != ["all"]
    listed = _among(listed, "jurisdiction", jurisdiction, is_named=is_named)
    every = several(freq) if freq is not None else [_usual(listed, first, last)]
    for word in every:
        freq_of(word, first, last)
    listed = _among(listed, "freq", every, is_named=is_named)
    rows = table("market")
    rows = rows[is_in(rows, listed, _SERIES)]
    parts = [_of_time(rows[rows["freq"] == word], first, last, word) for word in every]
    frame = pd.concat(parts, ignore_index=True)
    frame["when"] = frame["period"].map(formats.period)
    frame = _with_meaning(frame)
    units = frame["unit"].unique()
    unit = units[0] if len(units) == 1 else None
    shown = _SHOWN.format(period="" if every == ["year"] else "period")
    how = {"freq": every[0]} if len(every) == 1 else {}
    return described(frame, "market_series", unit, shown, full=full, **how)


def _named(
    listed: pd.DataFrame, series: Codes, kind: Codes, partner: Codes
) -> pd.DataFrame:
    """Return the list of the series asked for by name, kind and partner."""
    listed = select(listed, series=(series, {*listed["series"]}))
    # All of Ember's groups together stand beside these only where they are asked for.
    if series is None and kind is None:
        listed = listed[listed["kind"] != _TOGETHER]
    listed = select(listed, kind=(kind, {*listed["kind"]} - {""}))
    if partner is None or several(partner) == ["all"]:
        return listed
    codes = codes_of("partner", partner, [])
    found = listed[listed["partner"].isin(codes)]
    if found.empty:
        has = ", ".join(filter(None, map(name_of, listed["partner"].unique())))
        raise ParameterError(
            f"no series of this kind is of trade with {', '.join(map(name_of, codes))}; "
            f"there is {has or 'none with a partner'}"
        )
    return found


def _among(
    listed: pd.DataFrame, column: str, asked: Codes, *, is_named: bool = False
) -> pd.DataFrame:
    """Return the list of series of some places or frequencies; a sentence if one has none."""
    if asked is None or several(asked) == ["all"]:
        return listed
    codes = codes_of(column, asked, [], also=[*CHOSEN])
    found = listed[listed[column].isin(codes)]
    wanted = ", ".join(map(name_of, codes))
    lacking = listed[is_named & ~listed["series"].isin(found["series"])]
    if len(lacking):
        name = lacking["series"].iloc[0]
        has = listed.loc[listed["series"] == name, column].unique()
        raise ParameterError(
            f"{name} has no figures of {wanted}; it has of {', '.join(map(name_of, has))}: "
            f"say {column}={has[0]!r}"
        )
    absent = [name_of(code) for code in codes if code not in {*found[column]}]
    if absent and (is_named or found.empty):
        raise ParameterError(
            f"no such series is of {', '.join(absent)}: ct.market() lists what there is"
        )
    return described(found, "market_series", None)


def _usual(rows: pd.DataFrame, start: Time, end: Time) -> str:
    """Return the frequency of what start or end is, else that which all series have."""
    by_series = rows.groupby("series")["freq"].agg(set)
    usual = [word for word in CHOSEN if all(word in own for own in by_series)]
    return freq_of(None, start, end, usual=next(iter(usual), "year"))


def _of_time(rows: pd.DataFrame, start: Time, end: Time, freq: str) -> pd.DataFrame:
    """Return the rows of a time, with one for each period that a series lacks."""
    series = rows[[*_SERIES, "unit"]].drop_duplicates()
    rows = select(rows, start, end)
    if series.empty:  # as of a day before the first figure
        return dated(rows)
    every = table("market")
    held = every[every["freq"] == freq]
    return dated(with_gaps(rows, series, start, end, held, freq))


def _with_meaning(rows: pd.DataFrame) -> pd.DataFrame:
    """Add what each series counts, with whom, and both in words."""
    told = load_series().set_index("series")[["kind", "partner", "meaning"]]
    return rows.join(told, on="series")


def series_list() -> pd.DataFrame:
    """Return what series there are, one row a series, place and frequency."""
    rows = dated(table("market"))
    groups = rows.groupby(_SERIES, sort=False)
    listed = groups.agg(
        unit=("unit", "first"),
        first=("date", "min"),
        last=("date", "max"),
        n=("date", "nunique"),
        sources=("sources", join_ids),
    )
    listed = _with_meaning(listed.reset_index())
    listed["meaning"] = listed["meaning"].map(capital)
    return described(listed, "market_series", None, _LISTED)


def economy(
    partner: str | Sequence[str] | None = None,
    start: int | str | range | None = None,
    end: int | str | None = None,
) -> pd.DataFrame:
    """Return the size of economies by the World Bank's estimates: a row a country and year.

    Trade divided by it is plain pandas: `value / gdp_bn` of the same year, or
    `value * 1e9 / population`. It is in dollars of the year.

    Parameters
    ----------
    partner
        A country or several by code or name, "EU", "World", or "all", which is each country but no
        group; by default the five of Central Asia.
    start, end
        First and last year, both included.

    Returns
    -------
    DataFrame
        country (its name), year, gdp_bn (billions of dollars of the year), population,
        consumer_prices (change on the year before, a fraction), sources, partner (its code); NaN
        where a year that was asked for is not held, never the nearest.

    Raises
    ------
    ParameterError
        If a country or year is unknown, or of a country nothing is held.

    Examples
    --------
    >>> import catrade as ct
    >>> frame = ct.economy("Kyrgyzstan", 2023, 2024)
    >>> frame[["year", "gdp_bn"]].round(1).to_numpy().tolist()
    [[2023.0, 14.0], [2024.0, 17.5]]
    """
    first, last = years_of("economies", start, end)
    with as_of.holding(None):
        held = sorted({*read_table("macro")["country"]})
    codes = codes_of("partner", partner, CENTRAL_ASIA, also=["all"])
    if "all" in codes:  # a group beside its members would be counted twice
        codes = [code for code in held if code not in {*GROUPS, *UNIONS, "WLD"}]
    rows = select(read_table("macro"), first, last)
    rows = rows[rows["country"].isin(codes)]
    keys = ["country", "year"]
    wide = rows.pivot_table("value", keys, "indicator").rename_axis(columns=None)
    # By an early day none of one indicator had been published.
    wide = wide.reindex(columns=_INDICATORS)
    wide["sources"] = rows.groupby(keys)["sources"].agg(join_ids)
    wide["gdp_bn"] = wide["gdp"] / 1e9
    asked = pd.DataFrame({"country": codes})
    frame = with_gaps(wide.reset_index(), asked, first, last, read_table("macro"))
    frame = frame.assign(
        partner=frame["country"], country=frame["country"].map(name_of)
    )
    return described(frame, "macro", None, _ECONOMY, freq="year")
