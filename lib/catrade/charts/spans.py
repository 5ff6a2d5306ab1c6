"""Spells of time in rows, and named days in lanes: what is in force, and what happened when."""

from __future__ import annotations

import itertools
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

_BAR = 8.0  # points of height
_BETWEEN = 6.0
_NEXT = 1.3  # type sizes from line to line of a name
_LANE = 1.6
_LINE_HEIGHT = 96.0
#: What is new stands out in the accent of the house.
_NEW = style.COUNTRY_COLOURS["CHN"]
#: By so much bold letters are wider.
_BOLD = 0.14
#: Days after which the next month of a line is not the next one: what is between is not held.
_A_MONTH = 45
#: Days that a year at the window's edge must have for its number at most.
_YEAR = 360
_day: Any = date2num  # the place of a day on the axis


@core.or_nothing
def spans(
    frame: pd.DataFrame | None,
    label: str = "name",
    start: str = "start",
    end: str = "end",
    lane: str | None = None,
    *,
    landmarks: pd.DataFrame | None = None,
    line: pd.DataFrame | None = None,
    first: Any = None,
    last: Any = None,
    today: Any = None,
    by_end: bool = False,
    **about: Unpack[About],
) -> Chart:
    """Draw measures as spans of time, a row each, and landmarks as named days, lane by lane.

    Parameters
    ----------
    frame
        One row a measure; None for landmarks alone.
    label, start, end
        Columns: its name, first and last day. Without a last day it is still in force.
    lane
        A column that groups rows, such as a theme, and gives them its colour.
    landmarks
        Columns `date`, `label` and perhaps that of `lane`: named dots above the spans of a lane;
        those of a true `is_new` stand out.
    line
        Columns `date` and `share`: a line above all lanes.
    first, last
        The window; from the data, and to `today`, if not given.
    today
        A named vertical line, after which all is shaded; also where measures still in force end
        in the picture.
    by_end
        Whether names stand left of the bars, or on a phone above them, and last days at the right,
        in the order of the frame.
    about
        As of `catrade.charts.bars`.

    Raises
    ------
    ParameterError
        If a column is missing.

    Examples
    --------
    >>> frame = pd.DataFrame({"name": ["Subsidy"], "start": ["2009-01-01"], "end": ["2022-12-31"]})
    >>> spans(frame, title="The subsidy ended in 2022").alt
    'Spans of time, January 2009 to December 2022. Subsidy: January 2009 to December 2022.'
    """
    rows = _tidy(frame, label, start, end, lane)
    named = _tidy(landmarks, "label", "date", None, lane)
    if rows.empty and named.empty:
        raise core.NothingToDraw(
            "spans has nothing to draw: no measure and no landmark"
        )
    named = named.sort_values("start")
    if not by_end:
        rows = rows.sort_values("start", kind="stable")
    days = pd.to_datetime([*rows["start"], *rows["end"], *named["start"], today])
    begin = pd.Timestamp(first or days.min())
    until = pd.Timestamp(last or days.max())
    lanes = list(dict.fromkeys([*rows["lane"], *named["lane"]]))
    paint = {"": style.CATEGORY_COLOURS[0]}
    if lanes != [""]:
        paint = core.palette(lanes, about.get("colours"))
    now = days[-1]

    def draw(size: Size, subtitle: str) -> Figure:
        """Draw everything in one size."""
        window = _day(begin), _day(until) + 1
        has_today = not pd.isna(now)
        left, right = 4.0, 8.0
        if by_end:
            right = size.wide("31 December 2026") + 14
        if by_end and not size.narrow:
            left = size.widest(rows["label"]) + 10
        across = size.width - left - right
        # First where all stands, in points from the top; then the picture of that height.
        y = 0.0 if line is None else _LINE_HEIGHT + 2 * size.type
        dots = []
        bars: list[Any] = []
        for lane in paint:
            own = named[named["lane"] == lane]
            placed, y = _placed(own, size, across, window, y)
            dots.append(placed)
            for row in core.each(rows[rows["lane"] == lane]):
                lines = canvas.wrap(row.label, across, size.type)
                if by_end and not size.narrow:
                    y += _BETWEEN
                    bars.append((row, y, [row.label]))
                else:
                    y += size.type * (0.2 + _NEXT * len(lines))
                    bars.append((row, y + 2, lines))
                y += _BAR + _BETWEEN
        placed = pd.concat(dots)
        plot = Plot(
            size,
            subtitle,
            core.entries_of(paint),
            x=window,
            y=(y + 4, 0),
            height=y + 4,
            left=left,
            right=right,
            above=18 if has_today else 6,
        )
        _years(plot, begin.year, until.year)
        if has_today:
            _today(plot, now)
        if line is not None:
            _share(plot, line, size.type)
        if not placed.empty:
            _name_days(plot, placed, paint)
        for row, top, lines in bars:
            _span(plot, row, top, lines, paint[row.lane], by_end)
        return plot.figure

    notes = []
    if rows["end"].isna().any():
        notes.append("An arrow: no end is announced.")
    sentences = [_told(row) for row in core.each(rows)]
    sentences += [f"{row.start:%B %Y}, {row.label}" for row in core.each(named)]
    head = f"Spans of time, {begin:%B %Y} to {until:%B %Y}"
    about["alt"] = about.get("alt") or f"{head}. {'; '.join(sentences)}."
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
        return pd.DataFrame(columns=["label", "start", "end", "lane", "is_new"])
    rows = core.drawable(frame, [], "spans", label, start, end)
    ends: Any = rows[end] if end else pd.NaT
    return pd.DataFrame(
        {
            "label": rows[label].astype(str),
            "start": pd.to_datetime(rows[start]),
            "end": pd.to_datetime(ends),
            # Landmarks may have no lanes where spans do.
            "lane": rows.get(lane, ""),
            "is_new": rows.get("is_new", False),
        }
    )


