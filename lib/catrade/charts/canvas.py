"""What cores draw on: axes under a subtitle and a key, in two sizes; and the marks they share.

Everything is measured in points, of which a figure of 72 dpi has one a pixel. A wide drawing is
518 points across, a narrow one 270: at the 350 pixels a phone has for it, 8 points read as 10
pixels. Nothing is laid out by trial: the widths of texts are summed from the font, which costs a
hundredth of matplotlib's own layout. All else is matplotlib: a core gets plain axes, and draws on
them with `bar`, `plot`, `fill_between` and the functions of this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.markers import TICKDOWN
from matplotlib.patches import Rectangle
from matplotlib.transforms import Affine2D, Transform

from catrade.charts import style
from catrade.charts.labels import text_width
from pagemill.svg import TITLE

_LINE = 1.32  # type sizes from line to line of the subtitle
_KEY_LINE = 1.5
_PAD = 3.5  # points between an axis and its numbers, and the length of its marks
Point = tuple[float, float]
#: Of each name in a key: the name, its square's colour, and how dense that is.
Entries = Sequence[tuple[str, str, float]]
#: Behind a text that lines may cross.
ON_PAPER: dict[str, Any] = {
    "bbox": {"facecolor": style.PAPER, "pad": 0.5, "linewidth": 0},
    "zorder": 5,
}


class Size(NamedTuple):
    """One of the two drawings: points across, size of type, and whether it is the phone's."""

    width: float
    type: float
    narrow: bool


WIDE, NARROW = Size(518.4, 9, False), Size(270, 8, True)


