"""Spells of time in rows, and named days in lanes: what is in force, and what happened when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import pandas as pd
from matplotlib import dates
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from catrade.charts import core, style
from catrade.charts.core import About, Key, Size, shown, tell
from catrade.charts.labels import text_width
from pagemill.display import Chart
from pagemill.errors import ParameterError

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
    rows = _spells(frame, label, start, end, lane)
    named = _landmarks(landmarks, lane)
    if rows.empty and named.empty:
        message = "spans has nothing to draw: no measure and no landmark"
        raise ParameterError(message)
    now = pd.NaT if today is None else pd.Timestamp(today)
    days = pd.concat([rows["_start"], rows["_end"], named["_start"], pd.Series([now])]).dropna()
    window = (
        days.min() if first is None else pd.Timestamp(first),
        days.max() if last is None else pd.Timestamp(last),
    )
    order = list(dict.fromkeys([*rows["_lane"], *named["_lane"]]))
    paint = core.palette(order, colours) if order != [""] else {"": style.CATEGORY_COLOURS[0]}
    picture = _Spans(rows, named, paint, window, now)

    def alt() -> str:
        said = [_told(row) for row in rows.to_dict("records")]
        said += [f"{row['_start']:%B %Y}, {row['_label']}" for row in named.to_dict("records")]
        return f"Spans of time, {window[0]:%B %Y} to {window[1]:%B %Y}. {'; '.join(said)}."

    both = [part for part in (frame, landmarks) if part is not None]
    open_ended = bool(len(rows)) and bool(rows["_end"].isna().any())
    return core.finish(
        lambda size, subtitle: picture.draw(size, subtitle),
        pd.concat(both, ignore_index=True),
        about,
        alt=alt,
        notes=["An arrow: no end is announced." if open_ended else ""],
    )


def _spells(
    frame: pd.DataFrame | None, label: str, start: str, end: str, lane: str | None
) -> pd.DataFrame:
    if frame is None or frame.empty:
        return pd.DataFrame(columns=["_label", "_start", "_end", "_lane"])
    rows = core.checked(frame, filter(None, [label, start, end, lane]), "spans")
    made = pd.DataFrame(
        {
            "_label": rows[label].astype(str),
            "_start": pd.to_datetime(rows[start]),
            "_end": pd.to_datetime(rows[end]),
            "_lane": rows[lane] if lane else "",
        }
    )
    places = {one: n for n, one in enumerate(dict.fromkeys(made["_lane"]))}
    return made.assign(_n=made["_lane"].map(places)).sort_values(["_n", "_start"], kind="stable")


def _landmarks(landmarks: pd.DataFrame | None, lane: str | None) -> pd.DataFrame:
    if landmarks is None or landmarks.empty:
        return pd.DataFrame(columns=["_label", "_start", "_lane"])
    rows = core.checked(landmarks, ["date", "label"], "spans")
    made = pd.DataFrame(
        {"_label": rows["label"].astype(str), "_start": pd.to_datetime(rows["date"])}
    )
    made["_lane"] = rows[lane] if lane and lane in rows.columns else ""
    return made.sort_values("_start")


def _told(row: Any) -> str:
    to = "still in force" if pd.isna(row["_end"]) else f"to {row['_end']:%B %Y}"
    return f"{row['_label']}: {row['_start']:%B %Y} {to}"


def _day(day: pd.Timestamp) -> float:
    """Return a day as a place on the axis."""
    return float(dates.date2num(day))  # type: ignore[no-untyped-call]


def _heads(size: Size, lines: list[str]) -> float:
    """Return the points a name over its bar takes."""
    return size.type * (0.2 + 1.3 * len(lines))


class _Spans:
    """The spans, to be drawn wide or narrow."""

    def __init__(
        self,
        rows: pd.DataFrame,
        named: pd.DataFrame,
        paint: Mapping[Any, str],
        window: tuple[pd.Timestamp, pd.Timestamp],
        now: Any,
    ) -> None:
        self.rows, self.named, self.paint = rows, named, paint
        self.window, self.now = window, now
        self.lanes = list(dict.fromkeys(named["_lane"]))

    def draw(self, size: Size, subtitle: str) -> Figure:
        """Draw everything; a name stands over its bar, a landmark's beside its dot."""
        entries = [(shown(one), colour, 1.0) for one, colour in self.paint.items() if one != ""]
        across = size.width - 12
        lanes, place = self._stack(size, across)
        names = [core.wrap(str(name), across, size.type) for name in self.rows["_label"]]
        height = lanes + sum(_heads(size, lines) + _BAR + 6 for lines in names) + 4
        figure, (axes,) = core.canvas(
            size,
            subtitle,
            Key(entries, size) if entries else None,
            height=height,
            left=4,
            right=8,
            above=6 if pd.isna(self.now) else 18,
        )
        low, high = (_day(day) for day in self.window)
        axes.set_xlim(low, high + 1)
        axes.set_ylim(height, 0)
        axes.yaxis.set_visible(False)
        axes.grid(visible=False)
        self._years(axes, size, across)
        if not pd.isna(self.now):
            self._today(figure, axes, size)
        for row, (x, y, left) in zip(self.named.to_dict("records"), place, strict=True):
            self._landmark(axes, size, row, x, y, left)
        y = lanes + 2
        for row, lines in zip(self.rows.to_dict("records"), names, strict=True):
            self._span(axes, size, row, y, lines)
            y += _heads(size, lines) + _BAR + 6
        return figure

    def _stack(self, size: Size, across: float) -> tuple[float, list[tuple[float, float, bool]]]:
        """Place the landmarks: lane by lane, each name in the first row where it has room."""
        low, high = (_day(day) for day in self.window)
        step, y = size.type * 1.6, 2.0
        place: dict[int, tuple[float, float, bool]] = {}
        for lane in self.lanes:
            used: list[list[tuple[float, float]]] = []
            for index, row in self.named[self.named["_lane"] == lane].iterrows():
                x = (_day(row["_start"]) - low) / (high - low + 1) * across
                wide = text_width(row["_label"], size.type) + 12
                left = x + wide > across
                taken = (x - wide, x + 6) if left else (x - 6, x + wide)
                number = 0
                while number < len(used) and any(
                    taken[0] < b and a < taken[1] for a, b in used[number]
                ):
                    number += 1
                if number == len(used):
                    used.append([])
                used[number].append(taken)
                place[index] = (x, y + (number + 0.5) * step, left)
            y += len(used) * step + 6
        return (y if self.lanes else 0.0), [place[index] for index in self.named.index]

    def _years(self, axes: Axes, size: Size, across: float) -> None:
        years = range(self.window[0].year, self.window[1].year + 1)
        each = text_width("2025", size.type) + 8
        step = next((n for n in (1, 2, 5, 10) if n * across / len(years) >= each), 20)
        marked = [year for year in years if (years[-1] - year) % step == 0]
        low, high = (_day(day) for day in self.window)
        middles = {
            year: float(
                np.mean(
                    [
                        max(low, _day(pd.Timestamp(year, 1, 1))),
                        min(high, _day(pd.Timestamp(year, 12, 31))),
                    ]
                )
            )
            for year in marked
        }
        # A year's number stands in its middle: at 1 January it would read as the day.
        axes.set_xticks(list(middles.values()), [str(year) for year in middles])
        starts = [_day(pd.Timestamp(year, 1, 1)) for year in years]
        axes.set_xticks([day for day in starts if low <= day <= high], minor=True)
        axes.tick_params(axis="x", which="major", length=0)
        axes.tick_params(axis="x", which="minor", length=4)
        for day in starts:
            axes.axvline(day, color=style.GRID, linewidth=0.6, zorder=0)

    def _today(self, figure: Figure, axes: Axes, size: Size) -> None:
        at = _day(self.now)
        axes.axvline(at, color=style.INK, linewidth=1, linestyle=(0, (3, 2)))
        x, _ = axes.transData.transform((at, 0))
        text = f"{self.now.day} {self.now:%B %Y}"
        start = float(np.clip(x - text_width(text, size.type) / 2, 2, size.width))
        start = min(start, size.width - text_width(text, size.type) - 4)
        core.write(figure, start, axes.get_window_extent().y1 + 5, text, size.type)

    def _landmark(self, axes: Axes, size: Size, row: Any, x: float, y: float, left: bool) -> None:
        at = _day(row["_start"])
        dot = Line2D([at], [y], color=self.paint[row["_lane"]], marker="o", markersize=6, zorder=4)
        axes.add_artist(dot)
        dot.set_clip_on(False)
        day = row["_start"]
        tell(dot, f"{row['_label']}, {day.day} {day:%B %Y}")
        self._text(axes, size, at, y, row["_label"], left=left)

    def _text(self, axes: Axes, size: Size, at: float, y: float, text: str, *, left: bool) -> None:
        axes.annotate(
            text,
            (at, y),
            xytext=(-6 if left else 6, 0),
            textcoords="offset points",
            ha="right" if left else "left",
            va="center_baseline",
            fontsize=size.type,
            annotation_clip=False,
            zorder=5,
        )

    def _span(self, axes: Axes, size: Size, row: Any, y: float, lines: list[str]) -> None:
        low, high = (_day(day) for day in self.window)
        start = max(low, _day(row["_start"]))
        ongoing = pd.isna(row["_end"])
        stop = high + 1 if ongoing else min(high, _day(row["_end"])) + 1
        top, colour = y + _heads(size, lines), self.paint[row["_lane"]]
        bar = Rectangle((start, top), max(stop - start, 1), _BAR, facecolor=colour)
        axes.add_artist(bar)
        tell(bar, _told(row))
        if ongoing:
            arrow = Line2D([stop], [top + _BAR / 2], color=colour, marker=">", markersize=_BAR)
            arrow.set_clip_on(False)
            axes.add_artist(arrow)
        # The name over its bar begins where the bar does, unless it would run out of the picture.
        per_point = (high + 1 - low) / axes.get_window_extent().width
        wide = max(text_width(line, size.type) for line in lines) * per_point
        at = max(low, min(start, high + 1 - wide))
        for number, line in enumerate(reversed(lines)):
            over = top - 3 - number * size.type * 1.3
            axes.text(at, over, line, fontsize=size.type, va="baseline", bbox=_PAPER, zorder=5)
