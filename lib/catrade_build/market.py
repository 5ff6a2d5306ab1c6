"""The table `market`: cars sold and made, chargers, clean technology, with growth and shares.

One row a series, place and period: of several sources the finest without doubt. Growth is on the
same period a year before, as first published then; the share is of the first series that holds it
in that period (`series.csv` says which do). What makers sell and do not send abroad is a series of
its own, worked out from the two that they print.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from catrade_build.columns import columns_of
from catrade_build.frames import part_of as share_of
from catrade_build.frames import with_sources, with_year_before
from catrade_build.tables.policy import best_first, load_market, load_series
from catrade_build.tables.trade import FREQS
from rounding.dates import last_day

_KEY = ["series", "jurisdiction", "freq", "period"]
_VALUE = ["value", "low", "high"]
#: What is sold at home: sales less what is sent abroad of them, and what the difference is called.
_AT_HOME = {("nev_sales", "nev_exports"): "nev_sales_at_home"}
_IS_SHARE = "fraction"
#: Before this year the share grew too fast to tell what the months of the year do.
_SEASON_SINCE = 2021
_SEASONS = 3  # of each month at least


def market() -> pd.DataFrame:
    """Return the whole table, as of the day that tables are read of."""
    rows = _best(load_market())
    rows = pd.concat([rows, _at_home(rows)], ignore_index=True)
    rows = _with_growth(rows)
    rows = _without_season(_with_share(rows))
    rows["until"] = pd.to_datetime(rows["period"].map(last_day))
    rows = rows.sort_values([*_KEY[:3], "until"], ignore_index=True)
    return rows[columns_of("market")]


def _best(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row a series, place and period, by the frequencies that analysts know."""
    rows = rows.assign(freq=rows["frequency"].map(FREQS), doubt=rows["quality_reason"])
    return best_first(rows.dropna(subset="freq")).drop_duplicates(_KEY)


def _at_home(rows: pd.DataFrame) -> pd.DataFrame:
    """Return sales less exports of each period that has both without doubt."""
    is_sound = rows["quality"] == "ok"
    columns = [*_KEY[1:], *_VALUE, "sources"]
    parts = []
    for (sold, sent), name in _AT_HOME.items():
        abroad = rows.loc[is_sound & rows["series"].eq(sent), columns]
        both = rows[is_sound & rows["series"].eq(sold)]
        both = both.merge(abroad, on=_KEY[1:], suffixes=("", "_sent"))
        less = both.assign(
            series=name,
            value=both["value"] - both["value_sent"],
            low=both["low"] - both["high_sent"],
            high=both["high"] - both["low_sent"],
            basis="difference",
        )
        parts.append(with_sources(less, "sources_sent"))
    return pd.concat(parts)[rows.columns]


def _with_growth(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the figure of a year before, and growth on it: not of shares, nor of what is doubtful."""
    rows = with_year_before(rows, _KEY[:-1])
    rates = ["growth", "growth_low", "growth_high"]
    rows[rates] = rows[rates].where(rows["unit"] != _IS_SHARE)
    return rows.fillna({"base_sources": ""})


def _with_share(rows: pd.DataFrame) -> pd.DataFrame:
    """Add what part each is of the first series that holds it and has a figure of the period."""
    series = load_series().set_index("series")
    part_of = rows["series"].map(series["part_of"]).fillna("")
    held = rows[rows["quality"].eq("ok") & rows["value"].gt(0)]
    wholes = held[[*_KEY, "unit", *_VALUE, "sources"]].add_prefix("whole_")
    asked = rows[_KEY].assign(row=rows.index, whole=part_of.str.split(";"))
    asked = asked[rows["quality"] == "ok"].explode("whole")
    keys = ["whole_series", *(f"whole_{name}" for name in _KEY[1:])]
    found = asked.merge(wholes, left_on=["whole", *_KEY[1:]], right_on=keys)
    found = found[found["whole_unit"] == found["row"].map(rows["unit"])]
    # The order of the list is that of the rows: the nearest whole comes first.
    first = found.drop_duplicates("row").set_index("row").reindex(rows.index)
    whole = first[["whole_value", "whole_low", "whole_high"]]
    shares = rows[_VALUE].assign(**whole.rename(columns={"whole_value": "whole"}))
    return rows.assign(
        part_of=part_of,
        whole=first["whole"].fillna(""),
        **share_of(shares, "whole", "share"),
        whole_sources=first["whole_sources"].fillna(""),
    )


def _without_season(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the share of a count of months without what each month of the year is as a rule."""
    is_asked = rows["freq"].eq("month") & rows["unit"].eq("vehicles")
    is_asked &= rows["share"].gt(0) & rows["share"].lt(1)
    parts = []
    for _, months in rows[is_asked].groupby(["series", "jurisdiction", "whole"]):
        dated = months.assign(date=pd.to_datetime(months["period"]), row=months.index)
        every = dated.set_index("date")[["share", "row"]].asfreq("MS").reset_index()
        parts.append(without_season(every).dropna(subset="row").set_index("row"))
    if not parts:
        return rows.assign(share_adjusted=float("nan"))
    return rows.assign(share_adjusted=pd.concat(parts)["adjusted"])


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
