"""Bars: ranked or grouped rows, contributions with what is left over, and columns over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Unpack

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from catrade.charts import canvas, core, style
from catrade.charts.canvas import Plot, Size
from catrade.charts.core import About, Measure, shown
from catrade.tables.names import wholes_among
from pagemill.display import Chart
from rounding.errors import ParameterError
from rounding.formats import MARK

#: How light the oldest of several years is beside the newest.
_OLDEST = 0.35
_COLUMN = 0.6624  # of the room each has
_FEW = 12  # columns that have room for their names
_DOUBT = "/////"  # of a doubtful bar


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
    drawn = _read(
        "contributions",
        frame,
        label,
        value,
        by,
        about,
        text,
        own=own,
    )
    ranked = _ranked(drawn.rows, "value")
    last = [one for one in (rest, total) if one in ranked]
    labels = [one for one in ranked if one not in last] + last
    return _lying(drawn, labels, last, frame, about)


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
    measure, rows, entries, _ = drawn
    labels = list(dict.fromkeys(rows["label"]))
    rows["at"] = rows["label"].map(labels.index)
    rows = rows.sort_values("at", kind="stable")
    kind = "Bar chart"
    notes = []
    if by:
        kind = "Stacked bar chart"
        for whole, parts in wholes_among(rows["by"]):
            named = ", ".join(map(shown, parts))
            message = f"columns cannot stack {shown(whole)} on its own parts, {named}"
            raise ParameterError(f"{message}: leave it out")
        tips = _stacked(rows)
        figures = measure.figures(frame)
        sums = figures.groupby(frame[label], sort=False)
        tips["text"] = measure.texts(sums.sum(skipna=False))
        lacking = rows["value"].isna() & rows["at"].map(tips["value"]).notna()
        absent = ", ".join(rows.loc[lacking, "by"].map(shown).unique())
        if absent:
            notes.append(f"No sum is written where a part has no figure: {absent}.")
    else:
        reach = np.inf if cut is None else cut * measure.scale
        tips = _cut(rows, reach)
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
        for row in core.each(rows[rows["value"].notna()]):
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

    return _finish(draw, drawn, labels, frame, about, notes, kind)


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
    nameless
        How many rows are left out, as what they are of is not known.
    """

    measure: Measure
    rows: pd.DataFrame
    entries: canvas.Entries
    nameless: int


def _read(
    core_name: str,
    frame: pd.DataFrame,
    label: str,
    value: str,
    by: str | None,
    about: About,
    text: str | None = None,
    own: Mapping[Any, str] | None = None,
) -> _Bars:
    """Return a frame's bars in its order, with their colours; some labels have their own."""
    measure, rows = core.drawn_rows(core_name, frame, label, value, by, about, text)
    names = rows["label"].astype(object).map(str, na_action="ignore")
    is_named = names.notna() & ~names.str.contains(MARK, regex=False, na=False)
    nameless = int((~is_named).sum())
    rows = rows[is_named].reset_index(drop=True)
    if rows.empty:
        raise ParameterError(f"{core_name} has nothing to draw: no row has a {label}")
    colours = about.get("colours")
    if text:
        has_figure = rows["value"].notna()
        rows["text"] = rows["more"].where(has_figure, "n/a")
    of_years = pd.api.types.is_numeric_dtype(rows["by"]) and not colours
    keys = rows["by"] if by and not of_years else rows["label"]
    paint = core.palette(keys, colours)
    cycle = style.CATEGORY_COLOURS
    free = set(cycle) & set(paint.values())
    if not by and not colours and len(free) > 1:
        # What has no colour of its own needs none: all bars are of one kind.
        paint = dict.fromkeys(paint, cycle[0])
    for one, colour in (own or {}).items():
        if one in paint:
            paint[one] = colour
    rows["colour"] = keys.map(paint)
    entries = core.entries_of(paint) if by else []
    if of_years:
        # Years beside one another are one thing: its colour, the older lighter.
        years = sorted(set(rows["by"]))
        steps = np.linspace(_OLDEST, 1, len(years))
        dense = dict(zip(years, steps, strict=True))
        density = rows["by"].map(dense)
        rows["colour"] = list(zip(rows["colour"], density, strict=True))
        kinds = rows["by"].unique()
        entries = [(shown(year), (style.MUTED, dense[year])) for year in kinds]
    return _Bars(measure, rows, entries, nameless)


