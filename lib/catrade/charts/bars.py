"""Bars: ranked or grouped rows, contributions with what is left over, and columns over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, Unpack

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from catrade.charts import canvas, core, style
from catrade.charts.canvas import Plot, Size
from catrade.charts.core import About, Measure, shown
from catrade.tables.names import wholes_among
from catrade.tables.policy import series_among
from pagemill.display import Chart
from rounding.errors import ParameterError
from rounding.formats import MARK

#: How light the oldest of several years is beside the newest.
_OLDEST = 0.35
_COLUMN = 0.6624  # of the room each has
_FEW = 12  # columns that have room for their names, and values that are all told
_DOUBT = "/////"  # of a doubtful bar


@core.or_nothing
def bars(
    frame: pd.DataFrame,
    label: str = "partner_name",
    value: str = "value_bn",
    by: str | None = None,
    *,
    order: str = "value",
    text: str | None = None,
    **about: Unpack[About],
) -> Chart:
    """Draw ranked rows of bars with their values written, those of one label beside one another.

    Parameters
    ----------
    frame
        One row a bar. A row without a value is marked "n/a", never drawn as zero; where `quality`
        is doubtful, it is hatched.
    label, value, by
        Columns: what a bar stands for, how long it is, and what a label's bars differ in.
    order
        `value`, largest first, or `given`.
    text
        A column with what to write beside the bars, if not the value.
    about
        title, unit, colours and more; see `catrade.charts.core.About`.

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
    drawn = _read("bars", frame, label, value, by, about, text)
    labels = _ranked(drawn.rows, order)
    return _lying(drawn, labels, [], frame, about)


