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
    texts = legend.get_texts() if legend else []
    handles = legend.legend_handles if legend else []
    named = dict(zip([text.get_text() for text in texts], handles, strict=True))
    _paint(axes, named)
    if money and values.get_scale() == "linear":
        _begin_at_zero(axes, values)
    if isinstance(values.get_major_formatter(), ScalarFormatter):
        values.set_major_formatter(
            FuncFormatter(lambda at, _: f"{round(at, 9):,.10g}".replace("-", "−"))
        )
    if legend is None:
        return
    ends = {_colour(handle): core.shown(name) for name, handle in named.items()}
    drawn = [line for line in axes.lines if len(_points(line)) > 1]
    known = [line for line in drawn if _colour(line) in ends]
    plain = known and len(known) == len(drawn) == len(ends) <= _MOST
    if plain and not axes.patches and isinstance(values, YAxis):
        for line in known:
            _name_at_end(axes, line, ends[_colour(line)])
        legend.remove()
        return
    legend.set_title("")
    for text in texts:
        text.set_text(core.shown(text.get_text()))


def _paint(axes: Axes, named: Mapping[str, Any]) -> None:
    """Draw each series in the colour it has everywhere, where matplotlib chose the one it has."""
    cycle = mpl.rcParams["axes.prop_cycle"].by_key()["color"]
    free = {shade for one in cycle for shade in (colors.to_hex(one), _paler(one))}
    names = {_colour(handle): name for name, handle in named.items()}
    names = {colour: name for colour, name in names.items() if colour in free}
    paint = core.palette(names.values())
    new = {colour: paint[name] for colour, name in names.items()}
    if not named:
        new = dict.fromkeys(free, style.CATEGORY_COLOURS[0])
    for artist in [*axes.lines, *axes.patches, *axes.collections, *named.values()]:
        if isinstance(artist, Line2D):
            artist.set_color(new.get(_colour(artist), artist.get_color()))
        elif len(faces := colors.to_rgba_array(artist.get_facecolor())):
            shades = [new.get(colors.to_hex(face), face) for face in faces]
            alphas = [colors.to_rgba(face)[3] for face in faces]
            painted = [
                colors.to_rgba(shade, alpha)
                for shade, alpha in zip(shades, alphas, strict=True)
            ]
            artist.set_facecolor(painted if len(faces) > 1 else painted[0])


def _colour(artist: Any) -> str:
    """Return the colour of a line, or of what is inside of anything else."""
    is_line = isinstance(artist, Line2D)
    found = artist.get_color() if is_line else artist.get_facecolor()
    return colors.to_hex(colors.to_rgba_array(found)[0])


def _paler(colour: str) -> str:
    """Return what seaborn makes of a colour for bars."""
    hue, light, dense = colorsys.rgb_to_hls(*colors.to_rgb(colour))
    return colors.to_hex(colorsys.hls_to_rgb(hue, light, 0.75 * dense))


def _begin_at_zero(axes: Axes, values: XAxis | YAxis) -> None:
    """Let an axis of money begin at zero, if its limits follow the data and none is below."""
    if isinstance(values, YAxis):
        if axes.get_autoscaley_on() and axes.dataLim.y0 >= 0:
            axes.set_ylim(bottom=0)
    elif axes.get_autoscalex_on() and axes.dataLim.x0 >= 0:
        axes.set_xlim(left=0)


def _points(line: Line2D) -> np.ndarray[Any, Any]:
    """Return the places of a line that have a value."""
    places = np.asarray(line.get_xydata(), float)
    known: np.ndarray[Any, Any] = places[~np.isnan(places).any(axis=1)]
    return known


def _name_at_end(axes: Axes, line: Line2D, name: str) -> None:
    """Write a line's name beside its newest figure."""
    known = _points(line)
    look: dict[str, Any] = {"va": "center_baseline", "color": style.INK}
    # A line that ends before the others has them behind its name.
    look["bbox"] = {"facecolor": style.PAPER, "edgecolor": "none", "pad": 0.5}
    axes.annotate(
        name,
        (known[-1][0], known[-1][1]),
        xytext=(6, 0),
        textcoords="offset points",
        annotation_clip=False,
        gid="ct-end",
        **look,
    )


def spread_names(axes: Axes, letters: float) -> None:
    """Move the names at the lines' ends apart, once the axes have their place."""
    names = [
        one
        for one in axes.texts
        if isinstance(one, Annotation) and one.get_gid() == "ct-end"
    ]
    scale = 72 / axes.figure.dpi
    wanted = [float(axes.transData.transform(one.xy)[1]) * scale for one in names]
    for one, was, at in zip(names, wanted, spread(wanted, letters * 1.28), strict=True):
        one.set_position((6, at - was))
