"""What a drawing of one's own gets from the house: colours, names at the ends, zero for money.

It changes only what nobody chose: matplotlib's colours, limits that follow the data, the legend.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib import colors
from matplotlib.axes import Axes
from matplotlib.axis import XAxis, YAxis
from matplotlib.lines import Line2D
from matplotlib.ticker import ScalarFormatter, StrMethodFormatter

from catrade.charts import core, style
from catrade.charts.labels import spread

TYPE = 9  # points, of all letters but the subtitle's
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
    _thin(axes, values)
    upright = isinstance(values, YAxis)
    follows_data = axes.get_autoscalex_on()
    if upright:
        follows_data = axes.get_autoscaley_on()
    least, _ = values.get_data_interval()
    if money and follows_data and least >= 0 and values.get_scale() == "linear":
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
        ends[_colour(handle)] = core.shown(name)
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
        text.set_text(core.shown(text.get_text()))


def _thin(axes: Axes, values: XAxis | YAxis) -> None:
    """Leave few lines: below, and across where values are read."""
    axes.patch.set_alpha(0)
    for side, spine in axes.spines.items():  # a polar plot has others
        spine.set_color(style.MUTED)
        if side in ("left", "right", "top"):
            spine.set_visible(False)
    values.grid(visible=True, color=style.GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=TYPE)
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
    names: list[Any] = [text for text in axes.texts if text.get_gid() == "ct-end"]
    points = 72 / axes.figure.dpi
    heights = [axes.transData.transform(name.xy)[1] * points for name in names]
    spaced = spread(heights, letters * 1.28)
    for name, was, now in zip(names, heights, spaced, strict=True):
        name.set_position((6, now - was))
