"""Bars: ranked or grouped rows, contributions with what is left over, and columns over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Self, Unpack

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from catrade.charts import canvas, core, style
from catrade.charts.canvas import Plot, Point, Size
from catrade.charts.core import About, Measure, shown
from pagemill.display import Chart

#: How light the oldest of several years is beside the newest.
_OLDEST = 0.35
_COLUMN = 0.6624  # of the room each has


def bars(
    frame: pd.DataFrame,
    label: str = "partner_name",
    value: str = "value_bn",
    by: str | None = None,
    *,
    order: str = "value",
    text: str | None = None,
    unit: str | None = None,
    colours: Mapping[Any, str] | None = None,
    **about: Unpack[About],
) -> Chart:
    """Draw ranked rows of bars with their values written, those of one label beside one another.

    Parameters
    ----------
    frame
        One row a bar. A row without a value is marked "n/a", never drawn as zero.
    label, value, by
        Columns: what a bar stands for, how long it is, and what a label's bars differ in.
    order
        `value`, largest first, or `given`.
    text
        A column with what to write beside the bars, if not the value.
    unit, colours, about
        As of `catrade.charts.lines`.

    Raises
    ------
    ParameterError
        If a column is missing or holds no numbers, or `order` is unknown.

    Examples
    --------
    >>> frame = pd.DataFrame({"partner": ["KGZ", "KAZ"], "value_bn": [27.2, 48.6]})
    >>> chart = bars(frame, "partner", title="Kazakhstan is the largest partner")
    >>> chart.alt
    'Bar chart: $ billion. Kazakhstan $48.6 billion; Kyrgyzstan $27.2 billion.'
    """
    drawn = _Bars.of(frame, "bars", label, value, by, unit, colours, text)
    labels = drawn.ranked(order)
    return drawn.finish(partial(_rows, drawn, labels, []), labels, frame, about)


def contributions(
    frame: pd.DataFrame,
    label: str = "partner_name",
    value: str = "contribution",
    by: str | None = None,
    *,
    total: Any = None,
    rest: Any = None,
    text: str | None = None,
    unit: str | None = None,
    colours: Mapping[Any, str] | None = None,
    **about: Unpack[About],
) -> Chart:
    """Draw what parts add to a whole: rows as of `bars`, the rest and the whole last.

    Parameters
    ----------
    frame, label, value, by, text, unit, colours, about
        As of `bars`.
    total, rest
        Labels of the whole, drawn in ink, and of what belongs to no part, in grey.

    Raises
    ------
    ParameterError
        If a column is missing or holds no numbers.

    Examples
    --------
    >>> frame = pd.DataFrame({"flow": ["total", "export"], "contribution": [0.12, 0.08]})
    >>> contributions(frame, "flow", total="total", title="Exports made two thirds").alt
    'Bar chart: Percentage points. Exports +8.0 points; Total +12.0 points.'
    """
    drawn = _Bars.of(frame, "contributions", label, value, by, unit, colours, text)
    drawn.paint |= {rest: style.NOT_ALLOCATED, total: style.INK}
    ranked = drawn.ranked("value")
    last = [one for one in (rest, total) if one in ranked]
    labels = [one for one in ranked if one not in last] + last
    return drawn.finish(partial(_rows, drawn, labels, last), labels, frame, about)


def columns(
    frame: pd.DataFrame,
    label: str = "year",
    value: str = "value_bn",
    by: str | None = None,
    *,
    cut: float | None = None,
    unit: str | None = None,
    colours: Mapping[Any, str] | None = None,
    **about: Unpack[About],
) -> Chart:
    """Draw columns in the frame's order, such as years; with `by`, stacks with their sum written.

    Parameters
    ----------
    frame, label, value, by, unit, colours, about
        As of `bars`.
    cut
        Single columns longer than this are cut, and say so.

    Raises
    ------
    ParameterError
        If a column is missing or holds no numbers.

    Examples
    --------
    >>> frame = pd.DataFrame({"year": [2024, 2025], "value_bn": [94.8, 106.3]})
    >>> columns(frame, title="Trade passed $100bn").alt
    'Bar chart: $ billion. 2024 $94.8 billion; 2025 $106.3 billion.'
    """
    drawn = _Bars.of(frame, "columns", label, value, by, unit, colours)
    labels = list(dict.fromkeys(drawn.rows["label"]))
    drawn.rows["at"] = drawn.rows["label"].map(labels.index)
    rows = drawn.rows = drawn.rows.sort_values("at", kind="stable")
    kind = "Bar chart"
    notes = []
    if by:
        kind = "Stacked bar chart"
        tips = _stacked(rows)
        figures = drawn.measure.figures(frame).groupby(frame[label], sort=False)
        tips["text"] = drawn.measure.texts(figures.sum(min_count=1))
    else:
        reach = np.inf if cut is None else cut * drawn.measure.scale
        tips = _cut(rows, reach)
        if tips["cut"].any():
            notes.append("A bar with an arrow is cut; its value is written.")
    edge = 0.7 if by else 0.0
    draw = partial(_columns, drawn, labels, tips, edge, about.get("height", 190))
    return drawn.finish(draw, labels, frame, about, notes, kind)


@dataclass
class _Bars:
    """Bars with their colours, to be drawn lying or upright.

    Attributes
    ----------
    rows
        One a bar: what `core.rows_of` returns, and `key`, which gives a bar its colour.
    measure
        What they measure.
    paint
        The colour of each key.
    ages
        How dense the bars of each year are, where those of a label differ in the year.
    entries
        The key.
    """

    rows: pd.DataFrame
    measure: Measure
    paint: dict[Any, str]
    ages: Mapping[Any, float]
    entries: canvas.Entries

    @classmethod
    def of(
        cls,
        frame: pd.DataFrame,
        core_name: str,
        label: str,
        value: str,
        by: str | None,
        unit: str | None,
        colours: Mapping[Any, str] | None,
        text: str | None = None,
    ) -> Self:
        """Return a frame's bars in its order, with their colours."""
        measure, rows = core.rows_of(core_name, frame, label, value, by, unit, text)
        if text:
            rows["text"] = rows["more"].where(rows["value"].notna(), "n/a")
        rows["key"] = rows["by"] if by else rows["label"]
        ages = {}
        if pd.api.types.is_numeric_dtype(rows["by"]) and not colours:
            # Years beside one another are one thing: its colour, the older lighter.
            rows["key"] = rows["label"]
            years = sorted(set(rows["by"]))
            dense = np.linspace(_OLDEST, 1, len(years))
            ages = dict(zip(years, dense.tolist(), strict=True))
        paint = core.palette(rows["key"], colours)
        cycle = style.CATEGORY_COLOURS
        free = set(cycle) & set(paint.values())
        if not by and not colours and len(free) > 1:
            # What has no colour of its own needs none: all bars are of one kind.
            paint = dict.fromkeys(paint, cycle[0])
        entries = core.entries_of(paint) if by else []
        if ages:
            kinds = dict.fromkeys(rows["by"])
            entries = [(shown(year), style.MUTED, ages[year]) for year in kinds]
        return cls(rows, measure, paint, ages, entries)

    def ranked(self, order: str) -> list[Any]:
        """Return the labels by the sum of their bars; one without a figure is least."""
        of_label = self.rows.groupby("label", sort=False)
        sums = of_label["value"].sum(min_count=1)
        least = sums.fillna(-np.inf)
        return core.ordered(least, order)

    def box(
        self, plot: Plot, row: Any, corner: Point, size: Point, **look: Any
    ) -> None:
        """Draw the bar of a row, which says what it is."""
        look["facecolor"] = self.paint[row.key]
        look["alpha"] = self.ages.get(row.by)
        plot.box(corner, size, core.told_of(row), **look)

    def finish(
        self,
        draw: core.Draw,
        labels: Sequence[Any],
        frame: pd.DataFrame,
        about: About,
        notes: Sequence[str] = (),
        kind: str = "Bar chart",
    ) -> Chart:
        """Put the words around the drawings: every value of few bars, the ends of many."""
        said = core.in_words(self.rows, labels)
        if len(said) > 12:
            others = f"{len(said) - 7} more"
            said = [*said[:5], others, *said[-2:]]
        if self.rows["value"].hasnans:
            notes = ["n/a: no figure.", *notes]
        unit = self.measure.subtitle
        return core.finish(
            draw, frame, about, kind=kind, said=said, notes=notes, unit=unit
        )


