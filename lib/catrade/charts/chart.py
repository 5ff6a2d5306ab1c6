"""A house chart from any axes: an analyst's own drawing, by seaborn or matplotlib."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colors
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from catrade.charts import core, style
from catrade.charts.core import Measure, shown
from pagemill.display import Chart
from pagemill.errors import ParameterError


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
    """Return a house chart of any axes, figure or seaborn grid.

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
    figure = drawing if isinstance(drawing, Figure) else getattr(drawing, "figure", None)
    if not isinstance(figure, Figure) or not figure.axes:
        message = "chart needs the axes or figure a plot was drawn on, such as what sns.lineplot "
        message += f"returns; got {type(drawing).__name__}"
        raise ParameterError(message)
    axes = drawing if isinstance(drawing, Axes) else figure.axes[0]
    table = _read_back(figure) if data is None else data
    x, y = axes.get_xlabel(), axes.get_ylabel()
    first = _first_text(table, x, y)
    _dress(figure, subtitle or _unit(table, y))
    return Chart(
        figure,
        title,
        alt or first,
        table.reset_index(drop=True),
        source=source or core.source_of(table),
        note=note,
        name=name,
    )


def _unit(table: pd.DataFrame, y: str) -> str:
    if y not in table.columns or not pd.api.types.is_numeric_dtype(table[y]):
        return y
    return Measure.of(table, y, None).subtitle or y.replace("_", " ")


def _first_text(table: pd.DataFrame, x: str, y: str) -> str:
    """Say from what to what a chart goes: the least and largest value of each series."""
    if not {x, y} <= set(table.columns) or x == y:
        names = ", ".join(str(column) for column in table.columns[:6])
        return f"Chart of {len(table)} rows of data: {names}."
    value, at = (y, x) if pd.api.types.is_numeric_dtype(table[y]) else (x, y)
    if not pd.api.types.is_numeric_dtype(table[value]):
        return f"Chart of {value} by {at}, {len(table)} rows of data."
    measure, by = Measure.of(table, value, None), core.series_of(table, None, at)
    said = []
    for key, rows in table.groupby(by, sort=False) if by else [("", table)]:
        known = rows.dropna(subset=[value])
        if known.empty:
            continue
        ends = [known.iloc[known[value].argmin()], known.iloc[known[value].argmax()]]
        low, high = (f"{measure.text(e, prose=True)} ({shown(e[at])})" for e in ends)
        said.append(f"{shown(key)}: from {low} to {high}" if by else f"From {low} to {high}")
    return f"Chart of {value} by {at}. {'; '.join(said)}."


def _read_back(figure: Figure) -> pd.DataFrame:
    """Return what stands on the axes: points of lines and of clouds, tops of bars."""
    found: list[pd.DataFrame] = []
    for axes in figure.axes:
        for line in axes.lines:
            points = {"series": line.get_label(), "x": line.get_xdata(), "y": line.get_ydata()}
            found.append(pd.DataFrame(points))
        for cloud in axes.collections:
            at = np.asarray(cloud.get_offsets(), float)
            found.append(pd.DataFrame({"series": cloud.get_label(), "x": at[:, 0], "y": at[:, 1]}))
        for bars in axes.containers:
            for bar in getattr(bars, "patches", ()):
                x, y = bar.get_x() + bar.get_width() / 2, bar.get_y() + bar.get_height()
                found.append(pd.DataFrame({"series": [bars.get_label()], "x": [x], "y": [y]}))
    table = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=["x", "y"])
    table = table.dropna(subset=["y"]).reset_index(drop=True)
    labels = table.get("series", pd.Series(dtype=str)).astype(str)
    return (
        table.drop(columns="series") if labels.str.startswith("_").all() and len(table) else table
    )


def _dress(figure: Figure, subtitle: str) -> None:
    """Give a drawing the house's clothes: font, inks that follow the page's scheme, few lines."""
    import matplotlib.pyplot as plt

    plt.close(figure)
    figure.patch.set_alpha(0)
    for axes in figure.axes:
        axes.patch.set_alpha(0)
        for side in ("left", "right", "top"):
            axes.spines[side].set_visible(False)
        axes.spines["bottom"].set_color(style.MUTED)
        axes.grid(visible=True, axis="y", color=style.GRID, linewidth=0.8)
        axes.set_axisbelow(True)
        axes.tick_params(axis="y", length=0)
        if axes.get_xlabel() in ("date", "year", "period", "partner_name"):
            axes.set_xlabel("")
        if legend := axes.get_legend():
            legend.set_frame_on(False)
    first = figure.axes[0]
    if not first.get_title() and not first.get_title("left") and subtitle:
        first.set_ylabel("")
        first.set_title(subtitle, loc="left", fontsize=9.5, color=style.MUTED)
    for text in figure.findobj(Text):
        text.set_fontfamily("DejaVu Sans")
        if colors.same_color(text.get_color(), "black"):
            text.set_color(style.INK)
