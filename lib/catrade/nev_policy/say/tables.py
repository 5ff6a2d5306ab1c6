"""Tables of the policy report: their columns, and frames with the words that stand in them."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd

from catrade.nev_policy.charts.market import SERIES_NAMES
from catrade.nev_policy.charts.timeline import THEME_NAMES
from pagemill import formats
from pagemill.tables import Column, Interval

#: What a stage is, in words.
STAGE_WORDS = {
    "draft": "draft",
    "announced": "announced",
    "in_force": "takes effect",
    "amended": "amended or prolonged",
    "suspended": "suspended",
    "ended": "ends",
    "held": "meeting held",
    "one_off": "single act",
}


def _stage(value: object) -> str:
    return STAGE_WORDS.get(str(value), str(value))


def _date(value: object) -> str:
    # Kept on one line: a column of dates that wrap makes a table three times as long.
    return formats.date(value).replace(" ", "\u00a0")


#: Columns of the tables of the report: header and format.
EVENT_COLUMNS: dict[str, Column] = {
    "number": ("No.", "text"),
    "date": ("Date", _date),
    "event": "Event",
    "step": "Stage",
    "jurisdiction": "Where",
}
IN_FORCE_COLUMNS: dict[str, Column] = {
    "measure": "Measure",
    "jurisdiction": "Where",
    "since": ("Since", _date),
    "last_amended": ("Last amended", _date),
    "until": ("Set to end", _date),
    "next_change": ("Next change decided", _date),
}
HISTORY_COLUMNS: dict[str, Column] = {
    "measure_title": "Measure",
    "announced": ("Announced", _date),
    "effective": ("Took effect", _date),
    "amended": "Amended",
    "ended": ("Ended or ends", _date),
}
GROWTH_COLUMNS: dict[str, Column] = {
    "period": ("Year", "text"),
    "what": "What",
    "value": ("Vehicles", "integer"),
    "growth": ("Growth on the year before", Interval("growth_low", "growth_high")),
    "basis": "Rests on",
}
WEEKDAY_COLUMNS: dict[str, Column] = {
    "title_en": "Meeting",
    "date": ("Date on record", _date),
    "weekday": "Weekday of that date",
    "reported_weekday": "Weekday reported",
    "publisher": "Reported by",
}
DOUBTFUL_COLUMNS: dict[str, Column] = {
    "number": ("No.", "text"),
    "date": ("Date", _date),
    "title_en": "Event",
    "why": "Why it is here",
}


def filled(columns: dict[str, Column], rows: pd.DataFrame) -> dict[str, Column]:
    """Return the columns that say something in at least one row."""
    return {name: how for name, how in columns.items() if (rows[name].astype(str) != "").any()}


def event_rows(events: pd.DataFrame) -> pd.DataFrame:
    """Return the events with two columns of words: what happened, and what that stage means."""
    records = events.to_dict("records")
    return events.assign(
        event=[f"{row['title_en']}. {row['summary']}" for row in records],
        step=[_step(row) for row in records],
    )


def _step(row: dict[Hashable, Any]) -> str:
    text = _stage(row["stage"])
    if row["effective_date"] and row["effective_date"] != row["date"]:
        text += f", from {formats.date(row['effective_date'])}"
    if row["end_date"] and row["end_date"] != row["date"]:
        word = "comments to" if row["stage"] == "draft" else "to"
        text += f", {word} {formats.date(row['end_date'])}"
    return text


def in_force_rows(found: pd.DataFrame) -> pd.DataFrame:
    """Return the measures in force in order of theme and date; the doubtful ones say so."""
    order = {theme: number for number, theme in enumerate(THEME_NAMES)}
    rows = found.assign(
        order=found["theme"].map(order),
        measure=[
            title + ("" if status == "yes" else " (perhaps)")
            for title, status in zip(found["measure_title"], found["status"], strict=True)
        ],
    )
    return rows.sort_values(["order", "since"], kind="stable").drop(columns="order")


def lasting(history: pd.DataFrame) -> pd.DataFrame:
    """Return the measures with more than one date, in order of announcement, with words.

    Adds `amended`: how often and when last.
    """
    several = (
        (history["amendments"] > 0)
        | (history["ended"] != "")
        | (history["drafted"] != "")
        | (history["announced"] != history["effective"])
    )
    rows = history[several & ((history["announced"] != "") | (history["drafted"] != ""))]
    key = rows["announced"].where(rows["announced"] != "", rows["drafted"])
    titles = history.set_index("measure_id")["measure_title"]
    rows = rows.assign(
        key=key,
        amended=[
            f"{n} times, last {formats.date(last)}" if n > 1 else formats.date(last)
            for n, last in zip(rows["amendments"], rows["last_amended"], strict=True)
        ],
        superseded_by=rows["superseded_by"].map(titles).fillna(""),
    )
    replaced = rows["superseded_by"].map(lambda title: f" (replaced by: {title})" if title else "")
    drafted = [f" (draft of {formats.date(day)})" if day else "" for day in rows["drafted"]]
    rows["measure_title"] = rows["measure_title"] + pd.Series(drafted, index=rows.index) + replaced
    return rows.sort_values("key", kind="stable").drop(columns="key")


def growth_rows(growth: pd.DataFrame, start: int, end: int) -> pd.DataFrame:
    """Return yearly growth of the window with the series' name in words, newest first."""
    rows = growth[(growth["frequency"] == "annual") & growth["year"].between(start, end)]
    rows = rows.assign(
        what=rows["series"].map(SERIES_NAMES),
        basis=rows["derived"].map({True: "our arithmetic", False: "published figures"}),
    )
    return rows.sort_values(["year", "series"], ascending=[False, False], ignore_index=True)


def conflict_rows(conflicts: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Return the conflicts of weekdays with the publisher's name."""
    publisher = sources.set_index("source_id")["publisher"]
    return conflicts.assign(publisher=conflicts["source_id"].map(publisher))


def weak_rows(events: pd.DataFrame) -> pd.DataFrame:
    """Return the events that rest on weak sources, and those whose sources disagree."""
    rows = events[(events["quality"] != "ok") | (events["note"] != "")]
    reason = rows["quality_reason"].map(
        lambda text: f"{text[:1].upper()}{text[1:]}. " if text else ""
    )
    return rows.assign(why=(reason + rows["note"]).str.strip()).reset_index(drop=True)
