"""Spells of time in rows, and named days in lanes: what is in force, and what happened when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Unpack

import pandas as pd
from matplotlib import dates
from matplotlib.figure import Figure

from catrade.charts import canvas, core, style
from catrade.charts.canvas import Size
from catrade.charts.core import About
from catrade.charts.labels import text_width
from pagemill.display import Chart
from rounding.errors import ParameterError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BAR = 8.0
_PAPER = {"facecolor": style.PAPER, "pad": 0.5, "linewidth": 0}


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
    order = list(dict.fromkeys([*rows["_lane"], *named["_lane"]]))
    rows = rows.sort_values("_start").sort_values(
        "_lane", key=lambda lanes: lanes.map(order.index), kind="stable"
    )
    now = None if today is None else pd.Timestamp(today)
    days = pd.concat([rows["_start"], rows["_end"], named["_start"], pd.Series([now])])
    days = pd.to_datetime(days).dropna()
    window = (
        days.min() if first is None else pd.Timestamp(first),
        days.max() if last is None else pd.Timestamp(last),
    )
    paint = (
        core.palette(order, colours)
        if order != [""]
        else {"": style.CATEGORY_COLOURS[0]}
    )
    picture = _Spans(rows, named.sort_values("_start"), paint, window, now)

    def alt(_: str) -> str:
        said = [_told(row) for row in rows.to_dict("records")]
        said += [
            f"{row['_start']:%B %Y}, {row['_label']}"
            for row in picture.named.to_dict("records")
        ]
        return (
            f"Spans of time, {window[0]:%B %Y} to {window[1]:%B %Y}. {'; '.join(said)}."
        )

    both = pd.concat(
        [part for part in (frame, landmarks) if part is not None], ignore_index=True
    )
    notes = ["An arrow: no end is announced." if rows["_end"].isna().any() else ""]
    return core.finish(picture.draw, both, about, alt=alt, notes=notes)


def _tidy(
    frame: pd.DataFrame | None, columns: Mapping[str, str | None]
) -> pd.DataFrame:
    """Return the columns that are drawn, days as days."""
    if frame is None or frame.empty:
        return pd.DataFrame(columns=["_label", "_start", "_end", "_lane"])
    # Landmarks may have no lanes where spans do.
    known = {
        c: n for c, n in columns.items() if n and (c != "_lane" or n in frame.columns)
    }
    rows = core.checked(frame, [], "spans", *known.values())
    made = pd.DataFrame(
        {"_lane": ""} | {c: rows[n] for c, n in known.items()}, index=rows.index
    )
    days = {c: pd.to_datetime(made[c]) for c in ("_start", "_end") if c in known}
    return made.assign(_label=made["_label"].astype(str), **days).reset_index(drop=True)


def _told(row: Any) -> str:
    to = "still in force" if pd.isna(row["_end"]) else f"to {row['_end']:%B %Y}"
    return f"{row['_label']}: {row['_start']:%B %Y} {to}"


def _day(day: pd.Timestamp) -> float:
    """Return a day as a place on the axis."""
    return float(dates.date2num(day))  # type: ignore[no-untyped-call]


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

    def draw(self, size: Size, subtitle: str) -> Figure:
        """Draw everything; a name stands over its bar, a landmark's beside its dot."""
        across = size.width - 12
        y, places = self._stack(size, across)
        names = [canvas.wrap(name, across, size.type) for name in self.rows["_label"]]
        heads = [size.type * (0.2 + 1.3 * len(lines)) for lines in names]
        height = y + sum(head + _BAR + 6 for head in heads) + 4
        figure, (axes,) = canvas.canvas(
            size,
            subtitle,
            core.entries_of(self.paint),
            height=height,
            left=4,
            right=8,
            above=18 if self.now else 6,
        )
        axes.set(xlim=(self.low, self.high), ylim=(height, 0))
        axes.yaxis.set_visible(False)
        axes.grid(visible=False)
        self._years(axes, size, across)
        if self.now:
            at = _day(self.now)
            axes.axvline(at, color=style.INK, linewidth=1, linestyle=(0, (3, 2)))
            text = f"{self.now.day} {self.now:%B %Y}"
            wide = text_width(text, size.type)
            x = axes.transData.transform((at, 0))[0] - wide / 2
            top = axes.get_window_extent().y1 + 5
            canvas.write(
                figure, min(max(x, 2), size.width - wide - 4), top, text, size.type
            )
        for row, (at, left) in zip(self.named.to_dict("records"), places, strict=True):
            place, day = (_day(row["_start"]), at), row["_start"]
            told = f"{row['_label']}, {day.day} {day:%B %Y}"
            canvas.dot(
                axes, place, self.paint[row["_lane"]], told, hollow=False, size=6
            )
            toward = (-6 if left else 6, 0)
            canvas.say(axes, place, row["_label"], size, toward=toward, zorder=5)
        for row, lines, head in zip(
            self.rows.to_dict("records"), names, heads, strict=True
        ):
            self._span(axes, size, row, y + 2 + head, lines)
            y += head + _BAR + 6
        return figure

    def _stack(
        self, size: Size, across: float
    ) -> tuple[float, list[tuple[float, bool]]]:
        """Place the landmarks: lane by lane, each name in the first row where it has room."""
        step, y = size.type * 1.6, 2.0
        places: dict[Any, tuple[float, bool]] = {}
        for _, lane in self.named.groupby("_lane", sort=False):
            used: list[list[tuple[float, float]]] = []
            for index, row in lane.iterrows():
                x = (_day(row["_start"]) - self.low) / (self.high - self.low) * across
                wide = text_width(row["_label"], size.type) + 12
                left = x + wide > across
                taken = (x - wide, x + 6) if left else (x - 6, x + wide)
                free = (
                    number
                    for number, spans in enumerate(used)
                    if not any(taken[0] < b and a < taken[1] for a, b in spans)
                )
                number = next(free, len(used))
                used[number : number + 1] = [
                    [*(used[number] if number < len(used) else []), taken]
                ]
                places[index] = (y + (number + 0.5) * step, left)
            y += len(used) * step + 6
        return (y if places else 0.0), [places[index] for index in self.named.index]

    def _years(self, axes: Axes, size: Size, across: float) -> None:
        """Write a year's number in its middle: at 1 January it would read as the day."""
        years = range(self.window[0].year, self.window[1].year + 1)
        wide = text_width("2025", size.type)
        step = canvas.step_of(len(years), across, wide + 8)
        middles = {}
        for year in years[::-step]:
            first = max(self.low, _day(pd.Timestamp(year, 1, 1)))
            last = min(self.high, _day(pd.Timestamp(year + 1, 1, 1)))
            # A year that only begins or ends the window may have no room for its number.
            if last - first >= min(360, wide / across * (self.high - self.low)):
                middles[(first + last) / 2] = str(year)
        axes.set_xticks(list(middles), list(middles.values()))
        starts = [_day(pd.Timestamp(year, 1, 1)) for year in years]
        axes.set_xticks(
            [day for day in starts if self.low <= day <= self.high], minor=True
        )
        axes.tick_params(axis="x", which="major", length=0)
        axes.tick_params(axis="x", which="minor", length=4)
        for day in starts:
            axes.axvline(day, color=style.GRID, linewidth=0.6, zorder=0)

    def _span(
        self, axes: Axes, size: Size, row: Any, top: float, lines: list[str]
    ) -> None:
        start = max(self.low, _day(row["_start"]))
        ongoing = pd.isna(row["_end"])
        stop = self.high if ongoing else min(self.high, _day(row["_end"]) + 1)
        colour = self.paint[row["_lane"]]
        canvas.box(axes, (start, top), (max(stop - start, 1), _BAR), colour, _told(row))
        if ongoing:
            look: dict[str, Any] = {"marker": ">", "markersize": _BAR, "clip_on": False}
            canvas.line(axes, [stop], [top + _BAR / 2], color=colour, **look)
        # The name over its bar begins where the bar does, unless it would run out of the picture.
        wide = max(text_width(line, size.type) for line in lines)
        wide *= (self.high - self.low) / axes.get_window_extent().width
        at = max(self.low, min(start, self.high - wide))
        for number, line in enumerate(reversed(lines)):
            over = top - 3 - number * size.type * 1.3
            axes.text(
                at, over, line, fontsize=size.type, va="baseline", bbox=_PAPER, zorder=5
            )
