"""Dots: two or three values a row with a line or an arrow between them, or one alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Unpack

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from catrade import words
from catrade.charts import canvas, core, style
from catrade.charts.canvas import Size, say
from catrade.charts.core import About, Measure, shown
from pagemill.display import Chart
from rounding.errors import ParameterError

_ROW, _NARROW_ROW = 22.0, 32.0  # points


def dots(
    frame: pd.DataFrame,
    label: str = "partner_name",
    value: str = "value_bn",
    by: str | None = None,
    *,
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
    frame = core.checked(frame, [label, by], "dots", value, column)
    measure = Measure.of(frame, value, unit)
    rows = measure.drawn(frame).assign(_label=frame[label], _by=frame[by] if by else "")
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
        paint = core.palette(rows["_by"], colours)
    # What an arrow ends in is drawn last.
    rows = rows.sort_values("_by" if arrows else "_value")
    beside: dict[Any, str] = {}
    if column:
        newest = frame.assign(_by=rows["_by"]).sort_values("_by")
        beside = newest.groupby(label)[column].last().to_dict()
    of = {one: rows[rows["_label"] == one].to_dict("records") for one in labels}
    picture = _Dots(rows, of, measure, paint, arrows, beside)
    notes = ["n/a: no figure."] if rows["_value"].isna().any() else []
    if "ollow" not in about.get("note", ""):
        notes.insert(0, words.basis_note(frame))
    return core.finish(
        picture.draw, frame, about, alt=picture.alt, unit=measure.subtitle, notes=notes
    )


@dataclass
class _Dots:
    """The dots, to be drawn wide or narrow: those of each label in the order they are drawn."""

    rows: pd.DataFrame
    of: Mapping[Any, list[dict[Any, Any]]]
    measure: Measure
    paint: Mapping[Any, str]
    arrows: bool
    beside: Mapping[Any, str]

    def alt(self, head: str) -> str:
        """Say every dot's value."""
        said = []
        for one, rows in self.of.items():
            texts = []
            for row in rows:
                text = self.measure.text(row, prose=True)
                texts.append(f"{shown(row['_by'])} {text}".strip())
            said.append(f"{shown(one)}: {', '.join(texts)}")
        return f"Dot chart: {head}. {'; '.join(said)}."

    def draw(self, size: Size, subtitle: str) -> Figure:
        """Draw a row a label; on a phone names stand above their rows."""
        step = _NARROW_ROW if size.narrow else _ROW
        height = step * len(self.of) + 4
        names = [shown(one) for one in self.of]
        figure, axes = canvas.subplots(
            size,
            subtitle,
            () if self.arrows else core.entries_of(self.paint),
            height=height,
            left=4 if size.narrow else canvas.widest(names, size) + 12,
            right=8 + canvas.widest(self.beside.values(), size),
            above=2,
            below=20,
        )
        self._scale(axes, height, size)
        low = 0.72 if size.narrow else 0.5
        places = [step * (number + low) + 2 for number in range(len(names))]
        for y, (one, rows) in zip(places, self.of.items(), strict=True):
            canvas.name_row(axes, y - 6, y + 6, shown(one), size)
            self._row(axes, rows, y)
            if one in self.beside:
                right = (axes.get_xlim()[1], y)
                say(axes, right, self.beside[one], (6, 0))
        return figure

    def _scale(self, axes: Axes, height: float, size: Size) -> None:
        """Set limits that leave room for the values written beyond the outermost dots."""
        low, high = min(self.rows["_low"].min(), 0.0), self.rows["_high"].max()
        room = canvas.widest(self.rows["_text"], size) + 10
        part = min(0.35, room / axes.bbox.width)
        spare = (high - low or 1.0) / (1 - 2 * part) * part
        axes.set(xlim=(low - spare, high + spare), ylim=(height, 0))
        if self.arrows:  # all values are written
            axes.set_axis_off()
            axes.axvline(0, color=style.GRID)
            return
        # Where no number is less than nothing, the axis has none either.
        ticks = self.measure.ticks(low, high + spare, 4)
        axes.set_yticks([])
        canvas.scale_below(axes, ticks, list(ticks))
        axes.vlines([*ticks], height, 0, colors=style.GRID, lw=0.8, zorder=0.5)

    def _row(self, axes: Axes, rows: list[dict[Any, Any]], y: float) -> None:
        """Draw a row: the line or arrow, its dots, the values at both ends."""
        known = [row for row in rows if not np.isnan(row["_value"])]
        if not known:
            start, _ = axes.get_xlim()
            say(axes, (start, y), "n/a", (4, 0), color=style.MUTED)
            return
        low, high = sorted([known[0], known[-1]], key=lambda row: row["_value"])
        newest = known[-1] if self.arrows and len(known) > 1 else None
        if low is not high:
            look: dict[str, Any] = {"color": style.GRID, "linewidth": 3}
            if self.arrows:
                look = {"color": self.paint[low["_key"]], "linewidth": 2}
            axes.plot([low["_value"], high["_value"]], [y, y], **look)
        for row in known:
            head = ">" if newest is high else "<"
            self._dot(axes, row, y, head if row is newest else "o")
        if low is not high:
            weight = "bold" if newest is low else "normal"
            say(axes, (low["_low"], y), low["_text"], (-7, 0), fontweight=weight)
        missing = [row for row in rows if np.isnan(row["_value"])]
        lacking = [f"{shown(row['_by'])} n/a".strip() for row in missing]
        text = "; ".join([high["_text"], *lacking])
        weight = "bold" if newest is high else "normal"
        say(axes, (high["_high"], y), text, (7, 0), fontweight=weight)

    def _dot(self, axes: Axes, row: dict[Any, Any], y: float, marker: str) -> None:
        colour, place = self.paint[row["_key"]], (row["_value"], y)
        canvas.whisker(axes, (row["_low"], y), (row["_high"], y), colour, 8)
        told = f"{core.named(row['_label'], row['_by'])}: {row['_text']}"
        look: dict[str, Any] = {"hollow": row["_hollow"], "marker": marker}
        canvas.dot(axes, place, colour, told, size=7, **look)
        if row["_doubtful"]:
            say(axes, place, "?", (0, 9))
