"""Events of policy counted, numbered, compared with their weekdays, and brought into focus."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pandas as pd

from catrade.dates import date_interval, weekday
from catrade.definitions import choices
from catrade.load.trade import SourceIds
from pagemill.errors import ParameterError, nearest


def numbered(events: pd.DataFrame) -> pd.DataFrame:
    """Return the events in order of date with a column `number` from 1, for charts and tables.

    Examples
    --------
    >>> from catrade.load.nev import load_policy_events
    >>> numbered(load_policy_events("2026-01-13", "2026-01-14"))["number"].tolist()
    [1, 2, 3, 4]
    """
    order = ["first_day", "last_day", "event_id"]
    frame = events.sort_values(order, kind="stable", ignore_index=True)
    frame.insert(0, "number", range(1, len(frame) + 1))
    return with_attrs(frame, events)


def events_by_theme_year(
    events: pd.DataFrame, themes: Iterable[str] | None = None,
    start: int | None = None, end: int | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Count events by theme and year, zeros included.

    Returns
    -------
    DataFrame
        theme, year, events; themes in the order given (or met), years from `start` to `end`.

    Examples
    --------
    >>> frame = pd.DataFrame({"theme": ["trade", "trade"], "year": [2024, 2026]})
    >>> events_by_theme_year(frame)["events"].tolist()
    [1, 0, 1]
    """
    order = list(themes) if themes is not None else list(dict.fromkeys(events["theme"]))
    first = start if start is not None else int(events["year"].min())
    last = end if end is not None else int(events["year"].max())
    counted = events.groupby(["theme", "year"]).size()
    index = pd.MultiIndex.from_product([order, range(first, last + 1)], names=["theme", "year"])
    return with_attrs(counted.reindex(index, fill_value=0).rename("events").reset_index(), events)


def weekday_conflicts(events: pd.DataFrame) -> pd.DataFrame:
    """Return the events for which a source gives another weekday than the date has.

    Returns
    -------
    DataFrame
        event_id, title_en, date, weekday (of the date), reported_weekday, source_id (who reports
        it), days_off (reported minus true, the nearer way round the week).

    Examples
    --------
    >>> from catrade.load.nev import load_policy_events
    >>> conflicts = weekday_conflicts(load_policy_events("2026-01", "2026-01", in_article=True))
    >>> sorted(set(conflicts["days_off"]))
    [-1]
    """
    frame = events[events["reported_weekday"] != ""].copy()
    frame["weekday"] = frame["date"].map(weekday)
    frame = frame[frame["weekday"] != ""]
    order = {name: number for number, name in enumerate(choices("weekdays"))}
    told, true = (
        frame[name].map(order).astype("float64") for name in ("reported_weekday", "weekday")
    )
    apart = told - true
    frame["days_off"] = ((apart + 3) % 7 - 3).astype("int64")
    frame = frame.rename(columns={"reported_weekday_source": "source_id"})
    columns = ["event_id", "title_en", "date", "weekday", "reported_weekday", "source_id"]
    return with_attrs(frame[[*columns, "days_off"]].reset_index(drop=True), events)


def report_day(events: pd.DataFrame, end: int) -> dt.date:
    """Return the day a report looks from: the last of its years, or the newest event's if earlier.

    Parameters
    ----------
    events
        All rows of `load_policy_events()`: what came after the newest is not known. An event known
        only to its month counts from the first day of it.
    end
        Last year of the report.

    Examples
    --------
    >>> events = pd.DataFrame({"first_day": pd.to_datetime(["2014-05-01", "2026-07-02"])})
    >>> report_day(events, 2020).isoformat(), report_day(events, 2026).isoformat()
    ('2020-12-31', '2026-07-02')
    """
    last = dt.date(end, 12, 31)
    newest = events["first_day"].max()
    return last if pd.isna(newest) else min(last, newest.date())


def focus_day(events: pd.DataFrame, focus: str, otherwise: dt.date) -> dt.date:
    """Return the day a focus asks about: its event's, or the last of its period.

    Raises
    ------
    ParameterError
        If it is neither a date nor the id of one of the events.
    """
    if not focus:
        return otherwise
    rows = events[events["event_id"] == focus]
    if len(rows):
        return date_interval(str(rows["date"].iloc[0]))[1]
    return focus_interval(events, focus)[1]


def in_focus(events: pd.DataFrame, focus: str) -> pd.DataFrame:
    """Return the events of a period, or those of one event's measure and month.

    Parameters
    ----------
    events
        Rows of `load_policy_events()`.
    focus
        A year, month or day such as `2026-01`, or an event id.

    Raises
    ------
    ParameterError
        If it is neither a date nor the id of one of the events.

    Examples
    --------
    >>> from catrade.load.nev import load_policy_events
    >>> found = in_focus(load_policy_events(), "2025-gb38031-published")
    >>> found["measure_id"].eq("gb38031-2025").sum().item()
    2
    """
    first, last = focus_interval(events, focus)
    within = (events["last_day"] >= pd.Timestamp(first)) & (
        events["first_day"] <= pd.Timestamp(last)
    )
    named = events["event_id"] == focus
    family = events["measure_id"].isin(events.loc[named, "measure_id"])
    return with_attrs(events[within | family].reset_index(drop=True), events)


def focus_interval(events: pd.DataFrame, focus: str) -> tuple[dt.date, dt.date]:
    """Return first and last day of a focus: the period itself, or the month of an event."""
    rows = events[events["event_id"] == focus]
    if len(rows):
        return date_interval(str(rows["date"].iloc[0])[:7])
    try:
        return date_interval(focus)
    except ParameterError:
        guess = nearest(focus, events["event_id"])
        hint = f" (did you mean {guess!r}?)" if guess else ""
        message = (
            "focus must be empty, a period such as 2026-01 or the id of an event shown; "
            f"got {focus!r}{hint}"
        )
        raise ParameterError(message) from None


def with_attrs(frame: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with `attrs` that name the table and the sources of the events."""
    cells: Iterable[object] = events.get("source_ids", [])
    ids = {part for cell in cells for part in str(cell).split(";") if part}
    frame.attrs = {"table": "policy_events", "unit": None, "sources": SourceIds(ids)}
    return frame
