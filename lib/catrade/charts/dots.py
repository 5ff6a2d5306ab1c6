"""Dots: two or three values a row with a line or an arrow between them, or one alone."""

from __future__ import annotations

from typing import Any, Unpack

import pandas as pd
from matplotlib.figure import Figure

from catrade import words
from catrade.charts import core, style
from catrade.charts.canvas import OF_SCALE, ON_PAPER, Entries, Plot, Size
from catrade.charts.core import About, shown
from pagemill.display import Chart

_ROW, _NARROW_ROW = 22.0, 27.0  # points


@core.or_nothing
def dots(
    frame: pd.DataFrame,
    label: str = "partner_name",
    value: str = "value_bn",
    by: str | None = None,
    *,
    order: str = "value",
    arrows: bool = False,
    column: str | None = None,
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
    about
        As of `catrade.charts.bars`.

    Raises
    ------
    ParameterError
        If a column is missing or holds no numbers, or `order` is unknown.

    Examples
    --------
    >>> frame = pd.DataFrame(
    ...     {"partner": ["KGZ", "KGZ"], "reporter": ["CHN", "KGZ"], "value_bn": [22.7, 5.6]}
    ... )
    >>> dots(frame, "partner", by="reporter", title="China counts four times as much").alt
    'Dot chart: $ billion. Kyrgyzstan: Kyrgyzstan $5.6 billion, China $22.7 billion.'
    """
    # The rows and their colours; then the picture of these, and what is said of it.
    keys = {"label": label, "by": by}
    measure, rows = core.drawn_rows("dots", frame, value, about, column, **keys)
    core.with_value("dots", rows, value)
    largest = rows.groupby("label", sort=False)["value"].max()
    labels = core.ordered(largest, order)
    colours = about.get("colours")
    if arrows:
        paint = dict.fromkeys(labels, style.NOT_ALLOCATED)
        paint |= core.palette(colours or (), colours)
        entries: Entries = []
        rows["colour"] = rows["label"].map(paint)
    else:
        paint = core.palette(rows["by"], colours) if by else {"": style.INK}
        entries = core.entries_of(paint)
        rows["colour"] = rows["by"].map(paint)
    newest = rows.sort_values("by").groupby("label").last()
    # What an arrow ends in is drawn last.
    rows = rows.sort_values("by" if arrows else "value")
    beside = newest["more"].to_dict()

    def draw(size: Size, subtitle: str) -> Figure:
        """Draw a row a label; on a phone names stand above their rows."""
        step, middle = _ROW, 0.5
        left = 12 + size.widest(map(shown, labels))
        if size.narrow:
            step, middle, left = _NARROW_ROW, 0.72, 4.0
        right = 8 + size.widest(beside.values())
        height = step * len(labels) + 4
        # Room for the values written beyond the outermost dots is a part of the axis.
        low = min(0.0, rows["low"].min())
        high = rows["high"].max()
        room = size.widest(rows["text"]) + 10
        part = min(0.35, room / max(60.0, size.width - left - right))
        spare = (high - low or 1.0) * part / (1 - 2 * part)
        plot = Plot(
            size,
            subtitle,
            entries,
            x=(low - spare, high + spare),
            y=(height, 0),
            height=height,
            left=left,
            right=right,
            above=2,
            below=20,
        )
        if arrows:  # all values are written
            plot.axes.set_axis_off()
            plot.axes.axvline(0, color=style.GRID)
        else:
            # Where no number is less than nothing, the axis has none either.
            ticks = measure.ticks(low, high + spare, 4)
            plot.scale_below(ticks)
            plot.axes.vlines(list(ticks), height, 0, **OF_SCALE)
        ys = {name: step * (number + middle) + 2 for number, name in enumerate(labels)}
        placed = rows.assign(at=rows["label"].map(ys))
        _mark(plot, placed.dropna(subset="value"), arrows)
        for name, y in ys.items():
            plot.name_row(y - 6, y + 6, shown(name))
            _write(plot, placed[placed["label"] == name], y, arrows)
            if beside[name]:
                plot.say((high + spare, y), beside[name], (6, 0))
        return plot.figure

    notes = []
    if "ollow" not in about.get("note", ""):
        notes.append(words.basis_note(frame))
    if rows["value"].hasnans:
        notes.append("n/a: no figure.")
    return core.finish(
        draw,
        frame,
        about,
        kind="Dot chart",
        sentences=core.in_words(rows, labels),
        notes=notes,
        unit=measure.unit.name,
    )


def _mark(plot: Plot, rows: pd.DataFrame, arrows: bool) -> None:
    """Draw the line or arrow of each row, and its dots with their intervals."""
    of_row = rows.groupby("at")
    first = of_row["value"].first()
    colours: Any = style.GRID
    wide = 3
    marker = pd.Series("o", rows.index)
    if arrows:
        colours = of_row["colour"].first()
        wide = 2
        # An arrow ends in a head, where it has come from another value.
        is_head = rows.duplicated("at") & ~rows.duplicated("at", keep="last")
        falls = rows["value"] < rows["at"].map(first)
        marker = marker.mask(is_head, ">").mask(is_head & falls, "<")
    else:
        # Around a dot that the next one hides a ring is seen.
        start, end = plot.axes.get_xlim()
        hidden = rows[of_row["value"].diff(-1) > (start - end) / 100]
        if len(hidden):
            plot.axes.scatter(
                hidden["value"], hidden["at"], 110, hidden["colour"], zorder=3.8
            )
    last = of_row["value"].last()
    plot.axes.hlines(
        first.index, first, last, colors=colours, lw=wide, capstyle="round"
    )
    for colour, its in rows.groupby("colour", sort=False):
        plot.whiskers(its, colour, upright=False, least=8)
    for kind in ("o", "<", ">"):
        its = rows[marker == kind]
        if len(its):
            plot.dots(
                its["value"],
                its["at"],
                map(core.told_of, core.each(its)),
                colours=its["colour"],
                hollow=its["hollow"],
                size=7,
                marker=kind,
            )
    for place in rows.loc[rows["doubtful"], ["value", "at"]].to_numpy():
        plot.say(place, "?", (0, 9))


def _write(plot: Plot, rows: pd.DataFrame, y: float, arrows: bool) -> None:
    """Write the values at both ends of a row, that of an arrow's head in bold."""
    missing = rows["value"].isna()
    marks = list(core.each(rows[~missing]))
    if not marks:
        start, _ = plot.axes.get_xlim()
        plot.say((start, y), "n/a", (4, 0), color=style.MUTED)
        return
    first, last = marks[0], marks[-1]
    first.weight = "normal"
    last.weight = "bold" if arrows and len(marks) > 1 else "normal"
    low, high = (last, first) if first.value > last.value else (first, last)
    # Lines of the scale end where a value is written.
    if low is not high:
        plot.say((low.low, y), low.text, (-7, 0), fontweight=low.weight, **ON_PAPER)
    lacking = [f"{shown(by)} n/a".strip() for by in rows.loc[missing, "by"]]
    text = "; ".join([high.text, *lacking])
    plot.say((high.high, y), text, (7, 0), fontweight=high.weight, **ON_PAPER)