def _rows(
    drawn: _Bars, labels: Sequence[Any], last: Sequence[Any], size: Size, subtitle: str
) -> Figure:
    """Draw each row's name, beside its bars or on a phone above them, and its bars.

    The `last` rows stand below a line.
    """
    rows = drawn.rows.copy()
    counts = rows["label"].value_counts()
    thick = 14.0 if counts.max() == 1 else 11.0
    title = 15.0 if size.narrow else 0.0
    height = len(rows) * thick + len(counts) * (title + 6)
    if last:
        height += 6
    low = min(0.0, rows["low"].min())
    high = max(0.0, rows["high"].max()) or 1.0
    room = size.widest(rows["text"]) + 8
    left = 4.0
    if not size.narrow:
        left += size.widest(map(shown, labels)) + 4
    if low < 0:
        left += room
    plot = Plot(
        size,
        subtitle,
        drawn.entries,
        x=(low, high),
        y=(height, 0),
        height=height,
        left=left,
        right=room,
        above=2,
        below=4,
    )
    plot.axes.set_axis_off()
    # From the top: where the bars of each label begin and end.
    tops, ends = {}, []
    y = 0.0
    for one in labels:
        if one in last[:1]:
            # From edge to edge of the picture.
            line = {"color": style.GRID, "lw": 0.8, "clip_on": False}
            plot.axes.axhline(y + 2, -9, 9, **line)
            y += 6
        top = y + title
        y = top + counts[one] * thick
        weight = "bold" if one in last[1:] else "normal"
        plot.name_row(top, y, shown(one), fontweight=weight)
        tops[one] = top
        ends.append(y)
        y += 6
    number = rows.groupby("label").cumcount()
    rows["at"] = rows["label"].map(tops) + (number + 0.5) * thick
    rows = rows.sort_values("at")
    for row in core.each(rows[rows["value"].notna()]):
        corner = (0, row.at - thick / 2 + 0.5)
        drawn.box(plot, row, corner, (row.value, thick - 1))
    _write_ends(plot, rows, upright=False)
    # On a phone the line of zero leaves the names above the bars alone.
    zero = [0] * len(ends)
    plot.axes.vlines(zero, list(tops.values()), ends, colors=style.MUTED, lw=0.8)
    return plot.figure


