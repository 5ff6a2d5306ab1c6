"""Bars: ranked or grouped rows, contributions with what is left over; columns over time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from catrade.charts import canvas, core, style
from catrade.charts.canvas import Point, Size
from catrade.charts.core import About, Measure, shown
from pagemill.display import Chart
from rounding.rounded import ends_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: How light the oldest of several years is beside the newest.
_OLDEST = 0.35
_COLUMN = 0.6624  # of the room each has


def bars(
    frame: pd.DataFrame,
    label: str = "partner_name",
    value: str = "value_bn",
    by: str | None = None,
    *,
    upright: bool = False,
    order: str = "value",
    total: Any = None,
    rest: Any = None,
    cut: float | None = None,
    text: str | None = None,
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
    upright
        Columns in the frame's order, such as years, those of one label on one another with their
        sum written; otherwise rows, those of one label beside one another.
    order
        Of rows: `value`, largest first, or `given`.
    total, rest
        Labels drawn last: the whole in ink, and what belongs to none in grey.
    cut
        Bars longer than this are cut, and say so.
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
    rows = core.checked(frame, [label, by], "bars", value, text)
    rows = rows.reset_index(drop=True)
    measure = Measure.of(rows, value, unit)
    rows = measure.drawn(rows).assign(_label=rows[label], _by=rows[by or label])
    rows["_text"] = [measure.text(row) for row in rows.to_dict("records")]
    if text:
        rows["_text"] = rows[text]
    sums = rows.groupby("_label", sort=False)["_value"].sum(min_count=1).fillna(-np.inf)
    ranked = core.ordered(sums, "given" if upright else order)
    last = [one for one in (rest, total) if one in ranked]
    labels = [one for one in ranked if one not in last] + last
    fixed = {rest: style.NOT_ALLOCATED, total: style.INK}
    ages: dict[Any, float] = {}
    if by and not colours and pd.api.types.is_numeric_dtype(rows[by]):
        # Years beside one another are one thing: its colour, the older lighter.
        years = sorted(set(rows["_by"]))
        ages = dict(
            zip(reversed(years), np.linspace(1, _OLDEST, len(years)), strict=True)
        )
    kinds = list(dict.fromkeys(rows["_by"])) if by and not ages else labels
    paint = core.palette(kinds, colours)
    if (
        not by
        and not colours
        and len(set(paint.values()) & set(style.CATEGORY_COLOURS)) > 1
    ):
        paint = dict.fromkeys(paint, style.CATEGORY_COLOURS[0])
    paint |= {one: colour for one, colour in fixed.items() if one is not None}
    reach = np.inf if cut is None else cut * measure.scale
    of = {
        one: part.to_dict("records") for one, part in rows.groupby("_label", sort=False)
    }
    named = list(dict.fromkeys(rows["_by"])) if by else []
    picture = _Bars(rows, of, labels, measure, paint, ages, last, named, upright, reach)
    notes = [
        "n/a: no figure." if rows["_value"].isna().any() else "",
        "A bar with an arrow is cut; its value is written."
        if (rows["_value"].abs() > reach).any()
        else "",
    ]

    def draw(size: Size, subtitle: str) -> Figure:
        return picture.draw(size, subtitle, about.get("height", 190))

    return core.finish(
        draw, frame, about, alt=picture.alt, unit=measure.subtitle, notes=notes
    )


@dataclass
class _Bars:
    """The bars, to be drawn wide or narrow."""

    rows: pd.DataFrame
    of: Mapping[Any, list[dict[Any, Any]]]
    labels: list[Any]
    measure: Measure
    paint: Mapping[Any, str]
    ages: Mapping[Any, float]
    last: list[Any]
    kinds: list[Any]
    upright: bool
    cut: float

    def __post_init__(self) -> None:
        self.stacked = self.upright and bool(self.kinds)

    def alt(self, head: str) -> str:
        """Say every value of a short chart, the ends of a long one."""
        said = []
        for one in self.labels:
            parts = ", ".join(
                f"{shown(row['_by'])} {self.measure.text(row, prose=True)}"
                for row in self.of[one]
            )
            said.append(f"{shown(one)}: {parts}" if self.kinds else parts)
        if len(said) > 12:
            said = [*said[:5], f"{len(said) - 7} more", *said[-2:]]
        kind = "Stacked bar chart" if self.stacked else "Bar chart"
        return f"{kind}: {head}. {'; '.join(said)}."

    def draw(self, size: Size, subtitle: str, height: float) -> Figure:
        """Draw everything."""
        entries = [
            (
                shown(kind),
                style.MUTED if self.ages else self.paint[kind],
                self.ages.get(kind, 1.0),
            )
            for kind in self.kinds
        ]
        if self.upright:
            return self._columns(size, subtitle, entries, height)
        return self._lying(size, subtitle, entries)

    def _reach(self) -> Point:
        """Return the ends of the longest bars, stacks summed, cut where asked."""
        low, high = (
            self.rows[end].clip(-self.cut, self.cut) for end in ("_low", "_high")
        )
        if self.stacked:
            value = self.rows["_value"]
            low = value.clip(upper=0).groupby(self.rows["_label"]).sum()
            high = value.clip(lower=0).groupby(self.rows["_label"]).sum()
        return min(float(low.min()), 0.0), max(float(high.max()), 0.0) or 1.0

    def _texts(self, one: Any) -> list[str]:
        """Return what stands beside the bars of a label: values, or a stack's sum."""
        if not self.stacked:
            return [str(row["_text"]) for row in self.of[one]]
        rows = pd.DataFrame(self.of[one])
        names = [
            c
            for c in (self.measure.column, *ends_of(self.measure.column))
            if c in rows.columns
        ]
        return [self.measure.text(rows[names].sum(min_count=1))]

    def _widest(self, size: Size) -> float:
        return canvas.widest(chain.from_iterable(map(self._texts, self.labels)), size)

    def _lying(self, size: Size, subtitle: str, entries: canvas.Entries) -> Figure:
        low, high = self._reach()
        room = self._widest(size) + 8
        names = canvas.widest(map(shown, self.labels), size) + 8
        each = [len(self.of[one]) for one in self.labels]
        thick = 14.0 if max(each) == 1 else 11.0
        title = 15.0 if size.narrow else 0.0
        height = sum(title + n * thick + 6 for n in each) + (6 if self.last else 0)
        figure, (axes,) = canvas.canvas(
            size,
            subtitle,
            entries,
            height=height,
            left=(4 if size.narrow else names) + (room if low < 0 else 0),
            right=room,
            above=2,
            below=4,
        )
        axes.set(xlim=(low, high), ylim=(height, 0))
        axes.set_axis_off()
        top, y = axes.get_window_extent().y1, 0.0
        for one, count in zip(self.labels, each, strict=True):
            if self.last and one == self.last[0]:
                across, over = [0, size.width], [top - y - 2] * 2
                canvas.line(figure, across, over, color=style.GRID, linewidth=0.8)
                y += 6
            first, after = y + title, y + title + count * thick
            at = top - (y + title - 4 if size.narrow else (first + after) / 2)
            where = "baseline" if size.narrow else "center_baseline"
            weight = "bold" if one in self.last[1:] else "normal"
            canvas.write(
                figure, 0, at, shown(one), size.type, va=where, fontweight=weight
            )
            places = (first + (n + 0.5) * thick for n in range(count))
            self._bars(axes, size, one, places, thick - 1, write=True)
            # On a phone the line of zero leaves the names above the bars alone.
            canvas.line(axes, [0, 0], [first, after], color=style.MUTED, linewidth=0.8)
            y = after + 6
        return figure

    def _columns(
        self, size: Size, subtitle: str, entries: canvas.Entries, height: float
    ) -> Figure:
        low, high = canvas.limits(*self._reach())
        numbers = self.measure.ticks(low, high)
        left = 10 + canvas.widest(numbers.values(), size)
        across = size.width - left - 6
        figure, (axes,) = canvas.canvas(
            size,
            subtitle,
            entries,
            height=height * (0.85 if size.narrow else 1),
            left=left,
            right=6,
            above=14,
        )
        axes.set(xlim=(-0.5, len(self.labels) - 0.5), ylim=(low, high))
        axes.set_yticks(list(numbers), list(numbers.values()))
        slot = across / len(self.labels)
        canvas.name_columns(axes, list(map(shown, self.labels)), size, slot)
        axes.tick_params(axis="x", length=0)
        axes.axhline(0, color=style.MUTED, linewidth=0.8)
        fits = self._widest(size) + 2 <= 0.9 * slot
        for place, one in enumerate(self.labels):
            self._bars(axes, size, one, repeat(place), _COLUMN, write=fits)
        return figure

    def _bars(
        self,
        axes: Axes,
        size: Size,
        one: Any,
        places: Iterable[float],
        thick: float,
        *,
        write: bool,
    ) -> None:
        """Draw the bars of a label, lying or upright, with their values."""

        def turn(along: float, reach: float) -> Point:
            return (along, reach) if self.upright else (reach, along)

        ends = {1: 0.0, -1: 0.0}
        look: dict[str, Any] = (
            {"edgecolor": style.PAPER, "linewidth": 0.7} if self.stacked else {}
        )
        place = 0.0
        for row, place in zip(self.of[one], places, strict=False):
            value, kind = row["_value"], row["_by"]
            if np.isnan(value):
                if not self.stacked or len(self.of[one]) == 1:
                    toward = turn(0, 4)
                    canvas.say(
                        axes,
                        turn(place, 0),
                        "n/a",
                        size,
                        toward=toward,
                        color=style.MUTED,
                    )
                continue
            side = -1 if value < 0 else 1
            start, kept = ends[side], float(np.clip(value, -self.cut, self.cut))
            paint = self.paint[kind if self.kinds and not self.ages else one]
            name = core.named(one, kind) if self.kinds else shown(one)
            corner, sides = turn(place - thick / 2, start), turn(thick, kept)
            told = f"{name}: {self.measure.text(row)}"
            canvas.box(
                axes, corner, sides, paint, told, alpha=self.ages.get(kind, 1.0), **look
            )
            if self.stacked:
                ends[side] += kept
                continue
            end, beyond = kept, abs(value) > self.cut
            if not beyond:
                canvas.whisker(
                    axes, turn(place, row["_low"]), turn(place, row["_high"]), style.INK
                )
                end = row["_high" if side > 0 else "_low"]
            if write or beyond:
                arrow = ("↑ " if self.upright else "→ ") if beyond else ""
                text = f"{arrow}{row['_text']}"
                canvas.say(axes, turn(place, end), text, size, toward=turn(0, 4 * side))
        if self.stacked and write and ends[1] > 0:
            canvas.say(
                axes, turn(place, ends[1]), self._texts(one)[0], size, toward=turn(0, 4)
            )
