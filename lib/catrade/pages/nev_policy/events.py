"""Events and rules that a page picks out: landmarks, a focus, the main rules, what comes next.

Events are rows of `ct.policies(…, full=True)`, rules those of `ct.in_force(…, full=True)`.
"""

from __future__ import annotations

import datetime as dt

import pandas as pd

from catrade.calc.in_force import pending
from catrade.issuers import authority
from catrade.tables.policy import load_policy_events
from catrade.tables.trade import described, load_sources
from rounding import formats
from rounding.dates import date_interval, weekday
from rounding.errors import ParameterError, did_you_mean

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
        The events shown.
    effect
        Whether a landmark stands on the first day of its effect; otherwise on the day it was
        decided or happened.

    Returns
    -------
    DataFrame
        date (datetime64; of a month or year, its first day), label, dated (the label with its
        month), lane (the theme in words), and the columns of the events.

    Examples
    --------
    >>> from catrade.face.tables import policies
    >>> rule = policies(search="dual-credit", full=True)
    >>> landmarks(rule)["dated"].iloc[0], landmarks(rule, effect=True)["dated"].iloc[0]
    ('Dual-credit rule, Sep 2017', 'Dual-credit rule, Apr 2018')
    """
    rows = events[events["landmark"] != ""]
    when = rows["when"]
    if effect:
        when = rows["effective_date"].where(rows["effective_date"] != "", when)
    rows = rows.assign(
        date=pd.to_datetime(when.map(_first_day)),
        label=rows["landmark"],
        lane=rows["theme"].map(THEME_NAMES),
    )
    dated = rows["label"] + ", " + rows["date"].dt.strftime("%b %Y")
    return rows.assign(dated=dated).reset_index(drop=True)


def best_source(frame: pd.DataFrame) -> pd.DataFrame:
    """Return events or rules with one source each, for a page beside which a register has all.

    Parameters
    ----------
    frame
        Any frame with a column `sources`; of those in a cell the most official is kept.

    Examples
    --------
    >>> frame = pd.DataFrame({"sources": ["icct-2021-2035plan;govcn-20201102"]})
    >>> best_source(frame)["sources"].item()
    'govcn-20201102'
    """
    table = load_sources().to_dict("records")
    rank = {row["source_id"]: authority(row) for row in table}
    cells = [cell.split(";") for cell in frame["sources"]]
    best = [min(ids, key=lambda one: rank.get(one, 9)) for ids in cells]
    return frame.assign(sources=best)


def weekday_conflicts(events: pd.DataFrame) -> pd.DataFrame:
    """Return the events for which a source gives another weekday than the date has.

    Returns
    -------
    DataFrame
        event_id, title, when (the date as text), weekday (of the date), reported_weekday, source_id
        (who reports it).

    Examples
    --------
    >>> from catrade.face.tables import policies
    >>> found = weekday_conflicts(policies(start="2026-01-14", end="2026-01-14", full=True))
    >>> found[["when", "weekday", "reported_weekday"]].iloc[-1].tolist()
    ['2026-01-14', 'Wednesday', 'Tuesday']
    """
    rows = events[events["reported_weekday"] != ""]
    rows = rows.assign(weekday=rows["when"].map(weekday))
    rows = rows.rename(columns={"reported_weekday_source": "source_id"})
    columns = ["event_id", "title", "when", "weekday", "reported_weekday", "source_id"]
    rows = rows[rows["weekday"] != ""]
    return described(rows, "policy_events", None, "source_id", columns)


def report_day(end: int) -> dt.date:
    """Return the day a report looks from: the last of its years, or the newest event's if earlier.

    What came after the newest event is not known; one known only to its month counts from the
    first day of it.

    Examples
    --------
    >>> report_day(2020).isoformat(), report_day(2026) < dt.date(2026, 12, 31)
    ('2020-12-31', True)
    """
    newest = load_policy_events()["first_day"].max()
    last = dt.date(end, 12, 31)
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
        The events shown.
    focus
        A year, month or day such as `2026-01`, or an event id; none if empty.

    Raises
    ------
    ParameterError
        If it is neither a date nor the id of one of the events.

    Examples
    --------
    >>> from catrade.face.tables import policies
    >>> found = in_focus(policies(full=True), "2025-gb38031-published")
    >>> found["measure"].eq("gb38031-2025").sum().item()
    2
    """
    if not focus:
        return events[:0]
    first, last = _interval(events, focus, whole_month=True)
    within = events["last_date"] >= pd.Timestamp(first)
    within &= events["date"] <= pd.Timestamp(last)
    measure = events.loc[events["event_id"] == focus, "measure"]
    return events[within | events["measure"].isin(measure)].reset_index(drop=True)


