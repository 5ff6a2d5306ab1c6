"""Spells of time in rows, and named days in lanes: what is in force, and what happened when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Unpack

import numpy as np
import pandas as pd
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from catrade.charts import canvas, core, style
from catrade.charts.canvas import Plot, Point, Size, free_rows
from catrade.charts.core import About
from pagemill.display import Chart
from rounding.errors import ParameterError

_BAR = 8.0  # points of height
_BETWEEN = 6.0
_NEXT = 1.3  # type sizes from line to line of a name
_LANE = 1.6
#: Days that a year at the window's edge must have for its number at most.
_YEAR = 360
_day: Any = date2num  # the place of a day on the axis


def spans(
    frame: pd.DataFrame | None,
    label: str = "name",
    start: str = "start",
    end: str = "end",
    lane: str | None = None,
    *,
    landmarks: pd.DataFrame | None = None,
    first: Any = None,
    last: Any = None,
    today: Any = None,
    **about: Unpack[About],
) -> Chart:
    """Draw measures as spans of time, a row each, and landmarks as named days.

    Parameters
    ----------
    frame
        One row a measure; None for landmarks alone.
    label, start, end
        Columns: its name, first and last day. Without a last day it is still in force.
    lane
        A column that groups rows, such as a theme, and gives them its colour.
    landmarks
        Columns `date`, `label` and perhaps that of `lane`: named dots above the spans.
    first, last
        The window; from the data, and to `today`, if not given.
    today
        A named vertical line; also where measures still in force end in the picture.
    about
        As of `catrade.charts.bars`.

    Raises
    ------
    ParameterError
        If a column is missing or there is nothing to draw.

    Examples
    --------
    >>> frame = pd.DataFrame({"name": ["Subsidy"], "start": ["2009-01-01"], "end": ["2022-12-31"]})
    >>> spans(frame, title="The subsidy ended in 2022").alt
    'Spans of time, January 2009 to December 2022. Subsidy: January 2009 to December 2022.'
    """
    rows = _tidy(frame, label, start, end, lane)
    named = _tidy(landmarks, "label", "date", None, lane)
    if rows.empty and named.empty:
        raise ParameterError("spans has nothing to draw: no measure and no landmark")
    named = named.sort_values("start")
    lanes_of_all = [*rows["lane"], *named["lane"]]
    lanes = list(dict.fromkeys(lanes_of_all))
    rows["order"] = rows["lane"].map(lanes.index)
    order = ["order", "start"]
    rows = rows.sort_values(order, kind="stable")
    days = [*rows["start"], *rows["end"]]
    days += [*named["start"], today]
    known = pd.to_datetime(days)
    begin = pd.Timestamp(first or known.min())
    until = pd.Timestamp(last or known.max())
    now = known[-1]
    window = _day(begin), _day(until) + 1
    paint = {"": style.CATEGORY_COLOURS[0]}
    if lanes != [""]:
        paint = core.palette(lanes, about.get("colours"))

    def draw(size: Size, subtitle: str) -> Figure:
        """Draw everything; a name stands over its bar, a landmark's beside its dot."""
        across = size.width - 12
        placed, y = _placed(named, size, across, window)
        names = []
        tops = []
        for name in rows["label"]:
            lines = canvas.wrap(name, across, size.type)
            y += size.type * (0.2 + _NEXT * len(lines))
            names.append(lines)
            tops.append(y + 2)
            y += _BAR + _BETWEEN
        height = y + 4
        plot = Plot(
            size,
            subtitle,
            core.entries_of(paint),
            x=window,
            y=(height, 0),
            height=height,
            left=4,
            right=8,
            above=18 if today else 6,
        )
        _years(plot, begin.year, until.year)
        if today:
            _today(plot, now)
        if not placed.empty:
            _name_days(plot, placed, paint)
        measures = core.each(rows)
        for row, top, lines in zip(measures, tops, names, strict=True):
            _span(plot, row, top, lines, paint[row.lane])
        return plot.figure

    notes = []
    if rows["end"].isna().any():
        notes.append("An arrow: no end is announced.")
    said = [_told(row) for row in core.each(rows)]
    said += [f"{row.start:%B %Y}, {row.label}" for row in core.each(named)]
    head = f"Spans of time, {begin:%B %Y} to {until:%B %Y}"
    about["alt"] = about.get("alt") or f"{head}. {'; '.join(said)}."
    both = pd.concat([frame, landmarks], ignore_index=True)
    return core.finish(draw, both, about, notes=notes)


