"""Bars: ranked, grouped, stacked, contributions with what is left over; columns over time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from catrade.charts import core, style
from catrade.charts.core import About, Key, Measure, Size, shown, tell
from catrade.charts.labels import text_width
from pagemill.display import Chart
from pagemill.errors import choice_error

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ROW = 19.0  # points of a row with one bar
#: How light the older of two years is beside the newest.
_OLDER = 0.45


def bars(
    frame: pd.DataFrame,
    label: str = "partner_name",
    value: str = "value_bn",
    by: str | None = None,
    *,
    stacked: bool = False,
    upright: bool = False,
    order: str = "value",
    top: int | None = None,
    total: Any = None,
    rest: Any = None,
    cut: float | None = None,
    unit: str | None = None,
    colours: Mapping[Any, str] | None = None,
    **about: Unpack[About],
) -> Chart:
    """Draw bars with their values written: ranked rows, or columns over time.

    Parameters
    ----------
    frame
        One row a bar. A row without a value is marked "n/a", never drawn as zero.
    label, value, by
        Columns: what a bar stands for, how long it is, and what a label's bars differ in.
    stacked
        Whether a label's bars stand on one another (with their sum) or beside one another.
    upright
        Columns in the frame's order, such as years; otherwise rows.
    order
        Of rows: `value`, largest first, or `given`.
    top
        How many of the largest labels to keep; the rest are summed as "Other".
    total, rest
        Labels drawn last: the whole in ink, and what belongs to none in grey.
    cut
        Bars longer than this are cut, and say so.
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
    if order not in ("value", "given"):
        error = choice_error("order", order, ("value", "given"))
        raise error
    rows = core.checked(frame, filter(None, [label, value, by]), "bars").reset_index(drop=True)
    measure = Measure.of(rows, value, unit)
    if top:
        rows = _summed(rows, label, measure, by, top)
        rest = "Other" if rest is None else rest
    drawn, low, high = measure.arrays(rows)
    rows = rows.assign(_value=drawn, _low=low, _high=high, _label=rows[label])
    rows["_by"] = rows[by] if by else rows[label]
    size_of = rows.groupby("_label", sort=False)["_value"].sum(min_count=1).fillna(-np.inf)
    if order == "value" and not upright:
        size_of = size_of.sort_values(ascending=False, kind="stable")
    last = [one for one in (rest, total) if one in size_of.index]
    labels = [one for one in size_of.index if one not in last] + last
    paint = core.palette(dict.fromkeys(rows["_by"]), colours)
    ages: dict[Any, float] = {}
    if by and colours is None and pd.api.types.is_numeric_dtype(rows[by]):
        # Years beside one another are one thing: its colour, the older lighter.
        years = sorted(dict.fromkeys(rows["_by"]))
        paint = core.palette(labels)
        ages = {year: 1.0 if year == years[-1] else _OLDER for year in years}
    elif not by and not colours and len(set(paint.values()) & set(style.CATEGORY_COLOURS)) > 1:
        paint = dict.fromkeys(paint, style.CATEGORY_COLOURS[0])
    if not by or ages:
        paint |= {one: c for one, c in ((rest, style.NOT_ALLOCATED), (total, style.INK)) if one}
    if by and rest in paint:
        paint[rest] = style.NOT_ALLOCATED
    picture = _Bars(rows, labels, measure, paint, ages, last, bool(by), stacked, upright, cut)

    def draw(size: Size, subtitle: str) -> Figure:
        return picture.draw(size, subtitle, about.get("height", 190))

    missing = bool(rows["_value"].isna().any())
    beyond = cut is not None and bool((rows["_value"].abs() > cut * measure.scale).any())
    notes = [
        "n/a: no figure." if missing else "",
        "A bar with an arrow is cut; its value is written." if beyond else "",
    ]
    return core.finish(
        draw, frame, about, alt=lambda: picture.alt(about), unit=measure.subtitle, notes=notes
    )


