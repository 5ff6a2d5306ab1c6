"""Spells of time in rows, and named days in lanes: what is in force, and what happened when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Unpack

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from catrade.charts import canvas, core, style
from catrade.charts.canvas import Size, say
from catrade.charts.core import About
from catrade.charts.labels import free_rows, text_width
from pagemill.display import Chart
from pagemill.svg import TITLE
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
    rows = _tidy(frame, {"_label": label, "_start": start, "_end": end, "_lane": lane})
    named = _tidy(landmarks, {"_label": "label", "_start": "date", "_lane": lane})
    if rows.empty and named.empty:
        raise ParameterError("spans has nothing to draw: no measure and no landmark")
    named = named.sort_values("_start", ignore_index=True)
    lanes = list(dict.fromkeys([*rows["_lane"], *named["_lane"]]))
    order = rows["_lane"].map(lanes.index)
    rows = rows.assign(_order=order).sort_values(["_order", "_start"], kind="stable")
    now = None if today is None else pd.Timestamp(today)
    days = pd.concat([rows["_start"], rows["_end"], named["_start"], pd.Series([now])])
    days = pd.to_datetime(days).dropna()
    window = (
        days.min() if first is None else pd.Timestamp(first),
        days.max() if last is None else pd.Timestamp(last),
    )
    paint = {"": style.CATEGORY_COLOURS[0]}
    if lanes != [""]:
        paint = core.palette(lanes, colours)
    picture = _Spans(rows, named, paint, window, now)
    parts = [part for part in (frame, landmarks) if part is not None]
    notes = ["An arrow: no end is announced."] if rows["_end"].isna().any() else []
    both = pd.concat(parts, ignore_index=True)
    return core.finish(picture.draw, both, about, alt=picture.alt, notes=notes)


def _tidy(
    frame: pd.DataFrame | None, columns: Mapping[str, str | None]
) -> pd.DataFrame:
    """Return the columns that are drawn, days as days."""
    made = pd.DataFrame(columns=["_label", "_start", "_end", "_lane"])
    if frame is None or frame.empty:
        return made
    # Landmarks may have no lanes where spans do.
    known = {
        ours: name
        for ours, name in columns.items()
        if name and (ours != "_lane" or name in frame.columns)
    }
    rows = core.checked(frame, [], "spans", *known.values())
    made = pd.DataFrame({"_lane": ""}, index=rows.index)
    for ours, name in known.items():
        is_day = ours in ("_start", "_end")
        made[ours] = pd.to_datetime(rows[name]) if is_day else rows[name]
    return made.assign(_label=made["_label"].astype(str)).reset_index(drop=True)


def _told(row: Any) -> str:
    to = "still in force" if pd.isna(row["_end"]) else f"to {row['_end']:%B %Y}"
    return f"{row['_label']}: {row['_start']:%B %Y} {to}"


def _day(day: pd.Timestamp) -> float:
    """Return a day as a place on the axis."""
    return float((day - _EPOCH).days)


@dataclass
class _Spans:
    """The spans, to be drawn wide or narrow."""

    rows: pd.DataFrame
    named: pd.DataFrame
    paint: Mapping[Any, str]
    window: tuple[pd.Timestamp, pd.Timestamp]
    now: pd.Timestamp | None

    def __post_init__(self) -> None:
        self.low, self.high = _day(self.window[0]), _day(self.window[1]) + 1

    def alt(self, _: str) -> str:
        """Say every span, then every landmark."""
        said = [_told(row) for row in self.rows.to_dict("records")]
        for day, name in self.named[["_start", "_label"]].itertuples(index=False):
            said.append(f"{day:%B %Y}, {name}")
        first, last = self.window
        return f"Spans of time, {first:%B %Y} to {last:%B %Y}. {'; '.join(said)}."

    def draw(self, size: Size, subtitle: str) -> Figure:
        """Draw everything; a name stands over its bar, a landmark's beside its dot."""
        across = size.width - 12
        landmarks, y = self._landmarks(size, across)
        names = [canvas.wrap(name, across, size.type) for name in self.rows["_label"]]
        heads = [size.type * (0.2 + _NEXT * len(lines)) for lines in names]
        height = y + sum(heads) + len(heads) * (_BAR + _BETWEEN) + 4
        figure, axes = canvas.subplots(
            size,
            subtitle,
            core.entries_of(self.paint),
            height=height,
            left=4,
            right=8,
            above=18 if self.now else 6,
        )
        axes.set(xlim=(self.low, self.high), ylim=(height, 0))
        axes.set_yticks([])
        self._years(axes, size)
        if self.now:
            self._today(axes, self.now, size)
        for row in landmarks.to_dict("records"):
            place, day = (_day(row["_start"]), row["_y"]), row["_start"]
            told = f"{row['_label']}, {day.day} {day:%B %Y}"
            canvas.dot(axes, place, self.paint[row["_lane"]], told, size=6)
            say(axes, place, row["_label"], (-6 if row["_left"] else 6, 0), zorder=5)
        measures = self.rows.to_dict("records")
        for row, lines, head in zip(measures, names, heads, strict=True):
            self._span(axes, row, y + 2 + head, lines, size)
            y += head + _BAR + _BETWEEN
        return figure

    def _landmarks(self, size: Size, across: float) -> tuple[pd.DataFrame, float]:
        """Place the landmarks: lane by lane, each name in the first row where it has room.

        Return them with their height, and whether the name stands left of its dot; and where the
        last lane ends.
        """
        step, y = size.type * _LANE, 2.0
        placed = []
        for _, lane in self.named.groupby("_lane", sort=False):
            x = (lane["_start"].map(_day) - self.low) / (self.high - self.low) * across
            wide = lane["_label"].map(lambda name: text_width(name, size.type)) + 12
            left = x + wide > across
            starts, stops = x - wide.where(left, 6), x + wide.where(~left, 6)
            rows = free_rows(list(zip(starts, stops, strict=True)))
            middles = [y + (row + 0.5) * step for row in rows]
            placed.append(lane.assign(_y=middles, _left=left))
            y += (max(rows) + 1) * step + 6
        if not placed:
            return self.named, 0.0
        return pd.concat(placed).sort_index(), y

    def _years(self, axes: Axes, size: Size) -> None:
        """Write a year's number in its middle: at 1 January it would read as the day."""
        years = range(self.window[0].year, self.window[1].year + 1)
        across, wide = axes.bbox.width, text_width("2025", size.type)
        least = min(_YEAR, wide / across * (self.high - self.low))
        middles = {}
        for year in years[:: -canvas.step_of(len(years), across, wide + 8)]:
            first = max(self.low, _day(pd.Timestamp(year, 1, 1)))
            last = min(self.high, _day(pd.Timestamp(year + 1, 1, 1)))
            # A year that only begins or ends the window may have no room for its number.
            if last - first >= least:
                middles[(first + last) / 2] = str(year)
        starts = [_day(pd.Timestamp(year, 1, 1)) for year in years]
        marks = [day for day in starts if self.low <= day <= self.high]
        canvas.scale_below(axes, middles, marks)
        axes.vlines(marks, *axes.get_ylim(), colors=style.GRID, lw=0.6, zorder=0)

    def _today(self, axes: Axes, now: pd.Timestamp, size: Size) -> None:
        dashes: Any = (0, (3, 2))
        axes.axvline(_day(now), color=style.INK, linewidth=1, linestyle=dashes)
        text = f"{now.day} {now:%B %Y}"
        wide = text_width(text, size.type)
        x, _ = axes.transData.transform((_day(now), 0))
        left = min(max(x - wide / 2, 2), size.width - wide - 4)
        canvas.write(axes, left, axes.bbox.y1 + 5, text)

    def _span(
        self, axes: Axes, row: Any, top: float, lines: Sequence[str], size: Size
    ) -> None:
        """Draw a bar, an arrow where it goes on, and its name over it."""
        colour, ongoing = self.paint[row["_lane"]], pd.isna(row["_end"])
        start = max(self.low, _day(row["_start"]))
        stop = self.high if ongoing else min(self.high, _day(row["_end"]) + 1)
        middle, wide = top + _BAR / 2, max(stop - start, 1)
        told = TITLE + _told(row)
        axes.barh(middle, wide, _BAR, left=start, color=colour, gid=told)
        if ongoing:
            axes.plot(stop, middle, ">", color=colour, markersize=_BAR, clip_on=False)
        # The name begins where the bar does, unless it would run out of the picture.
        frame = axes.bbox
        x, y = axes.transData.transform((start, top - 3))
        left = max(frame.x0, min(x, frame.x1 - canvas.widest(lines, size)))
        for number, line in enumerate(reversed(lines)):
            over = y + number * size.type * _NEXT
            canvas.write(axes, left, over, line, **canvas.ON_PAPER)
