"""The table `cleantech`: what China sends of Ember's groups of goods, by partner and month.

One row a partner, group, frequency and period. A sum is none where a part of it is not held: of
twelve months, of January to a month, of the members of a group. `defined/cleantech.yaml` says what
each column holds.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from catrade_build.columns import columns_of
from catrade_build.frames import added
from catrade_build.tables.names import GROUPS
from catrade_build.tables.policy import load_market

SERIES = ["partner", "kind", "freq"]
KEY = [*SERIES, "period"]
_NAME = r"^ember_(?P<kind>.+)_exports_to_(?P<partner>[a-z]{3})_usd$"
_FREQ = {"annual": "year", "monthly": "month"}
_ENDS = ["value_bn", "low_bn", "high_bn"]
_A_YEAR = 12
_MONTH = ["freq", "date", "partner", "kind"]
#: Of less, a million dollars, no growth is told: a few lorries make it.
LEAST = 0.001


def cleantech() -> pd.DataFrame:
    """Return the whole table, as of the day that tables are read of."""
    market = load_market()
    named = market["series"].str.extract(_NAME)
    rows = market.assign(
        kind=named["kind"],
        partner=named["partner"].str.upper(),
        freq=market["frequency"].map(_FREQ),
        value_bn=market["value"] / 1e9,
        low_bn=market["low"] / 1e9,
        high_bn=market["high"] / 1e9,
    )
    rows = rows.dropna(subset=["kind", "freq"])
    rows = rows[[*KEY, *_ENDS, "quality", "sources"]]
    rows = pd.concat([rows, *(of_group(rows, group) for group in GROUPS)])
    rows = rows.sort_values(KEY, ignore_index=True)
    rows["year"] = rows["period"].str[:4].astype(int)
    rows["date"] = pd.to_datetime(rows["period"], format="ISO8601")
    if len(rows):  # as of a day before all of it there is none
        rows = with_sums(rows)
    return rows.reindex(columns=columns_of("cleantech"))


def of_group(rows: pd.DataFrame, group: str) -> pd.DataFrame:
    """Return the sums of a group's members, of the periods that are held of each of them."""
    members = GROUPS[group]
    of_it = rows[rows["partner"].isin(members)]
    # "doubtful" comes before "ok".
    of = ["kind", "freq", "period"]
    sums = added(of_it, of, _ENDS, len(members), quality="min")
    return sums.assign(partner=group)


def with_sums(rows: pd.DataFrame) -> pd.DataFrame:
    """Add sums of twelve months and of January to the month, and the growth of each.

    Parameters
    ----------
    rows
        The key, date, value with ends, in order of time; a month that is not held has no row.

    Examples
    --------
    Thirteen months of a million and one of two: the last twelve are thirteen millions.

    >>> months = pd.date_range("2024-01-01", periods=14, freq="MS")
    >>> frame = pd.DataFrame({"date": months, "value_bn": [0.001] * 13 + [0.002]})
    >>> frame = frame.assign(low_bn=frame["value_bn"], high_bn=frame["value_bn"])
    >>> frame = frame.assign(partner="KGZ", kind="ev", freq="month")
    >>> with_sums(frame)[["twelve_bn", "to_date_bn"]].iloc[-1].round(3).tolist()
    [0.013, 0.003]
    """
    of = ["partner", "kind"]
    months = rows[rows["freq"] == "month"]
    wide = months.pivot_table(_ENDS, "date", of).asfreq("MS")
    sums = _grown(wide.rolling(_A_YEAR).sum(), "twelve")
    sums |= _grown(_since_january(wide), "to_date")
    # Back to a row a partner, group and month; to melt each sum takes ten times as long.
    long = pd.concat(sums, axis=1).stack(of)  # noqa: PD013
    return rows.join(pd.concat({"month": long}, names=["freq"]), on=_MONTH)


def _since_january(months: pd.DataFrame) -> pd.DataFrame:
    """Return the sum of each year's months to each of them, none after one that is missing."""
    dates = pd.DatetimeIndex(months.index)
    sums = months.groupby(dates.year).cumsum()
    is_whole = months.notna().groupby(dates.year).cummin()
    begins = pd.Series(dates.month == 1, dates).groupby(dates.year).cummax()
    return sums.where(is_whole).where(begins)


def _grown(sums: pd.DataFrame, name: str) -> dict[str, Any]:
    """Return sums by their name, a column a series, and their growth on those of a year before."""
    value, low, high = (sums[end] for end in _ENDS)
    before, before_low, before_high = (sums[end].shift(_A_YEAR) for end in _ENDS)
    is_large = (value >= LEAST) & (before >= LEAST) & (before_low > 0)
    return {
        f"{name}_bn": value,
        f"{name}_low_bn": low,
        f"{name}_high_bn": high,
        f"{name}_growth": (value / before - 1).where(is_large),
        f"{name}_growth_low": (low / before_high - 1).where(is_large),
        f"{name}_growth_high": (high / before_low - 1).where(is_large),
    }
