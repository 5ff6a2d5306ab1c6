"""Small panels side by side, each on its own scale: the same lines of several countries."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any, Unpack

import pandas as pd
from matplotlib.figure import Figure

from catrade import words
from catrade.charts import core, style
from catrade.charts.canvas import Plot, Point, Size, spread, wrap
from catrade.charts.core import About, shown
from pagemill.display import Chart
from rounding import formats

#: Panels in a row: of a wide drawing, of more than four panels, of a phone's.
_WIDE, _MANY, _NARROW = 4, 3, 2
_HEIGHT = 84.0  # points of a panel's axes
_LINE = 1.3  # type sizes from line to line
_AIR = 12.0  # points between rows of panels
_LEFT = 14.0  # points left of a panel's axes: half of a year's name


@core.or_nothing
def panels(
    frame: pd.DataFrame,
    panel: str = "partner",
    x: str = "year",
    y: str = "value_bn",
    by: str = "flow",
    *,
    heads: Mapping[Any, str] | None = None,
    feet: Mapping[Any, str] | None = None,
    between: bool = False,
    **about: Unpack[About],
) -> Chart:
    """Draw lines over years in a small panel a country, each on its own scale from zero.

    Parameters
    ----------
    frame
        One row a panel, series and year, in the order in which panels are drawn; a row without a
        value is a gap.
    panel, x, y, by
        Columns: what a panel is of, whole years, values, and what its lines differ in.
    heads, feet
        What to write above and below the lines of a panel.
    between
        Whether the space between a panel's two lines is shaded, where both have a value.
    about
        As of `catrade.charts.bars`.

    Raises
    ------
    ParameterError
        If a column is missing or holds no numbers.

    Examples
    --------
    >>> frame = pd.DataFrame({"partner": ["KAZ", "KAZ", "UZB", "UZB"], "flow": "export",
    ...     "year": [2024, 2025, 2024, 2025], "value_bn": [28.1, 29.7, 11.8, 14.2]})
    >>> panels(frame, title="China sells more to both").alt
    'Small panels, 2024 to 2025: $ billion. Kazakhstan: Exports $28.1 billion, $29.7 billion;
    Uzbekistan: Exports $11.8 billion, $14.2 billion.'
    """
    keys = {"panel": panel, "at": x, "by": by}
    measure, rows = core.drawn_rows("panels", frame, y, about, **keys)
    points = core.with_value("panels", rows, y)
    names = points["panel"].unique()
    paint = core.palette(points["by"].unique(), about.get("colours"))
    # A series of one panel alone has its colour beside the panel's name.
    panels_of = points.groupby("by")["panel"].nunique()
    alone = panels_of.eq(1) & (len(names) > 1)
    common = {key: colour for key, colour in paint.items() if not alone[key]}

    def draw(size: Size, subtitle: str) -> Figure:
        """Draw the grid of panels: of each its name, its head, its lines and its foot."""
        across = _NARROW
        if not size.narrow:
            across = _MANY if len(names) > _WIDE else _WIDE
        across = min(across, len(names))
        width = size.width / across
        line = size.type * _LINE
        tops = _broken(heads, names, width, size)
        ends = _broken(feet, names, width, size)
        above = (1.4 + max(map(len, tops.values()))) * line + 4
        below = (1.6 + max(map(len, ends.values()))) * line
        height = about.get("height", _HEIGHT)
        high = above + height + below + _AIR
        whole = high * -(-len(names) // across)
        plot = Plot(
            size,
            subtitle,
            core.entries_of(common),
            x=(0, size.width),
            y=(0, whole),
            height=whole,
            left=0,
            right=0,
            below=0,
        )
        plot.axes.set_axis_off()
        for number, name in enumerate(names):
            left = width * (number % across)
            top = whole - high * (number // across)
            lines = rows[rows["panel"] == name]
            own = [paint[key] for key in lines["by"].unique() if key not in common]
            _write_head(plot, (left, top), shown(name), tops[name], own)
            bottom = top - above - height
            foot = "\n".join(ends[name])
            plot.axes.text(left, bottom - 1.6 * line, foot, va="top")
            _draw_lines(plot, (left, bottom, width - 8, height), lines, paint, between)
        return plot.figure

    # Of a series that begins later, or ends earlier, its own years are said.
    first, last = points["at"].min(), points["at"].max()
    sentences = []
    for name in names:
        series = []
        for key, part in points[points["panel"] == name].groupby("by", sort=False):
            said = part["said"] + part["at"].map(" in {:.0f}".format)
            if {part["at"].iloc[0], part["at"].iloc[-1]} == {first, last}:
                said = part["said"]
            values = said.iloc[[0, -1]].unique()
            series.append(f"{shown(key)} {', '.join(values)}")
        sentences.append(f"{shown(name)}: {', '.join(series)}")
    span = f"{first:.0f} to {last:.0f}"
    hollow = points.groupby(["panel", "by"])["hollow"].last().any()
    return core.finish(
        draw,
        frame,
        about,
        kind=f"Small panels, {span}",
        sentences=sentences,
        notes=[words.basis_note(frame)] if hollow else [],
        unit=measure.unit.name,
    )


def _broken(
    texts: Mapping[Any, str] | None, names: Iterable[Any], width: float, size: Size
) -> dict[Any, list[str]]:
    """Break each panel's text into lines that fit; a line break of its own stays one."""
    lines: dict[Any, list[str]] = {name: [] for name in names}
    for name in lines:
        for part in (texts or {}).get(name, "").split("\n"):
            lines[name] += wrap(part, width - 8, size.type)
    return lines


