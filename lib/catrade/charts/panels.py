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
from rounding.errors import ParameterError

#: Panels in a row: of a wide drawing, of more than four panels, of a phone's.
_WIDE, _MANY, _NARROW = 4, 3, 2
_HEIGHT = 84.0  # points of a panel's axes
_LINE = 1.3  # type sizes from line to line
_AIR = 12.0  # points between rows of panels
_LEFT = 14.0  # points left of a panel's axes: half of a year's name


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
        If a column is missing or holds no numbers, or no row has a value.

    Examples
    --------
    >>> frame = pd.DataFrame({"partner": ["KAZ", "KAZ", "UZB", "UZB"], "flow": "export",
    ...     "year": [2024, 2025, 2024, 2025], "value_bn": [28.1, 29.7, 11.8, 14.2]})
    >>> panels(frame, title="China sells more to both").alt
    'Small panels, 2024 to 2025: $ billion. Kazakhstan: Exports $28.1 billion, $29.7 billion;
    Uzbekistan: Exports $11.8 billion, $14.2 billion.'
    """
    frame = core.drawable(frame, [panel, x, by], "panels", y)
    measure = core.Measure.of(frame, y, about.get("unit"))
    rows = measure.drawn(frame)
    rows[["panel", "at", "by"]] = frame[[panel, x, by]].to_numpy()
    rows["at"] = rows["at"].astype(float)
    known = rows[rows["value"].notna()]
    if known.empty:
        raise ParameterError(f"panels has nothing to draw: no row has a value in {y!r}")
    names = list(dict.fromkeys(known["panel"]))
    paint = core.palette(known["by"].unique(), about.get("colours"))
    # A series of one panel alone has its colour beside the panel's name.
    alone = known.groupby("by")["panel"].nunique().eq(1) & (len(names) > 1)
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
        above = (1.4 + _most(tops)) * line + 4
        below = (1.6 + _most(ends)) * line
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
            colour = None
            for key in lines["by"].unique():
                if key not in common:
                    colour = paint[key]
            _write_texts(plot, (left, top), shown(name), tops[name], colour)
            bottom = top - above - height
            _write_texts(plot, (left, bottom - 1.6 * line), "", ends[name])
            _draw_lines(plot, (left, bottom, width - 8, height), lines, paint, between)
        return plot.figure

    said = []
    for name in names:
        series = []
        for key, part in known[known["panel"] == name].groupby("by", sort=False):
            values = part["said"].iloc[[0, -1]].unique()
            series.append(f"{shown(key)} {', '.join(values)}")
        said.append(f"{shown(name)}: {', '.join(series)}")
    span = f"{known['at'].min():.0f} to {known['at'].max():.0f}"
    hollow = known.groupby(["panel", "by"])["hollow"].last().any()
    return core.finish(
        draw,
        frame,
        about,
        kind=f"Small panels, {span}",
        said=said,
        notes=[words.basis_note(frame)] if hollow else [],
        unit=measure.unit.name,
    )


def _broken(
    texts: Mapping[Any, str] | None, names: Iterable[Any], width: float, size: Size
) -> dict[Any, list[str]]:
    """Break each panel's text into lines that fit; a line break of its own stays one."""
    lines = {}
    for name in names:
        parts = (texts or {}).get(name, "").split("\n")
        lines[name] = [
            line for part in parts for line in wrap(part, width - 8, size.type)
        ]
    return lines


def _most(lines: Mapping[Any, list[str]]) -> int:
    return max(map(len, lines.values()))


def _write_texts(
    plot: Plot, at: Point, name: str, lines: list[str], colour: str | None = None
) -> None:
    """Write a panel's name in bold, beside a square of its colour, and lines of text below it."""
    x, y = at
    if name:
        right = 0.0
        if colour:
            plot.box((x, y - 8), (8, 7), name, facecolor=colour)
            right = 12.0
        plot.axes.text(x + right, y, name, va="top", fontweight="bold")
        y -= 1.4 * plot.size.type * _LINE
    plot.axes.text(x, y, "\n".join(lines), va="top")


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
    known = rows[rows["value"].notna()]
    ends = known.groupby("by", sort=False).tail(1)
    texts = [_short(row) for row in core.each(ends)]
    room = size.wide("000.0 ?") + 8 + _LEFT
    inside.axes = plot.axes.inset_axes(
        (left + _LEFT, bottom, width - room, height), transform=plot.axes.transData
    )
    inside.axes.set_axis_off()
    first, last = known["at"].min(), known["at"].max()
    inside.axes.set(
        xlim=(first - 0.3, last + 0.3), ylim=(0, 1.08 * known["high"].max())
    )
    inside.axes.axhline(0, color=style.MUTED, linewidth=0.8)
    inside.scale_below({year: f"{year:.0f}" for year in (first, last)}, air=4)
    if between:
        wide = rows.pivot_table("value", "at", "by", dropna=False).dropna()
        inside.axes.fill_between(
            wide.index,
            wide.min(axis=1),
            wide.max(axis=1),
            color=style.SOFT,
            linewidth=0,
        )
    for key, part in rows.groupby("by", sort=False):
        inside.axes.plot(part["at"], part["value"], color=paint[key], linewidth=2)
        value = part["value"]
        is_alone = value.shift().isna() & value.shift(-1).isna()
        is_seen = is_alone | (part["at"] == part.loc[value.notna(), "at"].max())
        for seen, dots in part[value.notna()].groupby(is_seen):
            years = dots["at"].map(" {:.0f}: ".format)
            inside.dots(
                dots["at"],
                dots["value"],
                shown(key) + years + dots["text"],
                colours=paint[key],
                hollow=dots["hollow"],
                size=4 if seen else 1,
            )
    places = inside.places(ends["at"], ends["value"])
    heights = spread(places[:, 1], size.type * 1.2)
    for text, place, apart in zip(texts, places, heights, strict=True):
        inside.write(place[0] + 6, apart, text, va="center_baseline")


def _short(row: Any) -> str:
    """Write the figure at a line's end: its unit stands above, its digits are in its mark."""
    text = formats.decimal(row.value, 1 if abs(row.value) >= 1 else 2)
    return f"{text} ?" if row.doubtful else text
