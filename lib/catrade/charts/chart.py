"""A house chart from any axes: an analyst's own drawing, by seaborn or matplotlib."""

from __future__ import annotations

import copy
import sys
import warnings
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colors
from matplotlib.axes import Axes
from matplotlib.axis import XAxis, YAxis
from matplotlib.figure import Figure
from matplotlib.layout_engine import TightLayoutEngine
from matplotlib.text import Text
from matplotlib.ticker import PercentFormatter

from catrade.charts import core, style
from catrade.charts.canvas import NARROW, wrap
from catrade.charts.core import Measure, shown
from catrade.charts.dress import dress, spread_names
from catrade.charts.labels import text_width
from catrade.words import doubt_note, source_line
from pagemill.display import Chart
from rounding.errors import ParameterError

_LETTERS, _TYPE = 9.5, 9  # points, of a subtitle and of all else


def chart(
    drawing: Any,
    title: str,
    *,
    data: pd.DataFrame | None = None,
    subtitle: str = "",
    alt: str = "",
    note: str = "",
    source: str = "",
    name: str = "",
) -> Chart:
    """Return a house chart of any axes, figure or seaborn grid, drawn for a page and for a phone.

    What nobody chose is the house's: each series has the colour it has everywhere and its name at
    its end, an axis of money begins at zero, letters are of one size. Panels side by side, or a
    legend beside them, have no room on a phone: they scroll sideways.

    Parameters
    ----------
    drawing
        Axes, figure, or what seaborn returns; its figure is closed for pyplot, so that a notebook
        shows it once.
    title
        The finding.
    data
        The frame that was plotted: its sources are named, its rows offered for download. Without
        it, what stands on the axes is read back.
    subtitle
        Measure, unit, whose statistics; the axis' own label if not given.
    alt
        What the chart shows; a first text is made of the data if not given.
    note, source, name
        As of `catrade.charts.core.About`.

    Raises
    ------
    ParameterError
        If `drawing` is none of these.

    Examples
    --------
    >>> import seaborn as sns
    >>> frame = pd.DataFrame({"year": [2024, 2025], "value_bn": [94.8, 106.3]})
    >>> figure = Figure()
    >>> ax = sns.lineplot(frame, x="year", y="value_bn", ax=figure.subplots())
    >>> chart(ax, "Trade passed $100bn", data=frame).alt
    'Chart of value_bn by year. From $94.8 billion (2024) to $106.3 billion (2025).'
    """
    figure = (
        drawing if isinstance(drawing, Figure) else getattr(drawing, "figure", None)
    )
    if not isinstance(figure, Figure) or not figure.axes:
        message = "chart needs the axes or figure a plot was drawn on, such as what sns.lineplot "
        message += f"returns; got {type(drawing).__name__}"
        raise ParameterError(message)
    axes = drawing if isinstance(drawing, Axes) else figure.axes[0]
    table = _read_back(figure) if data is None else data
    values = _value_axis(axes, table)
    first = _first_text(table, values, axes)
    measure = _measure(table, values)
    for panel in figure.axes:
        its = values if panel is axes else panel.yaxis
        dress(panel, its, money=measure is not None and measure.unit == "usd")
    unit = _unit(measure, values)
    unit = str(table.attrs.get("unit") or unit) if unit == "value" else unit
    _dress(figure, subtitle or unit, values)
    columns = {round(panel.get_position().x0, 2) for panel in figure.axes}
    narrow = None
    if len(columns) == 1 and not figure.legends:
        narrow = _for_a_phone(figure)
        _fit(figure, _LETTERS)
    return Chart(
        figure,
        title,
        alt or first,
        table.reset_index(drop=True),
        source=source or source_line(table),
        note=" ".join(filter(None, [doubt_note(table), note])),
        name=name,
        narrow=narrow,
    )


def _value_axis(axes: Axes, table: pd.DataFrame) -> XAxis | YAxis:
    """Return the axis of the values: y, unless only x names a column of numbers."""
    numbers = set(table.select_dtypes("number").columns) - {"year"}
    upright = axes.get_ylabel() in numbers or axes.get_xlabel() not in numbers
    return axes.yaxis if upright else axes.xaxis


def _measure(table: pd.DataFrame, values: XAxis | YAxis) -> Measure | None:
    """Return what is measured, if the axis is called as a column of numbers."""
    name = values.get_label_text()
    if name not in table.columns or not pd.api.types.is_numeric_dtype(table[name]):
        return None
    return Measure.of(table, name, None)


def _unit(measure: Measure | None, values: XAxis | YAxis) -> str:
    """Return what the values are; shares and rates are written per cent."""
    name = values.get_label_text()
    if measure is None:
        return name
    if measure.unit in ("percent", "points"):
        values.set_major_formatter(PercentFormatter(1, symbol=""))
    return measure.subtitle or name.replace("_", " ")


