"""Bars: ranked or grouped rows, contributions with what is left over, and columns over time."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Unpack

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from catrade.charts import canvas, core, style
from catrade.charts.canvas import Size, say, whisker
from catrade.charts.core import About, Measure, shown
from pagemill.display import Chart
from pagemill.svg import TITLE

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
    drawn = _bars_of(frame, "bars", label, value, by, unit, colours, text)
    drawn.labels = core.ordered(drawn.sizes(), order)
    return _finish(drawn, functools.partial(_draw_rows, drawn), frame, about)


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
    drawn = _bars_of(frame, "contributions", label, value, by, unit, colours, text)
    ranked = core.ordered(drawn.sizes(), "value")
    drawn.last = [one for one in (rest, total) if one in ranked]
    drawn.labels = [one for one in ranked if one not in drawn.last] + drawn.last
    drawn.paint |= {rest: style.NOT_ALLOCATED, total: style.INK}
    return _finish(drawn, functools.partial(_draw_rows, drawn), frame, about)


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
    drawn = _bars_of(frame, "columns", label, value, by, unit, colours)
    reach = np.inf if cut is None else cut * drawn.measure.scale
    notes = []
    if not by and drawn.rows["_value"].abs().gt(reach).any():
        notes.append("A bar with an arrow is cut; its value is written.")

    def draw(size: Size, subtitle: str) -> Figure:
        return _draw_columns(drawn, size, subtitle, about.get("height", 190), reach)

    kind = "Stacked bar chart" if by else "Bar chart"
    return _finish(drawn, draw, frame, about, kind=kind, notes=notes)


@dataclass
class _Bars:
    """Bars with their colours, to be drawn lying or upright.

    Attributes
    ----------
    rows
        One a bar: `_label`, `_by`, and what `Measure.drawn` returns.
    measure
        What they measure.
    kinds
        What the bars of a label differ in; empty without.
    paint
        Colours of kinds, or of labels where kinds are years.
    ages
        How dense the bars of each year are, where kinds are years.
    labels
        In the order they are drawn.
    last
        Those of them drawn below a line.
    """

    rows: pd.DataFrame
    measure: Measure
    kinds: list[Any]
    paint: dict[Any, str]
    ages: Mapping[Any, float]
    labels: list[Any]
    last: list[Any] = field(default_factory=list)

    def sizes(self) -> pd.Series[float]:
        """Return the sum of each label's bars; one without a figure is least."""
        sums = self.rows.groupby("_label", sort=False)["_value"].sum(min_count=1)
        return sums.fillna(-np.inf)

    def entries(self) -> canvas.Entries:
        """Return the key."""
        if self.ages:
            return [(shown(one), style.MUTED, self.ages[one]) for one in self.kinds]
        return [(shown(one), self.paint[one], 1.0) for one in self.kinds]

    def paint_in(self, drawn: Iterable[Artist], rows: pd.DataFrame) -> None:
        """Give bars their colours, and let each say what it is."""
        for bar, row in zip(drawn, rows.to_dict("records"), strict=True):
            one, kind = row["_label"], row["_by"]
            colour = self.paint[kind if self.kinds and not self.ages else one]
            name = core.named(one, kind) if self.kinds else shown(one)
            told = f"{TITLE}{name}: {row['_text']}"
            bar.set(facecolor=colour, alpha=self.ages.get(kind), gid=told)

    def alt(self, kind: str, head: str) -> str:
        """Say every value of a short chart, the ends of a long one."""
        parts: dict[Any, list[str]] = {one: [] for one in self.labels}
        for row in self.rows.to_dict("records"):
            text = self.measure.text(row, prose=True)
            parts[row["_label"]].append(f"{shown(row['_by'])} {text}")
        said = []
        for one, texts in parts.items():
            name = f"{shown(one)}: " if self.kinds else ""
            said.append(f"{name}{', '.join(texts)}")
        if len(said) > 12:
            said = [*said[:5], f"{len(said) - 7} more", *said[-2:]]
        return f"{kind}: {head}. {'; '.join(said)}."


