"""As known on a day: the one filter that every table goes through once it is read.

A row takes part from the day its source released it (`release_days.csv`), else from the day the
source was published: one dated to a month or a year counts from its last day, one without a date
never. A row of several sources is complete with the last of them. A rule counts from the day it was
decided, a rate of exchange from the end of its period.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator

import pandas as pd

from rounding.dates import date_interval, last_day
from rounding.formats import date as in_words

#: Names, maps, calendars, what announcements claim, and our own notes: none is news of a day.
TIMELESS = {
    "claims",
    "countries",
    "hs_chapters",
    "known_issues",
    "release_days",
    "releases",
    "series",
    "sources",
    "yearly_releases",
}
#: Columns that say when a rule was decided, or from when on it applies; the first that is filled.
DECIDED = {
    "policy_events": ["issued_date", "date"],
    "subsidy_schedule": ["period_start"],
    "purchase_tax_schedule": ["period_start"],
}
#: Stages that sources tell of before their day.
_AHEAD = ("in_force", "amended", "suspended", "ended")
#: The column that says the day, in what a user is given.
KNOWN_ON = "known_on"
#: The day that holds; none is all that is held. A plain list, since every cell of a notebook and
#: every thread of a kernel must see the same one.
_days: list[dt.date] = []


def current() -> dt.date | None:
    """Return the day as of which tables are read; None is all that is held."""
    return _days[-1] if _days else None


def use(day: dt.date | None) -> None:
    """Read tables as of a day from now on; None is all that is held."""
    _days[:] = [] if day is None else [day]


def marked(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose first column says the day as of which it is known, if there is one.

    A column, since pandas keeps it where it drops notes: in a sum of frames, a merge, a file.
    """
    if (day := current()) is None:
        return frame
    others = frame.drop(columns=KNOWN_ON, errors="ignore")
    others.insert(0, KNOWN_ON, pd.Timestamp(day))
    others.attrs = {**frame.attrs, "as_of": day.isoformat()}
    return others


def days_in(frame: pd.DataFrame) -> list[str]:
    """Return the days as of which the rows of a frame are known; "" is all that is held.

    Examples
    --------
    >>> days_in(pd.DataFrame({"known_on": ["2025-02-01", None]})), days_in(pd.DataFrame())
    (['', '2025-02-01'], [''])
    """
    if KNOWN_ON in frame and len(frame):
        return sorted(
            {str(day)[:10] for day in frame[KNOWN_ON].astype(object).fillna("")}
        )
    return [str(frame.attrs.get("as_of", ""))]


def in_words_of(frame: pd.DataFrame) -> str:
    """Return "as known on 1 February 2025" of a frame of that day, else "".

    Examples
    --------
    >>> in_words_of(pd.DataFrame({"known_on": ["2025-02-01"]}))
    'as known on 1 February 2025'
    """
    days = [in_words(day) for day in days_in(frame) if day]
    return f"as known on {' and '.join(days)}" if days else ""


@contextlib.contextmanager
def holding(day: dt.date | None) -> Iterator[None]:
    """Read tables as of a day, and after the block as before it."""
    before = current()
    use(day)
    try:
        yield
    finally:
        use(before)


def known_from(
    name: str, frame: pd.DataFrame, sources: pd.DataFrame, released: pd.DataFrame
) -> pd.Series[pd.Timestamp]:
    """Return from which day on each row of a table is known; NaT is never.

    Parameters
    ----------
    name, frame
        The table.
    sources, released
        The tables `sources` and `release_days`.
    """
    if name == "exchange_rates":
        return days_of(frame["period"], last_day)
    if name == "revision_log":
        return days_of(frame["seen"])
    # A row a source, with the release it was in or else the day the source was published.
    rows = frame.assign(sources=frame["sources"].str.split("; *")).explode("sources")
    rows = rows.reset_index(names="row")
    if "period" in rows:
        rows = rows.merge(released, on=["sources", "period"], how="left")
    published = rows["sources"].map(sources.set_index("source_id")["published"])
    day = days_of(rows.get("released", published).fillna(published))
    by_row = day.groupby(rows["row"])
    if name in DECIDED:
        return _decided(name, frame, by_row.min())
    return by_row.max(skipna=False)


