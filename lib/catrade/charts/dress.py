"""What a drawing of one's own gets from the house: colours, names at the ends, zero for money.

It changes only what nobody chose: matplotlib's colours, limits that follow the data, the legend.
"""

from __future__ import annotations

import colorsys
from collections.abc import Mapping
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib import colors
from matplotlib.axes import Axes
from matplotlib.axis import XAxis, YAxis
from matplotlib.lines import Line2D
from matplotlib.text import Annotation
from matplotlib.ticker import FuncFormatter, ScalarFormatter

from catrade.charts import core, style
from catrade.charts.labels import spread

#: More lines than these keep their legend.
_MOST = 8


def dress(axes: Axes, values: XAxis | YAxis, *, money: bool) -> None:
    """Give axes what the cores of the house give theirs."""
    legend = axes.get_legend()
    named: dict[str, Any] = {}
    if legend is not None:
        handles = legend.legend_handles
        for text, handle in zip(legend.texts, handles, strict=True):
            named[text.get_text()] = handle
    _paint(axes, named)
    if money and values.get_scale() == "linear":
        _begin_at_zero(axes, values)
    formatter = values.get_major_formatter()
    if isinstance(formatter, ScalarFormatter):
        values.set_major_formatter(FuncFormatter(_plainly))
    if legend is None:
        return
    ends = {}
    for name, handle in named.items():
        ends[_colour(handle)] = core.shown(name)
    drawn = [line for line in axes.lines if len(_points(line)) > 1]
    found = [_colour(line) for line in drawn]
    one_each = sorted(found) == sorted(ends)
    few = 0 < len(ends) <= _MOST
    upright = isinstance(values, YAxis)
    if one_each and few and upright and not axes.patches:
        for line, colour in zip(drawn, found, strict=True):
            _name_at_end(axes, line, ends[colour])
        legend.remove()
        return
    legend.set_title("")
    for text in legend.texts:
        text.set_text(core.shown(text.get_text()))


def _plainly(value: float, _: int | None) -> str:
    """Write a number of a scale."""
    return f"{round(value, 9):,.10g}".replace("-", "−")


def _paint(axes: Axes, named: Mapping[str, Any]) -> None:
    """Draw each series in the colour it has everywhere, where matplotlib chose the one it has."""
    free = set()
    cycle = mpl.rcParams["axes.prop_cycle"].by_key()
    for colour in cycle["color"]:
        free.add(colors.to_hex(colour))
        free.add(_paler(colour))
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
    artists: list[Any] = [*axes.lines, *axes.patches, *axes.collections]
    artists += named.values()
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


def _paler(colour: str) -> str:
    """Return what seaborn makes of a colour for bars."""
    rgb = colors.to_rgb(colour)
    hue, light, dense = colorsys.rgb_to_hls(*rgb)
    paler = colorsys.hls_to_rgb(hue, light, 0.75 * dense)
    return colors.to_hex(paler)


def _begin_at_zero(axes: Axes, values: XAxis | YAxis) -> None:
    """Let an axis of money begin at zero, if its limits follow the data and none is below."""
    if isinstance(values, YAxis):
        if axes.get_autoscaley_on() and axes.dataLim.y0 >= 0:
            axes.set_ylim(bottom=0)
    elif axes.get_autoscalex_on() and axes.dataLim.x0 >= 0:
        axes.set_xlim(left=0)


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


def spread_names(axes: Axes, letters: float) -> None:
    """Move the names at the lines' ends apart, once the axes have their place."""
    names: list[Any] = []
    heights = []
    points = 72 / axes.figure.dpi
    for text in axes.texts:
        is_name = text.get_gid() == "ct-end"
        if is_name and isinstance(text, Annotation):
            _, y = axes.transData.transform(text.xy)
            heights.append(y * points)
            names.append(text)
    spaced = spread(heights, letters * 1.28)
    for name, was, now in zip(names, heights, spaced, strict=True):
        name.set_position((6, now - was))