def _columns(
    drawn: _Bars,
    labels: Sequence[Any],
    tips: pd.DataFrame,
    edge: float,
    height: float,
    size: Size,
    subtitle: str,
) -> Figure:
    """Draw a column or a stack a label, over a scale; values where all have room."""
    rows = drawn.rows
    tops = rows["start"] + rows["value"]
    ends = pd.concat([tops, tips["low"], tips["high"]])
    limits = canvas.limits(ends.min(), max(0, ends.max()) or 1.0)
    ticks = drawn.measure.ticks(*limits)
    plot = Plot(
        size,
        subtitle,
        drawn.entries,
        x=(-0.5, len(labels) - 0.5),
        y=limits,
        height=height * (0.85 if size.narrow else 1),
        left=10 + size.widest(ticks.values()),
        right=6,
        above=14,
    )
    plot.scale_left(ticks)
    plot.name_columns(map(shown, labels))
    look = {"edgecolor": style.PAPER, "linewidth": edge}
    for row in core.each(rows[rows["value"].notna()]):
        corner = (row.at - _COLUMN / 2, row.start)
        drawn.box(plot, row, corner, (_COLUMN, row.value), **look)
    room = 0.9 * plot.axes.bbox.width / len(labels)
    if size.widest(tips["text"]) + 2 > room:
        needed = tips["cut"] | tips["value"].isna()
        tips = tips.assign(text=tips["text"].where(needed, ""))
    _write_ends(plot, tips, upright=True)
    return plot.figure


def _write_ends(plot: Plot, rows: pd.DataFrame, *, upright: bool) -> None:
    """Draw intervals, and write each bar's figure beyond its end, or that there is none."""
    plot.whiskers(rows, style.INK, upright=upright)
    for row in core.each(rows[rows["text"] != ""]):
        end, away, ink = row.high, 4, style.INK
        if row.value < 0:
            end, away = row.low, -4
        if np.isnan(row.value):
            end, ink = 0, style.MUTED
        place, toward = (end, row.at), (away, 0)
        if upright:
            place, toward = (row.at, end), (0, away)
        plot.say(place, row.text, toward, color=ink)


def _cut(rows: pd.DataFrame, reach: float) -> pd.DataFrame:
    """Cut columns that are too long; return them with an arrow beside the figure that says so."""
    cut = rows["value"].abs() > reach
    rows["start"] = 0.0
    ends = ["value", "low", "high"]
    rows[ends] = rows[ends].clip(-reach, reach)
    text = rows["text"]
    return rows.assign(cut=cut, text=text.mask(cut, "↑ " + text))


def _stacked(rows: pd.DataFrame) -> pd.DataFrame:
    """Stand parts on one another, what is below zero downwards; return where each stack ends."""
    value, at = rows["value"], rows["at"]
    end = value.groupby([at, value > 0]).cumsum()
    rows["start"] = end - value
    ends = end.groupby(at)
    top = ends.max()
    tip = top.where(top > 0, ends.min())
    return pd.DataFrame(
        {"at": tip.index, "value": tip, "low": tip, "high": tip, "cut": False}
    )
