"""Spells of time in rows, and named days in lanes: what is in force, and what happened when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Unpack

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from catrade.charts import canvas, core, style
from catrade.charts.canvas import Plot, Size
from catrade.charts.core import About
from catrade.charts.labels import free_rows
from pagemill.display import Chart
from rounding.errors import ParameterError

_BAR = 8.0  # points of height
_BETWEEN = 6.0
_NEXT = 1.3  # type sizes from line to line of a name
_LANE = 1.6
#: Days that a year at the window's edge must have for its number at most.
_YEAR = 360
_EPOCH = pd.Timestamp(1970, 1, 1)


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
    colours: Mapping[Any, str] | None = None,
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
    colours, about
        As of `catrade.charts.lines`.

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
    now = None if today is None else pd.Timestamp(today)
    dates = [*rows["start"], *rows["end"]]
    dates += [*named["start"], now]
    days = pd.Series(pd.to_datetime(dates))
    begin, until = days.min(), days.max()
    if first is not None:
        begin = pd.Timestamp(first)
    if last is not None:
        until = pd.Timestamp(last)
    paint = {"": style.CATEGORY_COLOURS[0]}
    if lanes != [""]:
        paint = core.palette(lanes, colours)
    notes = []
    if rows["end"].isna().any():
        notes.append("An arrow: no end is announced.")
    said = [_told(row) for row in core.each(rows)]
    said += [f"{row.start:%B %Y}, {row.label}" for row in core.each(named)]
    window = f"{begin:%B %Y} to {until:%B %Y}"
    about.setdefault("alt", f"Spans of time, {window}. {'; '.join(said)}.")
    both = pd.concat([frame, landmarks], ignore_index=True)
    picture = _Spans(rows, named, paint, begin, until, now)
    return core.finish(picture.draw, both, about, notes=notes)


def _tidy(
    frame: pd.DataFrame | None,
    label: str,
    start: str,
    end: str | None,
    lane: str | None,
) -> pd.DataFrame:
    """Return the columns that are drawn, days as days."""
    made = pd.DataFrame(columns=["label", "start", "end", "lane"])
    if frame is None or frame.empty:
        return made
    rows = core.checked(frame, [], "spans", label, start, end)
    made["label"] = rows[label].astype(str)
    made["start"] = pd.to_datetime(rows[start])
    made["end"] = pd.NaT
    if end:
        made["end"] = pd.to_datetime(rows[end])
    # Landmarks may have no lanes where spans do.
    made["lane"] = rows.get(lane, "")
    return made


def _told(row: Any) -> str:
    to = "still in force" if pd.isna(row.end) else f"to {row.end:%B %Y}"
    return f"{row.label}: {row.start:%B %Y} {to}"


def _day(day: pd.Timestamp) -> float:
    """Return a day as a place on the axis."""
    return float((day - _EPOCH).days)


@dataclass
class _Spans:
    """The spans, to be drawn wide or narrow."""

    rows: pd.DataFrame
    named: pd.DataFrame
    paint: Mapping[Any, str]
    first: pd.Timestamp
    last: pd.Timestamp
    now: pd.Timestamp | None

    def __post_init__(self) -> None:
        self.low = _day(self.first)
        self.high = _day(self.last) + 1

    def draw(self, size: Size, subtitle: str) -> Figure:
        """Draw everything; a name stands over its bar, a landmark's beside its dot."""
        across = size.width - 12
        landmarks, y = self._landmarks(size, across)
        names, tops = [], []
        for name in self.rows["label"]:
            lines = canvas.wrap(name, across, size.type)
            y += size.type * (0.2 + _NEXT * len(lines))
            names.append(lines)
            tops.append(y + 2)
            y += _BAR + _BETWEEN
        height = y + 4
        plot = Plot(
            size,
            subtitle,
            core.entries_of(self.paint),
            x=(self.low, self.high),
            y=(height, 0),
            height=height,
            left=4,
            right=8,
            above=18 if self.now else 6,
        )
        self._years(plot)
        if self.now:
            self._today(plot, self.now)
        if not landmarks.empty:
            self._name_days(plot, landmarks)
        for row, top, lines in zip(core.each(self.rows), tops, names, strict=True):
            self._span(plot, row, top, lines)
        return plot.figure

    def _landmarks(self, size: Size, across: float) -> tuple[pd.DataFrame, float]:
        """Place the landmarks: lane by lane, each name in the first row where it has room.

        Return them with their place, and whether the name stands left of its dot; and where the
        last lane ends.
        """
        if self.named.empty:
            return self.named, 0.0
        step = size.type * _LANE
        scale = across / (self.high - self.low)
        named = self.named.copy()
        named["at"] = named["start"].map(_day)
        x = (named["at"] - self.low) * scale
        wide = named["label"].map(size.wide) + 12
        left = x + wide > across
        named["left"] = left
        before = wide.where(left, 6)
        after = wide.where(~left, 6)
        starts = x - before
        stops = x + after
        y = 2.0
        for _, lane in named.groupby("lane", sort=False):
            its = lane.index
            stretches = zip(starts[its], stops[its], strict=True)
            placed = free_rows(list(stretches))
            rows = np.array(placed)
            named.loc[its, "y"] = y + (rows + 0.5) * step
            count = rows.max() + 1
            y += count * step + 6
        return named, y

    def _name_days(self, plot: Plot, landmarks: pd.DataFrame) -> None:
        """Draw the landmarks, each with its name."""
        when = landmarks["start"].dt.strftime(", %-d %B %Y")
        plot.dots(
            landmarks["at"],
            landmarks["y"],
            landmarks["label"] + when,
            colours=landmarks["lane"].map(self.paint),
            hollow=False,
            size=6,
        )
        for row in core.each(landmarks):
            beside = -6 if row.left else 6
            plot.say((row.at, row.y), row.label, (beside, 0), zorder=5)

    def _years(self, plot: Plot) -> None:
        """Write a year's number in its middle: at 1 January it would read as the day."""
        axes = plot.axes
        days = self.high - self.low
        wide = plot.size.wide("2025") / axes.bbox.width
        least = min(_YEAR, wide * days)
        names, marks = {}, []
        for year in range(self.first.year, self.last.year + 1):
            first = _day(pd.Timestamp(year, 1, 1))
            begin = max(self.low, first)
            if begin == first:
                marks.append(first)
            after = _day(pd.Timestamp(year + 1, 1, 1))
            end = min(self.high, after)
            middle = (begin + end) / 2
            # A year that only begins or ends the window may have no room for its number.
            names[middle] = str(year) if end - begin >= least else ""
        plot.scale_below(names, marks=marks, air=8)
        ends = axes.get_ylim()
        axes.vlines(marks, *ends, colors=style.GRID, lw=0.6, zorder=0)

    def _today(self, plot: Plot, now: pd.Timestamp) -> None:
        x = _day(now)
        axes = plot.axes
        axes.axvline(x, color=style.INK, lw=1, ls=canvas.DASHES)
        text = f"{now.day} {now:%B %Y}"
        wide = plot.size.wide(text)
        middle, _ = plot.places(x, 0)[0]
        left = max(middle - wide / 2, 2)
        furthest = plot.size.width - wide - 4
        above = axes.bbox.y1 + 5
        plot.write(min(left, furthest), above, text)

    def _span(self, plot: Plot, row: Any, top: float, lines: Sequence[str]) -> None:
        """Draw a bar, an arrow where it goes on, and its name over it."""
        colour = self.paint[row.lane]
        start = max(self.low, _day(row.start))
        ongoing = pd.isna(row.end)
        stop = self.high
        if not ongoing:
            stop = min(stop, _day(row.end) + 1)
        box = (max(stop - start, 1), _BAR)
        plot.box((start, top), box, _told(row), facecolor=colour)
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