def _told(row: Any) -> str:
    to = "still in force" if pd.isna(row.end) else f"to {row.end:%B %Y}"
    return f"{row.label}: {row.start:%B %Y} {to}"


def _placed(
    named: pd.DataFrame, size: Size, across: float, window: Point, y: float
) -> tuple[pd.DataFrame, float]:
    """Place the landmarks of a lane below `y`, each name in the first row where it has room.

    Return them with their place, and whether the name stands left of its dot; and where the
    lane ends.
    """
    if named.empty:
        return named, y
    named = named.assign(at=_day(named["start"]))
    if size.narrow:
        return _over(named, size, across, y)
    low, high = window
    step = size.type * _LANE
    x = (named["at"] - low) * across / (high - low)
    bold = 1 + _BOLD * named["is_new"]
    # Beside the dot, on the side with room; where neither has it, its last words are left out.
    most = np.maximum(x, across - x) / bold - 7
    pairs = zip(named["label"], most, strict=True)
    named["label"] = [_shortened(text, room, size) for text, room in pairs]
    wide = named["label"].map(size.wide) * bold + 12
    left = x + wide > across
    named["left"] = left
    starts = x - wide.where(left, 6)
    stops = x + wide.where(~left, 6)
    rows = np.array(free_rows([*zip(starts, stops, strict=True)]))
    named["y"] = y + 2 + (rows + 0.5) * step
    return named, y + 8 + (rows.max() + 1) * step


def _over(
    named: pd.DataFrame, size: Size, across: float, y: float
) -> tuple[pd.DataFrame, float]:
    """Place the landmarks of a lane on a phone: each below its name."""
    texts, places = [], []
    for label in named["label"]:
        lines = canvas.wrap(label, across / (1 + _BOLD), size.type)
        y += size.type * _NEXT * len(lines) + 6
        texts.append(lines)
        places.append(y)
        y += 8
    return named.assign(lines=pd.Series(texts, named.index), y=places), y


def _shortened(text: str, room: float, size: Size) -> str:
    """Return a text that is no wider than some points: words at its end may go."""
    if size.wide(text) <= room:
        return text
    words = text.split()
    while len(words) > 1 and size.wide(f"{' '.join(words)} …") > room:
        words.pop()
    return f"{' '.join(words)} …"


def _name_days(plot: Plot, landmarks: pd.DataFrame, paint: Mapping[Any, str]) -> None:
    """Draw the landmarks, each with its name."""
    when = landmarks["start"].dt.strftime(", %-d %B %Y")
    plot.dots(
        landmarks["at"],
        landmarks["y"],
        landmarks["label"] + when,
        colours=landmarks["lane"].map(paint).mask(landmarks["is_new"], _NEW),
        hollow=False,
        size=6,
    )
    for row in core.each(landmarks):
        look = {"weight": "bold"} if row.is_new else {}
        if plot.size.narrow:
            _name_over(plot, row.at, row.y - 6, row.lines, **look)
        else:
            beside = -6 if row.left else 6
            plot.say((row.at, row.y), row.label, (beside, 0), **canvas.ON_PAPER, **look)