def _ranked(rows: pd.DataFrame, order: str) -> list[Any]:
    """Return the labels by the sum of their bars; one without a figure is least."""
    of_label = rows.groupby("label", sort=False)
    sums = of_label["value"].sum(min_count=1)
    least = sums.fillna(-np.inf)
    return core.ordered(least, order)


def _finish(
    draw: core.Draw,
    drawn: _Bars,
    labels: Sequence[Any],
    frame: pd.DataFrame,
    about: About,
    notes: Sequence[str] = (),
    kind: str = "Bar chart",
) -> Chart:
    """Put the words around the drawings: every value of few bars, the ends of many."""
    said = core.in_words(drawn.rows, labels)
    if len(said) > 12:
        others = f"{len(said) - 7} more"
        said = [*said[:5], others, *said[-2:]]
    if drawn.rows["doubtful"].any():
        notes = ["Hatched: doubtful.", *notes]
        about.setdefault("table", frame)
        frame = frame.drop(columns="quality")  # which they are is seen
    if drawn.rows["value"].hasnans:
        notes = ["n/a: no figure.", *notes]
    if drawn.nameless:
        rows = "One row is" if drawn.nameless == 1 else f"{drawn.nameless} rows are"
        notes = [*notes, f"{rows} not drawn: what they are of is not known."]
    unit = drawn.measure.unit.name
    return core.finish(
        draw,
        frame,
        about,
        kind=kind,
        said=said,
        notes=notes,
        unit=unit,
    )


def _lying(
    drawn: _Bars,
    labels: Sequence[Any],
    last: Sequence[Any],
    frame: pd.DataFrame,
    about: About,
) -> Chart:
    """Draw bars in rows; the `last` rows stand below a line, the very last one in bold."""
    _, rows, entries, _ = drawn

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
            entries,
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
        at = rows["label"].map(tops) + (number + 0.5) * thick
        placed = rows.assign(at=at).sort_values("at")
        for row in core.each(placed[placed["value"].notna()]):
            top = row.at - thick / 2
            corner = (0, top + 0.5)
            box = (row.value, thick - 1)
            plot.box(corner, box, core.told_of(row), **_filled(row))
        _write_ends(plot, placed, upright=False)
        # On a phone the line of zero leaves the names above the bars alone.
        zero = [0] * len(ends)
        begins = list(tops.values())
        plot.axes.vlines(
            zero,
            begins,
            ends,
            colors=style.MUTED,
            lw=0.8,
        )
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
        end = row.high
        away = 4
        ink = style.INK
        if row.value < 0:
            end = row.low
            away = -4
        if np.isnan(row.value):
            end = 0
            ink = style.MUTED
        place = (end, row.at)
        toward = (away, 0)
        if upright:
            place = (row.at, end)
            toward = (0, away)
        plot.say(place, row.text, toward, color=ink)


def _cut(rows: pd.DataFrame, reach: float) -> pd.DataFrame:
    """Cut columns that are too long; return them with an arrow beside the figure that says so."""
    cut = rows["value"].abs() > reach
    rows["start"] = 0.0
    ends = ["value", "low", "high"]
    rows[ends] = rows[ends].clip(-reach, reach)
    text = rows["text"]
    marked = text.mask(cut, "↑ " + text)
    return rows.assign(cut=cut, text=marked)


def _stacked(rows: pd.DataFrame) -> pd.DataFrame:
    """Stand parts on one another, what is below zero downwards; return where each stack ends."""
    value = rows["value"]
    at = rows["at"]
    sides = value.groupby([at, value > 0])
    end = sides.cumsum()
    rows["start"] = end - value
    ends = end.groupby(at)
    top = ends.max()
    tip = top.where(top > 0, ends.min())
    return pd.DataFrame(
        {"at": tip.index, "value": tip, "low": tip, "high": tip, "cut": False}
    )