def _bars_of(
    frame: pd.DataFrame,
    core_name: str,
    label: str,
    value: str,
    by: str | None,
    unit: str | None,
    colours: Mapping[Any, str] | None,
    text: str | None = None,
) -> _Bars:
    """Return a frame's bars in its order, with their colours."""
    frame = core.checked(frame, [label, by], core_name, value, text)
    measure = Measure.of(frame, value, unit)
    rows = measure.drawn(frame).assign(_label=frame[label], _by=frame[by or label])
    if text:
        rows["_text"] = frame[text]
    labels = list(dict.fromkeys(frame[label]))
    kinds = list(dict.fromkeys(frame[by])) if by else []
    ages: dict[Any, float] = {}
    if by and not colours and pd.api.types.is_numeric_dtype(frame[by]):
        # Years beside one another are one thing: its colour, the older lighter.
        dense = np.linspace(_OLDEST, 1, len(kinds))
        ages = dict(zip(sorted(kinds), dense.tolist(), strict=True))
    paint = core.palette(kinds if by and not ages else labels, colours)
    if not by and not colours:
        # What has no colour of its own needs none: all bars are of one kind.
        free = set(paint.values()) & set(style.CATEGORY_COLOURS)
        if len(free) > 1:
            paint = dict.fromkeys(paint, style.CATEGORY_COLOURS[0])
    return _Bars(rows, measure, kinds, paint, ages, labels)


def _finish(
    drawn: _Bars,
    draw: Callable[[Size, str], Figure],
    frame: pd.DataFrame,
    about: About,
    kind: str = "Bar chart",
    notes: Iterable[str] = (),
) -> Chart:
    if drawn.rows["_value"].isna().any():
        notes = ["n/a: no figure.", *notes]
    return core.finish(
        draw,
        frame,
        about,
        alt=functools.partial(drawn.alt, kind),
        unit=drawn.measure.subtitle,
        notes=notes,
    )


def _draw_rows(drawn: _Bars, size: Size, subtitle: str) -> Figure:
    """Draw a row a label: its name, beside its bars or on a phone above them."""
    counts = drawn.rows["_label"].value_counts()
    thick = 14.0 if counts.max() == 1 else 11.0
    title = 15.0 if size.narrow else 0.0
    # From the top: where the bars of each label begin and end, and where the last have a line.
    tops, ends, y, line = [], [], 0.0, None
    for one in drawn.labels:
        if one in drawn.last and line is None:
            line = y + 2
            y += 6
        tops.append(y + title)
        y += title + counts[one] * thick
        ends.append(y)
        y += 6
    low = min(float(drawn.rows["_low"].min()), 0.0)
    high = max(float(drawn.rows["_high"].max()), 0.0) or 1.0
    names = [shown(one) for one in drawn.labels]
    beside = 4.0 if size.narrow else canvas.widest(names, size) + 8
    room = canvas.widest(drawn.rows["_text"], size) + 8
    figure, axes = canvas.subplots(
        size,
        subtitle,
        drawn.entries(),
        height=y,
        left=beside + (room if low < 0 else 0),
        right=room,
        above=2,
        below=4,
    )
    axes.set(xlim=(low, high), ylim=(y, 0))
    canvas.no_scale(axes)
    if size.narrow:
        canvas.name_rows(axes, [top - 4 for top in tops], names, va="baseline")
    else:
        middles = np.add(tops, ends) / 2
        canvas.name_rows(axes, middles.tolist(), names, va="center_baseline")
    for one, name in zip(drawn.labels, axes.get_yticklabels(), strict=True):
        if one in drawn.last[1:]:
            name.set_fontweight("bold")
    if line is not None:
        # From edge to edge of the picture.
        axes.axhline(line, -9, 9, color=style.GRID, linewidth=0.8, clip_on=False)
    top = drawn.rows["_label"].map(dict(zip(drawn.labels, tops, strict=True)))
    number = drawn.rows.groupby("_label").cumcount()
    rows = drawn.rows.assign(_at=top + (number + 0.5) * thick)
    known = rows.dropna(subset=["_value"])
    drawn.paint_in(axes.barh(known["_at"], known["_value"], thick - 1), known)
    for row in rows.to_dict("records"):
        _mark_end(axes, row, upright=False)
    # On a phone the line of zero leaves the names above the bars alone.
    axes.vlines([0] * len(tops), tops, ends, color=style.MUTED, linewidth=0.8)
    return figure