def _decided(
    name: str, frame: pd.DataFrame, first: pd.Series[pd.Timestamp]
) -> pd.Series[pd.Timestamp]:
    """Return when rules were decided, or first told of, if that was before they took effect."""
    columns = DECIDED[name]
    decided = frame[columns].replace("", None).bfill(axis=1)[columns[0]]
    if "stage" in frame:
        first = first.where(frame["stage"].isin(_AHEAD))
    return pd.concat([days_of(decided), first], axis=1).min(axis=1)


def published_by(
    sources: pd.DataFrame, released: pd.DataFrame, day: dt.date
) -> pd.Series[str]:
    """Return the dates, by id, of sources that a day knows; of what goes on its last release.

    Parameters
    ----------
    sources, released
        The tables `sources` and `release_days`.
    day
        A source dated to a month is known from its last day.
    """
    whole = sources.set_index("source_id")["published"]
    parts = released.set_index("sources")["released"]
    dates = pd.concat([whole, parts])
    days = days_of(dates)
    dates = dates[(days <= pd.Timestamp(day)).to_numpy()]
    dates = dates.sort_values(key=days_of, kind="stable")
    newest: pd.Series[str] = dates[~dates.index.duplicated(keep="last")]
    return newest


def without_later(
    ids: pd.Series[str], sources: pd.DataFrame, known: pd.Series[str]
) -> pd.Series[str]:
    """Return cells of source ids without those of a later day, where another told it by then.

    Parameters
    ----------
    ids
        Such as `a;b`.
    sources, known
        The table `sources`, and what `published_by` returns.

    Examples
    --------
    >>> sources = pd.DataFrame({"source_id": ["a", "b"], "published": ["2025-01", "2026-01"]})
    >>> cells = pd.Series(["a;b", "b"])
    >>> without_later(cells, sources, pd.Series({"a": "2025-01"})).tolist()
    ['a', 'b']
    """
    is_later = sources["published"].ne("") & ~sources["source_id"].isin(known.index)
    later = {*sources.loc[is_later, "source_id"]}
    cells = [[name for name in text.split(";") if name not in later] for text in ids]
    of_then = pd.Series(map(";".join, cells), ids.index, dtype=ids.dtype)
    return of_then.where(of_then != "", ids)


def told(sources: pd.DataFrame, released: pd.DataFrame, day: dt.date) -> pd.DataFrame:
    """Return the sources as a page of a day lists them.

    What goes on, and was read in a later copy, has the date of its last release by then; what is
    of a later day and told of by nobody else says so.

    Parameters
    ----------
    sources, released, day
        As `published_by` takes them.
    """
    published = sources["published"]
    last = sources["source_id"].map(published_by(sources, released, day))
    goes_on = sources["source_id"].isin(released["sources"]) & (last != published)
    is_later = published.map(lambda text: bool(text) and date_interval(text)[0] > day)
    copy = "what it had released by then, read in a copy of " + published.map(in_words)
    says = copy.where(goes_on & last.notna(), "")
    says = says.mask(
        is_later & last.isna(), "of a later day, on what was decided by then"
    )
    return sources.assign(
        published=last.where(goes_on & last.notna(), published),
        locator=(says + "; " + sources["locator"]).str.strip("; "),
    )


def _end(date: str) -> dt.date:
    return date_interval(date)[1]


def days_of(
    texts: pd.Series[str], last: Callable[[str], dt.date] = _end
) -> pd.Series[pd.Timestamp]:
    """Return the last day that each date may stand for; NaT where there is none."""
    days = {text: last(text) for text in texts.dropna().unique() if text}
    return pd.to_datetime(texts.map(days))
