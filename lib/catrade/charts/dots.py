"""Dots: two or three values a row with a line or an arrow between them, or one alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from catrade import words
from catrade.charts import canvas, core, style
from catrade.charts.canvas import Size
from catrade.charts.core import About, Measure, shown
from pagemill.display import Chart
from rounding.errors import ParameterError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ROW, _NARROW_ROW = 22.0, 32.0


def dots(
    frame: pd.DataFrame,
    label: str = "partner_name",
    value: str = "value_bn",
    by: str | None = None,
    *,
    panels: str | None = None,
    order: str = "value",
    arrows: bool = False,
    column: str | None = None,
    unit: str | None = None,
    colours: Mapping[Any, str] | None = None,
    **about: Unpack[About],
) -> Chart:
    """Draw one row a label with a dot a value, such as China's figure and its partner's.

    Parameters
    ----------
    frame
        One row a dot. A row without a value is marked "n/a".
    label, value, by
        Columns: what a row stands for, where its dots are, and what they differ in.
    panels
        A column: one panel a value, side by side, or one under the other on a phone.
    order
        `value`, largest first, or `given`.
    arrows
        Whether an arrow leads from the first value of `by` to the last, such as from year to year;
        `colours` are then of the labels, grey if not given.
    column
        A column of what else to write of a row's newest value, such as dollars.
    unit, colours, about
        As of `catrade.charts.lines`.

    Raises
    ------
    ParameterError
        If a column is missing or holds no numbers, no row has a value, or `order` is unknown.

    Examples
    --------
    >>> frame = pd.DataFrame(
    ...     {"partner": ["KGZ", "KGZ"], "reporter": ["CHN", "KGZ"], "value_bn": [22.7, 5.6]}
    ... )
    >>> dots(frame, "partner", by="reporter", title="China counts four times as much").alt
    'Dot chart: $ billion. Kyrgyzstan: Kyrgyzstan $5.6 billion, China $22.7 billion.'
    """
    rows = core.checked(frame, [label, by, panels], "dots", value, column)
    rows = rows.reset_index(drop=True)
    measure = Measure.of(rows, value, unit)
    rows = measure.drawn(rows).assign(
        _label=rows[label],
        _by=rows[by] if by else "",
        _panel=rows[panels] if panels else "",
    )
    if rows["_value"].isna().all():
        raise ParameterError(
            f"dots has nothing to draw: no row has a value in {value!r}"
        )
    labels = core.ordered(rows.groupby("_label", sort=False)["_value"].max(), order)
    rows["_key"] = rows["_label"] if arrows else rows["_by"]
    paint = {"": style.INK}
    if arrows:
        paint = dict.fromkeys(labels, style.NOT_ALLOCATED)
        paint.update(core.palette(colours or (), colours))
    elif by:
        paint = core.palette(dict.fromkeys(rows["_by"]), colours)
    beside = {}
    if column:
        beside = rows.sort_values("_by").groupby("_label")[column].last().to_dict()
    panels_of = list(dict.fromkeys(rows["_panel"]))
    picture = _Dots(rows, labels, panels_of, measure, paint, arrows, beside)
    told = "ollow" in about.get("note", "")
    notes = [
        "" if told else words.basis_note(rows),
        "n/a: no figure." if rows["_value"].isna().any() else "",
    ]
    return core.finish(
        picture.draw, frame, about, alt=picture.alt, unit=measure.subtitle, notes=notes
    )


@dataclass
class _Dots:
    """The dots, to be drawn wide or narrow."""

    rows: pd.DataFrame
    labels: list[Any]
    panels: list[Any]
    measure: Measure
    paint: Mapping[Any, str]
    arrows: bool
    beside: Mapping[Any, str]

    def alt(self, head: str) -> str:
        """Say every dot's value."""
        said = []
        for panel, one in product(self.panels, self.labels):
            texts = [
                (r["_by"], self.measure.text(r, prose=True))
                for r in self._of(panel, one)
            ]
            parts = ", ".join(f"{shown(kind)} {text}".strip() for kind, text in texts)
            said += [f"{core.named(panel, one)}: {parts}"] if parts else []
        return f"Dot chart: {head}. {'; '.join(said)}."

    def _of(self, panel: Any, one: Any) -> list[dict[Any, Any]]:
        rows = self.rows[(self.rows["_panel"] == panel) & (self.rows["_label"] == one)]
        # What an arrow ends in is drawn last.
        order = "_by" if self.arrows else "_value"
        return list(rows.sort_values(order).to_dict("records"))

    def draw(self, size: Size, subtitle: str) -> Figure:
        """Draw everything."""
        room = (
            canvas.widest(map(self.measure.text, self.rows.to_dict("records")), size)
            + 10
        )
        names = canvas.widest(map(shown, self.labels), size) + 12
        step = _NARROW_ROW if size.narrow else _ROW
        height = step * len(self.labels) + 4
        figure, panels = canvas.canvas(
            size,
            subtitle,
            () if self.arrows else core.entries_of(self.paint),
            height=height,
            left=4 if size.narrow else names,
            right=8 + canvas.widest(self.beside.values(), size),
            above=18 if self.panels != [""] else 2,
            below=20,
            panels=len(self.panels),
        )
        for number, (panel, axes) in enumerate(zip(self.panels, panels, strict=True)):
            self._scale(axes, room)
            axes.set_ylim(height, 0)
            axes.yaxis.set_visible(False)
            axes.grid(visible=True, axis="x")
            frame = axes.get_window_extent()
            canvas.write(
                figure,
                frame.x0,
                frame.y1 + 6,
                shown(panel),
                size.type,
                fontweight="bold",
            )
            for row, one in enumerate(self.labels):
                y = step * (row + (0.72 if size.narrow else 0.5)) + 2
                left, over, where = (
                    (4, 10, "baseline") if size.narrow else (0, 0, "center_baseline")
                )
                if size.narrow or number == 0:
                    at = frame.y1 - y + over
                    canvas.write(figure, left, at, shown(one), size.type, va=where)
                self._row(axes, size, self._of(panel, one), y, one)
                at, text = frame.y1 - y, self.beside.get(one, "")
                canvas.write(figure, frame.x1 + 6, at, text, size.type, va="center")
        return figure

    def _scale(self, axes: Axes, room: float) -> None:
        """Set limits that leave room for the values written beyond the outermost dots."""
        low, high = min(self.rows["_low"].min(), 0.0), self.rows["_high"].max()
        part = min(0.35, room / axes.get_window_extent().width)
        spare = (high - low or 1.0) / (1 - 2 * part) * part
        axes.set_xlim(low - spare, high + spare)
        # Where no number is less than nothing, the axis has none either.
        ticks = self.measure.ticks(low, high + spare, 4)
        axes.set_xticks(list(ticks), list(ticks.values()))
        if self.arrows:  # all values are written
            axes.set_axis_off()
            axes.axvline(0, color=style.GRID)

    def _row(
        self, axes: Axes, size: Size, rows: list[dict[Any, Any]], y: float, one: Any
    ) -> None:
        known = [row for row in rows if not np.isnan(row["_value"])]
        missing = [
            f"{shown(row['_by'])} n/a".strip()
            for row in rows
            if np.isnan(row["_value"])
        ]
        if not known:
            start, _ = axes.get_xlim()
            canvas.say(axes, (start, y), "n/a", size, toward=(4, 0), color=style.MUTED)
            return
        low, high = sorted([known[0], known[-1]], key=lambda row: row["_value"])
        newest, head = known[-1], ">" if known[-1] is high else "<"
        if len(known) > 1:
            ends = [low["_value"], high["_value"]]
            colour = self.paint[one] if self.arrows else style.GRID
            thick = 2 if self.arrows else 3
            canvas.line(axes, ends, [y, y], color=colour, linewidth=thick, zorder=2)
        for row in known:
            colour = self.paint[row["_key"]]
            canvas.whisker(axes, (row["_low"], y), (row["_high"], y), colour, 8)
            hollow = row.get("basis", "published") not in ("published", "reported")
            doubtful = row.get("quality") == "doubtful"
            told = f"{core.named(one, row['_by'])}: {self.measure.text(row)}"
            place, hollow = (row["_value"], y), hollow or doubtful
            ends_here = self.arrows and row is newest and len(known) > 1
            marker = head if ends_here else "o"
            canvas.dot(axes, place, colour, told, hollow=hollow, size=7, marker=marker)
            if doubtful:
                canvas.say(axes, place, "?", size, toward=(0, 9))
        bold = {True: "bold", False: "normal"}
        if low is not high:
            look = {"fontweight": bold[self.arrows and low is newest]}
            at, text = (low["_low"], y), self.measure.text(low)
            canvas.say(axes, at, text, size, toward=(-7, 0), **look)
        look = {"fontweight": bold[self.arrows and high is newest]}
        text = "; ".join([self.measure.text(high), *missing])
        canvas.say(axes, (high["_high"], y), text, size, toward=(7, 0), **look)