def _mark_end(axes: Axes, row: Mapping[Any, Any], *, upright: bool) -> None:
    """Draw a bar's interval, and write its figure beyond its end, or that there is none."""
    at, low, high, text = row["_at"], row["_low"], row["_high"], row["_text"]
    end, away, ink = high, 4, style.INK
    if row["_value"] < 0:
        end, away = low, -4
    if np.isnan(row["_value"]):
        end, text, ink = 0, "n/a", style.MUTED
    if upright:
        whisker(axes, (at, low), (at, high), style.INK)
        place, toward = (at, end), (0, away)
    else:
        whisker(axes, (low, at), (high, at), style.INK)
        place, toward = (end, at), (away, 0)
    if text:
        say(axes, place, text, toward, color=ink)


def _draw_columns(
    drawn: _Bars, size: Size, subtitle: str, height: float, reach: float
) -> Figure:
    """Draw a column or a stack a label, over a scale; values where all have room."""
    rows = drawn.rows.assign(_at=drawn.rows["_label"].map(drawn.labels.index))
    value, edge = rows["_value"].clip(-reach, reach), 0.0
    start, tips = 0.0 * value, _cut(rows, reach)
    if drawn.kinds:
        start, tips, edge = *_stacked(rows, drawn.measure), 0.7
    spread = pd.concat([start + value, tips["_low"], tips["_high"]])
    low, high = canvas.limits(spread.min(), max(spread.max(), 0) or 1.0)
    numbers = drawn.measure.ticks(low, high)
    figure, axes = canvas.subplots(
        size,
        subtitle,
        drawn.entries(),
        height=height * (0.85 if size.narrow else 1),
        left=10 + canvas.widest(numbers.values(), size),
        right=6,
        above=14,
    )
    axes.set(xlim=(-0.5, len(drawn.labels) - 0.5), ylim=(low, high))
    axes.set_yticks([*numbers], [*numbers.values()])
    axes.grid(axis="y")
    canvas.name_columns(axes, [shown(one) for one in drawn.labels], size)
    axes.axhline(0, color=style.MUTED, linewidth=0.8)
    known = rows[value.notna()]
    boxes = axes.bar(
        known["_at"],
        value[known.index],
        _COLUMN,
        start[known.index],
        edgecolor=style.PAPER,
        linewidth=edge,
    )
    drawn.paint_in(boxes, known)
    slot = axes.bbox.width / len(drawn.labels)
    if canvas.widest(tips["_text"], size) + 2 > 0.9 * slot:
        tips["_text"] = tips["_text"].where(tips["_cut"], "")
    for row in tips.to_dict("records"):
        _mark_end(axes, row, upright=True)
    return figure


def _cut(rows: pd.DataFrame, reach: float) -> pd.DataFrame:
    """Cut columns that are too long; an arrow beside their figure says so."""
    cut = rows["_value"].abs() > reach
    text = rows["_text"].mask(cut, "↑ " + rows["_text"])
    low, high = rows["_low"].clip(-reach, reach), rows["_high"].clip(-reach, reach)
    return rows.assign(_cut=cut, _text=text, _low=low, _high=high)


def _stacked(
    rows: pd.DataFrame, measure: Measure
) -> tuple[pd.Series[float], pd.DataFrame]:
    """Stand parts on one another, what is below zero downwards.

    Return where each begins, and of each stack its end and sum.
    """
    value, at = rows["_value"], rows["_at"]
    up, down = value.clip(lower=0), value.clip(upper=0)
    below = up.groupby(at).cumsum() - up
    start = below.where(value > 0, down.groupby(at).cumsum() - down)
    ups, downs = up.groupby(at).sum(), down.groupby(at).sum()
    end = ups.where(ups > 0, downs).where(value.groupby(at).count() > 0)
    sums = measure.figures(rows).groupby(at).sum(min_count=1)
    stacks = pd.DataFrame({"_value": end, "_low": end, "_high": end})
    stacks = stacks.assign(_text=measure.texts(sums), _cut=False)
    return start, stacks.rename_axis("_at").reset_index()