def _summed(
    rows: pd.DataFrame, label: str, measure: Measure, by: str | None, top: int
) -> pd.DataFrame:
    """Keep the rows of the largest labels and sum the others, with their intervals."""
    size = rows.groupby(label)[measure.column].sum().abs().sort_values(ascending=False)
    small = rows[label].isin(size.index[top:])
    if not small.any():
        return rows
    columns = [c for c in (measure.column, *measure.ends) if c in rows.columns]
    others = rows[small].assign(_all=0).groupby(by or "_all", sort=False)[columns].sum()
    return pd.concat([rows[~small], others.reset_index().assign(**{label: "Other"})])


class _Bars:
    """The bars, to be drawn wide or narrow."""

    def __init__(
        self,
        rows: pd.DataFrame,
        labels: list[Any],
        measure: Measure,
        paint: Mapping[Any, str],
        ages: Mapping[Any, float],
        last: list[Any],
        grouped: bool,
        stacked: bool,
        upright: bool,
        cut: float | None,
    ) -> None:
        self.rows, self.labels, self.measure, self.last = rows, labels, measure, last
        self.paint, self.ages = paint, ages
        self.grouped, self.stacked, self.upright = grouped, stacked, upright
        self.kinds = list(dict.fromkeys(rows["_by"])) if grouped else []
        self.cut = np.inf if cut is None else cut * measure.scale
        self.of = {one: part.to_dict("records") for one, part in rows.groupby("_label", sort=False)}

    def alt(self, about: About) -> str:
        """Say what is drawn: every value of a short chart, the ends of a long one."""
        head = (about.get("subtitle") or self.measure.subtitle or "values").rstrip(".")
        said = []
        for one in self.labels:
            parts = [
                f"{shown(row['_by'])} {self.measure.text(row, prose=True)}" for row in self.of[one]
            ]
            said.append(f"{shown(one)}: {', '.join(parts)}" if self.grouped else parts[0])
        kind = "Stacked bar chart" if self.stacked else "Bar chart"
        if len(said) > 12:
            said = [*said[:5], f"{len(said) - 7} more", *said[-2:]]
        return f"{kind}: {head}. {'; '.join(said)}."

    def draw(self, size: Size, subtitle: str, height: float) -> Figure:
        """Draw everything."""
        entries = [
            (shown(kind), style.MUTED if self.ages else self.paint[kind], self.ages.get(kind, 1.0))
            for kind in self.kinds
        ]
        key = Key(entries, size) if self.grouped else None
        return (self._columns if self.upright else self._lying)(size, subtitle, key, height)

    def _colour(self, one: Any, kind: Any) -> str:
        return self.paint[one if self.ages else kind]

    def _reach(self) -> tuple[float, float]:
        """Return the ends of the longest bars, stacks summed, cut where asked."""
        low = self.rows["_value" if self.stacked else "_low"].clip(-self.cut, self.cut)
        high = self.rows["_value" if self.stacked else "_high"].clip(-self.cut, self.cut)
        if self.stacked:
            low = low.clip(upper=0).groupby(self.rows["_label"]).sum()
            high = high.clip(lower=0).groupby(self.rows["_label"]).sum()
        return min(float(low.min()), 0.0), max(float(high.max()), 0.0) or 1.0

    def _texts(self, one: Any) -> list[str]:
        return [self.measure.text(row) for row in self.of[one]]

    def _written(self, one: Any) -> list[str]:
        """Return what stands beside the bars of a label: values, or a stack's sum."""
        if not self.stacked:
            return self._texts(one)
        rows = pd.DataFrame(self.of[one])
        names = [c for c in (self.measure.column, *self.measure.ends) if c in rows.columns]
        whole = rows[names].sum(min_count=1)
        return [self.measure.text(whole)]

    def _lying(self, size: Size, subtitle: str, key: Key | None, _: float) -> Figure:
        low, high = self._reach()
        names = [shown(one) for one in self.labels]
        texts = [text for one in self.labels for text in self._written(one)]
        room = max(text_width(text, size.type) for text in texts) + 8
        left = 4 if size.narrow else max(text_width(n, size.type) for n in names) + 8
        each = [1 if self.stacked else len(self.of[one]) for one in self.labels]
        thick = 13.0 if max(each) == 1 else 10.0
        title = 15.0 if size.narrow else 0.0
        steps = [title + n * (thick + 1) + 6 for n in each]
        height = sum(steps) + (6 if self.last else 0)
        figure, (axes,) = core.canvas(
            size,
            subtitle,
            key,
            height=height,
            left=left + (room if low < 0 else 0),
            right=room,
            above=2,
            below=4,
        )
        axes.set_ylim(height, 0)
        axes.set_xlim(low, high)
        axes.set_axis_off()
        y = 0.0
        for number, (one, step) in enumerate(zip(self.labels, steps, strict=True)):
            if one in self.last and (number == 0 or self.labels[number - 1] not in self.last):
                box = axes.get_window_extent()
                line = box.y1 - y - 2
                rule = Line2D([0, size.width], [line] * 2, color=style.GRID, linewidth=0.8)
                rule.set_transform(core.points(figure))
                figure.add_artist(rule)
                y += 6
            self._row(figure, axes, size, one, y, thick, title)
            y += step
        if low < 0 or not size.narrow:
            axes.axvline(0, color=style.MUTED, linewidth=0.8)
        return figure

    def _row(
        self, figure: Figure, axes: Axes, size: Size, one: Any, y: float, thick: float, title: float
    ) -> None:
        top = axes.get_window_extent().y1
        rows = self.of[one]
        middle = title + (1 if self.stacked else len(rows)) * (thick + 1) / 2
        bold = {"fontweight": "bold"} if one in self.last[-1:] and len(self.last) == 2 else {}
        at = top - y - (title - 4 if size.narrow else middle + 1)
        where = "baseline" if size.narrow else "center_baseline"
        core.write(figure, 0, at, shown(one), size.type, va=where, **bold)
        ends = {1: 0.0, -1: 0.0}
        for number, row in enumerate(rows):
            place = y + title + (0 if self.stacked else number * (thick + 1))
            value = row["_value"]
            if np.isnan(value):
                self._say(axes, 0, place + thick / 2, "n/a", size, colour=style.MUTED)
                continue
            kept = float(np.clip(value, -self.cut, self.cut))
            side = -1 if value < 0 else 1
            start = ends[side] if self.stacked else 0.0
            ends[side] = start + kept
            self._bar(axes, one, row, (start, place), (kept, thick))
            if not self.stacked:
                self._whisker(axes, row, place + thick / 2)
                arrow = "→ " if abs(value) > self.cut else ""
                reach = kept if arrow else row["_high"] if side > 0 else row["_low"]
                text = arrow + self.measure.text(row)
                self._say(axes, reach, place + thick / 2, text, size, side=side)
        if self.stacked and ends[1] > 0:
            self._say(axes, ends[1], y + middle, self._written(one)[0], size)

    def _bar(
        self, axes: Axes, one: Any, row: Any, start: tuple[float, float], size: tuple[float, float]
    ) -> None:
        age = self.ages.get(row["_by"], 1.0)
        bar = Rectangle(start, *size, facecolor=self._colour(one, row["_by"]), alpha=age)
        if self.stacked:
            bar.set(edgecolor=style.PAPER, linewidth=0.7)
        axes.add_artist(bar)
        name = f"{shown(one)}, {shown(row['_by'])}" if self.grouped else shown(one)
        tell(bar, f"{name}: {self.measure.text(row)}")

    def _whisker(self, axes: Axes, row: Any, place: float) -> None:
        pixels = axes.transData.transform([(row["_low"], place), (row["_high"], place)])
        if abs(row["_value"]) > self.cut or np.abs(pixels[1] - pixels[0]).max() < 4:
            return
        ends, places = [row["_low"], row["_high"]], [place, place]
        at = (places, ends) if self.upright else (ends, places)
        mark = "_" if self.upright else "|"
        axes.add_artist(Line2D(*at, color=style.INK, linewidth=1, marker=mark, markersize=5))

    def _say(
        self,
        axes: Axes,
        x: float,
        y: float,
        text: str,
        size: Size,
        *,
        side: int = 1,
        colour: str = style.INK,
    ) -> None:
        axes.annotate(
            text,
            (x, y),
            xytext=(4 * side, 0),
            textcoords="offset points",
            va="center_baseline",
            ha="left" if side > 0 else "right",
            fontsize=size.type,
            color=colour,
            annotation_clip=False,
        )

    def _columns(self, size: Size, subtitle: str, key: Key | None, height: float) -> Figure:
        low, high = core.limits(*(np.array([end]) for end in self._reach()))
        numbers = [text_width(core.plain(round(end)) + "%", size.type) for end in (low, high)]
        left = max(numbers) + 10
        beside = 1 if self.stacked else max(len(rows) for rows in self.of.values())
        across = (size.width - left - 6) / len(self.labels)
        texts = [text for one in self.labels for text in self._written(one)]
        fits = max(text_width(text, size.type) for text in texts) + 2 <= 0.9 * across / beside
        figure, (axes,) = core.canvas(
            size,
            subtitle,
            key,
            height=height * (0.85 if size.narrow else 1),
            left=left,
            right=6,
            above=14,
            below=20,
        )
        axes.set_xlim(-0.5, len(self.labels) - 0.5)
        axes.set_ylim(low, high)
        self.measure.axis(axes.yaxis)
        each = max(text_width(shown(one), size.type) for one in self.labels) + 6
        step = next(n for n in (1, 2, 3, 5, 10, 1000) if n * across >= each or n == 1000)
        last = len(self.labels) - 1
        ticks = [n for n in range(last + 1) if (last - n) % step == 0]
        axes.set_xticks(ticks, [shown(self.labels[n]) for n in ticks])
        axes.tick_params(axis="x", length=0)
        axes.axhline(0, color=style.MUTED, linewidth=0.8)
        wide = 0.72 / beside
        for place, one in enumerate(self.labels):
            self._column(axes, size, one, place, wide, fits)
        return figure

    def _column(
        self, axes: Axes, size: Size, one: Any, place: int, wide: float, fits: bool
    ) -> None:
        rows, ends = self.of[one], {1: 0.0, -1: 0.0}
        for number, row in enumerate(rows):
            count = 1 if self.stacked else len(rows)
            x = place + (0 if self.stacked else (number - (count - 1) / 2) * wide)
            value = row["_value"]
            if np.isnan(value):
                if not self.stacked:
                    self._above(axes, x, 0, "n/a", size, colour=style.MUTED)
                continue
            kept = float(np.clip(value, -self.cut, self.cut))
            side = -1 if value < 0 else 1
            start = ends[side] if self.stacked else 0.0
            ends[side] = start + kept
            self._bar(axes, one, row, (x - wide * 0.46, start), (wide * 0.92, kept))
            if self.stacked:
                continue
            self._whisker(axes, row, x)
            beyond = abs(value) > self.cut
            if fits or beyond:
                reach = kept if beyond else row["_high"] if side > 0 else row["_low"]
                text = ("↑ " if beyond else "") + self.measure.text(row)
                self._above(axes, x, reach, text, size, side=side)
        if self.stacked and fits and ends[1] > 0:
            self._above(axes, place, ends[1], self._written(one)[0], size)

    def _above(
        self,
        axes: Axes,
        x: float,
        y: float,
        text: str,
        size: Size,
        *,
        side: int = 1,
        colour: str = style.INK,
    ) -> None:
        axes.annotate(
            text,
            (x, y),
            xytext=(0, 3 * side),
            textcoords="offset points",
            ha="center",
            va="bottom" if side > 0 else "top",
            fontsize=size.type,
            color=colour,
            annotation_clip=False,
        )
