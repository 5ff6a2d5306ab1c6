"""Charts of a few policy events, one below the other, each with its name and date."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from catrade.charts import style
from catrade.nev_policy.charts.timeaxis import at, time_axis
from catrade.nev_policy.charts.timeline import (
    IMPRECISE,
    count,
    empty,
    event_table,
    fit,
    hollow,
    mark,
    middle,
    source_line,
    wide,
)
from catrade.nev_policy.policy import focus_interval, in_focus
from pagemill import formats
from pagemill.display import Chart


def landmarks(events: pd.DataFrame, *, name: str = "landmarks") -> Chart:
    """Draw the events that have a label of their own (column `landmark`), named and dated.

    Parameters
    ----------
    events
        Result of `policy.numbered`.
    """
    rows = events[events["landmark"] != ""]
    if rows.empty:
        return empty("No landmark among the events of this selection", name)
    told = [f"{row['landmark']} ({row['date'][:4]})" for row in rows.to_dict("records")]
    title = f"{len(told)} landmarks, from {told[0]} to {told[-1]}" if len(told) > 1 else told[0]
    return event_rows(rows, title=title, words="landmark", name=name)


@style.house()
def event_rows(
    events: pd.DataFrame,
    first: dt.date | None = None,
    last: dt.date | None = None,
    *,
    title: str,
    words: str = "title_en",
    name: str = "focus",
) -> Chart:
    """Draw a few events one below the other on a time axis, each with its title.

    Parameters
    ----------
    events
        Result of `policy.numbered`, at most some 40 rows.
    first, last
        The days to shade, none if not given; the axis reaches over all events.
    title
        What the events have in common.
    words
        The column that names an event.
    """
    if events.empty:
        return empty(f"{title}: no event", name)
    rows = events.sort_values(["first_day", "number"])
    low = min(filter(None, (first, rows["first_day"].min().date())))
    high = max(filter(None, (last, rows["last_day"].max().date())))
    pad = dt.timedelta(days=max(1, (high - low).days // 40))
    low, high = low - pad, high + pad
    margins = (0.36, 0.14, 0.1, 0.5)
    height = 29.0
    figure, (axes,) = style.new_figure(
        len(rows) * height / 72 + margins[2] + margins[3], margins=margins
    )
    time_axis(axes, low, high)
    axes.set_ylim(len(rows) * height, 0)
    axes.set_yticks([])
    axes.grid(visible=False)
    if first and last:
        axes.axvspan(at(first), at(last) + 1, color=style.SOFT, zorder=0)
    span = at(high) - at(low)
    for n, event in enumerate(rows.to_dict("records")):
        y = n * height + 21
        mark(axes, event, y, style.THEME_COLOURS[event["theme"]], 15)
        text = fit(f"{formats.date(event['date'])}: {event[words]}", 474)
        left = min((at(middle(event)) - at(low)) / span, 1 - wide(text) / 482)
        axes.annotate(text, (max(left, 0.0), y - 13), xycoords=("axes fraction", "data"),
                      va="center_baseline", fontsize=8.5, annotation_clip=False)  # fmt: skip
    listed = "; ".join(
        f"{formats.date(e['date'])}: {e[words]} ({e['stage'].replace('_', ' ')})"
        for e in rows.to_dict("records")
    )
    alt = f"Time axis with {count(len(rows), 'event')}. {listed}."
    parts = ["Shaded: the period or month in focus."] if first else []
    parts += [IMPRECISE] if hollow(rows) else []
    return Chart(
        figure,
        f"{title}: {count(len(rows), 'event')}" if first else title,
        alt,
        event_table(rows),
        source=source_line(rows),
        name=name,
        note=" ".join(parts),
    )


def zoom(events: pd.DataFrame, focus: str, *, name: str = "focus") -> Chart:
    """Draw the events in focus.

    Parameters
    ----------
    events
        Result of `policy.numbered`.
    focus
        A period or an event id.

    Raises
    ------
    ParameterError
        If the focus is neither a date nor the id of one of the events.
    """
    first, last = focus_interval(events, focus)
    named = events[events["event_id"] == focus]
    title = (
        f"{named['measure_title'].iloc[0]}, and the month of {named['title_en'].iloc[0]}"
        if len(named)
        else f"Events of {formats.date(focus)}"
    )
    return event_rows(in_focus(events, focus), first, last, title=title, name=name)