@core.or_nothing
def contributions(
    frame: pd.DataFrame,
    label: str = "partner_name",
    value: str = "contribution",
    by: str | None = None,
    *,
    total: Any = None,
    rest: Any = None,
    text: str | None = None,
    **about: Unpack[About],
) -> Chart:
    """Draw what parts add to a whole: rows as of `bars`, the rest and the whole last.

    Parameters
    ----------
    frame, label, value, by, text, about
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
    own = {rest: style.NOT_ALLOCATED, total: style.INK}
    drawn = _read("contributions", frame, label, value, by, about, text, own)
    ranked = _ranked(drawn.rows, "value")
    last = [name for name in (rest, total) if name in ranked]
    parts = [name for name in ranked if name not in last]
    return _lying(drawn, parts + last, last, frame, about)


@core.or_nothing
def columns(
    frame: pd.DataFrame,
    label: str = "year",
    value: str = "value_bn",
    by: str | None = None,
    *,
    cut: float | None = None,
    **about: Unpack[About],
) -> Chart:
    """Draw columns in the frame's order, such as years; with `by`, stacks with their sum written.

    Parameters
    ----------
    frame, label, value, by, about
        As of `bars`.
    cut
        Single columns longer than this are cut, and say so.

    Raises
    ------
    ParameterError
        If a column is missing or holds no numbers, or a stack holds a whole and its parts.

    Examples
    --------
    >>> frame = pd.DataFrame({"year": [2024, 2025], "value_bn": [94.8, 106.3]})
    >>> columns(frame, title="Trade passed $100bn").alt
    'Bar chart: $ billion. 2024 $94.8 billion; 2025 $106.3 billion.'
    """
    drawn = _read("columns", frame, label, value, by, about)
    measure, rows, entries, notes = drawn
    labels = list(dict.fromkeys(rows["label"]))
    rows["at"] = rows["label"].map(labels.index)
    rows = rows.sort_values("at", kind="stable")
    if by:
        kind = "Stacked bar chart"
        wholes = wholes_among(rows["by"]) + series_among(frame.get("series", ()))
        for whole, parts in wholes:
            raise ParameterError(
                f"columns cannot stack {shown(whole)} on its own parts, "
                f"{', '.join(map(shown, parts))}: leave it out"
            )
        tips = _stacked(rows)
        sums = measure.figures(frame).groupby(frame[label], sort=False)
        tips["text"] = measure.texts(sums.sum(skipna=False))
        lacking = rows["value"].isna() & rows["at"].map(tips["value"]).notna()
        absent = ", ".join(rows.loc[lacking, "by"].map(shown).unique())
        if absent:
            notes.append(f"No sum is written where a part has no figure: {absent}.")
    else:
        kind = "Bar chart"
        tips = _cut(rows, np.inf if cut is None else cut * measure.scale)
        if tips["cut"].any():
            notes.append("A bar with an arrow is cut; its value is written.")

    def draw(size: Size, subtitle: str) -> Figure:
        """Draw a column or a stack a label, over a scale; values where all have room."""
        tops = rows["start"] + rows["value"]
        ends = pd.concat([tops, tips["low"], tips["high"]])
        limits = canvas.limits(ends.min(), ends.max())
        ticks = measure.ticks(*limits)
        # Names wider than their column reach beyond the last one.
        beyond = 6.0 if len(labels) <= _FEW else size.widest(map(shown, labels)) / 2
        plot = Plot(
            size,
            subtitle,
            entries,
            x=(-0.5, len(labels) - 0.5),
            y=limits,
            height=about.get("height", 190) * (0.85 if size.narrow else 1),
            left=10 + size.widest(ticks.values()),
            right=beyond,
            above=14,
        )
        plot.scale_left(ticks)
        plot.name_columns(map(shown, labels))
        for row in core.each(rows.dropna(subset="value")):
            plot.box(
                (row.at - _COLUMN / 2, row.start),
                (_COLUMN, row.value),
                core.told_of(row),
                **_filled(row, 0.7 if by else 0.0),
            )
        room = 0.9 * plot.axes.bbox.width / len(labels)
        written = tips
        if size.widest(tips["text"]) + 2 > room:
            needed = tips["cut"] | tips["value"].isna()
            written = tips.assign(text=tips["text"].where(needed, ""))
        _write_ends(plot, written, upright=True)
        return plot.figure

    return _finish(draw, drawn, labels, frame, about, kind)


class _Bars(NamedTuple):
    """Bars to be drawn lying or upright.

    Attributes
    ----------
    measure
        What they measure.
    rows
        One a bar: what `core.rows_of` returns, with its `colour`.
    entries
        The key.
    notes
        What its marks mean, and how many rows are left out, as what they are of is not known.
    """

    measure: Measure
    rows: pd.DataFrame
    entries: canvas.Entries
    notes: list[str]


def _read(
    core_name: str,
    frame: pd.DataFrame,
    label: str,
    value: str,
    by: str | None,
    about: About,
    text: str | None = None,
    own: Mapping[Any, str] = MappingProxyType({}),
) -> _Bars:
    """Return a frame's bars in its order, with their colours; some labels have their own."""
    # The rows that are named; their colours, of years in steps; then what their marks mean.
    keys = {"label": label, "by": by}
    measure, every = core.drawn_rows(core_name, frame, value, about, text, **keys)
    is_unknown = every["label"].astype(str).str.contains(MARK, regex=False)
    rows = every[every["label"].notna() & ~is_unknown]
    if rows.empty:
        raise core.NothingToDraw(
            f"{core_name} has nothing to draw: no row has a {label}"
        )
    core.with_value(core_name, rows, value)
    if text:
        rows["text"] = rows["more"].where(rows["value"].notna(), "n/a")
    colours = about.get("colours")
    of_years = pd.api.types.is_numeric_dtype(rows["by"]) and not colours
    painted = rows["by"] if by and not of_years else rows["label"]
    paint = core.palette(painted, colours)
    cycle = style.CATEGORY_COLOURS
    if not by and not colours and len({*cycle} & {*paint.values()}) > 1:
        # What has no colour of its own needs none: all bars are of one kind.
        paint = dict.fromkeys(paint, cycle[0])
    paint |= {name: colour for name, colour in own.items() if name in paint}
    rows["colour"] = painted.map(paint)
    entries = core.entries_of(paint) if by else []
    if of_years:
        # Years beside one another are one thing: its colour, the older lighter.
        years = rows["by"].unique()
        steps = np.linspace(_OLDEST, 1, len(years))
        dense = dict(zip(sorted(years), steps, strict=True))
        rows["colour"] = [(row.colour, dense[row.by]) for row in core.each(rows)]
        entries = [(shown(year), (style.MUTED, dense[year])) for year in years]
    notes = []
    if rows["doubtful"].any():
        notes.append("Hatched: doubtful.")
    if rows["value"].hasnans:
        notes.append("n/a: no figure.")
    if nameless := len(every) - len(rows):
        are = "One row is" if nameless == 1 else f"{nameless} rows are"
        notes.append(f"{are} not drawn: what they are of is not known.")
    return _Bars(measure, rows, entries, notes)


def _ranked(rows: pd.DataFrame, order: str) -> list[Any]:
    """Return the labels by the sum of their bars; one without a figure is least."""
    sums = rows.groupby("label", sort=False)["value"].sum(min_count=1)
    return core.ordered(sums.fillna(-np.inf), order)