def focus_name(events: pd.DataFrame, focus: str) -> str:
    """Return how to speak of a focus: the title of its event, or the period in words."""
    titles = events.set_index("event_id")["title"]
    return str(titles.get(focus) or formats.period(focus))


def _interval(
    events: pd.DataFrame, focus: str, *, whole_month: bool
) -> tuple[dt.date, dt.date]:
    """Return first and last day of a focus: the period itself, or an event's day or month."""
    rows = events[events["event_id"] == focus]
    if len(rows):
        when = str(rows["when"].iloc[0])
        return date_interval(when[:7] if whole_month else when)
    try:
        return date_interval(focus)
    except ParameterError:
        hint = did_you_mean(focus, events["event_id"])
        raise ParameterError(
            "focus must be empty, a period such as 2026-01 or the id of an event shown; "
            f"got {focus!r}{hint}"
        ) from None


def main_rules(
    found: pd.DataFrame, events: pd.DataFrame, most: int = 12
) -> pd.DataFrame:
    """Return some rules in force by theme: our landmarks first, then the most often changed.

    Parameters
    ----------
    found
        The rules in force.
    events
        The events of their measures, not cut off in time.
    most
        How many.

    Returns
    -------
    DataFrame
        As `found`, with start and end (datetime64; NaT where no end is set) and lane (the theme in
        words).

    Examples
    --------
    >>> from catrade.face.tables import in_force, policies
    >>> events = policies("safety", full=True)
    >>> found = in_force("2026-08-01", theme="safety", full=True)
    >>> main_rules(found, events, 1)["measure"].tolist()
    ['gb38031-2025']
    """
    by_measure = events.assign(marked=events["landmark"] != "").groupby("measure")
    weight = by_measure.agg(
        marked=("marked", "max"),
        stages=("event_id", "size"),
        newest=("date", "max"),
    )
    weight = weight.reindex(found["measure"])
    weight = weight.sort_values([*weight], ascending=False, kind="stable")
    rows = found[found["measure"].isin(weight.index[:most])]
    rows = rows.assign(
        start=pd.to_datetime(rows["since"].map(_first_day)),
        end=pd.to_datetime(rows["until"].map(_last_day)),
        lane=rows["theme"].map(THEME_NAMES),
        place=rows["theme"].map([*THEME_NAMES].index),
    )
    rows = rows.sort_values(["place", "start"], kind="stable", ignore_index=True)
    return rows.drop(columns="place")


def next_changes(
    events: pd.DataFrame, found: pd.DataFrame, day: dt.date, years: int = 2
) -> pd.DataFrame:
    """Return what is decided for later: rules that will begin or change, and ends that are set.

    Parameters
    ----------
    events
        Events, not cut off in time.
    found
        The rules whose ends are asked for.
    day
        The day looked from.
    years
        How far to look.

    Returns
    -------
    DataFrame
        when (the date as text), title (of the rule), jurisdiction, change (`begins`, `changes` or
        `ends`, the last with what ends where its event says so in per cent: `6% export VAT rebate
        ends`), sources.

    Examples
    --------
    >>> from catrade.face.tables import in_force, policies
    >>> day = dt.date(2023, 7, 1)
    >>> events = policies(search="purchase tax", full=True)
    >>> rules = in_force(day, full=True)
    >>> rules = rules[rules["measure"] == "purchase-tax"]
    >>> next_changes(events, rules, day)["when"].tolist()
    ['2023-12-31', '2024-01-01']
    """
    later = pending(events.rename(columns={"date": "first_day"}), day)
    begins = later.assign(
        when=later["effective_date"],
        title=later["measure_title"],
        change=later["stage"].map({"amended": "changes"}).fillna("begins"),
    )
    ends = found[found["until"] != ""]
    by_event = events.set_index("event_id").reindex(ends["event_id"])
    said = zip(by_event["value"], by_event["value_unit"], strict=True)
    ends = ends.assign(when=ends["until"], change=[_ending(*one) for one in said])
    rows = pd.concat([begins, ends], ignore_index=True)
    first = rows["when"].map(_first_day)
    horizon = (pd.Timestamp(day) + pd.DateOffset(years=years)).date()
    rows = rows[(first > day) & (first <= horizon)].sort_values("when", kind="stable")
    rows = rows.drop_duplicates(["when", "title", "change"], ignore_index=True)
    return rows[["when", "title", "jurisdiction", "change", "sources"]]


def _ending(value: float, unit: object) -> str:
    """Say that something ends: of a cut by steps not the cut, but what is left after it."""
    percent, _, of_what = str(unit).partition(" ")
    return f"{value:g}% {of_what} ends" if percent == "percent" else "ends"


def _first_day(text: str) -> dt.date:
    return date_interval(text)[0]


def _last_day(text: str) -> dt.date | None:
    return date_interval(text)[1] if text else None
