"""What is due: the newest period held of each regular release, and when the next one comes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from catrade_build.tables.trade import read_table
from rounding import formats
from rounding.dates import Day, as_day, last_day

#: Column of each table that says whose statistics they are.
_HOLDER = {"trade": "reporter", "market_series": "jurisdiction"}
_SHOWN = "release_id publisher what held newest due latest status sources note"


def releases_due(day: Day) -> pd.DataFrame:
    """Return what is held, due and overdue of each release on a day.

    Parameters
    ----------
    day
        A date or `2026-10-12`.

    Returns
    -------
    DataFrame
        release_id, publisher, what, held (the newest period, in words), newest (its last day), due
        and latest (when the next is usually there, and when it has been at the latest), status
        (`held`: the next is not due; `due`; `overdue`), sources, note; the longest overdue
        first.

    Examples
    --------
    Customs' totals of August 2026 came on 8 September; those of September are due in October.

    >>> found = releases_due("2026-10-20").set_index("release_id")
    >>> found.loc["gacc-totals", ["held", "status"]].tolist()
    ['August 2026', 'overdue']
    """
    on = as_day(day)
    rows = []
    for release in read_table("releases").to_dict("records"):
        periods = _periods(release)
        if periods.empty:
            continue
        newest = max(periods, key=last_day)
        month = pd.Period(last_day(newest), "M") + release["months"]
        if month.month == release["joined"]:
            month += 1
        end = month.end_time.date()
        due = end + dt.timedelta(days=release["days_after"])
        latest = end + dt.timedelta(days=release["latest"])
        state = "held" if on < due else "due"
        release["held"] = formats.period(newest)
        release["newest"] = last_day(newest)
        release["due"] = due
        release["latest"] = latest
        release["status"] = "overdue" if on > latest else state
        rows.append(release)
    frame = pd.DataFrame(rows, columns=_SHOWN.split())
    return frame.sort_values("latest", kind="stable", ignore_index=True)


def usual_by(figures: pd.DataFrame) -> pd.Series[pd.Timestamp]:
    """Return by when each figure is there if it came no later than its release has come so far.

    That is the end of its period and `latest` of its release; of what no row of the table of
    releases names, the longest of the same statistics, else of all.

    Parameters
    ----------
    figures
        table, holder (whose statistics), partner, series, period.

    Examples
    --------
    China's customs print trade by country on the 18th of the month after, that of January with
    February's.

    >>> figures = pd.DataFrame({"table": "trade", "holder": "CHN", "partner": "KAZ", "series": "",
    ...                         "period": ["2026-07", "2026-01"]})
    >>> [f"{day:%-d %B %Y}" for day in usual_by(figures)]
    ['18 August 2026', '18 March 2026']
    """
    releases = read_table("releases")
    named = ["table", "holder", "partner", "series"]
    longest: dict[tuple[str, ...], int] = {}
    for *names, latest in releases[[*named, "latest"]].to_numpy():
        for key in _keys(*names):
            longest[key] = max(latest, longest.get(key, 0))
    with_next = releases.dropna(subset="joined")[["table", "holder", "joined"]]
    joined = {tuple(row) for row in with_next.to_numpy().tolist()}

    days = []
    for table, holder, *of, period in figures[[*named, "period"]].to_numpy():
        month = pd.Period(last_day(period), "M")
        if (table, holder, month.month) in joined:
            month += 1
        keys = _keys(table, holder, *of)
        late = next((longest[key] for key in keys if key in longest), 0)
        days.append(month.end_time.normalize() + pd.Timedelta(days=late))
    return pd.Series(days, figures.index, dtype="datetime64[s]")


def _keys(table: str, holder: str, partner: str, series: str) -> list[tuple[str, ...]]:
    """Return by what a figure's release is looked up: the closest first, at last any."""
    return [(table, holder, partner, series), (table, holder), (holder,), ()]


def _periods(release: dict[Any, Any]) -> pd.Series[str]:
    """Return the periods that are held of a release."""
    name = str(release["table"])
    rows = read_table(name)
    keep = rows[_HOLDER[name]] == release["holder"]
    for column in ("partner", "series"):
        if release[column]:
            keep &= rows[column] == release[column]
    kept: pd.Series[str] = rows.loc[keep & (rows["quality"] != "rejected"), "period"]
    return kept
