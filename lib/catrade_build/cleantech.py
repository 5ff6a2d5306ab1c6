"""The table `cleantech`: what China sends of Ember's groups of goods, by partner and month.

One row a partner, group, frequency and period. A sum is none where a part of it is not held: of
twelve months, of January to a month, of the members of a group. `defined/cleantech.yaml` says what
each column holds.
"""

from __future__ import annotations

import pandas as pd

from catrade_build.columns import columns_of
from catrade_build.frames import added
from catrade_build.tables.names import GROUPS
from catrade_build.tables.policy import load_market
from rounding.intervals import bounds, growth_bounds

SERIES = ["partner", "kind", "freq"]
KEY = [*SERIES, "period"]
_NAME = r"^ember_(?P<kind>.+)_exports_to_(?P<partner>[a-z]{3})_usd$"
_FREQ = {"annual": "year", "monthly": "month"}
_ENDS = ["value_bn", "low_bn", "high_bn"]
_A_YEAR = 12
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
    return with_sums(rows)[columns_of("cleantech")]


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
    parts = []
    for _, held in rows.groupby(SERIES, sort=False):
        if held["freq"].iloc[0] != "month":
            parts.append(held)
            continue
        months = held.set_index("date")[_ENDS].asfreq("MS")
        twelve = months.rolling(_A_YEAR).sum()
        to_date = _since_january(months)
        sums = [
            *_with_growth(twelve, "twelve"),
            *_with_growth(to_date, "to_date"),
        ]
        parts.append(held.join(pd.concat(sums, axis=1), on="date"))
    every = pd.concat(parts, ignore_index=True) if parts else rows
    return every.reindex(columns=[*dict.fromkeys([*rows, *columns_of("cleantech")])])


def _since_january(months: pd.DataFrame) -> pd.DataFrame:
    """Return the sum of each year's months to each of them, none after one that is missing."""
    year = pd.DatetimeIndex(months.index).year
    sums = months.groupby(year).cumsum()
    is_whole = months["value_bn"].notna().groupby(year).cummin()
    begins = pd.Series(pd.DatetimeIndex(months.index).month == 1, months.index)
    return sums.where(is_whole & begins.groupby(year).cummax())


def _with_growth(sums: pd.DataFrame, name: str) -> list[pd.DataFrame]:
    """Return sums by their name, and their growth on those of a year before."""
    before = sums.shift(_A_YEAR)
    is_large = (sums["value_bn"] >= LEAST) & (before["value_bn"] >= LEAST)
    ends = growth_bounds(bounds(sums), bounds(before))
    growth = {
        f"{name}_growth": sums["value_bn"] / before["value_bn"] - 1,
        f"{name}_growth_low": ends.low,
        f"{name}_growth_high": ends.high,
    }
    named = sums.set_axis([f"{name}_bn", f"{name}_low_bn", f"{name}_high_bn"], axis=1)
    return [named, pd.DataFrame(growth).where(is_large)]