def _share(plot: Plot, line: pd.DataFrame, letters: float) -> None:
    """Draw a line above the lanes, dotted over months that are not held; its ends in words."""
    low, high = plot.axes.get_xlim()
    points = line.assign(at=_day(line["date"]))
    points = points[points["at"].between(low, high)]
    if points.empty:
        return
    share = points["share"]
    bottom = letters + _LINE_HEIGHT - 10
    scale = (bottom - letters) / ((share.max() - share.min()) or 1)
    points = points.assign(y=bottom - (share - share.min()) * scale)
    plot.axes.plot(points["at"], points["y"], color=style.MUTED, lw=1.2, ls=":")
    run = (points["at"].diff() > _A_MONTH).cumsum()
    for _, part in points.groupby(run):
        plot.axes.plot(part["at"], part["y"], color=style.INK, lw=1.8)
    outermost: list[Any] = [share.argmin(), share.argmax(), len(share) - 1]
    for row in core.each(points.iloc[outermost].drop_duplicates("at")):
        is_last = row.at == points["at"].iloc[-1]
        colour, weight = (_NEW, "bold") if is_last else (style.INK, "normal")
        plot.axes.plot(row.at, row.y, "o", color=colour, ms=5)
        text = f"{row.share:.1%}, {row.date:%b %Y}"
        beside = -7 if row.at + plot.size.wide(text) > high - 40 else 7
        plot.say((row.at, row.y), text, (beside, 0), weight=weight, **canvas.ON_PAPER)


def _years(plot: Plot, begin: int, until: int) -> None:
    """Write a year's number in its middle: at 1 January it would read as the day."""
    low, high = plot.axes.get_xlim()
    wide = plot.size.wide("2025") / plot.axes.bbox.width
    least = min(_YEAR, wide * (high - low))
    firsts = [_day(pd.Timestamp(year, 1, 1)) for year in range(begin, until + 2)]
    names = {}
    for year, (first, after) in enumerate(itertools.pairwise(firsts), begin):
        start, stop = max(low, first), min(high, after)
        # A year that only begins or ends the window may have no room for its number.
        names[(start + stop) / 2] = str(year) if stop - start >= least else ""
    marks = [first for first in firsts[:-1] if first >= low]
    plot.scale_below(names, marks=marks, air=8)
    ends = plot.axes.get_ylim()
    plot.axes.vlines(marks, *ends, colors=style.GRID, lw=0.6, zorder=0)


def _today(plot: Plot, now: pd.Timestamp) -> None:
    x = _day(now)
    _, high = plot.axes.get_xlim()
    plot.axes.axvspan(x, high, color=style.SOFT, lw=0, zorder=-1)
    plot.axes.axvline(x, color=style.INK, lw=1, ls=canvas.DASHES)
    text = f"{now.day} {now:%B %Y}"
    wide = plot.size.wide(text)
    middle, _ = plot.places(x, 0)[0]
    left = max(middle - wide / 2, 2)
    furthest = plot.size.width - wide - 4
    plot.write(min(left, furthest), plot.axes.bbox.y1 + 5, text)


def _span(
    plot: Plot, row: Any, top: float, lines: Sequence[str], colour: str, by_end: bool
) -> None:
    """Draw a bar, an arrow where it goes on, and its name over it or, by end, beside it."""
    low, high = plot.axes.get_xlim()
    start = max(low, _day(row.start))
    middle = top + _BAR / 2
    if pd.isna(row.end):
        stop, day = high, "no end set"
        plot.axes.plot(stop, middle, ">", color=colour, markersize=_BAR, clip_on=False)
    else:
        stop, day = min(high, _day(row.end) + 1), f"{row.end.day} {row.end:%B %Y}"
    wide = max(stop - start, 1)
    plot.box((start, top), (wide, _BAR), _told(row), facecolor=colour)
    if by_end:
        right, y = plot.places(high, middle)[0]
        plot.write(right + 10, y, day, va="center_baseline")
    if by_end and not plot.size.narrow:
        plot.write(0, y, lines[0], va="center_baseline")
    else:
        _name_over(plot, start, top - 3, lines)


def _name_over(
    plot: Plot, start: float, y: float, lines: Sequence[str], **look: Any
) -> None:
    """Write a name over a place: it begins there, unless it would run out of the picture."""
    frame = plot.axes.bbox
    x, above = plot.places(start, y)[0]
    wider = 1 + _BOLD if look else 1.0
    furthest = frame.x1 - plot.size.widest(lines) * wider
    left = max(frame.x0, min(x, furthest))
    for line in reversed(lines):
        plot.write(left, above, line, **canvas.ON_PAPER, **look)
        above += plot.size.type * _NEXT
