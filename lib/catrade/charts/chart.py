"""A house chart from any axes: an analyst's own drawing, by seaborn or matplotlib.

It changes only what nobody chose: matplotlib's colours, limits that follow the data, the legend.
"""

from __future__ import annotations

import copy
import re
import sys
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import colors
from matplotlib.artist import getp
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import PathCollection, QuadMesh
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.layout_engine import PlaceHolderLayoutEngine, TightLayoutEngine
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.ticker import (
    FuncFormatter,
    PercentFormatter,
    ScalarFormatter,
    StrMethodFormatter,
)
from pandas.api.types import (
    is_datetime64_any_dtype,
    is_float_dtype,
    is_numeric_dtype,
)

from catrade.cells.frames import its_columns
from catrade.charts import core, style
from catrade.charts.canvas import NARROW, spread, text_width, wrap
from catrade.charts.core import Measure, shown
from catrade.words import capital, doubt_note, source_line
from pagemill.display import Chart
from pagemill.htmlparts import slug
from rounding.errors import ParameterError

_LETTERS = 9.5  # points, of a subtitle
_TYPE = 9  # of all else
#: More lines than these keep their legend.
_MOST = 8
#: Money of which no amount reaches so many billions is written in millions.
_HALF, _SMALL = 0.5, "$ million"
#: Of an artist, the outermost last.
_PARTS = ("color", "markerfacecolor", "markeredgecolor", "facecolor", "edgecolor")
#: How an axis is labelled by a column of figures, as seaborn does.
_FIGURE = re.compile("_bn$|_usd$|^(value|growth|share|ratio|index|contribution)$")
_TIMES = {"date", "year", "month", "period"}


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
        The frame that was plotted: its sources are named, its rows offered for download; refused if
        other figures stand on the axes. Without it, what stands there is read back.
    subtitle
        Measure, unit, whose statistics; the axis' own label if not given. Of money the unit is
        added to one that names none.
    alt
        What the chart shows; a first text is made of the data if not given.
    note, source, name
        As of `catrade.charts.core.About`; a name in any letters.

    Raises
    ------
    ParameterError
        If `drawing` is none of these, or `data` is not what was drawn.

    Examples
    --------
    >>> import seaborn as sns
    >>> frame = pd.DataFrame({"year": [2024, 2025], "value_bn": [94.8, 106.3]})
    >>> figure = Figure()
    >>> ax = sns.lineplot(frame, x="year", y="value_bn", ax=figure.subplots())
    >>> chart(ax, "Trade passed $100bn", data=frame).alt
    'Chart of value_bn by year. From $94.8 billion (2024) to $106.3 billion (2025).'
    """
    # What stands on the axes; the words of it; the house's look; a copy for a phone.
    figure = getattr(drawing, "figure", None)
    if not isinstance(figure, Figure) or not figure.axes:
        raise ParameterError(
            "chart needs the axes or figure a plot was drawn on, such as what sns.lineplot "
            f"returns; got {type(drawing).__name__}"
        )
    axes = drawing if isinstance(drawing, Axes) else figure.axes[0]
    drawn = _read_back(figure)
    table = drawn if data is None else data
    numbers = {str(name) for name in table.select_dtypes("number")} - {"year"}
    value, at, way = _values_of(axes, numbers)
    if data is not None:
        _require_drawn(drawn[way], data, value)
    measure = Measure.of(table, value, None) if value in numbers else None
    # What only says which row or time it is needs no label.
    plain = ({*core.SERIES, *table.columns} - numbers) | _TIMES
    unit = _unit_of(table, value, measure, plain)
    first = _first_text(table, measure, value, at, len(drawn))
    scale = measure.unit.scale if measure else 1.0
    lefts = {round(panel.get_position().x0, 2) for panel in figure.axes}
    _paint(figure)
    for panel in figure.axes:
        panel.set_title(_panel_title(panel.get_title(), table))
        _dress(panel, way, money=scale < 1)
        if len(lefts) == 1 and way == "y":
            _name_lines(panel)
        values = getp(panel, f"{way}axis")
        if unit == _SMALL:
            values.set_major_formatter(FuncFormatter(_in_millions))
        if scale == 100 and panel is axes:
            values.set_major_formatter(PercentFormatter(1, symbol=""))
    _say_in_words(figure, plain)
    _subtitled(figure, _with_unit(subtitle, unit), getp(axes, f"{way}axis"))
    notes = filter(None, [doubt_note(table), note])
    narrow = None
    if not figure.legends:
        if len(lefts) == 1:
            narrow = _for_a_phone(figure)
        _fit(figure, _LETTERS)
    return Chart(
        figure,
        title,
        alt or first,
        table.reset_index(drop=True),
        source=source or source_line(table),
        note=" ".join(notes),
        name=slug(name),
        narrow=narrow,
    )


def _values_of(axes: Axes, numbers: set[str]) -> tuple[str, str, str]:
    """Return what the axis of values is called, what the other, and its way: x or y.

    It is y, unless only x names a column of numbers.
    """
    across, up = axes.get_xlabel(), axes.get_ylabel()
    if across in numbers and up not in numbers:
        return across, up, "x"
    return up, across, "y"


def _unit_of(
    table: pd.DataFrame, value: str, measure: Measure | None, plain: set[str]
) -> str:
    """Return the unit of the values in words; of small amounts of money `$ million`."""
    if measure is None:
        # Read back from the axes, which keep its name alone.
        unit = "$ billion" if value.endswith("_bn") else value
        return "" if value in plain else unit
    is_money = measure.unit.name == "$ billion" and value.endswith("_bn")
    if is_money and table[value].abs().max() < _HALF:
        return _SMALL
    # `value` may be of anything: a frame of the door says of what.
    own = table.attrs.get("unit", value) if value == "value" else value
    return measure.unit.name or capital(own.replace("_", " "))


def _with_unit(subtitle: str, unit: str) -> str:
    """Return a subtitle that says what the axis counts, where it counts money.

    Examples
    --------
    >>> _with_unit("China’s exports", "$ million"), _with_unit("Exports, $ million", "$ million")
    ('China’s exports, $ million', 'Exports, $ million')
    """
    named = any(word in subtitle for word in ("$", "dollar", "billion", "million"))
    if not subtitle or named or not unit.startswith("$"):
        return subtitle or unit
    return f"{subtitle}, {unit}"


def _in_millions(value: float, _place: int) -> str:
    """Write a place on an axis of billions in millions."""
    return f"{round(1000 * value, 9):,.10g}".replace("-", "−")


def _say_in_words(figure: Figure, plain: set[str]) -> None:
    """Write the names of series in words, and leave out what a label need not say."""
    for legend in figure.findobj(Legend):
        legend.set_frame_on(False)
        legend.set_title("")
        for text in legend.texts:
            called = text.get_text().removesuffix("_name")
            text.set_text(shown(called))
    for axis in figure.findobj(Axis):
        if axis.get_label_text() in plain:
            axis.set_label_text("")


def _require_drawn(marks: pd.Series[Any], data: pd.DataFrame, value: str) -> None:
    """Raise one sentence if a frame cannot be what was drawn: its figures are not on the axes.

    A bar may be the mean of several figures, a stacked one higher than any.
    """
    if value not in data:
        if _FIGURE.search(value):
            raise ParameterError(
                f"data= must be the frame that was drawn: the axis is of {value!r}, "
                f"and it has {its_columns(data)}"
            )
        return
    figures = data[value].dropna()
    if marks.empty or figures.empty or not is_numeric_dtype(figures):
        return
    heights = marks.astype(float).to_numpy()
    is_figure = np.isclose(heights[:, None], figures.to_numpy())
    is_within = marks.between(figures.min(), figures.max()).all()
    if not is_figure.any() and (len(marks) >= len(figures) or not is_within):
        raise ParameterError(
            f"data= must be the frame that was drawn: none of its figures in {value!r} "
            "stands on the axes"
        )


def _panel_title(title: str, table: pd.DataFrame) -> str:
    """Write the title of a seaborn panel in words: `partner_name = Kazakhstan`."""
    parts = [part.partition(" = ") for part in title.split(" | ")]
    if all(name in table for name, _, _ in parts):
        return ", ".join(shown(key) for _, _, key in parts)
    return title


def _first_text(
    table: pd.DataFrame,
    measure: Measure | None,
    value: str,
    at: str,
    marks: int,
) -> str:
    """Say from what to what a chart goes: the first and the last value of each series.

    Where the other axis has no order, they are the least and the largest. With fewer marks than
    there are figures, each stands for several, and none is one of them.
    """
    if table.empty:
        return "Chart whose figures could not be read back."
    if not {value, at} <= set(table.columns) or value == at:
        columns = ", ".join(map(str, table.columns[:6]))
        return f"Chart of {columns}; rows of data: {len(table)}."
    held = table.dropna(subset=[value], ignore_index=True)
    if measure is None or marks < len(held):
        return f"Chart of {value} by {at}; rows of data: {len(table)}."
    by = _series_columns(held)
    texts = measure.texts(held, prose=True)
    if at not in by:
        whens = [shown(when) for when in core.with_years(held[at])]
        if is_float_dtype(held[at]):
            whens = Measure.of(held, at, None).texts(held, prose=True)
        texts = [f"{text} ({when})" for text, when in zip(texts, whens, strict=True)]
    is_time = at in _TIMES or is_datetime64_any_dtype(held[at])
    has_order = is_time or is_numeric_dtype(held[at])
    in_order = held.sort_values(at if has_order else value).index
    words = "{}: from {} to {}" if has_order else "{}: between {} and {}"
    keys = [", ".join(map(shown, key)) for key in held[by].to_numpy()]
    sentences = []
    for key in dict.fromkeys(keys):
        own = [texts[place] for place in in_order if keys[place] == key]
        text = words.format(key, own[0], own[-1]) if len(own) > 1 else f"{key} {own[0]}"
        sentences.append(capital(text.lstrip(": ")))
    return f"Chart of {value} by {at}. {'; '.join(sentences)}."


def _series_columns(frame: pd.DataFrame) -> list[str]:
    """Return the columns that tell series apart; of a name and its code the name."""
    several = frame[core.series_columns(frame)]
    numbered = several.apply(lambda column: pd.factorize(column)[0])
    return numbered.T.drop_duplicates().index.tolist()


def _read_back(figure: Figure) -> pd.DataFrame:
    """Return what stands on the axes: points of lines and of clouds, ends of bars, cells."""
    parts = [
        pd.DataFrame({"series": str(series), "x": x, "y": y})
        for axes in figure.axes
        for series, x, y in _places(axes)
    ]
    if not parts:
        return pd.DataFrame(columns=["x", "y"])
    table = pd.concat(parts).dropna(subset=["y"])
    if table["series"].str.startswith("_").all():
        table = table.drop(columns="series")
    return table.reset_index(drop=True)


def _places(axes: Axes) -> Iterator[tuple[Any, Any, Any]]:
    """Yield what stands on axes by name, with its places across and up; of cells their values."""
    for line in axes.lines:
        across, _ = _points(line).T
        # What stands upright is an interval or a rule.
        if len(across) != 2 or across[0] != across[1]:
            yield line.get_label(), *line.get_data()
    for cloud in axes.collections:
        if isinstance(cloud, PathCollection):
            yield cloud.get_label(), *np.asarray(cloud.get_offsets(), float).T
    for bars in axes.containers:
        if isinstance(bars, BarContainer) and bars:
            boxes = [bar.get_bbox().extents for bar in bars]
            left, bottom, right, top = np.array(boxes).T
            if bars.orientation == "horizontal":
                yield bars.get_label(), right, (bottom + top) / 2
            else:
                yield bars.get_label(), (left + right) / 2, top
    columns = [label.get_text() for label in axes.get_xticklabels()]
    names = [label.get_text() for label in axes.get_yticklabels()]
    for mesh in axes.findobj(QuadMesh):
        cells = getp(mesh, "array")
        if cells.shape == (len(names), len(columns)):
            for name, values in zip(names, cells, strict=True):
                yield name, columns, values


def _name_lines(axes: Axes) -> None:
    """Write the names of few lines at their ends, in the place of a legend of them alone."""
    legend = axes.get_legend()
    if legend is None or axes.patches:
        return
    names = _names(legend)
    lines = [line for line in axes.lines if len(_points(line)) > 1]
    colours = [next(iter(_repaint(line, {})), "") for line in lines]
    if sorted(colours) != sorted(names) or not 0 < len(names) <= _MOST:
        return
    legend.remove()
    for line, colour in zip(lines, colours, strict=True):
        axes.annotate(
            shown(names[colour]),
            _points(line)[-1],
            xytext=(6, 0),
            textcoords="offset points",
            annotation_clip=False,
            gid="ct-end",
            va="center_baseline",
            color=style.INK,
            # A line that ends before the others has them behind its name.
            bbox={"facecolor": style.PAPER, "edgecolor": "none", "pad": 0.5},
        )


def _dress(axes: Axes, way: str, *, money: bool) -> None:
    """Leave few lines: below, and across where values are read; money begins at zero."""
    axes.patch.set_alpha(0)
    for side, spine in axes.spines.items():  # a polar plot has others
        spine.set_color(style.MUTED)
        if side in ("left", "right", "top"):
            spine.set_visible(False)
    values = getp(axes, f"{way}axis")
    values.grid(visible=False)
    # Those of a twin would lie on what is drawn beneath it.
    if axes.patch.get_visible():
        values.grid(visible=True, color=style.GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=_TYPE)
    axes.tick_params(axis="y", length=0)
    least, _ = values.get_data_interval()
    is_plain = least >= 0 and values.get_scale() == "linear"
    if money and is_plain and getp(axes, f"autoscale{way}_on"):
        axes.set(**{f"{way}lim": (0, None)})
    if isinstance(values.get_major_formatter(), ScalarFormatter):
        values.set_major_formatter(StrMethodFormatter("{x:,.10g}"))


def _paint(figure: Figure) -> None:
    """Draw each series in the colour it has everywhere, where matplotlib chose the one it has.

    Series without a name have the next colours in turn, the same ones in every panel.
    """
    # Of each colour that nobody chose, as it is drawn, which of matplotlib's it is.
    free = {}
    seaborn = sys.modules.get("seaborn")
    for colour in mpl.rcParams["axes.prop_cycle"].by_key()["color"]:
        own = colors.to_hex(colour)
        free[own] = own
        if seaborn:
            # Its bars are paler.
            pale = seaborn.desaturate(colour, 0.75)
            free[colors.to_hex(pale)] = own
    common: dict[str, str] = {}
    for legend in figure.legends:
        common |= _names(legend)
    owners: list[Any] = [*figure.axes, *figure.legends]
    names = [common | _names(owner) for owner in owners]
    shades = [shade for artist in figure.findobj() for shade in _repaint(artist, {})]
    unnamed = {free[shade]: f"unnamed {shade}" for shade in shades if shade in free}
    for owner, its in zip(owners, names, strict=True):
        named = {free[shade]: name for shade, name in its.items() if shade in free}
        keys = unnamed | named
        paint = core.palette(keys.values())
        new = {shade: paint[keys[own]] for shade, own in free.items() if own in keys}
        for artist in owner.findobj():
            _repaint(artist, new)


def _names(owner: Any) -> dict[str, str]:
    """Return the names that a legend gives to colours, or of axes without one could give."""
    legend = owner.get_legend() if isinstance(owner, Axes) else owner
    if legend is None:
        handles, names = owner.get_legend_handles_labels()
    else:
        handles = legend.legend_handles
        names = [text.get_text() for text in legend.texts]
    by_colour: dict[str, str] = {}
    for handle, name in zip(handles, names, strict=True):
        # A group of bars, or of a line and its intervals, has the colour of its first.
        artist = next(iter(handle.get_children()), handle)
        by_colour |= dict.fromkeys(_repaint(artist, {})[:1], name)
    return by_colour


def _repaint(artist: Any, new: Mapping[str, str]) -> list[str]:
    """Give an artist new colours for those it has; return what it had, inside and edges."""
    seen = []
    for part in _PARTS:
        if hasattr(artist, f"get_{part}"):
            rows = colors.to_rgba_array(getp(artist, part))
            was = [colors.to_hex(row, keep_alpha=True) for row in rows]
            now = [new.get(shade[:7], shade[:7]) + shade[7:] for shade in was]
            if now != was:
                artist.set(**{part: now if now[1:] else now[0]})
            # None is to be seen of one whose last two digits are 0.
            seen += [shade[:7] for shade in was if shade[7:] != "00"]
    return seen


def _points(line: Line2D) -> Any:
    """Return the places of a line that have a value."""
    places = np.asarray(line.get_xydata(), float)
    return places[~np.isnan(places).any(axis=1)]


def _spread_names(axes: Axes, letters: float) -> None:
    """Move the names at the lines' ends apart, once the axes have their place."""
    texts: list[Any] = list(axes.texts)
    names = [text for text in texts if text.get_gid() == "ct-end"]
    points = 72 / axes.figure.dpi
    heights = [points * axes.transData.transform(name.xy)[1] for name in names]
    spaced = spread(heights, letters * 1.28)
    for name, was, now in zip(names, heights, spaced, strict=True):
        name.set_position((6, now - was))


def _subtitled(figure: Figure, subtitle: str, values: Any) -> None:
    """Give a drawing its subtitle, the house's font and inks that follow the page's scheme."""
    if plots := sys.modules.get("matplotlib.pyplot"):
        plots.close(figure)
    figure.patch.set_alpha(0)
    first = max(figure.axes, key=lambda axes: axes.get_position().y1)
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
    every: list[Any] = figure.findobj(Axis)
    small = copy.deepcopy(figure, {id(axis.units): axis.units for axis in every})
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
    layout = figure.get_layout_engine()
    # What holds the place of one that was called once does nothing.
    if isinstance(layout, PlaceHolderLayoutEngine | None):
        layout = TightLayoutEngine(pad=0.4)
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
        for label in axes.get_xticklabels():
            at, _ = label.get_position()
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