def _finish(
    draw: core.Draw,
    drawn: _Bars,
    labels: Sequence[Any],
    frame: pd.DataFrame,
    about: About,
    kind: str = "Bar chart",
) -> Chart:
    """Put the words around the drawings: every value of few bars, the ends of many."""
    sentences = core.in_words(drawn.rows, labels)
    if len(sentences) > _FEW:
        sentences[5:-2] = [f"{len(sentences) - 7} more"]
    if drawn.rows["doubtful"].any():
        about.setdefault("table", frame)
        frame = frame.drop(columns="quality")  # which they are is seen
    return core.finish(
        draw,
        frame,
        about,
        kind=kind,
        sentences=sentences,
        notes=drawn.notes,
        unit=drawn.measure.unit.name,
    )


def _lying(
    drawn: _Bars,
    labels: Sequence[Any],
    last: Sequence[Any],
    frame: pd.DataFrame,
    about: About,
) -> Chart:
    """Draw bars in rows; the `last` rows stand below a line, the very last one in bold."""
    rows = drawn.rows

    def draw(size: Size, subtitle: str) -> Figure:
        """Draw each row's name, beside its bars or on a phone above them, and its bars."""
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
        tops = {}
        ends = []
        y = 0.0
        for name in labels:
            if name in last[:1]:
                # From edge to edge of the picture.
                plot.axes.axhline(y + 2, -9, 9, color=style.GRID, lw=0.8, clip_on=False)
                y += 6
            tops[name] = y + title
            y = tops[name] + counts[name] * thick
            weight = "bold" if name in last[1:] else "normal"
            plot.name_row(tops[name], y, shown(name), fontweight=weight)
            ends.append(y)
            y += 6
        number = rows.groupby("label").cumcount()
        at = rows["label"].map(tops) + (number + 0.5) * thick
        placed = rows.assign(at=at).sort_values("at")
        for row in core.each(placed.dropna(subset="value")):
            corner = (0, row.at - thick / 2 + 0.5)
            box = (row.value, thick - 1)
            plot.box(corner, box, core.told_of(row), **_filled(row))
        _write_ends(plot, placed, upright=False)
        # On a phone the line of zero leaves the names above the bars alone.
        zero = [0] * len(ends)
        plot.axes.vlines(zero, [*tops.values()], ends, colors=style.MUTED, lw=0.8)
        return plot.figure

    return _finish(draw, drawn, labels, frame, about)


def _filled(row: Any, edge: float = 0.0) -> dict[str, Any]:
    """Return how a bar is filled, with an edge of so many points; a doubtful one is hatched."""
    if row.doubtful:
        hatched = {"hatch": _DOUBT, "linewidth": 0.7}
        return {"facecolor": style.PAPER, "edgecolor": row.colour, **hatched}
    around = style.PAPER
    if isinstance(row.colour, tuple):
        # Light bars of earlier years are seen by their outline: 3 : 1 on any paper.
        around, edge = row.colour[0], 0.8
    return {"facecolor": row.colour, "edgecolor": around, "linewidth": edge}


def _write_ends(plot: Plot, rows: pd.DataFrame, *, upright: bool) -> None:
    """Draw intervals, and write each bar's figure beyond its end, or that there is none."""
    plot.whiskers(rows, style.INK, upright=upright)
    written = rows[rows["text"] != ""]
    for row in core.each(written):
        end, away, ink = row.high, 4, style.INK
        if row.value < 0:
            end, away = row.low, -4
        if np.isnan(row.value):
            end, ink = 0, style.MUTED
        if upright:
            plot.say((row.at, end), row.text, (0, away), color=ink)
        else:
            plot.say((end, row.at), row.text, (away, 0), color=ink)


def _cut(rows: pd.DataFrame, reach: float) -> pd.DataFrame:
    """Cut columns that are too long; return them with an arrow beside the figure that says so."""
    cut = rows["value"].abs() > reach
    rows["start"] = 0.0
    ends = ["value", "low", "high"]
    rows[ends] = rows[ends].clip(-reach, reach)
    return rows.assign(cut=cut, text=rows["text"].mask(cut, "↑ " + rows["text"]))


def _stacked(rows: pd.DataFrame) -> pd.DataFrame:
    """Stand parts on one another, what is below zero downwards; return where each stack ends."""
    value = rows["value"]
    end = value.groupby([rows["at"], value > 0]).cumsum()
    rows["start"] = end - value
    ends = end.groupby(rows["at"])
    top = ends.max()
    tip = top.where(top > 0, ends.min())
    return pd.DataFrame(
        {"at": tip.index, "value": tip, "low": tip, "high": tip, "cut": False}
    )