def wrap(text: str, width: float, size: float) -> list[str]:
    """Break a text into lines no wider than `width` points; a long word stays whole."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def widest(texts: Iterable[str], size: Size) -> float:
    """Return the points the widest of some texts takes."""
    return max((text_width(text, size.type) for text in texts), default=0.0)


def step_of(count: int, across: float, widest: float) -> int:
    """Return how many names of an axis share one label, so that none lies on another.

    Examples
    --------
    >>> step_of(13, 400, 30), step_of(13, 200, 30)
    (1, 2)
    """
    for step in (1, 2, 3, 5, 10, 20, 50):
        if count / step * widest <= across:
            return step
    return max(count, 1)


def limits(low: float, high: float) -> Point:
    """Return limits that hold zero and all intervals, with a little room."""
    low, high = min(low, 0.0), max(high, 0.0)
    room = 0.06 * ((high - low) or 1.0)
    return (low - room if low < 0 else 0.0), (high + room if high > 0 else 0.0)


def points(figure: Any) -> Transform:
    """Return the coordinates of a figure in points, from its lower left corner."""
    in_points: Transform = Affine2D().scale(1 / 72) + figure.dpi_scale_trans
    return in_points


def subplots(
    size: Size,
    subtitle: str,
    entries: Entries = (),
    *,
    height: float,
    left: float,
    right: float,
    above: float = 4,
    below: float = 18,
) -> tuple[Figure, Axes]:
    """Return a figure with its subtitle and key written, and its axes.

    Parameters
    ----------
    size
        Wide or narrow.
    subtitle, entries
        What stands above the plot: words, and names beside squares of their colour and density.
    height
        Points of the plot.
    left, right, above, below
        Points around the plot, besides subtitle and key.
    """
    lines = wrap(subtitle, size.width - 4, size.type)
    places = _places(entries, size)
    key_lines = places[-1][1] + 1 if places else 0
    head = len(lines) * size.type * _LINE + (6 if lines else 0)
    key = key_lines * size.type * _KEY_LINE + (4 if places else 0)
    total = head + key + above + height + below
    figure = Figure(figsize=(size.width / 72, total / 72), dpi=72)
    at = points(figure)
    for number, text in enumerate(lines):
        y = total - (number + 0.85) * size.type * _LINE
        figure.text(0, y, text, transform=at, color=style.MUTED)
    for (x, line), (name, colour, alpha) in zip(places, entries, strict=True):
        y = total - head - (line + 0.7) * size.type * _KEY_LINE
        square(figure, x + 1, y, 8, color=colour, alpha=alpha)
        figure.text(x + 12, y, name, transform=at, va="center")
    # Long names run out of the picture rather than leave no room for it.
    width = max(60.0, size.width - left - right)
    box = (left / size.width, below / total, width / size.width, height / total)
    return figure, figure.add_axes(box)


def _places(entries: Entries, size: Size) -> list[tuple[float, int]]:
    """Return where the names of a key stand: points from the left, and line."""
    x, line = 0.0, 0
    places = []
    for name, _, _ in entries:
        wide = text_width(name, size.type) + 12
        if x and x + wide > size.width:
            x, line = 0.0, line + 1
        places.append((x, line))
        x += wide + 14
    return places


def write(axes: Axes, x: float, y: float, text: str, **look: Any) -> None:
    """Write a text at a place in points of the figure."""
    axes.figure.text(x, y, text, transform=points(axes.figure), **look)


def square(figure: Any, x: float, y: float, width: float, **look: Any) -> None:
    """Draw the square of a name, its middle at `y` points."""
    corner = (x, y - 3)
    figure.add_artist(Rectangle(corner, width, 6, transform=points(figure), **look))


def name_row(
    axes: Axes, top: float, end: float, name: str, size: Size, **look: Any
) -> None:
    """Write the name of a row at the left edge: beside its marks, or on a phone above them."""
    y = (top + end) / 2
    look["va"] = "center_baseline"
    if size.narrow:
        y = top - 4
        look |= ON_PAPER | {"va": "baseline"}
    axes.annotate(name, (0, y), xycoords=("figure points", "data"), **look)


def scale_left(axes: Axes, ticks: Mapping[float, str]) -> None:
    """Write the numbers of a scale of values, each with its line across.

    matplotlib's own ticks cost four times as much, and there are many.
    """
    axes.set_yticks([])
    left, right = axes.get_xlim()
    axes.hlines([*ticks], left, right, colors=style.GRID, lw=0.8, zorder=0.5)
    for value, number in ticks.items():
        say(axes, (left, value), number, (-_PAD, 0))


def scale_below(
    axes: Axes, ticks: Mapping[float, str], marks: Sequence[float] = ()
) -> None:
    """Write names or numbers below the plot, and draw small marks."""
    axes.set_xticks([])
    bottom, _ = axes.get_ylim()
    down = 2 * _PAD if set(marks) & set(ticks) else _PAD
    for at, name in ticks.items():
        say(axes, (at, bottom), name, (0, -down))
    if marks:
        look: dict[str, Any] = {"marker": TICKDOWN, "markersize": _PAD}
        look |= {"color": style.MUTED, "linewidth": 0, "clip_on": False}
        axes.plot(marks, [bottom] * len(marks), **look)


def name_columns(axes: Axes, names: Sequence[str], size: Size) -> None:
    """Write the names of columns beneath them, or of the last and every few others."""
    step = step_of(len(names), axes.bbox.width, widest(names, size) + 6)
    first = (len(names) - 1) % step
    scale_below(axes, {n: names[n] for n in range(first, len(names), step)})


def say(axes: Axes, at: Point, text: str, toward: Point, **look: Any) -> None:
    """Write a text beside a place of the data, so many points `toward` right and up."""
    across, along = toward
    ha = "left" if across > 0 else "right" if across else "center"
    va = "bottom" if along > 0 else "top" if along else "center_baseline"
    where: dict[str, Any] = {"textcoords": "offset points", "annotation_clip": False}
    axes.annotate(text, at, toward, ha=ha, va=va, **where, **look)


def dot(
    axes: Axes,
    at: Point,
    colour: str,
    told: str,
    *,
    hollow: bool = False,
    size: float = 4.5,
    marker: str = "o",
) -> None:
    """Draw a point that says what it is, or the head of an arrow."""
    x, y = at
    mark = Line2D(
        [x],
        [y],
        color=colour,
        marker=marker,
        markersize=size,
        markeredgewidth=1.2,
        markerfacecolor=style.PAPER if hollow else colour,
        zorder=4,
        clip_on=False,
        gid=TITLE + told,
    )
    axes.add_artist(mark)  # half the price of `axes.plot`: there are many


def whisker(axes: Axes, low: Point, high: Point, colour: str, least: float = 4) -> None:
    """Draw an interval, if it is wide enough to be seen."""
    ends = axes.transData.transform([low, high])
    if np.abs(ends[1] - ends[0]).max() < least:
        return
    xs, ys = zip(low, high, strict=True)
    cap = "_" if low[0] == high[0] else "|"
    look: dict[str, Any] = {"marker": cap, "markersize": 5, "zorder": 3.5}
    axes.add_artist(Line2D(xs, ys, color=colour, linewidth=1, **look))
