"""A house chart from any axes: an analyst's own drawing, by seaborn or matplotlib.

It changes only what nobody chose: matplotlib's colours, limits that follow the data, the legend.
"""

from __future__ import annotations

import copy
import sys
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import colors
from matplotlib.axes import Axes
from matplotlib.axis import XAxis, YAxis
from matplotlib.figure import Figure
from matplotlib.layout_engine import TightLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.ticker import PercentFormatter, ScalarFormatter, StrMethodFormatter

from catrade.charts import core, style
from catrade.charts.canvas import NARROW, spread, text_width, wrap
from catrade.charts.core import UNITS, Measure, shown
from catrade.words import doubt_note, source_line
from pagemill.display import Chart
from rounding.errors import ParameterError

_LETTERS = 9.5  # points, of a subtitle
_TYPE = 9  # of all else
#: More lines than these keep their legend.
_MOST = 8


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
    figure = getattr(drawing, "figure", None)
    if not isinstance(figure, Figure) or not figure.axes:
        message = "chart needs the axes or figure a plot was drawn on, such as what sns.lineplot "
        message += f"returns; got {type(drawing).__name__}"
        raise ParameterError(message)
    axes = drawing if isinstance(drawing, Axes) else figure.axes[0]
    table = _read_back(figure) if data is None else data
    # The axis of the values: y, unless only x names a column of numbers.
    numbers = set(table.select_dtypes("number")) - {"year"}
    at = axes.get_xlabel()
    value = axes.get_ylabel()
    values: XAxis | YAxis = axes.yaxis
    if at in numbers and value not in numbers:
        at, value = value, at
        values = axes.xaxis
    measure = None
    if value in table and pd.api.types.is_numeric_dtype(table[value]):
        measure = Measure.of(table, value, None)
    first = _first_text(table, measure, value, at)
    kind = measure.unit if measure else None
    for panel in figure.axes:
        its = panel.yaxis if isinstance(values, YAxis) else panel.xaxis
        _dress(panel, its, money=kind == UNITS["usd"])
    if kind and kind.scale == 100:
        values.set_major_formatter(PercentFormatter(1, symbol=""))
    unit = value
    if measure:
        unit = measure.unit.name or value.replace("_", " ")
    if unit == "value":
        unit = str(table.attrs.get("unit") or unit)
    _subtitled(figure, subtitle or unit, values)
    lefts = [panel.get_position().x0 for panel in figure.axes]
    columns = {round(left, 2) for left in lefts}
    notes = filter(None, [doubt_note(table), note])
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
        note=" ".join(notes),
        name=name,
        narrow=narrow,
    )


def _first_text(
    table: pd.DataFrame, measure: Measure | None, value: str, at: str
) -> str:
    """Say from what to what a chart goes: the least and largest value of each series."""
    if not {value, at} <= set(table.columns) or value == at:
        first = map(str, table.columns[:6])
        names = ", ".join(first)
        return f"Chart of {len(table)} rows of data: {names}."
    if measure is None:
        return f"Chart of {value} by {at}, {len(table)} rows of data."
    by = core.series_of(table, None, at)
    known = table.dropna(subset=[value])
    said = []
    keys: Any = by or (lambda _: "")
    for key, rows in known.groupby(keys, sort=False):
        values = rows[value]
        places: list[Any] = [values.argmin(), values.argmax()]
        ends = rows.iloc[places]
        texts = measure.texts(ends, prose=True)
        dated = zip(texts, ends[at], strict=True)
        span = " to ".join(f"{text} ({shown(when)})" for text, when in dated)
        text = f"{shown(key)}: from {span}" if by else f"From {span}"
        said.append(text)
    return f"Chart of {value} by {at}. {'; '.join(said)}."


def _read_back(figure: Figure) -> pd.DataFrame:
    """Return what stands on the axes: points of lines and of clouds, tops of bars."""
    parts = []
    for axes in figure.axes:
        for artist, x, y in _places(axes):
            series = str(artist.get_label())
            part = pd.DataFrame({"series": series, "x": x, "y": y})
            parts.append(part)
    if not parts:
        return pd.DataFrame(columns=["x", "y"])
    table = pd.concat(parts).dropna(subset=["y"])
    if table["series"].str.startswith("_").all():
        table = table.drop(columns="series")
    return table.reset_index(drop=True)


def _places(axes: Axes) -> Iterator[tuple[Any, Any, Any]]:
    """Yield what stands on axes, with its places across and up."""
    for line in axes.lines:
        yield line, *line.get_data()
    for cloud in axes.collections:
        yield cloud, *np.asarray(cloud.get_offsets(), float).T
    for bars in axes.containers:
        bars_of_one = getattr(bars, "patches", ())
        boxes = [bar.get_bbox() for bar in bars_of_one]
        middles = [(box.x0 + box.x1) / 2 for box in boxes]
        tops = [box.y1 for box in boxes]
        yield bars, middles, tops