def _first_text(table: pd.DataFrame, values: XAxis | YAxis, axes: Axes) -> str:
    """Say from what to what a chart goes: the least and largest value of each series."""
    other = axes.xaxis if values is axes.yaxis else axes.yaxis
    value, at = values.get_label_text(), other.get_label_text()
    if not {value, at} <= set(table.columns) or value == at:
        names = ", ".join(str(column) for column in table.columns[:6])
        return f"Chart of {len(table)} rows of data: {names}."
    if not pd.api.types.is_numeric_dtype(table[value]):
        return f"Chart of {value} by {at}, {len(table)} rows of data."
    measure, by = Measure.of(table, value, None), core.series_of(table, None, at)
    said = []
    for key, rows in table.dropna(subset=[value]).groupby(
        by or (lambda _: ""), sort=False
    ):
        ends = [rows.iloc[rows[value].argmin()], rows.iloc[rows[value].argmax()]]
        told = [f"{measure.text(e, prose=True)} ({shown(e[at])})" for e in ends]
        span = " to ".join(told)
        said.append(f"{shown(key)}: from {span}" if by else f"From {span}")
    return f"Chart of {value} by {at}. {'; '.join(said)}."


def _read_back(figure: Figure) -> pd.DataFrame:
    """Return what stands on the axes: points of lines and of clouds, tops of bars."""
    found: list[tuple[str, Any, Any]] = []
    for axes in figure.axes:
        found += [(str(line.get_label()), *line.get_data()) for line in axes.lines]
        for cloud in axes.collections:
            found.append(
                (str(cloud.get_label()), *np.asarray(cloud.get_offsets(), float).T)
            )
        for bars in axes.containers:
            boxes = [bar.get_bbox() for bar in getattr(bars, "patches", ())]
            middles = [(box.x0 + box.x1) / 2 for box in boxes]
            found.append((str(bars.get_label()), middles, [box.y1 for box in boxes]))
    parts = [pd.DataFrame({"series": label, "x": x, "y": y}) for label, x, y in found]
    table = pd.concat(
        parts or [pd.DataFrame(columns=["series", "x", "y"])], ignore_index=True
    )
    table = table.dropna(subset=["y"]).reset_index(drop=True)
    unnamed = table["series"].astype(str).str.startswith("_").all()
    return table.drop(columns="series") if unnamed else table


def _dress(figure: Figure, subtitle: str, values: XAxis | YAxis) -> None:
    """Give a drawing the house's clothes: font, inks that follow the page's scheme, few lines."""
    if plots := sys.modules.get("matplotlib.pyplot"):
        plots.close(figure)
    figure.patch.set_alpha(0)
    for axes in figure.axes:
        axes.patch.set_alpha(0)
        for side, spine in axes.spines.items():  # a polar plot has others
            spine.set_visible(
                spine.get_visible() and side not in ("left", "right", "top")
            )
            spine.set_color(style.MUTED)
        axes.grid(
            visible=True,
            axis="y" if isinstance(values, YAxis) else "x",
            color=style.GRID,
            linewidth=0.8,
        )
        axes.set_axisbelow(True)
        axes.tick_params(axis="y", length=0)
        if axes.get_xlabel() in ("date", "year", "month", "period", "partner_name"):
            axes.set_xlabel("")
        if legend := axes.get_legend():
            legend.set_frame_on(False)
        axes.tick_params(labelsize=_TYPE)
    first = figure.axes[0]
    if not first.get_title() and not first.get_title("left") and subtitle:
        values.set_label_text("")
        first.set_title(subtitle, loc="left", fontsize=_LETTERS, color=style.MUTED)
    for text in figure.findobj(Text):
        text.set_fontfamily("DejaVu Sans")
        text.set_fontsize(_TYPE)
        if colors.same_color(text.get_color(), "black"):
            text.set_color(style.INK)


def _for_a_phone(figure: Figure) -> Figure:
    """Return the same drawing with the width and letters of a phone's."""
    # Units of categories hold a counter, which Python 3.14 cannot copy: they are shared.
    units = [axis.units for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)]
    small = copy.deepcopy(figure, {id(unit): unit for unit in units})
    small.set_size_inches(NARROW.width / 72, 0.7 * figure.get_figheight())
    for text in small.findobj(Text):
        text.set_fontsize(NARROW.type)
    for axes in small.axes:
        axes.tick_params(labelsize=NARROW.type)
    _fit(small, NARROW.type)
    return small


def _lay_out(figure: Figure) -> None:
    """Make room around the axes, as far as there is any."""
    layout = figure.get_layout_engine() or TightLayoutEngine(pad=0.4)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Tight layout not applied")
        layout.execute(figure)


def _fit(figure: Figure, letters: float) -> None:
    """Keep all texts in the picture: break the subtitle, make room for names, turn crowded ones."""
    width = figure.get_figwidth() * 72
    for axes in figure.axes:
        lines = wrap(axes.get_title("left"), width - 8, letters)
        axes.set_title("\n".join(lines), loc="left", fontsize=letters)
    _lay_out(figure)
    for axes in figure.axes:
        low, high = sorted(axes.get_xlim())
        ticks = zip(axes.get_xticks(), axes.get_xticklabels(), strict=True)
        names = [label.get_text() for at, label in ticks if low <= at <= high]
        if (
            sum(text_width(name, letters) + 3 for name in names)
            > axes.get_position().width * width
        ):
            axes.tick_params(axis="x", labelrotation=90)
            _lay_out(figure)
    for axes in figure.axes:
        spread_names(axes, letters)
        box, subtitle = axes.get_position(), axes.get_title("left")
        axes.set_title(
            subtitle, loc="left", x=0.01 - box.x0 / box.width, fontsize=letters
        )