def _write_head(
    plot: Plot, at: Point, name: str, lines: list[str], own: list[str]
) -> None:
    """Write a panel's name in bold, beside a square of its own colour, and its head below it."""
    x, y = at
    right = 0
    if own:
        plot.box((x, y - 8), (8, 7), name, facecolor=own[-1])
        right = 12
    plot.axes.text(x + right, y, name, va="top", fontweight="bold")
    below = y - 1.4 * plot.size.type * _LINE
    plot.axes.text(x, below, "\n".join(lines), va="top")


def _draw_lines(
    plot: Plot,
    box: tuple[float, float, float, float],
    rows: pd.DataFrame,
    paint: Mapping[Any, str],
    between: bool,
) -> None:
    """Draw a panel's lines into a box of the plot, with the newest figure at each one's end."""
    # A plot of its own, on axes within the other's.
    left, bottom, width, height = box
    inside = copy.copy(plot)
    size = plot.size
    points = rows.dropna(subset="value")
    ends = points.groupby("by", sort=False).tail(1)
    room = size.wide("000.0 ?") + 8 + _LEFT
    inside.axes = plot.axes.inset_axes(
        (left + _LEFT, bottom, width - room, height), transform=plot.axes.transData
    )
    inside.axes.set_axis_off()
    first, last = points["at"].min(), points["at"].max()
    inside.axes.set(
        xlim=(first - 0.3, last + 0.3), ylim=(0, 1.08 * points["high"].max())
    )
    inside.axes.axhline(0, color=style.MUTED, linewidth=0.8)
    inside.scale_below({year: f"{year:.0f}" for year in (first, last)}, air=4)
    if between:
        wide = rows.pivot_table("value", "at", "by", dropna=False).dropna()
        ends_of_space = wide.min(axis=1), wide.max(axis=1)
        inside.axes.fill_between(
            wide.index, *ends_of_space, color=style.SOFT, linewidth=0
        )
    for key, part in rows.groupby("by", sort=False):
        value = part["value"]
        inside.axes.plot(part["at"], value, color=paint[key], linewidth=2)
        is_alone = value.shift().isna() & value.shift(-1).isna()
        is_seen = is_alone | part.index.isin(ends.index)
        for seen, dots in part[value.notna()].groupby(is_seen):
            inside.dots(
                dots["at"],
                dots["value"],
                shown(key) + dots["at"].map(" {:.0f}: ".format) + dots["text"],
                colours=paint[key],
                hollow=dots["hollow"],
                size=4 if seen else 1,
            )
    places = inside.places(ends["at"], ends["value"])
    heights = spread(places[:, 1], size.type * 1.2)
    for row, (x, _), y in zip(core.each(ends), places, heights, strict=True):
        # Its unit stands above, its digits are in its mark.
        text = formats.decimal(row.value, 1 if abs(row.value) >= 1 else 2)
        doubt = " ?" if row.doubtful else ""
        inside.write(x + 6, y, text + doubt, va="center_baseline")