def _dress(axes: Axes, values: XAxis | YAxis, *, money: bool) -> None:
    """Give axes what the cores of the house give theirs."""
    legend = axes.get_legend()
    named: dict[str, Any] = {}
    if legend is not None:
        handles = legend.legend_handles
        for text, handle in zip(legend.texts, handles, strict=True):
            named[text.get_text()] = handle
    _paint(axes, named)
    _thin(axes, values)
    upright = isinstance(values, YAxis)
    follows_data = axes.get_autoscalex_on()
    if upright:
        follows_data = axes.get_autoscaley_on()
    least, _ = values.get_data_interval()
    is_plain = least >= 0 and values.get_scale() == "linear"
    if money and follows_data and is_plain:
        if upright:
            axes.set_ylim(bottom=0)
        else:
            axes.set_xlim(left=0)
    if isinstance(values.get_major_formatter(), ScalarFormatter):
        values.set_major_formatter(StrMethodFormatter("{x:,.10g}"))
    if legend is None:
        return
    legend.set_frame_on(False)
    ends = {}
    for name, handle in named.items():
        ends[_colour(handle)] = shown(name)
    drawn = [line for line in axes.lines if len(_points(line)) > 1]
    found = [_colour(line) for line in drawn]
    one_each = sorted(found) == sorted(ends)
    few = 0 < len(ends) <= _MOST
    if one_each and few and upright and not axes.patches:
        for line, colour in zip(drawn, found, strict=True):
            _name_at_end(axes, line, ends[colour])
        legend.remove()
        return
    legend.set_title("")
    for text in legend.texts:
        text.set_text(shown(text.get_text()))


def _thin(axes: Axes, values: XAxis | YAxis) -> None:
    """Leave few lines: below, and across where values are read."""
    axes.patch.set_alpha(0)
    for side, spine in axes.spines.items():  # a polar plot has others
        spine.set_color(style.MUTED)
        if side in ("left", "right", "top"):
            spine.set_visible(False)
    values.grid(visible=True, color=style.GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=_TYPE)
    axes.tick_params(axis="y", length=0)
    if axes.get_xlabel() in ("date", "year", "month", "period", "partner_name"):
        axes.set_xlabel("")


def _paint(axes: Axes, named: Mapping[str, Any]) -> None:
    """Draw each series in the colour it has everywhere, where matplotlib chose the one it has."""
    cycle = mpl.rcParams["axes.prop_cycle"].by_key()["color"]
    free = set(map(colors.to_hex, cycle))
    if seaborn := sys.modules.get("seaborn"):
        # Its bars are paler.
        pale = [seaborn.desaturate(colour, 0.75) for colour in cycle]
        free.update(map(colors.to_hex, pale))
    new = {}
    if not named:
        new = dict.fromkeys(free, style.CATEGORY_COLOURS[0])
    chosen = {}
    for name, handle in named.items():
        colour = _colour(handle)
        if colour in free:
            chosen[name] = colour
    for name, colour in core.palette(chosen).items():
        new[chosen[name]] = colour
    artists: list[Any] = [*axes.lines, *axes.patches]
    artists += [*axes.collections, *named.values()]
    for artist in artists:
        if isinstance(artist, Line2D):
            was = artist.get_color()
            artist.set_color(new.get(_colour(artist), was))
            continue
        faces = colors.to_rgba_array(artist.get_facecolor())
        for face in faces:
            was = colors.to_hex(face)
            now = new.get(was, was)
            face[:3] = colors.to_rgb(now)
        if len(faces) == 1:
            faces = faces[0]
        artist.set_facecolor(faces)


def _colour(artist: Any) -> str:
    """Return the colour of a line, or of what is inside of anything else."""
    if isinstance(artist, Line2D):
        return colors.to_hex(artist.get_color())
    faces = colors.to_rgba_array(artist.get_facecolor())
    return colors.to_hex(faces[0])


def _points(line: Line2D) -> Any:
    """Return the places of a line that have a value."""
    places = np.asarray(line.get_xydata(), float)
    missing = np.isnan(places)
    return places[~missing.any(axis=1)]


def _name_at_end(axes: Axes, line: Line2D, name: str) -> None:
    """Write a line's name beside its newest figure."""
    x, y = _points(line)[-1]
    axes.annotate(
        name,
        (x, y),
        xytext=(6, 0),
        textcoords="offset points",
        annotation_clip=False,
        gid="ct-end",
        va="center_baseline",
        color=style.INK,
        # A line that ends before the others has them behind its name.
        bbox={"facecolor": style.PAPER, "edgecolor": "none", "pad": 0.5},
    )


def _spread_names(axes: Axes, letters: float) -> None:
    """Move the names at the lines' ends apart, once the axes have their place."""
    texts: list[Any] = list(axes.texts)
    names = [text for text in texts if text.get_gid() == "ct-end"]
    points = 72 / axes.figure.dpi
    places = [axes.transData.transform(name.xy) for name in names]
    heights = [y * points for _, y in places]
    spaced = spread(heights, letters * 1.28)
    for name, was, now in zip(names, heights, spaced, strict=True):
        name.set_position((6, now - was))


def _subtitled(figure: Figure, subtitle: str, values: XAxis | YAxis) -> None:
    """Give a drawing its subtitle, the house's font and inks that follow the page's scheme."""
    if plots := sys.modules.get("matplotlib.pyplot"):
        plots.close(figure)
    figure.patch.set_alpha(0)
    first = figure.axes[0]
    if subtitle and not first.get_title() and not first.get_title("left"):
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
    shared = {}
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            shared[id(axis.units)] = axis.units
    small = copy.deepcopy(figure, shared)
    height = 0.7 * figure.get_figheight()
    small.set_size_inches(NARROW.width / 72, height)
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
        room = axes.get_position().width * width
        labels = axes.get_xticklabels()
        for at, label in zip(axes.get_xticks(), labels, strict=True):
            if low <= at <= high:
                room -= text_width(label.get_text(), letters) + 3
        if room < 0:
            axes.tick_params(axis="x", labelrotation=90)
            _lay_out(figure)
    for axes in figure.axes:
        _spread_names(axes, letters)
        box = axes.get_position()
        left = 0.01 - box.x0 / box.width
        subtitle = axes.get_title("left")
        axes.set_title(subtitle, loc="left", x=left, fontsize=letters)