def _tidy(
    frame: pd.DataFrame | None,
    label: str,
    start: str,
    end: str | None,
    lane: str | None,
) -> pd.DataFrame:
    """Return the columns that are drawn, days as days."""
    if frame is None or frame.empty:
        return pd.DataFrame(columns=["label", "start", "end", "lane"])
    rows = core.checked(frame, [], "spans", label, start, end)
    ends: Any = rows[end] if end else pd.NaT
    return pd.DataFrame(
        {
            "label": rows[label].astype(str),
            "start": pd.to_datetime(rows[start]),
            "end": pd.to_datetime(ends),
            # Landmarks may have no lanes where spans do.
            "lane": rows.get(lane, ""),
        }
    )


def _told(row: Any) -> str:
    to = "still in force" if pd.isna(row.end) else f"to {row.end:%B %Y}"
    return f"{row.label}: {row.start:%B %Y} {to}"


def _placed(
    named: pd.DataFrame, size: Size, across: float, window: Point
) -> tuple[pd.DataFrame, float]:
    """Place the landmarks: lane by lane, each name in the first row where it has room.

    Return them with their place, and whether the name stands left of its dot; and where the
    last lane ends.
    """
    if named.empty:
        return named, 0.0
    low, high = window
    step = size.type * _LANE
    named = named.assign(at=_day(named["start"]))
    x = (named["at"] - low) * across / (high - low)
    wide = named["label"].map(size.wide) + 12
    left = x + wide > across
    named["left"] = left
    starts = x - wide.where(left, 6)
    stops = x + wide.where(~left, 6)
    y = 2.0
    for _, its in named.groupby("lane", sort=False):
        own = its.index
        stretches = zip(starts[own], stops[own], strict=True)
        placed = free_rows(list(stretches))
        rows = np.array(placed)
        named.loc[own, "y"] = y + (rows + 0.5) * step
        count = rows.max() + 1
        y += count * step + 6
    return named, y


def _name_days(plot: Plot, landmarks: pd.DataFrame, paint: Mapping[Any, str]) -> None:
    """Draw the landmarks, each with its name."""
    when = landmarks["start"].dt.strftime(", %-d %B %Y")
    plot.dots(
        landmarks["at"],
        landmarks["y"],
        landmarks["label"] + when,
        colours=landmarks["lane"].map(paint),
        hollow=False,
        size=6,
    )
    for row in core.each(landmarks):
        beside = -6 if row.left else 6
        place = (row.at, row.y)
        plot.say(place, row.label, (beside, 0), zorder=5)


def _years(plot: Plot, begin: int, until: int) -> None:
    """Write a year's number in its middle: at 1 January it would read as the day."""
    low, high = plot.axes.get_xlim()
    wide = plot.size.wide("2025") / plot.axes.bbox.width
    least = min(_YEAR, wide * (high - low))
    names = {}
    marks = []
    for year in range(begin, until + 1):
        first = _day(pd.Timestamp(year, 1, 1))
        if first >= low:
            marks.append(first)
        start = max(low, first)
        after = _day(pd.Timestamp(year + 1, 1, 1))
        stop = min(high, after)
        middle = (start + stop) / 2
        # A year that only begins or ends the window may have no room for its number.
        names[middle] = str(year) if stop - start >= least else ""
    plot.scale_below(names, marks=marks, air=8)
    ends = plot.axes.get_ylim()
    plot.axes.vlines(
        marks,
        *ends,
        colors=style.GRID,
        lw=0.6,
        zorder=0,
    )


def _today(plot: Plot, now: pd.Timestamp) -> None:
    x = _day(now)
    plot.axes.axvline(
        x,
        color=style.INK,
        lw=1,
        ls=canvas.DASHES,
    )
    text = f"{now.day} {now:%B %Y}"
    wide = plot.size.wide(text)
    middle, _ = plot.places(x, 0)[0]
    left = max(middle - wide / 2, 2)
    furthest = plot.size.width - wide - 4
    above = plot.axes.bbox.y1 + 5
    plot.write(min(left, furthest), above, text)


def _span(plot: Plot, row: Any, top: float, lines: Sequence[str], colour: str) -> None:
    """Draw a bar, an arrow where it goes on, and its name over it."""
    low, high = plot.axes.get_xlim()
    start = max(low, _day(row.start))
    ongoing = pd.isna(row.end)
    stop = high
    if not ongoing:
        stop = min(high, _day(row.end) + 1)
    corner = (start, top)
    wide = max(stop - start, 1)
    plot.box(corner, (wide, _BAR), _told(row), facecolor=colour)
    if ongoing:
        plot.axes.plot(
            stop,
            top + _BAR / 2,
            ">",
            color=colour,
            markersize=_BAR,
            clip_on=False,
        )
    # The name begins where the bar does, unless it would run out of the picture.
    frame = plot.axes.bbox
    x, y = plot.places(start, top - 3)[0]
    furthest = frame.x1 - plot.size.widest(lines)
    left = max(frame.x0, min(x, furthest))
    for line in reversed(lines):
        plot.write(left, y, line, **canvas.ON_PAPER)
        y += plot.size.type * _NEXT
