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
from catrade_build.tables.policy import every_ember
from catrade_build.tables.trade import FREQS

SERIES = ["partner", "kind", "freq"]
KEY = [*SERIES, "period"]
_ENDS = ["value_bn", "low_bn", "high_bn"]
_A_YEAR = 12
_MONTH = ["freq", "date", "partner", "kind"]
#: Of less, a million dollars, no growth is told: a few lorries make it.
LEAST = 0.001


def cleantech() -> pd.DataFrame:
    """Return the whole table, as of the day that tables are read of."""
    names = {"group": "kind", "value": "value_bn", "low": "low_bn", "high": "high_bn"}
    rows = every_ember().rename(columns=names)
    rows["freq"] = rows["frequency"].map(FREQS)
    rows = rows.dropna(subset="freq")
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
    sums = added(of_it, of, _ENDS, len(members), quality=min)
    return sums.assign(partner=group)


def with_sums(rows: pd.DataFrame) -> pd.DataFrame:
    """Add sums of twelve months, and the growth of those since January.

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
    >>> with_sums(frame)[["twelve_bn", "to_date_growth"]].iloc[-1].round(3).tolist()
    [0.013, 0.5]
    """
    of = ["partner", "kind"]
    months = rows[rows["freq"] == "month"]
    wide = months.pivot_table(_ENDS, "date", of).asfreq("MS")
    since = _since_january(wide)
    value, low, high = (since[end] for end in _ENDS)
    before, before_low, before_high = (
        sums.shift(_A_YEAR) for sums in (value, low, high)
    )
    is_large = (value >= LEAST) & (before >= LEAST) & (before_low > 0)
    twelve = wide.rolling(_A_YEAR).sum()
    sums: dict[str, Any] = {
        **{f"twelve_{end.removeprefix('value_')}": twelve[end] for end in _ENDS},
        "to_date_growth": (value / before - 1).where(is_large),
        "to_date_growth_low": (low / before_high - 1).where(is_large),
        "to_date_growth_high": (high / before_low - 1).where(is_large),
    }
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
