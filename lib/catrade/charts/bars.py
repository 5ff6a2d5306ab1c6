"""Bars: ranked or grouped rows, contributions with what is left over, and columns over time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    drawn = _Rows.of(frame, "bars", label, value, by, unit, colours, text)
    drawn.labels = drawn.ranked(order)
    return _finish(drawn, frame, about)


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
    drawn = _Rows.of(frame, "contributions", label, value, by, unit, colours, text)
    ranked = drawn.ranked("value")
    drawn.last = [one for one in (rest, total) if one in ranked]
    parts = [one for one in ranked if one not in drawn.last]
    drawn.labels = parts + drawn.last
    drawn.paint |= {rest: style.NOT_ALLOCATED, total: style.INK}
    return _finish(drawn, frame, about)


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
    drawn = _Columns.of(frame, "columns", label, value, by, unit, colours)
    drawn.height = about.get("height", drawn.height)
    drawn.stacked = by is not None
    if cut is not None and not by:
        drawn.reach = cut * drawn.measure.scale
    return _finish(drawn, frame, about)


@dataclass
class _Bars:
    """Bars with their colours, to be drawn lying or upright.

    Attributes
    ----------
    rows
        One a bar: what `core.rows_of` returns, and `_key`, which gives a bar its colour.
    measure
        What they measure.
    paint
        The colour of each key.
    ages
        How dense the bars of each year are, where those of a label differ in the year.
    entries
        The key.
    labels
        In the order they are drawn.
    stacked
        Whether the bars of a label stand on one another.
    """

    rows: pd.DataFrame
    measure: Measure
    paint: dict[Any, str]
    ages: Mapping[Any, float]
    entries: canvas.Entries
    labels: list[Any]
    stacked: bool = False

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
            has_figure = rows["_value"].notna()
            rows["_text"] = rows["_more"].where(has_figure, "n/a")
        rows["_key"] = rows["_by"] if by else rows["_label"]
        ages = {}
        in_numbers = pd.api.types.is_numeric_dtype(rows["_by"])
        if in_numbers and not colours:
            # Years beside one another are one thing: its colour, the older lighter.
            rows["_key"] = rows["_label"]
            years = sorted(set(rows["_by"]))
            dense = np.linspace(_OLDEST, 1, len(years))
            ages = dict(zip(years, dense.tolist(), strict=True))
        paint = core.palette(rows["_key"], colours)
        cycle = style.CATEGORY_COLOURS
        free = set(cycle) & set(paint.values())
        if not by and not colours and len(free) > 1:
            # What has no colour of its own needs none: all bars are of one kind.
            paint = dict.fromkeys(paint, cycle[0])
        entries = core.entries_of(paint) if by else []
        if ages:
            kinds = dict.fromkeys(rows["_by"])
            entries = [(shown(year), style.MUTED, ages[year]) for year in kinds]
        labels = list(dict.fromkeys(rows["_label"]))
        return cls(rows, measure, paint, ages, entries, labels)

    def ranked(self, order: str) -> list[Any]:
        """Return the labels by the sum of their bars; one without a figure is least."""
        of_label = self.rows.groupby("_label", sort=False)
        sums = of_label["_value"].sum(min_count=1)
        least = sums.fillna(-np.inf)
        return core.ordered(least, order)

    def box(
        self, plot: Plot, row: Any, corner: Point, size: Point, **look: Any
    ) -> None:
        """Draw the bar of a row, which says what it is."""
        look["facecolor"] = self.paint[row["_key"]]
        look["alpha"] = self.ages.get(row["_by"])
        plot.box(corner, size, core.told_of(row), **look)

    def alt(self, head: str) -> str:
        """Say every value of a short chart, the ends of a long one."""
        said = core.in_words(self.measure, self.rows, self.labels)
        if len(said) > 12:
            others = f"{len(said) - 7} more"
            said = [*said[:5], others, *said[-2:]]
        kind = "Stacked bar chart" if self.stacked else "Bar chart"
        return f"{kind}: {head}. {'; '.join(said)}."


@dataclass
class _Rows(_Bars):
    """Bars that lie, a row a label; the `last` rows stand below a line."""

    last: list[Any] = field(default_factory=list)

    def draw(self, size: Size, subtitle: str) -> Figure:
        """Draw each row's name, beside its bars or on a phone above them, and its bars."""
        counts = self.rows["_label"].value_counts()
        thick = 14.0 if counts.max() == 1 else 11.0
        title = 15.0 if size.narrow else 0.0
        height = len(self.rows) * thick
        height += len(counts) * (title + 6)
        if self.last:
            height += 6
        lowest = self.rows["_low"].min()
        highest = self.rows["_high"].max()
        low = min(0.0, lowest)
        high = max(0.0, highest) or 1.0
        room = size.widest(self.rows["_text"]) + 8
        left = 4.0
        if not size.narrow:
            left += size.widest(map(shown, self.labels)) + 4
        if low < 0:
            left += room
        plot = Plot(
            size,
            subtitle,
            self.entries,
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
        for one in self.labels:
            if one in self.last[:1]:
                # From edge to edge of the picture.
                line = {"color": style.GRID, "lw": 0.8, "clip_on": False}
                plot.axes.axhline(y + 2, -9, 9, **line)
                y += 6
            top = y + title
            end = top + counts[one] * thick
            weight = "bold" if one in self.last[1:] else "normal"
            plot.name_row(top, end, shown(one), fontweight=weight)
            tops[one] = top
            ends.append(end)
            y = end + 6
        rows = self.rows.copy()
        of_label = rows.groupby("_label")
        number = of_label.cumcount()
        begin = rows["_label"].map(tops)
        rows["_at"] = begin + (number + 0.5) * thick
        rows = rows.sort_values("_at")
        known = rows[rows["_value"].notna()]
        for row in known.to_dict("records"):
            top = row["_at"] - thick / 2
            corner = (0, top + 0.5)
            box = (row["_value"], thick - 1)
            self.box(plot, row, corner, box)
        _write_ends(plot, rows, upright=False)
        # On a phone the line of zero leaves the names above the bars alone.
        zero = [0] * len(ends)
        begins = list(tops.values())
        plot.axes.vlines(zero, begins, ends, colors=style.MUTED, lw=0.8)
        return plot.figure


@dataclass
class _Columns(_Bars):
    """Bars that stand, or stacks of them; single ones are cut at `reach`."""

    height: float = 190
    reach: float = np.inf

    def draw(self, size: Size, subtitle: str) -> Figure:
        """Draw a column or a stack a label, over a scale; values where all have room."""
        rows = self.rows.copy()
        rows["_at"] = rows["_label"].map(self.labels.index)
        rows = rows.sort_values("_at", kind="stable")
        reach = self.reach
        rows["_tall"] = rows["_value"].clip(-reach, reach)
        rows["_start"] = 0.0
        look: dict[str, Any] = {"edgecolor": style.PAPER, "linewidth": 0}
        if self.stacked:
            look["linewidth"] = 0.7
            tips = _stack(rows, self.measure)
        else:
            tips = _cut(rows, reach)
        tops = rows["_start"] + rows["_tall"]
        ends = pd.concat([tops, tips["_low"], tips["_high"]])
        lowest = ends.min()
        highest = max(0, ends.max()) or 1.0
        limits = canvas.limits(lowest, highest)
        ticks = self.measure.ticks(*limits)
        count = len(self.labels)
        plot = Plot(
            size,
            subtitle,
            self.entries,
            x=(-0.5, count - 0.5),
            y=limits,
            height=self.height * (0.85 if size.narrow else 1),
            left=10 + size.widest(ticks.values()),
            right=6,
            above=14,
        )
        plot.scale_left(ticks)
        plot.name_columns(map(shown, self.labels))
        known = rows[rows["_value"].notna()]
        for row in known.to_dict("records"):
            left = row["_at"] - _COLUMN / 2
            corner = (left, row["_start"])
            box = (_COLUMN, row["_tall"])
            self.box(plot, row, corner, box, **look)
        texts = tips["_text"]
        room = 0.9 * plot.axes.bbox.width / count
        if size.widest(texts) + 2 > room:
            needed = tips["_cut"] | tips["_value"].isna()
            tips["_text"] = texts.where(needed, "")
        _write_ends(plot, tips, upright=True)
        return plot.figure


def _finish(drawn: _Rows | _Columns, frame: pd.DataFrame, about: About) -> Chart:
    """Put the words around the drawings."""
    values = drawn.rows["_value"]
    longest = values.abs().max()
    notes = []
    if values.hasnans:
        notes.append("n/a: no figure.")
    if isinstance(drawn, _Columns) and longest > drawn.reach:
        notes.append("A bar with an arrow is cut; its value is written.")
    unit = drawn.measure.subtitle
    return core.finish(drawn, frame, about, unit=unit, notes=notes)


def _write_ends(plot: Plot, rows: pd.DataFrame, *, upright: bool) -> None:
    """Draw intervals, and write each bar's figure beyond its end, or that there is none."""
    plot.whiskers(rows, style.INK, upright=upright)
    written = rows[rows["_text"] != ""]
    for row in written.to_dict("records"):
        at, end = row["_at"], row["_high"]
        away, ink = 4, style.INK
        if row["_value"] < 0:
            end, away = row["_low"], -4
        if np.isnan(row["_value"]):
            end, ink = 0, style.MUTED
        place, toward = (end, at), (away, 0)
        if upright:
            place, toward = (at, end), (0, away)
        plot.say(place, row["_text"], toward, color=ink)


def _cut(rows: pd.DataFrame, reach: float) -> pd.DataFrame:
    """Cut columns that are too long; an arrow beside their figure says so."""
    text = rows["_text"]
    cut = rows["_value"].abs() > reach
    return rows.assign(
        _cut=cut,
        _text=text.mask(cut, "↑ " + text),
        _low=rows["_low"].clip(-reach, reach),
        _high=rows["_high"].clip(-reach, reach),
    )


def _stack(rows: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """Stand parts on one another, what is below zero downwards: set where each begins.

    Return of each stack its end and sum.
    """
    value = rows["_value"]
    at = rows["_at"]
    sides = value.groupby([at, value > 0])
    end = sides.cumsum()
    rows["_start"] = end - value
    ends = end.groupby(at)
    top = ends.max()
    tip = top.where(top > 0, ends.min())
    figures = measure.figures(rows).groupby(at)
    sums = figures.sum(min_count=1)
    return pd.DataFrame(
        {
            "_at": tip.index,
            "_value": tip,
            "_low": tip,
            "_high": tip,
            "_text": measure.texts(sums),
            "_cut": False,
        }
    )
