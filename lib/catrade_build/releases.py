"""What is due: the newest period held of each regular release, and when the next one comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from catrade_build.tables.trade import load_sources, read_table, without_later
from rounding import formats
from rounding.dates import Day, as_day, last_day

#: Column of each table that says whose statistics they are.
_HOLDER = {"trade": "reporter", "market_series": "jurisdiction"}
#: What a figure of trade or of the market belongs to, as the table `things` names it.
_SERIES = ["table", "reporter", "id"]
_SHOWN = "release_id publisher what held newest due latest where way sources note"


def releases() -> pd.DataFrame:
    """Return what is held of each regular release, and when and where the next is to be had.

    Returns
    -------
    DataFrame
        release_id, publisher, what, held (the newest period, in words), newest (its last day), due
        and latest (when the next is usually there, and when it has been at the latest), where (the
        publisher's address of it, else that of the newest source that had it), way (from there to
        the file), sources, note; what is due first comes first.

    Examples
    --------
    >>> releases().set_index("release_id").loc["gacc-totals", "held"]
    'August 2026'
    """
    rows = []
    for release in read_table("releases").to_dict("records"):
        periods = _periods(release)
        if periods.empty:
            continue
        newest = max(periods, key=last_day)
        month = pd.Period(last_day(newest), "M") + release["months"]
        if month.month == release["joined"]:
            month += 1
        end = month.end_time.normalize()
        release["held"] = formats.period(newest)
        release["newest"] = pd.Timestamp(last_day(newest))
        release["due"] = end + pd.Timedelta(days=release["days_after"])
        release["latest"] = end + pd.Timedelta(days=release["latest"])
        rows.append(release)
    frame = pd.DataFrame(rows, columns=_SHOWN.split())
    frame["sources"] = without_later(frame["sources"])
    read_at = frame["sources"].map(_newest_address())
    frame["where"] = frame["where"].mask(frame["where"] == "", read_at)
    return frame.sort_values("latest", kind="stable", ignore_index=True)


def _newest_address() -> Callable[[str], str]:
    """Return what gives the address of the newest of some sources."""
    sources = load_sources().set_index("source_id")[["published", "url"]]

    def address(ids: str) -> str:
        its = sources.loc[ids.split(";")].sort_values("published", kind="stable")
        return str(its["url"].iloc[-1])

    return address


def releases_due(day: Day) -> pd.DataFrame:
    """Return what `releases` does, and what of it is held, due or overdue on a day.

    Parameters
    ----------
    day
        A date or `2026-10-12`.

    Returns
    -------
    DataFrame
        The columns of `releases` and status (`held`: the next is not due; `due`; `overdue`).

    Examples
    --------
    Customs' totals of August 2026 came on 8 September; those of September are due in October.

    >>> found = releases_due("2026-10-20").set_index("release_id")
    >>> found.loc["gacc-totals", ["held", "status"]].tolist()
    ['August 2026', 'overdue']
    """
    on = pd.Timestamp(as_day(day))
    frame = releases()
    status = pd.Series("due", frame.index).mask(on < frame["due"], "held")
    return frame.assign(status=status.mask(on > frame["latest"], "overdue"))


def release_of(figures: pd.DataFrame) -> pd.Series[str]:
    """Return the id of the regular release that each figure is of, "" where none is known.

    Of one holder with two, trade with the world has one, and trade by country the other.

    Parameters
    ----------
    figures
        Rows of the table `things`.
    """
    its = _closest(figures, "release_id", [*_SERIES, "to_world"], _SERIES)
    return its.fillna("").astype("str")


def usual_by(figures: pd.DataFrame) -> pd.Series[pd.Timestamp]:
    """Return by when each figure is there if it came no later than its release has come so far.

    That is the end of its period and `latest` of its release; of what no row of the table of
    releases names, the longest of the same statistics, else of all.

    Parameters
    ----------
    figures
        Rows of the table `things`.

    Examples
    --------
    China's customs print trade by country on the 18th of the month after, that of January with
    February's.

    >>> figures = pd.DataFrame({"table": "trade", "reporter": "CHN", "partner": "KAZ", "id": "",
    ...                         "period": ["2026-07", "2026-01"]})
    >>> [f"{day:%-d %B %Y}" for day in usual_by(figures)]
    ['18 August 2026', '18 March 2026']
    """
    keys = [*_SERIES, "to_world"], _SERIES, ["table", "reporter"], ["reporter"]
    late = _closest(figures, "latest", *keys).astype(float)
    late = late.fillna(read_table("releases")["latest"].max()).fillna(0)
    ends = {text: pd.Timestamp(last_day(text)) for text in figures["period"].unique()}
    end = pd.to_datetime(figures["period"].map(ends))
    with_next = end.dt.month == joined_month(figures)
    end = end.mask(with_next, end + pd.offsets.MonthEnd())
    days = end + pd.to_timedelta(late, unit="D")
    return days.astype("datetime64[s]")


def joined_month(figures: pd.DataFrame) -> pd.Series[float]:
    """Return the month whose figures the same statistics print with those of the next."""
    return _closest(figures, "joined", ["table", "reporter"]).astype(float)


def _closest(figures: pd.DataFrame, name: str, *keys: list[str]) -> pd.Series[Any]:
    """Return a column of the release of each figure: by the first of the keys that names one.

    Of several releases the one that may come last counts.
    """
    names = {"holder": "reporter", "series": "id"}
    known = read_table("releases").rename(columns=names).dropna(subset=name)
    known = known.sort_values("latest")
    known["to_world"] = known["partner"] == "WLD"
    asked = figures.assign(to_world=figures["partner"] == "WLD")
    found = pd.Series(None, figures.index, object)
    for key in keys:
        last = known.drop_duplicates(key, keep="last").set_index(key)[name]
        found = found.fillna(asked[key].join(last, on=key)[name])
    return found


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
