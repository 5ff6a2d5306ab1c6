"""Dots: two or three values a row with a line or an arrow between them, or one alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Unpack

import pandas as pd
from matplotlib.figure import Figure

from catrade import words
from catrade.charts import core, style
from catrade.charts.canvas import OF_SCALE, ON_PAPER, Plot, Size
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
    of_label = rows.groupby("_label", sort=False)
    largest = of_label["_value"].max()
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
        newest = rows.sort_values("_by").groupby("_label").last()
        beside = newest["_more"].to_dict()
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
        step, middle = _ROW, 0.5
        left = 4.0
        if size.narrow:
            step, middle = _NARROW_ROW, 0.72
        else:
            left = 12 + size.widest(map(shown, self.labels))
        right = 8 + size.widest(self.beside.values())
        height = step * len(self.labels) + 4
        # Room for the values written beyond the outermost dots.
        room = size.widest(self.rows["_text"]) + 10
        across = max(60.0, size.width - left - right)
        part = min(0.35, room / across)
        lowest = self.rows["_low"].min()
        low = min(0.0, lowest)
        high = self.rows["_high"].max()
        long = high - low or 1.0
        free = 1 - 2 * part
        spare = long * part / free
        plot = Plot(
            size,
            subtitle,
            [] if self.arrows else core.entries_of(self.paint),
            x=(low - spare, high + spare),
            y=(height, 0),
            height=height,
            left=left,
            right=right,
            above=2,
            below=20,
        )
        if self.arrows:  # all values are written
            plot.axes.set_axis_off()
            plot.axes.axvline(0, color=style.GRID)
        else:
            # Where no number is less than nothing, the axis has none either.
            ticks = self.measure.ticks(low, high + spare, 4)
            plot.scale_below(ticks)
            plot.axes.vlines(list(ticks), height, 0, **OF_SCALE)
        rows = self.rows.copy()
        number = rows["_label"].map(self.labels.index)
        rows["_at"] = step * (number + middle) + 2
        known = rows[rows["_value"].notna()]
        self._mark(plot, known)
        of_label = rows.groupby("_label")
        for one in self.labels:
            its = of_label.get_group(one).to_dict("records")
            y = its[0]["_at"]
            plot.name_row(y - 6, y + 6, shown(one))
            self._write(plot, its, y)
            if one in self.beside:
                edge = (high + spare, y)
                text = self.beside[one]
                plot.say(edge, text, (6, 0))
        return plot.figure

    def _mark(self, plot: Plot, known: pd.DataFrame) -> None:
        """Draw the line or arrow of each row, and its dots with their intervals."""
        of_row = known.groupby("_at")
        first = of_row["_value"].first()
        last = of_row["_value"].last()
        colours: Any = style.GRID
        wide = 3
        if self.arrows:
            keys = of_row["_key"].first()
            colours = keys.map(self.paint)
            wide = 2
        look = {"colors": colours, "lw": wide, "capstyle": "round"}
        plot.axes.hlines(first.index, first, last, **look)
        for key, its in known.groupby("_key", sort=False):
            colour = self.paint[key]
            plot.whiskers(its, colour, upright=False, least=8)
        marker = pd.Series("o", known.index)
        if self.arrows:
            # An arrow ends in a head, where it has come from another value.
            is_last = ~known.duplicated("_at", keep="last")
            is_head = is_last & known.duplicated("_at")
            falls = known["_value"] < known["_at"].map(first)
            marker = marker.mask(is_head, ">")
            marker = marker.mask(is_head & falls, "<")
        for kind in ("o", "<", ">"):
            its = known[marker == kind]
            told = [core.told_of(row) for row in its.to_dict("records")]
            if told:
                plot.dots(
                    its["_value"],
                    its["_at"],
                    told,
                    colours=its["_key"].map(self.paint),
                    hollow=its["_hollow"],
                    size=7,
                    marker=kind,
                )
        doubtful = known[known["_doubtful"]]
        for row in doubtful.to_dict("records"):
            place = (row["_value"], row["_at"])
            plot.say(place, "?", (0, 9))

    def _write(self, plot: Plot, rows: list[Any], y: float) -> None:
        """Write the values at both ends of a row, that of an arrow's head in bold."""
        known = [row for row in rows if pd.notna(row["_value"])]
        if not known:
            start, _ = plot.axes.get_xlim()
            place = (start, y)
            plot.say(place, "n/a", (4, 0), color=style.MUTED)
            return
        low, high = known[0], known[-1]
        weights = ["normal", "normal"]
        if self.arrows and len(known) > 1:
            weights = ["normal", "bold"]
        if low["_value"] > high["_value"]:
            low, high = high, low
            weights.reverse()
        of_low, of_high = weights
        # Lines of the scale end where a value is written.
        if low is not high:
            place = (low["_low"], y)
            text = low["_text"]
            plot.say(place, text, (-7, 0), fontweight=of_low, **ON_PAPER)
        place = (high["_high"], y)
        text = high["_text"]
        for row in rows:
            if pd.isna(row["_value"]):
                lacking = f"{shown(row['_by'])} n/a"
                text += f"; {lacking.strip()}"
        plot.say(place, text, (7, 0), fontweight=of_high, **ON_PAPER)
