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
from catrade.charts.canvas import ON_PAPER, Size, say
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
    measure, rows = core.rows_of("dots", frame, label, value, by, unit, column)
    if rows["_value"].isna().all():
        message = f"dots has nothing to draw: no row has a value in {value!r}"
        raise ParameterError(message)
    largest = rows.groupby("_label", sort=False)["_value"].max()
    labels = core.ordered(largest, order)
    rows["_key"] = rows["_label"] if arrows else rows["_by"]
    paint = {"": style.INK}
    if arrows:
        paint = dict.fromkeys(labels, style.NOT_ALLOCATED)
        paint |= core.palette(colours or (), colours)
    elif by:
        paint = core.palette(rows["_by"], colours)
    beside: dict[Any, str] = {}
    if column:
        newest = rows.sort_values("_by").groupby("_label")["_more"].last()
        beside = newest.to_dict()
    # What an arrow ends in is drawn last.
    rows = rows.sort_values("_by" if arrows else "_value")
    picture = _Dots(rows, labels, measure, paint, arrows, beside)
    notes = []
    if "ollow" not in about.get("note", ""):
        notes.append(words.basis_note(frame))
    if rows["_value"].isna().any():
        notes.append("n/a: no figure.")
    return core.finish(picture, frame, about, unit=measure.subtitle, notes=notes)


@dataclass
class _Dots:
    """The dots, in the order they are drawn, and the labels, in that of their rows."""

    rows: pd.DataFrame
    labels: list[Any]
    measure: Measure
    paint: Mapping[Any, str]
    arrows: bool
    beside: Mapping[Any, str]

    def alt(self, head: str) -> str:
        """Say every dot's value."""
        said = core.in_words(self.measure, self.rows, self.labels)
        return f"Dot chart: {head}. {'; '.join(said)}."

    def draw(self, size: Size, subtitle: str) -> Figure:
        """Draw a row a label; on a phone names stand above their rows."""
        step = _NARROW_ROW if size.narrow else _ROW
        low = 0.72 if size.narrow else 0.5
        height = step * len(self.labels) + 4
        names = [shown(one) for one in self.labels]
        figure, axes = canvas.subplots(
            size,
            subtitle,
            [] if self.arrows else core.entries_of(self.paint),
            height=height,
            left=4 if size.narrow else size.widest(names) + 12,
            right=8 + size.widest(self.beside.values()),
            above=2,
            below=20,
        )
        self._scale(axes, height, size)
        number = self.rows["_label"].map(self.labels.index)
        rows = self.rows.assign(_at=step * (number + low) + 2)
        self._mark(axes, rows[rows["_value"].notna()])
        for one, name in zip(self.labels, names, strict=True):
            its = rows[rows["_label"] == one]
            y = its["_at"].iloc[0]
            canvas.name_row(axes, y - 6, y + 6, name, size)
            self._write(axes, its, y)
            if one in self.beside:
                say(axes, (axes.get_xlim()[1], y), self.beside[one], (6, 0))
        return figure

    def _scale(self, axes: Axes, height: float, size: Size) -> None:
        """Set limits that leave room for the values written beyond the outermost dots."""
        low = min(self.rows["_low"].min(), 0.0)
        high = self.rows["_high"].max()
        room = size.widest(self.rows["_text"]) + 10
        part = min(0.35, room / axes.bbox.width)
        spare = (high - low or 1.0) / (1 - 2 * part) * part
        axes.set(xlim=(low - spare, high + spare), ylim=(height, 0))
        if self.arrows:  # all values are written
            axes.set_axis_off()
            axes.axvline(0, color=style.GRID)
            return
        # Where no number is less than nothing, the axis has none either.
        ticks = self.measure.ticks(low, high + spare, 4)
        canvas.scale_below(axes, ticks, size)
        axes.vlines([*ticks], height, 0, colors=style.GRID, lw=0.8, zorder=0.5)

    def _mark(self, axes: Axes, known: pd.DataFrame) -> None:
        """Draw the line or arrow of each row, and its dots with their intervals."""
        of_row = known.groupby("_at")
        ends = of_row["_value"].agg(["first", "last"])
        colours: Any = style.GRID
        if self.arrows:
            colours = of_row["_key"].first().map(self.paint)
        axes.hlines(
            ends.index,
            ends["first"],
            ends["last"],
            colors=colours,
            lw=2 if self.arrows else 3,
            capstyle="round",
        )
        for key, its in known.groupby("_key", sort=False):
            canvas.whiskers(axes, its, self.paint[key], upright=False, least=8)
        # An arrow ends in a head, where it has come from another value.
        is_head = known.duplicated("_at") & ~known.duplicated("_at", keep="last")
        falls = known["_value"] < known["_at"].map(ends["first"])
        heads = np.where(falls, "<", ">")
        markers = np.where(is_head & self.arrows, heads, "o")
        names = []
        for label, kind in zip(known["_label"], known["_by"], strict=True):
            names.append(core.named(label, kind))
        told = pd.Series(names, known.index) + ": " + known["_text"]
        for marker in ("o", "<", ">"):
            its = known[markers == marker]
            if its.empty:
                continue
            canvas.dots(
                axes,
                its["_value"],
                its["_at"],
                told[its.index],
                colours=its["_key"].map(self.paint),
                hollow=its["_hollow"],
                sizes=7,
                marker=marker,
            )
        doubtful = known[known["_doubtful"]]
        for place in doubtful[["_value", "_at"]].to_numpy(float):
            say(axes, place, "?", (0, 9))

    def _write(self, axes: Axes, rows: pd.DataFrame, y: float) -> None:
        """Write the values at both ends of a row, that of an arrow's head in bold."""
        known = rows[rows["_value"].notna()].to_dict("records")
        if not known:
            start, _ = axes.get_xlim()
            say(axes, (start, y), "n/a", (4, 0), color=style.MUTED)
            return
        # Lines of the scale end where a value is written.
        look = {"fontweight": "normal"} | ON_PAPER
        newest = look
        if self.arrows and len(known) > 1:
            newest = look | {"fontweight": "bold"}
        low, high = sorted([known[0], known[-1]], key=lambda row: row["_value"])
        if low is not high:
            bold = newest if low is known[-1] else look
            say(axes, (low["_low"], y), low["_text"], (-7, 0), **bold)
        missing = rows[rows["_value"].isna()]
        lacking = [f"{shown(kind)} n/a".strip() for kind in missing["_by"]]
        text = "; ".join([high["_text"], *lacking])
        bold = newest if high is known[-1] else look
        say(axes, (high["_high"], y), text, (7, 0), **bold)
