"""Dots: two or three values a row with a line or an arrow between them, or one alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Unpack

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from catrade import words
from catrade.charts import canvas, core, style
from catrade.charts.canvas import Panel, Size
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
    beside: dict[Any, str] = {}
    if column:
        beside = rows.sort_values("_by").groupby("_label")[column].last().to_dict()
    picture = _Dots(rows, labels, measure, paint, arrows, beside)
    notes = ["n/a: no figure."] if rows["_value"].isna().any() else []
    if "ollow" not in about.get("note", ""):
        notes.insert(0, words.basis_note(rows))
    return core.finish(
        picture.draw, frame, about, alt=picture.alt, unit=measure.subtitle, notes=notes
    )


@dataclass
class _Dots:
    """The dots, to be drawn wide or narrow."""

    rows: pd.DataFrame
    labels: list[Any]
    measure: Measure
    paint: Mapping[Any, str]
    arrows: bool
    beside: Mapping[Any, str]

    def __post_init__(self) -> None:
        # What an arrow ends in is drawn last.
        ordered = self.rows.sort_values("_by" if self.arrows else "_value")
        self.panels = list(dict.fromkeys(self.rows["_panel"]))
        self.of: dict[Any, list[dict[Any, Any]]] = {}
        for row in ordered.assign(_text=self.measure.texts(ordered)).to_dict("records"):
            self.of.setdefault((row["_panel"], row["_label"]), []).append(row)

    def alt(self, head: str) -> str:
        """Say every dot's value."""
        said = []
        for panel in self.panels:
            for one in self.labels:
                texts = []
                for row in self.of.get((panel, one), ()):
                    text = self.measure.text(row, prose=True)
                    texts.append(f"{shown(row['_by'])} {text}".strip())
                if texts:
                    said.append(f"{core.named(panel, one)}: {', '.join(texts)}")
        return f"Dot chart: {head}. {'; '.join(said)}."

    def draw(self, size: Size, subtitle: str) -> Figure:
        """Draw a row a label in each panel; on a phone names stand above their rows."""
        step = _NARROW_ROW if size.narrow else _ROW
        height = step * len(self.labels) + 4
        names = canvas.widest(map(shown, self.labels), size) + 12
        panels = canvas.panels(
            size,
            subtitle,
            () if self.arrows else core.entries_of(self.paint),
            height=height,
            left=4 if size.narrow else names,
            right=8 + canvas.widest(self.beside.values(), size),
            above=18 if self.panels != [""] else 2,
            below=20,
            count=len(self.panels),
        )
        for name, panel in zip(self.panels, panels, strict=True):
            self._scale(panel, height)
            frame = panel.frame
            panel.write(frame.x0, frame.y1 + 6, shown(name), fontweight="bold")
            for number, one in enumerate(self.labels):
                y = step * (number + (0.72 if size.narrow else 0.5)) + 2
                at = frame.y1 - y
                if size.narrow:
                    panel.write(4, at + 10, shown(one), va="baseline")
                elif panel is panels[0]:
                    panel.write(0, at, shown(one), va="center_baseline")
                self._row(panel, self.of.get((name, one), []), y)
                text = self.beside.get(one, "")
                panel.write(frame.x1 + 6, at, text, va="center")
        return panels[0].figure

    def _scale(self, panel: Panel, height: float) -> None:
        """Set limits that leave room for the values written beyond the outermost dots."""
        low, high = min(self.rows["_low"].min(), 0.0), self.rows["_high"].max()
        every = [row["_text"] for rows in self.of.values() for row in rows]
        room = canvas.widest(every, panel.size) + 10
        part = min(0.35, room / panel.frame.width)
        spare = (high - low or 1.0) / (1 - 2 * part) * part
        panel.limit((low - spare, high + spare), (height, 0))
        if self.arrows:  # all values are written
            panel.axes.axvline(0, color=style.GRID)
            return
        # Where no number is less than nothing, the axis has none either.
        ticks = self.measure.ticks(low, high + spare, 4)
        panel.scale_below(ticks, marks=ticks, lines=True)

    def _row(self, panel: Panel, rows: list[dict[Any, Any]], y: float) -> None:
        """Draw a row: the line or arrow, its dots, the values at both ends."""
        known = [row for row in rows if not np.isnan(row["_value"])]
        if not known:
            start, _ = panel.axes.get_xlim()
            panel.say((start, y), "n/a", (4, 0), color=style.MUTED)
            return
        low, high = sorted([known[0], known[-1]], key=lambda row: row["_value"])
        newest = known[-1] if self.arrows and len(known) > 1 else None
        if low is not high:
            look: dict[str, Any] = {"color": style.GRID, "linewidth": 3, "zorder": 2}
            if self.arrows:
                look |= {"color": self.paint[low["_key"]], "linewidth": 2}
            panel.line([low["_value"], high["_value"]], [y, y], **look)
        for row in known:
            head = ">" if newest is high else "<"
            self._dot(panel, row, y, head if row is newest else "o")
        if low is not high:
            weight = "bold" if newest is low else "normal"
            at, toward = (low["_low"], y), (-7, 0)
            panel.say(at, low["_text"], toward, fontweight=weight)
        missing = [row for row in rows if np.isnan(row["_value"])]
        lacking = [f"{shown(row['_by'])} n/a".strip() for row in missing]
        text = "; ".join([high["_text"], *lacking])
        weight = "bold" if newest is high else "normal"
        at, toward = (high["_high"], y), (7, 0)
        panel.say(at, text, toward, fontweight=weight)

    def _dot(self, panel: Panel, row: dict[Any, Any], y: float, marker: str) -> None:
        colour, place = self.paint[row["_key"]], (row["_value"], y)
        panel.whisker((row["_low"], y), (row["_high"], y), colour, 8)
        computed = row.get("basis", "published") not in ("published", "reported")
        doubtful = row.get("quality") == "doubtful"
        told = f"{core.named(row['_label'], row['_by'])}: {row['_text']}"
        look: dict[str, Any] = {"hollow": computed or doubtful, "marker": marker}
        panel.dot(place, colour, told, size=7, **look)
        if doubtful:
            panel.say(place, "?", (0, 9))
