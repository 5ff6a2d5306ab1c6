"""Events of policy: landmarks, a focus, the day a report looks from, weekdays that do not fit."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from catrade.tables.trade import described, load_sources
from pagemill.cites import authority
from rounding.dates import date_interval, weekday
from rounding.errors import ParameterError, did_you_mean

__all__ = [
    "best_source",
    "focus_day",
    "in_focus",
    "landmarks",
    "report_day",
    "weekday_conflicts",
]

#: Themes of policy as a page names them.
THEME_NAMES = {
    "demand_support": "Buying and fleets",
    "industrial_policy": "Industrial policy",
    "competition_order": "Competition",
    "technology": "Technology",
    "safety": "Safety",
    "trade": "Trade",
    "infrastructure": "Charging",
    "heavy_trucks": "Heavy trucks",
}
#: The colour of each theme by its name, as codes of the table of colours.
LANE_COLOURS = {name: code for code, name in THEME_NAMES.items()}


def landmarks(events: pd.DataFrame, *, effect: bool = False) -> pd.DataFrame:
    """Return the few events with a label of their own (column `landmark`), for a chart.

    Parameters
    ----------
    events
        Rows of `load_policy_events()`.
    effect
        Whether a landmark stands on the first day of its effect; otherwise on the day it was
        decided or happened.

    Returns
    -------
    DataFrame
        date (datetime64; of a month or year, its first day), when (the date as exact as known),
        label, dated (the label with its month), lane (the theme in words), and the columns of the
        events.

    Examples
    --------
    >>> from catrade.tables.policy import load_policy_events
    >>> rule = load_policy_events(measure="dual-credit")
    >>> landmarks(rule)["dated"].item(), landmarks(rule, effect=True)["dated"].item()
    ('Dual-credit rule, Sep 2017', 'Dual-credit rule, Apr 2018')
    """
    rows = events[events["landmark"] != ""]
    day = rows["date"]
    if effect:
        day = rows["effective_date"].where(rows["effective_date"] != "", day)
    month = [f"{date_interval(text)[0]:%b %Y}" for text in day]
    return rows.assign(
        date=pd.to_datetime([date_interval(text)[0] for text in day]),
        when=day,
        label=rows["landmark"],
        dated=[
            f"{name}, {when}"
            for name, when in zip(rows["landmark"], month, strict=True)
        ],
        lane=rows["theme"].map(THEME_NAMES),
    ).reset_index(drop=True)


def best_source(frame: pd.DataFrame) -> pd.DataFrame:
    """Return events or rules with one source each, for a page beside which a register has all.

    Parameters
    ----------
    frame
        Any frame with a column `source_ids`; of those in a cell the most official is kept.

    Examples
    --------
    >>> frame = pd.DataFrame({"source_ids": ["icct-2021-2035plan;govcn-20201102"]})
    >>> best_source(frame)["source_ids"].item()
    'govcn-20201102'
    """
    ids = [cell.split(";") for cell in frame["source_ids"]]
    rank = {
        row["source_id"]: authority(row) for row in load_sources().to_dict("records")
    }
    return frame.assign(
        source_ids=[min(cell, key=lambda one: rank.get(one, 9)) for cell in ids]
    )


def weekday_conflicts(events: pd.DataFrame) -> pd.DataFrame:
    """Return the events for which a source gives another weekday than the date has.

    Returns
    -------
    DataFrame
        event_id, title_en, date, weekday (of the date), reported_weekday, source_id (who reports
        it).

    Examples
    --------
    >>> from catrade.tables.policy import load_policy_events
    >>> conflicts = weekday_conflicts(load_policy_events("2026-01", "2026-01", in_article=True))
    >>> conflicts[["date", "weekday", "reported_weekday"]].iloc[-1].tolist()
    ['2026-01-14', 'Wednesday', 'Tuesday']
    """
    rows = events[events["reported_weekday"] != ""]
    rows = rows.assign(weekday=rows["date"].map(weekday))
    rows = rows[rows["weekday"] != ""].rename(
        columns={"reported_weekday_source": "source_id"}
    )
    columns = [
        "event_id",
        "title_en",
        "date",
        "weekday",
        "reported_weekday",
        "source_id",
    ]
    return described(rows, "policy_events", None, "source_id", columns)


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
    return _interval(events, focus, whole_month=False)[1] if focus else otherwise


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
    >>> from catrade.tables.policy import load_policy_events
    >>> found = in_focus(load_policy_events(), "2025-gb38031-published")
    >>> found["measure_id"].eq("gb38031-2025").sum().item()
    2
    """
    first, last = (
        pd.Timestamp(day) for day in _interval(events, focus, whole_month=True)
    )
    within = (events["last_day"] >= first) & (events["first_day"] <= last)
    measure = events.loc[events["event_id"] == focus, "measure_id"]
    return events[within | events["measure_id"].isin(measure)].reset_index(drop=True)


def _interval(
    events: pd.DataFrame, focus: str, *, whole_month: bool
) -> tuple[dt.date, dt.date]:
    """Return first and last day of a focus: the period itself, or an event's day or month."""
    rows = events[events["event_id"] == focus]
    if len(rows):
        date = str(rows["date"].iloc[0])
        return date_interval(date[:7] if whole_month else date)
    try:
        return date_interval(focus)
    except ParameterError:
        hint = did_you_mean(focus, events["event_id"])
        raise ParameterError(
            "focus must be empty, a period such as 2026-01 or the id of an event shown; "
            f"got {focus!r}{hint}"
        ) from None
